/* At 03:00: standing rosters, one approver or none, and the alarms that follow. */
#include "tests/unit/grants/rig.h"

/* On the roster, with areas and seconds of its own. */
static enum tg_err declare_on(struct rig *r, const char *roster, const char *areas, tg_sec seconds)
{
    struct tg_step s = rig_outage(N1, r);

    s.people = NULL;
    s.standing = roster;
    s.areas = areas;
    s.seconds = seconds;
    s.end = r->now + 20 * HOUR;
    enum tg_err e = rig_step(r, &s);
    if (e == TG_OK) {
        memcpy(r->id, s.id, sizeof r->id);
    }
    return e;
}

static void break_glass(void **state)
{
    struct rig *r = *state;
    const char *ro = rig_standing(r);
    struct tg_grant g;

    assert_int_equal(declare_on(r, ro, "02203", 10 * HOUR), TG_OK);
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE);
    assert_int_equal(rig_start(r, N1, "because"), TG_E_BAD_MEMBER);
    assert_int_equal(rig_start(r, N1, NULL), TG_E_BAD_MEMBER);
    assert_int_equal(rig_start(r, N1, "drill"), TG_E_BAD_MEMBER); /* it is none */
    assert_int_equal(rig_start(r, N2, "danger"), TG_E_FORBIDDEN); /* the declarer answers for it */
    assert_int_equal(rig_start(r, R1, "danger"), TG_E_FORBIDDEN);
    assert_int_equal(rig_start(r, N1, "danger"), TG_OK);
    assert_int_equal(rig_event(r)->mode, TG_MODE_NONE);
    assert_true(rig_event(r)->break_glass && !rig_event(r)->one_approver);
    assert_int_equal(rig_event(r)->until, r->now + TG_GRANT_NONE_SECONDS);
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_UNACKNOWLEDGED); /* even now the rule is read first */
    assert_int_equal(rig_acknowledge(r, X1), TG_OK);
    assert_int_equal(rig_of(r, X1, &g), TG_OK);
    assert_int_equal(rig_start(r, N1, "danger"), TG_E_GRANT_STATE);
    r->now += TG_GRANT_NONE_SECONDS;
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE);
    assert_int_equal(tg_grants_leftovers(r->grants, r->now).groundless, 0);
}

static void one_approver(void **state)
{
    struct rig *r = *state;
    const char *ro = rig_standing(r);

    assert_int_equal(declare_on(r, ro, "02203", 10 * HOUR), TG_OK);
    assert_int_equal(rig_approve(r, R1), TG_OK);
    assert_int_equal(rig_start(r, N1, "unreachable"), TG_OK);
    assert_int_equal(rig_event(r)->mode, TG_MODE_ONE);
    assert_true(rig_event(r)->one_approver && !rig_event(r)->break_glass);
    assert_int_equal(rig_event(r)->until, r->now + TG_GRANT_ONE_SECONDS);
    /* The other one comes after all: it is a full one from then on, and the alarm stays. */
    assert_int_equal(rig_approve(r, R2), TG_E_GRANT_VOICE);
    r->now += 600;
    assert_int_equal(rig_approve(r, N2), TG_OK);
    assert_int_equal(rig_event(r)->mode, TG_MODE_FULL);
    assert_int_equal(rig_event(r)->until, r->now + 10 * HOUR);
    assert_true(rig_event(r)->one_approver);
    assert_int_equal(tg_grants_alarms(r->grants), 1);
}

/* Everybody who was skipped, until each has seen it; nobody else. */
static void alarms(void **state)
{
    struct rig *r = *state;
    const char *ro = rig_standing(r);
    const struct tg_alarm *a;

    assert_int_equal(tg_grants_alarms(r->grants), 0);
    assert_int_equal(declare_on(r, ro, "02203", HOUR), TG_OK);
    assert_int_equal(rig_start(r, N1, "lines-down"), TG_OK);
    assert_int_equal(tg_grants_alarms(r->grants), 1);
    a = tg_grants_alarm(r->grants, 0);
    assert_string_equal(a->event, r->id);
    assert_string_equal(a->id + 3, r->id + 3);
    assert_true(tg_alarm_for(a, "N2", TG_VOICE_NETWORK) && tg_alarm_for(a, "R1", TG_VOICE_RETAIL));
    assert_false(tg_alarm_for(a, "S1", TG_VOICE_NONE));
    assert_int_equal(rig_alarm(r, S1, a->id), TG_E_NOT_FOUND);
    assert_int_equal(rig_alarm(r, X1, a->id), TG_E_NOT_FOUND);
    assert_int_equal(rig_alarm(r, R1, "AL-20270115-999"), TG_E_NOT_FOUND);
    assert_int_equal(rig_alarm(r, R1, a->id), TG_OK);
    assert_int_equal(rig_alarm(r, R1, a->id), TG_OK); /* again is no harm */
    assert_int_equal(a->n_seen, 1);
    assert_false(tg_alarm_for(a, "R1", TG_VOICE_RETAIL));
    assert_true(tg_alarm_for(a, "R2", TG_VOICE_RETAIL)); /* each for oneself */

    assert_int_equal(declare_on(r, ro, "02203", HOUR), TG_OK);
    assert_int_equal(rig_approve(r, N2), TG_OK);
    assert_int_equal(rig_start(r, N1, "unreachable"), TG_OK);
    a = tg_grants_alarm(r->grants, 1);
    assert_int_equal(a->mode, TG_MODE_ONE);
    assert_false(tg_alarm_for(a, "N1", TG_VOICE_NETWORK)); /* that side was asked */
    assert_true(tg_alarm_for(a, "Q1", TG_VOICE_RETAIL));
}

static void only_on_a_roster_that_is_valid(void **state)
{
    struct rig *r = *state;
    char ro[TG_GRANT_ID_BYTES];

    assert_int_equal(rig_declare(r, N1), TG_OK); /* people, no standing roster */
    assert_int_equal(rig_start(r, N1, "danger"), TG_E_GRANT_STANDING);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    assert_int_equal(rig_start(r, N1, "danger"), TG_E_GRANT_STANDING);
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE);

    memcpy(ro, rig_standing(r), sizeof ro);
    assert_int_equal(declare_on(r, "RO-20270115-777", "02203", HOUR), TG_E_GRANT_STANDING);
    assert_int_equal(declare_on(r, ro, "02203 02205", HOUR), TG_E_GRANT_STANDING); /* the next municipality */
    assert_int_equal(declare_on(r, ro, "02205", HOUR), TG_E_GRANT_STANDING);
    assert_int_equal(declare_on(r, ro, "02203", HOUR), TG_OK);
    r->now += 19 * HOUR;
    assert_int_equal(rig_start(r, N1, "danger"), TG_OK);
    r->now += 30 * 24 * HOUR; /* it is over by now */
    assert_int_equal(declare_on(r, ro, "02203", HOUR), TG_E_GRANT_STANDING);
    assert_int_equal(tg_roster_state(tg_grants_find_roster(r->grants, ro), r->now), TG_ROSTER_ENDED);
}

/* It was valid when the event was declared, and is not any more when it starts. */
static void a_roster_that_ended_meanwhile(void **state)
{
    struct rig *r = *state;
    const char *ro = rig_standing(r);

    r->now += 30 * 24 * HOUR - 60;
    assert_int_equal(declare_on(r, ro, "02203", HOUR), TG_OK);
    r->now += 60;
    assert_int_equal(rig_start(r, N1, "danger"), TG_E_GRANT_STANDING);
}

static void rosters_need_two_as_well(void **state)
{
    struct rig *r = *state;
    struct tg_step s = {.what = TG_STEP_PROPOSE,
                        .by = rig_doer(N1),
                        .cause = "当番",
                        .role = "emergency.responder",
                        .areas = "02203",
                        .people = "X1 D1",
                        .seconds = HOUR,
                        .end = r->now + 24 * HOUR};
    struct tg_step bad = s;

    bad.by = rig_doer(R1);
    assert_int_equal(rig_step(r, &bad), TG_E_FORBIDDEN);
    bad = s;
    bad.people = "N1 X1";
    assert_int_equal(rig_step(r, &bad), TG_E_GRANT_ROSTER);
    bad = s;
    bad.end = r->now + (TG_ROSTER_DAYS * 24 + 1) * (tg_sec)HOUR;
    assert_int_equal(rig_step(r, &bad), TG_E_GRANT_LENGTH);
    assert_int_equal(rig_step(r, &s), TG_OK);
    memcpy(r->id, s.id, sizeof r->id);
    assert_int_equal(rig_approve_bent(r, N1, &(struct bent){.act = "grant"}), TG_E_APPROVAL_ACT);
    assert_int_equal(rig_approve(r, DUTY_ON_ROSTER), TG_E_GRANT_ROSTER);
    assert_int_equal(rig_approve(r, T1), TG_E_APPROVAL_DUTY);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, N1), TG_E_APPROVAL_USED);
    assert_int_equal(rig_approve(r, N2), TG_E_GRANT_VOICE);
    assert_int_equal(declare_on(r, s.id, "02203", HOUR), TG_E_GRANT_STANDING); /* half */
    assert_int_equal(rig_approve(r, R1), TG_OK);
    assert_int_equal(declare_on(r, s.id, "02203", HOUR), TG_OK);
}

/* An event on a standing roster with both approvals is an event like any other. */
static void a_standing_roster_in_full(void **state)
{
    struct rig *r = *state;
    const char *ro = rig_standing(r);

    assert_int_equal(declare_on(r, ro, "02203", HOUR), TG_OK);
    assert_int_equal(rig_approve(r, N2), TG_OK);
    assert_int_equal(rig_approve(r, R2), TG_OK);
    assert_int_equal(rig_event(r)->mode, TG_MODE_FULL);
    assert_int_equal(tg_grants_alarms(r->grants), 0);
    assert_int_equal(rig_acknowledge(r, X2), TG_OK);
    assert_int_equal(rig_of(r, X2, NULL), TG_OK);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        T(break_glass),
        T(one_approver),
        T(alarms),
        T(only_on_a_roster_that_is_valid),
        T(a_roster_that_ended_meanwhile),
        T(rosters_need_two_as_well),
        T(a_standing_roster_in_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
