/* What is wrong with an imported table, by file, line and column. The sentences are static ("日本語 /
 * English") and never repeat what stood in the file.
 */
#ifndef TG_FAULTS_H
#define TG_FAULTS_H

#include <stdint.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"
#include "certs/base/limits.h"

struct tg_line_fault {
    const char *file;    /* "staff.csv" */
    uint64_t line;       /* 0: the file as a whole */
    const char *column;  /* NULL: the line as a whole */
    const char *what;    /* "日本語 / English", or the Japanese alone … */
    const char *what_en; /* … and the English; or NULL */
    uint64_t other;      /* another line that it is about; 0: none */
};

struct tg_faults {
    struct tg_line_fault *shown; /* the first TG_CSV_ERRORS_SHOWN */
    size_t n_shown, cap;
    uint64_t n; /* all of them */
};

#define TG_FAULTS_AUTO __attribute__((cleanup(tg_faults_done))) struct tg_faults

void tg_faults_add(struct tg_faults *f, struct tg_line_fault fault);
/* In the order of the lines, one a line: "staff.csv:12: company: …". TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_faults_text(struct tg_faults *f, struct tg_buf *out) TG_MUST;
/* The first one, by line, as a sentence; "" when there is none. */
void tg_faults_first(struct tg_faults *f, unsigned *line, char *why, size_t size);
void tg_faults_done(struct tg_faults *f);

#endif
