#include "server/audit/gist.h"

#include "certs/base/text.h"

const char *const tg_gist_members[TG_GIST_MEMBERS] = {"kind",   "person",  "company",
                                                      "office", "purpose", "problem"};

struct scan {
    const uint8_t *p, *end;
};

/* False ends the scan. */
typedef bool taker(void *ctx, struct tg_span name, struct tg_span value);

static bool skip(struct scan *s, unsigned depth, struct tg_span *ret);

static bool at(struct scan *s, uint8_t c)
{
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

static bool string(struct scan *s, struct tg_span *ret)
{
    if (!at(s, '"'))
        return false;
    const uint8_t *from = s->p, *quote = memchr(from, '"', (size_t)(s->end - from));
    if (quote == NULL || memchr(from, '\\', (size_t)(quote - from)) != NULL)
        return false;
    *ret = tg_span(from, (size_t)(quote - from));
    s->p = quote + 1;
    return true;
}

static bool object(struct scan *s, unsigned depth, taker *take, void *ctx)
{
    struct tg_span name, value;

    if (!at(s, '{'))
        return false;
    do {
        if (!string(s, &name) || !at(s, ':') || !skip(s, depth, &value))
            return false;
        if (take != NULL && !take(ctx, name, value))
            return false;
    } while (at(s, ','));
    return at(s, '}');
}

static bool array(struct scan *s, unsigned depth, taker *take, void *ctx)
{
    struct tg_span value;

    if (!at(s, '['))
        return false;
    do {
        if (!skip(s, depth, &value) || (take != NULL && !take(ctx, tg_span(NULL, 0), value)))
            return false;
    } while (at(s, ','));
    return at(s, ']');
}

static bool number(struct scan *s)
{
    const uint8_t *from = s->p;
    uint64_t v;

    while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
        s->p++;
    return tg_u64_parse(tg_span(from, (size_t)(s->p - from)), INT64_MAX, &v) == TG_OK;
}

/* Any value; *ret is its text, quotes and brackets included. Two deep is all that a record is. */
static bool skip(struct scan *s, unsigned depth, struct tg_span *ret)
{
    const uint8_t *from = s->p;
    struct tg_span text;
    bool ok;

    if (s->p == s->end)
        return false;
    if (*s->p == '"')
        ok = string(s, &text);
    else if (*s->p == '{')
        ok = depth > 0 && object(s, depth - 1, NULL, NULL);
    else if (*s->p == '[')
        ok = depth > 0 && array(s, depth - 1, NULL, NULL);
    else
        ok = number(s);
    *ret = tg_span(from, (size_t)(s->p - from));
    return ok;
}

static struct tg_span unquoted(struct tg_span value)
{
    return value.p[0] == '"' ? tg_span(value.p + 1, value.n - 2) : tg_span(NULL, 0);
}

static bool take_member(void *ctx, struct tg_span name, struct tg_span value)
{
    struct tg_gist *g = ctx;

    for (size_t i = 0; i < TG_GIST_MEMBERS; i++) {
        if (tg_span_is(name, tg_gist_members[i])) {
            bool first = g->member[i].p == NULL;

            g->member[i] = unquoted(value);
            return first && g->member[i].p != NULL;
        }
    }
    if (tg_span_is(name, "rows")) {
        bool first = g->rows.p == NULL;

        g->rows = value;
        return first && value.p[0] == '[';
    }
    return true;
}

bool tg_gist_read(struct tg_span record, struct tg_gist *ret)
{
    struct scan s = {.p = record.p, .end = record.p + record.n};

    memset(ret, 0, sizeof *ret);
    return record.n > 0 && tg_text_clean(record) && object(&s, 2, take_member, ret) && s.p == s.end;
}

struct picking {
    const char *const *names;
    size_t n;
    struct tg_span *values;
};

static bool pick_member(void *ctx, struct tg_span name, struct tg_span value)
{
    const struct picking *p = ctx;

    for (size_t i = 0; i < p->n; i++) {
        if (tg_span_is(name, p->names[i])) {
            bool first = p->values[i].p == NULL;

            p->values[i] = value;
            return first;
        }
    }
    return true;
}

bool tg_gist_pick(struct tg_span record, const char *const *names, size_t n, struct tg_span *values)
{
    struct scan s = {.p = record.p, .end = record.p + record.n};
    struct picking p = {.names = names, .n = n, .values = values};

    memset(values, 0, n * sizeof *values);
    return record.n > 0 && tg_text_clean(record) && object(&s, 2, pick_member, &p) && s.p == s.end;
}

struct rows {
    tg_gist_row *each;
    void *ctx;
    enum tg_err err;
};

static bool take_id(void *ctx, struct tg_span name, struct tg_span value)
{
    struct tg_span *id = ctx;

    if (tg_span_is(name, "id"))
        *id = unquoted(value);
    return true;
}

static bool take_row(void *ctx, struct tg_span name, struct tg_span value)
{
    struct rows *r = ctx;
    struct scan s = {.p = value.p, .end = value.p + value.n};
    struct tg_span id = {.p = NULL, .n = 0};

    (void)name;
    (void)object(&s, 0, take_id, &id);
    r->err = r->each(r->ctx, id);
    return r->err == TG_OK;
}

enum tg_err tg_gist_rows(const struct tg_gist *g, tg_gist_row *each, void *ctx)
{
    struct scan s = {.p = g->rows.p, .end = g->rows.p + g->rows.n};
    struct rows r = {.each = each, .ctx = ctx, .err = TG_OK};

    if (g->rows.n > 0)
        (void)array(&s, 1, take_row, &r);
    return r.err;
}
