#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/text/romaji.h"

/* typed, katakana, what is left over */
static const char *const cases[][3] = {
    {"yamada", "ヤマダ", ""},
    {"Yamada Tarou", "ヤマダ タロウ", ""},
    {"suzuki", "スズキ", ""},
    {"satou", "サトウ", ""},
    {"shinbashi", "シンバシ", ""},
    {"shimbashi", "シンバシ", ""},
    {"sinbasi", "シンバシ", ""},
    {"kanna", "カンナ", ""},
    {"kan'na", "カンナ", ""},
    {"kan", "カン", ""},
    {"kann", "カン", ""},
    {"sannpo", "サンポ", ""},
    {"ken'ichi", "ケンイチ", ""},
    {"kenichi", "ケニチ", ""},
    {"junnya", "ジュンニャ", ""},
    {"jun'ya", "ジュンヤ", ""},
    {"hattori", "ハットリ", ""},
    {"kitchen", "キッチェン", ""},
    {"hacchi", "ハッチ", ""},
    {"ryuusei", "リュウセイ", ""},
    {"ko-po", "コーポ", ""},
    {"denryoku", "デンリョク", ""},
    {"di", "ヂ", ""},
    {"dhi", "ディ", ""},
    {"thi", "ティ", ""},
    {"vaiorin", "ヴァイオリン", ""},
    {"xtsu", "ッ", ""},
    {"TSURU", "ツル", ""},
    {"yam", "ヤ", "m"},
    {"ky", "", "ky"},
    {"tokyo q", "トキョ ", "q"},
    {"abc", "ア", "bc"},
    {"ya山", "ヤ", "山"},
    {"kk", "ッ", "k"},
    {"", "", ""},
    {"3", "", "3"},
};

static void reads_as_typed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TG_BUF_AUTO out = TG_BUF_INIT(1024);
        struct tg_span rest = {0};

        assert_int_equal(tg_romaji_kana(tg_span_str(cases[i][0]), &out, &rest), TG_OK);
        if (!tg_span_is(tg_span_buf(&out), cases[i][1]) || !tg_span_is(rest, cases[i][2]))
            fail_msg("%s: %.*s and %.*s", cases[i][0], (int)out.n, (const char *)out.p, (int)rest.n,
                     (const char *)rest.p);
    }
}

/* What a person types letter by letter is never taken back: each beginning gives a beginning. ン is the one
 * exception that Japanese itself makes: n may still become な.
 */
static void grows_as_it_is_typed(void **state)
{
    static const char word[] = "hattorishouichi";
    TG_BUF_AUTO before = TG_BUF_INIT(1024);

    (void)state;
    for (size_t n = 1; n < sizeof word; n++) {
        TG_BUF_AUTO now = TG_BUF_INIT(1024);
        struct tg_span rest = {0};

        assert_int_equal(tg_romaji_kana(tg_span(word, n), &now, &rest), TG_OK);
        assert_true(now.n >= before.n && (before.n == 0 || memcmp(now.p, before.p, before.n) == 0));
        tg_buf_reset(&before);
        assert_int_equal(tg_buf_add_span(&before, tg_span_buf(&now)), TG_OK);
    }
    assert_true(tg_span_is(tg_span_buf(&before), "ハットリショウイチ"));
}

static void any_bytes(void **state)
{
    static const char letters[] = "aiueokstnhmyrwgzdbpcfjv-' ";
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[12];
        TG_BUF_AUTO out = TG_BUF_INIT(1024);
        struct tg_span rest = {0};

        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = round % 2 == 0 ? (uint8_t)(seed >> 24)
                                      : (uint8_t)letters[(seed >> 24) % (sizeof letters - 1)];
        }
        assert_int_equal(tg_romaji_kana(tg_span(bytes, sizeof bytes), &out, &rest), TG_OK);
        assert_true(rest.n <= sizeof bytes);
        assert_ptr_equal(rest.p + rest.n, bytes + sizeof bytes);
    }
}

static void keeps_its_ceiling(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(6);
    struct tg_span rest = {0};

    (void)state;
    assert_int_equal(tg_romaji_kana(tg_span_str("yamada"), &out, &rest), TG_E_LIMIT);
    assert_true(tg_span_is(tg_span_buf(&out), "ヤマ"));
    assert_true(tg_span_is(rest, "da"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_as_typed),
        cmocka_unit_test(grows_as_it_is_typed),
        cmocka_unit_test(any_bytes),
        cmocka_unit_test(keeps_its_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
