/* Reading one certificate: strict DER, sizes, keys, thumbprint. */
#include <openssl/sha.h>

#include "certs/x509/der.h"
#include "tests/unit/x509/make.h"

static struct made root;
static unsigned char *leaf;
static size_t leaf_n;

static int setup(void **state)
{
    struct spec r = spec_root("Root"), s = spec_auth(&root);
    (void)state;
    root = make_cert(&r);
    struct made m = make_cert(&s);
    int n = i2d_X509(m.x, &leaf);
    made_done(&m);
    leaf_n = (size_t)n;
    return n > 0 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    OPENSSL_free(leaf);
    made_done(&root);
    return 0;
}

static enum tg_err parse(const void *p, size_t n)
{
    struct tg_cert *c = NULL;
    enum tg_err e = tg_cert_parse(tg_span(p, n), &c);
    assert_int_equal(c != NULL, e == TG_OK);
    tg_cert_free(&c);
    return e;
}

static void a_good_one(void **state)
{
    struct tg_cert *c = NULL;
    uint8_t ours[32], theirs[32];
    (void)state;
    assert_int_equal(tg_cert_parse(tg_span(leaf, leaf_n), &c), TG_OK);
    assert_true(tg_span_eq(tg_cert_der(c), tg_span(leaf, leaf_n)));
    assert_ptr_not_equal(tg_cert_der(c).p, leaf);
    tg_cert_thumbprint(c, ours);
    SHA256(leaf, leaf_n, theirs);
    assert_memory_equal(ours, theirs, 32);
    assert_ptr_equal(tg_cert_key(c), X509_get0_pubkey(tg_cert_borrow(c)));
    tg_cert_free(&c);
    assert_null(c);
    tg_cert_free(&c);
}

static void nothing_behind_nothing_missing(void **state)
{
    unsigned char *more = calloc(1, leaf_n + 1);
    (void)state;
    memcpy(more, leaf, leaf_n);
    assert_int_equal(parse(more, leaf_n + 1), TG_E_CERT_FORM);
    for (size_t n = 0; n < leaf_n; n++)
        assert_int_equal(parse(leaf, n), TG_E_CERT_FORM);
    assert_int_equal(parse(NULL, 0), TG_E_CERT_FORM);
    free(more);
}

/* The same certificate with its outer length in four bytes where three do: BER, and another thumbprint. */
static void one_encoding(void **state)
{
    unsigned char *ber = calloc(1, leaf_n + 1);
    (void)state;
    assert_true(leaf[0] == 0x30 && leaf[1] == 0x82);
    memcpy(ber + 1, leaf, leaf_n);
    ber[0] = 0x30;
    ber[1] = 0x83;
    ber[2] = 0;
    assert_int_equal(parse(ber, leaf_n + 1), TG_E_CERT_FORM);
    free(ber);
}

/* Any single byte changed must not crash; whether it is still a certificate the signature will tell. */
static void every_byte_changed(void **state)
{
    unsigned char *copy = malloc(leaf_n);
    (void)state;
    for (size_t i = 0; i < leaf_n; i++) {
        memcpy(copy, leaf, leaf_n);
        copy[i] ^= 0x41;
        (void)parse(copy, leaf_n);
    }
    free(copy);
}

static void too_large(void **state)
{
    static char text[40000];
    struct spec s = spec_auth(&root);
    (void)state;
    size_t n = (size_t)snprintf(text, sizeof(text), "nsComment=");
    memset(text + n, 'x', TG_CERT_DER_BYTES);
    s.extra[0] = text;
    struct made m = make_cert(&s);
    assert_int_equal(parse_result(&m), TG_E_CERT_FORM);
    made_done(&m);
}

static void extension_values_are_der(void **state)
{
    static const char *const BAD[] = {"1.2.3.4=DER:00",       "1.2.3.4=DER:0500ff",   "1.2.3.4=DER:0201",
                                      "1.2.3.4=DER:30800000", "1.2.3.4=DER:02020001", "1.2.3.4=DER:010101",
                                      "1.2.3.4=DER:048100"};
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        struct spec s = spec_auth(&root);
        s.extra[0] = BAD[i];
        struct made m = make_cert(&s);
        assert_int_equal(parse_result(&m), TG_E_CERT_FORM);
        made_done(&m);
    }
}

static void known_extensions_are_readable(void **state)
{
    static const char *const BAD[] = {"2.5.29.19=DER:0500", "2.5.29.15=DER:0500", "2.5.29.37=DER:0500",
                                      "2.5.29.14=DER:0500", "2.5.29.35=DER:0500"};
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        struct spec s = {.cn = "x", .issuer = &root, .from = -DAY, .to = DAY, .serial = 5, .no_ids = true};
        s.extra[0] = BAD[i];
        struct made m = make_cert(&s);
        assert_int_equal(parse_result(&m), TG_E_CERT_FORM);
        made_done(&m);
    }
}

static void extensions_are_counted(void **state)
{
    struct spec s = spec_auth(&root);
    struct made m = make_cert(&s);
    (void)state;
    for (int i = X509_get_ext_count(m.x); i <= (int)TG_CERT_EXTENSIONS; i++) {
        char oid[32];
        sign_again(&m, &root);
        assert_int_equal(parse_result(&m), TG_OK);
        (void)snprintf(oid, sizeof(oid), "1.2.3.%d", i);
        X509_EXTENSION *e = X509V3_EXT_nconf(NULL, NULL, oid, "DER:0500");
        assert_int_equal(X509_add_ext(m.x, e, -1), 1);
        X509_EXTENSION_free(e);
    }
    sign_again(&m, &root);
    assert_int_equal(parse_result(&m), TG_E_CERT_FORM);
    made_done(&m);
}

static enum tg_err with_key(EVP_PKEY *key)
{
    struct spec s = spec_auth(&root);
    assert_non_null(key);
    s.key = key;
    struct made m = make_cert(&s);
    enum tg_err e = parse_result(&m);
    made_done(&m);
    EVP_PKEY_free(key);
    return e;
}

static void keys(void **state)
{
    (void)state;
    assert_int_equal(with_key(EVP_EC_gen("P-384")), TG_OK);
    assert_int_equal(with_key(make_rsa(2048)), TG_OK);
    assert_int_equal(with_key(make_rsa(1024)), TG_E_CERT_KEY);
    assert_int_equal(with_key(EVP_EC_gen("P-521")), TG_E_CERT_KEY);
    assert_int_equal(with_key(EVP_EC_gen("secp256k1")), TG_E_CERT_KEY);
    assert_int_equal(with_key(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")), TG_E_CERT_KEY);
}

static bool der(const void *p, size_t n)
{
    return tg_der_ok(tg_span(p, n));
}

static void der_forms(void **state)
{
    (void)state;
    assert_true(der("\x05\x00", 2));
    assert_true(der("\x30\x00", 2));
    assert_true(der("\x01\x01\xff", 3));
    assert_true(der("\x02\x01\x00", 3));
    assert_true(der("\x02\x02\x00\x80", 4));
    assert_true(der("\x03\x01\x00", 3));
    assert_true(der("\x03\x02\x07\x80", 4));
    assert_true(der("\x06\x03\x55\x1d\x0f", 5));
    assert_true(der("\xa0\x03\x02\x01\x02", 5));
    assert_true(der("\x80\x03\xff\xff\xff", 5));
    assert_false(der("", 0));
    assert_false(der("\x05", 1));
    assert_false(der("\x00\x00", 2));
    assert_false(der("\x05\x01\x00", 3));
    assert_false(der("\x05\x00\x00", 3));
    assert_false(der("\x10\x00", 2));                 /* SEQUENCE, but primitive */
    assert_false(der("\x24\x04\x04\x00\x04\x00", 6)); /* OCTET STRING in pieces */
    assert_false(der("\x30\x80\x00\x00", 4));
    assert_false(der("\x30\x03\x05\x00", 4));
    assert_false(der("\x30\x01\x05\x00", 4)); /* the inner one reaches over the outer end */
    assert_false(der("\x30\x02\x05\x01\x00", 5));
    assert_false(der("\x04\x81\x01\x00", 4));
    assert_false(der("\x04\x82\x00\x01\x00", 5));
    assert_false(der("\x04\x85\x00\x00\x00\x00\x01\x00", 8));
    assert_false(der("\x04\xff\x00", 3));
    assert_false(der("\x01\x01\x01", 3));
    assert_false(der("\x01\x00", 2));
    assert_false(der("\x02\x00", 2));
    assert_false(der("\x02\x02\xff\x80", 4));
    assert_false(der("\x03\x00", 2));
    assert_false(der("\x03\x02\x07\x81", 4));
    assert_false(der("\x03\x02\x08\x00", 4));
    assert_false(der("\x06\x02\x80\x01", 4));
    assert_false(der("\x06\x02\x55\x80", 4));
    assert_false(der("\x06\x00", 2));
    assert_false(der("\x06\x03\x55\x80\x01", 5));
    assert_true(der("\x06\x04\x2a\x81\x80\x00", 6));
    assert_false(der("\x1f\x20\x00", 3)); /* long tag */
}

static void der_indefinite(void **state)
{
    uint8_t v[2 + 0x80] = {0x04, 0x80};
    (void)state;
    assert_false(der(v, sizeof(v))); /* 80 is not "128 bytes" */
    v[0] = 0x30;
    assert_false(der(v, sizeof(v)));
}

static void der_depth(void **state)
{
    uint8_t deep[2 * (TG_DER_DEPTH + 1)];
    (void)state;
    for (size_t levels = TG_DER_DEPTH; levels <= TG_DER_DEPTH + 1; levels++) {
        for (size_t i = 0; i < levels; i++) {
            deep[2 * i] = 0x30;
            deep[2 * i + 1] = (uint8_t)(2 * (levels - i - 1));
        }
        assert_int_equal(der(deep, 2 * levels), levels <= TG_DER_DEPTH);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_one),
        cmocka_unit_test(nothing_behind_nothing_missing),
        cmocka_unit_test(one_encoding),
        cmocka_unit_test(every_byte_changed),
        cmocka_unit_test(too_large),
        cmocka_unit_test(extension_values_are_der),
        cmocka_unit_test(known_extensions_are_readable),
        cmocka_unit_test(extensions_are_counted),
        cmocka_unit_test(keys),
        cmocka_unit_test(der_forms),
        cmocka_unit_test(der_depth),
        cmocka_unit_test(der_indefinite),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
