#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "certs/base/limits.h"
#include "ui/desk/deeds.h"
#include "ui/desk/views.h"

#define DIGEST "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
#define EVENT(id, state, waits, more)                                                          \
    "{\"id\":\"" id                                                                            \
    "\",\"kind\":\"outage\",\"cause\":\"typhoon\",\"role\":\"emergency.responder\",\"areas\":" \
    "\"02203\",\"seconds\":7200,\"end\":20000,\"state\":\"" state                              \
    "\",\"flags\":[],\"approvals\":[],\"waits_for\":[" waits "]," more "}"
#define PLAIN "\"text\":null,\"extension\":null,\"roster\":[],\"yours\":{}"
#define TEXT "\"text\":\"{x}\",\"extension\":null,\"roster\":[],\"yours\":{}"
#define BOARD(may, events, rest) "{\"now\":1000,\"may\":[" may "],\"events\":[" events "]," rest "}"
#define NOTHING "\"rosters\":[],\"alarms\":[],\"debts\":[]"

static struct tg_board *board_of(const char *json, const char *side)
{
    struct tg_board *b = NULL;

    assert_int_equal(tg_board_read(tg_span_str(json), side, &b), TG_OK);
    return b;
}

static void refused(const char *json)
{
    struct tg_board *b = NULL;

    assert_int_equal(tg_board_read(tg_span_str(json), "network", &b), TG_E_SERVER_REPLY);
    assert_null(b);
}

static void other_shapes_are_refused(void **state)
{
    (void)state;
    refused("");
    refused("[]");
    refused("{}");
    refused(BOARD("1", "", NOTHING));
    refused(BOARD("", "1", NOTHING));
    refused(BOARD("", EVENT("EV-1", "live", "1", PLAIN), NOTHING));
    refused(BOARD("", EVENT("EV-1", "live", "", "\"text\":1,\"extension\":null,\"roster\":[],\"yours\":{}"),
                  NOTHING));
    refused(BOARD("", EVENT("EV-1", "live", "", "\"text\":null,\"extension\":1,\"roster\":[],\"yours\":{}"),
                  NOTHING));
    refused(BOARD("",
                  EVENT("EV-1", "live", "", "\"text\":null,\"extension\":null,\"roster\":[{}],\"yours\":{}"),
                  NOTHING));
    refused(BOARD("", EVENT("EV-1", "live", "", "\"text\":null,\"extension\":null,\"roster\":[]"), NOTHING));
    refused(BOARD("", "", "\"rosters\":[],\"alarms\":[{}],\"debts\":[]"));
    refused(BOARD("", "", "\"rosters\":[],\"alarms\":[]"));
}

/* What waits for this person comes first, what is over last. */
static void what_waits_comes_first(void **state)
{
    static const char events[] = BOARD(
        "\"approve\"",
        EVENT("EV-20261120-001", "ended", "", PLAIN) "," EVENT(
            "EV-20261120-002", "live", "", PLAIN) "," EVENT("EV-20261120-003", "half", "\"retail\"",
                                                            TEXT) "," EVENT("EV-20261120-004", "declared",
                                                                            "\"network\",\"retail\"", TEXT),
        NOTHING);
    static const char *const network[] = {"004", "002", "003", "001"}, *const retail[] = {"004", "003", "002",
                                                                                          "001"};
    struct tg_board *b = board_of(events, "network");

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(tg_json_str(tg_board_event(b, i), "id") + 12, network[i]);
    assert_null(tg_board_event(b, 4));
    assert_true(tg_board_calls(b));
    tg_board_free(&b);
    b = board_of(events, "retail");
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(tg_json_str(tg_board_event(b, i), "id") + 12, retail[i]);
    tg_board_free(&b);
    b = board_of(events, ""); /* neither side: nothing waits for whoever speaks for none */
    assert_false(tg_board_calls(b));
    tg_board_free(&b);
}

static void paper_is(const char *json, const char *side, const char *text)
{
    struct tg_board *b = board_of(json, side);

    assert_true(tg_span_eq(tg_event_paper(b, tg_board_event(b, 0)), tg_span_str(text)));
    assert_int_equal(tg_deed_of(b, tg_board_event(b, 0), 'a'),
                     text[0] != '\0' ? TG_DEED_APPROVE : TG_DEED_NONE);
    tg_board_free(&b);
}

static void the_text_that_waits(void **state)
{
    static const char first[] = BOARD("\"approve\"", EVENT("EV-1", "half", "\"retail\"", TEXT), NOTHING);
    static const char later[] =
        BOARD("\"approve\"",
              EVENT("EV-1", "live", "",
                    "\"text\":null,\"extension\":{\"seconds\":60,\"end\":1,\"number\":2,\"approvals\":[],"
                    "\"waits_for\":[\"network\"],\"text\":\"{y}\",\"prior\":\"" DIGEST "\"},\"roster\":[],"
                    "\"yours\":{}"),
              NOTHING);

    (void)state;
    paper_is(first, "retail", "{x}");
    paper_is(first, "network", "");
    paper_is(later, "network", "{y}");
    paper_is(later, "retail", "");
    paper_is(BOARD("\"declare\"", EVENT("EV-1", "half", "\"retail\"", TEXT), NOTHING), "retail", "");
}

struct fits {
    const char *may, *event, *keys; /* of all letters these do something */
};

#define YOURS(roster, acknowledged)                                                                    \
    "\"text\":null,\"extension\":null,\"roster\":[],\"pledge\":{\"ja\":\"j\",\"en\":\"e\",\"digest\":" \
    "\"" DIGEST "\"},\"yours\":{\"on_roster\":" roster ",\"acknowledged\":" acknowledged "}"

static void each_key_where_it_fits(void **state)
{
    static const struct fits table[] = {
        {"", EVENT("EV-1", "live", "", PLAIN), ""},
        {"\"declare\"", EVENT("EV-1", "live", "", PLAIN), "ec"},
        {"\"declare\"", EVENT("EV-1", "ended", "", PLAIN), ""},
        {"\"declare\"", EVENT("EV-1", "half", "", PLAIN), "c"},
        {"\"declare\"", EVENT("EV-1", "half", "", PLAIN ",\"standing\":\"RO-1\""), "sc"},
        {"\"declare\"", EVENT("EV-1", "live", "", PLAIN ",\"standing\":\"RO-1\""), "ec"},
        {"\"declare\",\"approve\"", EVENT("EV-1", "half", "\"network\"", TEXT), "ac"},
        {"\"respond\"", EVENT("EV-1", "live", "", YOURS("true", "null")), "k"},
        {"\"respond\"", EVENT("EV-1", "live", "", YOURS("true", "5")), ""},
        {"\"respond\"", EVENT("EV-1", "live", "", YOURS("false", "null")), ""},
        {"\"respond\"", EVENT("EV-1", "ended", "", YOURS("true", "null")), ""},
        {"\"review\"", EVENT("EV-1", "ended", "", PLAIN ",\"views\":{\"total\":3,\"open\":1}"), "r"},
        {"\"review\"", EVENT("EV-1", "ended", "", PLAIN ",\"views\":{\"total\":3,\"open\":0}"), ""},
        {"", EVENT("EV-1", "ended", "", PLAIN ",\"views\":{\"total\":3,\"open\":1}"), ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char json[4096], keys[27] = "";
        struct tg_board *b;

        (void)snprintf(json, sizeof json, "{\"now\":1000,\"may\":[%s],\"events\":[%s]," NOTHING "}",
                       table[i].may, table[i].event);
        b = board_of(json, "network");
        for (char c = 'a'; c <= 'z'; c++) {
            if (tg_deed_of(b, tg_board_event(b, 0), c) != TG_DEED_NONE)
                keys[strlen(keys)] = c;
        }
        for (const char *c = table[i].keys; *c != '\0'; c++)
            assert_non_null(strchr(keys, *c));
        assert_int_equal(strlen(keys), strlen(table[i].keys));
        tg_board_free(&b);
    }
}

static void every_deed_has_its_own_key_and_text(void **state)
{
    (void)state;
    for (int d = TG_DEED_NONE + 1; d < TG_DEEDS; d++) {
        char shown[4] = {'(', (char)(tg_deed_key((enum tg_deed)d) - 'a' + 'A'), ')', '\0'};

        assert_non_null(strstr(tg_deed_text((enum tg_deed)d), shown)); /* the button says its key */
        for (int other = TG_DEED_NONE + 1; other < d; other++)
            assert_int_not_equal(tg_deed_key((enum tg_deed)d), tg_deed_key((enum tg_deed)other));
    }
}

static void who_is_called(void **state)
{
    struct tg_board *b = board_of(BOARD("\"approve\"", "",
                                        "\"rosters\":[],\"alarms\":[{\"id\":\"AL-1\",\"event\":\"EV-1\","
                                        "\"kind\":\"break-glass\",\"text_ja\":\"j\",\"text_en\":\"e\"}],"
                                        "\"debts\":[]"),
                                  "retail");

    (void)state;
    assert_true(tg_board_calls(b));
    tg_board_free(&b);
    b = board_of(
        BOARD("\"respond\"", "",
              "\"rosters\":[],\"alarms\":[],\"debts\":[{\"office\":\"o\",\"event\":\"EV-1\",\"views\":2}]"),
        "");
    assert_false(tg_board_calls(b)); /* somebody else has to review them */
    tg_board_free(&b);
    b = board_of(
        BOARD("\"review\"", "",
              "\"rosters\":[],\"alarms\":[],\"debts\":[{\"office\":\"o\",\"event\":\"EV-1\",\"views\":2}]"),
        "");
    assert_true(tg_board_calls(b));
    tg_board_free(&b);
    assert_string_equal(tg_side_of("nw.duty"), "network");
    assert_string_equal(tg_side_of("retail.duty"), "retail");
    assert_string_equal(tg_side_of("emergency.responder"), "");
}

static void time_that_is_left(void **state)
{
    struct tg_board *b = board_of(BOARD("",
                                        EVENT("EV-1", "live", "", PLAIN ",\"until\":1600") "," EVENT(
                                            "EV-0", "half", "", PLAIN ",\"until\":null"),
                                        NOTHING),
                                  "");

    (void)state;
    assert_int_equal(tg_event_left(tg_board_event(b, 0), tg_board_now(b)), 600);
    assert_int_equal(tg_event_left(tg_board_event(b, 0), 1600), 0);
    assert_int_equal(tg_event_left(tg_board_event(b, 0), 9999), 0);
    assert_int_equal(tg_event_left(tg_board_event(b, 1), 1000), -1);
    tg_board_free(&b);
}

static void bodies_are_json(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(4096);
    struct tg_declaring d = {.kind = "outage",
                             .cause = "台風 \"9\"",
                             .areas = "02203 02207",
                             .people = "E1005",
                             .standing = "",
                             .seconds = 3600,
                             .end = 99};

    (void)state;
    assert_int_equal(tg_declare_write(&d, &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out),
                        "{\"kind\":\"outage\",\"cause\":\"台風 \\\"9\\\"\",\"areas\":\"02203 "
                        "02207\",\"seconds\":3600,\"end\":99,\"roster\":\"E1005\"}");
    tg_buf_reset(&out);
    d.standing = "RO-1";
    assert_int_equal(tg_declare_write(&d, &out), TG_OK);
    assert_non_null(strstr(tg_buf_cstr(&out), "\"standing\":\"RO-1\"}"));
    assert_null(strstr(tg_buf_cstr(&out), "roster"));
    tg_buf_reset(&out);
    assert_int_equal(
        tg_members_write((struct tg_member[]){{"event", "EV-1"}, {"reason", "r"}, {NULL, NULL}}, &out),
        TG_OK);
    assert_string_equal(tg_buf_cstr(&out), "{\"event\":\"EV-1\",\"reason\":\"r\"}");
    tg_buf_reset(&out);
    assert_int_equal(tg_extend_write("EV-1", 60, 99, &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out), "{\"event\":\"EV-1\",\"seconds\":60,\"end\":99}");
}

#define VIEW(n, state)                                                                                  \
    "{\"view\":" n                                                                                      \
    ",\"at\":1795125900,\"person\":\"E1005\",\"name\":\"<b>N</b>\",\"office\":\"o\",\"kind\":\"show\"," \
    "\"rows\":1,\"ids\":[\"c1\",\"c2\"],\"state\":\"" state "\"}"

static void views_that_wait_come_first(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(4096);
    struct tg_views *v = NULL;

    (void)state;
    assert_int_equal(tg_views_read(tg_span_str("{\"views\":[" VIEW("4", "explained") "," VIEW(
                                       "7", "open") "," VIEW("9", "open") "],\"next\":null}"),
                                   &v),
                     TG_OK);
    assert_int_equal(tg_views_count(v), 3);
    assert_int_equal(tg_json_int(tg_views_at(v, 0), "view", 0), 7);
    assert_int_equal(tg_views_open(v, &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out), "7 9");
    tg_buf_reset(&out);
    assert_int_equal(tg_view_number(tg_views_at(v, 2), &out), TG_OK); /* reviewed: not once more */
    assert_int_equal(out.n, 0);
    assert_int_equal(tg_view_number(tg_views_at(v, 3), &out), TG_OK);
    assert_int_equal(tg_view_head(tg_views_at(v, 0), &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out),
                        "2026-11-20 07:05  <b>N</b> (E1005), o: record, 1 rows. not reviewed");
    tg_buf_reset(&out);
    assert_int_equal(tg_view_ids(tg_views_at(v, 0), &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out), "c1 c2");
    tg_views_free(&v);
    assert_int_equal(tg_views_read(tg_span_str("{\"views\":[{}],\"next\":null}"), &v), TG_E_SERVER_REPLY);
    assert_int_equal(tg_views_read(tg_span_str("{}"), &v), TG_E_SERVER_REPLY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_shapes_are_refused),
        cmocka_unit_test(what_waits_comes_first),
        cmocka_unit_test(the_text_that_waits),
        cmocka_unit_test(each_key_where_it_fits),
        cmocka_unit_test(every_deed_has_its_own_key_and_text),
        cmocka_unit_test(who_is_called),
        cmocka_unit_test(time_that_is_left),
        cmocka_unit_test(bodies_are_json),
        cmocka_unit_test(views_that_wait_come_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
