/* A policy in memory: what the file says (definitions and rules), and the tables that decisions look into.
 * Internal to the room.
 */
#ifndef TG_POLICY_MODEL_H
#define TG_POLICY_MODEL_H

#include <stdatomic.h>

#include "certs/base/limits.h"
#include "server/policy/granting.h"

enum tg_side { TG_SIDE_BOTH, TG_SIDE_RETAIL, TG_SIDE_NETWORK };
enum tg_kind { TG_KIND_RETAIL, TG_KIND_NETWORK, TG_KIND_EMERGENCY, TG_KIND_NONE, TG_KIND_COUNT };
enum tg_rule_type {
    TG_RULE_SHOW,
    TG_RULE_HIDE,
    TG_RULE_LIMIT,
    TG_RULE_CONSENT,
    TG_RULE_INQUIRY,
    TG_RULE_CAP,
    TG_RULE_NOTHING,
    TG_RULE_GRANT
};

/* A sentence for people, in both languages. */
struct tg_say {
    const char *ja, *en;
};

/* A definition: group, field, class, purpose or role. line 0: not defined. */
struct tg_def {
    const char *name;
    size_t length; /* of the name */
    struct tg_say say;
    unsigned line, column;
    tg_mask fields;    /* group: its members; class: what it has */
    enum tg_side side; /* field; role of kind none: over whose people it stands, or both: nobody's */
    enum tg_kind kind; /* role */
    enum tg_duty duty; /* role of kind none */
    uint32_t purposes; /* role: bit i: purpose i */
};

/* What a rule is about. The parts are kept apart because the narrower one wins. */
struct tg_rule {
    enum tg_rule_type type;
    const char *id;
    unsigned line, column;
    uint32_t roles;    /* by name */
    uint32_t kinds;    /* by kind, bit i: kind i */
    uint32_t classes;  /* by name */
    uint32_t purposes; /* limit, consent, inquiry, nothing */
    uint32_t releases; /* cap: the roles that lift it */
    uint32_t events;   /* grant: bit i: events of kind i */
    uint32_t declares; /* grant: the roles that declare such an event, … */
    uint32_t approves; /* … and that approve it */
    unsigned number;   /* consent: days; inquiry, grant: hours; cap: looks */
    bool anyone, any_class;
    tg_mask fields; /* by name */
    tg_mask group_fields;
    tg_mask any_fields;
    tg_mask compare; /* inquiry: held against what the asker says, never shown */
    struct tg_say reason, next;
};

/* Names by a hash of theirs, because each request looks up two: index + 1; 0 is "free". */
struct tg_names {
    uint8_t slot[4 * TG_ROLES];
};

/* What one role sees for one purpose, ready to be handed out: the shown classes in their order, and of each
 * field of each class what is said about it (an index of why).
 */
struct tg_answer {
    unsigned n;
    struct tg_part {
        enum tg_class class;
        tg_mask fields, hidden;
        const char *rule;
    } part[TG_C_COUNT];
    uint16_t said[TG_C_COUNT][TG_F_COUNT];
};

struct tg_policy {
    atomic_uint refs;
    char digest[65];
    char *store; /* all texts */
    struct tg_def group[TG_POLICY_GROUPS];
    size_t n_groups;
    struct tg_def field[TG_F_COUNT];
    struct tg_def class[TG_C_COUNT];
    struct tg_def purpose[TG_PURPOSES];
    size_t n_purposes;
    struct tg_def role[TG_ROLES];
    size_t n_roles;
    struct tg_rule rule[TG_POLICY_RULES];
    size_t n_rules;

    /* The tables. Rules by index + 1; 0 is "none". */
    tg_mask shown[TG_ROLES][TG_C_COUNT];
    uint8_t show_rule[TG_ROLES][TG_C_COUNT];
    uint8_t hide_rule[TG_ROLES][TG_C_COUNT][TG_F_COUNT];
    uint8_t limit_rule[TG_F_COUNT];
    uint8_t consent_rule[TG_ROLES][TG_PURPOSES][TG_C_COUNT];
    uint8_t inquiry_rule[TG_ROLES][TG_PURPOSES][TG_C_COUNT];
    uint8_t nothing_rule[TG_ROLES][TG_PURPOSES];
    uint8_t cap_rule[TG_ROLES];
    struct tg_cap cap[TG_ROLES];
    uint8_t grant_rule[TG_ROLES][TG_EVENT_KINDS];
    struct tg_granting granting[TG_ROLES][TG_EVENT_KINDS];
    tg_mask purpose_fields[TG_PURPOSES]; /* what the limits leave for the purpose */

    /* The answers, made from the tables. */
    struct tg_names role_names, purpose_names;
    struct tg_answer *answers;                  /* role by role, purpose by purpose */
    struct tg_why why[1 + 2 * TG_POLICY_RULES]; /* no such field; what rule i says; shown by rule i */
};

/* One block; company and areas stand behind it. */
struct tg_scope {
    const struct tg_policy *policy; /* borrowed */
    const struct tg_answer *answer; /* the policy's */
    struct tg_consent consent;
    struct tg_verdict verdict;
};

void tg_fault_set(struct tg_policy_fault *f, unsigned line, unsigned column, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Sets the fault and is the error to return: macro and inline, so that gcc -fanalyzer sees that it never is
 * TG_OK. */
#define TG_FAIL_AT(...) (tg_fault_set(__VA_ARGS__), TG_E_POLICY)

/* Index of a name among definitions; n when there is none. */
size_t tg_def_find(const struct tg_def *d, size_t n, const char *name);
tg_mask tg_rule_fields(const struct tg_rule *r);
bool tg_rule_has_role(const struct tg_policy *p, const struct tg_rule *r, size_t role);
bool tg_rule_has_class(const struct tg_rule *r, unsigned class);

const char *tg_role_kind(enum tg_kind k);
bool tg_role_has_data(const struct tg_def *role);
/* The side that a role works for or stands over; both: neither. */
enum tg_side tg_role_side(const struct tg_def *role);
/* The fields that a consent opens of the class, before limits. */
tg_mask tg_consent_fields(const struct tg_policy *p, const struct tg_rule *r, unsigned class);

/* Fills the tables. Faults: a field that is shown twice, hidden without a reason or with two equally narrow
 * ones; a role with two caps, a cell with two consents, a search with two sentences for nothing. */
enum tg_err tg_policy_tables(struct tg_policy *p, struct tg_policy_fault *fault) TG_MUST;
/* The same for what is asked of a role: caps, consents, nothing. A role with customer data has a cap, and a
 * sentence for each of its purposes. */
enum tg_err tg_policy_role_tables(struct tg_policy *p, struct tg_policy_fault *fault) TG_MUST;
/* The part of it that is about grants: one rule for each emergency role and kind of event. */
enum tg_err tg_policy_fill_grant(struct tg_policy *p, size_t rule, size_t role,
                                 struct tg_policy_fault *fault) TG_MUST;
/* Why the role may not be granted like that; NULL: it may. */
const char *tg_policy_wrong_grant(const struct tg_policy *p, const struct tg_rule *rule, size_t role);
/* SHA-256 in lower-case hex. TG_E_INTERNAL. */
enum tg_err tg_policy_hash(struct tg_span text, char out[65]) TG_MUST;
/* Separation of duties: no rule joins retail sales and network data, opens more by consent than a supply
 * point, shows an emergency role more than an outage needs, or lets a cap be lifted from another side. */
enum tg_err tg_policy_check_duties(const struct tg_policy *p, struct tg_policy_fault *fault) TG_MUST;
/* From the tables, what decisions and reasons hand out. TG_E_NOMEM. */
enum tg_err tg_policy_answers(struct tg_policy *p) TG_MUST;
static inline const struct tg_answer *tg_policy_answer(const struct tg_policy *p, size_t role, size_t purpose)
{
    return &p->answers[role * p->n_purposes + purpose];
}
/* Index of a role or purpose; n_roles or n_purposes when there is none. */
size_t tg_policy_role(const struct tg_policy *p, const char *name);
size_t tg_policy_purpose(const struct tg_policy *p, const char *name);

/* What no single statement can know: everything classified, retail sales and network kept apart, nobody idle.
 */
enum tg_err tg_policy_check(const struct tg_policy *p, unsigned last_line,
                            struct tg_policy_fault *fault) TG_MUST;

bool tg_role_releases(const struct tg_policy *p, size_t supervisor, size_t role);
struct tg_why tg_rule_why(const struct tg_rule *r);

/* One square of the whole table. */
struct tg_cell {
    size_t role, purpose;
    enum tg_class class;
    enum tg_field field;
};
/* Why the field is as it is, as an index of why; consent: under the consent that there is for role, purpose
 * and class. */
size_t tg_cell_said(const struct tg_policy *p, const struct tg_cell *c, bool consent);

#endif
