/* What tegata-ca makes, held against the path check of the server and against openssl. */
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/ca/drive.h"

#define DAY 86400
#define STRICT "openssl verify -x509_strict -CAfile trust/anchors.pem -untrusted trust/intermediates.pem "
#define WITH_LISTS "-crl_check_all -CRLfile trust/crl.pem "

static void issue_card(const char *kind, const char *card)
{
    EVP_PKEY *key = key_of(kind);
    char words[512];

    pub_write("pub", key);
    EVP_PKEY_free(key);
    (void)snprintf(words, sizeof(words),
                   "%% issue card --slot 9A --card %s --person E1001 --holder 佐藤 --pub pub --out 9a", card);
    assert_int_equal(ca(words), 0);
    (void)snprintf(words, sizeof(words), "%% issue card --slot 9E --card %s --pub pub --out 9e", card);
    assert_int_equal(ca(words), 0);
}

static void assert_use(const char *path, enum tg_err as_person, enum tg_err as_card)
{
    assert_int_equal(check(path, TG_USE_AUTH, tg_now()), as_person);
    assert_int_equal(check(path, TG_USE_CARD, tg_now()), as_card);
}

static void assert_names(const char *path, const char *person, const char *card)
{
    struct tg_cert *c = cert_read(path);
    struct tg_identity id;

    assert_int_equal(tg_cert_identity(c, &id), TG_OK);
    assert_string_equal(id.person, person);
    assert_string_equal(id.card, card);
    assert_int_equal(strlen(id.serial), 32);
    assert_non_null(strstr(file_text("ca/register.csv"), id.serial));
    tg_cert_free(&c);
}

/* Each profile is good for its own use and for nothing else, with every kind of key. */
static void profiles(void **state)
{
    static const char *const kinds[] = {"P-256", "P-384", "rsa2048"};
    char words[256];

    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        char card[37];

        (void)snprintf(card, sizeof(card), "01234567-89ab-4cde-8f01-23456789abc%zu", i);
        issue_card(kinds[i], card);
        assert_use("9a", TG_OK, TG_E_CERT_USAGE);
        assert_use("9e", TG_E_CERT_USAGE, TG_OK);
        assert_names("9a", "E1001", card);
        assert_names("9e", "", card);
        assert_int_equal(run(STRICT WITH_LISTS "9a 9e"), 0);
    }
    (void)snprintf(words, sizeof(words),
                   "%% issue card --slot 9A --card " CARD_2 " --person E2 --holder K --pub pub --out sign "
                   "--profile sign");
    assert_int_equal(ca(words), 0);
    assert_use("sign", TG_E_CERT_USAGE, TG_E_CERT_USAGE);
    assert_int_equal(run(STRICT WITH_LISTS "sign"), 0);
}

static void servers(void **state)
{
    struct stat st;

    (void)state;
    assert_int_equal(ca("% issue server --name localhost --name 127.0.0.1 --name ::1 --out tls"), 0);
    assert_use("tls/server.pem", TG_E_CERT_USAGE, TG_E_CERT_USAGE);
    assert_int_equal(
        run("openssl verify -x509_strict -purpose sslserver -verify_hostname localhost -CAfile ca/root.pem "
            "-untrusted tls/server.pem tls/server.pem"),
        0);
    assert_int_equal(run("openssl verify -x509_strict -purpose sslserver -verify_ip ::1 -CAfile ca/root.pem "
                         "-untrusted tls/server.pem tls/server.pem"),
                     0);
    assert_int_not_equal(run("openssl verify -verify_hostname elsewhere -CAfile ca/root.pem -untrusted "
                             "tls/server.pem tls/server.pem"),
                         0);
    assert_int_not_equal(
        run("openssl verify -purpose sslclient -CAfile ca/root.pem -untrusted tls/server.pem "
            "tls/server.pem"),
        0);
    assert_int_equal(stat("tls/server.key", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(run("openssl pkey -in tls/server.key -noout"), 0);
}

static void assert_authority(const char *path, int bits, long below, int years)
{
    struct tg_cert *c = cert_read(path);
    X509 *x = tg_cert_borrow(c);
    int days = 0, seconds = 0, critical = 0;
    BASIC_CONSTRAINTS *basic = X509_get_ext_d2i(x, NID_basic_constraints, &critical, NULL);

    assert_non_null(basic);
    assert_int_equal(critical, 1);
    assert_true(basic->ca != 0);
    assert_int_equal(ASN1_INTEGER_get(basic->pathlen), below);
    BASIC_CONSTRAINTS_free(basic);
    assert_int_equal(X509_get_key_usage(x), KU_KEY_CERT_SIGN | KU_CRL_SIGN);
    assert_int_equal(EVP_PKEY_get_bits(X509_get0_pubkey(x)), bits);
    assert_non_null(X509_get0_subject_key_id(x));
    assert_non_null(X509_get0_authority_key_id(x));
    assert_int_equal(ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(x), X509_get0_notAfter(x)), 1);
    assert_in_range(days, years * 365, years * 366);
    tg_cert_free(&c);
}

static void authorities(void **state)
{
    static const char *const keys[] = {"ca/root.key", "ca/issuing.key", "ca/register.csv"};

    (void)state;
    assert_authority("ca/root.pem", 384, 1, 20);
    assert_authority("ca/issuing.pem", 256, 0, 10);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct stat st;

        assert_int_equal(stat(keys[i], &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
    assert_int_equal(ca("% trust --out trust"), 0);
    assert_int_equal(run("openssl verify -x509_strict -CAfile ca/root.pem " WITH_LISTS "ca/issuing.pem"), 0);
}

/* Another authority of the same name is another authority. */
static void foreign(void **state)
{
    EVP_PKEY *key = key_of("P-256");

    (void)state;
    pub_write("pub", key);
    EVP_PKEY_free(key);
    assert_int_equal(ca("--dir other init --name Test"), 0);
    assert_int_equal(ca("--dir other issue card --slot 9E --card " CARD_1 " --pub pub --out 9e"), 0);
    assert_int_equal(check("9e", TG_USE_CARD, tg_now()), TG_E_CERT_UNTRUSTED);
}

/* The last day counts to its end, in Japan. */
static void dates(void **state)
{
    EVP_PKEY *key = key_of("P-256");

    (void)state;
    pub_write("pub", key);
    EVP_PKEY_free(key);
    assert_int_equal(ca("% issue card --slot 9E --card " CARD_1
                        " --pub pub --out 9e --not-before 2020-01-01 --not-after 2023-01-13"),
                     0);
    assert_non_null(strstr(file_text("ca/register.csv"), "2019-12-31T15:00:00Z,2023-01-13T14:59:59Z"));
    assert_int_equal(check("9e", TG_USE_CARD, tg_now()), TG_E_CERT_EXPIRED);
    /* An expired certificate does not stand in the way of a new one. */
    assert_int_equal(ca("% issue card --slot 9E --card " CARD_1 " --pub pub --out 9e --days 2"), 0);
    assert_int_equal(check("9e", TG_USE_CARD, tg_now() + DAY), TG_OK);
    assert_int_equal(check("9e", TG_USE_CARD, tg_now() + 3 * DAY), TG_E_CERT_EXPIRED);
    assert_int_equal(ca("% issue card --slot 9E --card " CARD_2
                        " --pub pub --out 9e --not-before 2036-01-01 --not-after 2036-02-01"),
                     0);
    assert_int_equal(check("9e", TG_USE_CARD, tg_now()), TG_E_CERT_NOT_YET);
}

/* Several at once: each has its own line in the register. */
static void together(void **state)
{
    EVP_PKEY *key = key_of("P-256");
    pid_t pids[8];
    size_t lines = 0;

    (void)state;
    pub_write("pub", key);
    EVP_PKEY_free(key);
    for (int i = 0; i < 8; i++) {
        char words[256];

        (void)snprintf(
            words, sizeof(words),
            "%% issue card --slot 9E --card 01234567-89ab-4cde-8f01-23456789abc%d --pub pub --out c%d", i, i);
        pids[i] = fork();
        if (pids[i] == 0)
            _exit(ca(words));
    }
    for (int i = 0; i < 8; i++) {
        int status = -1;

        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    for (const char *at = file_text("ca/register.csv"); (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, 1 + 8);
}

/* Two at once: one makes the authority, the other is told so. */
static void two_inits(void **state)
{
    pid_t pids[2];
    int failures = 0;

    (void)state;
    for (int i = 0; i < 2; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            _exit(ca("--dir fresh init"));
    }
    for (int i = 0; i < 2; i++) {
        int status = -1;

        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        failures += status != 0;
    }
    assert_int_equal(failures, 1);
    assert_int_equal(ca("--dir fresh issue server --name localhost --out tls"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, drive_setup, drive_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {TEST(profiles), TEST(servers),  TEST(authorities), TEST(foreign),
                                       TEST(dates),    TEST(together), TEST(two_inits)};

    assert_int_equal(argc, 2);
    drive_program(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
