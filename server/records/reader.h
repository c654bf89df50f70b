/* Inside of a store and a reader, for walk.c, search.c and the tests. One connection a reader, one prepared
 * statement a walk, one handle on the rows. */
#ifndef TG_READER_H
#define TG_READER_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "certs/base/secret.h"
#include "server/records/schema.h"
#include "server/records/sheet.h"
#include "server/records/store.h"

#define TG_WALKS (TG_CLAUSES * 4u) /* two lists (point, gen_point) or two keys at most */
#define TG_UID_BYTES 16u

struct tg_store {
    char *path;
    atomic_uint generation; /* counts new databases under the path */
    pthread_mutex_t lock;   /* of the next two */
    uint64_t device, inode; /* of the file last seen */
    struct tg_secret cursor_key;
};

/* What a walk asks for; bits. */
enum tg_shape {
    TG_SHAPE_EXACT = 1,   /* one key, not all that begin with it */
    TG_SHAPE_LIMITED = 2, /* by municipality or retailer */
    TG_SHAPES = 4
};

struct tg_retailer {
    char code[16];
    unsigned no;
};

struct tg_reader {
    struct tg_store *store;
    unsigned generation; /* of the open database */
    sqlite3 *db;         /* NULL: to be opened at the next call */
    sqlite3_stmt *walk[TG_SHAPES][TG_WALKS];
    sqlite3_blob *row;            /* stands on the row that was read last; NULL: none yet */
    struct tg_retailer *retailer; /* sorted by code */
    size_t n_retailers;
    uint8_t uid[TG_UID_BYTES]; /* of the database */
    bool drill;                /* its customers are invented */
};

/* Opens the database when none is open or a newer one is there. TG_E_STORE_DOWN, TG_E_NOMEM. */
enum tg_err tg_reader_ready(struct tg_reader *r) TG_MUST;
/* The same, for this scope: a drill's reads a drill's database and no other, and the other way round.
 * TG_E_INTERNAL: they do not belong together. */
enum tg_err tg_reader_ready_for(struct tg_reader *r, const struct tg_scope *scope) TG_MUST;
/* Closes the database; the next call opens it again. */
void tg_reader_drop(struct tg_reader *r);
/* Number of a company in this database; TG_RETAILER_UNKNOWN. */
unsigned tg_reader_retailer(const struct tg_reader *r, const char *code);
/* The i-th walk of a shape over find: ?1 slot, ?2 key, (?3, ?4) behind which (until, ref) in it, ?5 before
 * which until. Not exact: ?6 before which key, ?7 not before which until. Limited: ?8 areas, ?9 not this
 * retailer. Columns until, ref; not exact: key, twin. NULL: TG_E_STORE_DOWN.
 */
sqlite3_stmt *tg_reader_walk(struct tg_reader *r, unsigned shape, size_t i);
/* Goes to a row and reads the head of its sheet. TG_E_STORE_DOWN: not there, or damaged. */
enum tg_err tg_reader_seek(struct tg_reader *r, int64_t ref, struct tg_sheet *ret) TG_MUST;
/* The members of the fields in the mask, of the row that was sought last, one behind the other; nothing else
 * of it is read. TG_E_STORE_DOWN, TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_reader_take(struct tg_reader *r, const struct tg_sheet *s, tg_mask fields,
                           struct tg_buf *to) TG_MUST;
/* Steps of the virtual machine since the last call, over all walks: the measure for "same work". */
uint64_t tg_reader_steps(struct tg_reader *r);

#endif
