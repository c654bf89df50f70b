/* Acknowledging before, reviewing after: whose views, by whom, and what waits for it. Drills owe nothing. */
#include "tests/unit/grants/rig.h"

static void the_rule_is_acknowledged_first(void **state)
{
    struct rig *r = *state;
    const struct tg_granting *rule = tg_policy_granting(r->policy, "emergency.responder", TG_EVENT_OUTAGE);
    const struct tg_granting *drill = tg_policy_granting(r->policy, "emergency.responder", TG_EVENT_DRILL);
    struct tg_step s = {.what = TG_STEP_ACKNOWLEDGE, .by = rig_doer(X1)};

    assert_int_equal(rig_declare(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, R1), TG_OK);
    memcpy(s.id, r->id, sizeof s.id);
    s.pledge = NULL;
    assert_int_equal(rig_step(r, &s), TG_E_BAD_MEMBER);
    s.pledge = drill->pledge; /* what was read is another rule */
    assert_int_equal(rig_step(r, &s), TG_E_GRANT_PLEDGE);
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_UNACKNOWLEDGED);
    s.pledge = rule->pledge;
    s.by = rig_doer(X3); /* not on the roster */
    assert_int_equal(rig_step(r, &s), TG_E_GRANT_NONE);
    s.by = rig_doer(X1);
    s.by.role = "retail.counter"; /* under another hat */
    assert_int_equal(rig_step(r, &s), TG_E_GRANT_NONE);
    s.by = rig_doer(X1);
    assert_int_equal(rig_step(r, &s), TG_OK);
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
    struct tg_grantee hat = {"X1", "emergency.fault", "青森", "HOME"};
    static struct tg_grant g;
    assert_int_equal(tg_grants_of(r->grants, &hat, r->now, &g), TG_E_GRANT_NONE);
}

static void reviewed_by_somebody_else(void **state)
{
    struct rig *r = *state;

    rig_live(r);
    rig_saw(r, X1, r->id); /* 1 */
    rig_saw(r, X2, r->id); /* 2 */
    assert_int_equal(rig_event(r)->open, 2);
    assert_int_equal(rig_review(r, X1, "1", TG_VIEW_EXPLAINED), TG_E_GRANT_REVIEWER); /* the viewer */
    assert_int_equal(rig_review(r, X2, "1", TG_VIEW_EXPLAINED), TG_E_GRANT_REVIEWER); /* the other viewer */
    assert_int_equal(rig_review(r, Q1, "1", TG_VIEW_EXPLAINED), TG_E_GRANT_REVIEWER); /* another retailer */
    assert_int_equal(rig_review(r, C1, "1", TG_VIEW_EXPLAINED), TG_E_GRANT_REVIEWER); /* a contractor */
    assert_int_equal(rig_review(r, S1, "3", TG_VIEW_EXPLAINED), TG_E_NOT_FOUND);
    assert_int_equal(rig_review(r, S1, "1 1", TG_VIEW_EXPLAINED), TG_E_BAD_MEMBER);
    assert_int_equal(rig_review(r, S1, "1 ", TG_VIEW_EXPLAINED), TG_E_BAD_MEMBER);
    assert_int_equal(rig_review(r, S1, "", TG_VIEW_EXPLAINED), TG_E_BAD_MEMBER);
    assert_int_equal(rig_review(r, S1, "x", TG_VIEW_EXPLAINED), TG_E_BAD_MEMBER);
    assert_int_equal(rig_review(r, S1, "1", TG_VIEW_OPEN), TG_E_BAD_MEMBER);
    assert_int_equal(rig_review(r, S1, "1 3", TG_VIEW_EXPLAINED), TG_E_NOT_FOUND); /* all or nothing */
    assert_int_equal(rig_event(r)->open, 2);
    assert_int_equal(rig_review(r, S1, "1", TG_VIEW_QUESTIONED), TG_OK);
    assert_int_equal(rig_review(r, S1, "1", TG_VIEW_EXPLAINED), TG_E_GRANT_STATE); /* a word that stands */
    assert_int_equal(rig_review(r, N2, "2", TG_VIEW_EXPLAINED), TG_OK);
    assert_int_equal(rig_event(r)->open, 0);
    assert_int_equal(rig_event(r)->views, 2);
}

/* Nothing of the next event for the office that owes; for another one, everything. */
static void debt_blocks_the_next_grant(void **state)
{
    struct rig *r = *state;

    rig_live(r);
    rig_saw(r, X1, r->id);
    assert_int_equal(rig_of(r, X1, NULL), TG_OK); /* while it lasts nothing is owed */
    assert_int_equal(rig_close(r, N1), TG_OK);
    assert_int_equal(tg_grants_leftovers(r->grants, r->now).unreviewed, 1);
    r->now++;
    rig_live(r);
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_REVIEW_DEBT);
    assert_int_equal(rig_of(r, X2, NULL), TG_OK);
    char next[TG_GRANT_ID_BYTES];
    memcpy(next, r->id, sizeof next);
    memcpy(r->id, tg_grants_event(r->grants, 0)->id, sizeof r->id);
    assert_int_equal(rig_review(r, S1, "1", TG_VIEW_QUESTIONED), TG_OK);
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
    assert_int_equal(tg_grants_leftovers(r->grants, r->now).unreviewed, 0);
}

/* An event that ends must not take an overlapping one with it. */
static void debt_does_not_cut_what_runs_already(void **state)
{
    struct rig *r = *state;
    char first[TG_GRANT_ID_BYTES];

    rig_live(r);
    memcpy(first, r->id, sizeof first);
    rig_live(r);
    rig_saw(r, X1, first);
    memcpy(r->id, first, sizeof first);
    r->now += 60;
    assert_int_equal(rig_close(r, N1), TG_OK);
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
}

/* All of it within one second: the order of the steps says which was over when the other one began. */
static void debt_within_one_second(void **state)
{
    struct rig *r = *state;
    char first[TG_GRANT_ID_BYTES];

    rig_live(r);
    memcpy(first, r->id, sizeof first);
    rig_live(r);
    rig_saw(r, X1, first);
    memcpy(r->id, first, sizeof first);
    assert_int_equal(rig_close(r, N1), TG_OK);
    assert_int_equal(rig_of(r, X1, NULL), TG_OK); /* the second ran beside it */
    memcpy(r->id, tg_grants_event(r->grants, 1)->id, sizeof r->id);
    assert_int_equal(rig_close(r, N1), TG_OK);
    rig_live(r);
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_REVIEW_DEBT); /* the third began behind it */
    assert_int_equal(rig_of(r, X2, NULL), TG_OK);
}

/* A view under two events is reviewed once. */
static void a_view_under_two_events(void **state)
{
    struct rig *r = *state;
    char first[TG_GRANT_ID_BYTES], both[64];

    rig_live(r);
    memcpy(first, r->id, sizeof first);
    rig_live(r);
    (void)snprintf(both, sizeof both, "%s %s", first, r->id);
    rig_saw(r, X1, both);
    assert_int_equal(tg_grants_event(r->grants, 0)->open + tg_grants_event(r->grants, 1)->open, 2);
    assert_int_equal(rig_review(r, S1, "1", TG_VIEW_EXPLAINED), TG_OK);
    assert_int_equal(tg_grants_event(r->grants, 0)->open + tg_grants_event(r->grants, 1)->open, 0);
}

static void drills(void **state)
{
    struct rig *r = *state;
    struct tg_step s = rig_outage(N1, r);
    struct tg_grant g;

    s.kind = TG_EVENT_DRILL;
    assert_int_equal(rig_step(r, &s), TG_OK);
    memcpy(r->id, s.id, sizeof r->id);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, R1), TG_OK);
    assert_int_equal(rig_acknowledge(r, X1), TG_OK);
    assert_int_equal(rig_of(r, X1, &g), TG_OK);
    assert_true(g.drill);
    rig_saw(r, X1, r->id);
    assert_int_equal(rig_event(r)->open, 0); /* nothing to review */
    /* Whoever is needed for real gets nothing of the drill, acknowledged or not. */
    assert_int_equal(rig_declare(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, R1), TG_OK);
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_UNACKNOWLEDGED);
    assert_int_equal(rig_acknowledge(r, X1), TG_OK);
    assert_int_equal(rig_of(r, X1, &g), TG_OK);
    assert_int_equal(g.n, 1);
    assert_false(g.drill);
    assert_int_equal(rig_close(r, N1), TG_OK);
    assert_int_equal(rig_of(r, X1, &g), TG_OK);
    assert_true(g.drill);
}

static bool count(void *ctx, const struct tg_seen *s)
{
    (void)s;
    ++*(size_t *)ctx;
    return true;
}

static void debts(void *ctx, const char *company, const char *office, const struct tg_event *e, size_t views)
{
    assert_string_equal(company, "HOME");
    assert_string_equal(office, "青森");
    assert_non_null(e);
    *(size_t *)ctx += views;
}

static void views_and_leftovers(void **state)
{
    struct rig *r = *state;
    struct tg_view_of v = {.seq = 9, .at = r->now, .person = "X1", .office = "青森", .company = "HOME", .kind = "show",
                           .rows = 1, .ids = "c1", .events = "EV-20270115-009"};
    size_t n = 0;

    assert_int_equal(tg_grants_saw(r->grants, &v), TG_E_NOT_FOUND); /* of no event */
    v.events = "";
    assert_int_equal(tg_grants_saw(r->grants, &v), TG_E_NOT_FOUND);
    rig_live(r);
    rig_saw(r, X1, r->id);
    rig_saw(r, X1, r->id);
    tg_grants_views(r->grants, r->id, 0, count, &n);
    assert_int_equal(n, 2);
    tg_grants_views(r->grants, r->id, 1, count, &n);
    assert_int_equal(n, 3);
    tg_grants_views(r->grants, "EV-20270115-00", 0, count, &n);
    assert_int_equal(n, 3);
    n = 0;
    tg_grants_debts(r->grants, r->now, debts, &n);
    assert_int_equal(n, 0);
    r->now += 60;
    assert_int_equal(rig_close(r, N1), TG_OK);
    tg_grants_debts(r->grants, r->now, debts, &n);
    assert_int_equal(n, 2);
    assert_int_equal(tg_grants_leftovers(r->grants, r->now).late, 0);
    r->now++;
    rig_saw(r, X1, r->id); /* what must never happen is counted when it does */
    assert_int_equal(tg_grants_leftovers(r->grants, r->now).late, 1);
    assert_int_equal(tg_grants_leftovers(r->grants, r->now).overdue, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        T(the_rule_is_acknowledged_first),
        T(reviewed_by_somebody_else),
        T(debt_blocks_the_next_grant),
        T(debt_does_not_cut_what_runs_already),
        T(debt_within_one_second),
        T(a_view_under_two_events),
        T(drills),
        T(views_and_leftovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
