/* The policy: a text file an auditor can read, compiled to bit masks. Pure: no I/O, no clock, no terminal.
 *
 *   tg_policy_compile(text) -> tg_policy        once, at start and on SIGHUP
 *   tg_policy_decide(policy, staff, purpose, now) -> tg_scope      on every request
 *
 * A decision starts as "nothing" and gains only what a rule of the file grants.
 */
#ifndef TG_POLICY_H
#define TG_POLICY_H

#include "certs/base/clock.h"
#include "server/admit/staff.h"
#include "server/policy/field.h"
#include "server/policy/scope.h"

struct tg_policy;

struct tg_policy_fault {
    unsigned line, column; /* from 1 */
    char what[256];
};

/* Compiles and checks: unknown, duplicate, unclassified, a hidden field without a reason, a role joining
 * retail sales and network fields, bad UTF-8 … TG_E_POLICY with *fault filled; TG_E_NOMEM.
 */
enum tg_err tg_policy_compile(struct tg_span text, struct tg_policy **ret,
                              struct tg_policy_fault *fault) TG_MUST;
struct tg_policy *tg_policy_ref(struct tg_policy *p); /* thread-safe */
void tg_policy_unref(struct tg_policy **p);
/* SHA-256 of the text, lower-case hex. */
const char *tg_policy_digest(const struct tg_policy *p);
bool tg_policy_has_role(const struct tg_policy *p, const char *role);

/* What the person may see, now, for this purpose. TG_E_FORBIDDEN: no customer data at all for this role
 * (unknown, of kind none, an emergency role without a grant, or held in a company of another kind than the
 * role's); TG_E_PURPOSE: unknown purpose or not open to the role. *ret is owned by the caller and keeps a
 * reference to the policy.
 */
enum tg_err tg_policy_decide(const struct tg_policy *p, const struct tg_staff *s, const char *purpose,
                             tg_sec now, struct tg_scope **ret) TG_MUST;

/* Why a field is hidden from the clause's role and class for the scope's purpose, and what to do next.
 * Borrowed from the scope, whose policy answers; never NULL. A field that is shown has the clause's rule and
 * empty texts.
 */
struct tg_why {
    const char *rule;
    const char *reason_ja, *reason_en;
    const char *next_ja, *next_en;
};
struct tg_why tg_policy_why(const struct tg_policy *p, const struct tg_scope *s, size_t clause,
                            enum tg_field f);

/* role x class x field, whole, as aligned text or as CSV with the header
 * role,class,field,state,rule,reason,reason_en,next,next_en,purposes. state is shown (for the purposes
 * listed), hidden, or grant: hidden, but what an approved grant would open. A ceiling of
 * TG_POLICY_MATRIX_BYTES is enough for out. TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_policy_matrix(const struct tg_policy *p, bool csv, struct tg_buf *out) TG_MUST;

#endif
