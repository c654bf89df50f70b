/* Sorting the index entries of a load: runs in memory, then a merge from an unlinked file beside the database
 * (the keys are personal data: they never lie in a common temporary folder). Memory is bounded by
 * TG_SORT_RUN_BYTES and a window for each run.
 */
#ifndef TG_SORT_H
#define TG_SORT_H

#include "certs/base/blob.h"
#include "certs/base/err.h"
#include "certs/base/limits.h"

struct tg_sort;

/* One entry of find. Ordered by (slot, key, until, ref). */
struct tg_sort_item {
    uint32_t slot;
    struct tg_span key; /* at most 2 * TG_KEY_BYTES + 1 */
    int32_t until;
    uint64_t ref;
    uint16_t retailer; /* 0: none stored */
    uint16_t twin;
    char area[6]; /* "" : none */
};

void tg_sort_free(struct tg_sort **s);
/* run_bytes: memory for a run, at most TG_SORT_RUN_BYTES. TG_E_IO, TG_E_NOMEM. */
enum tg_err tg_sort_new(const char *folder, size_t run_bytes, struct tg_sort **ret) TG_MUST;
/* TG_E_IO, TG_E_LIMIT (too many runs). */
enum tg_err tg_sort_add(struct tg_sort *s, const struct tg_sort_item *item) TG_MUST;
/* Nothing can be added any more. TG_E_IO, TG_E_NOMEM. */
enum tg_err tg_sort_finish(struct tg_sort *s) TG_MUST;
/* The next one in order; *got is false behind the last. The key is valid until the next call. TG_E_IO. */
enum tg_err tg_sort_next(struct tg_sort *s, struct tg_sort_item *ret, bool *got) TG_MUST;

#endif
