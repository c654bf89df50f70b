/* Options and settings of tegata-cli: what the terminal's surroundings may change, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <getopt.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "client/cli.h"

static char dir[] = "/tmp/tegata-args-XXXXXX";
static char path[64];

#define GOOD "server = https://tegata.example.jp:8443\nca = ca.pem\n"

static int folder_make(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/tegata.conf", dir);
    return 0;
}

static int folder_done(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(dir);
}

/* words: options and command, separated by blanks */
static enum tg_err read_words(const char *conf, const char *words, struct tg_cli *cli)
{
    static char line[256], name[] = "tegata-cli";
    char *argv[24] = {name};
    int argc = 1;
    char *save = NULL;

    assert_int_equal(tg_file_write(path, tg_span_str(conf), 0600), TG_OK);
    assert_int_equal(setenv("TEGATA_CONFIG", path, 1), 0);
    (void)snprintf(line, sizeof line, "%s", words);
    for (char *w = strtok_r(line, " ", &save); w != NULL && argc < 23; w = strtok_r(NULL, " ", &save)) {
        argv[argc++] = w;
    }
    optind = 0; /* glibc: begin anew */
    return tg_cli_read(cli, argc, argv);
}

static const struct {
    const char *lc_all, *lang, *words;
    bool english;
} languages[] = {
    {"", "en_US.UTF-8", "whoami", true},
    {"", "ja_JP.UTF-8", "whoami", false},
    {"en_GB", "ja_JP.UTF-8", "whoami", true},
    {"C", "en_US.UTF-8", "whoami", false},
    {"", "en_US.UTF-8", "--lang ja whoami", false},
    {"", "ja_JP.UTF-8", "--lang en whoami", true},
    {"", "en_US.UTF-8", "--json whoami", false},
    {"en_US", "en_US.UTF-8", "--json search x", false},
    {"", "en_US.UTF-8", "batch", false},
    {"", "ja_JP.UTF-8", "--json --lang en whoami", true},
    {"", "ja_JP.UTF-8", "--lang en batch", true},
};

static void test_language(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        struct tg_cli cli;

        assert_int_equal(setenv("LC_ALL", languages[i].lc_all, 1), 0);
        assert_int_equal(setenv("LANG", languages[i].lang, 1), 0);
        assert_int_equal(read_words(GOOD, languages[i].words, &cli), TG_OK);
        if (cli.english != languages[i].english) {
            fail_msg("%s with LANG=%s", languages[i].words, languages[i].lang);
        }
        tg_cli_done(&cli);
    }
}

static void test_usage(void **state)
{
    static const char *const bad[] = {"",
                                      "--lang fr whoami",
                                      "--lang",
                                      "--last-try whoami",
                                      "--pin-fd 999 whoami",
                                      "--nope",
                                      "--pin-fd -1 --json whoami",
                                      "--pin-fd x whoami",
                                      "--pin-fd 1024 whoami"};
    struct tg_cli cli;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (read_words(GOOD, bad[i], &cli) != TG_E_USAGE) {
            fail_msg("%s", bad[i]);
        }
        tg_cli_done(&cli);
    }
    assert_int_equal(read_words(GOOD, "--pin-fd 0 --last-try whoami", &cli), TG_OK);
    assert_int_equal(cli.pin_fd, 0);
    assert_true(cli.last_try);
    tg_cli_done(&cli);
}

static void test_settings(void **state)
{
    static const char *const bad[] = {
        "",
        "server = https://a\n",
        "ca = ca.pem\n",
        GOOD "ca = x\n",
        GOOD "proxy = x\n",
        "server = https://a:8443/\nca = ca.pem\n",
        "server = http://a:8443\nca = ca.pem\n",
        "server = https://a:8443/v1\nca = ca.pem\n",
        "server = a\nca = ca.pem\n",
    };
    struct tg_cli cli;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (read_words(bad[i], "whoami", &cli) != TG_E_CONFIG) {
            fail_msg("%s", bad[i]);
        }
        tg_cli_done(&cli);
    }
    assert_int_equal(read_words(GOOD, "whoami", &cli), TG_OK);
    assert_string_equal(cli.server, "https://tegata.example.jp:8443");
    tg_cli_done(&cli);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_language), cmocka_unit_test(test_usage),
                                       cmocka_unit_test(test_settings)};

    return cmocka_run_group_tests(tests, folder_make, folder_done);
}
