/* Who gains, loses or changes which post, on which days; which posts one person may not hold together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder.h"
#include "server/staff/diff.h"
#include "server/staff/import.h"

#define TODAY "2026-11-20"

static tg_day day(const char *text)
{
    tg_day d = 0;
    assert_int_equal(tg_day_parse(tg_span_str(text), &d), TG_OK);
    return d;
}

static struct tg_staff_book *book(const char *staff, const char *cards)
{
    struct tg_staff_book *b = NULL;
    char why[256];
    TG_BUF_AUTO text = TG_BUF_INIT(65536);
    folder_put("companies.csv", COMPANIES);
    assert_int_equal(tg_buf_add_str(&text, STAFF_HEAD), TG_OK);
    assert_int_equal(tg_buf_add_str(&text, staff), TG_OK);
    folder_put("staff.csv", tg_buf_cstr(&text));
    tg_buf_reset(&text);
    assert_int_equal(tg_buf_add_str(&text, CARDS_HEAD), TG_OK);
    assert_int_equal(tg_buf_add_str(&text, cards), TG_OK);
    folder_put("cards.csv", tg_buf_cstr(&text));
    enum tg_err e = tg_book_load(folder, &b, why, sizeof why);
    if (e != TG_OK)
        fail_msg("%s", why);
    return b;
}

/* "person: loses a 2026-11-20..; gains b …" a line. */
static void write_term(struct tg_buf *out, struct tg_term t)
{
    char from[11], to[11];
    tg_day_text(t.from, from);
    tg_day_text(t.to, to);
    assert_int_equal(tg_buf_addf(out, " %s..%s", from, t.to == TG_DAY_MAX ? "" : to), TG_OK);
}

static enum tg_err write_person(void *ctx, const struct tg_person_shift *p)
{
    static const char *const names[] = {"loses", "changes", "gains"};
    struct tg_buf *out = ctx;
    if (p->n == 0 && !p->idle && p->was != NULL && p->is != NULL)
        return TG_OK;
    assert_int_equal(tg_buf_addf(out, "%s:", (p->is != NULL ? p->is : p->was)->id), TG_OK);
    for (size_t i = 0; i < p->n; i++) {
        const struct tg_post_shift *s = &p->shift[i];
        assert_true((s->was != NULL) == (s->shift != TG_SHIFT_GAINS));
        assert_true((s->is != NULL) == (s->shift != TG_SHIFT_LOSES));
        assert_int_equal(tg_buf_addf(out, " %s %s", names[s->shift], (s->was != NULL ? s->was : s->is)->id),
                         TG_OK);
        write_term(out, s->term);
        assert_int_equal(tg_buf_add_str(out, ";"), TG_OK);
    }
    return tg_buf_addf(out, "%s%s%s\n", p->idle ? " idle" : "", p->was == NULL ? " new" : "",
                       p->is == NULL ? " gone" : "");
}

static const struct {
    const char *was, *is, *want;
} cases[] = {
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "p,n,TOHOKU,,,,a,r,o,,,\n", ""},
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "p,other,TOHOKU,,,,a,r,o,,,\n", ""},
    /* comes, goes, stays without a post */
    {"", "p,n,TOHOKU,,,,a,r,o,,,\n", "p: gains a 2026-11-20..; new\n"},
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "", "p: loses a 2026-11-20..; gone\n"},
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "p,n,TOHOKU,,,,,,,,,\n", "p: loses a 2026-11-20..; idle\n"},
    {"", "p,n,TOHOKU,,,,,,,,,\n", "p: idle new\n"},
    /* dates: what is past is history, on both sides */
    {"p,n,TOHOKU,,,,a,r,o,,2020-04-01,2026-11-19\n", "", "p: gone\n"},
    {"p,n,TOHOKU,,,,a,r,o,,,2026-11-20\n", "p,n,TOHOKU,,,,a,r,o,,,2026-11-19\n",
     "p: loses a 2026-11-20..2026-11-20; idle\n"},
    {"p,n,TOHOKU,,,,a,r,o,,2020-04-01,\n", "p,n,TOHOKU,,,,a,r,o,,2021-04-01,\n", ""},
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "p,n,TOHOKU,,,,a,r,o,,,2027-03-31\n", "p: loses a 2027-04-01..;\n"},
    {"p,n,TOHOKU,,,,a,r,o,,,2027-03-31\n", "p,n,TOHOKU,,,,a,r,o,,,\n", "p: gains a 2027-04-01..;\n"},
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "p,n,TOHOKU,,,,a,r,o,,2026-12-01,2027-03-31\n",
     "p: loses a 2026-11-20..2026-11-30; loses a 2027-04-01..;\n"},
    {"p,n,TOHOKU,,,,a,r,o,,2026-12-01,2027-03-31\n", "p,n,TOHOKU,,,,a,r,o,,2027-02-01,2027-05-31\n",
     "p: loses a 2026-12-01..2027-01-31; gains a 2027-04-01..2027-05-31;\n"},
    {"p,n,TOHOKU,,,,a,r,o,,2026-12-01,2026-12-31\n", "p,n,TOHOKU,,,,a,r,o,,2027-02-01,2027-02-28\n",
     "p: loses a 2026-12-01..2026-12-31; gains a 2027-02-01..2027-02-28;\n"},
    /* a hat of the same name that is another hat */
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "p,n,TOHOKU,,,,a,r2,o,,,\n", "p: changes a 2026-11-20..;\n"},
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "p,n,TOHOKU,,,,a,r,o2,,,\n", "p: changes a 2026-11-20..;\n"},
    {"p,n,TOHOKU,,,,a,r,o,02203,,\n", "p,n,TOHOKU,,,,a,r,o,02202,,\n", "p: changes a 2026-11-20..;\n"},
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "p,n,R0012,,,,a,r,o,,,\n", "p: changes a 2026-11-20..;\n"},
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "p,n,ITAKU,TOHOKU,2027-03-31,,a,r,o,,,\n",
     "p: changes a 2026-11-20..2027-03-31; loses a 2027-04-01..;\n"},
    {"p,n,ITAKU,TOHOKU,2027-03-31,,a,r,o,,,\n", "p,n,ITAKU,R0012,2027-03-31,,a,r,o,,,\n",
     "p: changes a 2026-11-20..2027-03-31;\n"},
    {"p,n,TOHOKU,,,,a,r,o,,,2027-03-31\n", "p,n,TOHOKU,,,,a,r2,o,,2027-01-01,\n",
     "p: loses a 2026-11-20..2026-12-31; changes a 2027-01-01..2027-03-31; gains a 2027-04-01..;\n"},
    /* the person's own dates bound every post */
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "p,n,TOHOKU,,,2026-12-31,a,r,o,,,\n", "p: loses a 2027-01-01..;\n"},
    {"p,n,ITAKU,TOHOKU,2026-12-31,,a,r,o,,,2099-12-31\n", "p,n,ITAKU,TOHOKU,2027-12-31,,a,r,o,,,2099-12-31\n",
     "p: gains a 2027-01-01..2027-12-31;\n"},
    {"p,n,TOHOKU,,,,a,r,o,,,\n", "p,n,TOHOKU,,,2026-11-19,a,r,o,,,\n", "p: loses a 2026-11-20..; idle\n"},
    /* a transfer: one ends, the other begins; by day, then by post */
    {"p,n,TOHOKU,,,,b,r,o,,,\n", "p,n,TOHOKU,,,,b,r,o,,,2026-12-31\np,n,TOHOKU,,,,a,r2,o,,2027-01-01,\n",
     "p: gains a 2027-01-01..; loses b 2027-01-01..;\n"},
    /* everybody in the order of their ids, whatever the order of the lines */
    {"p2,n,TOHOKU,,,,a,r,o,,,\np1,n,TOHOKU,,,,a,r,o,,,\n",
     "p3,n,TOHOKU,,,,a,r,o,,,\np2,n,TOHOKU,,,,a,r2,o,,,\n",
     "p1: loses a 2026-11-20..; gone\np2: changes a 2026-11-20..;\np3: gains a 2026-11-20..; new\n"},
};

static void people(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TG_BUF_AUTO out = TG_BUF_INIT(65536);
        struct tg_staff_book *was = book(cases[i].was, ""), *is = book(cases[i].is, "");
        assert_int_equal(tg_people_diff(was, is, day(TODAY), write_person, &out), TG_OK);
        if (strcmp(tg_buf_cstr(&out), cases[i].want) != 0)
            fail_msg("case %zu:\n%s  wanted\n%s", i, tg_buf_cstr(&out), cases[i].want);
        tg_book_unref(&was);
        tg_book_unref(&is);
    }
}

/* Whatever two books say: day by day, the shifts are exactly the difference of the two. */
static unsigned draw(unsigned *seed, unsigned n)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % n;
}

static void random_person(unsigned *seed, struct tg_buf *out)
{
    static const char *const roles[] = {"r", "r2"};
    char left[11] = "";
    tg_day today = day(TODAY);
    if (draw(seed, 3) == 0)
        tg_day_text(today + (tg_day)draw(seed, 20) - 5, left);
    for (unsigned k = 0; k < 3; k++) {
        char from[11] = "", to[11] = "";
        tg_day first = today + (tg_day)draw(seed, 24) - 8;
        if (draw(seed, 4) > 0)
            tg_day_text(first, from);
        if (draw(seed, 4) > 0)
            tg_day_text(first + (tg_day)draw(seed, 12), to);
        if (draw(seed, 3) > 0)
            assert_int_equal(tg_buf_addf(out, "p,n,TOHOKU,,,%s,%c,%s,o,,%s,%s\n", left, 'a' + (char)k,
                                         roles[draw(seed, 2)], from, to),
                             TG_OK);
    }
}

/* The role that the person holds under that post on that day; "" none. */
static const char *role_on(const struct tg_staff_book *b, const char *post, tg_day d)
{
    const struct tg_person *p = tg_book_person(b, "p");
    const struct tg_post *found = NULL;
    if (p == NULL || tg_person_check(p, d) != TG_OK || tg_person_post(p, post, d, &found) != TG_OK)
        return "";
    return found->role;
}

struct ledger {
    const struct tg_staff_book *was, *is;
    unsigned days;
};

static bool covers(const struct tg_person_shift *p, enum tg_shift shift, const char *post, tg_day d)
{
    unsigned hits = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct tg_post_shift *s = &p->shift[i];
        const char *id = (s->was != NULL ? s->was : s->is)->id;
        hits += s->shift == shift && strcmp(id, post) == 0 && s->term.from <= d && d <= s->term.to;
    }
    assert_true(hits <= 1);
    return hits == 1;
}

static enum tg_err check_days(void *ctx, const struct tg_person_shift *p)
{
    struct ledger *l = ctx;
    for (tg_day d = day(TODAY); d < day(TODAY) + 40; d++) {
        for (char post[2] = "a"; post[0] <= 'c'; post[0]++) {
            const char *was = role_on(l->was, post, d), *is = role_on(l->is, post, d);
            assert_int_equal(covers(p, TG_SHIFT_LOSES, post, d), *was != '\0' && *is == '\0');
            assert_int_equal(covers(p, TG_SHIFT_GAINS, post, d), *was == '\0' && *is != '\0');
            assert_int_equal(covers(p, TG_SHIFT_CHANGES, post, d),
                             *was != '\0' && *is != '\0' && strcmp(was, is) != 0);
            l->days++;
        }
    }
    return TG_OK;
}

static void day_by_day(void **state)
{
    unsigned seed = 20261120, days = 0;
    (void)state;
    for (int i = 0; i < 300; i++) {
        TG_BUF_AUTO a = TG_BUF_INIT(4096);
        TG_BUF_AUTO b = TG_BUF_INIT(4096);
        random_person(&seed, &a);
        random_person(&seed, &b);
        struct ledger l = {.was = book(tg_buf_cstr(&a), ""), .is = book(tg_buf_cstr(&b), "")};
        assert_int_equal(tg_people_diff(l.was, l.is, day(TODAY), check_days, &l), TG_OK);
        days += l.days;
        struct tg_staff_book *was = (struct tg_staff_book *)(uintptr_t)l.was,
                             *is = (struct tg_staff_book *)(uintptr_t)l.is;
        tg_book_unref(&was);
        tg_book_unref(&is);
    }
    assert_true(days > 20000);
}

#define UUID(n) "0000000" n "-d9cb-469f-a165-70867728950e"

static enum tg_err write_card(void *ctx, const struct tg_card_shift *c)
{
    return tg_buf_addf(ctx, "%.8s %s%s -> %s%s\n", c->card,
                       !c->was_listed   ? "none"
                       : c->was != NULL ? c->was->id
                                        : "?",
                       c->was_blocked ? " blocked" : "",
                       !c->is_listed   ? "none"
                       : c->is != NULL ? c->is->id
                                       : "?",
                       c->is_blocked ? " blocked" : "");
}

static void cards(void **state)
{
    static const char staff[] = "p,n,TOHOKU,,,,a,r,o,,,\nq,n,TOHOKU,,,,a,r,o,,,\n";
    TG_BUF_AUTO out = TG_BUF_INIT(4096);
    (void)state;
    struct tg_staff_book *was =
        book(staff, UUID("1") ",p,active\n" UUID("2") ",p,active\n" UUID("3") ",p,active\n" UUID(
                        "4") ",p,active\n" UUID("6") ",gone,active\n");
    struct tg_staff_book *is =
        book(staff, UUID("1") ",p,active\n" UUID("2") ",p,blocked\n" UUID("3") ",q,active\n" UUID(
                        "5") ",q,active\n" UUID("6") ",gone,blocked\n");
    assert_int_equal(tg_cards_diff(was, is, write_card, &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out), "00000002 p -> p blocked\n00000003 p -> q\n00000004 p -> none\n"
                                           "00000005 none -> q\n00000006 ? -> ? blocked\n");
    tg_book_unref(&was);
    tg_book_unref(&is);
}

static enum tg_err write_company(void *ctx, const struct tg_company *was, const struct tg_company *is)
{
    return tg_buf_addf(ctx, "%s %d -> %s %d\n", was != NULL ? was->code : "none",
                       was != NULL ? (int)was->kind : -1, is != NULL ? is->code : "none",
                       is != NULL ? (int)is->kind : -1);
}

static void companies(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(4096);
    char why[256];
    (void)state;
    struct tg_staff_book *was = book("", ""), *is = NULL;
    folder_put("companies.csv",
               "code,name,kind,home\nTOHOKU,東北電力,retail,yes\nTOHOKU-NW,x,retail,no\nNEW,n,network,no\n");
    assert_int_equal(tg_book_load(folder, &is, why, sizeof why), TG_OK);
    assert_int_equal(tg_companies_diff(was, is, write_company, &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out), "ITAKU 2 -> none -1\nnone -1 -> NEW 1\nR0012 0 -> none -1\n"
                                           "TOHOKU-NW 1 -> TOHOKU-NW 0\n");
    tg_book_unref(&was);
    tg_book_unref(&is);
}

/* "r" and "nw" do not go together; the sentences are the policy's. */
static bool sides(void *ctx, const char *role, const char *other, const char **ja, const char **en)
{
    ++*(int *)ctx;
    *ja = "兼ねられません";
    *en = "not together";
    return (strcmp(role, "r") == 0 && strcmp(other, "nw") == 0) ||
           (strcmp(role, "nw") == 0 && strcmp(other, "r") == 0);
}

static const struct {
    const char *staff;
    const char *place; /* NULL: nothing is wrong */
} hats[] = {
    {"p,n,TOHOKU,,,,a,r,o,,,\np,n,TOHOKU,,,,b,nw,o,,,\n",
     "staff.csv:3: role: 兼ねられません / not together（2 行目と / with line 2）"},
    {"p,n,TOHOKU,,,,b,nw,o,,,\np,n,TOHOKU,,,,a,r,o,,,\n", "staff.csv:3: role: "},
    {"p,n,TOHOKU,,,,a,r,o,,,\nq,n,TOHOKU,,,,b,nw,o,,,\n", NULL},                     /* two people */
    {"p,n,TOHOKU,,,,a,r,o,,,\np,n,TOHOKU,,,,b,r2,o,,,\n", NULL},                     /* two hats that go */
    {"p,n,TOHOKU,,,,a,r,o,,,2026-12-31\np,n,TOHOKU,,,,b,nw,o,,2027-01-01,\n", NULL}, /* a transfer */
    {"p,n,TOHOKU,,,,a,r,o,,,2027-01-01\np,n,TOHOKU,,,,b,nw,o,,2027-01-01,\n",
     "staff.csv:3: role: "}, /* one day too long */
    {"p,n,TOHOKU,,,,a,r,o,,2020-01-01,2026-11-19\np,n,TOHOKU,,,,b,nw,o,,2020-01-01,2026-11-19\n",
     NULL}, /* history */
    {"p,n,TOHOKU,,,,a,r,o,,2020-01-01,2026-11-20\np,n,TOHOKU,,,,b,nw,o,,2020-01-01,2026-11-20\n",
     "staff.csv:3: role: "},
    {"p,n,TOHOKU,,,2026-11-19,a,r,o,,,\np,n,TOHOKU,,,2026-11-19,b,nw,o,,,\n", NULL}, /* has left */
    {"p,n,ITAKU,TOHOKU,2026-12-31,,a,r,o,,,\np,n,ITAKU,TOHOKU,2026-12-31,,b,nw,o,,2027-01-01,\n", NULL},
};

static void clashes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hats / sizeof *hats; i++) {
        TG_BUF_AUTO out = TG_BUF_INIT(4096);
        TG_BUF_AUTO said = TG_BUF_INIT(4096);
        TG_FAULTS_AUTO faults = {.n = 0};
        int asked = 0;
        struct tg_hats rule = {.clash = sides, .ctx = &asked, .since = day(TODAY)};
        struct tg_staff_book *b = book(hats[i].staff, "");
        size_t n = tg_book_clashes(b, &rule, &faults);
        assert_int_equal(n, hats[i].place != NULL);
        assert_int_equal(tg_faults_text(&faults, &out), TG_OK);
        if (hats[i].place != NULL && strstr(tg_buf_cstr(&out), hats[i].place) == NULL)
            fail_msg("case %zu: %s", i, tg_buf_cstr(&out));
        /* and the import refuses the same, with the same line */
        struct tg_import *im = NULL;
        TG_BUF_AUTO text = TG_BUF_INIT(4096);
        assert_int_equal(tg_buf_add_str(&text, STAFF_HEAD), TG_OK);
        assert_int_equal(tg_buf_add_str(&text, hats[i].staff), TG_OK);
        folder_put("in.csv", tg_buf_cstr(&text));
        const struct tg_import_ask ask = {.what = "staff", .file = folder_path("in.csv"), .hats = &rule};
        assert_int_equal(tg_import_check(folder, &ask, &said, &im),
                         hats[i].place != NULL ? TG_E_IMPORT : TG_OK);
        if (hats[i].place != NULL)
            assert_non_null(strstr(tg_buf_cstr(&said), hats[i].place));
        tg_import_free(&im);
        tg_book_unref(&b);
    }
}

/* A check changes nothing, whatever it finds; the books are those before and after. */
static void checked_only(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(65536);
    TG_BUF_AUTO diff = TG_BUF_INIT(4096);
    (void)state;
    struct tg_staff_book *b = book("p,n,TOHOKU,,,,a,r,o,,,\n", UUID("1") ",p,active\n");
    static char before[65536];
    (void)snprintf(before, sizeof before, "%s", folder_get("staff.csv"));
    folder_put("in.csv", STAFF_HEAD "p,n,TOHOKU,,,,a,r2,o,,,\n");
    const struct tg_import_ask ask = {.what = "staff", .file = folder_path("in.csv")};
    struct tg_import *im = NULL;
    assert_int_equal(tg_import_check(folder, &ask, &out, &im), TG_OK);
    assert_int_equal(tg_people_diff(tg_import_was(im), tg_import_is(im), day(TODAY), write_person, &diff),
                     TG_OK);
    assert_string_equal(tg_buf_cstr(&diff), "p: changes a 2026-11-20..;\n");
    assert_string_equal(folder_get("staff.csv"), before);
    assert_int_equal(tg_import_apply(im, &out), TG_OK);
    assert_string_equal(folder_get("staff.csv"), STAFF_HEAD "p,n,TOHOKU,,,,a,r2,o,,,\n");
    tg_import_free(&im);
    tg_book_unref(&b);
}

/* What lies in the folder may be what the import mends. */
static void mends(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(65536);
    TG_BUF_AUTO diff = TG_BUF_INIT(4096);
    (void)state;
    struct tg_staff_book *b = book("", "");
    tg_book_unref(&b);
    folder_put("staff.csv", STAFF_HEAD "p,n,NOBODY,,,,a,r,o,,,\n");
    folder_put("in.csv", STAFF_HEAD "p,n,TOHOKU,,,,a,r,o,,,\n");
    const struct tg_import_ask ask = {.what = "staff", .file = folder_path("in.csv")};
    struct tg_import *im = NULL;
    assert_int_equal(tg_import_check(folder, &ask, &out, &im), TG_OK);
    assert_non_null(strstr(tg_buf_cstr(&out), "counts as empty: staff.csv:2: company: "));
    assert_int_equal(tg_people_diff(tg_import_was(im), tg_import_is(im), day(TODAY), write_person, &diff),
                     TG_OK);
    assert_string_equal(tg_buf_cstr(&diff), "p: gains a 2026-11-20..; new\n");
    tg_import_free(&im);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people),    cmocka_unit_test(day_by_day), cmocka_unit_test(cards),
        cmocka_unit_test(companies), cmocka_unit_test(clashes),    cmocka_unit_test(checked_only),
        cmocka_unit_test(mends),
    };
    if (folder_make() != 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    folder_remove();
    return failed;
}
