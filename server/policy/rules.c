/* show, hide, limit, consent, inquiry, cap, nothing. Each is a keyword, an id, and lines that begin with a word of
 * their own: to/from, of, for, compare, fields, days, hours, looks, release-by, reason, next.
 */
#include "certs/base/text.h"
#include "server/policy/reading.h"

enum tg_err tg_read_rule(struct tg_reading *r, enum tg_rule_type type, struct tg_rule **ret)
{
    struct tg_policy *p = r->policy;
    struct tg_rule rule = {.type = type, .line = r->token.line, .column = r->token.column};
    enum tg_err e = tg_read_word(r, "規則の名前が必要です / expected the rule's name", &rule.id);
    if (e != TG_OK)
        return e;
    for (size_t i = 0; i < p->n_rules; i++)
        if (strcmp(p->rule[i].id, rule.id) == 0)
            return TG_FAIL_AT(r->fault, rule.line, rule.column,
                              "規則「%s」は 2 度目です / rule %s is defined twice", rule.id, rule.id);
    if (p->n_rules == TG_POLICY_RULES)
        return TG_FAIL_AT(r->fault, rule.line, rule.column, "規則が多すぎます / too many rules");
    p->rule[p->n_rules] = rule;
    *ret = &p->rule[p->n_rules++];
    return tg_read_line_end(r);
}

bool tg_read_at_line_end(const struct tg_reading *r)
{
    return r->token.kind == TG_T_LINE || r->token.kind == TG_T_END;
}

static enum tg_err read_fields(struct tg_reading *r, struct tg_rule *rule)
{
    do {
        enum tg_err e = tg_read_item(r, rule->type == TG_RULE_HIDE, rule);
        if (e != TG_OK)
            return e;
    } while (!tg_read_at_line_end(r));
    return tg_read_line_end(r);
}

/* Whether rules of the type may speak of kinds of roles. What opens something names each role. */
static bool speaks_of_kinds(enum tg_rule_type type)
{
    return type == TG_RULE_HIDE || type == TG_RULE_NOTHING;
}

/* True when the word means a kind or anybody; the rule takes it. */
static bool take_kind(const char *name, struct tg_rule *rule)
{
    static const char *const kinds[TG_KIND_COUNT] = {"any-retail", "any-network", "any-emergency",
                                                     "any-none"};
    for (unsigned i = 0; i < TG_KIND_COUNT; i++) {
        if (strcmp(name, kinds[i]) == 0) {
            rule->kinds |= (uint32_t)1 << i;
            return true;
        }
    }
    if (strcmp(name, "anyone") != 0)
        return false;
    rule->anyone = true;
    return true;
}

enum tg_err tg_read_roles(struct tg_reading *r, struct tg_rule *rule)
{
    const struct tg_policy *p = r->policy;
    do {
        struct tg_token at = r->token;
        const char *name = NULL;
        enum tg_err e = tg_read_word(r, "職務の名前が必要です / expected a role", &name);
        if (e != TG_OK)
            return e;
        uint32_t kinds = rule->kinds;
        bool anyone = rule->anyone;
        if (speaks_of_kinds(rule->type) && take_kind(name, rule)) {
            if (kinds == rule->kinds && anyone == rule->anyone)
                return TG_FAIL_AT(r->fault, at.line, at.column, "2 度目です / listed twice");
            continue;
        }
        size_t i = tg_def_find(p->role, p->n_roles, name);
        if (i == p->n_roles)
            return TG_FAIL_AT(r->fault, at.line, at.column, "職務「%s」はありません / there is no role %s",
                              name, name);
        if ((rule->roles >> i & 1) != 0)
            return TG_FAIL_AT(r->fault, at.line, at.column, "2 度目です / listed twice");
        rule->roles |= (uint32_t)1 << i;
    } while (!tg_read_at_line_end(r));
    return tg_read_line_end(r);
}

static enum tg_err read_classes(struct tg_reading *r, struct tg_rule *rule)
{
    do {
        struct tg_token at = r->token;
        const char *name = NULL;
        enum tg_err e = tg_read_word(r, "区分の名前が必要です / expected a class", &name);
        if (e != TG_OK)
            return e;
        if (rule->type == TG_RULE_HIDE && strcmp(name, "any") == 0) {
            if (rule->any_class)
                return TG_FAIL_AT(r->fault, at.line, at.column, "2 度目です / listed twice");
            rule->any_class = true;
            continue;
        }
        size_t i = tg_def_find(r->policy->class, TG_C_COUNT, name);
        if (i == TG_C_COUNT)
            return TG_FAIL_AT(r->fault, at.line, at.column, "区分「%s」はありません / there is no class %s",
                              name, name);
        if ((rule->classes >> i & 1) != 0)
            return TG_FAIL_AT(r->fault, at.line, at.column, "2 度目です / listed twice");
        rule->classes |= (uint32_t)1 << i;
    } while (!tg_read_at_line_end(r));
    return tg_read_line_end(r);
}

static enum tg_err read_purposes(struct tg_reading *r, struct tg_rule *rule)
{
    do {
        struct tg_token at = r->token;
        const char *name = NULL;
        enum tg_err e = tg_read_word(r, "利用目的の名前が必要です / expected a purpose", &name);
        if (e != TG_OK)
            return e;
        size_t i = tg_def_find(r->policy->purpose, r->policy->n_purposes, name);
        if (i == r->policy->n_purposes)
            return TG_FAIL_AT(r->fault, at.line, at.column,
                              "利用目的「%s」はありません / there is no purpose %s", name, name);
        if ((rule->purposes >> i & 1) != 0)
            return TG_FAIL_AT(r->fault, at.line, at.column, "2 度目です / listed twice");
        rule->purposes |= (uint32_t)1 << i;
    } while (!tg_read_at_line_end(r));
    return tg_read_line_end(r);
}

static enum tg_err read_sentences(struct tg_reading *r, struct tg_rule *rule)
{
    enum tg_err e = tg_read_keyword(r, "reason");
    if (e == TG_OK)
        e = tg_read_say(r, &rule->reason);
    if (e == TG_OK)
        e = tg_read_line_end(r);
    if (e == TG_OK)
        e = tg_read_keyword(r, "next");
    if (e == TG_OK)
        e = tg_read_say(r, &rule->next);
    return e == TG_OK ? tg_read_line_end(r) : e;
}

static enum tg_err read_field_lines(struct tg_reading *r, struct tg_rule *rule)
{
    enum tg_err e = tg_read_keyword(r, "fields");
    if (e == TG_OK)
        e = read_fields(r, rule);
    while (e == TG_OK && tg_read_is(r, "fields")) {
        tg_read_next(r);
        e = read_fields(r, rule);
    }
    return e;
}

/* Fields that are opened must exist in one of the classes, or the rule says something that never happens. */
static enum tg_err check_show(struct tg_reading *r, const struct tg_rule *rule)
{
    tg_mask has = 0;
    for (unsigned c = 0; c < TG_C_COUNT; c++)
        if (tg_rule_has_class(rule, c))
            has |= r->policy->class[c].fields;
    if ((rule->fields & ~has) != 0)
        return TG_FAIL_AT(
            r->fault, rule->line, rule->column,
            "区分にない項目を見せようとしています / shows a field that its classes do not have");
    return TG_OK;
}

/* "to|from ROLES of CLASSES" */
static enum tg_err read_who_and_what(struct tg_reading *r, struct tg_rule *rule, const char *toward)
{
    enum tg_err e = tg_read_keyword(r, toward);
    if (e == TG_OK)
        e = tg_read_roles(r, rule);
    if (e == TG_OK)
        e = tg_read_keyword(r, "of");
    return e == TG_OK ? read_classes(r, rule) : e;
}

static enum tg_err read_about(struct tg_reading *r, struct tg_rule *rule, const char *toward)
{
    enum tg_err e = read_who_and_what(r, rule, toward);
    return e == TG_OK ? read_field_lines(r, rule) : e;
}

enum tg_err tg_read_show(struct tg_reading *r)
{
    struct tg_rule *rule = NULL;
    enum tg_err e = tg_read_rule(r, TG_RULE_SHOW, &rule);
    if (e == TG_OK)
        e = read_about(r, rule, "to");
    return e == TG_OK ? check_show(r, rule) : e;
}

enum tg_err tg_read_hide(struct tg_reading *r)
{
    struct tg_rule *rule = NULL;
    enum tg_err e = tg_read_rule(r, TG_RULE_HIDE, &rule);
    if (e == TG_OK)
        e = read_about(r, rule, "from");
    return e == TG_OK ? read_sentences(r, rule) : e;
}

enum tg_err tg_read_limit(struct tg_reading *r)
{
    struct tg_rule *rule = NULL;
    enum tg_err e = tg_read_rule(r, TG_RULE_LIMIT, &rule);
    if (e == TG_OK)
        e = read_field_lines(r, rule);
    if (e == TG_OK)
        e = tg_read_keyword(r, "to");
    if (e == TG_OK)
        e = read_purposes(r, rule);
    return e == TG_OK ? read_sentences(r, rule) : e;
}

/* A whole number of 1 … max. */
enum tg_err tg_read_number(struct tg_reading *r, unsigned max, unsigned *ret)
{
    struct tg_token at = r->token;
    const char *digits = NULL;
    uint64_t n = 0;
    enum tg_err e = tg_read_word(r, "数が必要です / expected a number", &digits);
    if (e != TG_OK)
        return e;
    if (tg_u64_parse(tg_span_str(digits), max, &n) != TG_OK || n == 0)
        return TG_FAIL_AT(r->fault, at.line, at.column,
                          "1 から %u までの数です / expected a number of 1 to %u", max, max);
    *ret = (unsigned)n;
    return TG_OK;
}

enum tg_err tg_read_consent(struct tg_reading *r)
{
    struct tg_rule *rule = NULL;
    enum tg_err e = tg_read_rule(r, TG_RULE_CONSENT, &rule);
    if (e == TG_OK)
        e = read_who_and_what(r, rule, "to");
    if (e == TG_OK)
        e = tg_read_keyword(r, "for");
    if (e == TG_OK)
        e = read_purposes(r, rule);
    if (e == TG_OK)
        e = read_field_lines(r, rule);
    if (e == TG_OK)
        e = tg_read_keyword(r, "days");
    if (e == TG_OK)
        e = tg_read_number(r, TG_CONSENT_DAYS, &rule->number);
    if (e == TG_OK)
        e = tg_read_line_end(r);
    if (e == TG_OK)
        e = read_sentences(r, rule);
    return e == TG_OK ? check_show(r, rule) : e;
}

/* "compare FIELDS" */
static enum tg_err read_compare(struct tg_reading *r, struct tg_rule *rule)
{
    struct tg_rule compare = {.type = TG_RULE_INQUIRY};
    enum tg_err e = tg_read_keyword(r, "compare");
    if (e == TG_OK)
        e = read_fields(r, &compare);
    rule->compare = tg_rule_fields(&compare);
    return e;
}

enum tg_err tg_read_inquiry(struct tg_reading *r)
{
    struct tg_rule *rule = NULL;
    enum tg_err e = tg_read_rule(r, TG_RULE_INQUIRY, &rule);
    if (e == TG_OK)
        e = read_who_and_what(r, rule, "to");
    if (e == TG_OK)
        e = tg_read_keyword(r, "for");
    if (e == TG_OK)
        e = read_purposes(r, rule);
    if (e == TG_OK)
        e = read_compare(r, rule);
    if (e == TG_OK)
        e = read_field_lines(r, rule);
    if (e == TG_OK)
        e = tg_read_keyword(r, "hours");
    if (e == TG_OK)
        e = tg_read_number(r, TG_INQUIRY_HOURS, &rule->number);
    if (e == TG_OK)
        e = tg_read_line_end(r);
    if (e == TG_OK)
        e = read_sentences(r, rule);
    return e == TG_OK ? check_show(r, rule) : e;
}

/* "release-by ROLES": names, no kinds. */
static enum tg_err read_release(struct tg_reading *r, struct tg_rule *rule)
{
    struct tg_rule by = {.type = TG_RULE_CAP};
    enum tg_err e = tg_read_keyword(r, "release-by");
    if (e == TG_OK)
        e = tg_read_roles(r, &by);
    rule->releases = by.roles;
    return e;
}

enum tg_err tg_read_cap(struct tg_reading *r)
{
    struct tg_rule *rule = NULL;
    enum tg_err e = tg_read_rule(r, TG_RULE_CAP, &rule);
    if (e == TG_OK)
        e = tg_read_keyword(r, "to");
    if (e == TG_OK)
        e = tg_read_roles(r, rule);
    if (e == TG_OK)
        e = tg_read_keyword(r, "looks");
    if (e == TG_OK)
        e = tg_read_number(r, TG_CAP_LOOKS, &rule->number);
    if (e == TG_OK)
        e = tg_read_keyword(r, "in");
    if (e == TG_OK)
        e = tg_read_keyword(r, "hour");
    if (e == TG_OK)
        e = tg_read_line_end(r);
    if (e == TG_OK)
        e = read_release(r, rule);
    return e == TG_OK ? read_sentences(r, rule) : e;
}

enum tg_err tg_read_nothing(struct tg_reading *r)
{
    struct tg_rule *rule = NULL;
    enum tg_err e = tg_read_rule(r, TG_RULE_NOTHING, &rule);
    if (e == TG_OK)
        e = tg_read_keyword(r, "to");
    if (e == TG_OK)
        e = tg_read_roles(r, rule);
    if (e == TG_OK && tg_read_is(r, "for")) {
        tg_read_next(r);
        e = read_purposes(r, rule);
    }
    return e == TG_OK ? read_sentences(r, rule) : e;
}
