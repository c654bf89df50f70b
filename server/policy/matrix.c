/* The whole policy as a table: every role, class and field, in the order of the file. */
#include "server/policy/model.h"

struct cell {
    size_t role;
    enum tg_class class;
    enum tg_field field;
    const char *state;
    const char *purposes; /* for which it is shown, space between */
    struct tg_why why;
};

/* The purposes under which the cell is shown; the first one in *any. */
static uint32_t shown_for(const struct tg_policy *p, const struct cell *c, size_t *any)
{
    uint32_t purposes = 0;
    if ((p->shown[c->role][c->class] & TG_BIT(c->field)) == 0)
        return 0;
    for (size_t u = p->n_purposes; u-- > 0;) {
        bool open =
            (p->role[c->role].purposes >> u & 1) != 0 && (p->purpose_fields[u] & TG_BIT(c->field)) != 0;
        purposes |= (uint32_t)open << u;
        *any = open ? u : *any;
    }
    return purposes;
}

static enum tg_err purposes_text(const struct tg_policy *p, uint32_t purposes, struct tg_buf *out)
{
    enum tg_err e = TG_OK;
    for (size_t u = 0; u < p->n_purposes && e == TG_OK; u++)
        if ((purposes >> u & 1) != 0)
            e = tg_buf_addf(out, "%s%s", out->n > 0 ? " " : "", p->purpose[u].name);
    return e;
}

/* shown; hidden; or grant: hidden now, and what an approved grant would open. */
static enum tg_err fill(const struct tg_policy *p, struct cell *c, struct tg_buf *purposes)
{
    size_t u = 0;
    uint32_t open = shown_for(p, c, &u);
    tg_buf_reset(purposes);
    enum tg_err e = purposes_text(p, open, purposes);
    c->state = open == 0 ? "hidden" : p->role[c->role].kind == TG_KIND_EMERGENCY ? "grant" : "shown";
    c->why = tg_cell_why(p, c->role, u, c->class, c->field);
    if (open != 0 && p->limit_rule[c->field] != 0) {
        const struct tg_rule *limit = &p->rule[p->limit_rule[c->field] - 1];
        c->why.reason_ja = limit->reason.ja;
        c->why.reason_en = limit->reason.en;
    }
    c->purposes = tg_buf_cstr(purposes);
    return e == TG_OK && c->purposes == NULL ? TG_E_NOMEM : e;
}

/* Sentences have no quotes and no line ends (the lexer refuses them), so quoting them is enough. */
static enum tg_err csv_row(const struct tg_policy *p, const struct cell *c, struct tg_buf *out)
{
    return tg_buf_addf(out, "%s,%s,%s,%s,%s,\"%s\",\"%s\",\"%s\",\"%s\",%s\n", p->role[c->role].name,
                       tg_class_name(c->class), tg_field_name(c->field), c->state, c->why.rule,
                       c->why.reason_ja, c->why.reason_en, c->why.next_ja, c->why.next_en, c->purposes);
}

static enum tg_err text_row(const struct tg_policy *p, const struct cell *c, struct tg_buf *out)
{
    return tg_buf_addf(out, "%-20s %-15s %-15s %-6s %-22s %s%s%s\n", p->role[c->role].name,
                       tg_class_name(c->class), tg_field_name(c->field), c->state, c->why.rule, c->purposes,
                       c->purposes[0] != '\0' && c->why.reason_ja[0] != '\0' ? " " : "", c->why.reason_ja);
}

static enum tg_err rows_of_role(const struct tg_policy *p, size_t role, bool csv, struct tg_buf *out)
{
    TG_BUF_AUTO purposes = TG_BUF_INIT(TG_PURPOSES * (TG_POLICY_WORD_BYTES + 1));
    enum tg_err e = TG_OK;
    for (unsigned i = 0; i < TG_C_COUNT * TG_F_COUNT && e == TG_OK; i++) {
        struct cell c = {
            .role = role, .class = (enum tg_class)(i / TG_F_COUNT), .field = (enum tg_field)(i % TG_F_COUNT)};
        e = fill(p, &c, &purposes);
        if (e == TG_OK)
            e = csv ? csv_row(p, &c, out) : text_row(p, &c, out);
    }
    return e;
}

enum tg_err tg_policy_matrix(const struct tg_policy *p, bool csv, struct tg_buf *out)
{
    enum tg_err e =
        csv ? tg_buf_add_str(out, "role,class,field,state,rule,reason,reason_en,next,next_en,purposes\n")
            : tg_buf_addf(out, "# policy %s\n", p->digest);
    for (size_t role = 0; role < p->n_roles && e == TG_OK; role++)
        e = rows_of_role(p, role, csv, out);
    return e;
}
