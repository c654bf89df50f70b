/* Between load.c, build.c and import.c: rows with their line numbers, and faults with their columns. */
#ifndef TG_LOAD_PUT_H
#define TG_LOAD_PUT_H

#include <sqlite3.h>

#include "server/records/check.h"
#include "server/records/load.h"
#include "server/records/sheet.h"
#include "server/records/sort.h"

#define TG_ID_KEY_BYTES 32u

struct tg_load {
    char *path, *fresh, *folder; /* the database, the new one beside it, where both are */
    int fd;                      /* of the new one: holds the lock of this load */
    sqlite3 *db;
    sqlite3_stmt *insert;
    struct tg_buf sheet; /* of the row at hand */
    struct tg_sort *sort;
    const struct tg_companies *companies;
    uint8_t id_key[TG_ID_KEY_BYTES];
    uint64_t count[TG_C_COUNT];
    bool drill; /* invented customers */
    uint64_t refused;
    uint64_t duplicates; /* ids that stand twice, as far as they were named; points that do */
    uint64_t last_ref;
};

/* As tg_load_add, with the line (larger than any before) and the fault's column. */
enum tg_err tg_load_put(struct tg_load *l, const struct tg_customer *c, uint64_t line,
                        struct tg_fault *fault) TG_MUST;
/* Indexes and ANALYZE. TG_E_IMPORT when a row was refused, or an id or a supply point stands twice
 * (reported by line to out, may be NULL). */
enum tg_err tg_load_build(struct tg_load *l, struct tg_buf *out) TG_MUST;
/* fsync, rename, fsync of the folder. */
enum tg_err tg_load_publish(struct tg_load *l) TG_MUST;

#endif
