/* consents.csv: what is taken, what is refused and where, and that it is optional. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder.h"
#include "server/staff/staff.h"

#define HEAD "consent,company,point,purpose,from,to\n"
#define POINT_A "0212345678901234567890"
#define GOOD "R0012," POINT_A ",switching,2026-11-01,2026-12-01\n"

static void fill(void)
{
    folder_put("companies.csv", COMPANIES);
    folder_put("staff.csv", STAFF_HEAD);
    folder_put("cards.csv", CARDS_HEAD);
    folder_drop("consents.csv");
}

static enum tg_err import(const char *what, const char *text, char *report, size_t size)
{
    TG_BUF_AUTO out = TG_BUF_INIT(64 * 1024);
    char in[128];
    folder_put("in.csv", text);
    (void)snprintf(in, sizeof in, "%s", folder_path("in.csv"));
    enum tg_err e = tg_book_import(folder, what, in, &out);
    (void)snprintf(report, size, "%s", tg_buf_cstr(&out));
    return e;
}

static struct tg_staff_book *load(void)
{
    struct tg_staff_book *b = NULL;
    char why[256];
    assert_int_equal(tg_book_load(folder, &b, why, sizeof why), TG_OK);
    return b;
}

static void taken(void **state)
{
    char report[4096], day[11];
    (void)state;
    fill();
    struct tg_staff_book *b = load();
    assert_null(tg_book_consent(b, "C-1"));
    tg_book_unref(&b);
    assert_int_equal(import("consents",
                            HEAD
                            "D/2026:11#7,TOHOKU,10-1234-5678-9012-3456-7890,moving,2026-11-20,2026-11-20\n"
                            "C-1," GOOD,
                            report, sizeof report),
                     TG_OK);
    assert_non_null(strstr(report, "consents.csv: 文字コード / encoding UTF-8\n"));
    assert_non_null(strstr(report, "consents 2"));
    b = load();
    const struct tg_consent *c = tg_book_consent(b, "C-1");
    assert_non_null(c);
    assert_string_equal(c->ref, "C-1");
    assert_string_equal(c->company, "R0012");
    assert_string_equal(c->point, POINT_A);
    assert_string_equal(c->purpose, "switching");
    tg_day_text(c->from, day);
    assert_string_equal(day, "2026-11-01");
    tg_day_text(c->to, day);
    assert_string_equal(day, "2026-12-01");
    c = tg_book_consent(b, "D/2026:11#7");
    assert_non_null(c);
    assert_string_equal(c->point, "1012345678901234567890");
    assert_int_equal(c->from, c->to);
    assert_null(tg_book_consent(b, "c-1"));
    assert_null(tg_book_consent(b, "C-10"));
    assert_null(tg_book_consent(b, ""));
    tg_book_unref(&b);
}

static const struct {
    const char *text, *place;
} bad[] = {
    {"C-1,NOBODY," POINT_A ",switching,2026-11-01,2026-12-01\n", "consents.csv:2: company: "},
    {"C-1,TOHOKU-NW," POINT_A ",switching,2026-11-01,2026-12-01\n", "consents.csv:2: company: "},
    {"C-1,ITAKU," POINT_A ",switching,2026-11-01,2026-12-01\n", "consents.csv:2: company: "},
    {"C-1,," POINT_A ",switching,2026-11-01,2026-12-01\n", "consents.csv:2: company: "},
    {"C-1,R0012,,switching,2026-11-01,2026-12-01\n", "consents.csv:2: point: "},
    {"C-1,R0012,021234567890123456789,switching,2026-11-01,2026-12-01\n", "consents.csv:2: point: "},
    {"C-1,R0012,02123456789012345678901,switching,2026-11-01,2026-12-01\n", "consents.csv:2: point: "},
    {"C-1,R0012,0012345678901234567890,switching,2026-11-01,2026-12-01\n", "consents.csv:2: point: "},
    {"C-1,R0012,1112345678901234567890,switching,2026-11-01,2026-12-01\n", "consents.csv:2: point: "},
    {"C-1,R0012,0a12345678901234567890,switching,2026-11-01,2026-12-01\n", "consents.csv:2: point: "},
    {"C-1,R0012,02123456789012345,switching,2026-11-01,2026-12-01\n", "gas number"},
    {"C-1,R0012," POINT_A ",Switching,2026-11-01,2026-12-01\n", "consents.csv:2: purpose: "},
    {"C-1,R0012," POINT_A ",,2026-11-01,2026-12-01\n", "consents.csv:2: purpose: "},
    {"C-1,R0012," POINT_A ",switching,,2026-12-01\n", "consents.csv:2: from: "},
    {"C-1,R0012," POINT_A ",switching,2026-11-01,\n", "consents.csv:2: to: "},
    {"C-1,R0012," POINT_A ",switching,2026-11-31,2026-12-01\n", "consents.csv:2: from: "},
    {"C-1,R0012," POINT_A ",switching,2026-11-02,2026-11-01\n", "consents.csv:2: to: "},
    /* 31 days from 2026-11-01 on end with 2026-12-01 (GOOD); this is the 32nd */
    {"C-1,R0012," POINT_A ",switching,2026-11-01,2026-12-02\n", "consents.csv:2: to: 31"},
    {"C-1,R0012," POINT_A ",switching,1868-01-01,9999-12-31\n", "consents.csv:2: to: 31"},
    {"C 1," GOOD, "consents.csv:2: consent: "},
    {"," GOOD, "consents.csv:2: consent: "},
    {"C123456789012345678901234567890123456789012345678901234567890123X," GOOD, "consents.csv:2: consent: "},
    {"C-1," GOOD "C-2," GOOD "C-1," GOOD, "consents.csv:4: consent: "},
    {"C-1,R0012," POINT_A ",switching,2026-11-01\n", "consents.csv:2: 列"},
};

static void refused(void **state)
{
    static char text[4096], report[4096];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fill();
        folder_put("consents.csv", HEAD "OLD," GOOD);
        (void)snprintf(text, sizeof text, "%s%s", HEAD, bad[i].text);
        assert_int_equal(import("consents", text, report, sizeof report), TG_E_IMPORT);
        if (strstr(report, bad[i].place) == NULL)
            fail_msg("case %zu: no \"%s\" in:\n%s", i, bad[i].place, report);
        assert_non_null(strstr(report, "1 faults; nothing was changed"));
        assert_string_equal(folder_get("consents.csv"), HEAD "OLD," GOOD);
        /* What an import refuses, a server that finds it in its folder refuses too. */
        struct tg_staff_book *b = NULL;
        char why[256];
        folder_put("consents.csv", text);
        assert_int_equal(tg_book_load(folder, &b, why, sizeof why), TG_E_IMPORT);
        assert_null(b);
        assert_memory_equal(why, "consents.csv:", 13);
    }
}

/* A company that a consent names cannot go while the consent stands. */
static void company_stays(void **state)
{
    char report[4096];
    (void)state;
    fill();
    assert_int_equal(import("consents", HEAD "C-1," GOOD, report, sizeof report), TG_OK);
    assert_int_equal(
        import("companies", "code,name,kind,home\nTOHOKU,東北電力,retail,yes\n", report, sizeof report),
        TG_E_IMPORT);
    assert_non_null(strstr(report, "consents.csv:2: company: "));
    assert_string_equal(folder_get("companies.csv"), COMPANIES);
}

static void cp932(void **state)
{
    char report[4096];
    (void)state;
    fill();
    /* nothing but the company's name could be written in kanji, so the encoding shows in a faulty line only
     */
    assert_int_equal(import("consents", HEAD "C-1," GOOD "\x93\xAF\x88\xD3," GOOD, report, sizeof report),
                     TG_E_IMPORT);
    assert_non_null(strstr(report, "encoding CP932\n"));
    assert_non_null(strstr(report, "consents.csv:3: consent: "));
    assert_int_equal(import("consents", "\xEF\xBB\xBF" HEAD "C-1," GOOD, report, sizeof report), TG_OK);
    assert_non_null(strstr(report, "encoding UTF-8 (BOM)\n"));
    assert_string_equal(folder_get("consents.csv"), HEAD "C-1," GOOD);
}

static void large(void **state)
{
    enum { MANY = 30000 };
    (void)state;
    fill();
    FILE *f = fopen(folder_path("consents.csv"), "wb");
    assert_non_null(f);
    (void)fputs(HEAD, f);
    for (int i = MANY; i > 0; i--)
        (void)fprintf(f, "C-%d,R0012,02%020d,switching,2026-11-01,2026-12-01\n", i * 7919 % 1000003, i);
    assert_int_equal(fclose(f), 0);
    struct tg_staff_book *b = load();
    for (int i = 1; i <= MANY; i++) {
        char ref[32], point[32];
        (void)snprintf(ref, sizeof ref, "C-%d", i * 7919 % 1000003);
        (void)snprintf(point, sizeof point, "02%020d", i);
        const struct tg_consent *c = tg_book_consent(b, ref);
        assert_non_null(c);
        assert_string_equal(c->point, point);
    }
    tg_book_unref(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taken), cmocka_unit_test(refused), cmocka_unit_test(company_stays),
        cmocka_unit_test(cp932), cmocka_unit_test(large),
    };
    if (folder_make() != 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    folder_remove();
    return failed;
}
