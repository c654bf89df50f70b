/* What a grant opens, and everything that must not: no grant, before and after its time, to the second; other
 * roles and companies, other municipalities, a customer's consent beside it; and the statement's own faults.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/file.h"
#include "data.h"
#include "server/admit/staff_make.h"
#include "server/policy/granting.h"

enum { NOW = 1700000000, TODAY = 19676 };

static struct tg_grant a_grant(const char *areas)
{
    struct tg_grant g = {.n = 1, .id = {"EV-20231115-001"}, .from = NOW - 60, .until = NOW + 60};

    (void)snprintf(g.areas, sizeof g.areas, "%s", areas);
    return g;
}

static struct tg_staff a_staff(const char *role, enum tg_company_kind kind)
{
    struct tg_staff s = {.person = "p1", .company = "TOHOKU", .areas = "99999", .company_kind = kind};

    (void)snprintf(s.role, sizeof s.role, "%s", role);
    return s;
}

/* Both ways of deciding, held against each other. */
static enum tg_err decide(const struct tg_policy *p, const struct tg_staff *s, const struct tg_matter *m,
                          struct tg_scope **ret)
{
    struct tg_inputs in = {
        .role = s->role, .company = s->company, .kind = s->company_kind, .areas = s->areas, .matter = *m};
    struct tg_verdict v;
    enum tg_err e = tg_policy_decide(p, s, m, ret);

    assert_int_equal(tg_policy_verdict(p, &in, &v), e);
    assert_int_equal(v.n, e == TG_OK ? tg_scope_count(*ret) : 0);
    for (size_t i = 0; i < v.n; i++) {
        const struct tg_clause *a = tg_scope_clause(*ret, i);

        assert_int_equal(a->class, v.clause[i].class);
        assert_int_equal(a->fields, v.clause[i].fields);
        assert_string_equal(a->areas, v.clause[i].areas);
        assert_null(a->basis);
        assert_null(a->point);
    }
    assert_int_equal(e == TG_OK && tg_scope_drill(*ret), v.drill);
    return e;
}

static void only_the_grants_areas_and_the_roles_fields(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tg_staff s = a_staff("emergency.responder", TG_COMPANY_RETAIL);
    struct tg_grant g = a_grant("02203 02207");
    struct tg_matter m = {.purpose = "outage", .now = NOW, .grant = &g};
    tg_mask fields = data_fields("name address phone point pole");
    struct tg_scope *scope = NULL;

    (void)state;
    assert_int_equal(decide(p, &s, &m, &scope), TG_OK);
    memset(&g, 'x', sizeof g); /* nothing of it is kept */
    assert_int_equal(tg_scope_count(scope), TG_C_COUNT);
    for (size_t i = 0; i < TG_C_COUNT; i++) {
        assert_string_equal(tg_scope_clause(scope, i)->areas, "02203 02207");
        assert_int_equal(tg_scope_clause(scope, i)->fields & ~fields, 0);
    }
    assert_false(tg_scope_drill(scope));
    tg_scope_free(&scope);
    tg_policy_unref(&p);
}

static void refused(const struct tg_policy *p, const struct tg_staff *s, const struct tg_matter *m,
                    enum tg_err want)
{
    struct tg_scope *scope = NULL;

    assert_int_equal(decide(p, s, m, &scope), want);
    assert_null(scope);
}

static void nothing_without_one_or_outside_its_time(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tg_staff s = a_staff("emergency.responder", TG_COMPANY_RETAIL);
    struct tg_grant g = a_grant("02203");
    struct tg_matter m = {.purpose = "outage", .now = NOW};
    struct tg_scope *scope = NULL;

    (void)state;
    refused(p, &s, &m, TG_E_FORBIDDEN);
    m.grant = &g;
    m.now = g.from - 1;
    refused(p, &s, &m, TG_E_FORBIDDEN);
    m.now = g.until; /* strict: the last second that opens is the one before */
    refused(p, &s, &m, TG_E_FORBIDDEN);
    m.now = g.until - 1;
    assert_int_equal(decide(p, &s, &m, &scope), TG_OK);
    tg_scope_free(&scope);
    m.now = g.from;
    assert_int_equal(decide(p, &s, &m, &scope), TG_OK);
    tg_scope_free(&scope);
    m.purpose = "inquiry";
    refused(p, &s, &m, TG_E_PURPOSE);
    tg_policy_unref(&p);
}

/* "" means no limit elsewhere; here it must never. */
static void areas_that_are_none(void **state)
{
    static const char *const bad[] = {"", " ", "0220", "022033", "02203 ", " 02203", "02203  02207", "02203,02207",
                                      "02207 02203", "02203 0220null7", "02203 02203", "0220x", "*", "02203 0220"};
    struct tg_policy *p = data_policy(NULL);
    struct tg_staff s = a_staff("emergency.responder", TG_COMPANY_NETWORK);

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct tg_grant g = a_grant(bad[i]);
        struct tg_matter m = {.purpose = "outage", .now = NOW, .grant = &g};

        refused(p, &s, &m, TG_E_FORBIDDEN);
    }
    tg_policy_unref(&p);
}

/* For everybody else a grant is not there: same clauses, own areas. */
static void nobody_else_gains(void **state)
{
    static const char *const roles[] = {"retail.counter", "retail.contractor", "nw.operator", "nw.duty",
                                        "retail.duty",    "auditor",           "root",        ""};
    struct tg_policy *p = data_policy(NULL);
    struct tg_grant g = a_grant("02203");

    (void)state;
    for (size_t i = 0; i < 3 * sizeof roles / sizeof *roles; i++) {
        struct tg_staff s = a_staff(roles[i / 3], (enum tg_company_kind)(i % 3));
        struct tg_matter with = {.purpose = "outage", .now = NOW, .grant = &g}, without = with;
        struct tg_scope *a = NULL, *b = NULL;

        without.grant = NULL;
        assert_int_equal(decide(p, &s, &with, &a), decide(p, &s, &without, &b));
        assert_int_equal(a == NULL, b == NULL);
        for (size_t k = 0; a != NULL && k < tg_scope_count(a); k++) {
            assert_string_equal(tg_scope_clause(a, k)->areas, "99999");
            assert_int_equal(tg_scope_clause(a, k)->fields, tg_scope_clause(b, k)->fields);
        }
        tg_scope_free(&a);
        tg_scope_free(&b);
    }
    struct tg_staff s = a_staff("emergency.responder", TG_COMPANY_CONTRACTOR);
    refused(p, &s, &(struct tg_matter){.purpose = "outage", .now = NOW, .grant = &g}, TG_E_FORBIDDEN);
    tg_policy_unref(&p);
}

/* A policy whose emergency role also had a consent rule is refused; and if one were there, it would not join. */
static void a_consent_does_not_join(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tg_consent c = {.ref = "C-1",
                           .company = "TOHOKU",
                           .point = "0212345678901234567890",
                           .purpose = "inquiry",
                           .from = TODAY,
                           .to = TODAY};
    struct tg_grant g = a_grant("02203");
    struct tg_staff s = a_staff("emergency.fault", TG_COMPANY_RETAIL);
    struct tg_matter m = {.purpose = "inquiry", .now = NOW, .grant = &g, .consent = &c};
    struct tg_scope *scope = NULL;

    (void)state;
    assert_int_equal(decide(p, &s, &m, &scope), TG_OK);
    assert_int_equal(tg_scope_count(scope), 1); /* own, and no clause of the consent's */
    assert_null(tg_scope_consent(scope));
    assert_string_equal(tg_scope_clause(scope, 0)->areas, "02203");
    tg_scope_free(&scope);
    m.grant = NULL;
    refused(p, &s, &m, TG_E_FORBIDDEN);
    tg_policy_unref(&p);
}

static void a_drill_says_so(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tg_grant g = a_grant("02203");
    struct tg_staff s = a_staff("emergency.transition", TG_COMPANY_RETAIL);
    struct tg_scope *scope = NULL;

    (void)state;
    g.drill = true;
    assert_int_equal(decide(p, &s, &(struct tg_matter){.purpose = "billing", .now = NOW, .grant = &g}, &scope),
                     TG_OK);
    assert_true(tg_scope_drill(scope));
    tg_scope_free(&scope);
    tg_policy_unref(&p);
}

/* The policy of now decides: a kind of event that it no longer grants opens nothing, though the grant is good. */
static void a_kind_that_was_taken_back(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault;
    struct tg_policy *p = NULL;
    struct tg_scope *scope = NULL;
    struct tg_grant g = a_grant("02203");
    struct tg_staff s = a_staff("emergency.responder", TG_COMPANY_RETAIL);
    struct tg_matter m = {.purpose = "outage", .now = NOW, .grant = &g};

    (void)state;
    assert_int_equal(tg_file_read(getenv("DEFAULT_POLICY"), &text), TG_OK);
    const char *all = tg_buf_cstr(&text), *from = strstr(all, "\ngrant outage\n"), *to = strstr(all, "\ngrant fault\n");
    assert_true(from != NULL && to > from);
    text.n = (size_t)(from - all) + strlen(to);
    memmove(text.p + (from - all), to, strlen(to) + 1);
    assert_int_equal(tg_policy_compile(tg_span_buf(&text), &p, &fault), TG_OK);
    refused(p, &s, &m, TG_E_FORBIDDEN);
    g.drill = true; /* drills it still has */
    assert_int_equal(decide(p, &s, &m, &scope), TG_OK);
    tg_scope_free(&scope);
    tg_policy_unref(&p);
}

static void who_declares_who_approves(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    const struct tg_granting *g = tg_policy_granting(p, "emergency.responder", TG_EVENT_OUTAGE);

    (void)state;
    assert_non_null(g);
    assert_int_equal(g->seconds, 24 * 3600);
    assert_int_equal(strlen(g->pledge), 64);
    assert_string_not_equal(g->pledge, tg_policy_granting(p, "emergency.responder", TG_EVENT_DRILL)->pledge);
    assert_null(tg_policy_granting(p, "emergency.responder", TG_EVENT_FAULT));
    assert_null(tg_policy_granting(p, "retail.counter", TG_EVENT_OUTAGE));
    assert_null(tg_policy_granting(p, "root", TG_EVENT_KINDS));
    assert_true(tg_policy_by_grant(p, "emergency.fault"));
    assert_false(tg_policy_by_grant(p, "retail.counter"));
    assert_false(tg_policy_by_grant(p, ""));
    assert_true(tg_policy_declares(p, "nw.duty", "emergency.responder", TG_EVENT_OUTAGE));
    assert_false(tg_policy_declares(p, "retail.duty", "emergency.responder", TG_EVENT_OUTAGE));
    assert_false(tg_policy_declares(p, "nw.duty", "emergency.responder", TG_EVENT_FAULT));
    assert_int_equal(tg_policy_voice(p, "nw.duty", "emergency.responder", TG_EVENT_OUTAGE), TG_VOICE_NETWORK);
    assert_int_equal(tg_policy_voice(p, "retail.duty", "emergency.responder", TG_EVENT_OUTAGE), TG_VOICE_RETAIL);
    assert_int_equal(tg_policy_voice(p, "retail.supervisor", "emergency.responder", TG_EVENT_OUTAGE),
                     TG_VOICE_NONE);
    assert_int_equal(tg_policy_over(p, "retail.supervisor"), TG_VOICE_RETAIL);
    assert_int_equal(tg_policy_over(p, "auditor"), TG_VOICE_NONE);
    assert_int_equal(tg_policy_over(p, "nw.operator"), TG_VOICE_NONE);
    assert_true(tg_policy_declares_any(p, "nw.duty") && !tg_policy_declares_any(p, "retail.duty"));
    assert_int_equal(tg_policy_voice_any(p, "auditor"), TG_VOICE_NONE);
    tg_policy_unref(&p);
}

/* A list of municipalities, taken apart. */
static void areas(void **state)
{
    static char all[TG_SCOPE_AREAS_BYTES];
    char more[16];

    (void)state;
    all[0] = '\0';
    assert_int_equal(tg_areas_add(all, "02207 02203"), TG_OK);
    assert_int_equal(tg_areas_add(all, "02205"), TG_OK);
    assert_int_equal(tg_areas_add(all, "01100 02205 15101"), TG_OK);
    assert_string_equal(all, "01100 02203 02205 02207 15101");
    assert_true(tg_areas_sorted(all) && tg_areas_ok(all));
    assert_int_equal(tg_areas_add(all, "0220"), TG_E_BAD_MEMBER);
    assert_int_equal(tg_areas_add(all, "02203 02203"), TG_E_BAD_MEMBER);
    assert_string_equal(all, "01100 02203 02205 02207 15101");
    char *short_tail = strdup("02203 0220null7"); /* read no further than it goes: the sanitizer looks on */
    assert_non_null(short_tail);
    assert_false(tg_areas_ok(short_tail));
    free(short_tail);
    assert_true(tg_areas_within("15101 02203", all));
    assert_true(tg_areas_within("", all));
    assert_false(tg_areas_within("15101 02204", all));
    assert_false(tg_areas_within("02203", ""));
    all[0] = '\0';
    for (unsigned i = 0; i < TG_SCOPE_AREAS_BYTES / 6; i++) {
        (void)snprintf(more, sizeof more, "%05u", 99999 - i);
        assert_int_equal(tg_areas_add(all, more), TG_OK);
    }
    assert_int_equal(tg_areas_add(all, "00001"), TG_E_LIMIT);
    assert_int_equal(strlen(all), TG_SCOPE_AREAS_BYTES - 1);
    assert_true(tg_areas_sorted(all));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_grants_areas_and_the_roles_fields),
        cmocka_unit_test(nothing_without_one_or_outside_its_time),
        cmocka_unit_test(areas_that_are_none),
        cmocka_unit_test(nobody_else_gains),
        cmocka_unit_test(a_consent_does_not_join),
        cmocka_unit_test(a_drill_says_so),
        cmocka_unit_test(a_kind_that_was_taken_back),
        cmocka_unit_test(who_declares_who_approves),
        cmocka_unit_test(areas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
