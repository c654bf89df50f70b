/* The allow-list on top of libcrypto: one departure at a time from a card and an issuer that are fine. */
#include "tests/unit/x509/make.h"

#define CHARS_60 "a23456789.a23456789.a23456789.a23456789.a23456789.a23456789."
#define CHARS_64 "a234567890123456789012345678901234567890123456789012345678901234"
#define NC_DER "nameConstraints=critical,DER:"

static struct made root;
static struct tg_trust *trust;

static int setup(void **state)
{
    struct spec s = spec_root("Root");
    (void)state;
    root = make_cert(&s);
    trust = trust_of(&root, NULL, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tg_trust_free(&trust);
    made_done(&root);
    return 0;
}

static enum tg_err leaf_with(const char *extra)
{
    struct spec s = spec_auth(&root);
    s.extra[0] = extra;
    return check_leaf(trust, &s, TG_USE_AUTH);
}

/* A good card under an issuer of this kind, which is itself signed by the root. */
static enum tg_err under(const struct spec *issuer_spec)
{
    struct made issuer = make_cert(issuer_spec);
    enum tg_err e = parse_result(&issuer);
    struct spec leaf = spec_auth(&issuer);
    if (X509_get0_subject_key_id(issuer.x) == NULL) {
        leaf.no_ids = true;
        leaf.extra[0] = "authorityKeyIdentifier=DER:30048002aabb";
    }
    if (e == TG_OK)
        e = check_sent(trust, &leaf, &issuer);
    made_done(&issuer);
    return e;
}

static enum tg_err issuer_with(const char *extra)
{
    struct spec s = spec_issuer("Issuing", &root);
    s.extra[0] = extra;
    return under(&s);
}

static void key_usage(void **state)
{
    static const char *const BAD[] = {"critical,nonRepudiation", "critical,keyEncipherment",
                                      "critical,digitalSignature,cRLSign"};
    struct spec s = spec_auth(&root);
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        s.usage = BAD[i];
        assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_E_CERT_USAGE);
    }
    s.usage = NULL;
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_E_CERT_USAGE);
    s.usage = "digitalSignature";
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
}

static void critical_extensions(void **state)
{
    (void)state;
    assert_int_equal(leaf_with(NULL), TG_OK);
    assert_int_equal(leaf_with("1.2.3.4=DER:0500"), TG_OK);
    assert_int_not_equal(leaf_with("1.2.3.4=critical,DER:0500"), TG_OK);
    assert_int_not_equal(leaf_with("authorityInfoAccess=critical,OCSP;URI:http://a.example/"), TG_OK);
    assert_int_equal(leaf_with("authorityInfoAccess=OCSP;URI:http://a.example/"), TG_OK);
    assert_int_equal(leaf_with("crlDistributionPoints=URI:http://a.example/"), TG_OK);
    assert_int_not_equal(leaf_with("crlDistributionPoints=critical,URI:http://a.example/"), TG_OK);
    assert_int_equal(issuer_with(NULL), TG_OK);
    assert_int_not_equal(issuer_with("1.2.3.4=critical,DER:0500"), TG_OK);
}

/* 2.16.840.1.101.3.2.1.3.13, id-fpki-common-authentication */
#define POLICY "DER:300e300c060a6086480165030201030d"

static void policies(void **state)
{
    (void)state;
    assert_int_equal(leaf_with("certificatePolicies=" POLICY), TG_OK);
    assert_int_equal(leaf_with("certificatePolicies=critical," POLICY), TG_OK);
    assert_int_equal(issuer_with("policyConstraints=requireExplicitPolicy:0"), TG_E_CERT_FORM);
    assert_int_equal(issuer_with("policyConstraints=critical,requireExplicitPolicy:0"), TG_E_CERT_FORM);
    assert_int_equal(issuer_with("policyMappings=1.2.3:1.2.4"), TG_E_CERT_FORM);
    assert_int_equal(issuer_with("inhibitAnyPolicy=critical,0"), TG_E_CERT_FORM);
}

static void an_extension_only_once(void **state)
{
    struct spec s = spec_auth(&root);
    (void)state;
    s.extra[0] = "1.2.3.4=DER:0500";
    s.extra[1] = "1.2.3.4=DER:0500";
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_E_CERT_FORM);
    s.extra[0] = "extendedKeyUsage=serverAuth";
    s.extra[1] = NULL;
    assert_int_not_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
}

static void serial_numbers(void **state)
{
    struct spec s = spec_auth(&root);
    (void)state;
    s.serial = 0;
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_E_CERT_FORM);
    s.serial = 0x80;
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
    s.serial = UINT64_MAX;
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
}

/* The number as it stands, through the profile and through the identity, which must agree. */
static enum tg_err with_serial(ASN1_INTEGER *serial)
{
    struct spec s = spec_auth(&root);
    struct made m = make_cert(&s);
    struct tg_identity id;
    assert_int_equal(X509_set_serialNumber(m.x, serial), 1);
    sign_again(&m, &root);
    struct tg_cert *c = parsed(&m);
    enum tg_err e = tg_trust_check(trust, c, TG_NO_HELPERS, TG_USE_AUTH, NOW);
    assert_int_equal(tg_cert_identity(c, &id), e == TG_OK ? TG_OK : TG_E_CERT_IDENTITY);
    tg_cert_free(&c);
    made_done(&m);
    return e;
}

static void long_and_negative_serial_numbers(void **state)
{
    ASN1_INTEGER *i = ASN1_INTEGER_new();
    BIGNUM *bn = BN_new();
    (void)state;
    assert_int_equal(ASN1_INTEGER_set_int64(i, -5), 1);
    assert_int_equal(with_serial(i), TG_E_CERT_FORM);
    assert_int_equal(ASN1_INTEGER_set_int64(i, 0), 1);
    assert_int_equal(with_serial(i), TG_E_CERT_FORM);
    assert_true(BN_one(bn) == 1 && BN_lshift(bn, bn, 158) == 1); /* 20 bytes in DER */
    assert_int_equal(with_serial(BN_to_ASN1_INTEGER(bn, i)), TG_OK);
    assert_int_equal(BN_lshift(bn, bn, 2), 1); /* 21 */
    assert_int_equal(with_serial(BN_to_ASN1_INTEGER(bn, i)), TG_E_CERT_FORM);
    BN_free(bn);
    ASN1_INTEGER_free(i);
}

static void alternative_names(void **state)
{
    static const char *const BAD[] = {"DNS:*.example.jp",
                                      "DNS:a_b.example.jp",
                                      "DNS:.example.jp",
                                      "DNS:192.0.2.1",
                                      "DNS:a..b",
                                      "DNS:-a.jp",
                                      "email:a@b@c.jp",
                                      "email:a",
                                      "email:@a.jp",
                                      "RID:1.2.3",
                                      "DER:30028600",
                                      "DER:30058603617f62",
                                      "URI:http://a b/",
                                      "DER:3004a4023000",
                                      "DNS:" CHARS_64 ".jp",
                                      "DNS:" CHARS_60 CHARS_60 CHARS_60 CHARS_60 "a.bcdefghijkl.jp"};
    static const char *const GOOD[] = {
        "DNS:pc1.example.jp",      "IP:192.0.2.1",
        "IP:2001:db8::1",          "email:a.b@example.jp",
        "URI:https://example.jp/", "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a@example.jp"};
    struct spec s = spec_auth(&root);
    char text[512];
    (void)state;
    s.uri[0] = NULL;
    s.extra[0] = text;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        (void)snprintf(text, sizeof(text), "subjectAltName=%s", BAD[i]);
        assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_E_CERT_FORM);
    }
    s.extra[0] = "subjectAltName=DER:3000"; /* no name at all: strict mode already sees to that */
    assert_int_not_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
    s.extra[0] = text;
    for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
        (void)snprintf(text, sizeof(text), "subjectAltName=%s", GOOD[i]);
        assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
    }
}

/* n names of one kind, as an extension's text. */
static void many(char *text, size_t size, const char *head, const char *one, unsigned n)
{
    size_t at = (size_t)snprintf(text, size, "%s%s", head, one);
    for (unsigned i = 1; i < n; i++)
        at += (size_t)snprintf(text + at, size - at, ",%s", one);
    assert_true(at < size);
}

static void names_are_counted(void **state)
{
    char text[4096];
    struct spec s = spec_auth(&root);
    (void)state;
    s.uri[0] = NULL;
    s.extra[0] = text;
    many(text, sizeof(text), "subjectAltName=", "DNS:a.example.jp", TG_CERT_NAMES);
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
    many(text, sizeof(text), "subjectAltName=", "DNS:a.example.jp", TG_CERT_NAMES + 1);
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_E_CERT_FORM);
    many(text, sizeof(text), "nameConstraints=critical,", "permitted;DNS:a.jp", TG_CERT_NAMES);
    assert_int_equal(issuer_with(text), TG_OK);
    many(text, sizeof(text), "nameConstraints=critical,", "permitted;DNS:a.jp", TG_CERT_NAMES + 1);
    assert_int_equal(issuer_with(text), TG_E_CERT_FORM);
}

static void a_nameless_subject_needs_critical_names(void **state)
{
    struct spec s = spec_auth(&root);
    (void)state;
    s.cn = "";
    assert_int_not_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
    s.uri[0] = NULL;
    s.extra[0] = "subjectAltName=critical,URI:" PERSON ",URI:" CARD;
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
}

static void key_identifiers(void **state)
{
    struct spec s = spec_auth(&root);
    (void)state;
    s.no_ids = true;
    assert_int_not_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
    s.extra[0] = "authorityKeyIdentifier=keyid:always";
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
    s = spec_issuer("Issuing", &root);
    s.no_ids = true;
    s.extra[0] = "authorityKeyIdentifier=keyid:always"; /* but no subjectKeyIdentifier */
    assert_int_not_equal(under(&s), TG_OK);
    s.extra[1] = "subjectKeyIdentifier=hash";
    assert_int_equal(under(&s), TG_OK);
}

static void name_constraints(void **state)
{
    (void)state;
    /* Our identities are URNs, which have no host to compare: a constraint on URIs refuses them. */
    assert_int_not_equal(issuer_with("nameConstraints=critical,permitted;URI:example.jp"), TG_OK);
    assert_int_equal(issuer_with("nameConstraints=critical,permitted;DNS:example.jp"), TG_OK);
    assert_int_equal(issuer_with("nameConstraints=permitted;DNS:example.jp"), TG_E_CERT_FORM);
    assert_int_equal(issuer_with("nameConstraints=critical,permitted;email:x"), TG_OK);
    assert_int_equal(issuer_with("nameConstraints=critical,permitted;email:.example.jp"), TG_OK);
    /* [2] example.jp with maximum 5, with minimum 1; directoryName of nothing; no subtrees at all */
    assert_int_equal(issuer_with(NC_DER "3013a011300f820a6578616d706c652e6a70810105"), TG_E_CERT_FORM);
    assert_int_equal(issuer_with(NC_DER "3013a011300f820a6578616d706c652e6a70800101"), TG_E_CERT_FORM);
    assert_int_equal(issuer_with(NC_DER "3008a0063004a4023000"), TG_E_CERT_FORM);
    assert_int_equal(issuer_with(NC_DER "3000"), TG_E_CERT_FORM);
    /* An address without a mask, and a kind of name that cannot be compared. */
    assert_int_equal(issuer_with(NC_DER "300aa00830068704c0000200"), TG_E_CERT_FORM);
    assert_int_equal(issuer_with("nameConstraints=critical,excluded;otherName:1.2.3;UTF8:x"), TG_E_CERT_FORM);
    assert_int_not_equal(issuer_with("nameConstraints=critical,permitted;DNS:.example.jp"), TG_OK);
    assert_int_not_equal(issuer_with("nameConstraints=critical,permitted;DNS:*.example.jp"), TG_OK);
    assert_int_equal(issuer_with("nameConstraints=critical,permitted;IP:192.0.2.0/255.255.255.0"), TG_OK);
    assert_int_equal(issuer_with("nameConstraints=critical,permitted;IP:192.0.2.0/255.0.255.0"),
                     TG_E_CERT_FORM);
    assert_int_not_equal(leaf_with("nameConstraints=critical,permitted;DNS:example.jp"), TG_OK);
}

static void issuers_and_their_usage(void **state)
{
    struct spec s = spec_issuer("Issuing", &root);
    (void)state;
    assert_int_equal(under(&s), TG_OK);
    s.eku = "serverAuth";
    assert_int_equal(under(&s), TG_E_CERT_USAGE);
    s.eku = "clientAuth";
    assert_int_equal(under(&s), TG_OK);
    s.eku = "anyExtendedKeyUsage";
    assert_int_equal(under(&s), TG_OK);
    s = spec_issuer("Issuing", &root);
    s.usage = "critical,cRLSign";
    assert_int_not_equal(under(&s), TG_OK);
    s.usage = NULL;
    assert_int_not_equal(under(&s), TG_OK);
    s = spec_issuer("Issuing", &root);
    s.basic = "CA:TRUE"; /* not critical */
    assert_int_not_equal(under(&s), TG_OK);
    s.basic = "critical,CA:FALSE";
    assert_int_not_equal(under(&s), TG_OK);
    s.basic = NULL;
    assert_int_not_equal(under(&s), TG_OK);
}

static void issuers_and_their_keys(void **state)
{
    struct spec s = spec_issuer("Issuing", &root);
    EVP_PKEY *rsa = make_rsa(1024), *p384 = EVP_EC_gen("P-384"), *p521 = EVP_EC_gen("P-521");
    (void)state;
    s.key = rsa;
    assert_int_equal(under(&s), TG_E_CERT_KEY);
    s.key = p521;
    assert_int_equal(under(&s), TG_E_CERT_KEY);
    s.key = p384;
    assert_int_equal(under(&s), TG_OK);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(p384);
    EVP_PKEY_free(p521);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_usage),
        cmocka_unit_test(critical_extensions),
        cmocka_unit_test(policies),
        cmocka_unit_test(an_extension_only_once),
        cmocka_unit_test(serial_numbers),
        cmocka_unit_test(long_and_negative_serial_numbers),
        cmocka_unit_test(names_are_counted),
        cmocka_unit_test(alternative_names),
        cmocka_unit_test(a_nameless_subject_needs_critical_names),
        cmocka_unit_test(key_identifiers),
        cmocka_unit_test(name_constraints),
        cmocka_unit_test(issuers_and_their_usage),
        cmocka_unit_test(issuers_and_their_keys),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
