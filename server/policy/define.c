/* group, field, class, purpose, role. A name is defined before it is used, and once. */
#include "server/policy/reading.h"

static enum tg_err read_list_word(struct tg_reading *r, const struct tg_def *among, size_t n, size_t *ret)
{
    struct tg_token at = r->token;
    const char *name = NULL;
    enum tg_err e = tg_read_word(r, "名前が必要です / expected a name", &name);
    if (e != TG_OK)
        return e;
    *ret = tg_def_find(among, n, name);
    if (*ret == n)
        return TG_FAIL_AT(r->fault, at.line, at.column, "「%s」はありません / there is no %s", name, name);
    return TG_OK;
}

/* Words that mean something in lists cannot be names. */
static bool reserved(const char *name)
{
    return strncmp(name, "any", 3) == 0;
}

/* A fresh entry of a table for the name that comes now. */
static enum tg_err begin_def(struct tg_reading *r, struct tg_def *table, size_t *n, size_t max,
                             struct tg_def **ret)
{
    struct tg_def d = {.line = r->token.line, .column = r->token.column};
    enum tg_err e = tg_read_word(r, "名前が必要です / expected a name", &d.name);
    if (e != TG_OK)
        return e;
    if (reserved(d.name) || d.name[0] < 'a' || d.name[0] > 'z')
        return TG_FAIL_AT(r->fault, d.line, d.column, "「%s」は名前に使えません / %s cannot be a name",
                          d.name, d.name);
    if (tg_def_find(table, *n, d.name) < *n)
        return TG_FAIL_AT(r->fault, d.line, d.column, "「%s」は 2 度目です / %s is defined twice", d.name,
                          d.name);
    if (*n == max)
        return TG_FAIL_AT(r->fault, d.line, d.column, "定義が多すぎます / too many definitions");
    d.length = strlen(d.name);
    table[*n] = d;
    *ret = &table[(*n)++];
    return TG_OK;
}

enum tg_err tg_read_group(struct tg_reading *r)
{
    struct tg_policy *p = r->policy;
    struct tg_def *g = NULL;
    enum tg_err e = begin_def(r, p->group, &p->n_groups, TG_POLICY_GROUPS, &g);
    if (e == TG_OK && tg_field_find(g->name) < TG_F_COUNT)
        e = TG_FAIL_AT(r->fault, g->line, g->column, "項目と同じ名前です / a field has that name");
    if (e == TG_OK)
        e = tg_read_say(r, &g->say);
    return e == TG_OK ? tg_read_line_end(r) : e;
}

static enum tg_err read_side(struct tg_reading *r, enum tg_side *ret)
{
    static const char *const sides[] = {"both", "retail", "network"};
    for (unsigned i = 0; i < 3; i++) {
        if (tg_read_is(r, sides[i])) {
            *ret = (enum tg_side)i;
            tg_read_next(r);
            return TG_OK;
        }
    }
    return tg_fail_here(r, "both、retail、network のどれかです / expected both, retail or network");
}

static enum tg_err begin_known(struct tg_reading *r, struct tg_def *table, size_t i, size_t n,
                               const char *unknown)
{
    struct tg_def d = {.line = r->token.line, .column = r->token.column};
    if (i == n)
        return tg_fail_here(r, unknown);
    if (table[i].line != 0)
        return tg_fail_here(r, "2 度目です / defined twice");
    d.name = r->token.text;
    d.length = strlen(d.name);
    table[i] = d;
    tg_read_next(r);
    return TG_OK;
}

enum tg_err tg_read_field(struct tg_reading *r)
{
    struct tg_policy *p = r->policy;
    size_t i = r->token.kind == TG_T_WORD ? (size_t)tg_field_find(r->token.text) : TG_F_COUNT;
    size_t group = 0;
    enum tg_err e =
        begin_known(r, p->field, i, TG_F_COUNT, "このような項目はありません / there is no such field");
    if (e == TG_OK)
        e = tg_read_keyword(r, "in");
    if (e == TG_OK)
        e = read_list_word(r, p->group, p->n_groups, &group);
    if (e == TG_OK)
        e = tg_read_keyword(r, "side");
    if (e == TG_OK)
        e = read_side(r, &p->field[i].side);
    if (e == TG_OK)
        e = tg_read_say(r, &p->field[i].say);
    if (e != TG_OK)
        return e;
    p->group[group].fields |= TG_BIT(i);
    return tg_read_line_end(r);
}

enum tg_err tg_read_class(struct tg_reading *r)
{
    struct tg_policy *p = r->policy;
    size_t i = r->token.kind == TG_T_WORD ? (size_t)tg_class_find(r->token.text) : TG_C_COUNT;
    struct tg_rule has = {.fields = 0};
    enum tg_err e =
        begin_known(r, p->class, i, TG_C_COUNT, "このような区分はありません / there is no such class");
    if (e == TG_OK)
        e = tg_read_say(r, &p->class[i].say);
    if (e != TG_OK)
        return e;
    tg_read_blank_lines(r);
    e = tg_read_keyword(r, "has");
    do {
        if (e == TG_OK)
            e = tg_read_item(r, false, &has);
    } while (e == TG_OK && r->token.kind != TG_T_LINE && r->token.kind != TG_T_END);
    if (e != TG_OK)
        return e;
    p->class[i].fields = tg_rule_fields(&has);
    return tg_read_line_end(r);
}

enum tg_err tg_read_purpose(struct tg_reading *r)
{
    struct tg_policy *p = r->policy;
    struct tg_def *d = NULL;
    enum tg_err e = begin_def(r, p->purpose, &p->n_purposes, TG_PURPOSES, &d);
    if (e == TG_OK)
        e = tg_read_say(r, &d->say);
    return e == TG_OK ? tg_read_line_end(r) : e;
}

const char *tg_role_kind(enum tg_kind k)
{
    static const char *const kinds[TG_KIND_COUNT] = {"retail", "network", "emergency", "none"};
    return k < TG_KIND_COUNT ? kinds[k] : "";
}

static enum tg_err read_kind(struct tg_reading *r, enum tg_kind *ret)
{
    for (unsigned i = 0; i < TG_KIND_COUNT; i++) {
        if (tg_read_is(r, tg_role_kind((enum tg_kind)i))) {
            *ret = (enum tg_kind)i;
            tg_read_next(r);
            return TG_OK;
        }
    }
    return tg_fail_here(
        r, "retail、network、emergency、none のどれかです / expected retail, network, emergency or none");
}

static enum tg_err read_purposes(struct tg_reading *r, uint32_t *ret)
{
    do {
        size_t i = 0;
        struct tg_token at = r->token;
        enum tg_err e = read_list_word(r, r->policy->purpose, r->policy->n_purposes, &i);
        if (e != TG_OK)
            return e;
        if ((*ret >> i & 1) != 0)
            return TG_FAIL_AT(r->fault, at.line, at.column, "2 度目です / listed twice");
        *ret |= (uint32_t)1 << i;
    } while (r->token.kind != TG_T_LINE && r->token.kind != TG_T_END);
    return TG_OK;
}

/* "side retail|network", where it stands: over whose people a role without customer data stands. */
static enum tg_err read_over(struct tg_reading *r, const struct tg_def *role, enum tg_side *ret)
{
    if (!tg_read_is(r, "side"))
        return TG_OK;
    if (role->kind != TG_KIND_NONE)
        return tg_fail_here(r, "この職務の側は kind で決まります / the kind tells the side of this role");
    tg_read_next(r);
    if (!tg_read_is(r, "retail") && !tg_read_is(r, "network"))
        return tg_fail_here(r, "retail、network のどちらかです / expected retail or network");
    return read_side(r, ret);
}

/* "duty WORD", where it stands. */
static enum tg_err read_duty(struct tg_reading *r, const struct tg_def *role, enum tg_duty *ret)
{
    if (!tg_read_is(r, "duty"))
        return TG_OK;
    if (role->kind != TG_KIND_NONE)
        return tg_fail_here(r, "お客さまの情報を使う職務は、管理を兼ねられません / a role with customer data "
                               "has no duty");
    if (role->side != TG_SIDE_BOTH)
        return tg_fail_here(r,
                            "人の上に立つ職務は、管理を兼ねられません / a role that stands over people has "
                            "no duty");
    tg_read_next(r);
    for (unsigned i = 1; i < TG_DUTY_COUNT; i++) {
        if (tg_read_is(r, tg_duty_name((enum tg_duty)i))) {
            *ret = (enum tg_duty)i;
            tg_read_next(r);
            return TG_OK;
        }
    }
    return tg_fail_here(r, "cards、policy、data、audit のどれかです / expected cards, policy, data or audit");
}

enum tg_err tg_read_role(struct tg_reading *r)
{
    struct tg_policy *p = r->policy;
    struct tg_def *d = NULL;
    enum tg_err e = begin_def(r, p->role, &p->n_roles, TG_ROLES, &d);
    if (e == TG_OK)
        e = tg_read_keyword(r, "kind");
    if (e == TG_OK)
        e = read_kind(r, &d->kind);
    if (e == TG_OK)
        e = read_over(r, d, &d->side);
    if (e == TG_OK)
        e = read_duty(r, d, &d->duty);
    if (e == TG_OK)
        e = tg_read_say(r, &d->say);
    if (e == TG_OK)
        e = tg_read_line_end(r);
    if (e != TG_OK || !tg_read_is(r, "purposes"))
        return e;
    if (d->kind == TG_KIND_NONE)
        return tg_fail_here(
            r, "お客さまの情報を使わない職務に利用目的はありません / a role of kind none has no purposes");
    tg_read_next(r);
    e = read_purposes(r, &d->purposes);
    return e == TG_OK ? tg_read_line_end(r) : e;
}
