#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/text/readback.h"

/* "seen=said|seen=said" */
static void is_read(struct tg_readback *r, const char *wanted)
{
    char got[4096] = "";

    for (size_t i = 0; i < tg_readback_count(r); i++) {
        struct tg_readback_piece p = tg_readback_at(r, i);
        size_t n = strlen(got);

        assert_true(snprintf(got + n, sizeof got - n, "%s%s=%s", i > 0 ? "|" : "", p.seen, p.said) > 0);
    }
    assert_string_equal(got, wanted);
    tg_readback_free(&r);
    assert_null(r);
}

static struct tg_readback *digits(const char *text, const unsigned *sizes)
{
    struct tg_readback *r = NULL;

    assert_int_equal(tg_readback_digits(tg_span_str(text), sizes, &r), TG_OK);
    return r;
}

static struct tg_readback *kana(const char *text)
{
    struct tg_readback *r = NULL;

    assert_int_equal(tg_readback_kana(tg_span_str(text), &r), TG_OK);
    return r;
}

static void digits_in_groups(void **state)
{
    (void)state;
    is_read(digits("0178-45-9720", NULL), "0178=ゼロ イチ ナナ ハチ|45=ヨン ゴ|9720=キュウ ナナ ニ ゼロ");
    is_read(digits("(0178) 45", NULL), "0178=ゼロ イチ ナナ ハチ|45=ヨン ゴ");
    is_read(digits("123456", NULL), "1234=イチ ニ サン ヨン|56=ゴ ロク");
    is_read(digits("0212345678", tg_readback_point),
            "02=ゼロ ニ|1234=イチ ニ サン ヨン|5678=ゴ ロク ナナ ハチ");
    is_read(digits("", NULL), "");
    is_read(digits("--", NULL), "");
}

static void a_whole_point(void **state)
{
    struct tg_readback *r = digits("0200112345678901234567", tg_readback_point);

    (void)state;
    assert_int_equal(tg_readback_count(r), 6);
    assert_string_equal(tg_readback_at(r, 0).seen, "02");
    assert_string_equal(tg_readback_at(r, 5).seen, "4567");
    assert_string_equal(tg_readback_at(r, 6).seen, "");
    tg_readback_free(&r);
}

/* Heard wrongly over the telephone: の as 5, 番 as 3; シ and シチ for one another, and レイ. */
static void nothing_that_is_misheard(void **state)
{
    struct tg_readback *r = digits("01234567890123456789", NULL);

    (void)state;
    for (size_t i = 0; i < tg_readback_count(r); i++) {
        const char *said = tg_readback_at(r, i).said;

        assert_null(strstr(said, "の"));
        assert_null(strstr(said, "番"));
        assert_null(strstr(said, "シ"));
        assert_null(strstr(said, "レイ"));
    }
    tg_readback_free(&r);
}

static void kana_by_the_table(void **state)
{
    (void)state;
    is_read(kana("ヤマダ"), "ヤ=大和のヤ|マ=マッチのマ|ダ=煙草のタに濁点");
    is_read(kana("ポッポー"), "ポ=保険のホに半濁点|ッ=鶴亀のツ、小さいツ|ポ=保険のホに半濁点|ー=長音");
    is_read(kana("ア 田A"), "ア=朝日のア|田=田|A=A");
}

/* Every katakana from ァ to ー has a word. */
static void no_kana_without_a_word(void **state)
{
    (void)state;
    for (uint32_t cp = 0x30a1; cp <= 0x30fc; cp++) {
        char text[4] = {(char)(0xe0 | cp >> 12), (char)(0x80 | (cp >> 6 & 0x3f)), (char)(0x80 | (cp & 0x3f)),
                        0};
        struct tg_readback *r = NULL;

        if (cp >= 0x30f7 && cp <= 0x30fb) /* ヷ ヸ ヹ ヺ ・: in no name */
            continue;
        r = kana(text);
        assert_int_equal(tg_readback_count(r), 1);
        if (strcmp(tg_readback_at(r, 0).said, text) == 0)
            fail_msg("%s", text);
        tg_readback_free(&r);
    }
}

static void bounded(void **state)
{
    char many[4 * (TG_READBACK_PIECES + 1) + 1];
    struct tg_readback *r = NULL;

    (void)state;
    memset(many, '1', sizeof many - 1);
    many[sizeof many - 1] = 0;
    assert_int_equal(tg_readback_digits(tg_span_str(many), NULL, &r), TG_E_LIMIT);
    assert_int_equal(tg_readback_kana(tg_span_str("\xe3\x82"), &r), TG_E_FORM);
    assert_null(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_in_groups),         cmocka_unit_test(a_whole_point),
        cmocka_unit_test(nothing_that_is_misheard), cmocka_unit_test(kana_by_the_table),
        cmocka_unit_test(no_kana_without_a_word),   cmocka_unit_test(bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
