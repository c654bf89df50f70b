/* What is read aloud to a caller whom this desk does not help any further, or not with everything: the
 * policy's sentences, and the network company (一般送配電事業者) with its telephone number.
 */
#ifndef TG_REFERRAL_H
#define TG_REFERRAL_H

#include "ui/desk/page.h"
#include "ui/text/readback.h"

#define TG_REFERRAL_LINES 8u

struct tg_referral {
    struct tg_row_why line[TG_REFERRAL_LINES]; /* each sentence once; borrowed from what it was made of */
    size_t n;
};

void tg_referral_add(struct tg_referral *r, const struct tg_row_why *why);
/* Of all that is hidden in the row. */
void tg_referral_of_row(const json_t *row, struct tg_referral *ret);
/* What a refusal (problem document) says of it: not found, whoever it is. Empty when it says nothing; *doc is
 * the caller's, and what the referral borrows from. */
void tg_referral_of_problem(struct tg_span problem, json_t **doc, struct tg_referral *ret);

#endif
