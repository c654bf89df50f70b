/* The policy's word on posts that one person may not hold together, as imports and the server ask for it. */
#ifndef TG_CLASH_H
#define TG_CLASH_H

#include "server/policy/policy.h"
#include "server/staff/hats.h"

/* Borrows the policy. since: days before it are history. */
struct tg_hats tg_policy_hats(const struct tg_policy *p, tg_day since);
/* From today on. TG_E_IMPORT with the first clash in why: "staff.csv:12: role: …". */
enum tg_err tg_policy_hats_check(const struct tg_policy *p, const struct tg_staff_book *b, char *why,
                                 size_t size) TG_MUST;

#endif
