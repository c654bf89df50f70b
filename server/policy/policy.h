/* The policy: a text file an auditor can read, compiled to bit masks. Pure: no I/O, no clock, no terminal.
 *
 *   tg_policy_compile(text) -> tg_policy        once, at start and on SIGHUP
 *   tg_policy_decide(policy, staff, matter) -> tg_scope            on every request
 *   tg_policy_verdict(policy, inputs) -> tg_verdict                the same decision again, long after
 *
 * A decision starts as "nothing" and gains only what a rule of the file grants.
 */
#ifndef TG_POLICY_H
#define TG_POLICY_H

#include "certs/base/clock.h"
#include "server/admit/staff.h"
#include "server/policy/field.h"
#include "server/policy/scope.h"
#include "server/staff/consent.h"
#include "server/staff/grant.h"

struct tg_policy;

struct tg_policy_fault {
    unsigned line, column; /* from 1 */
    char what[256];
};

/* Compiles and checks: unknown, duplicate, unclassified, a hidden field without a reason, a role joining
 * retail sales and network fields, a role with customer data and without a cap, bad UTF-8 … TG_E_POLICY with
 * *fault filled; TG_E_NOMEM.
 */
enum tg_err tg_policy_compile(struct tg_span text, struct tg_policy **ret,
                              struct tg_policy_fault *fault) TG_MUST;
struct tg_policy *tg_policy_ref(struct tg_policy *p); /* thread-safe */
void tg_policy_unref(struct tg_policy **p);
/* SHA-256 of the text, lower-case hex. */
const char *tg_policy_digest(const struct tg_policy *p);
bool tg_policy_has_role(const struct tg_policy *p, const char *role);
bool tg_policy_has_purpose(const struct tg_policy *p, const char *purpose);

/* What a person wants customer data for, and when. */
struct tg_matter {
    const char *purpose;
    tg_sec now;
    const struct tg_consent *consent; /* the customer's, as the case reference named it; NULL: none */
    const struct tg_grant *grant;     /* of an emergency role; NULL: none */
};

/* What the person may see, now, for this purpose. TG_E_FORBIDDEN: no customer data at all for this role
 * (unknown, of kind none, an emergency role without a grant, or held in a company of another kind than the
 * role's); TG_E_PURPOSE: unknown purpose or not open to the role. An emergency role sees the areas of the grant, while
 * from <= now < until, and nothing on a customer's consent; for any other role a grant changes nothing. A consent only ever adds a clause of its
 * own point; one of another company, purpose or day, or that no rule of the policy speaks of, changes
 * nothing. *ret is owned by the caller and borrows the policy: whoever decides holds a reference of it for as
 * long as the scope lives. Nothing of s or m is kept.
 */
enum tg_err tg_policy_decide(const struct tg_policy *p, const struct tg_staff *s, const struct tg_matter *m,
                             struct tg_scope **ret) TG_MUST;

/* Everything that a decision depends on, besides the policy: what tg_policy_decide takes from the person, and
 * the matter. The audit keeps them, in the entries of the sign-in (role, company, kind, areas) and of the
 * look-up (purpose, now: the second that was decided with, and of a consent or grant all that it said), so that
 * a decision can be made again. No hash of them: it could only tell that they are others, and the chain that
 * seals the entries tells that already.
 */
struct tg_inputs {
    const char *role;
    const char *company; /* whose rights the post has */
    enum tg_company_kind kind;
    const char *areas;
    struct tg_matter matter;
};

/* The decision without a scope: nothing can be read with it. Texts are borrowed from the inputs and the
 * policy. */
struct tg_verdict {
    size_t n;
    struct tg_clause clause[TG_C_COUNT];
    tg_mask hidden[TG_C_COUNT]; /* of clause i: the fields that exist for its class and are not shown */
    tg_day day;
    bool drill; /* of invented customers only */
    size_t role, purpose; /* for tg_policy_verdict_why */
};

/* The same decision, from inputs that were written down, for replays and what-if: same error or same clauses,
 * bit for bit, as tg_policy_decide. *ret is set also on error, with n = 0.
 */
enum tg_err tg_policy_verdict(const struct tg_policy *p, const struct tg_inputs *in,
                              struct tg_verdict *ret) TG_MUST;

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
struct tg_why tg_policy_verdict_why(const struct tg_policy *p, const struct tg_verdict *v, size_t clause,
                                    enum tg_field f);

/* The sentence for a search or a show that found nothing, rule "" and empty texts when there is none: one and
 * the same for a customer who does not exist and for one who may not be seen. The purpose only chooses the
 * referral.
 */
struct tg_why tg_policy_nothing(const struct tg_policy *p, const char *role, const char *purpose);

/* How much one person may look up under a role. */
struct tg_cap {
    unsigned looks;   /* searches and shows, found or not, … */
    unsigned seconds; /* … in any stretch of this length */
    const char *rule;
    const char *reason_ja, *reason_en;
    const char *next_ja, *next_en;
};
/* Borrowed from the policy; NULL: a role without customer data. */
const struct tg_cap *tg_policy_cap(const struct tg_policy *p, const char *role);
/* Whether the supervisor's role lifts the cap of the other. That both posts have the rights of one and the
 * same company, and are held by two people, is the caller's to check.
 */
bool tg_policy_may_release(const struct tg_policy *p, const char *supervisor, const char *role);

/* What a role administers; never together with customer data. */
enum tg_duty { TG_DUTY_NONE, TG_DUTY_CARDS, TG_DUTY_POLICY, TG_DUTY_DATA, TG_DUTY_AUDIT, TG_DUTY_COUNT };
/* TG_DUTY_NONE for an unknown role. */
enum tg_duty tg_policy_duty(const struct tg_policy *p, const char *role);
const char *tg_duty_name(enum tg_duty d); /* "cards"; "" for none; NULL out of range */

/* Why one person may not hold two roles on the same day. */
enum tg_clash {
    TG_CLASH_NONE,
    TG_CLASH_SIDES,         /* retail sales and network, supervisors and approvers included */
    TG_CLASH_DUTIES,        /* two of cards, policy, data, audit */
    TG_CLASH_DUTY_AND_DATA, /* administers, and sees customer data */
    TG_CLASH_DUTY_AND_OVER, /* administers, and approves or lifts caps */
    TG_CLASH_OVER_ONESELF,  /* lifts the cap of the other role; so an approver is no responder */
    TG_CLASH_COUNT
};
/* For the roles of two posts that overlap in time; in either order. A role that the policy does not have
 * opens nothing and clashes with nothing. Emergency roles go with retail or network: they see nothing without
 * a grant, and hats are never joined.
 */
enum tg_clash tg_policy_clash(const struct tg_policy *p, const char *role, const char *other);
const char *tg_clash_ja(enum tg_clash c); /* a sentence without its full stop; NULL out of range */
const char *tg_clash_en(enum tg_clash c);

/* role x class x field x purpose, whole, as aligned text or as CSV with the header
 * role,class,field,state,rule,reason,reason_en,next,next_en,purposes,note. A row for each state that a field
 * has for some purpose; the purposes of a field's rows are all purposes, each once. States: shown; hidden;
 * consent and grant: hidden, but what a customer's consent, or an approved grant, would open; closed: a
 * purpose that the role does not have. Rows whose class and field are * say the rest: policy (rule is the
 * digest), role (kind, side, duty), cap, terms (of a consent) and nothing. A ceiling of
 * TG_POLICY_MATRIX_BYTES is enough for out. TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_policy_matrix(const struct tg_policy *p, bool csv, struct tg_buf *out) TG_MUST;

#endif
