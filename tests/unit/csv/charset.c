/* Telling UTF-8 from CP932 on whole files, and decoding both in pieces of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/charset.h"

struct text {
    char p[16384];
    size_t n;
};

static enum tg_err keep(void *ctx, struct tg_span s)
{
    struct text *t = ctx;
    assert_true(t->n + s.n < sizeof t->p);
    memcpy(t->p + t->n, s.p, s.n);
    t->n += s.n;
    t->p[t->n] = '\0';
    return TG_OK;
}

static enum tg_charset sniff(const void *p, size_t n, size_t step)
{
    struct tg_sniff s;
    tg_sniff_init(&s);
    for (size_t i = 0; i < n; i += step)
        tg_sniff_feed(&s, (struct tg_span){(const uint8_t *)p + i, step < n - i ? step : n - i});
    return tg_sniff_end(&s);
}

static enum tg_err decode(enum tg_charset c, const void *p, size_t n, size_t step, struct text *out)
{
    struct tg_decoder *d = NULL;
    out->n = 0;
    out->p[0] = '\0';
    enum tg_err e = tg_decoder_new(c, keep, out, &d);
    for (size_t i = 0; i < n && e == TG_OK; i += step)
        e = tg_decoder_feed(d, (struct tg_span){(const uint8_t *)p + i, step < n - i ? step : n - i});
    if (e == TG_OK)
        e = tg_decoder_end(d);
    tg_decoder_free(&d);
    assert_null(d);
    return e;
}

#define S(text) (text), (sizeof(text) - 1)

static void told_apart(void **state)
{
    (void)state;
    for (size_t step = 1; step < 8; step++) {
        assert_int_equal(sniff(S("a,b\n"), step), TG_CHARSET_UTF8);
        assert_int_equal(sniff(S("髙橋"), step), TG_CHARSET_UTF8);
        assert_int_equal(sniff(S("\xEF\xBB\xBF"), step), TG_CHARSET_UTF8_BOM);
        assert_int_equal(sniff(S("\xEF\xBB\xBFx\xFF"), step), TG_CHARSET_UTF8_BOM);
        assert_int_equal(sniff(S("\xEF\xBB"), step), TG_CHARSET_CP932);
        assert_int_equal(sniff(S("\x8E\xE8\x8C\x60"), step), TG_CHARSET_CP932);
        /* One late CP932 byte in a file that looked like UTF-8 so far. */
        assert_int_equal(sniff(S("手形,\xB6"), step), TG_CHARSET_CP932);
    }
    assert_int_equal(sniff("", 0, 1), TG_CHARSET_UTF8);
    assert_string_equal(tg_charset_name(TG_CHARSET_CP932), "CP932");
    assert_string_equal(tg_charset_name(TG_CHARSET_UTF8_BOM), "UTF-8 (BOM)");
    assert_string_equal(tg_charset_name((enum tg_charset)9), "?");
}

/* Overlong forms, surrogates, beyond U+10FFFF, lone continuation: none of them is UTF-8 (RFC 3629 section 3).
 */
static void ill_formed(void **state)
{
    static const char *const bad[] = {"\xC0\x80",
                                      "\xC1\xBF",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\x80",
                                      "\xE3\x81",
                                      "\xE3\x81\x41",
                                      "\xFE"};
    static const char *const fine[] = {"\xC2\x80",     "\xE0\xA0\x80",     "\xED\x9F\xBF",
                                       "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"};
    struct text t;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(sniff(bad[i], strlen(bad[i]), 1), TG_CHARSET_CP932);
        assert_int_not_equal(decode(TG_CHARSET_UTF8, bad[i], strlen(bad[i]), 1, &t), TG_OK);
    }
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        assert_int_equal(sniff(fine[i], strlen(fine[i]), 1), TG_CHARSET_UTF8);
        assert_int_equal(decode(TG_CHARSET_UTF8, fine[i], strlen(fine[i]), 1, &t), TG_OK);
    }
}

static void decoded(void **state)
{
    /* 髙橋㈱ソ表,ｶﾞ～\ : NEC and IBM extensions, 0x5C as a second byte, half-width kana. */
    static const char cp932[] = "\xFB\xFC\x8B\xB4\x87\x8A\x83\x5C\x95\x5C,\xB6\xDE\x81\x60\\";
    struct text t;
    (void)state;
    for (size_t step = 1; step < sizeof cp932; step++) {
        assert_int_equal(decode(TG_CHARSET_CP932, S(cp932), step, &t), TG_OK);
        assert_string_equal(t.p, "髙橋㈱ソ表,ｶﾞ～\\");
        assert_int_equal(decode(TG_CHARSET_UTF8_BOM, S("\xEF\xBB\xBF手形"), step, &t), TG_OK);
        assert_string_equal(t.p, "手形");
        assert_int_equal(decode(TG_CHARSET_UTF8, S("手形"), step, &t), TG_OK);
        assert_string_equal(t.p, "手形");
        assert_int_equal(decode(TG_CHARSET_CP932, S("\x8E\xE8\x8C"), step, &t), TG_E_TRUNCATED);
        assert_int_equal(decode(TG_CHARSET_UTF8, S("手\xE5\xBD"), step, &t), TG_E_TRUNCATED);
        assert_int_equal(decode(TG_CHARSET_CP932, S("a\xFF\xFE"), step, &t), TG_E_FORM);
        assert_int_equal(decode(TG_CHARSET_CP932, S("\x8E\xE8\x8C\x0A,a,b,c"), step, &t), TG_E_FORM);
    }
}

/* Longer than every inner buffer, and grown by half in the conversion. */
static void long_text(void **state)
{
    static char in[9001];
    struct text t;
    (void)state;
    for (size_t i = 0; i + 1 < sizeof in; i += 2)
        memcpy(in + i, "\x8E\xE8", 2);
    for (size_t step = 1; step < 8192; step = step * 3 + 1) {
        assert_int_equal(decode(TG_CHARSET_CP932, in, 9000, step, &t), TG_OK);
        assert_int_equal(t.n, 13500);
        for (size_t i = 0; i < t.n; i += 3)
            assert_memory_equal(t.p + i, "手", 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(told_apart),
        cmocka_unit_test(ill_formed),
        cmocka_unit_test(decoded),
        cmocka_unit_test(long_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
