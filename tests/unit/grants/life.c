/* Attacks on the life of an event: nothing is open without one, two approvals of two companies, and time. */
#include "tests/unit/grants/rig.h"

#define D1 "1111111111111111111111111111111111111111111111111111111111111111"
#define refused(call, error)                 \
    do {                                     \
        assert_int_equal((call), (error));   \
        assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE); \
    } while (0)

static void no_event_no_grant(void **state)
{
    struct rig *r = *state;

    for (int w = 0; w < WHOS; w++) {
        assert_int_equal(rig_of(r, (enum who)w, NULL), TG_E_GRANT_NONE);
    }
    memcpy(r->id, "EV-20270115-001", 16);
    struct tg_step s = {.what = TG_STEP_APPROVE, .by = rig_doer(N1), .approval = "a.b.c"};
    memcpy(s.id, r->id, sizeof s.id);
    refused(rig_step(r, &s), TG_E_NOT_FOUND);
}

static void declared_is_not_open(void **state)
{
    struct rig *r = *state;

    assert_int_equal(rig_declare(r, N1), TG_OK);
    refused(rig_acknowledge(r, X1), TG_E_GRANT_STATE);
    assert_int_equal(rig_state(r), TG_EVENT_DECLARED);
}

static void one_approval_is_not_enough(void **state)
{
    struct rig *r = *state;

    assert_int_equal(rig_declare(r, N1), TG_OK);
    refused(rig_approve(r, N1), TG_OK);
    assert_int_equal(rig_state(r), TG_EVENT_HALF);
    refused(rig_acknowledge(r, X1), TG_E_GRANT_STATE);
    refused(rig_approve(r, N1), TG_E_APPROVAL_USED); /* the same person twice */
    refused(rig_approve(r, N2), TG_E_GRANT_VOICE);   /* the same company twice */
    assert_int_equal(rig_event(r)->first.n, 1);
}

static void the_other_side_twice(void **state)
{
    struct rig *r = *state;

    assert_int_equal(rig_declare(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, R1), TG_OK);
    refused(rig_approve(r, R1), TG_E_APPROVAL_USED);
    refused(rig_approve(r, R2), TG_E_GRANT_VOICE);
    refused(rig_approve(r, Q1), TG_E_GRANT_VOICE); /* another retailer is another company, and the same side */
    assert_int_equal(rig_approve(r, N2), TG_OK);
    assert_int_equal(rig_state(r), TG_EVENT_LIVE);
}

/* Only duty managers of a company of their own side; no supervisor, no responder, no contractor. */
static void who_may_declare_and_approve(void **state)
{
    static const enum who not_declare[] = {R1, Q1, X1, T1, C1, S1}, not_approve[] = {X1, X3, T1, C1, S1};
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof not_declare / sizeof *not_declare; i++) {
        refused(rig_declare(r, not_declare[i]), not_declare[i] == X1 ? TG_E_FORBIDDEN : TG_E_FORBIDDEN);
    }
    assert_int_equal(rig_declare(r, N1), TG_OK);
    for (size_t i = 0; i < sizeof not_approve / sizeof *not_approve; i++) {
        refused(rig_approve(r, not_approve[i]), TG_E_APPROVAL_DUTY);
    }
    assert_int_equal(rig_event(r)->first.n, 0);
}

static void nobody_approves_for_oneself(void **state)
{
    struct rig *r = *state;
    struct tg_step s = rig_outage(N1, r);

    s.people = "D1 X1";
    assert_int_equal(rig_step(r, &s), TG_OK);
    memcpy(r->id, s.id, sizeof r->id);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    refused(rig_approve(r, DUTY_ON_ROSTER), TG_E_GRANT_ROSTER);
    assert_int_equal(rig_approve(r, R1), TG_OK);
    s = rig_outage(N1, r);
    s.people = "N1 X1";
    assert_int_equal(rig_step(r, &s), TG_E_GRANT_ROSTER); /* nor declares */
}

static void forged_altered_replayed(void **state)
{
    struct rig *r = *state;

    assert_int_equal(rig_declare(r, N1), TG_OK);
    refused(rig_approve_bent(r, N1, &(struct bent){.text = "not a jws"}), TG_E_APPROVAL);
    refused(rig_approve_bent(r, N1, &(struct bent){.other = true, .card = N2}), TG_E_APPROVAL_PEOPLE);
    refused(rig_approve_bent(r, N1, &(struct bent){.digest = D1}), TG_E_APPROVAL_DIGEST);
    refused(rig_approve_bent(r, N1, &(struct bent){.act = "roster"}), TG_E_APPROVAL_ACT);
    refused(rig_approve_bent(r, N1, &(struct bent){.act = "policy"}), TG_E_APPROVAL_ACT);
    refused(rig_approve_bent(r, N1, &(struct bent){.audience = "https://elsewhere"}), TG_E_ASSERTION_AUDIENCE);
    refused(rig_approve_bent(r, N1, &(struct bent){.prior = D1, .seq = 1}), TG_E_APPROVAL_ORDER);
    refused(rig_approve_bent(r, N1, &(struct bent){.at = r->now - TG_APPROVAL_SECONDS - 60}), TG_E_APPROVAL_TIME);
    refused(rig_approve_bent(r, N1, &(struct bent){.at = r->now + 600}), TG_E_APPROVAL_TIME);
    char *good = rig_sign(r, N1, &(struct bent){.act = NULL});
    size_t n = strlen(good);
    good[n - 3] = good[n - 3] == 'A' ? 'B' : 'A';
    refused(rig_approve_bent(r, N1, &(struct bent){.text = good}), TG_E_SIGNATURE);
    free(good);
    assert_int_equal(rig_event(r)->first.n, 0);

    /* What approved one event approves no other, be it the same to the letter. */
    char *first = rig_sign(r, N1, &(struct bent){.act = NULL});
    assert_int_equal(rig_approve_bent(r, N1, &(struct bent){.text = first}), TG_OK);
    refused(rig_approve_bent(r, N1, &(struct bent){.text = first}), TG_E_APPROVAL_USED);
    refused(rig_approve_bent(r, R1, &(struct bent){.text = first}), TG_E_APPROVAL_PEOPLE);
    assert_int_equal(rig_close(r, N1), TG_OK);
    assert_int_equal(rig_declare(r, N1), TG_OK);
    refused(rig_approve_bent(r, N1, &(struct bent){.text = first}), TG_E_APPROVAL_DIGEST);
    free(first);
}

static void the_clock_starts_at_the_second_approval(void **state)
{
    struct rig *r = *state;
    struct tg_grant g;

    assert_int_equal(rig_declare(r, N1), TG_OK);
    r->now += 1000;
    assert_int_equal(rig_approve(r, N1), TG_OK);
    r->now += 1000;
    assert_int_equal(rig_approve(r, R1), TG_OK);
    assert_int_equal(rig_event(r)->from, r->now);
    assert_int_equal(rig_event(r)->until, r->now + HOUR);
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_UNACKNOWLEDGED);
    assert_int_equal(rig_acknowledge(r, X1), TG_OK);
    assert_int_equal(rig_of(r, X1, &g), TG_OK);
    assert_int_equal(g.n, 1);
    assert_string_equal(g.id[0], r->id);
    assert_string_equal(g.areas, "02203 02207");
    assert_false(g.drill);
    assert_int_equal(rig_of(r, X2, NULL), TG_E_GRANT_UNACKNOWLEDGED); /* each for oneself */
    assert_int_equal(rig_of(r, X3, NULL), TG_E_GRANT_NONE);           /* not on the roster */
    r->now = rig_event(r)->until - 1;
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
    r->now++;
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE);
    assert_int_equal(tg_event_ended_by(rig_event(r), r->now), TG_ENDED_TIME);
}

/* The declared end holds whatever the length says. */
static void never_behind_the_declared_end(void **state)
{
    struct rig *r = *state;

    assert_int_equal(rig_declare(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    tg_sec end = rig_event(r)->first.end;
    r->now = end - 10;
    assert_int_equal(rig_approve(r, R1), TG_OK);
    assert_int_equal(rig_event(r)->until, end);
    r->now = end;
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE);
}

static void approvals_come_too_late(void **state)
{
    struct rig *r = *state;

    assert_int_equal(rig_declare(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    r->now = rig_event(r)->first.end;
    refused(rig_approve(r, R1), TG_E_GRANT_ENDED);
    assert_int_equal(tg_event_ended_by(rig_event(r), r->now), TG_ENDED_LAPSED);
    refused(rig_close(r, N1), TG_E_GRANT_ENDED);
}

static void closing_ends_it_at_once(void **state)
{
    struct rig *r = *state;

    rig_live(r);
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
    assert_int_equal(rig_close(r, R1), TG_E_FORBIDDEN);
    assert_int_equal(rig_close(r, N2), TG_OK); /* whoever is on duty */
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE);
    assert_int_equal(rig_event(r)->ended_by, TG_ENDED_CLOSED);
    refused(rig_approve(r, N1), TG_E_GRANT_ENDED);
    refused(rig_acknowledge(r, X1), TG_E_GRANT_ENDED);
    refused(rig_extend(r, N1, HOUR, r->now + HOUR), TG_E_GRANT_ENDED);
    assert_int_equal(rig_declare(r, N1), TG_OK);
    assert_int_equal(rig_close(r, N1), TG_OK);
    assert_int_equal(rig_event(r)->ended_by, TG_ENDED_WITHDRAWN);
}

static void extending_is_two_new_approvals(void **state)
{
    struct rig *r = *state;

    rig_live(r);
    tg_sec old = rig_event(r)->until;
    assert_int_equal(rig_extend(r, N1, HOUR, old - 1), TG_E_GRANT_LENGTH); /* never shorter */
    assert_int_equal(rig_extend(r, N1, 25 * HOUR, r->now + 25 * HOUR), TG_E_GRANT_LENGTH);
    assert_int_equal(rig_extend(r, R1, 2 * HOUR, r->now + 4 * HOUR), TG_E_FORBIDDEN);
    assert_int_equal(rig_extend(r, N1, 2 * HOUR, r->now + 4 * HOUR), TG_OK);
    assert_int_equal(rig_event(r)->until, old);
    char *stale = rig_sign(r, N1, &(struct bent){.number = 1, .act = NULL});
    assert_int_equal(rig_approve_bent(r, N1, &(struct bent){.text = stale}), TG_E_APPROVAL_DIGEST);
    free(stale);
    assert_int_equal(rig_approve_bent(r, N1, &(struct bent){.prior = D1}), TG_E_APPROVAL_ORDER);
    assert_int_equal(rig_approve_bent(r, N1, &(struct bent){.seq = 3}), TG_E_APPROVAL_ORDER);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    assert_int_equal(rig_event(r)->until, old); /* until the second one the old end holds */
    assert_int_equal(rig_approve(r, N2), TG_E_GRANT_VOICE);
    r->now += 600;
    assert_int_equal(rig_approve(r, R1), TG_OK);
    assert_int_equal(rig_event(r)->until, r->now + 2 * HOUR);
    assert_int_equal(rig_event(r)->number, 2);
    r->now = old + 1;
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
    r->now = rig_event(r)->until;
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE);
}

static void an_extension_that_comes_too_late(void **state)
{
    struct rig *r = *state;

    rig_live(r);
    assert_int_equal(rig_extend(r, N1, 2 * HOUR, r->now + 4 * HOUR), TG_OK);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    r->now = rig_event(r)->until;
    refused(rig_approve(r, R1), TG_E_GRANT_ENDED);
}

static void overlapping_never_shorten_each_other(void **state)
{
    struct rig *r = *state;
    char first[TG_GRANT_ID_BYTES];
    struct tg_grant g;

    rig_live(r);
    memcpy(first, r->id, sizeof first);
    r->now += 600;
    struct tg_step s = rig_outage(N1, r);
    s.areas = "02205 02203";
    s.seconds = 2 * HOUR;
    assert_int_equal(rig_step(r, &s), TG_OK);
    memcpy(r->id, s.id, sizeof r->id);
    assert_string_not_equal(first, r->id);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, R1), TG_OK);
    assert_int_equal(rig_of(r, X1, &g), TG_OK); /* the new one is not acknowledged: the old one goes on */
    assert_string_equal(g.areas, "02203 02207");
    assert_int_equal(rig_acknowledge(r, X1), TG_OK);
    assert_int_equal(rig_of(r, X1, &g), TG_OK);
    assert_int_equal(g.n, 2);
    assert_string_equal(g.areas, "02203 02205 02207");
    tg_sec second_end = rig_event(r)->until;
    char second[TG_GRANT_ID_BYTES];
    memcpy(second, r->id, sizeof second);
    memcpy(r->id, first, sizeof first);
    assert_int_equal(g.until, rig_event(r)->until);
    assert_int_equal(rig_close(r, N1), TG_OK); /* one of two is revoked */
    assert_int_equal(rig_of(r, X1, &g), TG_OK);
    assert_int_equal(g.n, 1);
    assert_string_equal(g.id[0], second);
    assert_string_equal(g.areas, "02203 02205");
    assert_int_equal(g.until, second_end);
    r->now = second_end - 1;
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
}

/* Time cannot be had back. */
static void the_clock_is_set_back(void **state)
{
    struct rig *r = *state;

    rig_live(r);
    tg_sec until = rig_event(r)->until;
    r->now = until;
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE);
    r->now = until - 1;
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE); /* a second, as clocks of two cores may differ */
    r->now = until - 1800;
    assert_int_equal(rig_of(r, X1, NULL), TG_E_CLOCK);
    assert_int_equal(rig_declare(r, N1), TG_E_CLOCK);
}

/* Before the end, too: else each minute set back would be a minute more. */
static void the_clock_is_set_back_before_the_end(void **state)
{
    struct rig *r = *state;

    rig_live(r);
    r->now += 1800;
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
    r->now -= 1200;
    assert_int_equal(rig_of(r, X1, NULL), TG_E_CLOCK);
    r->now += 1200;
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
}

static void lengths_and_words(void **state)
{
    struct rig *r = *state;
    struct tg_step good = rig_outage(N1, r), s;
    char many[TG_EVENT_PEOPLE * 8 + 16] = "X1", areas[TG_GRANT_AREAS_BYTES + 16] = "02203";

#define with(member, value, error)                       \
    do {                                                 \
        s = good;                                        \
        s.member = (value);                              \
        refused(rig_step(r, &s), (error));               \
    } while (0)
    with(seconds, 59, TG_E_GRANT_LENGTH);
    with(seconds, 24 * HOUR + 1, TG_E_GRANT_LENGTH);
    with(seconds, 0, TG_E_GRANT_LENGTH);
    with(seconds, -5, TG_E_GRANT_LENGTH);
    with(end, r->now, TG_E_GRANT_LENGTH);
    with(end, r->now + 24 * HOUR + 1, TG_E_GRANT_LENGTH);
    with(end, INT64_MAX, TG_E_GRANT_LENGTH);
    with(areas, "", TG_E_BAD_MEMBER);
    with(areas, "0220", TG_E_BAD_MEMBER);
    with(areas, "02203 02203", TG_E_BAD_MEMBER);
    with(areas, NULL, TG_E_BAD_MEMBER);
    with(cause, "", TG_E_BAD_MEMBER);
    with(cause, "a\nb", TG_E_BAD_MEMBER);
    with(cause, NULL, TG_E_BAD_MEMBER);
    with(role, "retail.counter", TG_E_FORBIDDEN);
    with(role, "emergency.fault", TG_E_FORBIDDEN); /* not by an outage */
    with(role, NULL, TG_E_BAD_MEMBER);
    with(kind, TG_EVENT_FAULT, TG_E_FORBIDDEN);
    with(kind, TG_EVENT_KINDS, TG_E_BAD_MEMBER);
    with(people, NULL, TG_E_BAD_MEMBER);
    with(people, "", TG_E_BAD_MEMBER);
    with(people, "X1 X1", TG_E_BAD_MEMBER);
    with(people, "X1  X2", TG_E_BAD_MEMBER);
    with(people, "X1 ", TG_E_BAD_MEMBER);
    with(people, "X1 NOBODY", TG_E_PERSON_UNKNOWN);
    with(standing, "RO-20270115-001", TG_E_BAD_MEMBER); /* and people: one of the two */
    for (unsigned i = 0; i < TG_EVENT_PEOPLE; i++) {
        (void)snprintf(many + strlen(many), 8, " Y%u", i);
    }
    with(people, many, TG_E_BAD_MEMBER);
    for (unsigned i = 0; i < TG_GRANT_AREAS; i++) {
        (void)snprintf(areas + strlen(areas), 8, " %05u", i);
    }
    with(areas, areas, TG_E_BAD_MEMBER);
    with(by.person, NULL, TG_E_BAD_MEMBER);
    with(at, 0, TG_OK); /* rig_step sets it */
#undef with
}

/* A post that has ended, an approver who has left: as of that day, whatever was signed. */
static void posts_that_ended(void **state)
{
    struct rig *r = *state;

    assert_int_equal(rig_declare(r, N1), TG_OK);
    char *jws = rig_sign(r, N1, &(struct bent){.act = NULL});
    rig_staff(r, "N1,試験 1,NW,,,,p,nw.duty,本社,,2020-04-01,", "N1,試験 1,NW,,,,p,nw.duty,本社,,2020-04-01,2026-12-31");
    refused(rig_approve_bent(r, N1, &(struct bent){.text = jws}), TG_E_POST_NONE);
    rig_staff(r, "N1,試験 1,NW,,,,p,nw.duty", "N1,試験 1,NW,,,,p,nw.operator");
    refused(rig_approve_bent(r, N1, &(struct bent){.text = jws}), TG_E_APPROVAL_PEOPLE);
    free(jws);
}

static void nobody_stands_on_too_many(void **state)
{
    struct rig *r = *state;
    struct tg_grant g;

    for (unsigned i = 0; i < TG_GRANTS_HELD; i++) {
        rig_live(r);
    }
    assert_int_equal(rig_of(r, X1, &g), TG_OK);
    assert_int_equal(g.n, TG_GRANTS_HELD);
    assert_int_equal(rig_declare(r, N1), TG_E_GRANT_FULL);
    assert_int_equal(rig_close(r, N1), TG_OK);
    assert_int_equal(rig_declare(r, N1), TG_OK);
}

/* Every turn that the table does not have is refused, and every one that it has leads where it says. */
static void the_table_is_whole(void **state)
{
    size_t n = 0, listed = 0;
    const struct tg_move *table = tg_life_table(&n);

    (void)state;
    for (int s = 0; s < TG_EVENT_STATES; s++) {
        for (int t = 0; t < TG_TURNS; t++) {
            enum tg_event_state to = TG_EVENT_STATES;
            bool is = false;

            for (size_t i = 0; i < n; i++) {
                is = is || (table[i].from == (enum tg_event_state)s && table[i].turn == (enum tg_turn)t);
            }
            assert_int_equal(tg_life_move((enum tg_event_state)s, (enum tg_turn)t, &to), is);
            assert_int_equal(to != TG_EVENT_STATES, is);
            listed += is;
        }
    }
    assert_int_equal(listed, n);
    for (size_t i = 0; i < n; i++) { /* what is over stays so, and nothing is live but by two, or by a start */
        assert_true(table[i].from != TG_EVENT_ENDED || table[i].to == TG_EVENT_ENDED);
        if (table[i].to == TG_EVENT_LIVE && table[i].from != TG_EVENT_LIVE) {
            assert_true(table[i].turn == TG_TURN_SECOND || table[i].turn == TG_TURN_START_ONE ||
                        table[i].turn == TG_TURN_START_NONE);
        }
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        T(no_event_no_grant),
        T(declared_is_not_open),
        T(one_approval_is_not_enough),
        T(the_other_side_twice),
        T(who_may_declare_and_approve),
        T(nobody_approves_for_oneself),
        T(forged_altered_replayed),
        T(the_clock_starts_at_the_second_approval),
        T(never_behind_the_declared_end),
        T(approvals_come_too_late),
        T(closing_ends_it_at_once),
        T(extending_is_two_new_approvals),
        T(an_extension_that_comes_too_late),
        T(overlapping_never_shorten_each_other),
        T(the_clock_is_set_back),
        T(the_clock_is_set_back_before_the_end),
        T(lengths_and_words),
        T(posts_that_ended),
        T(nobody_stands_on_too_many),
        cmocka_unit_test(the_table_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
