/* What a customer's consent adds to a decision, and everything that makes it add nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data.h"
#include "server/admit/staff_make.h"

/* 2023-11-15 00:00:00 in Japan, and the day that begins then. */
enum { MIDNIGHT = 1699974000, TODAY = 19676, DAY = 86400 };
#define POINT "0212345678901234567890"

static const struct tg_consent good = {.ref = "C-2023-0001",
                                       .company = "TOHOKU",
                                       .point = POINT,
                                       .purpose = "switching",
                                       .from = TODAY,
                                       .to = TODAY + 30};

static struct tg_staff staff(const char *role, enum tg_company_kind kind)
{
    struct tg_staff s = {.person = "p1", .company = "TOHOKU", .areas = "02203", .company_kind = kind};
    (void)snprintf(s.role, sizeof s.role, "%s", role);
    return s;
}

static struct tg_scope *decide(const struct tg_policy *p, const char *role, const char *purpose, tg_sec now,
                               const struct tg_consent *c)
{
    struct tg_staff s = staff(role, TG_COMPANY_RETAIL);
    struct tg_matter m = {.purpose = purpose, .now = now, .consent = c};
    struct tg_scope *scope = NULL;
    assert_int_equal(tg_policy_decide(p, &s, &m, &scope), TG_OK);
    return scope;
}

/* 1 when the consent adds its clause, 0 when it adds nothing; anything else fails. */
static size_t added(const struct tg_policy *p, const char *purpose, tg_sec now, const struct tg_consent *c)
{
    struct tg_scope *with = decide(p, "retail.counter", purpose, now, c);
    struct tg_scope *without = decide(p, "retail.counter", purpose, now, NULL);
    size_t n = tg_scope_count(without), more = tg_scope_count(with) - n;
    for (size_t i = 0; i < n; i++) {
        const struct tg_clause *a = tg_scope_clause(with, i), *b = tg_scope_clause(without, i);
        assert_int_equal(a->class, b->class);
        assert_int_equal(a->fields, b->fields);
        assert_true(a->point == NULL && a->basis == NULL && b->point == NULL && b->basis == NULL);
    }
    assert_true(more <= 1);
    tg_scope_free(&with);
    tg_scope_free(&without);
    return more;
}

static void one_point(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tg_consent c = good;
    struct tg_scope *scope = decide(p, "retail.counter", "switching", MIDNIGHT, &c);
    (void)state;
    memset(&c, 'x', sizeof c); /* the scope keeps nothing of the caller's */
    assert_int_equal(tg_scope_count(scope), 3);
    assert_int_equal(tg_scope_day(scope), TODAY);
    const struct tg_clause *clause = tg_scope_clause(scope, 2);
    assert_int_equal(clause->class, TG_C_OTHER);
    assert_int_equal(clause->fields,
                     data_fields("postcode address point capacity current_limit supply_method read_day"));
    assert_string_equal(clause->point, POINT);
    assert_string_equal(clause->basis, "C-2023-0001");
    assert_string_equal(clause->rule, "switching-facility");
    assert_string_equal(clause->company, "TOHOKU");
    assert_string_equal(clause->areas, "02203");
    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        struct tg_why why = tg_policy_why(p, scope, 2, (enum tg_field)f);
        bool has = (tg_scope_catalogue(scope, 2) & TG_BIT(f)) != 0;
        assert_string_equal(why.rule, has ? "switching-facility" : "class-has-not");
        assert_int_equal(why.reason_ja[0] == '\0', (clause->fields & TG_BIT(f)) != 0);
    }
    tg_scope_free(&scope);
    tg_policy_unref(&p);
}

/* One thing at a time is wrong. */
static void adds_nothing(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tg_consent wrong[10];
    (void)state;
    for (size_t i = 0; i < 10; i++)
        wrong[i] = good;
    (void)snprintf(wrong[0].company, sizeof wrong[0].company, "TOHOKU-NW");
    wrong[1].company[0] = '\0';
    (void)snprintf(wrong[2].purpose, sizeof wrong[2].purpose, "moving");
    wrong[3].purpose[0] = '\0';
    wrong[4].from = TODAY + 1;
    wrong[5].from = TODAY - 5;
    wrong[5].to = TODAY - 1;
    wrong[6].ref[0] = '\0';
    wrong[7].point[21] = '\0';
    wrong[8].point[0] = 'x';
    wrong[9].point[0] = '\0';
    assert_int_equal(added(p, "switching", MIDNIGHT, &good), 1);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(added(p, "switching", MIDNIGHT, &wrong[i]), 0);
    tg_policy_unref(&p);
}

/* A consent of another purpose is the wrong one, and so is a purpose that no rule speaks of. */
static void other_purposes(void **state)
{
    static const char *const purposes[] = {"inquiry", "application",  "moving",
                                           "billing", "construction", "outage"};
    struct tg_policy *p = data_policy(NULL);
    (void)state;
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        struct tg_consent c = good;
        assert_int_equal(added(p, purposes[i], MIDNIGHT, &c), 0);
        (void)snprintf(c.purpose, sizeof c.purpose, "%s", purposes[i]);
        assert_int_equal(added(p, purposes[i], MIDNIGHT, &c), 0);
    }
    tg_policy_unref(&p);
}

/* To the second, at midnight in Japan; and never longer than the rule's days, whatever the consent says. */
static void days(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tg_consent one_day = good, for_ever = good;
    (void)state;
    assert_int_equal(added(p, "switching", MIDNIGHT - 1, &good), 0);
    assert_int_equal(added(p, "switching", MIDNIGHT, &good), 1);
    assert_int_equal(added(p, "switching", MIDNIGHT + 31 * DAY - 1, &good), 1);
    assert_int_equal(added(p, "switching", MIDNIGHT + 31 * DAY, &good), 0);
    one_day.to = TODAY;
    assert_int_equal(added(p, "switching", MIDNIGHT + DAY - 1, &one_day), 1);
    assert_int_equal(added(p, "switching", MIDNIGHT + DAY, &one_day), 0);
    for_ever.to = TG_DAY_MAX;
    assert_int_equal(added(p, "switching", MIDNIGHT + 31 * DAY - 1, &for_ever), 1);
    assert_int_equal(added(p, "switching", MIDNIGHT + 31 * DAY, &for_ever), 0);
    for_ever.from = TG_DAY_MIN;
    assert_int_equal(added(p, "switching", MIDNIGHT, &for_ever), 0);
    tg_policy_unref(&p);
}

/* Only the roles that the rule names; for the rest a consent is so much paper. */
static void other_roles(void **state)
{
    static const char *const none[] = {"retail.dunning",    "retail.contractor", "nw.operator",
                                       "retail.supervisor", "auditor",           "emergency.responder"};
    struct tg_policy *p = data_policy(NULL);
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none * 3; i++) {
        struct tg_staff s = staff(none[i / 3], (enum tg_company_kind)(i % 3));
        struct tg_matter with = {.purpose = "switching", .now = MIDNIGHT, .consent = &good}, without = with;
        struct tg_scope *a = NULL, *b = NULL;
        without.consent = NULL;
        enum tg_err e = tg_policy_decide(p, &s, &with, &a);
        assert_int_equal(e, tg_policy_decide(p, &s, &without, &b));
        for (size_t k = 0; e == TG_OK && k < tg_scope_count(a); k++)
            assert_null(tg_scope_clause(a, k)->point);
        if (e == TG_OK)
            assert_int_equal(tg_scope_count(a), tg_scope_count(b));
        tg_scope_free(&a);
        tg_scope_free(&b);
    }
    tg_policy_unref(&p);
}

/* A limit to another purpose takes a field out of a consent too, and what is left of nothing is no clause. */
static void limited(void **state)
{
    struct tg_policy *p = data_policy("small.policy");
    struct tg_staff s = {.role = "shop", .company = "A", .company_kind = TG_COMPANY_RETAIL};
    struct tg_consent c = {.ref = "x", .company = "A", .point = POINT, .purpose = "ask", .from = TODAY};
    struct tg_matter m = {.purpose = "ask", .now = MIDNIGHT, .consent = &c};
    struct tg_scope *scope = NULL;
    (void)state;
    c.to = TODAY;
    assert_int_equal(tg_policy_decide(p, &s, &m, &scope), TG_OK);
    assert_int_equal(tg_scope_count(scope), 2);
    assert_int_equal(tg_scope_clause(scope, 1)->fields, TG_BIT(TG_F_CAPACITY));
    assert_string_equal(tg_policy_why(p, scope, 1, TG_F_NAME).reason_en, "by consent");
    tg_scope_free(&scope);
    tg_policy_unref(&p);

    p = data_policy_with("  fields arrears\n", "  fields arrears capacity\n");
    assert_int_equal(tg_policy_decide(p, &s, &m, &scope), TG_OK);
    assert_int_equal(tg_scope_count(scope), 1);
    tg_scope_free(&scope);
    tg_policy_unref(&p);

    p = data_policy_with("  fields capacity\n  days 7\n", "  fields capacity\n  days 1\n");
    c.to = TODAY + 6;
    m.now = MIDNIGHT + DAY;
    assert_int_equal(tg_policy_decide(p, &s, &m, &scope), TG_OK);
    assert_int_equal(tg_scope_count(scope), 1);
    tg_scope_free(&scope);
    tg_policy_unref(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_point), cmocka_unit_test(adds_nothing), cmocka_unit_test(other_purposes),
        cmocka_unit_test(days),      cmocka_unit_test(other_roles),  cmocka_unit_test(limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
