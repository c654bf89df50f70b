/* The policy's part of an inquiry (照会): who asks, who answers, and what of one supply point.
 *
 *   tg_policy_inquire(COMPARE)      does the name fit?      -> AT_ONCE: STEP2, or ANSWER: may it be asked
 *   tg_policy_inquired              what who answers sees
 *   tg_policy_inquire(ANSWER)       once more, when the answer is read
 */
#ifndef TG_POLICY_INQUIRE_H
#define TG_POLICY_INQUIRE_H

#include "server/policy/policy.h"

/* What a role has to do with inquiries (照会) to the network company. */
enum tg_inquiry_part {
    TG_INQUIRY_NOTHING,
    TG_INQUIRY_ASKS,    /* retail, with customer data */
    TG_INQUIRY_ANSWERS, /* network, with customer data */
    TG_INQUIRY_MEASURES /* stands over people, or audits: figures, no inquiry */
};
enum tg_inquiry_part tg_policy_inquiry_part(const struct tg_policy *p, const char *role);

/* What the statement "inquiry" lets a role ask for a purpose. Both masks are 0 when there is none. */
struct tg_inquirable {
    tg_mask at_once;  /* what the consent alone opens, once point and name fit: STEP2 */
    tg_mask askable;  /* that, and what only the service center answers: STEP3 */
    unsigned seconds; /* that an answer may lie unread */
};
struct tg_inquirable tg_policy_inquirable(const struct tg_policy *p, const char *role, const char *purpose);

enum tg_inquire {
    TG_INQUIRE_COMPARE, /* the name of the point, to be held against what was typed: never to be shown */
    TG_INQUIRE_AT_ONCE, /* STEP2 */
    TG_INQUIRE_ANSWER   /* STEP3: on asking, and again on reading */
};
struct tg_question {
    enum tg_inquire what;
    tg_mask fields; /* as asked; of TG_INQUIRE_COMPARE not looked at */
};
/* One part of an inquiry, about the point of the matter's consent and no other. The scope's clauses have
 * exactly these fields, and hide none: a disclosure of just what was asked. TG_E_FORBIDDEN (the role asks
 * nothing), TG_E_PURPOSE, TG_E_INQUIRY_CONSENT (none, or of another company, purpose or day),
 * TG_E_INQUIRY_FIELDS (none, or more than may be asked), TG_E_NOMEM. *ret as of tg_policy_decide.
 */
enum tg_err tg_policy_inquire(const struct tg_policy *p, const struct tg_staff *s, const struct tg_matter *m,
                              const struct tg_question *q, struct tg_scope **ret) TG_MUST;
/* What who answers sees of a record: of what the role may see anyway only the fields asked for. As
 * tg_policy_decide; TG_E_FORBIDDEN for a role that answers nothing.
 */
enum tg_err tg_policy_inquired(const struct tg_policy *p, const struct tg_staff *s, const struct tg_matter *m,
                               tg_mask fields, struct tg_scope **ret) TG_MUST;

#endif
