/* The snapshot: whose card, which post on which day, and that the old snapshot outlives a new one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "folder.h"
#include "server/staff/staff.h"

#define CARD_A "0f8fad5b-d9cb-469f-a165-70867728950e"
#define CARD_B "1f8fad5b-d9cb-469f-a165-70867728950e"
#define CARD_C "2f8fad5b-d9cb-469f-a165-70867728950e"
#define CARD_D "3f8fad5b-d9cb-469f-a165-70867728950e"

static const char staff_csv[] = STAFF_HEAD
    /* moved from the network company to retail: the old post ends by its date */
    "p-moved,移った人,TOHOKU,,,,nw-old,nw.operator,NSC,,2020-04-01,2022-06-30\n"
    "p-moved,移った人,TOHOKU,,,,hachinohe,retail.counter,八戸営業所,02203 02202,2022-07-01,\n"
    "p-hats,二つの職務,TOHOKU,,,,a,retail.counter,本店,,,\n"
    "p-itaku,委託の人,ITAKU,TOHOKU,2024-03-31,,cc,retail.contractor,CC,,2023-10-01,2025-03-31\n"
    "p-hats,二つの職務,TOHOKU,,,,b,retail.dunning,本店,,2023-01-01,2023-12-31\n"
    "p-left,辞めた人,TOHOKU,,,2023-01-31,a,retail.counter,本店,,,\n"
    "p-none,職務のない人,TOHOKU-NW,,,,,,,,,\n";
static const char cards_csv[] = CARDS_HEAD CARD_A ",p-moved,active\n" CARD_B ",p-hats,blocked\n"
                                                  "2F8FAD5B-D9CB-469F-A165-70867728950E,p-gone,active\n";

static tg_day day(const char *text)
{
    tg_day d = 0;
    assert_int_equal(tg_day_parse(tg_span_str(text), &d), TG_OK);
    return d;
}

static struct tg_staff_book *load(void)
{
    struct tg_staff_book *b = NULL;
    char why[256];
    folder_put("companies.csv", COMPANIES);
    folder_put("staff.csv", staff_csv);
    folder_put("cards.csv", cards_csv);
    enum tg_err e = tg_book_load(folder, &b, why, sizeof why);
    assert_string_equal(why, "");
    assert_int_equal(e, TG_OK);
    return b;
}

static void companies(void **state)
{
    struct tg_staff_book *b = load();
    const struct tg_companies *c = tg_book_companies(b);
    (void)state;
    assert_int_equal(tg_companies_count(c), 4);
    assert_string_equal(tg_companies_home(c)->code, "TOHOKU");
    const struct tg_company *r = tg_companies_find(c, tg_span_str("R0012"));
    assert_non_null(r);
    assert_string_equal(r->name, "新電力, 北");
    assert_int_equal(r->kind, TG_COMPANY_RETAIL);
    assert_false(r->home);
    assert_null(tg_companies_find(c, tg_span_str("R001")));
    assert_null(tg_companies_find(c, tg_span_str("")));
    assert_null(tg_companies_find(c, tg_span_str("a-code-far-longer-than-any-company-has")));
    assert_null(tg_companies_at(c, 4));
    for (size_t i = 0; i < 4; i++)
        assert_ptr_equal(tg_companies_find(c, tg_span_str(tg_companies_at(c, i)->code)),
                         tg_companies_at(c, i));
    tg_book_unref(&b);
    assert_null(b);
}

static void cards(void **state)
{
    struct tg_staff_book *b = load();
    const struct tg_person *p = NULL;
    (void)state;
    assert_int_equal(tg_book_card(b, CARD_A, &p), TG_OK);
    assert_string_equal(p->id, "p-moved");
    p = NULL;
    assert_int_equal(tg_book_card(b, CARD_B, &p), TG_E_CARD_BLOCKED);
    assert_int_equal(tg_book_card(b, CARD_C, &p), TG_E_PERSON_UNKNOWN);
    assert_int_equal(tg_book_card(b, CARD_D, &p), TG_E_CARD_UNKNOWN);
    assert_int_equal(tg_book_card(b, "", &p), TG_E_CARD_UNKNOWN);
    assert_int_equal(tg_book_card(b, CARD_A CARD_A, &p), TG_E_CARD_UNKNOWN);
    assert_null(p);
    assert_int_equal(tg_book_card(b, "0F8FAD5B-D9CB-469F-A165-70867728950E", &p), TG_OK);
    tg_book_unref(&b);
}

struct hat {
    const char *person, *wanted, *day;
    enum tg_err err;
    const char *post;
};

static void posts(void **state)
{
    static const struct hat hats[] = {
        {"p-moved", NULL, "2022-06-30", TG_OK, "nw-old"},
        {"p-moved", NULL, "2022-07-01", TG_OK, "hachinohe"},
        {"p-moved", "nw-old", "2022-07-01", TG_E_POST_NOT_HELD, NULL},
        {"p-moved", "hachinohe", "2022-06-30", TG_E_POST_NOT_HELD, NULL},
        {"p-moved", NULL, "2020-03-31", TG_E_POST_NONE, NULL},
        {"p-moved", "nw-old", "2020-03-31", TG_E_POST_NONE, NULL},
        {"p-moved", "hachinohe", "2999-01-01", TG_OK, "hachinohe"},
        {"p-hats", NULL, "2023-06-01", TG_E_POST_CHOICE, NULL},
        {"p-hats", "", "2023-06-01", TG_E_POST_CHOICE, NULL},
        {"p-hats", "b", "2023-06-01", TG_OK, "b"},
        {"p-hats", "c", "2023-06-01", TG_E_POST_NOT_HELD, NULL},
        {"p-hats", NULL, "2024-01-01", TG_OK, "a"},
        {"p-hats", "b", "2024-01-01", TG_E_POST_NOT_HELD, NULL},
        {"p-none", NULL, "2023-06-01", TG_E_POST_NONE, NULL},
        {"p-none", "", "2023-06-01", TG_E_POST_NONE, NULL},
    };
    struct tg_staff_book *b = load();
    (void)state;
    for (size_t i = 0; i < sizeof hats / sizeof *hats; i++) {
        const struct tg_post *post = NULL;
        const struct tg_person *p = tg_book_person(b, hats[i].person);
        assert_non_null(p);
        assert_int_equal(tg_person_post(p, hats[i].wanted, day(hats[i].day), &post), hats[i].err);
        if (hats[i].post != NULL)
            assert_string_equal(post->id, hats[i].post);
        else
            assert_null(post);
    }
    assert_null(tg_book_person(b, "p-nobody"));
    assert_null(tg_book_person(b, ""));
    tg_book_unref(&b);
}

static void contractor_and_leaver(void **state)
{
    struct tg_staff_book *b = load();
    (void)state;
    const struct tg_person *itaku = tg_book_person(b, "p-itaku");
    assert_string_equal(itaku->company->code, "ITAKU");
    assert_string_equal(itaku->posts[0].works_for->code, "TOHOKU");
    assert_int_equal(tg_person_check(itaku, day("2024-03-31")), TG_OK);
    assert_int_equal(tg_person_check(itaku, day("2024-04-01")), TG_E_CONTRACT_OVER);
    const struct tg_person *left = tg_book_person(b, "p-left");
    assert_int_equal(tg_person_check(left, day("2023-01-31")), TG_OK);
    assert_int_equal(tg_person_check(left, day("2023-02-01")), TG_E_PERSON_LEFT);
    const struct tg_person *moved = tg_book_person(b, "p-moved");
    assert_int_equal(tg_person_check(moved, day("9999-12-31")), TG_OK);
    assert_int_equal(moved->n_posts, 2);
    assert_string_equal(moved->posts[1].areas, "02203 02202");
    assert_string_equal(moved->posts[1].works_for->code, "TOHOKU");
    tg_book_unref(&b);
}

/* A reader that holds the old snapshot is not disturbed by the new one. */
static void old_snapshot_lives(void **state)
{
    struct tg_staff_book *old = load();
    struct tg_staff_book *held = tg_book_ref(old);
    (void)state;
    tg_book_unref(&old);
    folder_put("staff.csv", STAFF_HEAD);
    char why[256];
    struct tg_staff_book *fresh = NULL;
    assert_int_equal(tg_book_load(folder, &fresh, why, sizeof why), TG_OK);
    assert_null(tg_book_person(fresh, "p-moved"));
    assert_non_null(tg_book_person(held, "p-moved"));
    const struct tg_person *p = NULL;
    assert_int_equal(tg_book_card(fresh, CARD_A, &p), TG_E_PERSON_UNKNOWN);
    tg_book_unref(&held);
    tg_book_unref(&fresh);
}

static void *ref_and_unref(void *book)
{
    for (int i = 0; i < 20000; i++) {
        struct tg_staff_book *b = tg_book_ref(book);
        tg_book_unref(&b);
    }
    return NULL;
}

static void references_count_across_threads(void **state)
{
    struct tg_staff_book *b = load();
    pthread_t t[2];
    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&t[i], NULL, ref_and_unref, b), 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_join(t[i], NULL), 0);
    assert_non_null(tg_book_person(b, "p-hats"));
    tg_book_unref(&b);
}

/* A folder that is not whole gives no book at all, and says where. */
static void load_refuses(void **state)
{
    static const struct {
        const char *file, *text;
        enum tg_err err;
        const char *place;
    } bad[] = {
        {"companies.csv", "code,name,kind,home\nA,a,retail,no\n", TG_E_IMPORT, "companies.csv: home: "},
        {"companies.csv", NULL, TG_E_NOT_FOUND, "companies.csv: "},
        {"staff.csv", NULL, TG_E_NOT_FOUND, "staff.csv: "},
        {"cards.csv", NULL, TG_E_NOT_FOUND, "cards.csv: "},
        {"staff.csv", "", TG_E_IMPORT, "staff.csv:1: "},
        {"staff.csv", STAFF_HEAD "p,\"n", TG_E_IMPORT, "staff.csv:2: "},
        {"staff.csv", "person,name\n", TG_E_IMPORT, "staff.csv:1: "},
        {"staff.csv", STAFF_HEAD "p,n,NOBODY,,,,,,,,,\n", TG_E_IMPORT, "staff.csv:2: company: "},
        /* whole but for its last byte: half-written, whatever it says so far */
        {"staff.csv", STAFF_HEAD "p,n,TOHOKU,,,,a,retail.counter,本店,,2020-04-01,", TG_E_IMPORT,
         "staff.csv: "},
        {"cards.csv", CARDS_HEAD CARD_A ",p-moved,active", TG_E_IMPORT, "cards.csv: "},
        {"companies.csv", "code,name,kind,home\nTOHOKU,東北電力,retail,yes", TG_E_IMPORT, "companies.csv: "},
        {"cards.csv", CARDS_HEAD "not-a-uuid,p-moved,active\n", TG_E_IMPORT, "cards.csv:2: card: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct tg_staff_book *b = load();
        tg_book_unref(&b);
        char why[256];
        if (bad[i].text != NULL)
            folder_put(bad[i].file, bad[i].text);
        else
            folder_drop(bad[i].file);
        assert_int_equal(tg_book_load(folder, &b, why, sizeof why), bad[i].err);
        assert_null(b);
        assert_memory_equal(why, bad[i].place, strlen(bad[i].place));
    }
}

/* As many people as the ceiling promises, in a file that is not sorted. */
static void large(void **state)
{
    enum { PEOPLE = 20000 };
    (void)state;
    struct tg_staff_book *b = load();
    tg_book_unref(&b);
    FILE *f = fopen(folder_path("staff.csv"), "wb");
    assert_non_null(f);
    (void)fputs(STAFF_HEAD, f);
    for (int round = 0; round < 2; round++)
        for (int i = PEOPLE; i > 0; i--)
            (void)fprintf(f, "p%d,名前%d,TOHOKU,,,,post%d,retail.counter,本店,,,\n", i * 7919 % 1000003, i,
                          round);
    assert_int_equal(fclose(f), 0);
    char why[256];
    assert_int_equal(tg_book_load(folder, &b, why, sizeof why), TG_OK);
    for (int i = 1; i <= PEOPLE; i++) {
        char id[32], name[32];
        (void)snprintf(id, sizeof id, "p%d", i * 7919 % 1000003);
        (void)snprintf(name, sizeof name, "名前%d", i);
        const struct tg_person *p = tg_book_person(b, id);
        assert_non_null(p);
        assert_string_equal(p->name, name);
        assert_int_equal(p->n_posts, 2);
        assert_string_equal(p->posts[1].id, "post1");
    }
    tg_book_unref(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(companies),
        cmocka_unit_test(cards),
        cmocka_unit_test(posts),
        cmocka_unit_test(contractor_and_leaver),
        cmocka_unit_test(old_snapshot_lives),
        cmocka_unit_test(references_count_across_threads),
        cmocka_unit_test(load_refuses),
        cmocka_unit_test(large),
    };
    if (folder_make() != 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    folder_remove();
    return failed;
}
