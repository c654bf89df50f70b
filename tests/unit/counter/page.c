#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "certs/base/limits.h"
#include "ui/desk/aloud.h"
#include "ui/desk/labels.h"
#include "ui/desk/page.h"
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

static void typed_is(const char *text, enum tg_kind kind, const char *query, bool romaji)
{
    TG_BUF_AUTO out = TG_BUF_INIT(TG_QUERY_BYTES);
    bool was = !romaji;

    assert_int_equal(tg_typed_query(tg_span_str(text), kind, &out, &was), TG_OK);
    assert_string_equal(tg_buf_cstr(&out), query);
    assert_int_equal(was, romaji);
}

static void romaji_becomes_kana(void **state)
{
    (void)state;
    typed_is("satou", TG_KIND_AUTO, "サトウ", true);
    typed_is("Yamada Tarou", TG_KIND_KANA, "ヤマダ タロウ", true);
    typed_is("satou", TG_KIND_NAME, "satou", false); /* the person's word counts */
    typed_is("C0012345", TG_KIND_AUTO, "C0012345", false);
    typed_is("0178-45-0000", TG_KIND_AUTO, "0178-45-0000", false);
    typed_is("satoky", TG_KIND_AUTO, "satoky", false); /* not all of it can be read */
    typed_is("佐藤", TG_KIND_AUTO, "佐藤", false);
    typed_is("", TG_KIND_AUTO, "", false);
}

static void bodies_are_json(void **state)
{
    struct tg_search s = {
        .query = "サ\"\\", .purpose = "billing", .case_ref = "", .cursor = NULL, .kind = TG_KIND_KANA};
    TG_BUF_AUTO out = TG_BUF_INIT(TG_HTTP_BODY_BYTES);

    (void)state;
    assert_int_equal(tg_search_write(&s, &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out),
                        "{\"by\":\"kana\",\"query\":\"サ\\\"\\\\\",\"purpose\":\"billing\",\"limit\":100}");
    tg_buf_reset(&out);
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
        cmocka_unit_test(classes_differ_by_shape),
        cmocka_unit_test(values_as_they_are_read),
        cmocka_unit_test(romaji_becomes_kana),
        cmocka_unit_test(aloud_in_groups),
        cmocka_unit_test(bodies_are_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
