/* What reaches the terminal of an answer that holds anything: no control, nothing that turns or hides
 * letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "client/cli.h"

static const struct {
    const char *in, *out;
} texts[] = {
    {"山田 太郎 ｶﾅ ㈱ 髙﨑 é𠮷", "山田 太郎 ｶﾅ ㈱ 髙﨑 é𠮷"},
    {"a\x1b[2Jb", "a?[2Jb"},
    {"a\r\nb\tc", "a??b?c"},
    {"a\x7f"
     "b",
     "a?b"},
    {"a\xc2\x9b"
     "2Jb",
     "a?2Jb"}, /* C1: CSI as one letter */
    {"a\xc2\x80\xc2\x9f"
     "b",
     "a??b"},
    {"a\xc2\xa0"
     "b",
     "a\xc2\xa0"
     "b"}, /* the first behind C1 */
    {"a\xe2\x80\xae"
     "b",
     "a?b"}, /* U+202E: right to left from here */
    {"a\xe2\x80\xaa\xe2\x80\xac", "a??"},
    {"\xe2\x81\xa6\xe2\x81\xa9", "??"}, /* isolates */
    {"\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", "???"},
    {"a\xe2\x80\x8b"
     "b",
     "a?b"}, /* zero width */
    {"\xef\xbb\xbf"
     "a",
     "?a"},
    {"\xe2\x80\xa8\xe2\x80\xa9", "??"},                       /* line and paragraph separators */
    {"\xf3\xa0\x81\x81", "?"},                                /* tags */
    {"\xe2\x80\x90\xe2\x80\xaf", "\xe2\x80\x90\xe2\x80\xaf"}, /* neighbours that are letters and blanks */
    {"\xff", "?"},
    {"\xed\xa0\x80", "?"},
    {"a\xe3\x81", "?"},
};

static char *printed(void (*print)(FILE *out, const char *text), const char *text)
{
    char *got = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&got, &n);

    assert_non_null(out);
    print(out, text);
    assert_int_equal(fclose(out), 0);
    return got;
}

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *got = printed(tg_put_clean, texts[i].in);

        assert_string_equal(got, texts[i].out);
        free(got);
    }
}

static void put_json(FILE *out, const char *text)
{
    tg_put_json(out, tg_span_str(text));
}

/* Where the letters of that kind live; elsewhere every 61st will do. */
static bool densely(uint32_t c)
{
    return c < 0x3000 || (c >= 0xfe00 && c < 0x10000) || (c >= 0xdff00 && c < 0xe1100);
}

/* Code points but the surrogates: what is printed as JSON means the same, and holds nothing of that
 * kind. */
static void test_json(void **state)
{
    (void)state;
    for (uint32_t c = 0x80; c < 0x110000; c += densely(c) ? 1 : 61) {
        char json[32], utf8[5] = "";
        TG_JSON_AUTO *before = NULL, *after = NULL;

        if (c >= 0xd800 && c < 0xe000) {
            continue;
        }
        if (c < 0x800) {
            (void)snprintf(utf8, sizeof utf8, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 0x3f)));
        } else if (c < 0x10000) {
            (void)snprintf(utf8, sizeof utf8, "%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3f)),
                           (int)(0x80 | (c & 0x3f)));
        } else {
            (void)snprintf(utf8, sizeof utf8, "%c%c%c%c", (int)(0xf0 | c >> 18),
                           (int)(0x80 | (c >> 12 & 0x3f)), (int)(0x80 | (c >> 6 & 0x3f)),
                           (int)(0x80 | (c & 0x3f)));
        }
        (void)snprintf(json, sizeof json, "{\"a\":\"%s\"}", utf8);
        char *got = printed(put_json, json), *clean = printed(tg_put_clean, got);
        assert_int_equal(tg_json_parse(tg_span_str(json), &before), TG_OK);
        assert_int_equal(tg_json_parse(tg_span_str(got), &after), TG_OK);
        assert_true(json_equal(before, after));
        assert_string_equal(got, clean);
        free(got);
        free(clean);
    }
}

/* stdout of one tg_cli_print. */
static enum tg_err cli_printed(const struct tg_cli *cli, enum tg_command_kind kind, const char *json,
                               char *got, size_t size)
{
    char path[] = "/tmp/tegata-cli-XXXXXX";
    int fd = mkstemp(path), real = dup(STDOUT_FILENO);

    assert_true(fd >= 0 && real >= 0);
    assert_int_equal(fflush(stdout), 0);
    assert_true(dup2(fd, STDOUT_FILENO) >= 0);
    enum tg_err e = tg_cli_print(cli, kind, tg_span_str(json));
    assert_int_equal(fflush(stdout), 0);
    assert_true(dup2(real, STDOUT_FILENO) >= 0);
    ssize_t n = pread(fd, got, size - 1, 0);
    assert_true(n >= 0);
    got[n] = '\0';
    (void)close(fd);
    (void)close(real);
    (void)unlink(path);
    return e;
}

#define EVIL "\\u001b[31m\\u202e\\u009b\\n"

static const char evil[] = "{\"rows\":[{\"id\":\"" EVIL "\",\"class\":\"" EVIL
                           "\",\"fields\":{\"name\":\"" EVIL "\",\"" EVIL "\":\"x\"},"
                           "\"hidden\":{\"usage\":{\"rule\":\"r\",\"reason\":\"" EVIL "\",\"next\":\"" EVIL
                           "\"}}}],\"next\":\"" EVIL "\"}";

static void expect_clean(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
    }
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_null(strstr(text, "\xc2\x9b"));
}

static void test_evil_answers(void **state)
{
    static const enum tg_command_kind kinds[] = {TG_CMD_SEARCH, TG_CMD_SHOW, TG_CMD_WHOAMI};
    static const char row[] =
        "{\"id\":\"" EVIL "\",\"class\":\"own\",\"fields\":{\"name\":\"" EVIL "\"},\"hidden\":{}}";
    struct tg_cli cli = {.english = true};
    char got[8192];

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        cli.json = i % 2 == 1;
        const char *json = i / 2 == 0 ? evil : row;
        assert_int_equal(cli_printed(&cli, kinds[i / 2], json, got, sizeof got), TG_OK);
        expect_clean(got);
        assert_true(strlen(got) > 10);
        if (cli.json) { /* one line, the same meaning */
            TG_JSON_AUTO *a = NULL, *b = NULL;

            assert_ptr_equal(strchr(got, '\n'), got + strlen(got) - 1);
            got[strlen(got) - 1] = '\0';
            assert_int_equal(tg_json_parse(tg_span_str(json), &a), TG_OK);
            assert_int_equal(tg_json_parse(tg_span_str(got), &b), TG_OK);
            assert_true(json_equal(a, b));
        }
    }
}

/* Not a byte of what is no answer. */
static void test_no_json(void **state)
{
    static const char *const bad[] = {"", "<html>\x1b[2J</html>", "{\"a\":1", "[1]", "{\"a\":1,\"a\":2}"};
    struct tg_cli cli = {.json = false};
    char got[256];

    (void)state;
    for (size_t i = 0; i < 2 * (sizeof bad / sizeof *bad); i++) {
        cli.json = i % 2 == 1;
        assert_int_equal(cli_printed(&cli, TG_CMD_SHOW, bad[i / 2], got, sizeof got), TG_E_SERVER_REPLY);
        assert_string_equal(got, "");
    }
}

/* Everything that stdout is given by an error. */
static void error_said(const struct tg_cli_fault *f, char *got, size_t size)
{
    const struct tg_cli cli = {.json = true};
    int ends[2], out = dup(STDOUT_FILENO);

    assert_true(out >= 0);
    assert_int_equal(pipe(ends), 0);
    (void)fflush(stdout);
    assert_true(dup2(ends[1], STDOUT_FILENO) >= 0);
    tg_cli_error_json(&cli, f);
    (void)fflush(stdout);
    assert_true(dup2(out, STDOUT_FILENO) >= 0);
    (void)close(ends[1]);
    ssize_t n = read(ends[0], got, size - 1);
    got[n > 0 ? n : 0] = '\0';
    (void)close(ends[0]);
    (void)close(out);
}

static void test_errors(void **state)
{
    static const struct {
        const char *problem, *said;
    } cases[] = {
        {"", "\"title\":\"項目の名前・型・値が違います。\"}\n"},
        {"{\"type\":\"x\",\"member\":\"case\"}", "違います。\",\"member\":\"case\"}\n"},
        {"{\"member\":1,\"posts\":\"all\"}", "違います。\"}\n"},
        {"{\"posts\":[\"counter\",7,\"dunning\"]}", "違います。\",\"posts\":[\"counter\",\"dunning\"]}\n"},
        {"{\"member\":\"a\\u202eb\"}", "違います。\",\"member\":\"a\\u202eb\"}\n"},
        {"not JSON", "違います。\"}\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct tg_cli_fault f = {
            .e = TG_E_BAD_MEMBER, .tries = -1, .problem = tg_span_str(cases[i].problem)};
        TG_JSON_AUTO *doc = NULL;
        char got[512];

        error_said(&f, got, sizeof got);
        assert_non_null(strstr(got, cases[i].said));
        assert_int_equal(tg_json_parse(tg_span(got, strlen(got)), &doc), TG_OK);
        assert_string_equal(tg_json_str(doc, "error"), "bad-member");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_texts), cmocka_unit_test(test_json),
                                       cmocka_unit_test(test_evil_answers), cmocka_unit_test(test_no_json),
                                       cmocka_unit_test(test_errors)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
