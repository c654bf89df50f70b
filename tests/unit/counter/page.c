#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "certs/base/limits.h"
#include "ui/desk/aloud.h"
#include "ui/desk/labels.h"
#include "ui/desk/names.h"
#include "ui/desk/page.h"
#include "ui/desk/second.h"
#include "ui/desk/typed.h"

#define ROW                                                                                    \
    "{\"id\":\"r1\",\"class\":\"own\",\"fields\":{\"name\":\"<b>A&B</b>\",\"new_one\":\"x\"}," \
    "\"hidden\":{\"pole\":{\"rule\":\"r\",\"reason\":\"because\",\"next\":\"ask\"}}}"

static enum tg_err read_as(const char *json, bool one, struct tg_page **ret)
{
    return tg_page_read(tg_span_str(json), one, ret);
}

static void a_page_is_read(void **state)
{
    struct tg_page *p = NULL;
    struct tg_row_why why;
    json_t *row;

    (void)state;
    assert_int_equal(read_as("{\"rows\":[" ROW "," ROW "],\"next\":\"c\"}", false, &p), TG_OK);
    assert_int_equal(tg_page_count(p), 2);
    assert_string_equal(tg_page_next(p), "c");
    row = tg_page_row(p, 1);
    assert_string_equal(tg_row_id(row), "r1");
    assert_string_equal(tg_row_field(row, "name"), "<b>A&B</b>");
    assert_null(tg_row_field(row, "pole"));
    assert_true(tg_row_why(row, "pole", &why));
    assert_string_equal(why.reason, "because");
    assert_string_equal(why.next, "ask");
    assert_false(tg_row_why(row, "name", &why));
    tg_page_free(&p);
    assert_int_equal(read_as(ROW, true, &p), TG_OK);
    assert_int_equal(tg_page_count(p), 1);
    assert_null(tg_page_next(p));
    tg_page_free(&p);
}

static void what_is_said_of_nothing(void **state)
{
    struct tg_page *p = NULL;
    struct tg_row_why why;

    (void)state;
    assert_int_equal(
        read_as("{\"rows\":[],\"next\":null,\"nothing\":{\"rule\":\"r\",\"reason\":\"none of ours\","
                "\"next\":\"refer\"}}",
                false, &p),
        TG_OK);
    assert_true(tg_page_nothing(p, &why));
    assert_string_equal(why.reason, "none of ours");
    assert_string_equal(why.next, "refer");
    tg_page_free(&p);
    assert_int_equal(read_as("{\"rows\":[],\"next\":null}", false, &p), TG_OK);
    assert_false(tg_page_nothing(p, &why));
    tg_page_free(&p);
    assert_int_equal(read_as("{\"rows\":[],\"next\":null,\"nothing\":7}", false, &p), TG_OK);
    assert_false(tg_page_nothing(p, &why));
    tg_page_free(&p);
}

static void other_shapes_are_not_shown(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"rows\":{},\"next\":null}",
        "{\"rows\":[]}",
        "{\"rows\":[],\"next\":7}",
        "{\"rows\":[1],\"next\":null}",
        "{\"rows\":[{\"id\":\"1\",\"class\":\"own\",\"fields\":{\"name\":7},\"hidden\":{}}],\"next\":null}",
        "{\"rows\":[{\"id\":\"1\",\"class\":\"own\",\"fields\":{},\"hidden\":{\"a\":\"b\"}}],\"next\":null}",
        "{\"rows\":[{\"id\":\"1\",\"class\":\"own\",\"fields\":[],\"hidden\":{}}],\"next\":null}",
        "{\"rows\":[{\"class\":\"own\",\"fields\":{},\"hidden\":{}}],\"next\":null}",
    };
    struct tg_page *p = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(read_as(bad[i], false, &p), TG_E_SERVER_REPLY);
        assert_int_equal(read_as(bad[i], true, &p), TG_E_SERVER_REPLY);
        assert_null(p);
    }
}

static void no_more_than_a_page(void **state)
{
    struct tg_page *p = NULL;

    (void)state;
    for (unsigned n = TG_PAGE_ROWS; n <= TG_PAGE_ROWS + 1; n++) {
        TG_BUF_AUTO json = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);

        assert_int_equal(tg_buf_add_str(&json, "{\"next\":null,\"rows\":["), TG_OK);
        for (unsigned i = 0; i < n; i++)
            assert_int_equal(tg_buf_add_str(&json, i > 0 ? "," ROW : ROW), TG_OK);
        assert_int_equal(tg_buf_add_str(&json, "]}"), TG_OK);
        assert_int_equal(tg_page_read(tg_span_buf(&json), false, &p),
                         n <= TG_PAGE_ROWS ? TG_OK : TG_E_SERVER_REPLY);
        tg_page_free(&p);
    }
}

static void who_is_read(void **state)
{
    static const char good[] =
        "{\"person\":\"E1\",\"card\":\"c\",\"post\":\"counter\",\"role\":\"retail.counter\","
        "\"office\":\"八戸営業所\",\"employer\":\"T\",\"company\":\"T\",\"issuer\":\"i\"}";
    struct tg_who who;

    (void)state;
    assert_int_equal(tg_who_read(tg_span_str(good), &who), TG_OK);
    assert_string_equal(who.office, "八戸営業所");
    assert_string_equal(tg_role_text(who.role), "Counter (retail)");
    assert_string_equal(tg_role_text("retail.unheard-of"), "retail.unheard-of");
    assert_int_equal(tg_who_read(tg_span_str("{\"person\":\"E1\"}"), &who), TG_E_SERVER_REPLY);
}

static void what_one_may_see_in_words(void **state)
{
    static const char begin[] =
        "{\"person\":\"E1\",\"post\":\"p\",\"role\":\"r\",\"office\":\"o\",\"company\":\"T\"";
    char json[1024];
    struct tg_who who;

    (void)state;
    (void)snprintf(
        json, sizeof json,
        "%s,\"now\":7,\"company_name\":\"N\",\"role_en\":\"R\",\"purposes\":[\"inquiry\",\"outage\"],"
        "\"kind\":\"emergency\",\"sight\":[{\"class\":\"own\",\"ja\":\"j\",\"en\":\"own customer\","
        "\"groups\":[{\"ja\":\"j\",\"en\":\"identity\",\"part\":false},"
        "{\"ja\":\"j\",\"en\":\"facility\",\"part\":true}]}]}",
        begin);
    assert_int_equal(tg_who_read(tg_span_str(json), &who), TG_OK);
    assert_string_equal(who.sight, "Only while an approved emergency right is in force, and only of its "
                                   "municipalities:\n● own customer: identity, facility (in part)");
    assert_string_equal(who.purposes, "inquiry outage");
    assert_string_equal(who.company_name, "N");
    assert_string_equal(who.role_name, "R");
    assert_int_equal(who.now, 7);
    (void)snprintf(json, sizeof json, "%s,\"kind\":\"none\",\"sight\":[]}", begin);
    assert_int_equal(tg_who_read(tg_span_str(json), &who), TG_OK);
    assert_string_equal(who.sight, "This post sees no customers.");
    (void)snprintf(json, sizeof json, "%s,\"sight\":[7,{\"groups\":{}}],\"purposes\":[7]}", begin);
    assert_int_equal(tg_who_read(tg_span_str(json), &who),
                     TG_OK); /* nonsense is not said, and breaks nothing */
    assert_string_equal(who.purposes, "");
    (void)snprintf(json, sizeof json, "%s}", begin);
    assert_int_equal(tg_who_read(tg_span_str(json), &who), TG_OK); /* an older server */
    assert_string_equal(who.sight, "");
}

static void companies_by_name(void **state)
{
    char out[TG_VALUE_BYTES];

    (void)state;
    assert_string_equal(tg_value_text("retailer", "R0001", out), "R0001");
    tg_names_take(tg_span_str("{\"companies\":[7,{\"code\":\"R0001\",\"name\":\"りんどう電気\"}]}"));
    assert_string_equal(tg_value_text("retailer", "R0001", out), "りんどう電気（R0001）");
    assert_string_equal(tg_value_text("retailer", "R0002", out), "R0002");
    tg_names_take(tg_span_str("{\"companies\":7}")); /* no list: the one before stays */
    assert_string_equal(tg_value_text("retailer", "R0001", out), "りんどう電気（R0001）");
}

static void telephones_in_groups(void **state)
{
    static const struct {
        const char *number, *shown;
    } cases[] = {
        {"0312345678", "03-1234-5678"},
        {"0612345678", "06-1234-5678"},
        {"09012345678", "090-1234-5678"},
        {"05012345678", "050-1234-5678"},
        {"0120123456", "0120-123-456"},
        {"0570123456", "0570-123-456"},
        {"08001234567", "0800-123-4567"},
        {"08012345678", "080-1234-5678"},
        {"0178431111", "0178431111"},
        {"031234567", "031234567"},
        {"03-1234-5678", "03-1234-5678"},
        {"03<b>45678", "03<b>45678"},
        {"", ""},
    };
    char out[TG_VALUE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(tg_value_text("phone", cases[i].number, out), cases[i].shown);
}

/* Two classes that look alike in grey, or a class that is no shape, would be a mistake waiting. */
static void classes_differ_by_shape(void **state)
{
    static const char *const classes[] = {"own",    "former",        "other",           "last-resort",
                                          "vacant", "generator-own", "generator-other", "unheard-of"};

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(tg_class_label(classes[i]).shape, tg_class_label(classes[k]).shape);
            assert_string_not_equal(tg_class_label(classes[i]).text, tg_class_label(classes[k]).text);
        }
    }
    assert_string_equal(tg_class_label("unheard-of").text, "unheard-of");
}

static void values_as_they_are_read(void **state)
{
    char out[TG_VALUE_BYTES];

    (void)state;
    assert_string_equal(tg_value_text("point", "0201234567890123456789", out), "02-0123-4567-8901-2345-6789");
    assert_string_equal(tg_value_text("point", "02012345678901234567", out), "02012345678901234567");
    assert_string_equal(tg_value_text("phone", "0201234567890123456789", out), "0201234567890123456789");
    assert_string_equal(tg_value_text("contract_start", "2023-01-13", out), "令和5年1月13日（2023-01-13）");
    assert_string_equal(tg_value_text("name", "<b>A&B</b>", out), "<b>A&B</b>");
}

static void aloud_in_groups(void **state)
{
    static const char row[] =
        "{\"id\":\"1\",\"class\":\"own\",\"fields\":{\"kana\":\"サ\",\"phone\":\"0312345678\","
        "\"point\":\"0201234567890123456789\"},\"hidden\":{\"customer_no\":{\"reason\":\"r\",\"next\":\"n\"}}"
        "}";
    struct tg_page *p = NULL;
    struct tg_aloud a;

    (void)state;
    assert_int_equal(read_as(row, true, &p), TG_OK);
    tg_aloud_make(tg_page_row(p, 0), &a);
    assert_int_equal(a.n, 3); /* what is hidden is not read aloud */
    assert_string_equal(a.line[0].label, "Kana");
    assert_string_equal(tg_readback_at(a.line[0].pieces, 0).said, "桜のサ");
    assert_int_equal(tg_readback_count(a.line[1].pieces), 3);
    assert_string_equal(tg_readback_at(a.line[1].pieces, 0).seen, "03");
    assert_string_equal(tg_readback_at(a.line[1].pieces, 2).seen, "5678");
    assert_int_equal(tg_readback_count(a.line[2].pieces), 6);
    tg_aloud_done(&a);
    tg_page_free(&p);
}

#define LATEST 21000 /* 2027-07-01 */

static struct tg_typed typed(const char *text, enum tg_kind chosen)
{
    struct tg_typed t;

    assert_int_equal(tg_typed_read(tg_span_str(text), chosen, LATEST, &t), TG_OK);
    return t;
}

static void typed_is(const char *text, enum tg_kind chosen, enum tg_kind kind, const char *query)
{
    struct tg_typed t = typed(text, chosen);

    assert_int_equal(t.kind, kind);
    assert_string_equal(t.query, query);
    assert_int_equal(t.ready, query[0] != '\0');
}

static void romaji_becomes_kana(void **state)
{
    (void)state;
    typed_is("satou", TG_KIND_AUTO, TG_KIND_KANA, "サトウ");
    typed_is("Yamada Tarou", TG_KIND_KANA, TG_KIND_KANA, "ヤマダ タロウ");
    typed_is("satou", TG_KIND_NAME, TG_KIND_NAME, "satou");   /* the person's word counts */
    typed_is("satou", TG_KIND_PHONE, TG_KIND_KANA, "サトウ"); /* where it can be that */
    typed_is("C0012345", TG_KIND_AUTO, TG_KIND_CUSTOMER, "C0012345");
    typed_is("０１７８－４５－００００", TG_KIND_AUTO, TG_KIND_PHONE, "0178-45-0000");
    typed_is("satoky", TG_KIND_AUTO, TG_KIND_NAME, "satoky"); /* not all of it can be read */
    typed_is("佐藤", TG_KIND_AUTO, TG_KIND_NAME, "佐藤");
    typed_is("", TG_KIND_AUTO, TG_KIND_AUTO, "");
    typed_is(" \u202e ", TG_KIND_AUTO, TG_KIND_AUTO, "");
}

static const struct {
    const char *text;
    enum tg_kind chosen, kind;
    enum tg_typed_note note;
    const char *say; /* a part of it */
} notes[] = {
    {"0178-22", 0, TG_KIND_PHONE, TG_TYPED_SHORT, "6 digits"},
    {"0178-22-1234", 0, TG_KIND_PHONE, TG_TYPED_NOTHING, ""},
    {"0178-22-12345678", TG_KIND_PHONE, TG_KIND_PHONE, TG_TYPED_LONG, "14 digits"},
    {"+81 178 22 1234", 0, TG_KIND_PHONE, TG_TYPED_NOTHING, ""},
    {"021234567890", 0, TG_KIND_POINT, TG_TYPED_SHORT, "12 of 22"},
    {"02123", TG_KIND_POINT, TG_KIND_POINT, TG_TYPED_SHORT, "5 of 22"},
    {"02-1234-5678-9012-3456-7890", 0, TG_KIND_POINT, TG_TYPED_NOTHING, ""},
    {"02-1234-5678-9012-3456-78901", 0, TG_KIND_POINT, TG_TYPED_LONG, "23 digits"},
    {"12345678901234567", 0, TG_KIND_POINT, TG_TYPED_GAS, "gas"},
    {"02345678901234567", 0, TG_KIND_POINT, TG_TYPED_GAS, "gas"},
    {"1112345678901234567890", 0, TG_KIND_POINT, TG_TYPED_AREA, "01 to 10"},
    {"0012345678901234567890", 0, TG_KIND_POINT, TG_TYPED_AREA, "01 to 10"},
    {"R5.1.13", 0, TG_KIND_DATE, TG_TYPED_DATE, "令和5年1月13日（2023-01-13）"},
    {"2023-01-13", 0, TG_KIND_DATE, TG_TYPED_DATE, "令和5年1月13日（2023-01-13）"},
    {"5/1/13", 0, TG_KIND_DATE, TG_TYPED_WHICH, "平成5年1月13日（1993-01-13）"},
};

static void what_is_said_of_it(void **state)
{
    char say[TG_TYPED_SAY_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        struct tg_typed t = typed(notes[i].text, notes[i].chosen);

        tg_typed_say(&t, 0, say);
        if (t.kind != notes[i].kind || t.note != notes[i].note || strstr(say, notes[i].say) == NULL)
            fail_msg("%s: kind %d, note %d, %s", notes[i].text, (int)t.kind, (int)t.note, say);
        assert_int_equal(t.ready, t.note == TG_TYPED_NOTHING || t.note == TG_TYPED_DATE);
        assert_true((notes[i].say[0] == '\0') == (say[0] == '\0'));
    }
}

static void a_date_is_asked_back(void **state)
{
    struct tg_typed t = typed("5/1/13", TG_KIND_AUTO);
    char say[TG_TYPED_SAY_BYTES];

    (void)state;
    assert_int_equal(t.days.n, 4);
    for (size_t i = 1; i <= t.days.n; i++) {
        char day[TG_WAREKI_TEXT_BYTES];

        tg_wareki_text(t.days.day[i - 1], day);
        tg_typed_say(&t, i, say);
        assert_string_equal(say, day);
    }
    assert_false(t.ready);
}

/* The one key: round through all that it can be, and back. */
static void one_key_changes_it(void **state)
{
    static const struct {
        const char *text;
        enum tg_kind kinds[6];
    } rounds[] = {
        {"0178221234", {TG_KIND_PHONE, TG_KIND_POINT, TG_KIND_CUSTOMER, TG_KIND_PHONE}},
        {"20230113", {TG_KIND_DATE, TG_KIND_PHONE, TG_KIND_POINT, TG_KIND_CUSTOMER, TG_KIND_DATE}},
        {"佐藤", {TG_KIND_NAME, TG_KIND_ADDRESS, TG_KIND_NAME}},
        {"satou", {TG_KIND_KANA, TG_KIND_NAME, TG_KIND_KANA}},
        {"Smith", {TG_KIND_NAME, TG_KIND_NAME}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
        enum tg_kind k = typed(rounds[i].text, TG_KIND_AUTO).kind;

        for (size_t j = 0; rounds[i].kinds[j] != TG_KIND_AUTO; j++) {
            assert_int_equal(k, rounds[i].kinds[j]);
            assert_int_equal(typed(rounds[i].text, k).kind, k);
            k = tg_typed_other(tg_span_str(rounds[i].text), k);
        }
    }
}

/* A paste that is no text, or endless, is an empty box. */
static void nothing_endless(void **state)
{
    static char much[1200 * 1024];
    struct tg_typed t;

    (void)state;
    memset(much, 'a', sizeof much);
    assert_int_equal(tg_typed_read(tg_span(much, sizeof much), TG_KIND_AUTO, LATEST, &t), TG_E_LIMIT);
    assert_int_equal(t.kind, TG_KIND_AUTO);
    assert_false(t.ready);
    assert_int_equal(tg_typed_read(tg_span_str("\xff\xfe"), TG_KIND_AUTO, LATEST, &t), TG_E_FORM);
    for (size_t n = 1; n <= TG_QUERY_BYTES; n++) {
        memset(much, n % 2 ? 'a' : '1', n);
        assert_int_equal(tg_typed_read(tg_span(much, n), TG_KIND_AUTO, LATEST, &t), TG_OK);
    }
}

static json_t *row_of(const char *fields)
{
    TG_BUF_AUTO json = TG_BUF_INIT(4096);
    json_t *row = NULL;

    assert_int_equal(
        tg_buf_addf(&json, "{\"id\":\"a\",\"class\":\"own\",\"fields\":{%s},\"hidden\":{}}", fields), TG_OK);
    assert_int_equal(tg_json_parse(tg_span_buf(&json), &row), TG_OK);
    return row;
}

static const struct {
    const char *said;
    enum tg_err e;
} said[] = {
    {"佐藤", TG_OK},           {"佐藤恵子", TG_OK},
    {"佐藤　恵子", TG_OK},     {"サトウ", TG_OK},
    {"さとう けいこ", TG_OK},  {"satou", TG_OK},
    {"サトー", TG_OK},         {"0178-22-1234", TG_OK},
    {"1234", TG_OK},           {"２２-1234", TG_OK},
    {"内丸1-2-3", TG_OK},      {"内丸１丁目２番３号", TG_OK},
    {"鈴木", TG_E_NOT_FOUND},  {"1235", TG_E_NOT_FOUND},
    {"0178", TG_E_NOT_FOUND},  {"佐", TG_E_FORM},
    {"", TG_E_FORM},           {"123", TG_E_NOT_FOUND},
    {"恵子", TG_E_NOT_FOUND},  {"八戸市", TG_E_NOT_FOUND},
    {"1-2-3", TG_E_NOT_FOUND}, {"内丸1-2-4", TG_E_NOT_FOUND},
    {"  ", TG_E_FORM},         {"\u202e", TG_E_FORM},
};

static void the_caller_fits_or_not(void **state)
{
    json_t *row = row_of("\"name\":\"佐藤 恵子\",\"kana\":\"サトウ ケイコ\",\"phone\":\"0178221234\","
                         "\"address\":\"青森県八戸市内丸1丁目2番3号\"");
    json_t *company = row_of("\"name\":\"株式会社東北電工\"");
    json_t *bare = row_of("\"point\":\"0212345678901234567890\"");

    (void)state;
    assert_true(tg_second_possible(row));
    assert_false(tg_second_possible(bare));
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        enum tg_err e = tg_second_fits(row, tg_span_str(said[i].said));

        if (e != said[i].e)
            fail_msg("%s: %s", said[i].said, tg_err_code(e));
        assert_int_not_equal(tg_second_fits(bare, tg_span_str(said[i].said)), TG_OK);
    }
    assert_int_equal(tg_second_fits(company, tg_span_str("東北電工")), TG_OK);
    assert_int_equal(tg_second_fits(company, tg_span_str("（株）東北電工")), TG_OK);
    assert_int_equal(tg_second_fits(company, tg_span_str("株式会社")), TG_E_NOT_FOUND); /* whose? */
    tg_json_done(&row);
    tg_json_done(&company);
    tg_json_done(&bare);
}

static void bodies_are_json(void **state)
{
    struct tg_search s = {
        .query = "サ\"\\", .purpose = "billing", .case_ref = "", .cursor = NULL, .kind = TG_KIND_KANA};
    TG_BUF_AUTO out = TG_BUF_INIT(TG_HTTP_BODY_BYTES);

    (void)state;
    assert_int_equal(tg_search_write(&s, &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out),
                        "{\"by\":\"kana\",\"query\":\"サ\\\"\\\\\",\"purpose\":\"billing\",\"limit\":40}");
    tg_buf_reset(&out);
    s.kind = TG_KIND_PHONE; /* fewer rows, fewer look-ups against the cap */
    assert_int_equal(tg_search_write(&s, &out), TG_OK);
    assert_non_null(strstr(tg_buf_cstr(&out), "\"by\":\"phone\""));
    assert_non_null(strstr(tg_buf_cstr(&out), "\"limit\":20"));
    tg_buf_reset(&out);
    s.kind = TG_KIND_DATE; /* the server has no such search */
    assert_int_equal(tg_search_write(&s, &out), TG_E_QUERY);
    assert_int_equal(out.n, 0);
    s.case_ref = "A-1";
    assert_int_equal(tg_show_write("r1", &s, &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out), "{\"id\":\"r1\",\"purpose\":\"billing\",\"case\":\"A-1\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_read),
        cmocka_unit_test(what_is_said_of_nothing),
        cmocka_unit_test(other_shapes_are_not_shown),
        cmocka_unit_test(no_more_than_a_page),
        cmocka_unit_test(who_is_read),
        cmocka_unit_test(what_one_may_see_in_words),
        cmocka_unit_test(companies_by_name),
        cmocka_unit_test(telephones_in_groups),
        cmocka_unit_test(classes_differ_by_shape),
        cmocka_unit_test(values_as_they_are_read),
        cmocka_unit_test(romaji_becomes_kana),
        cmocka_unit_test(what_is_said_of_it),
        cmocka_unit_test(a_date_is_asked_back),
        cmocka_unit_test(one_key_changes_it),
        cmocka_unit_test(nothing_endless),
        cmocka_unit_test(the_caller_fits_or_not),
        cmocka_unit_test(aloud_in_groups),
        cmocka_unit_test(bodies_are_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
