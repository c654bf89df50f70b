/* One supply point has one supply contract at a time. The entries of the index come sorted, so the rows of
 * one point stand side by side, and each says whether it has an end.
 */
#ifndef TG_SUPPLY_H
#define TG_SUPPLY_H

#include "server/records/load_put.h"

struct tg_supply {
    struct tg_load *load;
    struct tg_buf *out; /* where doubles are named; NULL: only counted */
    sqlite3_stmt *find; /* made when there is a last resort */
    uint32_t slot;      /* of the point that was seen last; 0: none */
    uint8_t key[TG_POINT_DIGITS + 1];
    size_t n_key;
    uint64_t open; /* the row of that point that has no end; 0: none */
    uint64_t doubles;
};

/* The next entry, in the order of tg_sort_next, after it was written. TG_E_IO. */
enum tg_err tg_supply_take(struct tg_supply *s, const struct tg_sort_item *e) TG_MUST;
void tg_supply_done(struct tg_supply *s);

#endif
