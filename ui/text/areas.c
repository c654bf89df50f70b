#include "ui/text/areas.h"

#include <string.h>

#include "ui/text/romaji.h"

#define TYPED_BYTES 128u

static const struct tg_area areas[] = {
#define AREA(code, county, name, kana) {code, county, name, kana},
#include "ui/text/areas.inc"
#undef AREA
};

const struct tg_area *tg_area_at(size_t i)
{
    return i < sizeof areas / sizeof *areas ? &areas[i] : NULL;
}

const struct tg_area *tg_area_find(struct tg_span code)
{
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++) {
        if (tg_span_eq(code, tg_span_str(areas[i].code)))
            return &areas[i];
    }
    return NULL;
}

static bool begins(const char *text, struct tg_span with)
{
    return strlen(text) >= with.n && tg_span_eq(tg_span(text, with.n), with);
}

/* ぁ to ゖ are ァ to ヶ, 0x60 further on; in UTF-8: e3 81 81 … e3 82 96. */
static enum tg_err katakana_put(struct tg_span in, struct tg_buf *out)
{
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < in.n && e == TG_OK; i++) {
        unsigned c = in.n - i >= 3 && in.p[i] == 0xe3
                         ? (unsigned)(in.p[i + 1] & 0x3f) << 6 | (in.p[i + 2] & 0x3fu) | 0x3000u
                         : 0;

        if (c >= 0x3041 && c <= 0x3096) {
            uint8_t kana[3] = {0xe3, (uint8_t)(0x80 | ((c + 0x60) >> 6 & 0x3f)),
                               (uint8_t)(0x80 | ((c + 0x60) & 0x3f))};

            e = tg_buf_add(out, kana, sizeof kana);
            i += 2;
        } else {
            e = tg_buf_add(out, in.p + i, 1);
        }
    }
    return e;
}

static bool kana_begins(const char *kana, const char *typed)
{
    TG_BUF_AUTO romaji = TG_BUF_INIT(TYPED_BYTES), as_kana = TG_BUF_INIT(TYPED_BYTES);
    struct tg_span rest;

    if (katakana_put(tg_span_str(typed), &as_kana) == TG_OK && begins(kana, tg_span_buf(&as_kana)))
        return true;
    return tg_romaji_kana(tg_span_str(typed), &romaji, &rest) == TG_OK && romaji.n > 0 && rest.n <= 2 &&
           begins(kana, tg_span_buf(&romaji));
}

bool tg_area_matches(const struct tg_area *a, const char *typed)
{
    struct tg_span t = tg_span_str(typed);
    size_t county = strlen(a->county);

    if (t.n == 0 || t.n >= TYPED_BYTES)
        return false;
    if (begins(a->code, t) || begins(a->name, t) || begins(a->county, t))
        return true;
    if (county > 0 && t.n > county && memcmp(t.p, a->county, county) == 0 &&
        begins(a->name, tg_span(t.p + county, t.n - county)))
        return true;
    return kana_begins(a->kana, typed);
}

static enum tg_err area_put(struct tg_span code, bool first, struct tg_buf *out)
{
    const struct tg_area *a = tg_area_find(code);
    enum tg_err e = first ? TG_OK : tg_buf_add_str(out, ", ");

    if (e != TG_OK)
        return e;
    if (a == NULL)
        return tg_buf_add_span(out, code);
    return tg_buf_addf(out, "%s%s (%s)", a->county, a->name, a->code);
}

enum tg_err tg_areas_text(struct tg_span codes, struct tg_buf *out)
{
    bool first = true;
    enum tg_err e = TG_OK;

    while (codes.n > 0 && e == TG_OK) {
        const uint8_t *end = memchr(codes.p, ' ', codes.n);
        size_t n = end != NULL ? (size_t)(end - codes.p) : codes.n;

        if (n > 0) {
            e = area_put(tg_span(codes.p, n), first, out);
            first = false;
        }
        n += end != NULL;
        codes = tg_span(codes.p + n, codes.n - n);
    }
    return e;
}
