/* What staff type into the one box must be taken for what it is in 95 of 100 (CAPABILITIES G1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "ui/text/kind.h"
#include "ui/text/plain.h"

static const char *const names[TG_KIND_COUNT] = {"auto",  "kana",     "name",    "phone",
                                                 "point", "customer", "address", "date"};

static enum tg_kind kind_of(const char *text)
{
    TG_BUF_AUTO plain = TG_BUF_INIT(TG_QUERY_BYTES);

    assert_int_equal(tg_plain(tg_span_str(text), &plain), TG_OK);
    return tg_kind_guess(tg_span_buf(&plain));
}

static void typed_texts(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(64 * 1024);
    unsigned all = 0, right = 0;
    char *save = NULL;

    (void)state;
    assert_int_equal(tg_file_read(getenv("TYPED"), &text), TG_OK);
    char *copy = strdup(tg_buf_cstr(&text));
    for (char *line = strtok_r(copy, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
        char *bar = strchr(line, '|');

        if (line[0] == '#')
            continue;
        assert_non_null(bar);
        *bar = '\0';
        const char *got = names[kind_of(bar + 1)];
        all++;
        right += strcmp(got, line) == 0;
        if (strcmp(got, line) != 0)
            print_message("%s is a %s, and was taken for a %s\n", bar + 1, line, got);
    }
    free(copy);
    print_message("%u of %u\n", right, all);
    assert_true(all >= 120);
    assert_true(right * 100 >= all * 95);
}

static void nothing_and_nonsense(void **state)
{
    (void)state;
    assert_int_equal(kind_of(""), TG_KIND_AUTO);
    assert_int_equal(kind_of(" \t　"), TG_KIND_AUTO);
    assert_int_equal(kind_of("\u202e\u200b"), TG_KIND_AUTO);
    assert_int_equal(kind_of("???"), TG_KIND_NAME);
    assert_int_equal(kind_of("-"), TG_KIND_NAME);
    assert_int_equal(kind_of("+"), TG_KIND_NAME);
}

/* What a person may choose with one key: never what it cannot be. */
static void choices(void **state)
{
    static const struct {
        const char *text;
        enum tg_kind yes[4];
    } cases[] = {
        {"0178221234", {TG_KIND_PHONE, TG_KIND_POINT, TG_KIND_CUSTOMER}},
        {"20230113", {TG_KIND_PHONE, TG_KIND_POINT, TG_KIND_CUSTOMER, TG_KIND_DATE}},
        {"内丸", {TG_KIND_NAME, TG_KIND_ADDRESS}},
        {"サトウ", {TG_KIND_KANA, TG_KIND_NAME, TG_KIND_ADDRESS}},
        {"satou", {TG_KIND_KANA, TG_KIND_NAME}},
        {"smith", {TG_KIND_NAME}},
        {"C12", {TG_KIND_NAME, TG_KIND_CUSTOMER}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (unsigned k = TG_KIND_KANA; k < TG_KIND_COUNT; k++) {
            bool want = false;

            for (size_t j = 0; j < 4; j++)
                want = want || cases[i].yes[j] == (enum tg_kind)k;
            if (tg_kind_may((enum tg_kind)k, tg_span_str(cases[i].text)) != want)
                fail_msg("%s as %s", cases[i].text, names[k]);
        }
}

static void plain_is(const char *text, const char *want)
{
    TG_BUF_AUTO plain = TG_BUF_INIT(TG_QUERY_BYTES);

    assert_int_equal(tg_plain(tg_span_str(text), &plain), TG_OK);
    assert_string_equal(tg_buf_cstr(&plain), want);
}

static void one_form(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(8);

    (void)state;
    plain_is("０２－１２３４　５６７８", "02-1234 5678");
    plain_is(" \t山田\u00a0 太郎 \n", "山田 太郎");
    plain_is("0178ー22−1234", "0178-22-1234");
    plain_is("サトー", "サトー");
    plain_is("1ー", "1ー");
    plain_is("\u202eab\u2066c\ufeff", "abc");
    plain_is("Ａ＆Ｂ（株）", "A&B(株)");
    assert_int_equal(tg_plain(tg_span_str("\xff"), &out), TG_E_FORM);
    assert_int_equal(tg_plain(tg_span_str("123456789"), &out), TG_E_LIMIT);
}

static void shown_is(struct tg_span text, const char *want)
{
    TG_BUF_AUTO out = TG_BUF_INIT(256);

    assert_int_equal(tg_plain_shown(text, &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out), want);
}

/* Nothing unseen, nothing that turns or covers what stands beside it; everything else as it is. */
static void as_it_is_shown(void **state)
{
    static uint8_t noise[65536];
    TG_BUF_AUTO out = TG_BUF_INIT(4 * sizeof noise);
    uint32_t dice = 7, cp;

    (void)state;
    shown_is(tg_span_str("A&B商事 <b>"), "A&B商事 <b>");
    shown_is(tg_span_str("\u202eabc\u2066\n\t\x1b[m"), "\ufffdabc\ufffd\ufffd\ufffd\ufffd[m");
    shown_is(tg_span_str("葛\U000e0100城 か\u3099"),
             "葛\U000e0100城 か\u3099"); /* a variant of a kanji, が in two */
    shown_is(tg_span_str("a\u0301\u0302\u0303\u0304b\u0301"), "a\u0301\u0302\ufffd\ufffdb\u0301");
    shown_is(tg_span("a\xff\xe4\xbd"
                     "b",
                     5),
             "a\ufffd\ufffd\ufffdb");
    shown_is(tg_span("a\0b", 3), "a\ufffdb");
    for (size_t i = 0; i < sizeof noise; i++) {
        dice = dice * 1664525u + 1013904223u;
        noise[i] = (uint8_t)(dice >> 24);
    }
    assert_int_equal(tg_plain_shown(tg_span(noise, sizeof noise), &out), TG_OK);
    assert_true(tg_text_clean(tg_span_buf(&out)));
    for (struct tg_span s = tg_span_buf(&out); tg_plain_next(&s, &cp);)
        assert_false((cp >= 0x200b && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e) ||
                     (cp >= 0x2066 && cp <= 0x2069));
    TG_BUF_AUTO small = TG_BUF_INIT(8);
    assert_int_equal(tg_plain_shown(tg_span_str("123456789"), &small), TG_E_LIMIT);
    assert_int_equal(small.n, 8); /* what fits is there */
}

static void points(void **state)
{
    static const char *const grouped[][2] = {{"", ""},
                                             {"02", "02"},
                                             {"021", "02-1"},
                                             {"021234", "02-1234"},
                                             {"0212345", "02-1234-5"},
                                             {"0212345678901234567890", "02-1234-5678-9012-3456-7890"},
                                             {"02123456789012345678901", "02-1234-5678-9012-3456-78901"}};
    char out[2 * TG_DIGITS_TYPED], digits[TG_DIGITS_TYPED];

    (void)state;
    for (size_t i = 0; i < sizeof grouped / sizeof *grouped; i++) {
        tg_point_group(grouped[i][0], out);
        assert_string_equal(out, grouped[i][1]);
    }
    for (unsigned area = 0; area < 100; area++) {
        char two[3] = {(char)('0' + area / 10), (char)('0' + area % 10), 0};

        assert_int_equal(tg_point_area(two), area >= 1 && area <= 10);
    }
    assert_int_equal(tg_plain_digits(tg_span_str("+81 (0)178-22.12/34"), digits), 12);
    assert_int_equal(tg_plain_digits(tg_span_str("1+1"), digits), 0);
    assert_int_equal(tg_plain_digits(tg_span_str("0178x"), digits), 0);
    assert_int_equal(tg_plain_digits(tg_span_str("1234567890123456789012345678901"), digits), 31);
    assert_int_equal(tg_plain_digits(tg_span_str("12345678901234567890123456789012"), digits), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_texts), cmocka_unit_test(nothing_and_nonsense), cmocka_unit_test(choices),
        cmocka_unit_test(one_form),    cmocka_unit_test(as_it_is_shown),       cmocka_unit_test(points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
