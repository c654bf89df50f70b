/* Grants: the statement, what it may say, and the questions about it. */
#include "server/policy/granting.h"

#include "server/policy/reading.h"

static const unsigned most_seconds[TG_EVENT_KINDS] = {TG_GRANT_OUTAGE_SECONDS, TG_GRANT_FAULT_SECONDS,
                                                      TG_GRANT_TRANSITION_SECONDS, TG_GRANT_DRILL_SECONDS};
#define HOUR 3600u

static enum tg_err read_events(struct tg_reading *r, struct tg_rule *rule)
{
    do {
        struct tg_token at = r->token;
        const char *name = NULL;
        enum tg_err e = tg_read_word(r, "事象の種類が必要です / expected a kind of event", &name);
        if (e != TG_OK)
            return e;
        enum tg_event_kind k = tg_event_kind_find(name);
        if (k == TG_EVENT_KINDS)
            return TG_FAIL_AT(r->fault, at.line, at.column,
                              "事象の種類「%s」はありません / there is no kind of event %s", name, name);
        if ((rule->events >> k & 1) != 0)
            return TG_FAIL_AT(r->fault, at.line, at.column, "2 度目です / listed twice");
        rule->events |= (uint32_t)1 << k;
    } while (!tg_read_at_line_end(r));
    return tg_read_line_end(r);
}

/* "WORD ROLES": names, no kinds. */
static enum tg_err read_people(struct tg_reading *r, const char *word, uint32_t *ret)
{
    struct tg_rule by = {.type = TG_RULE_GRANT};
    enum tg_err e = tg_read_keyword(r, word);
    if (e == TG_OK)
        e = tg_read_roles(r, &by);
    *ret = by.roles;
    return e;
}

static enum tg_err read_hours(struct tg_reading *r, struct tg_rule *rule)
{
    enum tg_err e = tg_read_keyword(r, "hours");
    if (e == TG_OK)
        e = tg_read_number(r, TG_GRANT_TRANSITION_SECONDS / HOUR, &rule->number);
    return e == TG_OK ? tg_read_line_end(r) : e;
}

enum tg_err tg_read_grant(struct tg_reading *r)
{
    struct tg_rule *rule = NULL;
    uint32_t roles = 0;
    enum tg_err e = tg_read_rule(r, TG_RULE_GRANT, &rule);
    if (e == TG_OK)
        e = read_people(r, "to", &roles);
    if (e == TG_OK)
        e = tg_read_keyword(r, "of");
    if (e == TG_OK) {
        rule->roles = roles;
        e = read_events(r, rule);
    }
    if (e == TG_OK)
        e = read_hours(r, rule);
    if (e == TG_OK)
        e = read_people(r, "declare-by", &rule->declares);
    if (e == TG_OK)
        e = read_people(r, "approve-by", &rule->approves);
    if (e == TG_OK)
        e = tg_read_keyword(r, "pledge");
    if (e == TG_OK)
        e = tg_read_say(r, &rule->reason);
    if (e != TG_OK)
        return e;
    rule->next = (struct tg_say){.ja = "使う前に、本人がこの文を読んで確認します。",
                                 .en = "The person reads and acknowledges this before the first use."};
    return tg_read_line_end(r);
}

static enum tg_err hash_pledge(const struct tg_say *say, char out[65])
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    enum tg_err e = tg_buf_addf(&text, "%s\n%s", say->ja, say->en);
    return e == TG_OK ? tg_policy_hash(tg_span_buf(&text), out) : e;
}

enum tg_err tg_policy_fill_grant(struct tg_policy *p, size_t i, size_t role, struct tg_policy_fault *fault)
{
    const struct tg_rule *rule = &p->rule[i];
    enum tg_err e = TG_OK;
    for (unsigned k = 0; k < TG_EVENT_KINDS && e == TG_OK; k++) {
        struct tg_granting *g = &p->granting[role][k];
        if ((rule->events >> k & 1) == 0)
            continue;
        if (p->grant_rule[role][k] != 0)
            return TG_FAIL_AT(fault, rule->line, rule->column,
                              "同じ職務と事象の grant は 2 度目です / another grant rule for the role and kind "
                              "of event（%s）",
                              p->role[role].name);
        p->grant_rule[role][k] = (uint8_t)(i + 1);
        *g = (struct tg_granting){.rule = rule->id,
                                  .seconds = (tg_sec)rule->number * HOUR,
                                  .pledge_ja = rule->reason.ja,
                                  .pledge_en = rule->reason.en};
        e = hash_pledge(&rule->reason, g->pledge);
    }
    return e;
}

static bool has_side(const struct tg_policy *p, uint32_t roles, enum tg_side side)
{
    for (size_t i = 0; i < p->n_roles; i++)
        if ((roles >> i & 1) != 0 && p->role[i].side == side)
            return true;
    return false;
}

static bool all_stand_over(const struct tg_policy *p, uint32_t roles)
{
    for (size_t i = 0; i < p->n_roles; i++)
        if ((roles >> i & 1) != 0 && (p->role[i].kind != TG_KIND_NONE || p->role[i].side == TG_SIDE_BOTH))
            return false;
    return true;
}

/* Two companies, one of each side, and nobody who sees customer data or administers. */
const char *tg_policy_wrong_grant(const struct tg_policy *p, const struct tg_rule *rule, size_t role)
{
    if (p->role[role].kind != TG_KIND_EMERGENCY)
        return "承認で開くのは、kind が emergency の職務だけです / grants open emergency roles only";
    if (!all_stand_over(p, rule->declares | rule->approves))
        return "届け出る職務と承認する職務は、kind が none で side が要ります / who declares or approves is of "
               "kind none, with a side";
    if (has_side(p, rule->declares, TG_SIDE_RETAIL))
        return "届け出るのは、side が network の職務です / who declares is of side network";
    if (!has_side(p, rule->approves, TG_SIDE_NETWORK) || !has_side(p, rule->approves, TG_SIDE_RETAIL))
        return "承認する職務は、両方の side に要ります / each side needs a role that approves";
    for (unsigned k = 0; k < TG_EVENT_KINDS; k++)
        if ((rule->events >> k & 1) != 0 && rule->number * HOUR > most_seconds[k])
            return "その種類の事象には長すぎます / too many hours for that kind of event";
    return NULL;
}

bool tg_policy_by_grant(const struct tg_policy *p, const char *role)
{
    size_t i = tg_policy_role(p, role);
    for (unsigned k = 0; i < p->n_roles && k < TG_EVENT_KINDS; k++)
        if (p->grant_rule[i][k] != 0)
            return true;
    return false;
}

static const struct tg_rule *rule_of(const struct tg_policy *p, const char *role, enum tg_event_kind kind)
{
    size_t i = tg_policy_role(p, role);
    return i < p->n_roles && kind < TG_EVENT_KINDS && p->grant_rule[i][kind] != 0
               ? &p->rule[p->grant_rule[i][kind] - 1]
               : NULL;
}

const struct tg_granting *tg_policy_granting(const struct tg_policy *p, const char *role,
                                             enum tg_event_kind kind)
{
    return rule_of(p, role, kind) != NULL ? &p->granting[tg_policy_role(p, role)][kind] : NULL;
}

static enum tg_voice voice_of(const struct tg_def *role)
{
    if (role->kind != TG_KIND_NONE)
        return TG_VOICE_NONE;
    return role->side == TG_SIDE_NETWORK  ? TG_VOICE_NETWORK
           : role->side == TG_SIDE_RETAIL ? TG_VOICE_RETAIL
                                          : TG_VOICE_NONE;
}

bool tg_policy_declares(const struct tg_policy *p, const char *by, const char *role, enum tg_event_kind kind)
{
    const struct tg_rule *rule = rule_of(p, role, kind);
    size_t i = tg_policy_role(p, by);
    return rule != NULL && i < p->n_roles && (rule->declares >> i & 1) != 0;
}

enum tg_voice tg_policy_voice(const struct tg_policy *p, const char *by, const char *role,
                              enum tg_event_kind kind)
{
    const struct tg_rule *rule = rule_of(p, role, kind);
    size_t i = tg_policy_role(p, by);
    return rule != NULL && i < p->n_roles && (rule->approves >> i & 1) != 0 ? voice_of(&p->role[i])
                                                                           : TG_VOICE_NONE;
}

enum tg_voice tg_policy_over(const struct tg_policy *p, const char *by)
{
    size_t i = tg_policy_role(p, by);
    return i < p->n_roles ? voice_of(&p->role[i]) : TG_VOICE_NONE;
}

bool tg_policy_declares_any(const struct tg_policy *p, const char *by)
{
    for (size_t role = 0; role < p->n_roles; role++)
        for (unsigned k = 0; k < TG_EVENT_KINDS; k++)
            if (tg_policy_declares(p, by, p->role[role].name, (enum tg_event_kind)k))
                return true;
    return false;
}

enum tg_voice tg_policy_voice_any(const struct tg_policy *p, const char *by)
{
    enum tg_voice v = TG_VOICE_NONE;
    for (size_t role = 0; role < p->n_roles && v == TG_VOICE_NONE; role++)
        for (unsigned k = 0; k < TG_EVENT_KINDS && v == TG_VOICE_NONE; k++)
            v = tg_policy_voice(p, by, p->role[role].name, (enum tg_event_kind)k);
    return v;
}
