/* What the card gets and what becomes of its answer. The blocks themselves are checked in virtual.c, by
 * verifying. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "client/card/sign.h"

static void expect_hex(const struct tg_buf *b, size_t at, const char *hex)
{
    char got[2 * 256 + 1];
    size_t n = strlen(hex) / 2;

    assert_true(at + n <= b->n);
    tg_hex(b->p + at, n, got);
    assert_string_equal(got, hex);
}

/* FIPS 180-4 examples: "abc". */
static void test_hashes(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(256);

    (void)state;
    assert_int_equal(tg_sign_prepare(TG_ALG_ES256, tg_span_str("abc"), &b), TG_OK);
    assert_int_equal(b.n, 32);
    expect_hex(&b, 0, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    tg_buf_reset(&b);
    assert_int_equal(tg_sign_prepare(TG_ALG_ES384, tg_span_str("abc"), &b), TG_OK);
    assert_int_equal(b.n, 48);
    expect_hex(&b, 0, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163");
}

static void test_pkcs1_block(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(256);

    (void)state;
    assert_int_equal(tg_sign_prepare(TG_ALG_RS256, tg_span_str("abc"), &b), TG_OK);
    assert_int_equal(b.n, 256);
    expect_hex(&b, 0, "0001ffff");
    for (size_t i = 2; i < 256 - 32 - 19 - 1; i++)
        assert_int_equal(b.p[i], 0xff);
    expect_hex(&b, 256 - 32 - 19 - 1, "003031300d060960864801650304020105000420ba7816bf");
}

/* Salted: two blocks of the same input differ, and both have the fixed bits. */
static void test_pss_block(void **state)
{
    TG_BUF_AUTO a = TG_BUF_INIT(256);
    TG_BUF_AUTO b = TG_BUF_INIT(256);

    (void)state;
    assert_int_equal(tg_sign_prepare(TG_ALG_PS256, tg_span_str("abc"), &a), TG_OK);
    assert_int_equal(tg_sign_prepare(TG_ALG_PS256, tg_span_str("abc"), &b), TG_OK);
    assert_false(tg_span_eq(tg_span_buf(&a), tg_span_buf(&b)));
    assert_int_equal(a.p[0] & 0x80, 0);
    assert_int_equal(a.p[255], 0xbc);
}

static void test_results(void **state)
{
    static const uint8_t rsa[257];
    TG_BUF_AUTO b = TG_BUF_INIT(TG_SIG_BYTES);

    (void)state;
    assert_int_equal(tg_sign_finish(TG_ALG_RS256, tg_span(rsa, 256), &b), TG_OK);
    assert_int_equal(tg_sign_finish(TG_ALG_PS256, tg_span(rsa, 255), &b), TG_E_CARD_REPLY);
    assert_int_equal(tg_sign_finish(TG_ALG_RS256, tg_span(rsa, 257), &b), TG_E_CARD_REPLY);
    tg_buf_reset(&b);
    assert_int_equal(tg_sign_finish(TG_ALG_ES256, tg_span("\x30\x06\x02\x01\x01\x02\x01\x02", 8), &b), TG_OK);
    assert_int_equal(b.n, 64);
    assert_int_equal(b.p[31], 1);
    assert_int_equal(b.p[63], 2);
    tg_buf_reset(&b);
    assert_int_equal(tg_sign_finish(TG_ALG_ES256, tg_span("\x30\x06\x02\x01\x01\x02\x01\x02\x00", 9), &b),
                     TG_E_CARD_REPLY);
    assert_int_equal(tg_sign_finish(TG_ALG_ES384, tg_span("", 0), &b), TG_E_CARD_REPLY);
    assert_int_equal(b.n, 0);
}

static void test_no_algorithm(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(256);
    enum tg_piv_alg alg = TG_PIV_P256;

    (void)state;
    assert_int_equal(tg_sign_alg(TG_ALG_NONE, &alg), TG_E_CARD_ALGORITHM);
    assert_int_equal(tg_sign_prepare(TG_ALG_NONE, tg_span_str("abc"), &b), TG_E_CARD_ALGORITHM);
    assert_int_equal(tg_sign_finish(TG_ALG_NONE, tg_span_str("abc"), &b), TG_E_CARD_ALGORITHM);
    assert_int_equal(b.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hashes),  cmocka_unit_test(test_pkcs1_block),  cmocka_unit_test(test_pss_block),
        cmocka_unit_test(test_results), cmocka_unit_test(test_no_algorithm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
