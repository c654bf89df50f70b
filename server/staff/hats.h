/* When a post is really in force, and which of them one person may not hold on the same day. Two posts are
 * two hats; some hats do not go together at all. Which, the policy says: here it is only asked.
 */
#ifndef TG_HATS_H
#define TG_HATS_H

#include "server/staff/faults.h"
#include "server/staff/staff.h"

/* The days on which the post opens anything: within its own dates, the contract's and the person's. from >
 * to: none. */
struct tg_term {
    tg_day from, to; /* both inclusive */
};
struct tg_term tg_post_term(const struct tg_person *p, const struct tg_post *post);
/* What two terms share. */
struct tg_term tg_term_both(struct tg_term a, struct tg_term b);
static inline bool tg_term_empty(struct tg_term t)
{
    return t.from > t.to;
}

struct tg_hats {
    /* False, or why nobody may hold the two roles on one day: static sentences in both languages. */
    bool (*clash)(void *ctx, const char *role, const char *other, const char **ja, const char **en);
    void *ctx;
    tg_day since; /* days before it are history */
};

/* Adds a fault for each pair of posts that clash: at the later line of staff.csv, column role. Returns how
 * many. */
size_t tg_book_clashes(const struct tg_staff_book *b, const struct tg_hats *hats, struct tg_faults *faults);

#endif
