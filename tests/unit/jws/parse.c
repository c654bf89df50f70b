/* What tg_jws_parse must refuse before any key is looked at. */
#include "tests/unit/jws/tools.h"

static enum tg_err parse(const char *text)
{
    TG_JWS_AUTO j;
    return tg_jws_parse(tg_span_str(text), &j);
}

static void takes_a_good_one_apart(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(4096);
    TG_JWS_AUTO j;
    (void)state;
    compact("{\"alg\":\"ES256\",\"typ\":\"JWT\"}", "payload", "AAAA", &text);
    assert_int_equal(tg_jws_parse(tg_span_buf(&text), &j), TG_OK);
    assert_int_equal(j.alg, TG_ALG_ES256);
    assert_true(tg_span_is(tg_span_buf(&j.payload), "payload"));
    assert_int_equal(j.sig.n, 3);
    assert_ptr_equal(j.input.p, text.p);
    assert_int_equal(j.input.n, text.n - 5);
    assert_int_equal(tg_jws_x5c_count(&j), 0);
}

static void parts_are_three(void **state)
{
    static const char *const BAD[] = {"",
                                      ".",
                                      "..",
                                      "...",
                                      "eyJhbGciOiJFUzI1NiJ9",
                                      "eyJhbGciOiJFUzI1NiJ9.e30",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.",
                                      "eyJhbGciOiJFUzI1NiJ9..",
                                      ".e30.AAAA",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AAAA.",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AAAA.AAAA",
                                      ".eyJhbGciOiJFUzI1NiJ9.e30.AAAA"};
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        assert_int_equal(parse(BAD[i]), TG_E_ASSERTION);
    assert_int_equal(parse("eyJhbGciOiJFUzI1NiJ9.e30.AAAA"), TG_OK);
    assert_int_equal(parse("eyJhbGciOiJFUzI1NiJ9..AAAA"),
                     TG_OK); /* RFC 7515: an empty payload is a payload */
}

static void base64url_has_one_spelling(void **state)
{
    static const char *const BAD[] = {"eyJhbGciOiJFUzI1NiJ9=.e30.AAAA", /* padding */
                                      "eyJhbGciOiJFUzI1NiJ9.e30=.AAAA",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AAA=",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AA==",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AA+A", /* the other alphabet */
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AA/A",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AAB", /* spare bits */
                                      "eyJhbGciOiJFUzI1NiJ9.e31.AAAA",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AAAAA", /* a length that does not exist */
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AAAA ",
                                      " eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AA AA",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AAAA\n",
                                      "eyJhbGciOiJFUzI1NiJ9.e30\n.AAAA",
                                      "eyJhbGciOiJFUzI1NiJ9.e3\x80.AAAA"};
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        assert_int_equal(parse(BAD[i]), TG_E_ASSERTION);
    assert_int_equal(parse("eyJhbGciOiJFUzI1NiJ9.e30.AAA"), TG_OK);
}

static void a_nul_is_not_an_end(void **state)
{
    TG_JWS_AUTO j;
    (void)state;
    assert_int_equal(tg_jws_parse(tg_span("eyJhbGciOiJFUzI1NiJ9.e30.AAAA\0AAA", 33), &j), TG_E_ASSERTION);
}

static void none_and_hmac_are_refused(void **state)
{
    static const char *const BAD[] = {"none",  "None",  "NONE",   "nOnE",   "",      "HS256", "HS384",
                                      "HS512", "RS384", "RS512",  "PS384",  "PS512", "ES512", "ES256K",
                                      "EdDSA", "es256", "ES256 ", "RSA1_5", "dir"};
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        char header[64];
        (void)snprintf(header, sizeof(header), "{\"alg\":\"%s\"}", BAD[i]);
        assert_int_equal(parse_header(header), TG_E_ALGORITHM);
    }
    assert_int_equal(parse("eyJhbGciOiJub25lIn0.e30."), TG_E_ASSERTION); /* none with no signature at all */
}

static void header_must_be_an_object_with_an_algorithm(void **state)
{
    static const char *const BAD[] = {"{}",
                                      "[]",
                                      "[\"alg\"]",
                                      "null",
                                      "\"ES256\"",
                                      "1",
                                      "{\"alg\":null}",
                                      "{\"alg\":1}",
                                      "{\"alg\":[\"ES256\"]}",
                                      "{\"Alg\":\"ES256\"}",
                                      "{\"alg\":\"ES256\"",
                                      "{\"alg\":\"ES256\"}x",
                                      "{\"alg\":\"ES256\"}{}",
                                      "{'alg':'ES256'}",
                                      "{\"alg\":\"ES256\",}",
                                      "{\"alg\":\"ES256\\u0000\"}",
                                      "{\"alg\":\"ES256\",\"x\":\"\xff\"}"};
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        assert_int_equal(parse_header(BAD[i]), TG_E_ASSERTION);
}

static void duplicate_members_are_refused(void **state)
{
    (void)state;
    assert_int_equal(parse_header("{\"alg\":\"ES256\",\"alg\":\"ES256\"}"), TG_E_ASSERTION);
    assert_int_equal(parse_header("{\"alg\":\"none\",\"alg\":\"ES256\"}"), TG_E_ASSERTION);
    assert_int_equal(parse_header("{\"alg\":\"ES256\",\"\\u0061lg\":\"none\"}"), TG_E_ASSERTION);
    assert_int_equal(parse_header("{\"alg\":\"ES256\",\"x\":{\"a\":1,\"a\":2}}"), TG_E_ASSERTION);
}

static void members_that_change_the_rules_are_refused(void **state)
{
    static const char *const BAD[] = {"\"crit\":[\"exp\"]",
                                      "\"crit\":[]",
                                      "\"crit\":null",
                                      "\"crit\":[\"b64\"],\"b64\":false",
                                      "\"b64\":false",
                                      "\"b64\":true",
                                      "\"zip\":\"DEF\"",
                                      "\"jwk\":{\"kty\":\"EC\"}",
                                      "\"jku\":\"https://a.example/\"",
                                      "\"x5u\":\"https://a.example/\"",
                                      "\"typ\":1",
                                      "\"kid\":{}",
                                      "\"cty\":[]"};
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        char header[128];
        (void)snprintf(header, sizeof(header), "{\"alg\":\"ES256\",%s}", BAD[i]);
        assert_int_equal(parse_header(header), TG_E_ASSERTION);
    }
    assert_int_equal(parse_header("{\"alg\":\"ES256\",\"somethingElse\":1}"), TG_OK);
}

static void x5c_is_a_short_list_of_texts(void **state)
{
    static const char *const BAD[] = {"\"AAAA\"", "[]",
                                      "{}",       "null",
                                      "[1]",      "[\"AAAA\",null]",
                                      "[\"\"]",   "[\"A\",\"A\",\"A\",\"A\",\"A\",\"A\"]"};
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        char header[128];
        (void)snprintf(header, sizeof(header), "{\"alg\":\"ES256\",\"x5c\":%s}", BAD[i]);
        assert_int_equal(parse_header(header), TG_E_ASSERTION);
    }
}

static void x5c_is_standard_base64(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(4096);
    TG_BUF_AUTO der = TG_BUF_INIT(64);
    TG_BUF_AUTO small = TG_BUF_INIT(2);
    TG_JWS_AUTO j;
    (void)state;
    compact("{\"alg\":\"ES256\",\"x5c\":[\"+/8=\",\"-_8=\",\"+/9=\",\"AAAA\"]}", "", "AAAA", &text);
    assert_int_equal(tg_jws_parse(tg_span_buf(&text), &j), TG_OK);
    assert_int_equal(tg_jws_x5c_count(&j), 4);
    assert_int_equal(tg_jws_x5c(&j, 0, &der), TG_OK);
    assert_true(tg_span_eq(tg_span_buf(&der), tg_span("\xfb\xff", 2)));
    assert_int_equal(tg_jws_x5c(&j, 1, &der), TG_E_ASSERTION); /* the url alphabet */
    assert_int_equal(tg_jws_x5c(&j, 2, &der), TG_E_ASSERTION); /* spare bits */
    assert_int_equal(tg_jws_x5c(&j, 3, &small), TG_E_LIMIT);
    assert_int_equal(tg_jws_x5c(&j, 4, &der), TG_E_ASSERTION);
    assert_int_equal(der.n, 2);
}

static char *filled(size_t n, const char *front, const char *back)
{
    size_t f = strlen(front), b = strlen(back);
    char *s = malloc(f + n + b + 1);
    assert_non_null(s);
    memcpy(s, front, f);
    memset(s + f, 'x', n);
    memcpy(s + f + n, back, b + 1);
    return s;
}

static void sizes_are_bounded(void **state)
{
    TG_JWS_AUTO j;
    TG_BUF_AUTO sig = TG_BUF_INIT(65536);
    (void)state;
    char *huge = filled(TG_JWS_HEADER_BYTES, "{\"alg\":\"ES256\",\"kid\":\"", "\"}");
    assert_int_equal(parse_header(huge), TG_E_LIMIT);
    free(huge);
    huge = filled(1024u * 1024u, "{\"alg\":\"ES256\",\"kid\":\"", "\"}");
    assert_int_equal(parse_header(huge), TG_E_LIMIT);
    free(huge);
    huge = filled(TG_JWS_PAYLOAD_BYTES + 1, "", "");
    compact("{\"alg\":\"ES256\"}", huge, "AAAA", &sig);
    assert_int_equal(tg_jws_parse(tg_span_buf(&sig), &j), TG_E_LIMIT);
    free(huge);
    huge = filled(TG_SIG_BYTES * 2, "eyJhbGciOiJFUzI1NiJ9.e30.", "");
    assert_int_equal(parse(huge), TG_E_LIMIT);
    free(huge);
}

static void depth_is_bounded(void **state)
{
    char header[4096] = "{\"alg\":\"ES256\",\"x\":";
    (void)state;
    size_t n = strlen(header);
    memset(header + n, '[', 1000);
    memset(header + n + 1000, ']', 1000);
    memcpy(header + n + 2000, "}", 2);
    assert_int_equal(parse_header(header), TG_E_ASSERTION);
}

static void done_is_harmless_twice(void **state)
{
    struct tg_jws j;
    (void)state;
    assert_int_equal(tg_jws_parse(tg_span(NULL, 0), &j), TG_E_ASSERTION);
    tg_jws_done(&j);
    tg_jws_done(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_good_one_apart),
        cmocka_unit_test(parts_are_three),
        cmocka_unit_test(base64url_has_one_spelling),
        cmocka_unit_test(a_nul_is_not_an_end),
        cmocka_unit_test(none_and_hmac_are_refused),
        cmocka_unit_test(header_must_be_an_object_with_an_algorithm),
        cmocka_unit_test(duplicate_members_are_refused),
        cmocka_unit_test(members_that_change_the_rules_are_refused),
        cmocka_unit_test(x5c_is_a_short_list_of_texts),
        cmocka_unit_test(x5c_is_standard_base64),
        cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(done_is_harmless_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
