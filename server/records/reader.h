/* Inside of a store and a reader, for search.c and the tests. One connection a reader, one prepared statement
 * a walk. */
#ifndef TG_READER_H
#define TG_READER_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "certs/base/secret.h"
#include "server/records/schema.h"
#include "server/records/store.h"

#define TG_WALKS (TG_CLAUSES * TG_RECORD_COUNT * 2u) /* two lists (point, gen_point) or two keys at most */
#define TG_FETCHES 16u                               /* different field masks kept ready */
#define TG_UID_BYTES 16u

struct tg_store {
    char *path;
    atomic_uint generation; /* counts new databases under the path */
    pthread_mutex_t lock;   /* of the next two */
    uint64_t device, inode; /* of the file last seen */
    struct tg_secret cursor_key;
};

struct tg_fetch {
    tg_mask mask;
    sqlite3_stmt *st;
};

struct tg_retailer {
    char code[16];
    unsigned no;
};

struct tg_reader {
    struct tg_store *store;
    unsigned generation; /* of the open database */
    sqlite3 *db;         /* NULL: to be opened at the next call */
    sqlite3_stmt *walk[TG_WALKS];
    struct tg_fetch fetch[TG_FETCHES];
    size_t n_fetch, next_fetch;
    struct tg_retailer *retailer; /* sorted by code */
    size_t n_retailers;
    uint8_t uid[TG_UID_BYTES]; /* of the database */
};

/* Opens the database when none is open or a newer one is there. TG_E_STORE_DOWN, TG_E_NOMEM. */
enum tg_err tg_reader_ready(struct tg_reader *r) TG_MUST;
/* Closes the database; the next call opens it again. */
void tg_reader_drop(struct tg_reader *r);
/* Number of a company in this database; TG_RETAILER_UNKNOWN. */
unsigned tg_reader_retailer(const struct tg_reader *r, const char *code);
/* The i-th walk over find: ?1 slot, (?2, ?3) behind which, ?4 before which, ?5 areas, ?6 not this retailer.
 * Columns key, ref, twin. NULL: TG_E_STORE_DOWN.
 */
sqlite3_stmt *tg_reader_walk(struct tg_reader *r, size_t i);
/* ?1 ref. Columns id, part, then the fields of the mask in their order. NULL: TG_E_STORE_DOWN. */
sqlite3_stmt *tg_reader_fetch(struct tg_reader *r, tg_mask mask);
/* Steps of the virtual machine since the last call, over all statements: the measure for "same work". */
uint64_t tg_reader_steps(struct tg_reader *r);

extern const char tg_walk_sql[];

#endif
