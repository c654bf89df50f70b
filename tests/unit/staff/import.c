/* Imports: every fault is named by line and column, nothing changes unless everything holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "folder.h"
#include "server/staff/staff.h"

#define UUID "0f8fad5b-d9cb-469f-a165-70867728950e"
#define POST ",a,retail.counter,本店,,,\n"
static const char old_staff[] = STAFF_HEAD "p1,一郎,TOHOKU,,,,a,retail.counter,本店,,,\n";
static const char old_cards[] = CARDS_HEAD UUID ",p1,active\n";

static void fill(void)
{
    folder_put("companies.csv", COMPANIES);
    folder_put("staff.csv", old_staff);
    folder_put("cards.csv", old_cards);
}

static enum tg_err import(const char *what, const char *text, char *report, size_t size)
{
    TG_BUF_AUTO out = TG_BUF_INIT(256 * 1024);
    folder_put("in.csv", text);
    char in[128];
    (void)snprintf(in, sizeof in, "%s", folder_path("in.csv"));
    enum tg_err e = tg_book_import(folder, what, in, &out);
    (void)snprintf(report, size, "%s", tg_buf_cstr(&out));
    return e;
}

/* What must be refused, and the place that the report must name. */
static const struct {
    const char *what, *text, *place;
} bad[] = {
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,," POST "p1,n,TOHOKU,,," POST, "staff.csv:3: post: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,,,,,,\np1,n,TOHOKU,,,,,,,,,\n", "staff.csv:3: person: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,," POST "p1,n,TOHOKU,,,,,,,,,\n", "staff.csv:3: person: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,," POST "p1,other,TOHOKU,,,,b,retail.counter,本店,,,\n",
     "staff.csv:3: name: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,," POST "p1,n,R0012,,,,b,retail.counter,本店,,,\n",
     "staff.csv:3: company: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,," POST "p1,n,TOHOKU,,,2023-01-01,b,retail.counter,本店,,,\n",
     "staff.csv:3: left: "},
    {"staff", STAFF_HEAD "p1,n,ITAKU,TOHOKU,2024-01-01," POST "p1,n,ITAKU,TOHOKU,2025-01-01,,b,r,本店,,,\n",
     "staff.csv:3: contract_end: "},
    {"staff", STAFF_HEAD "p1,n,ITAKU,TOHOKU,2024-01-01," POST "p1,n,ITAKU,R0012,2024-01-01,,b,r,本店,,,\n",
     "staff.csv:3: sponsor: "},
    {"staff", STAFF_HEAD "p1,n,NOBODY,,," POST, "staff.csv:2: company: "},
    {"staff", STAFF_HEAD "p1,n,,,," POST, "staff.csv:2: company: "},
    {"staff", STAFF_HEAD "p1,n,ITAKU,,2024-01-01," POST, "staff.csv:2: sponsor: "},
    {"staff", STAFF_HEAD "p1,n,ITAKU,NOBODY,2024-01-01," POST, "staff.csv:2: sponsor: "},
    {"staff", STAFF_HEAD "p1,n,ITAKU,ITAKU,2024-01-01," POST, "staff.csv:2: sponsor: "},
    {"staff", STAFF_HEAD "p1,n,ITAKU,TOHOKU,," POST, "staff.csv:2: contract_end: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,R0012,," POST, "staff.csv:2: sponsor: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,2024-01-01," POST, "staff.csv:2: contract_end: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,2023-02-29" POST, "staff.csv:2: left: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,r,本店,,2023-01-02,2023-01-01\n", "staff.csv:2: to: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,r,本店,,1/2/2023,\n", "staff.csv:2: from: "},
    {"staff", STAFF_HEAD "p 1,n,TOHOKU,,," POST, "staff.csv:2: person: "},
    {"staff", STAFF_HEAD ",n,TOHOKU,,," POST, "staff.csv:2: person: "},
    {"staff", STAFF_HEAD "p1,,TOHOKU,,," POST, "staff.csv:2: name: "},
    {"staff", STAFF_HEAD "p1,a\tb,TOHOKU,,," POST, "staff.csv:2: name: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,Retail.counter,本店,,,\n", "staff.csv:2: role: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,retail counter,本店,,,\n", "staff.csv:2: role: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,1role,本店,,,\n", "staff.csv:2: role: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,,本店,,,\n", "staff.csv:2: role: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,r,,,,\n", "staff.csv:2: office: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,r,本店,2201,,\n", "staff.csv:2: areas: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,r,本店,02201  02202,,\n", "staff.csv:2: areas: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,r,本店,04100,,\n", "staff.csv:2: areas: 政令指定都市"},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,r,本店,02201 15100 02202,,\n", "staff.csv:2: areas: 政令指定都市"},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,r,本店,02201 43100,,\n", "staff.csv:2: areas: 政令指定都市"},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,r,本店,02201 ,,\n", "staff.csv:2: areas: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,,r,,,,\n", "staff.csv:2: role: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,,,,,,2023-01-01\n", "staff.csv:2: to: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU,,,,a-post-name-that-is-much-too-long,r,本店,,,\n",
     "staff.csv:2: post: "},
    {"staff", STAFF_HEAD "p1,n,TOHOKU\n", "staff.csv:2: 列"},
    {"staff", STAFF_HEAD "\n", "staff.csv:2: 列"},
    {"staff", "\xEF\xBB\xBF" STAFF_HEAD "p1,\xFF,TOHOKU,,," POST, "UTF-8"},
    {"staff", "name,person,company,sponsor,contract_end,left,post,role,office,areas,from,to\n",
     "staff.csv:1: "},
    {"staff", "", "staff.csv:1: "},
    {"cards", CARDS_HEAD UUID ",p9,active\n", "cards.csv:2: person: "},
    {"cards", CARDS_HEAD "0f8fad5b-d9cb-469f-a165-7086772895,p1,active\n", "cards.csv:2: card: "},
    {"cards", CARDS_HEAD "0f8fad5bxd9cb-469f-a165-70867728950e,p1,active\n", "cards.csv:2: card: "},
    {"cards", CARDS_HEAD "0f8fad5b-d9cb-469f-a165-70867728950g,p1,active\n", "cards.csv:2: card: "},
    {"cards", CARDS_HEAD UUID ",p1,active\n0F8FAD5B-d9cb-469f-a165-70867728950E,p1,active\n",
     "cards.csv:3: card: "},
    {"cards", CARDS_HEAD UUID ",p1,on\n", "cards.csv:2: status: "},
    {"companies", "code,name,kind,home\nA,a,retail,yes\nA,b,retail,no\n", "companies.csv:3: code: "},
    {"companies", "code,name,kind,home\nA,a,retail,yes\nB,b,retail,yes\n", "companies.csv:3: home: "},
    {"companies", "code,name,kind,home\nA,a,network,yes\n", "companies.csv:2: home: "},
    {"companies", "code,name,kind,home\nA,a,bank,yes\n", "companies.csv:2: kind: "},
    {"companies", "code,name,kind,home\nA_B,a,retail,yes\n", "companies.csv:2: code: "},
    {"companies", "code,name,kind,home\nTOO-LONG-A-CODE-X,a,retail,yes\n", "companies.csv:2: code: "},
    {"companies", "code,name,kind,home\nA,a,retail,maybe\n", "companies.csv:2: home: "},
    {"companies", "code,name,kind,home\nA,a,retail,no\n", "companies.csv: home: "},
    {"companies", "code,name,kind,home,phone\nA,a,retail,yes,call me\n", "companies.csv:2: phone: "},
    {"companies", "code,name,kind,home,phone\nA,a,retail,yes\n", "companies.csv:2: "},
    {"companies", "code,name,kind,home\nA,a,retail,yes,0120-000-175\n", "companies.csv:2: "},
    {"companies", "code,name,kind,phone\nA,a,retail,0120-000-175\n", "companies.csv:1: "},
    /* the staff on file would lose their company */
    {"companies", "code,name,kind,home\nR9,a,retail,yes\n", "staff.csv:2: company: "},
};

static void refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char report[4096];
        fill();
        assert_int_equal(import(bad[i].what, bad[i].text, report, sizeof report), TG_E_IMPORT);
        if (strstr(report, bad[i].place) == NULL)
            fail_msg("case %zu: no \"%s\" in:\n%s", i, bad[i].place, report);
        assert_non_null(strstr(report, "1 faults; nothing was changed"));
        assert_string_equal(folder_get("staff.csv"), old_staff);
        assert_string_equal(folder_get("cards.csv"), old_cards);
        assert_string_equal(folder_get("companies.csv"), COMPANIES);
    }
}

/* All faults of a file in one report, by line; too many are counted but not listed. */
static void whole_report(void **state)
{
    static char text[256 * 1024], report[256 * 1024];
    (void)state;
    fill();
    assert_int_equal(import("staff",
                            STAFF_HEAD "p1,n,NOBODY,,," POST "p2,n,TOHOKU,,," POST "p 3,,TOHOKU,,," POST,
                            report, sizeof report),
                     TG_E_IMPORT);
    const char *a = strstr(report, "staff.csv:2: company: "), *b = strstr(report, "staff.csv:4: person: ");
    const char *c = strstr(report, "staff.csv:4: name: ");
    assert_true(a != NULL && b != NULL && c != NULL && a < b && a < c);
    assert_null(strstr(report, "staff.csv:3"));
    assert_null(strstr(report, "NOBODY"));
    assert_non_null(strstr(report, "3 faults"));

    size_t n = (size_t)snprintf(text, sizeof text, "%s", STAFF_HEAD);
    for (int i = 0; i < 1500; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "p%d,n,NOBODY,,," POST, i);
    assert_int_equal(import("staff", text, report, sizeof report), TG_E_IMPORT);
    assert_non_null(strstr(report, "1500 faults"));
    assert_non_null(strstr(report, "staff.csv:1001: "));
    assert_null(strstr(report, "staff.csv:1002: "));
}

static void too_many_posts(void **state)
{
    char text[4096], report[4096];
    (void)state;
    fill();
    for (unsigned posts = TG_POSTS_PER_PERSON; posts <= TG_POSTS_PER_PERSON + 1; posts++) {
        size_t n = (size_t)snprintf(text, sizeof text, "%s", STAFF_HEAD);
        for (unsigned i = 0; i < posts; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "p,n,TOHOKU,,,,a%u,r,本店,,,\n", i);
        assert_int_equal(import("staff", text, report, sizeof report),
                         posts > TG_POSTS_PER_PERSON ? TG_E_IMPORT : TG_OK);
    }
    assert_non_null(strstr(report, "staff.csv:18: post: "));
}

static void long_text(void **state)
{
    char text[2048], name[2 * TG_NAME_BYTES], report[4096];
    (void)state;
    for (size_t n = TG_NAME_BYTES - 1; n <= TG_NAME_BYTES; n++) {
        fill();
        memset(name, 'x', n);
        name[n] = '\0';
        (void)snprintf(text, sizeof text, "%sp1,%s,TOHOKU,,,%s", STAFF_HEAD, name, POST);
        assert_int_equal(import("staff", text, report, sizeof report),
                         n < TG_NAME_BYTES ? TG_OK : TG_E_IMPORT);
    }
    assert_non_null(strstr(report, "staff.csv:2: name: "));
}

/* Wards are municipalities like others. */
static void wards(void **state)
{
    char report[4096];
    (void)state;
    fill();
    assert_int_equal(import("staff", STAFF_HEAD "p1,n,TOHOKU,,,,a,r,本店,04101 04105 15101 15108 02203,,\n",
                            report, sizeof report),
                     TG_OK);
}

static void replaced(void **state)
{
    char report[4096], why[256];
    (void)state;
    fill();
    folder_drop("staff.csv");
    folder_drop("cards.csv");
    assert_int_equal(import("companies", COMPANIES, report, sizeof report), TG_OK);
    assert_int_equal(import("staff",
                            STAFF_HEAD "p1,\"a \"\"b\"\", c\",TOHOKU,,," POST
                                       "p1,\"a \"\"b\"\", c\",TOHOKU,,,,b,retail.dunning,本店,02203,,\r\n",
                            report, sizeof report),
                     TG_OK);
    assert_non_null(strstr(report, "encoding UTF-8\n"));
    assert_non_null(strstr(report, "people 1, posts 2"));
    assert_non_null(
        strstr(folder_get("staff.csv"), "p1,\"a \"\"b\"\", c\",TOHOKU,,,,b,retail.dunning,本店,02203,,\n"));
    assert_int_equal(import("cards", CARDS_HEAD UUID ",p1,active\n", report, sizeof report), TG_OK);
    assert_non_null(strstr(report, "cards 1"));
    struct tg_staff_book *b = NULL;
    assert_int_equal(tg_book_load(folder, &b, why, sizeof why), TG_OK);
    assert_string_equal(tg_book_person(b, "p1")->name, "a \"b\", c");
    tg_book_unref(&b);
    assert_int_equal(tg_book_load(folder, &b, NULL, 0), TG_OK);
    tg_book_unref(&b);
}

/* CP932 comes in, UTF-8 is kept, and the report says what it took. */
static void cp932(void **state)
{
    char report[4096];
    (void)state;
    fill();
    assert_int_equal(import("staff", STAFF_HEAD "p1,\xFB\xFC\x8B\xB4,TOHOKU,,,,a,r,\x96\x7B\x93\x58,,,\n",
                            report, sizeof report),
                     TG_OK);
    assert_non_null(strstr(report, "encoding CP932\n"));
    assert_string_equal(folder_get("staff.csv"), STAFF_HEAD "p1,髙橋,TOHOKU,,,,a,r,本店,,,\n");
    assert_int_equal(
        import("staff", "\xEF\xBB\xBF" STAFF_HEAD "p1,髙橋,TOHOKU,,," POST, report, sizeof report), TG_OK);
    assert_non_null(strstr(report, "encoding UTF-8 (BOM)\n"));
    assert_memory_equal(folder_get("staff.csv"), "person,", 7);
}

/* A leaver drops out of the staff file: the import goes through, the left-over card is pointed out and opens
 * nothing. */
static void leftover_card(void **state)
{
    char report[4096], why[256];
    (void)state;
    fill();
    assert_int_equal(import("staff", STAFF_HEAD "p2,n,TOHOKU,,," POST, report, sizeof report), TG_OK);
    assert_non_null(strstr(report, "note: 1 cards"));
    struct tg_staff_book *b = NULL;
    const struct tg_person *p = NULL;
    assert_int_equal(tg_book_load(folder, &b, why, sizeof why), TG_OK);
    assert_int_equal(tg_book_card(b, UUID, &p), TG_E_PERSON_UNKNOWN);
    tg_book_unref(&b);
}

static void usage(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(4096);
    (void)state;
    fill();
    assert_int_equal(tg_book_import(folder, "customers", folder_path("staff.csv"), &out), TG_E_USAGE);
    assert_int_equal(tg_book_import(folder, "staff", folder_path("absent.csv"), &out), TG_E_NOT_FOUND);
    assert_string_equal(folder_get("staff.csv"), old_staff);
    /* A report that cannot be written is a failure, not a silent success. */
    TG_BUF_AUTO tiny = TG_BUF_INIT(8);
    folder_put("in.csv", old_staff);
    assert_int_equal(tg_book_import(folder, "staff", folder_path("in.csv"), &tiny), TG_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused),   cmocka_unit_test(whole_report),  cmocka_unit_test(too_many_posts),
        cmocka_unit_test(long_text), cmocka_unit_test(replaced),      cmocka_unit_test(wards),
        cmocka_unit_test(cp932),     cmocka_unit_test(leftover_card), cmocka_unit_test(usage),
    };
    if (folder_make() != 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    folder_remove();
    return failed;
}
