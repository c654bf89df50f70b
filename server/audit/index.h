/* The index of the journal: an SQLite file that finds entries by record id, person and time. It stands behind
 * the journal, nothing waits for it, and it can be thrown away at any time: tg_index_catch_up builds it again
 * from the segments.
 *
 *   server:        tg_indexer_start(audit, folder, path) … tg_indexer_stop      its own thread, once a second
 *   tegata-admin:  tg_index_open, tg_index_catch_up(…, UINT64_MAX, …), tg_index_find, tg_index_close
 */
#ifndef TG_INDEX_H
#define TG_INDEX_H

#include "certs/seal/walk.h"
#include "server/audit/audit.h"

struct tg_index;
struct tg_indexer;

/* Made when absent; an index of another version or a damaged file is replaced. TG_E_IO, TG_E_NOMEM. */
enum tg_err tg_index_open(const char *path, struct tg_index **ret) TG_MUST;
void tg_index_close(struct tg_index **x);
/* Takes in everything up to record `until`. Starts over when what it has does not continue into this journal.
 * TG_E_AUDIT_BROKEN (*fault), TG_E_NOT_FOUND (no journal), TG_E_IO, TG_E_NOMEM.
 */
enum tg_err tg_index_catch_up(struct tg_index *x, const char *folder, uint64_t until,
                              struct tg_fault *fault) TG_MUST;
/* The last record that it has taken in. */
uint64_t tg_index_seq(const struct tg_index *x);

/* NULL, or 0 for limit and to: any. */
struct tg_find {
    const char *record;
    const char *person;
    tg_usec from, to; /* from <= time < to */
    uint64_t limit;
};

/* Borrowed for the call. */
struct tg_found {
    uint64_t seq;
    tg_usec time;
    const char *kind, *person, *company, *office, *purpose;
    const char *problem; /* "" when allowed */
    uint64_t segment, offset;
};
typedef bool tg_index_each(void *ctx, const struct tg_found *found);

/* In the order of the journal; false from each stops. TG_E_IO. */
enum tg_err tg_index_find(struct tg_index *x, const struct tg_find *what, tg_index_each *each,
                          void *ctx) TG_MUST;

enum tg_err tg_indexer_start(const struct tg_audit *a, const char *folder, const char *path,
                             struct tg_indexer **ret) TG_MUST;
/* Joins; the audit must still be open. */
void tg_indexer_stop(struct tg_indexer **i);
/* What the thread last ran into; TG_OK when it keeps up. Any thread. */
enum tg_err tg_indexer_state(const struct tg_indexer *i) TG_MUST;

#endif
