/* The reader's hands: one token of look-ahead, and faults that say where. */
#include <stdarg.h>

#include "certs/base/text.h"
#include "server/policy/reading.h"

void tg_fault_set(struct tg_policy_fault *f, unsigned line, unsigned column, const char *fmt, ...)
{
    va_list ap;
    f->line = line;
    f->column = column;
    va_start(ap, fmt);
    (void)vsnprintf(f->what, sizeof f->what, fmt, ap);
    va_end(ap);
    /* Cut short, a character may have lost its end. */
    for (size_t n = strlen(f->what); !tg_utf8_ok(tg_span_str(f->what)) && n > 0;)
        f->what[--n] = '\0';
}

/* What the lexer could not read explains itself. */
void tg_fault_here(struct tg_reading *r, const char *what)
{
    if (r->token.kind == TG_T_BAD)
        what = r->token.text;
    tg_fault_set(r->fault, r->token.line, r->token.column, "%s", what);
}

void tg_read_next(struct tg_reading *r)
{
    r->token = tg_lexer_next(&r->lexer);
}

bool tg_read_is(const struct tg_reading *r, const char *word)
{
    return r->token.kind == TG_T_WORD && strcmp(r->token.text, word) == 0;
}

enum tg_err tg_read_word(struct tg_reading *r, const char *what, const char **ret)
{
    if (r->token.kind != TG_T_WORD)
        return tg_fail_here(r, what);
    *ret = r->token.text;
    tg_read_next(r);
    return TG_OK;
}

enum tg_err tg_read_keyword(struct tg_reading *r, const char *word)
{
    if (r->token.kind == TG_T_BAD)
        return tg_fail_here(r, "");
    if (!tg_read_is(r, word))
        return TG_FAIL_AT(r->fault, r->token.line, r->token.column, "%s が必要です / expected: %s", word,
                          word);
    tg_read_next(r);
    return TG_OK;
}

static enum tg_err read_sentence(struct tg_reading *r, const char **ret)
{
    tg_read_blank_lines(r);
    if (r->token.kind != TG_T_SENTENCE)
        return tg_fail_here(
            r, "日本語と英語の文が必要です / expected a Japanese and an English sentence in quotes");
    *ret = r->token.text;
    tg_read_next(r);
    return TG_OK;
}

enum tg_err tg_read_say(struct tg_reading *r, struct tg_say *ret)
{
    enum tg_err e = read_sentence(r, &ret->ja);
    return e == TG_OK ? read_sentence(r, &ret->en) : e;
}

void tg_read_blank_lines(struct tg_reading *r)
{
    while (r->token.kind == TG_T_LINE)
        tg_read_next(r);
}

enum tg_err tg_read_line_end(struct tg_reading *r)
{
    if (r->token.kind != TG_T_LINE && r->token.kind != TG_T_END)
        return tg_fail_here(r, "行の終わりのはずです / expected the end of the line");
    tg_read_blank_lines(r);
    return TG_OK;
}

/* On the path of every request: a few names, told apart by their length in all but a few cases. */
size_t tg_def_find(const struct tg_def *d, size_t n, const char *name)
{
    size_t length = strlen(name);
    size_t i = 0;
    while (i < n && (d[i].length != length || d[i].line == 0 || memcmp(d[i].name, name, length) != 0))
        i++;
    return i;
}

tg_mask tg_rule_fields(const struct tg_rule *r)
{
    return r->fields | r->group_fields | r->any_fields;
}

enum tg_err tg_read_item(struct tg_reading *r, bool any_allowed, struct tg_rule *to)
{
    const struct tg_policy *p = r->policy;
    struct tg_token at = r->token;
    const char *name = NULL;
    enum tg_err e = tg_read_word(r, "項目か項目群の名前が必要です / expected a field or a group", &name);
    if (e != TG_OK)
        return e;
    size_t group = tg_def_find(p->group, p->n_groups, name);
    size_t field = tg_def_find(p->field, TG_F_COUNT, name);
    bool any = strcmp(name, "any") == 0;
    tg_mask seen = tg_rule_fields(to);
    if (group < p->n_groups)
        to->group_fields |= p->group[group].fields;
    else if (field < TG_F_COUNT)
        to->fields |= TG_BIT(field);
    else if (any && any_allowed)
        to->any_fields = TG_MASK_ALL;
    else
        return TG_FAIL_AT(r->fault, at.line, at.column, "項目「%s」はありません / no field or group %s", name,
                          name);
    tg_mask added = any ? TG_MASK_ALL : group < p->n_groups ? p->group[group].fields : TG_BIT(field);
    if ((seen & added) != 0)
        return TG_FAIL_AT(r->fault, at.line, at.column, "「%s」は 2 度目です / %s is listed twice", name,
                          name);
    return TG_OK;
}
