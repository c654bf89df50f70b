/* Revocation: what is on the list, what the list says of itself, and what it means at the path check. */
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tests/unit/ca/drive.h"

#define DAY 86400

struct lists {
    X509_CRL *issuing, *root;
};

static int setup(void **state)
{
    EVP_PKEY *key = key_of("P-256");

    assert_int_equal(drive_setup(state), 0);
    pub_write("pub", key);
    EVP_PKEY_free(key);
    assert_int_equal(ca("% issue card --slot 9A --card " CARD_1 " --person E1 --holder A --pub pub --out 9a"),
                     0);
    assert_int_equal(ca("% issue card --slot 9E --card " CARD_1 " --pub pub --out 9e"), 0);
    assert_int_equal(
        ca("% issue card --slot 9A --card " CARD_2 " --person E1 --holder A --pub pub --out other"), 0);
    return 0;
}

static struct lists read_lists(void)
{
    BIO *bio = BIO_new_file("ca/crl.pem", "r");
    struct lists l = {NULL, NULL};

    assert_non_null(bio);
    l.issuing = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
    l.root = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_non_null(l.issuing);
    assert_non_null(l.root);
    return l;
}

static void lists_done(struct lists *l)
{
    X509_CRL_free(l->issuing);
    X509_CRL_free(l->root);
}

static int64_t number_of(const X509_CRL *crl)
{
    ASN1_INTEGER *n = X509_CRL_get_ext_d2i(crl, NID_crl_number, NULL, NULL);
    int64_t number = -1;

    assert_non_null(n);
    assert_int_equal(ASN1_INTEGER_get_int64(&number, n), 1);
    ASN1_INTEGER_free(n);
    return number;
}

static void a_card(void **state)
{
    (void)state;
    assert_int_equal(check("9a", TG_USE_AUTH, tg_now()), TG_OK);
    assert_int_equal(ca("% revoke --card 01234567-89AB-4CDE-8F01-23456789ABCD --reason keyCompromise"), 0);
    assert_int_equal(check("9a", TG_USE_AUTH, tg_now()), TG_E_CERT_REVOKED);
    assert_int_equal(check("9e", TG_USE_CARD, tg_now()), TG_E_CERT_REVOKED);
    assert_int_equal(check("other", TG_USE_AUTH, tg_now()), TG_OK);
    assert_int_equal(
        run("openssl verify -x509_strict -CAfile trust/anchors.pem -untrusted trust/intermediates.pem "
            "-crl_check_all -CRLfile trust/crl.pem 9a"),
        2);
    assert_true(said("certificate revoked"));
    /* It stays so with every later list, and cannot be done again. */
    assert_int_equal(ca("% crl"), 0);
    assert_int_equal(check("9a", TG_USE_AUTH, tg_now()), TG_E_CERT_REVOKED);
    assert_int_equal(ca("% revoke --card " CARD_1), 1);
    /* The card may have new certificates then. */
    assert_int_equal(ca("% issue card --slot 9E --card " CARD_1 " --pub pub --out new"), 0);
    assert_int_equal(check("new", TG_USE_CARD, tg_now()), TG_OK);
}

static void a_serial(void **state)
{
    struct tg_cert *c = cert_read("9a");
    struct tg_identity id;
    char words[128];

    (void)state;
    assert_int_equal(tg_cert_identity(c, &id), TG_OK);
    tg_cert_free(&c);
    (void)snprintf(words, sizeof(words), "%% revoke --serial %s", id.serial);
    assert_int_equal(ca(words), 0);
    assert_int_equal(check("9a", TG_USE_AUTH, tg_now()), TG_E_CERT_REVOKED);
    assert_int_equal(check("9e", TG_USE_CARD, tg_now()), TG_OK);
    assert_int_equal(ca("% list"), 0);
    assert_true(said(id.serial));
    assert_true(said("revoked"));
}

static void numbers(void **state)
{
    struct lists before = read_lists();

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(i == 1 ? ca("% revoke --card " CARD_1) : ca("% crl"), 0);
        struct lists after = read_lists();
        assert_true(number_of(after.issuing) > number_of(before.issuing));
        assert_true(number_of(after.root) > number_of(before.root));
        assert_int_equal(X509_CRL_get_ext_by_NID(after.issuing, NID_authority_key_identifier, -1) >= 0, 1);
        assert_int_equal(X509_CRL_get_ext_by_NID(after.root, NID_authority_key_identifier, -1) >= 0, 1);
        assert_int_equal(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(after.issuing)), i >= 1 ? 2 : -1);
        assert_int_equal(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(after.root)), -1); /* not the root's */
        lists_done(&before);
        before = after;
    }
    lists_done(&before);
}

/* A stale list is no list. */
static void stale(void **state)
{
    (void)state;
    assert_int_equal(ca("% crl --days 1"), 0);
    assert_int_equal(check("9a", TG_USE_AUTH, tg_now()), TG_OK);
    assert_int_equal(check("9a", TG_USE_AUTH, tg_now() + 2 * DAY), TG_E_CERT_CRL);
}

static void a_broken_list(void **state)
{
    (void)state;
    file_write("ca/crl.pem", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
    assert_int_equal(ca("% trust --out trust"), 1);
    assert_true(said("would refuse this folder"));
    assert_int_equal(ca("% crl"), 0);
    assert_int_equal(ca("% trust --out trust"), 0);
}

static void refused(void **state)
{
    static const struct {
        const char *words;
        int code;
    } bad[] = {{"% revoke", 2},
               {"% revoke --card " CARD_1 " --serial 0123456789abcdef0123456789abcdef", 2},
               {"% revoke --card 0123", 2},
               {"% revoke --serial 01", 2},
               {"% revoke --serial 0123456789abcdef0123456789abcdef", 1},
               {"% revoke --card 99999999-89ab-4cde-8f01-23456789abcd", 1},
               {"% revoke --card " CARD_1 " --reason lost", 2},
               {"% revoke --card " CARD_1 " --days 0", 2},
               {"% crl --days -1", 2},
               {"% crl --days 99999", 2}};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(ca(bad[i].words), bad[i].code);
        assert_true(said("tegata-ca: "));
    }
    assert_int_equal(check("9a", TG_USE_AUTH, tg_now()), TG_OK);
    assert_string_equal(file_text("ca/crl-number"), "1\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, drive_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {TEST(a_card), TEST(a_serial),      TEST(numbers),
                                       TEST(stale),  TEST(a_broken_list), TEST(refused)};

    assert_int_equal(argc, 2);
    drive_program(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
