/* Whose name fits a record: written another way it does, in part or nearly it does not. */
#include "tests/unit/records/fixture.h"

static bool named(const char *json, const char *typed)
{
    struct tg_row row = {.json = tg_span_str(json)};

    return tg_row_is_named(&row, tg_span_str(typed));
}

static void fits(void **state)
{
    static const char person[] = "{\"name\":\"山田 太郎\",\"kana\":\"ヤマダ タロウ\",\"point\":\"02\"}";
    static const char company[] = "{\"name\":\"株式会社東北電工\",\"kana\":\"カ)トウホクデンコウ\"}";
    static const char *const right[] = {"山田太郎",      "山田 太郎", "山田　太郎",
                                        "ヤマダ タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ",  "やまだ たろう"};
    static const char *const wrong[] = {"山田",
                                        "山田 次郎",
                                        "ヤマタ タロウ",
                                        "ヤマダ",
                                        "ヤマダ タロ",
                                        "ヤマダ タロウコ",
                                        "山田太郎子",
                                        "太郎",
                                        "タロウ",
                                        "02",
                                        "",
                                        "山",
                                        "\xff\xfe"};

    (void)state;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        assert_true(named(person, right[i]));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(named(person, wrong[i]));
    }
    assert_true(named(company, "（株）東北電工"));
    assert_true(named(company, "株式会社 東北電工"));
    assert_false(named(company, "電工"));
    assert_false(named(company, "株式会社"));
    assert_false(named("{}", "山田太郎"));
    assert_false(named("{\"name\":\"\",\"kana\":\"\"}", ""));
    assert_false(tg_row_is_named(NULL, tg_span_str("該当 なし"))); /* nobody has no name */
    assert_false(tg_row_is_named(NULL, tg_span_str("ガイトウ ナシ")));
}

/* Longer than keys are: then to the letter. */
static void long_names(void **state)
{
    TG_BUF_AUTO json = TG_BUF_INIT(4096), name = TG_BUF_INIT(4096), other = TG_BUF_INIT(4096);

    (void)state;
    for (int i = 0; i < 60; i++) {
        assert_int_equal(tg_buf_add_str(&name, "東"), TG_OK);
        assert_int_equal(tg_buf_add_str(&other, i < 59 ? "東" : "西"), TG_OK);
    }
    assert_int_equal(tg_buf_addf(&json, "{\"name\":\"%s\"}", tg_buf_cstr(&name)), TG_OK);
    assert_true(named(tg_buf_cstr(&json), tg_buf_cstr(&name)));
    assert_false(named(tg_buf_cstr(&json), tg_buf_cstr(&other)));
}

static void points(void **state)
{
    (void)state;
    assert_true(tg_point_is("0200000000000000000003", tg_span_str("02-0000-0000-0000-0000-0003")));
    assert_true(tg_point_is("0200000000000000000003", tg_span_str("0200000000000000000003")));
    assert_false(tg_point_is("0200000000000000000003", tg_span_str("0200000000000000000004")));
    assert_false(tg_point_is("0200000000000000000003", tg_span_str("02000000000000000003")));
    assert_false(tg_point_is("0200000000000000000003", tg_span_str("")));
    assert_false(tg_point_is("", tg_span_str("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fits), cmocka_unit_test(long_names),
                                       cmocka_unit_test(points)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
