/* The customer store, callback-shaped: SQLite answers at once, PostgreSQL will answer later; the caller
 * cannot tell.
 *
 *   tg_store_open(path) -> tg_store             one per process; a new database is seen after tg_store_reload
 *   tg_reader_open(store) -> tg_reader          one per loop, never shared between threads
 *   tg_reader_search(reader, scope, query, done, ctx)
 *   tg_reader_show(reader, scope, id, done, ctx)
 *
 * No function takes a query without a scope. A database says whether its customers are invented, for drills: the
 * scope of a drill reads such a one and no other, and any other scope never does (TG_E_INTERNAL either way). Rows outside the scope never leave the database, and a field
 * outside a clause's mask is neither selected nor searched there: looking for another retailer's customer
 * runs the same plan, over the same index range of the asker's own partition, as looking for nobody.
 */
#ifndef TG_STORE_H
#define TG_STORE_H

#include "certs/base/blob.h"
#include "certs/base/err.h"
#include "certs/base/limits.h"
#include "server/policy/scope.h"

struct tg_store; /* thread-safe but for close */
struct tg_reader;

enum tg_by { TG_BY_KANA, TG_BY_NAME, TG_BY_PHONE, TG_BY_POINT, TG_BY_CUSTOMER, TG_BY_ADDRESS, TG_BY_GUESS };
/* "kana" …; TG_BY_GUESS for "auto". -1 when unknown. */
int tg_by_find(const char *name);

struct tg_query {
    enum tg_by by;         /* TG_BY_GUESS: the kind is read off the text (CAPABILITIES G1) */
    struct tg_span text;   /* as typed, UTF-8 */
    unsigned limit;        /* 1 … TG_PAGE_ROWS */
    struct tg_span cursor; /* from an earlier page, or empty */
};

/* One row as it may be shown: what the mask hides has not left the store. */
struct tg_row {
    char id[TG_RECORD_ID_BYTES];
    enum tg_class class;
    size_t clause;  /* index in the scope */
    tg_mask fields; /* that are in json: always within the clause's mask */
    struct tg_span
        json; /* {"name":"…",…}: the fields as an object, as it leaves; borrowed from the tg_rows */
};

struct tg_rows {
    size_t n;
    struct tg_row *row;   /* lie behind this */
    struct tg_buf cursor; /* empty: no further page */
    enum tg_by by;        /* the kind that was searched */
    bool loose;           /* found by the loose key only */
    struct tg_buf text;   /* where the objects lie; wiped on free */
};

/* rows moves to the callee (free with tg_rows_free); NULL on error. TG_E_QUERY (also when there is nothing to
 * search for in the text, or the limit is out of range), TG_E_QUERY_GAS (17 digits), TG_E_CURSOR (not ours,
 * or of another query, scope or database), TG_E_STORE_DOWN, TG_E_NOMEM. Rows come in the order of the keys
 * over all clauses, each record once. A search that finds nothing is TG_OK with n == 0; a show of nothing, or
 * of something outside the scope, is TG_OK with n == 0.
 */
typedef void tg_rows_done(void *ctx, enum tg_err err, struct tg_rows *rows);

/* TG_E_STORE_DOWN: no file, not a customer database, or one whose load did not finish; TG_E_STORE_OLD: of an
 * earlier format, the customers have to be imported again. */
enum tg_err tg_store_open(const char *path, struct tg_store **ret) TG_MUST;
/* After the last reader is closed. */
void tg_store_close(struct tg_store **s);
/* Looks whether another database has been put under the path; readers move to it at their next call. Cheap
 * (one stat): to be called once a second and on SIGHUP. TG_E_STORE_DOWN, TG_E_STORE_OLD: there is none, or it
 * is no good; readers stay on the old one.
 */
enum tg_err tg_store_reload(struct tg_store *s) TG_MUST;
/* The fields that the database really has, held against the catalogue that the policy must name. TG_E_POLICY,
 * and why, when one is unknown, missing, or not where it belongs; TG_E_STORE_DOWN, TG_E_STORE_OLD. */
enum tg_err tg_store_columns_check(struct tg_store *s, char *why, size_t size) TG_MUST;
enum tg_err tg_reader_open(struct tg_store *s, struct tg_reader **ret) TG_MUST;
void tg_reader_close(struct tg_reader **r);
/* Gives back the memory that reading has filled (mapped pages count as the process's). For a loop that has
 * been idle for a while; the next search maps again.
 */
void tg_reader_rest(struct tg_reader *r);
void tg_reader_search(struct tg_reader *r, const struct tg_scope *scope, const struct tg_query *q,
                      tg_rows_done *done, void *ctx);
void tg_reader_show(struct tg_reader *r, const struct tg_scope *scope, struct tg_span id, tg_rows_done *done,
                    void *ctx);
void tg_rows_free(struct tg_rows **rows);

/* Is this the contract name of the row, written in full, in kanji or in kana? By the keys that searches go by:
 * width, spacing, old and new forms of characters and of companies make no difference; a beginning, or a name with
 * another voicing, is another name. The work is the same when row is NULL (nobody was found): then it is not.
 */
bool tg_row_is_named(const struct tg_row *row, struct tg_span typed);
/* Is what was typed this supply point (22 digits)? Width and dashes make no difference. */
bool tg_point_is(const char *point, struct tg_span typed);

#endif
