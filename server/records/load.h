/* Filling the store: a new database file beside the old one, all or nothing, then renamed into place. */
#ifndef TG_LOAD_H
#define TG_LOAD_H

#include "certs/base/blob.h"
#include "certs/base/err.h"
#include "server/policy/field.h"
#include "server/staff/company.h"

/* One customer as it comes in. Empty span: the field is absent. class is as seen from the home retailer;
 * retailer is a company code (for vacant points it may be empty).
 */
struct tg_customer {
    struct tg_span id;    /* empty: made from the other keys */
    struct tg_span class; /* "own" … */
    struct tg_span area;  /* municipality code (全国地方公共団体コード, 5 digits) or empty */
    struct tg_span value[TG_F_COUNT];
};

struct tg_load;

enum tg_err tg_load_begin(const char *path, const struct tg_companies *companies,
                          struct tg_load **ret) TG_MUST;
/* Before the first row: the customers are invented, for drills only. The database says so, every id begins with
 * TG_DRILL_ID, and only the scope of a drill reads it; no other load takes such an id. TG_E_IO, TG_E_INTERNAL.
 */
enum tg_err tg_load_drill(struct tg_load *l) TG_MUST;
/* Checks and adds. TG_E_IMPORT and *why (static text; may be NULL) when the row is refused: the load goes on,
 * so that all errors are reported, but can then no longer be committed.
 */
enum tg_err tg_load_add(struct tg_load *l, const struct tg_customer *c, const char **why) TG_MUST;
/* Indexes, ANALYZE, fsync, rename. TG_E_IMPORT when any row was refused. Frees the load on every path. */
enum tg_err tg_load_commit(struct tg_load **l) TG_MUST;
void tg_load_abort(struct tg_load **l);
/* Rows taken so far, by class. */
uint64_t tg_load_count(const struct tg_load *l, enum tg_class c);

/* Streams a CSV file (UTF-8 with or without BOM, or CP932; RFC 4180) through a load. The report (what was
 * taken for the encoding, rows by class, errors by line, at most TG_CSV_ERRORS_SHOWN) goes to out.
 * TG_E_IMPORT: nothing was changed.
 */
enum tg_err tg_load_csv(const char *csv, const char *path, const struct tg_companies *companies,
                        struct tg_buf *out) TG_MUST;

#endif
