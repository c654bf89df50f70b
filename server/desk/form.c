#include "server/desk/form.h"

/* RFC 3986 section 2.1: both cases of the hex digits are equivalent. */
static int nibble(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum tg_err decode(struct tg_span in, struct tg_buf *out)
{
    for (size_t i = 0; i < in.n; i++) {
        uint8_t c = in.p[i];

        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int high = in.n - i < 3 ? -1 : nibble(in.p[i + 1]);
            int low = high < 0 ? -1 : nibble(in.p[i + 2]);

            if (low < 0) {
                return TG_E_BAD_REQUEST;
            }
            c = (uint8_t)(high << 4 | low);
            i += 2;
        }
        if (c < 0x20 || c > 0x7e || tg_buf_add(out, &c, 1) != TG_OK) {
            return TG_E_BAD_REQUEST;
        }
    }
    return TG_OK;
}

static enum tg_err take_pair(struct tg_span pair, const struct tg_members *fields, struct tg_buf *values,
                             const char **bad)
{
    const uint8_t *eq = pair.n == 0 ? NULL : memchr(pair.p, '=', pair.n);

    if (eq == NULL) {
        return TG_E_BAD_REQUEST;
    }
    struct tg_span name = tg_span(pair.p, (size_t)(eq - pair.p));
    struct tg_span value = tg_span(eq + 1, pair.n - name.n - 1);
    for (size_t i = 0; i < fields->n; i++) {
        if (tg_span_is(name, fields->m[i].name)) {
            *bad = fields->m[i].name;
            return value.n == 0 || values[i].n != 0 || decode(value, &values[i]) != TG_OK ? TG_E_BAD_MEMBER
                                                                                          : TG_OK;
        }
    }
    *bad = "(unknown)";
    return TG_E_BAD_MEMBER;
}

static enum tg_err take_pairs(struct tg_span body, const struct tg_members *fields, struct tg_buf *values,
                              const char **bad)
{
    enum tg_err e;

    while (body.n > 0) {
        const uint8_t *amp = memchr(body.p, '&', body.n);
        size_t len = amp != NULL ? (size_t)(amp - body.p) : body.n;

        if ((e = take_pair(tg_span(body.p, len), fields, values, bad)) != TG_OK) {
            return e;
        }
        if (amp != NULL && len + 1 == body.n) {
            return TG_E_BAD_REQUEST;
        }
        len += amp != NULL ? 1 : 0;
        body = tg_span(body.p + len, body.n - len);
    }
    return TG_OK;
}

enum tg_err tg_form_read(struct tg_span body, const struct tg_members *fields, struct tg_buf *values,
                         const char **bad)
{
    enum tg_err e;

    *bad = NULL;
    for (size_t i = 0; i < fields->n; i++) {
        values[i] = TG_BUF_INIT((size_t)fields->m[i].max);
    }
    if ((e = take_pairs(body, fields, values, bad)) != TG_OK) {
        return e;
    }
    for (size_t i = 0; i < fields->n; i++) {
        if (fields->m[i].required && values[i].n == 0) {
            *bad = fields->m[i].name;
            return TG_E_BAD_MEMBER;
        }
    }
    *bad = NULL;
    return TG_OK;
}
