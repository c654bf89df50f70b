/* What tegata-ca must not do: every refusal leaves the folder as it was. */
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/ca/drive.h"

#define AUTH "% issue card --slot 9A --card " CARD_1 " --person E1 --holder A "
#define CARD "% issue card --slot 9E --card " CARD_1 " "

struct bad {
    const char *words;
    int code;
    const char *says;
};

static int setup(void **state)
{
    static const char *const kinds[] = {"P-256", "P-521", "rsa1024", "ed25519"};

    assert_int_equal(drive_setup(state), 0);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        EVP_PKEY *key = key_of(kinds[i]);

        pub_write(kinds[i], key);
        EVP_PKEY_free(key);
    }
    assert_int_equal(rename("P-256", "pub"), 0);
    char twice[4096];
    (void)snprintf(twice, sizeof(twice), "%s", file_text("pub"));
    size_t n = strlen(twice);
    (void)snprintf(twice + n, sizeof(twice) - n, "%s", file_text("pub"));
    file_write("two", twice);
    file_write("junk", "not a key\n");
    return 0;
}

static void refuse_all(const struct bad *bad, size_t n)
{
    char *before = strdup(file_text("ca/register.csv"));

    assert_non_null(before);
    for (size_t i = 0; i < n; i++) {
        int code = ca(bad[i].words);

        if (code != bad[i].code || !said(bad[i].says))
            print_error("%s: exit %d, said %s\n", bad[i].words, code, file_text("out"));
        assert_int_equal(code, bad[i].code);
        assert_true(said(bad[i].says));
        assert_string_equal(file_text("ca/register.csv"), before);
        assert_false(there("new"));
    }
    free(before);
}

static void cards(void **state)
{
    static const struct bad bad[] = {
        {"% issue card --slot 9E --card 0123 --pub pub --out new", 2, "UUID"},
        {"% issue card --slot 9E --card 01234567-89ab-4cde-8f01-23456789abcg --pub pub --out new", 2, "UUID"},
        {"% issue card --slot 9E --card 0123456789ab4cde8f0123456789abcd --pub pub --out new", 2, "UUID"},
        {"% issue card --slot 9C --card " CARD_1 " --pub pub --out new", 2, "--slot"},
        {"% issue card --slot 9A --card " CARD_1 " --pub pub --out new", 2, "--person"},
        {"% issue card --slot 9A --card " CARD_1 " --person E/1 --holder A --pub pub --out new", 2,
         "--person"},
        {"% issue card --slot 9A --card " CARD_1 " --person E1,URI:x --holder A --pub pub --out new", 2,
         "--person"},
        {"% issue card --slot 9A --card " CARD_1 " --person  --holder A --pub pub --out new", 2, "--person"},
        {"% issue card --slot 9A --card " CARD_1 " --person E1 --holder \x01 --pub pub --out new", 2,
         "--holder"},
        {"% issue card --slot 9A --card " CARD_1 " --person E1 --holder \xff --pub pub --out new", 2,
         "--holder"},
        {CARD "--person E1 --pub pub --out new", 2, "never a person"},
        {CARD "--profile sign --pub pub --out new", 2, "never a person"},
        {AUTH "--profile root --pub pub --out new", 2, "--profile"},
        {AUTH "--person E2 --pub pub --out new", 2, "twice"},
        {AUTH "--out new", 2, "needs --pub"},
        {AUTH "--name x --pub pub --out new", 2, "does not belong"},
        {CARD "--pub rsa1024 --out new", 1, "RSA of 2048"},
        {CARD "--pub P-521 --out new", 1, "P-256"},
        {CARD "--pub ed25519 --out new", 1, "P-256"},
        {CARD "--pub two --out new", 1, "not one PUBLIC KEY"},
        {CARD "--pub junk --out new", 1, "not one PUBLIC KEY"},
        {CARD "--pub ca/root.key --out new", 1, "not one PUBLIC KEY"},
        {CARD "--pub nowhere --out new", 1, "nowhere"},
        {CARD "--pub pub --out nowhere/new", 1, "cannot be written"},
        {CARD "--pub pub --out new --days x", 2, "--days"},
        {CARD "--pub pub --out new --days 0", 2, "at least 1"},
        {CARD "--pub pub --out new --days 30000", 2, "issuing authority ends"},
        {CARD "--pub pub --out new --days 3 --not-after 2027-01-01", 2, "not both"},
        {CARD "--pub pub --out new --not-before 2026-02-30", 2, "a date"},
        {CARD "--pub pub --out new --not-before 1969-12-31", 2, "a date"},
        {CARD "--pub pub --out new --not-before 2026-02-02 --not-after 2026-02-01", 2, "before it begins"},
    };

    (void)state;
    refuse_all(bad, sizeof(bad) / sizeof(bad[0]));
    assert_int_equal(ca(CARD "--pub pub --out old"), 0);
    refuse_all(&(struct bad){CARD "--pub pub --out new", 2, "revoke that first"}, 1);
    assert_int_equal(ca(AUTH "--profile sign --pub pub --out old"), 0);
    refuse_all(&(struct bad){AUTH "--pub pub --out new", 2, "revoke that first"}, 1);
}

static void servers(void **state)
{
    static const struct bad bad[] = {
        {"% issue server --out new", 2, "needs --name"},
        {"% issue server --name localhost", 2, "needs --out"},
        {"% issue server --name localhost --name LOCALHOST --out new", 2, "given twice"},
        {"% issue server --name 127.0.0.1 --name 127.0.0.1 --out new", 2, "given twice"},
        {"% issue server --name ::1 --name 0:0:0:0:0:0:0:1 --out new", 2, "given twice"},
        {"% issue server --name *.example.jp --out new", 2, "no wildcards"},
        {"% issue server --name 127.0.0.256 --out new", 2, "no wildcards"},
        {"% issue server --name a,DNS:b --out new", 2, "no wildcards"},
        {"% issue server --name  --out new", 2, "--name wants"},
        {"% issue server --name localhost --out nowhere/new", 1, "cannot be made"},
        {"% issue server --name localhost --out pub", 1, "no folder"},
    };

    (void)state;
    refuse_all(bad, sizeof(bad) / sizeof(bad[0]));
}

static void commands(void **state)
{
    static const struct bad bad[] = {
        {"%", 2, "usage:"},
        {"% issue", 2, "usage:"},
        {"% issue root", 2, "usage:"},
        {"% list all", 2, "usage:"},
        {"% init a b", 2, "too many"},
        {"% --fly list", 2, "fly"},
        {"% trust", 2, "needs --out"},
        {"% enroll --person E1", 2, "needs --holder"},
        {"% enroll --person E1 --holder A --alg rsa1024", 2, "--alg"},
        {"--dir nowhere list", 1, "init"},
    };

    (void)state;
    refuse_all(bad, sizeof(bad) / sizeof(bad[0]));
}

static void a_second_authority(void **state)
{
    char *root = strdup(file_text("ca/root.pem"));

    (void)state;
    refuse_all(&(struct bad){"% init", 2, "never made over another one"}, 1);
    assert_int_equal(unlink("ca/root.key"), 0);
    refuse_all(&(struct bad){"% init", 2, "never made over another one"}, 1);
    assert_string_equal(file_text("ca/root.pem"), root);
    free(root);
    refuse_all(&(struct bad){"--dir new init --name \x01", 2, "--name"}, 1);
    refuse_all(
        &(struct bad){"--dir new init --name 0123456789012345678901234567890123456789012345678", 2, "--name"},
        1);
    refuse_all(&(struct bad){"--dir nowhere/new init", 1, "cannot be made"}, 1);
}

/* A folder that somebody has been at. */
static void a_damaged_folder(void **state)
{
    char *register_text = strdup(file_text("ca/register.csv"));
    char damaged[1024];

    (void)state;
    assert_int_equal(chmod("ca/issuing.key", 0640), 0);
    refuse_all(&(struct bad){CARD "--pub pub --out new", 1, "read by others"}, 1);
    assert_int_equal(chmod("ca/issuing.key", 0600), 0);
    (void)snprintf(damaged, sizeof(damaged), "%s0123,9E,,,,,,,\n", register_text);
    file_write("ca/register.csv", damaged);
    refuse_all(&(struct bad){CARD "--pub pub --out new", 1, "restore it"}, 1);
    assert_int_equal(unlink("ca/register.csv"), 0);
    refuse_all(&(struct bad){CARD "--pub pub --out new", 1, "issues nothing"}, 1);
    assert_false(there("ca/register.csv"));
    file_write("ca/register.csv", register_text);
    file_write("ca/crl-number", "x\n");
    assert_int_equal(ca("% crl"), 1);
    assert_true(said("last number"));
    assert_int_equal(ca("--dir other init"), 0);
    assert_int_equal(rename("other/issuing.key", "ca/issuing.key"), 0);
    refuse_all(&(struct bad){CARD "--pub pub --out new", 1, "do not belong together"}, 1);
    free(register_text);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, drive_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {TEST(cards), TEST(servers), TEST(commands), TEST(a_second_authority),
                                       TEST(a_damaged_folder)};

    assert_int_equal(argc, 2);
    drive_program(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
