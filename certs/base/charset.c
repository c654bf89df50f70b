#include "certs/base/charset.h"

#include <errno.h>
#include <iconv.h>

static const uint8_t bom[3] = {0xEF, 0xBB, 0xBF};

const char *tg_charset_name(enum tg_charset c)
{
    static const char *const name[] = {"UTF-8", "UTF-8 (BOM)", "CP932"};
    return c <= TG_CHARSET_CP932 ? name[c] : "?";
}

/* The lead byte decides how many bytes follow and, against overlong forms and surrogates, which may be the
 * first. */
static void utf8_lead(struct tg_utf8_state *u, uint8_t b)
{
    u->lo = 0x80;
    u->hi = 0xBF;
    if (b < 0x80) {
        u->need = 0;
    } else if (b >= 0xC2 && b <= 0xDF) {
        u->need = 1;
    } else if (b >= 0xE0 && b <= 0xEF) {
        u->need = 2;
        u->lo = b == 0xE0 ? 0xA0 : 0x80;
        u->hi = b == 0xED ? 0x9F : 0xBF;
    } else if (b >= 0xF0 && b <= 0xF4) {
        u->need = 3;
        u->lo = b == 0xF0 ? 0x90 : 0x80;
        u->hi = b == 0xF4 ? 0x8F : 0xBF;
    } else {
        u->bad = true;
    }
}

static void utf8_feed(struct tg_utf8_state *u, struct tg_span s)
{
    for (size_t i = 0; i < s.n && !u->bad; i++) {
        if (u->need == 0) {
            utf8_lead(u, s.p[i]);
            u->lines += s.p[i] == '\n' ? 1 : 0;
            continue;
        }
        u->bad = s.p[i] < u->lo || s.p[i] > u->hi;
        u->need--;
        u->lo = 0x80;
        u->hi = 0xBF;
    }
}

void tg_sniff_init(struct tg_sniff *s)
{
    *s = (struct tg_sniff){.seen = 0};
}

void tg_sniff_feed(struct tg_sniff *s, struct tg_span bytes)
{
    for (size_t i = 0; i < bytes.n && s->seen + i < sizeof s->head; i++)
        s->head[s->seen + i] = bytes.p[i];
    s->seen += bytes.n;
    utf8_feed(&s->utf8, bytes);
}

enum tg_charset tg_sniff_end(const struct tg_sniff *s)
{
    if (s->seen >= sizeof bom && memcmp(s->head, bom, sizeof bom) == 0)
        return TG_CHARSET_UTF8_BOM;
    return s->utf8.bad || s->utf8.need != 0 ? TG_CHARSET_CP932 : TG_CHARSET_UTF8;
}

#define NOT_OPEN ((iconv_t)-1)

struct tg_decoder {
    enum tg_charset charset;
    tg_text_sink *sink;
    void *ctx;
    enum tg_err err;
    struct tg_utf8_state utf8;
    size_t skip;   /* bytes of the mark still to be dropped */
    iconv_t conv;  /* CP932 only, else NULL */
    char carry[4]; /* the begun character of the last piece: a CP932 character has at most two bytes */
    size_t n_carry;
};

enum tg_err tg_decoder_new(enum tg_charset c, tg_text_sink *sink, void *ctx, struct tg_decoder **ret)
{
    struct tg_decoder *d = calloc(1, sizeof *d);
    if (d == NULL)
        return TG_E_NOMEM;
    d->charset = c;
    d->sink = sink;
    d->ctx = ctx;
    d->skip = c == TG_CHARSET_UTF8_BOM ? sizeof bom : 0;
    d->conv = c == TG_CHARSET_CP932 ? iconv_open("UTF-8", "CP932") : NULL;
    if (d->conv == NOT_OPEN) {
        tg_decoder_free(&d);
        return TG_E_INTERNAL;
    }
    *ret = d;
    return TG_OK;
}

/* gcc -fanalyzer takes every answer of iconv_open for something to close, (iconv_t)-1 too. */
#ifndef __clang__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif
void tg_decoder_free(struct tg_decoder **d)
{
    if (*d != NULL && (*d)->conv != NULL && (*d)->conv != NOT_OPEN)
        (void)iconv_close((*d)->conv);
    free(*d);
    *d = NULL;
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

static enum tg_err feed_utf8(struct tg_decoder *d, struct tg_span s)
{
    utf8_feed(&d->utf8, s);
    if (d->utf8.bad)
        return TG_E_BAD_UTF8;
    size_t cut = s.n < d->skip ? s.n : d->skip;
    d->skip -= cut;
    return cut == s.n ? TG_OK : d->sink(d->ctx, tg_span(s.p + cut, s.n - cut));
}

/* Converts what is whole of in and hands it on; *left is what remains of a begun character. */
static enum tg_err convert(struct tg_decoder *d, char *in, size_t n, size_t *left)
{
    char out[4096];
    while (n > 0) {
        char *o = out;
        size_t room = sizeof out;
        size_t r = iconv(d->conv, &in, &n, &o, &room);
        int why = r == (size_t)-1 ? errno : 0;
        if (room < sizeof out) {
            enum tg_err e = d->sink(d->ctx, tg_span(out, sizeof out - room));
            if (e != TG_OK)
                return e;
        }
        if (why == EINVAL)
            break;
        if (why != 0 && why != E2BIG)
            return TG_E_FORM;
    }
    *left = n;
    return TG_OK;
}

/* In small pieces, because the begun character of the last piece has to stand before the next one. */
static enum tg_err feed_cp932(struct tg_decoder *d, struct tg_span s)
{
    char in[2048];
    size_t i = 0;
    while (i < s.n) {
        size_t n = s.n - i < sizeof in - d->n_carry ? s.n - i : sizeof in - d->n_carry;
        memcpy(in, d->carry, d->n_carry);
        memcpy(in + d->n_carry, s.p + i, n);
        size_t whole = d->n_carry + n;
        size_t left = 0;
        enum tg_err e = convert(d, in, whole, &left);
        if (e != TG_OK)
            return e;
        if (left > sizeof d->carry)
            return TG_E_FORM;
        memcpy(d->carry, in + whole - left, left);
        d->n_carry = left;
        i += n;
    }
    return TG_OK;
}

enum tg_err tg_decoder_feed(struct tg_decoder *d, struct tg_span bytes)
{
    if (d->err == TG_OK && bytes.n > 0)
        d->err = d->charset == TG_CHARSET_CP932 ? feed_cp932(d, bytes) : feed_utf8(d, bytes);
    return d->err;
}

enum tg_err tg_decoder_end(struct tg_decoder *d)
{
    if (d->err == TG_OK && (d->n_carry != 0 || d->utf8.need != 0))
        d->err = TG_E_TRUNCATED;
    return d->err;
}
