/* inquiry bulk …: a file of inquiries, checked before anything is sent, sent piece by piece, and its result
 * beside it. FILE.job names the job at the server, FILE.result.csv grows with every piece that was answered,
 * FILE.manifest.json stands at the end. Whatever dies in the middle, "resume" goes on: a piece that the
 * server answered and we did not write down is asked for once more, and no other.
 */
#ifndef TG_CLI_BULK_H
#define TG_CLI_BULK_H

#include "client/cli.h"

#define TG_BULK_FILE_BYTES (16u * 1024u * 1024u)
#define TG_BULK_POINT_BYTES 23u
#define TG_BULK_FAULTS_SHOWN 20u

/* The file as it will be sent: one line a row, "point,consent,name". */
struct tg_bulk_file {
    const char *path;
    struct tg_buf lines;
    struct tg_bulk_row {
        size_t from, n; /* in lines */
        uint64_t line;  /* of the file */
        char point[TG_BULK_POINT_BYTES];
    } * row;
    size_t n, cap;
    unsigned faults; /* lines that are not right; told on stderr */
    bool english;
    char chain[65], sha256[65];
};

/* Reads and checks all of it. TG_E_IMPORT: some line is not right, and stderr says which; TG_E_NOT_FOUND,
 * TG_E_IO, TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_bulk_file_read(const char *path, struct tg_bulk_file *f) TG_MUST;
void tg_bulk_file_done(struct tg_bulk_file *f);
/* The lines of the piece that begins at row `from`; *n is how many. */
struct tg_span tg_bulk_file_piece(const struct tg_bulk_file *f, size_t from, size_t *n);

/* "FILE.job" …, allocated; free(). NULL: no memory. */
char *tg_bulk_beside(const char *path, const char *end) __attribute__((malloc));

/* The result file. */
struct tg_bulk_result {
    char *path;
    FILE *file;
    size_t rows; /* whole ones */
};
/* Opens it, or begins it with its header line. What was not written whole, to the last row of a piece (of a
 * file of `total` rows), is cut off. TG_E_IO, TG_E_NOMEM.
 */
enum tg_err tg_bulk_result_open(const struct tg_bulk_file *f, struct tg_bulk_result *ret) TG_MUST;
/* Appends what the server said of the piece that begins at row `from`, and waits until it is on the disk.
 * TG_E_SERVER_REPLY, TG_E_IO, TG_E_NOMEM.
 */
enum tg_err tg_bulk_result_add(struct tg_bulk_result *r, const struct tg_bulk_file *f, size_t from,
                               const json_t *results) TG_MUST;
void tg_bulk_result_close(struct tg_bulk_result *r);

#endif
