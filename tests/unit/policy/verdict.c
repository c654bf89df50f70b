/* A verdict is the decision again: over all roles, purposes, company kinds, consents and days, decide (which
 * makes a scope) and verdict (which was given nothing but what was written down) never differ.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data.h"
#include "server/admit/staff_make.h"

enum { MIDNIGHT = 1699974000, TODAY = 19676, DAY = 86400 };
#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *const roles[] = {
    "retail.counter",
    "retail.callcenter",
    "retail.dunning",
    "retail.contractor",
    "nw.operator",
    "nw.duty",
    "retail.duty",
    "auditor",
    "directory.admin",
    "emergency.responder",
    "emergency.fault",
    "emergency.transition",
    "retail.supervisor",
    "policy.admin",
    "data.admin",
    "root",
    "",
};
static const char *const purposes[] = {"inquiry",      "application", "switching", "moving", "billing",
                                       "construction", "outage",      "sales",     ""};
static const tg_sec times[] = {
    MIDNIGHT - 1,        MIDNIGHT, MIDNIGHT + DAY - 1, MIDNIGHT + DAY, MIDNIGHT + 31 * DAY - 1,
    MIDNIGHT + 31 * DAY, 0,        INT64_C(4102444800)};
static const struct tg_consent consents[] = {
    {.ref = "A",
     .company = "A",
     .point = "0212345678901234567890",
     .purpose = "switching",
     .from = TODAY,
     .to = TODAY},
    {.ref = "B",
     .company = "A",
     .point = "0212345678901234567890",
     .purpose = "switching",
     .from = TODAY,
     .to = TG_DAY_MAX},
    {.ref = "C",
     .company = "B",
     .point = "0212345678901234567890",
     .purpose = "switching",
     .from = TODAY,
     .to = TODAY + 30},
    {.ref = "D",
     .company = "A",
     .point = "0212345678901234567890",
     .purpose = "moving",
     .from = TODAY,
     .to = TODAY + 30},
    {.ref = "E",
     .company = "A",
     .point = "021234567890123456789",
     .purpose = "switching",
     .from = TODAY,
     .to = TODAY + 30},
    {.ref = "F",
     .company = "A",
     .point = "0212345678901234567890",
     .purpose = "switching",
     .from = TG_DAY_MIN,
     .to = TG_DAY_MAX},
};

static void same_text(const char *a, const char *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL)
        assert_string_equal(a, b);
}

static void same_why(struct tg_why a, struct tg_why b)
{
    same_text(a.rule, b.rule);
    same_text(a.reason_ja, b.reason_ja);
    same_text(a.reason_en, b.reason_en);
    same_text(a.next_ja, b.next_ja);
    same_text(a.next_en, b.next_en);
}

static void same_clause(const struct tg_policy *p, const struct tg_scope *s, const struct tg_verdict *v,
                        size_t i)
{
    const struct tg_clause *a = tg_scope_clause(s, i), *b = &v->clause[i];
    assert_int_equal(a->class, b->class);
    assert_int_equal(a->fields, b->fields);
    assert_int_equal(tg_scope_catalogue(s, i), b->fields | v->hidden[i]);
    assert_int_equal(b->fields & v->hidden[i], 0);
    same_text(a->company, b->company);
    same_text(a->areas, b->areas);
    same_text(a->rule, b->rule);
    same_text(a->point, b->point);
    same_text(a->basis, b->basis);
    for (unsigned f = 0; f <= TG_F_COUNT; f++)
        same_why(tg_policy_why(p, s, i, (enum tg_field)f), tg_policy_verdict_why(p, v, i, (enum tg_field)f));
}

/* Written down and read again: nothing of the staff or the matter is left but the texts. */
struct written {
    char role[32], company[16], areas[TG_NAME_BYTES], purpose[32];
    struct tg_consent consent;
};

static struct tg_inputs write_down(struct written *w, const struct tg_staff *s, const struct tg_matter *m)
{
    (void)snprintf(w->role, sizeof w->role, "%s", s->role);
    (void)snprintf(w->company, sizeof w->company, "%s", s->company);
    (void)snprintf(w->areas, sizeof w->areas, "%s", s->areas);
    (void)snprintf(w->purpose, sizeof w->purpose, "%s", m->purpose);
    if (m->consent != NULL)
        w->consent = *m->consent;
    return (struct tg_inputs){
        .role = w->role,
        .company = w->company,
        .kind = s->company_kind,
        .areas = w->areas,
        .matter = {.purpose = w->purpose, .now = m->now, .consent = m->consent != NULL ? &w->consent : NULL}};
}

struct tally {
    size_t open, consented, closed;
};

static void compare(const struct tg_policy *p, const struct tg_staff *s, const struct tg_matter *m,
                    struct tally *t)
{
    struct written w;
    struct tg_inputs in = write_down(&w, s, m);
    struct tg_scope *scope = NULL;
    struct tg_verdict v, again;
    memset(&v, 0x55, sizeof v);
    memset(&again, 0xAA, sizeof again);
    enum tg_err e = tg_policy_decide(p, s, m, &scope);
    assert_int_equal(tg_policy_verdict(p, &in, &v), e);
    assert_int_equal(tg_policy_verdict(p, &in, &again), e);
    assert_memory_equal(&v, &again, sizeof v);
    t->closed += e != TG_OK;
    if (e != TG_OK) {
        assert_null(scope);
        assert_int_equal(v.n, 0);
        return;
    }
    t->open++;
    assert_int_equal(tg_scope_count(scope), v.n);
    assert_int_equal(tg_scope_day(scope), v.day);
    for (size_t i = 0; i < v.n; i++) {
        same_clause(p, scope, &v, i);
        t->consented += v.clause[i].basis != NULL;
    }
    tg_scope_free(&scope);
}

static void for_person(const struct tg_policy *p, const struct tg_staff *s, struct tally *t)
{
    for (size_t i = 0; i < COUNT(purposes) * COUNT(times); i++) {
        struct tg_matter m = {.purpose = purposes[i / COUNT(times)], .now = times[i % COUNT(times)]};
        compare(p, s, &m, t);
        for (size_t c = 0; c < COUNT(consents); c++) {
            m.consent = &consents[c];
            compare(p, s, &m, t);
        }
    }
}

static void never_differ(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tally t = {0, 0, 0};
    (void)state;
    for (size_t i = 0; i < COUNT(roles) * 3 * 2; i++) {
        struct tg_staff s = {.company = "A", .company_kind = (enum tg_company_kind)(i % 3)};
        (void)snprintf(s.role, sizeof s.role, "%s", roles[i / 6]);
        (void)snprintf(s.areas, sizeof s.areas, "%s", i % 6 < 3 ? "" : "02203 02202");
        for_person(p, &s, &t);
    }
    /* five roles with data and 7, 7, 2, 5, 6 purposes; areas, times, with and without each consent */
    assert_int_equal(t.open, (7 + 7 + 2 + 5 + 6) * 2 * COUNT(times) * (1 + COUNT(consents)));
    assert_int_equal(t.open + t.closed,
                     COUNT(roles) * 6 * COUNT(purposes) * COUNT(times) * (1 + COUNT(consents)));
    /* counter and call centre, areas; A on one day (two of the times), B on its first 31 days (four) */
    assert_int_equal(t.consented, 2 * 2 * (2 + 4));
    tg_policy_unref(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(never_differ)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
