#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "certs/base/text.h"

typedef enum tg_err (*codec)(struct tg_span, struct tg_buf *);

static void expect(codec decode, const char *text, enum tg_err err, const char *bytes)
{
    TG_BUF_AUTO out = TG_BUF_INIT(64);

    assert_int_equal(tg_buf_add_str(&out, "kept"), TG_OK);
    assert_int_equal(decode(tg_span_str(text), &out), err);
    if (err == TG_OK)
        assert_true(tg_span_is(tg_span(out.p + 4, out.n - 4), bytes));
    else
        assert_true(tg_span_is(tg_span_buf(&out), "kept"));
}

/* RFC 4648 section 10. */
static void vectors(void **state)
{
    static const char *const pairs[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        TG_BUF_AUTO std = TG_BUF_INIT(64);
        TG_BUF_AUTO url = TG_BUF_INIT(64);
        struct tg_span bare = tg_span_str(pairs[i][1]);

        while (bare.n > 0 && bare.p[bare.n - 1] == '=')
            bare.n--;
        assert_int_equal(tg_b64_encode(tg_span_str(pairs[i][0]), &std), TG_OK);
        assert_string_equal(tg_buf_cstr(&std), pairs[i][1]);
        assert_int_equal(tg_b64u_encode(tg_span_str(pairs[i][0]), &url), TG_OK);
        assert_true(tg_span_eq(tg_span_buf(&url), bare));
        expect(tg_b64_decode, pairs[i][1], TG_OK, pairs[i][0]);
        expect(tg_b64u_decode, tg_buf_cstr(&url), TG_OK, pairs[i][0]);
    }
}

static void agrees_with_openssl(void **state)
{
    uint8_t in[257], theirs[400];

    (void)state;
    assert_int_equal(RAND_bytes(in, sizeof in), 1);
    for (size_t n = 1; n <= sizeof in; n++) {
        TG_BUF_AUTO ours = TG_BUF_INIT(400);
        TG_BUF_AUTO back = TG_BUF_INIT(n);
        int len = EVP_EncodeBlock(theirs, in, (int)n);

        assert_int_equal(tg_b64_encode(tg_span(in, n), &ours), TG_OK);
        assert_true(tg_span_eq(tg_span_buf(&ours), tg_span(theirs, (size_t)len)));
        assert_int_equal(tg_b64_decode(tg_span_buf(&ours), &back), TG_OK);
        assert_true(tg_span_eq(tg_span_buf(&back), tg_span(in, n)));
        tg_buf_reset(&ours);
        tg_buf_reset(&back);
        assert_int_equal(tg_b64u_encode(tg_span(in, n), &ours), TG_OK);
        assert_int_equal(tg_b64u_decode(tg_span_buf(&ours), &back), TG_OK);
        assert_true(tg_span_eq(tg_span_buf(&back), tg_span(in, n)));
    }
}

static void url_form_is_strict(void **state)
{
    static const char *const bad[] = {"Zg==", "Zg=",  "=",    "Z",     "Zm9vY", "Zm9v\n",    " Zm9v",
                                      "Zm 9", "Zm+v", "Zm/v", "Zm9v=", "Zm9v.", "Zm\xc3\xa9"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect(tg_b64u_decode, bad[i], TG_E_FORM, NULL);
    expect(tg_b64u_decode, "A", TG_E_FORM, NULL); /* zero bits, but no whole byte */
    expect(tg_b64u_decode, "AAAAA", TG_E_FORM, NULL);
    expect(tg_b64_decode, "A===", TG_E_FORM, NULL);
    expect(tg_b64u_decode, "-_-_", TG_OK, "\xfb\xff\xbf");
    expect(tg_b64_decode, "-_-_", TG_E_FORM, NULL);
    expect(tg_b64_decode, "+/+/", TG_OK, "\xfb\xff\xbf");
}

static void padded_form_is_strict(void **state)
{
    static const char *const bad[] = {"Zg", "Zm8",      "Zg=",  "Zg===", "Zm9v====", "====",
                                      "==", "Zg==Zg==", "Z===", "Z=g=",  "Zm9v\n",   "Zm8=\n\n\n\n"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect(tg_b64_decode, bad[i], TG_E_FORM, NULL);
}

/* Of the 64 last letters only those with zero spare bits may stand: 4 behind one letter, 16 behind two. */
static void spare_bits_must_be_zero(void **state)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned two = 0, three = 0;

    (void)state;
    for (size_t i = 0; i < 64; i++) {
        TG_BUF_AUTO out = TG_BUF_INIT(8);
        char text[4] = {'A', letters[i], letters[i], 0};

        two += tg_b64u_decode(tg_span(text, 2), &out) == TG_OK;
        three += tg_b64u_decode(tg_span(text, 3), &out) == TG_OK;
    }
    assert_int_equal(two, 4);
    assert_int_equal(three, 16);
    expect(tg_b64u_decode, "Zh", TG_E_FORM, NULL);
    expect(tg_b64_decode, "Zh==", TG_E_FORM, NULL);
    expect(tg_b64_decode, "Zm9=", TG_E_FORM, NULL);
}

static void ceilings_hold(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(5);

    (void)state;
    assert_int_equal(tg_b64u_decode(tg_span_str("Zm9vYmFy"), &out), TG_E_LIMIT);
    assert_int_equal(tg_b64u_encode(tg_span_str("foob"), &out), TG_E_LIMIT);
    assert_int_equal(tg_b64_encode(tg_span_str("foob"), &out), TG_E_LIMIT);
    assert_int_equal(out.n, 0);
    assert_int_equal(tg_b64u_decode(tg_span_str("Zm9vYmE"), &out), TG_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(agrees_with_openssl),
        cmocka_unit_test(url_form_is_strict),
        cmocka_unit_test(padded_form_is_strict),
        cmocka_unit_test(spare_bits_must_be_zero),
        cmocka_unit_test(ceilings_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
