/* The whole policy as a table: every role, class, field and purpose, in the order of the file. */
#include "server/policy/model.h"

enum state { SHOWN, GRANT, CONSENT, HIDDEN, CLOSED, STATES };
static const char *const states[STATES] = {"shown", "grant", "consent", "hidden", "closed"};

static const struct tg_why not_open = {
    .rule = "purpose-not-open",
    .reason_ja = "この職務では選べない利用目的です。",
    .reason_en = "This role does not have this purpose.",
    .next_ja = "その用件を扱う職務の担当者へ引き継いでください。",
    .next_en = "Hand the matter over to a colleague whose role has it.",
};

/* One line. */
struct row {
    const char *role, *class, *field, *state;
    struct tg_why why;
    uint32_t purposes;
    const char *note;
};

struct table {
    const struct tg_policy *p;
    bool csv;
    struct tg_buf *out;
};

static enum tg_err add_purposes(const struct table *t, uint32_t purposes)
{
    enum tg_err e = TG_OK;
    bool first = true;
    for (size_t u = 0; u < t->p->n_purposes && e == TG_OK; u++) {
        if ((purposes >> u & 1) == 0)
            continue;
        e = tg_buf_addf(t->out, "%s%s", first ? "" : " ", t->p->purpose[u].name);
        first = false;
    }
    return e;
}

/* Sentences have no quotes and no line ends (the lexer refuses them), so quoting them is enough. */
static enum tg_err add_csv(const struct table *t, const struct row *r)
{
    enum tg_err e = tg_buf_addf(t->out, "%s,%s,%s,%s,%s,\"%s\",\"%s\",\"%s\",\"%s\",", r->role, r->class,
                                r->field, r->state, r->why.rule, r->why.reason_ja, r->why.reason_en,
                                r->why.next_ja, r->why.next_en);
    if (e == TG_OK)
        e = add_purposes(t, r->purposes);
    return e == TG_OK ? tg_buf_addf(t->out, ",%s\n", r->note) : e;
}

static enum tg_err add_text(const struct table *t, const struct row *r)
{
    enum tg_err e = tg_buf_addf(t->out, "%-20s %-15s %-15s %-8s %-22s [", r->role, r->class, r->field,
                                r->state, r->why.rule);
    if (e == TG_OK)
        e = add_purposes(t, r->purposes);
    return e == TG_OK
               ? tg_buf_addf(t->out, "] %s%s%s\n", r->note, r->note[0] != '\0' ? " " : "", r->why.reason_ja)
               : e;
}

static enum tg_err add(const struct table *t, const struct row *r)
{
    return t->csv ? add_csv(t, r) : add_text(t, r);
}

static enum state state_of(const struct tg_policy *p, const struct tg_cell *c)
{
    const struct tg_def *role = &p->role[c->role];
    tg_mask field = TG_BIT(c->field) & p->purpose_fields[c->purpose];
    if (role->kind == TG_KIND_NONE)
        return HIDDEN;
    if ((role->purposes >> c->purpose & 1) == 0)
        return CLOSED;
    if ((p->shown[c->role][c->class] & field) != 0)
        return role->kind != TG_KIND_EMERGENCY ? SHOWN : tg_policy_by_grant(p, role->name) ? GRANT : HIDDEN;
    size_t consent = p->consent_rule[c->role][c->purpose][c->class];
    if (consent != 0 && (tg_consent_fields(p, &p->rule[consent - 1], c->class) & field) != 0)
        return CONSENT;
    return HIDDEN;
}

/* Rule and sentences of a cell in one of its states. A field that is shown for some purposes says why not for
 * others; one that a consent or a grant would open, why it is hidden without.
 */
static struct tg_why why_of(const struct tg_policy *p, const struct tg_cell *c, enum state state)
{
    struct tg_why why = state == CLOSED ? not_open : p->why[tg_cell_said(p, c, false)];
    if (state == CONSENT)
        why.rule = p->rule[p->consent_rule[c->role][c->purpose][c->class] - 1].id;
    if (state == SHOWN && p->limit_rule[c->field] != 0) {
        struct tg_why limit = tg_rule_why(&p->rule[p->limit_rule[c->field] - 1]);
        limit.rule = why.rule;
        return limit;
    }
    return why;
}

/* A line for each state that the field has for some purpose: together they name every purpose once. */
static enum tg_err add_cell(const struct table *t, struct tg_cell c)
{
    const struct tg_policy *p = t->p;
    uint32_t purposes[STATES] = {0};
    size_t first[STATES] = {0};
    enum tg_err e = TG_OK;
    for (size_t u = p->n_purposes; u-- > 0;) {
        c.purpose = u;
        enum state s = state_of(p, &c);
        purposes[s] |= (uint32_t)1 << u;
        first[s] = u;
    }
    for (unsigned s = 0; s < STATES && e == TG_OK; s++) {
        c.purpose = first[s];
        if (purposes[s] != 0)
            e = add(t, &(struct row){.role = p->role[c.role].name,
                                     .class = tg_class_name(c.class),
                                     .field = tg_field_name(c.field),
                                     .state = states[s],
                                     .why = why_of(p, &c, (enum state)s),
                                     .purposes = purposes[s],
                                     .note = ""});
    }
    return e;
}

/* A line about the role as a whole. */
static enum tg_err add_about(const struct table *t, size_t role, const char *state,
                             const struct tg_rule *rule, const char *note)
{
    return add(t, &(struct row){.role = t->p->role[role].name,
                                .class = "*",
                                .field = "*",
                                .state = state,
                                .why = tg_rule_why(rule),
                                .purposes = rule->purposes,
                                .note = note});
}

static enum tg_err add_role(const struct table *t, size_t role)
{
    static const char *const sides[] = {"", " side retail", " side network"};
    const struct tg_def *d = &t->p->role[role];
    const struct tg_rule as_rule = {
        .id = d->name, .reason = d->say, .next = {.ja = "", .en = ""}, .purposes = d->purposes};
    char note[64];
    (void)snprintf(note, sizeof note, "kind %s%s%s%s", tg_role_kind(d->kind), sides[d->side],
                   d->duty != TG_DUTY_NONE ? " duty " : "", tg_duty_name(d->duty));
    return add_about(t, role, "role", &as_rule, note);
}

static enum tg_err add_roles(const struct table *t, struct tg_buf *note, const char *what, uint32_t roles)
{
    enum tg_err e = tg_buf_addf(note, " %s", what);
    for (size_t by = 0; by < t->p->n_roles && e == TG_OK; by++)
        if ((roles >> by & 1) != 0)
            e = tg_buf_addf(note, " %s", t->p->role[by].name);
    return e;
}

static enum tg_err add_cap(const struct table *t, size_t role, const struct tg_rule *rule)
{
    TG_BUF_AUTO note = TG_BUF_INIT(TG_ROLES * (TG_POLICY_WORD_BYTES + 1) + 64);
    enum tg_err e = tg_buf_addf(&note, "looks %u in hour", rule->number);
    if (e == TG_OK)
        e = add_roles(t, &note, "release-by", rule->releases);
    const char *text = tg_buf_cstr(&note);
    if (e == TG_OK && text == NULL)
        e = TG_E_NOMEM;
    return e == TG_OK ? add_about(t, role, "cap", rule, text) : e;
}

static enum tg_err add_terms(const struct table *t, size_t role, const struct tg_rule *rule)
{
    char note[64];
    (void)snprintf(note, sizeof note, "days %u the point of the consent only", rule->number);
    return add_about(t, role, "terms", rule, note);
}

static enum tg_err add_fields(struct tg_buf *to, tg_mask fields)
{
    enum tg_err e = TG_OK;
    for (unsigned f = 0; f < TG_F_COUNT && e == TG_OK; f++)
        if ((fields & TG_BIT(f)) != 0)
            e = tg_buf_addf(to, " %s", tg_field_name((enum tg_field)f));
    return e;
}

static enum tg_err add_inquiry(const struct table *t, size_t role, const struct tg_rule *rule)
{
    TG_BUF_AUTO note = TG_BUF_INIT(2048);
    enum tg_err e = tg_buf_addf(&note, "hours %u compare", rule->number);
    if (e == TG_OK)
        e = add_fields(&note, rule->compare);
    if (e == TG_OK)
        e = tg_buf_add_str(&note, " fields");
    if (e == TG_OK)
        e = add_fields(&note, tg_rule_fields(rule));
    const char *text = tg_buf_cstr(&note);
    if (e == TG_OK && text == NULL)
        e = TG_E_NOMEM;
    return e == TG_OK ? add_about(t, role, "inquiry", rule, text) : e;
}

static enum tg_err add_granting(const struct table *t, size_t role, const struct tg_rule *rule)
{
    TG_BUF_AUTO note = TG_BUF_INIT(2 * TG_ROLES * (TG_POLICY_WORD_BYTES + 1) + 256);
    enum tg_err e = tg_buf_addf(&note, "hours %u of", rule->number);
    for (unsigned k = 0; k < TG_EVENT_KINDS && e == TG_OK; k++)
        if ((rule->events >> k & 1) != 0)
            e = tg_buf_addf(&note, " %s", tg_event_kind_name((enum tg_event_kind)k));
    if (e == TG_OK)
        e = add_roles(t, &note, "declare-by", rule->declares);
    if (e == TG_OK)
        e = add_roles(t, &note, "approve-by", rule->approves);
    const char *text = tg_buf_cstr(&note);
    if (e == TG_OK && text == NULL)
        e = TG_E_NOMEM;
    return e == TG_OK ? add_about(t, role, "granting", rule, text) : e;
}

static enum tg_err add_about_rule(const struct table *t, size_t role, const struct tg_rule *rule)
{
    switch (rule->type) {
    case TG_RULE_CAP:
        return add_cap(t, role, rule);
    case TG_RULE_CONSENT:
        return add_terms(t, role, rule);
    case TG_RULE_INQUIRY:
        return add_inquiry(t, role, rule);
    case TG_RULE_NOTHING:
        return add_about(t, role, "nothing", rule, "");
    case TG_RULE_GRANT:
        return add_granting(t, role, rule);
    case TG_RULE_SHOW:
    case TG_RULE_HIDE:
    case TG_RULE_LIMIT:
        break;
    }
    return TG_OK;
}

static enum tg_err rows_of_role(const struct table *t, size_t role)
{
    const struct tg_policy *p = t->p;
    enum tg_err e = add_role(t, role);
    for (size_t i = 0; i < p->n_rules && e == TG_OK; i++)
        if (tg_rule_has_role(p, &p->rule[i], role))
            e = add_about_rule(t, role, &p->rule[i]);
    for (unsigned i = 0; i < TG_C_COUNT * TG_F_COUNT && e == TG_OK; i++)
        e = add_cell(t, (struct tg_cell){.role = role,
                                         .class = (enum tg_class)(i / TG_F_COUNT),
                                         .field = (enum tg_field)(i % TG_F_COUNT)});
    return e;
}

enum tg_err tg_policy_matrix(const struct tg_policy *p, bool csv, struct tg_buf *out)
{
    struct table t = {.p = p, .csv = csv, .out = out};
    struct row about = {.role = "*",
                        .class = "*",
                        .field = "*",
                        .state = "policy",
                        .why = {p->digest, "", "", "", ""},
                        .note = ""};
    enum tg_err e =
        csv ? tg_buf_add_str(out, "role,class,field,state,rule,reason,reason_en,next,next_en,purposes,note\n")
            : TG_OK;
    if (e == TG_OK)
        e = add(&t, &about);
    for (size_t role = 0; role < p->n_roles && e == TG_OK; role++)
        e = rows_of_role(&t, role);
    return e;
}
