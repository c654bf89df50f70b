/* Whom a certificate names, and what must name nobody. */
#include "tests/unit/x509/make.h"

static struct made root;

static int root_make(void **state)
{
    struct spec s = spec_root("Root");
    (void)state;
    root = make_cert(&s);
    return 0;
}

static int root_free(void **state)
{
    (void)state;
    made_done(&root);
    return 0;
}

static enum tg_err identity(const struct spec *s, struct tg_identity *id)
{
    struct made m = make_cert(s);
    struct tg_cert *c = parsed(&m);
    enum tg_err e = tg_cert_identity(c, id);
    tg_cert_free(&c);
    made_done(&m);
    return e;
}

/* The URIs alone decide; a NULL ends the list. */
static enum tg_err uris(const char *a, const char *b, const char *c)
{
    struct spec s = spec_auth(&root);
    struct tg_identity id = {.person = "untouched"};
    s.uri[0] = a;
    s.uri[1] = b;
    s.uri[2] = c;
    enum tg_err e = identity(&s, &id);
    if (e != TG_OK)
        assert_string_equal(id.person, "untouched");
    return e;
}

static void person_and_card(void **state)
{
    struct spec s = spec_auth(&root);
    struct tg_identity id;
    (void)state;
    s.serial = 0xab12;
    assert_int_equal(identity(&s, &id), TG_OK);
    assert_string_equal(id.person, "E0001");
    assert_string_equal(id.card, "01234567-89ab-4cde-8f01-23456789abcd");
    assert_string_equal(id.serial, "ab12");
    s = spec_card(&root);
    assert_int_equal(identity(&s, &id), TG_OK);
    assert_string_equal(id.person, "");
    assert_string_equal(id.card, "01234567-89ab-4cde-8f01-23456789abcd");
}

static void other_uris_do_not_matter(void **state)
{
    (void)state;
    assert_int_equal(uris("https://example.jp/", PERSON, CARD), TG_OK);
    assert_int_equal(uris(CARD, "urn:tegata:other:x", PERSON), TG_OK);
}

static void never_two(void **state)
{
    (void)state;
    assert_int_equal(uris(PERSON, "urn:tegata:person:E0002", CARD), TG_E_CERT_IDENTITY);
    assert_int_equal(uris(PERSON, PERSON, CARD), TG_E_CERT_IDENTITY);
    assert_int_equal(uris(PERSON, CARD, CARD), TG_E_CERT_IDENTITY);
    assert_int_equal(uris(CARD, "urn:uuid:11234567-89ab-4cde-8f01-23456789abcd", NULL), TG_E_CERT_IDENTITY);
}

static void a_card_must_be_named(void **state)
{
    (void)state;
    assert_int_equal(uris(PERSON, NULL, NULL), TG_E_CERT_IDENTITY);
    assert_int_equal(uris(NULL, NULL, NULL), TG_E_CERT_IDENTITY);
    assert_int_equal(uris("https://example.jp/", NULL, NULL), TG_E_CERT_IDENTITY);
}

static void odd_persons(void **state)
{
    static const char *const BAD[] = {
        "urn:tegata:person:",
        "urn:tegata:person:E 1",
        "urn:tegata:person:E/1",
        "urn:tegata:person:E%31",
        "urn:tegata:person:E1\n",
        "urn:tegata:person:E1'--",
        "urn:tegata:person:\xc3\xa9",
        "urn:tegata:person:a,b",
        "URN:tegata:person:E1",
        "urn:TEGATA:person:E1",
        "urn:tegata:Person:E1",
        "urn:tegata:person:0123456789012345678901234567890123456789012345678901234567890123"};
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        assert_int_equal(uris(BAD[i], CARD, NULL), TG_E_CERT_IDENTITY);
    assert_int_equal(uris("urn:tegata:person:a.B_9-zZA0", CARD, NULL), TG_OK);
    assert_int_equal(
        uris("urn:tegata:person:012345678901234567890123456789012345678901234567890123456789012", CARD, NULL),
        TG_OK);
}

static void a_nul_hides_nothing(void **state)
{
    struct spec s = spec_auth(&root);
    struct tg_identity id;
    (void)state;
    s.uri[0] = "urn:tegata:person:E0001\0.evil";
    s.uri_n[0] = 29;
    assert_int_equal(identity(&s, &id), TG_E_CERT_IDENTITY);
    s = spec_auth(&root);
    s.uri[1] = "urn:uuid:01234567-89ab-4cde-8f01-23456789abcd\0x";
    s.uri_n[1] = 47;
    assert_int_equal(identity(&s, &id), TG_E_CERT_IDENTITY);
    s = spec_auth(&root);
    s.uri[0] = "\0urn:tegata:person:E0001"; /* some other URI, so nobody is named */
    s.uri_n[0] = 24;
    assert_int_equal(identity(&s, &id), TG_OK);
    assert_string_equal(id.person, "");
}

static void uuid_in_either_case(void **state)
{
    struct spec s = spec_auth(&root);
    struct tg_identity id;
    (void)state;
    s.uri[1] = "urn:uuid:01234567-89AB-4CDE-8F01-23456789ABCD";
    assert_int_equal(identity(&s, &id), TG_OK);
    assert_string_equal(id.card, "01234567-89ab-4cde-8f01-23456789abcd");
    assert_int_equal(uris(CARD, s.uri[1], NULL), TG_E_CERT_IDENTITY); /* the same card twice is still two */
}

static void odd_uuids(void **state)
{
    static const char *const BAD[] = {"urn:uuid:",
                                      "urn:uuid:0123456789ab4cde8f0123456789abcd",
                                      "urn:uuid:01234567-89ab-4cde-8f01-23456789abc",
                                      "urn:uuid:01234567-89ab-4cde-8f01-23456789abcde",
                                      "urn:uuid:01234567-89ab-4cde-8f01-23456789abcg",
                                      "urn:uuid:{1234567-89ab-4cde-8f01-23456789abc}",
                                      "urn:uuid:0123456-789ab-4cde-8f01-23456789abcd",
                                      "urn:UUID:01234567-89ab-4cde-8f01-23456789abcd",
                                      "URN:uuid:01234567-89ab-4cde-8f01-23456789abcd"};
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        assert_int_equal(uris(PERSON, BAD[i], NULL), TG_E_CERT_IDENTITY);
}

static void two_alternative_names_extensions(void **state)
{
    struct spec s = spec_auth(&root);
    struct tg_identity id;
    (void)state;
    s.extra[0] = "subjectAltName=URI:urn:tegata:person:E0002";
    struct made m = make_cert(&s);
    struct tg_cert *c = NULL;
    unsigned char *der = NULL;
    int n = i2d_X509(m.x, &der);
    if (tg_cert_parse(tg_span(der, (size_t)n), &c) == TG_OK)
        assert_int_equal(tg_cert_identity(c, &id), TG_E_CERT_IDENTITY);
    tg_cert_free(&c);
    OPENSSL_free(der);
    made_done(&m);
}

static enum tg_err holder(const char *cn, char *out, size_t size)
{
    struct spec s = spec_auth(&root);
    s.cn = cn;
    struct made m = make_cert(&s);
    struct tg_cert *c = parsed(&m);
    enum tg_err e = tg_cert_holder(c, out, size);
    tg_cert_free(&c);
    made_done(&m);
    return e;
}

static void one_holder(void **state)
{
    struct spec s = spec_auth(&root);
    struct made m = make_cert(&s);
    char name[64];
    (void)state;
    X509_NAME *subject = X509_NAME_dup(X509_get_subject_name(m.x));
    assert_int_equal(X509_NAME_add_entry(subject, X509_NAME_get_entry(subject, 0), -1, 0), 1);
    assert_int_equal(X509_set_subject_name(m.x, subject), 1);
    sign_again(&m, &root);
    struct tg_cert *c = parsed(&m);
    assert_int_equal(tg_cert_holder(c, name, sizeof(name)), TG_E_CERT_IDENTITY);
    tg_cert_free(&c);
    X509_NAME_free(subject);
    made_done(&m);
}

static void names_are_counted(void **state)
{
    char text[4096];
    struct spec s = spec_auth(&root);
    struct tg_identity id;
    (void)state;
    size_t at = (size_t)snprintf(text, sizeof(text), "subjectAltName=URI:%s", CARD);
    for (unsigned i = 1; i < TG_CERT_NAMES; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, ",URI:https://a.example/");
    s.uri[0] = NULL;
    s.extra[0] = text;
    assert_int_equal(identity(&s, &id), TG_OK);
    (void)snprintf(text + at, sizeof(text) - at, ",URI:https://a.example/");
    assert_int_equal(identity(&s, &id), TG_E_CERT_IDENTITY);
}

static void the_holder_is_for_display(void **state)
{
    char name[64];
    (void)state;
    assert_int_equal(holder("東北 花子", name, sizeof(name)), TG_OK);
    assert_string_equal(name, "東北 花子");
    assert_int_equal(holder("A Person", name, 4), TG_E_LIMIT);
    assert_int_equal(holder("evil\x1b[2J", name, sizeof(name)), TG_E_CERT_IDENTITY);
    assert_int_equal(holder("", name, sizeof(name)), TG_E_CERT_IDENTITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(person_and_card),
        cmocka_unit_test(other_uris_do_not_matter),
        cmocka_unit_test(never_two),
        cmocka_unit_test(a_card_must_be_named),
        cmocka_unit_test(odd_persons),
        cmocka_unit_test(a_nul_hides_nothing),
        cmocka_unit_test(uuid_in_either_case),
        cmocka_unit_test(odd_uuids),
        cmocka_unit_test(two_alternative_names_extensions),
        cmocka_unit_test(the_holder_is_for_display),
        cmocka_unit_test(one_holder),
        cmocka_unit_test(names_are_counted),
    };
    return cmocka_run_group_tests(tests, root_make, root_free);
}
