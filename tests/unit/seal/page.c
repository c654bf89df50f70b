/* Signed pages: not a bit of the text or of the signature can be changed, and nothing else passes for a page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/seal/page.h"
#include "certs/seal/verify.h"

#define TEXT "A page.\n手形 terminals: 3, differing: 0\n"

static const struct tg_page sample = {
    .time = 1763622131,
    .holds = true,
    .first = 7,
    .at = {.log = "0123456789abcde", .seq = 1000, .head = "0123456789abcdef0123456789abcde"}};

static EVP_PKEY *key;

static void sign(const char *text, struct tg_buf *out)
{
    const struct tg_checkpoint_signer by = {.sign = tg_jws_sign_with_key, .ctx = key, .key_id = "audit"};

    tg_buf_reset(out);
    assert_int_equal(tg_buf_add_str(out, text), TG_OK);
    assert_int_equal(tg_page_sign(&sample, &by, out), TG_OK);
}

static enum tg_err check(struct tg_span file)
{
    struct tg_page p;

    return tg_page_check(file, key, &p, NULL);
}

static void test_round(void **state)
{
    EVP_PKEY *other = EVP_EC_gen("P-256");
    TG_BUF_AUTO file = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_span text;
    struct tg_page p;

    (void)state;
    sign(TEXT, &file);
    assert_int_equal(tg_page_check(tg_span_buf(&file), key, &p, &text), TG_OK);
    assert_true(tg_span_is(text, TEXT));
    assert_true(p.time == sample.time && p.holds && p.first == 7 && p.at.seq == 1000);
    assert_memory_equal(p.at.log, sample.at.log, sizeof p.at.log);
    assert_memory_equal(p.at.head, sample.at.head, sizeof p.at.head);
    assert_int_equal(tg_page_check(tg_span_buf(&file), other, &p, NULL), TG_E_SIGNATURE);
    EVP_PKEY_free(other);
}

static void test_every_bit(void **state)
{
    TG_BUF_AUTO file = TG_BUF_INIT(TG_JWS_BYTES);

    (void)state;
    sign(TEXT, &file);
    for (size_t i = 0; i < file.n; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            file.p[i] ^= (uint8_t)(1u << bit);
            assert_int_not_equal(check(tg_span_buf(&file)), TG_OK);
            file.p[i] ^= (uint8_t)(1u << bit);
        }
    }
    for (size_t n = 0; n < file.n; n++)
        assert_int_not_equal(check(tg_span(file.p, n)), TG_OK);
    assert_int_equal(check(tg_span_buf(&file)), TG_OK);
    assert_int_equal(tg_buf_add_str(&file, "\n"), TG_OK);
    assert_int_equal(check(tg_span_buf(&file)), TG_E_FORM);
}

/* A page that quotes another page, signature and all: the outer signature is the one that counts. */
static void test_page_in_a_page(void **state)
{
    TG_BUF_AUTO inner = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO outer = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_span text;
    struct tg_page p;

    (void)state;
    sign(TEXT, &inner);
    assert_non_null(tg_buf_cstr(&inner));
    sign(tg_buf_cstr(&inner), &outer);
    assert_int_equal(tg_page_check(tg_span_buf(&outer), key, &p, &text), TG_OK);
    assert_true(tg_span_eq(text, tg_span_buf(&inner)));
    /* Words put before a genuine page are not signed. */
    tg_buf_reset(&outer);
    assert_int_equal(tg_buf_add_str(&outer, "All is well.\n"), TG_OK);
    assert_int_equal(tg_buf_add_span(&outer, tg_span_buf(&inner)), TG_OK);
    assert_int_equal(check(tg_span_buf(&outer)), TG_E_SIGNATURE);
}

static void test_not_a_page(void **state)
{
    const struct tg_checkpoint_signer by = {.sign = tg_jws_sign_with_key, .ctx = key};
    TG_BUF_AUTO file = TG_BUF_INIT(TG_JWS_BYTES);

    (void)state;
    assert_int_equal(check(tg_span(NULL, 0)), TG_E_FORM);
    assert_int_equal(check(tg_span_str(TEXT)), TG_E_FORM);
    assert_int_equal(tg_page_sign(&sample, &by, &file), TG_E_FORM);
    assert_int_equal(tg_buf_add_str(&file, "no line end"), TG_OK);
    assert_int_equal(tg_page_sign(&sample, &by, &file), TG_E_FORM);
}

#define SHA256_OF_ONE_LINE_END "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"
#define REST                                                                                         \
    ",\"iat\":1,\"holds\":true,\"log\":\"00112233445566778899aabbccddeeff\",\"first\":1,\"last\":2," \
    "\"head\":"                                                                                      \
    "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"}"
#define GOOD_HEADER "{\"alg\":\"ES256\",\"typ\":\"policy-proof+jwt\"}"
#define GOOD_CLAIMS "{\"sha256\":\"" SHA256_OF_ONE_LINE_END "\",\"bytes\":1" REST

static enum tg_err check_signed(const char *header, const char *claims)
{
    TG_BUF_AUTO file = TG_BUF_INIT(TG_JWS_BYTES);
    const struct tg_signer by = {TG_ALG_ES256, tg_jws_sign_with_key, key};

    assert_int_equal(tg_buf_add_str(&file, "\n-----BEGIN TEGATA PAGE SIGNATURE-----\n"), TG_OK);
    assert_int_equal(tg_jws_sign(tg_span_str(header), tg_span_str(claims), &by, &file), TG_OK);
    assert_int_equal(tg_buf_add_str(&file, "\n-----END TEGATA PAGE SIGNATURE-----\n"), TG_OK);
    return check(tg_span_buf(&file));
}

/* A good signature over something that is no page: a checkpoint, a token, claims of another text. */
static void test_signed_but_wrong(void **state)
{
    (void)state;
    assert_int_equal(check_signed(GOOD_HEADER, GOOD_CLAIMS), TG_OK);
    assert_int_equal(check_signed("{\"alg\":\"ES256\",\"typ\":\"tegata-checkpoint+jws\"}", GOOD_CLAIMS),
                     TG_E_ASSERTION);
    assert_int_equal(check_signed("{\"alg\":\"ES256\"}", GOOD_CLAIMS), TG_E_ASSERTION);
    assert_int_equal(check_signed(GOOD_HEADER, "{\"sha256\":\"" SHA256_OF_ONE_LINE_END "\",\"bytes\":2" REST),
                     TG_E_SIGNATURE);
    assert_int_equal(check_signed(GOOD_HEADER, "{\"sha256\":\"" SHA256_OF_ONE_LINE_END "\"" REST),
                     TG_E_BAD_MEMBER);
    assert_int_equal(
        check_signed(GOOD_HEADER, "{\"more\":1,\"sha256\":\"" SHA256_OF_ONE_LINE_END "\",\"bytes\":1" REST),
        TG_E_BAD_MEMBER);
    assert_int_equal(check_signed(GOOD_HEADER, "[]"), TG_E_BAD_JSON);
}

static void write_checkpoints(const char *folder)
{
    const struct tg_checkpoint_signer by = {.sign = tg_jws_sign_with_key, .ctx = key};
    TG_BUF_AUTO lines = TG_BUF_INIT(2 * TG_CHECKPOINT_BYTES);
    struct tg_checkpoint c = sample.at;
    char path[512];

    c.segment = 1;
    for (c.seq = 500; c.seq <= 1000; c.seq += 500) {
        assert_int_equal(tg_checkpoint_sign(&c, &by, &lines), TG_OK);
        assert_int_equal(tg_buf_add_str(&lines, "\n"), TG_OK);
    }
    (void)snprintf(path, sizeof path, "%s/%s", folder, TG_CHECKPOINTS_FILE);
    assert_int_equal(tg_file_write(path, tg_span_buf(&lines), 0600), TG_OK);
}

/* A page rests on a journal only when the journal has that very checkpoint. */
static void test_rests(void **state)
{
    char folder[] = "/tmp/tegata-page-XXXXXX", path[512];
    EVP_PKEY *other = EVP_EC_gen("P-256");
    struct tg_page p = sample;

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(tg_page_rests(&p, folder, key), TG_E_NOT_FOUND);
    write_checkpoints(folder);
    assert_int_equal(tg_page_rests(&p, folder, key), TG_OK);
    assert_int_equal(tg_page_rests(&p, folder, other), TG_E_NOT_FOUND);
    p.at.seq = 999;
    assert_int_equal(tg_page_rests(&p, folder, key), TG_E_NOT_FOUND);
    p = sample;
    p.at.head[31] ^= 1;
    assert_int_equal(tg_page_rests(&p, folder, key), TG_E_NOT_FOUND);
    p = sample;
    p.at.log[0] ^= 1;
    assert_int_equal(tg_page_rests(&p, folder, key), TG_E_NOT_FOUND);
    (void)snprintf(path, sizeof path, "%s/%s", folder, TG_CHECKPOINTS_FILE);
    assert_int_equal(unlink(path) + rmdir(folder), 0);
    EVP_PKEY_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_every_bit),
        cmocka_unit_test(test_page_in_a_page),
        cmocka_unit_test(test_not_a_page),
        cmocka_unit_test(test_signed_but_wrong),
        cmocka_unit_test(test_rests),
    };
    int failed;

    key = EVP_EC_gen("P-256");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    EVP_PKEY_free(key);
    return failed;
}
