#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"

static char dir[] = "/tmp/tegata-conf-XXXXXX";
static char path[64];

static const struct tg_conf_key keys[] = {{"listen", NULL}, {"port", "8443"}, {"data", "store"}};

static enum tg_err load(struct tg_span text, struct tg_conf **c, struct tg_conf_fault *f)
{
    assert_int_equal(tg_file_write(path, text, 0600), TG_OK);
    return tg_conf_load(path, keys, sizeof keys / sizeof keys[0], c, f);
}

static void expect_bad(struct tg_span text, enum tg_err err, unsigned at)
{
    struct tg_conf *c = NULL;
    struct tg_conf_fault f = {.line = 99};

    assert_int_equal(load(text, &c, &f), err);
    assert_null(c);
    assert_int_equal(f.line, at);
}

static void expect_line(const char *text, unsigned at)
{
    expect_bad(tg_span_str(text), TG_E_CONFIG, at);
}

/* The line, the key, and what is wrong with it, as people read it. */
static void names_the_key(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"port = 1\n", ": listen: missing"},
        {"listen = a\nprot = 1\n", " line 2: prot: unknown key"},
        {"listen = a\nlisten = b\n", " line 2: listen: given twice"},
        {"listen\n", " line 1: listen: no \"=\" behind it"},
        {"listen = a\nport = \x1b[2J\n", " line 2: port: not UTF-8, or a control character in it"},
        {"listen = a\np\x1b\xff o = 1\n", " line 2: p???o: unknown key"},
        {"= 1\n", " line 1: : unknown key"},
        {"averyveryveryveryverylongkeyindeed = 1\n", " line 1: averyveryveryveryverylongkeyind: unknown key"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tg_conf *c = NULL;
        struct tg_conf_fault f;
        char said[256];
        enum tg_err e = load(tg_span_str(cases[i].text), &c, &f);

        assert_int_equal(e, TG_E_CONFIG);
        tg_conf_explain("F", &f, e, said, sizeof said);
        assert_string_equal(said + 1, cases[i].said);
    }
}

static void knows_an_origin(void **state)
{
    static const char *const good[] = {"https://localhost:8443", "https://tegata.example.jp",
                                       "https://10.0.0.1:443",   "https://[::1]:8443",
                                       "https://[2001:db8::1]",  "https://a-b.C:65535"};
    static const char *const bad[] = {"",
                                      "https://",
                                      "http://a",
                                      "HTTPS://a",
                                      "a:8443",
                                      "https://a/",
                                      "https://a:8443/",
                                      "https://a/v1",
                                      "https://a?x",
                                      "https://a#x",
                                      "https://u@a",
                                      "https://a:",
                                      "https://a:0",
                                      "https://a:65536",
                                      "https://a:84x",
                                      "https://a b",
                                      "https://:8443",
                                      "https://[::1",
                                      "https://[",
                                      "https://[]x",
                                      "https://\xe5\x85\xab",
                                      "https://a:1:2",
                                      "https://a:01"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_null(tg_conf_origin_fault(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (tg_conf_origin_fault(bad[i]) == NULL) {
            fail_msg("%s", bad[i]);
        }
    }
}

static void reads_values_and_fallbacks(void **state)
{
    struct tg_conf *c = NULL;
    struct tg_conf_fault f = {.line = 99};
    char expected[128], *data;

    (void)state;
    assert_int_equal(load(tg_span_str("# 設定\n\n  listen =\t八戸 = # x \nport="), &c, &f), TG_OK);
    assert_int_equal(f.line, 0);
    assert_string_equal(tg_conf_str(c, "listen"), "八戸 = # x");
    assert_string_equal(tg_conf_str(c, "port"), "");
    assert_string_equal(tg_conf_str(c, "data"), "store");
    assert_null(tg_conf_str(c, "other"));
    data = tg_conf_path(c, "data");
    (void)snprintf(expected, sizeof expected, "%s/store", dir);
    assert_string_equal(data, expected);
    free(data);
    tg_conf_free(&c);
    assert_null(c);
    tg_conf_free(&c);
}

static void refuses_with_the_line(void **state)
{
    (void)state;
    expect_line("", 0);
    expect_line("port = 1\n", 0); /* listen is missing */
    expect_line("listen = a\nlisten = a\n", 2);
    expect_line("listen = a\n\n# c\nLISTEN = b\n", 4);
    expect_line("listen = a\nport\n", 2);
    expect_line("listen = a\n= 5\n", 2);
    expect_line("listen = a\r\n", 1);
    expect_line("listen = a\xff\n", 1);
    expect_line("listen = a\x1b[2J\n", 1);
    expect_bad(tg_span("listen = a\0b\n", 13), TG_E_CONFIG, 1);
    expect_bad(tg_span("listen\0 = a\n", 12), TG_E_CONFIG, 1);
}

static void has_ceilings(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(TG_CONF_BYTES + 1);
    struct tg_conf *c = NULL;
    struct tg_conf_fault f = {.line = 99};

    (void)state;
    for (unsigned i = 0; i <= TG_CONF_LINES; i++)
        assert_int_equal(tg_buf_add_str(&b, "\n"), TG_OK);
    expect_bad(tg_span_buf(&b), TG_E_LIMIT, TG_CONF_LINES + 1);
    while (b.n <= TG_CONF_BYTES)
        assert_int_equal(tg_buf_add_str(&b, "#"), TG_OK);
    expect_bad(tg_span_buf(&b), TG_E_LIMIT, 0);
    assert_int_equal(tg_conf_load("/nowhere/at.all", keys, 3, &c, &f), TG_E_NOT_FOUND);
    assert_null(c);
}

static void expect_int(const char *value, enum tg_err err, int64_t number)
{
    struct tg_conf *c = NULL;
    struct tg_conf_fault f = {.line = 0};
    int64_t got = 77;
    char text[64];

    (void)snprintf(text, sizeof text, "listen = x\nport = %s\n", value);
    assert_int_equal(load(tg_span_str(text), &c, &f), TG_OK);
    assert_int_equal(tg_conf_int(c, "port", -5, 65535, &got), err);
    assert_true(got == (err == TG_OK ? number : 77));
    tg_conf_free(&c);
}

static void numbers_have_bounds(void **state)
{
    (void)state;
    expect_int("65535", TG_OK, 65535);
    expect_int("-5", TG_OK, -5);
    expect_int("0", TG_OK, 0);
    expect_int("65536", TG_E_CONFIG, 0);
    expect_int("-6", TG_E_CONFIG, 0);
    expect_int("", TG_E_CONFIG, 0);
    expect_int("-", TG_E_CONFIG, 0);
    expect_int("--1", TG_E_CONFIG, 0);
    expect_int("1k", TG_E_CONFIG, 0);
    expect_int("08", TG_E_CONFIG, 0);
    expect_int("99999999999999999999", TG_E_CONFIG, 0);
    expect_int("-9223372036854775808", TG_E_CONFIG, 0);
}

static int make_dir(void **state)
{
    (void)state;
    if (mkdtemp(dir) == NULL)
        return -1;
    return snprintf(path, sizeof path, "%s/conf", dir) > 0 ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    return unlink(path) != 0 || rmdir(dir) != 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_values_and_fallbacks),
        cmocka_unit_test(refuses_with_the_line),
        cmocka_unit_test(names_the_key),
        cmocka_unit_test(knows_an_origin),
        cmocka_unit_test(has_ceilings),
        cmocka_unit_test(numbers_have_bounds),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
