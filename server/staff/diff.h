/* Two books side by side, from a day on: who gains, loses or changes which post, and when. Pure: what that
 * means for customer data, the policy says elsewhere.
 */
#ifndef TG_STAFF_DIFF_H
#define TG_STAFF_DIFF_H

#include "server/staff/hats.h"

enum tg_shift { TG_SHIFT_LOSES, TG_SHIFT_CHANGES, TG_SHIFT_GAINS, TG_SHIFT_COUNT };

/* Days on which a post of one name is held in one book and not, or otherwise, in the other. */
struct tg_post_shift {
    enum tg_shift shift;
    struct tg_term term;
    const struct tg_person *was_person, *is_person; /* NULL: not on that list */
    const struct tg_post *was, *is;                 /* NULL with GAINS, with LOSES */
};

struct tg_person_shift {
    const struct tg_person *was, *is; /* one of them may be NULL */
    size_t n; /* shifts of posts; of somebody who only comes, goes or is renamed, none */
    struct tg_post_shift shift[TG_POSTS_PER_PERSON * 5];
    bool idle; /* on the new list, and from that day on without any post */
};

/* Borrowed for the call. The first error ends the walk. */
typedef enum tg_err tg_person_shift_each(void *ctx, const struct tg_person_shift *p);
/* Everybody of either list, by id; the shifts of each by first day, then post. Days before since are history.
 * The errors of each.
 */
enum tg_err tg_people_diff(const struct tg_staff_book *was, const struct tg_staff_book *is, tg_day since,
                           tg_person_shift_each *each, void *ctx) TG_MUST;

/* A card of one book or of both. */
struct tg_card_shift {
    const char *card;
    const struct tg_person *was, *is; /* whose; NULL: not listed, or of nobody on the staff list */
    bool was_listed, is_listed, was_blocked, is_blocked;
};
typedef enum tg_err tg_card_shift_each(void *ctx, const struct tg_card_shift *c);
/* Cards that differ, by number. */
enum tg_err tg_cards_diff(const struct tg_staff_book *was, const struct tg_staff_book *is,
                          tg_card_shift_each *each, void *ctx) TG_MUST;

/* Companies that differ, by code; one of the two may be NULL. */
typedef enum tg_err tg_company_shift_each(void *ctx, const struct tg_company *was,
                                          const struct tg_company *is);
enum tg_err tg_companies_diff(const struct tg_staff_book *was, const struct tg_staff_book *is,
                              tg_company_shift_each *each, void *ctx) TG_MUST;

#endif
