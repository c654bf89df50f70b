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

static enum tg_err load(struct tg_span text, struct tg_conf **c, unsigned *line)
{
    assert_int_equal(tg_file_write(path, text, 0600), TG_OK);
    return tg_conf_load(path, keys, sizeof keys / sizeof keys[0], c, line);
}

static void expect_bad(struct tg_span text, enum tg_err err, unsigned at)
{
    struct tg_conf *c = NULL;
    unsigned line = 99;

    assert_int_equal(load(text, &c, &line), err);
    assert_null(c);
    assert_int_equal(line, at);
}

static void expect_line(const char *text, unsigned at)
{
    expect_bad(tg_span_str(text), TG_E_CONFIG, at);
}

static void reads_values_and_fallbacks(void **state)
{
    struct tg_conf *c = NULL;
    unsigned line = 99;
    char expected[128], *data;

    (void)state;
    assert_int_equal(load(tg_span_str("# 設定\n\n  listen =\t八戸 = # x \nport="), &c, &line), TG_OK);
    assert_int_equal(line, 0);
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
    unsigned line = 99;

    (void)state;
    for (unsigned i = 0; i <= TG_CONF_LINES; i++)
        assert_int_equal(tg_buf_add_str(&b, "\n"), TG_OK);
    expect_bad(tg_span_buf(&b), TG_E_LIMIT, TG_CONF_LINES + 1);
    while (b.n <= TG_CONF_BYTES)
        assert_int_equal(tg_buf_add_str(&b, "#"), TG_OK);
    expect_bad(tg_span_buf(&b), TG_E_LIMIT, 0);
    assert_int_equal(tg_conf_load("/nowhere/at.all", keys, 3, &c, &line), TG_E_NOT_FOUND);
    assert_null(c);
}

static void expect_int(const char *value, enum tg_err err, int64_t number)
{
    struct tg_conf *c = NULL;
    unsigned line = 0;
    int64_t got = 77;
    char text[64];

    (void)snprintf(text, sizeof text, "listen = x\nport = %s\n", value);
    assert_int_equal(load(tg_span_str(text), &c, &line), TG_OK);
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
        cmocka_unit_test(has_ceilings),
        cmocka_unit_test(numbers_have_bounds),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
