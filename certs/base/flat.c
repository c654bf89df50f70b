#include "certs/base/flat.h"

#include <string.h>

#include "certs/base/secret.h"
#include "certs/base/text.h"

struct reader {
    const uint8_t *p, *end;
    const struct tg_json_member *m;
    size_t n;
    struct tg_flat *f;
};

/* RFC 8259 section 2: these four and no others. */
static void space(struct reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t'))
        r->p++;
}

static bool at(struct reader *r, uint8_t c)
{
    if (r->p == r->end || *r->p != c)
        return false;
    r->p++;
    return true;
}

static bool put(struct reader *r, const uint8_t *p, size_t n)
{
    struct tg_buf *b = &r->f->buffer;

    if (n > b->cap - b->n)
        return false;
    if (n > 0)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    return true;
}

static bool hex4(struct reader *r, uint32_t *ret)
{
    uint32_t v = 0;

    if (r->end - r->p < 4)
        return false;
    for (const uint8_t *to = r->p + 4; r->p < to; r->p++) {
        uint8_t c = *r->p, letter = c | 0x20;

        if (c >= '0' && c <= '9')
            v = v << 4 | (uint32_t)(c - '0');
        else if (letter >= 'a' && letter <= 'f')
            v = v << 4 | (uint32_t)(letter - 'a' + 10);
        else
            return false;
    }
    *ret = v;
    return true;
}

static bool put_code_point(struct reader *r, uint32_t c)
{
    uint8_t out[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};

    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = 0x80 | (c & 0x3f);
    out[0] = (uint8_t)(lead[n] | c);
    return put(r, out, n);
}

/* Behind "\u". No NUL, and surrogates only in pairs (RFC 8259 section 7). */
static bool unicode(struct reader *r)
{
    uint32_t c, low;

    if (!hex4(r, &c) || c == 0 || (c >= 0xdc00 && c <= 0xdfff))
        return false;
    if (c >= 0xd800 && c <= 0xdbff) {
        if (!at(r, '\\') || !at(r, 'u') || !hex4(r, &low) || low < 0xdc00 || low > 0xdfff)
            return false;
        c = 0x10000 + ((c - 0xd800) << 10 | (low - 0xdc00));
    }
    return put_code_point(r, c);
}

static bool escape(struct reader *r)
{
    static const char letters[] = "\"\\/bfnrt";
    static const uint8_t meant[] = "\"\\/\b\f\n\r\t";
    const char *letter;

    if (at(r, 'u'))
        return unicode(r);
    if (r->p == r->end || (letter = memchr(letters, *r->p, sizeof letters - 1)) == NULL)
        return false;
    r->p++;
    return put(r, &meant[letter - letters], 1);
}

/* A string is never longer than its text, and the NUL has the place of the quote: the buffer is long enough.
 */
static bool string(struct reader *r, struct tg_span *ret)
{
    static const uint8_t nul[1];
    struct tg_buf *b = &r->f->buffer;
    size_t from = b->n;

    if (!at(r, '"'))
        return false;
    for (;;) {
        const uint8_t *p = r->p;

        while (p < r->end && *p != '"' && *p != '\\' && *p >= 0x20)
            p++;
        if (p == r->end || *p < 0x20 || !put(r, r->p, (size_t)(p - r->p)))
            return false;
        r->p = p + 1;
        if (*p == '"')
            break;
        if (!escape(r))
            return false;
    }
    *ret = tg_span(b->p + from, b->n - from);
    return put(r, nul, 1);
}

/* A fraction or an exponent makes it no integer: what follows the digits is then neither a comma nor a
 * bracket. */
static bool integer(struct reader *r, int64_t *ret)
{
    bool minus = at(r, '-');
    uint64_t v = 0, most = (uint64_t)INT64_MAX + minus;
    const uint8_t *from = r->p;

    for (; r->p < r->end && *r->p >= '0' && *r->p <= '9'; r->p++) {
        unsigned digit = *r->p - (unsigned)'0';

        if (v > most / 10 || digit > most - v * 10)
            return false;
        v = v * 10 + digit;
    }
    if (r->p == from || (*from == '0' && r->p - from > 1))
        return false;
    *ret = minus ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

static bool word(struct reader *r, const char *w)
{
    size_t n = strlen(w);

    if ((size_t)(r->end - r->p) < n || memcmp(r->p, w, n) != 0)
        return false;
    r->p += n;
    return true;
}

static bool within(const struct tg_json_member *m, int64_t v)
{
    return v >= m->min && v <= m->max;
}

static bool value(struct reader *r, const struct tg_json_member *m, struct tg_flat_value *v)
{
    switch (m->type) {
    case TG_JSON_STRING:
        return string(r, &v->text) && within(m, (int64_t)v->text.n);
    case TG_JSON_INTEGER:
        return integer(r, &v->number) && within(m, v->number);
    case TG_JSON_BOOL:
        v->number = word(r, "true");
        return v->number != 0 || word(r, "false");
    case TG_JSON_OBJECT:
    case TG_JSON_ARRAY:
        break;
    }
    return false;
}

/* The member of that name that was not there yet; n: none. */
static size_t find(const struct reader *r, struct tg_span name)
{
    size_t i = 0;

    while (i < r->n && !tg_span_is(name, r->m[i].name))
        i++;
    return i < r->n && r->f->value[i].present ? r->n : i;
}

static bool member(struct reader *r)
{
    size_t mark = r->f->buffer.n, i;
    struct tg_span name;

    if (!string(r, &name) || (i = find(r, name)) == r->n)
        return false;
    r->f->buffer.n = mark;
    space(r);
    if (!at(r, ':'))
        return false;
    space(r);
    r->f->value[i].present = true;
    return value(r, &r->m[i], &r->f->value[i]);
}

static bool object(struct reader *r)
{
    space(r);
    if (!at(r, '{'))
        return false;
    space(r);
    if (at(r, '}'))
        return true;
    do {
        space(r);
        if (!member(r))
            return false;
        space(r);
    } while (at(r, ','));
    return at(r, '}');
}

static bool complete(const struct reader *r)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->m[i].required && !r->f->value[i].present)
            return false;
    }
    return true;
}

bool tg_flat_take(struct tg_span text, const struct tg_json_member *m, size_t n, struct tg_flat *f)
{
    struct reader r = {.p = text.p, .end = text.p + text.n, .m = m, .n = n, .f = f};

    tg_flat_reset(f);
    if (n > TG_FLAT_MEMBERS || text.n == 0 || !tg_utf8_ok(text) ||
        tg_buf_reserve(&f->buffer, text.n) != TG_OK || !object(&r))
        return false;
    space(&r);
    return r.p == r.end && complete(&r);
}

/* Why not. Should jansson find nothing wrong with it, it is refused all the same. */
static enum tg_err reason(struct tg_span text, const struct tg_json_member *m, size_t n, const char **bad)
{
    TG_JSON_AUTO *tree = NULL;
    enum tg_err err = tg_json_parse(text, &tree);

    if (err == TG_OK)
        err = tg_json_check(tree, m, n, bad);
    return err == TG_OK ? TG_E_BAD_JSON : err;
}

enum tg_err tg_flat_read(struct tg_span text, const struct tg_json_member *m, size_t n, struct tg_flat *f,
                         const char **bad)
{
    enum tg_err err = tg_buf_reserve(&f->buffer, text.n);

    *bad = NULL;
    if (err != TG_OK)
        return err;
    if (tg_flat_take(text, m, n, f))
        return TG_OK;
    tg_flat_reset(f);
    return reason(text, m, n, bad);
}

const char *tg_flat_str(const struct tg_flat *f, size_t i)
{
    return f->value[i].present ? (const char *)f->value[i].text.p : NULL;
}

int64_t tg_flat_int(const struct tg_flat *f, size_t i, int64_t absent)
{
    return f->value[i].present ? f->value[i].number : absent;
}

void tg_flat_reset(struct tg_flat *f)
{
    if (f->buffer.n > 0)
        tg_wipe(f->buffer.p, f->buffer.n);
    f->buffer.n = 0;
    memset(f->value, 0, sizeof f->value);
}

void tg_flat_done(struct tg_flat *f)
{
    tg_flat_reset(f);
    tg_buf_done(&f->buffer);
}
