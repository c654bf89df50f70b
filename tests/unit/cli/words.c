/* Lines of a batch become words, words become commands; what is doubtful becomes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/cli.h"

/* words joined by "|" */
static const struct {
    const char *line;
    enum tg_err e;
    const char *words;
} lines[] = {
    {"", TG_OK, ""},
    {"  \t ", TG_OK, ""},
    {"show A1", TG_OK, "show|A1"},
    {"  show\t A1  ", TG_OK, "show|A1"},
    {"search 'ヤマダ タロウ'", TG_OK, "search|ヤマダ タロウ"},
    {"search \"ヤマダ タロウ\" --limit 5", TG_OK, "search|ヤマダ タロウ|--limit|5"},
    {"a'b c'd", TG_OK, "ab cd"},
    {"''", TG_OK, ""},
    {"a '' b", TG_OK, "a||b"},
    {"a\\ b", TG_OK, "a b"},
    {"'a\\b'", TG_OK, "a\\b"},
    {"\"a\\\"b\"", TG_OK, "a\"b"},
    {"'a\"b'", TG_OK, "a\"b"},
    {"\"it's\"", TG_OK, "it's"},
    {"a\\", TG_OK, "a\\"},
    {"'open", TG_E_FORM, NULL},
    {"\"open\\\"", TG_E_FORM, NULL},
    {"a 'b", TG_E_FORM, NULL},
    {"1 2 3 4", TG_OK, "1|2|3|4"},
    {"1 2 3 4 5", TG_E_LIMIT, NULL},
    {"1 2 3 4 ", TG_OK, "1|2|3|4"},
};

static void test_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char line[128], joined[128] = "", *words[4];
        int n = 0;
        size_t at = 0;

        (void)snprintf(line, sizeof line, "%s", lines[i].line);
        enum tg_err e = tg_words_split(line, words, 4, &n);
        if (e != lines[i].e) {
            fail_msg("%s: %s", lines[i].line, tg_err_code(e));
        }
        for (int k = 0; e == TG_OK && k < n; k++) {
            at += (size_t)snprintf(joined + at, sizeof joined - at, "%s%s", k > 0 ? "|" : "", words[k]);
        }
        if (e == TG_OK) {
            assert_string_equal(joined, lines[i].words);
        }
    }
}

/* body NULL: no command */
static const struct {
    const char *line, *path, *body;
} commands[] = {
    {"whoami", "/v1/whoami", ""},
    {"batch", "", ""},
    {"search 山田", "/v1/customers/search", "{\"query\":\"山田\"}"},
    {"search --by name 山田 --limit 7 --purpose moving --case C1 --cursor AA", "/v1/customers/search",
     "{\"query\":\"山田\",\"by\":\"name\",\"purpose\":\"moving\",\"case\":\"C1\",\"cursor\":\"AA\",\"limit\":"
     "7}"},
    {"search -- --by", "/v1/customers/search", "{\"query\":\"--by\"}"},
    {"search \"a\\\"b\"", "/v1/customers/search", "{\"query\":\"a\\\"b\"}"},
    {"show A1 --purpose outage", "/v1/customers/show", "{\"id\":\"A1\",\"purpose\":\"outage\"}"},
    {"release E1001", "/v1/caps/release", "{\"person\":\"E1001\"}"},
    {"release --case STORM-7 E1001", "/v1/caps/release",
     "{\"person\":\"E1001\",\"reason-case\":\"STORM-7\"}"},
    {"grant list", "/v1/grants", ""},
    {"grant declare --kind outage --cause typhoon --areas '02203 02207' --seconds 3600 --end 1800000000 --roster 'E1 E2'",
     "/v1/grants/declare",
     "{\"kind\":\"outage\",\"cause\":\"typhoon\",\"areas\":\"02203 02207\",\"seconds\":3600,\"end\":1800000000,"
     "\"roster\":\"E1 E2\"}"},
    {"grant start EV-1 --reason unreachable", "/v1/grants/start", "{\"event\":\"EV-1\",\"reason\":\"unreachable\"}"},
    {"grant extend --seconds 60 --end 9 EV-1", "/v1/grants/extend", "{\"seconds\":60,\"end\":9,\"event\":\"EV-1\"}"},
    {"grant close EV-1", "/v1/grants/close", "{\"event\":\"EV-1\"}"},
    {"grant acknowledge EV-1 --pledge ab", "/v1/grants/acknowledge", "{\"event\":\"EV-1\",\"pledge\":\"ab\"}"},
    {"grant views EV-1 --after 7", "/v1/grants/views", "{\"event\":\"EV-1\",\"after\":7}"},
    {"grant review EV-1 --views '7 9' --verdict explained", "/v1/grants/review",
     "{\"event\":\"EV-1\",\"views\":\"7 9\",\"verdict\":\"explained\"}"},
    {"grant alarm AL-1", "/v1/alarms/acknowledge", "{\"alarm\":\"AL-1\"}"},
    {"grant roster propose --name n --areas 02203 --people E1 --seconds 60 --until 9", "/v1/rosters/propose",
     "{\"name\":\"n\",\"areas\":\"02203\",\"people\":\"E1\",\"seconds\":60,\"until\":9}"},
    {"grant", NULL, NULL},
    {"grant list all", NULL, NULL},
    {"grant open EV-1", NULL, NULL},
    {"grant approve EV-1", NULL, NULL}, /* takes a person and a card: not one request */
    {"grant acknowledge EV-1", NULL, NULL},
    {"grant close", NULL, NULL},
    {"grant close EV-1 EV-2", NULL, NULL},
    {"grant start EV-1", NULL, NULL},
    {"grant start EV-1 --reason", NULL, NULL},
    {"grant start EV-1 --reason a --reason b", NULL, NULL},
    {"grant extend EV-1 --seconds x --end 9", NULL, NULL},
    {"grant extend EV-1 --seconds +5 --end 9", NULL, NULL}, /* a length is no time */
    {"grant extend EV-1 --seconds -5 --end 9", NULL, NULL},
    {"grant close \xff", NULL, NULL},
    {"grant close --force", NULL, NULL},
    {"grant roster", NULL, NULL},
    {"grant roster close RO-1", NULL, NULL},
    {"release", NULL, NULL},
    {"release E1001 E1002", NULL, NULL},
    {"release E1001 --purpose outage", NULL, NULL},
    {"release E1001 --limit 5", NULL, NULL},
    {"release E1001 --case", NULL, NULL},
    {"release \xff", NULL, NULL},
    {"", NULL, NULL},
    {"whoami now", NULL, NULL},
    {"batch x", NULL, NULL},
    {"delete A1", NULL, NULL},
    {"search", NULL, NULL},
    {"search --by name 山田 --limit 7 太郎  様", "/v1/customers/search",
     "{\"query\":\"山田 太郎 様\",\"by\":\"name\",\"limit\":7}"},
    {"search a -- --by b", "/v1/customers/search", "{\"query\":\"a --by b\"}"},
    {"search --by iris a", NULL, NULL},
    {"search --by Kana a", NULL, NULL},
    {"show a b", NULL, NULL},
    {"search --limit 0 a", NULL, NULL},
    {"search --limit 101 a", NULL, NULL},
    {"search --limit -1 a", NULL, NULL},
    {"search --limit 5x a", NULL, NULL},
    {"search --by", NULL, NULL},
    {"search --by name --by kana a", NULL, NULL},
    {"search --fields all a", NULL, NULL},
    {"search \xff", NULL, NULL},
    {"search a --case \xe3\x81", NULL, NULL},
    {"show A1 --limit 5", NULL, NULL},
    {"show A1 --by name", NULL, NULL},
    {"show", NULL, NULL},
};

static void test_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct tg_command c = {.path = NULL};
        char line[256], *words[24];
        const char *why = NULL;
        int n = 0;

        (void)snprintf(line, sizeof line, "%s", commands[i].line);
        assert_int_equal(tg_words_split(line, words, 24, &n), TG_OK);
        enum tg_err e = tg_command_read(n, words, &c, &why);
        if ((e == TG_OK) != (commands[i].body != NULL)) {
            fail_msg("%s: %s", commands[i].line, tg_err_code(e));
        }
        if (e == TG_OK) {
            assert_string_equal(c.path, commands[i].path);
            assert_true(tg_span_is(tg_span_buf(&c.body), commands[i].body));
        } else {
            assert_int_equal(e, TG_E_USAGE);
            assert_non_null(why);
        }
        tg_command_done(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_split), cmocka_unit_test(test_commands)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
