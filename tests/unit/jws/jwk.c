/* Our published keys, read back as a third party would read them. */
#include "certs/jws/jwk.h"
#include "tests/unit/jws/tools.h"

static json_t *written(EVP_PKEY *key, enum tg_alg alg, const char *kid)
{
    TG_BUF_AUTO text = TG_BUF_INIT(4096);
    struct tg_jout out;
    json_t *j = NULL;
    tg_jout_init(&out, &text);
    assert_int_equal(tg_jwk_write(key, alg, kid, &out), TG_OK);
    assert_int_equal(tg_jout_end(&out), TG_OK);
    assert_int_equal(tg_json_parse(tg_span_buf(&text), &j), TG_OK);
    return j;
}

static enum tg_err parsed(const json_t *j)
{
    struct tg_jwk k;
    enum tg_err e = tg_jwk_parse(j, &k);
    tg_jwk_done(&k);
    return e;
}

static enum tg_err with(const json_t *j, const char *name, const char *value)
{
    json_t *copy = json_deep_copy(j);
    assert_int_equal(json_object_set_new(copy, name, json_loads(value, JSON_DECODE_ANY, NULL)), 0);
    enum tg_err e = parsed(copy);
    json_decref(copy);
    return e;
}

static void written_keys_check_our_signatures(void **state)
{
    const struct {
        enum tg_alg alg;
        EVP_PKEY *key;
    } all[] = {{TG_ALG_ES256, EVP_EC_gen("P-256")},
               {TG_ALG_ES384, EVP_EC_gen("P-384")},
               {TG_ALG_PS256, EVP_RSA_gen(2048)}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        TG_BUF_AUTO text = TG_BUF_INIT(4096);
        TG_JSON_AUTO *j = written(all[i].key, all[i].alg, "k1");
        TG_JWS_AUTO jws;
        struct tg_jwk k;
        char header[32];
        assert_null(json_object_get(j, "d"));
        assert_int_equal(tg_jwk_parse(j, &k), TG_OK);
        (void)snprintf(header, sizeof(header), "{\"alg\":\"%s\"}", tg_alg_name(all[i].alg));
        sign(header, "x", all[i].alg, all[i].key, &text);
        assert_int_equal(tg_jws_parse(tg_span_buf(&text), &jws), TG_OK);
        assert_int_equal(tg_jwk_verify(&k, &jws), TG_OK);
        tg_jwk_done(&k);
        EVP_PKEY_free(all[i].key);
    }
}

static void a_key_is_for_one_algorithm(void **state)
{
    EVP_PKEY *rsa = EVP_RSA_gen(2048);
    TG_JSON_AUTO *j = written(rsa, TG_ALG_PS256, "k");
    TG_BUF_AUTO text = TG_BUF_INIT(4096);
    TG_JWS_AUTO jws;
    struct tg_jwk k;
    (void)state;
    sign("{\"alg\":\"RS256\"}", "x", TG_ALG_RS256, rsa, &text);
    assert_int_equal(tg_jws_parse(tg_span_buf(&text), &jws), TG_OK);
    assert_int_equal(tg_jws_verify(&jws, rsa), TG_OK);
    assert_int_equal(tg_jwk_parse(j, &k), TG_OK);
    assert_int_equal(tg_jwk_verify(&k, &jws), TG_E_ALGORITHM);
    tg_jwk_done(&k);
    EVP_PKEY_free(rsa);
}

static void wrong_members_are_refused(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    TG_JSON_AUTO *j = written(key, TG_ALG_ES256, "k");
    (void)state;
    assert_int_equal(parsed(j), TG_OK);
    assert_int_equal(with(j, "alg", "\"ES384\""), TG_E_ALGORITHM);
    assert_int_equal(with(j, "alg", "\"RS256\""), TG_E_ALGORITHM);
    assert_int_equal(with(j, "alg", "\"none\""), TG_E_ALGORITHM);
    assert_int_equal(with(j, "alg", "null"), TG_E_ALGORITHM);
    assert_int_equal(with(j, "use", "\"enc\""), TG_E_FORM);
    assert_int_equal(with(j, "use", "1"), TG_E_FORM);
    assert_int_equal(with(j, "key_ops", "[\"encrypt\"]"), TG_E_FORM);
    assert_int_equal(with(j, "key_ops", "[\"verify\"]"), TG_OK);
    assert_int_equal(with(j, "key_ops", "\"verify\""), TG_E_FORM);
    assert_int_equal(with(j, "key_ops", "[1,\"verify\"]"), TG_E_FORM);
    assert_int_equal(with(j, "kty", "\"RSA\""), TG_E_ALGORITHM);
    assert_int_equal(with(j, "kty", "\"oct\""), TG_E_FORM);
    assert_int_equal(with(j, "crv", "\"P-384\""), TG_E_ALGORITHM);
    assert_int_equal(with(j, "d", "\"AQ\""), TG_E_FORM);
    assert_int_equal(with(j, "x", "\"AQ\""), TG_E_FORM);
    assert_int_equal(with(j, "y", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\""),
                     TG_E_CERT_KEY); /* off the curve */
    EVP_PKEY_free(key);
}

static void numbers_have_one_spelling(void **state)
{
    EVP_PKEY *key = EVP_RSA_gen(2048);
    TG_JSON_AUTO *j = written(key, TG_ALG_RS256, "k");
    (void)state;
    assert_int_equal(with(j, "e", "\"AQAB\""), TG_OK);
    assert_int_equal(with(j, "e", "\"AAEAAQ\""), TG_E_FORM); /* a zero in front */
    assert_int_equal(with(j, "e", "\"\""), TG_E_FORM);
    assert_int_equal(with(j, "e", "\"Aw\""), TG_E_CERT_KEY); /* 3 */
    EVP_PKEY_free(key);
}

static void a_set_names_each_key_once(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    TG_JSON_AUTO *set = json_object();
    json_t *keys = json_array();
    struct tg_jwk k;
    (void)state;
    assert_int_equal(json_object_set_new(set, "keys", keys), 0);
    assert_int_equal(json_array_append_new(keys, written(key, TG_ALG_ES256, "a")), 0);
    assert_int_equal(json_array_append_new(keys, written(key, TG_ALG_ES256, "b")), 0);
    assert_int_equal(tg_jwk_find(set, "b", &k), TG_OK);
    tg_jwk_done(&k);
    assert_int_equal(tg_jwk_find(set, "c", &k), TG_E_NOT_FOUND);
    assert_int_equal(json_array_append_new(keys, written(key, TG_ALG_ES256, "a")), 0);
    assert_int_equal(tg_jwk_find(set, "a", &k), TG_E_FORM);
    assert_int_equal(tg_jwk_find(keys, "a", &k), TG_E_FORM);
    EVP_PKEY_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_keys_check_our_signatures), cmocka_unit_test(a_key_is_for_one_algorithm),
        cmocka_unit_test(wrong_members_are_refused),         cmocka_unit_test(numbers_have_one_spelling),
        cmocka_unit_test(a_set_names_each_key_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
