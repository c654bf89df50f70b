/* One of the three CSV files: a fixed header line, then rows of that many columns. The forms that a cell may
 * have. */
#ifndef TG_TABLE_H
#define TG_TABLE_H

#include "certs/base/clock.h"
#include "certs/base/csv_file.h"
#include "server/staff/arena.h"
#include "server/staff/faults.h"

struct tg_table_def {
    const char *file; /* "staff.csv" */
    const char *const *column;
    size_t n;
    size_t optional; /* the last so many may be missing from a file, header and rows: they are then empty */
};

struct tg_line {
    const struct tg_table_def *def;
    struct tg_faults *faults;
    uint64_t line;
    const struct tg_span *cell;
};

/* A faulty row is reported to l->faults and the reading goes on; an error (TG_E_NOMEM, TG_E_LIMIT) ends it.
 */
typedef enum tg_err tg_table_row(void *ctx, const struct tg_line *l);

struct tg_table {
    const struct tg_table_def *def;
    struct tg_faults *faults;
    struct tg_buf
        *copy; /* gets the table as UTF-8 CSV; NULL: it lies in the folder, and its last line must be ended */
    tg_table_row *row;
    void *ctx;
    enum tg_charset charset; /* out */
};

/* TG_OK: read to its end, which says nothing of faults. TG_E_IMPORT: not CSV, or the wrong header (a fault
 * says where). TG_E_NOT_FOUND, TG_E_IO, TG_E_NOMEM, TG_E_LIMIT (a fault says so too).
 */
enum tg_err tg_table_read(struct tg_table *t, const char *path) TG_MUST;

enum tg_form {
    TG_FORM_PERSON, /* A-Z a-z 0-9 . _ - */
    TG_FORM_CODE,   /* company: A-Z a-z 0-9 - */
    TG_FORM_POST,   /* as a person, shorter */
    TG_FORM_ROLE,   /* a-z 0-9 . -, a letter first */
    TG_FORM_UUID,   /* 8-4-4-4-12 hex digits */
    TG_FORM_CASE,   /* A-Z a-z 0-9 . _ : / # -, as a case is named */
    TG_FORM_PHONE,  /* 0-9 + - ( ) and blanks; may be empty */
    TG_FORM_AREAS,  /* codes of 5 digits, one space between; may be empty */
    TG_FORM_TEXT    /* anything clean */
};

void tg_line_complain(const struct tg_line *l, size_t column, const char *what);
/* False, and a fault, when the cell does not have the form. */
bool tg_line_check(const struct tg_line *l, size_t column, enum tg_form form);
/* An empty cell is the fallback. */
bool tg_line_day(const struct tg_line *l, size_t column, tg_day fallback, tg_day *ret);

#endif
