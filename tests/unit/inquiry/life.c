/* The life of an inquiry: every step in every state by everybody, two at once, the edges of time, the
 * ceilings, names that are guessed, and the same state again from the journal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "server/inquiry/inquiries.h"

#define T0 ((tg_sec)1795150800) /* 2026-11-20 14:00 in Japan */
#define WEEK ((tg_sec)TG_INQUIRY_SECONDS)
#define FIELDS (TG_BIT(TG_F_METER) | TG_BIT(TG_F_NIGHT_EQUIPMENT))

static struct tg_inquiries *q;

static int setup(void **state)
{
    (void)state;
    return tg_inquiries_new(&q) == TG_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    tg_inquiries_free(&q);
    return 0;
}

static struct tg_inquiry_step step(enum tg_inquiry_do what, const char *person, const char *id, tg_sec at)
{
    struct tg_inquiry_step s = {.what = what, .at = at};

    (void)snprintf(s.person, sizeof s.person, "%s", person);
    (void)snprintf(s.company, sizeof s.company, "%s", person[0] == 'N' ? "NW" : "HOME");
    (void)snprintf(s.office, sizeof s.office, "%s", "八戸営業所");
    (void)snprintf(s.id, sizeof s.id, "%s", id);
    if (what == TG_DO_ASKED) {
        (void)snprintf(s.subject, sizeof s.subject, "switching");
        (void)snprintf(s.purpose, sizeof s.purpose, "switching");
        (void)snprintf(s.record, sizeof s.record, "r1");
        (void)snprintf(s.consent, sizeof s.consent, "C-1");
        s.fields = FIELDS;
        s.seconds = 86400;
    }
    if (what == TG_DO_ANSWERED) {
        (void)snprintf(s.answer, sizeof s.answer, "as-recorded");
        s.fields = FIELDS;
    }
    return s;
}

/* Begun and done, or the error. */
static enum tg_err go(struct tg_inquiry_step *s)
{
    struct tg_inquiry i;
    enum tg_err e = tg_inquiries_begin(q, s, &i);

    if (e == TG_OK) {
        tg_inquiries_done(q, s, &i);
    }
    return e;
}

static enum tg_err does(enum tg_inquiry_do what, const char *person, const char *id, tg_sec at)
{
    struct tg_inquiry_step s = step(what, person, id, at);

    return go(&s);
}

static void asked(const char *person, tg_sec at, char id[TG_INQUIRY_ID_BYTES])
{
    struct tg_inquiry_step s = step(TG_DO_ASKED, person, "", at);

    assert_int_equal(go(&s), TG_OK);
    memcpy(id, s.id, TG_INQUIRY_ID_BYTES);
}

static enum tg_inquiry_state state_of(const char *person, tg_sec now)
{
    struct tg_inquiry i[4];

    assert_int_equal(tg_inquiries_mine(q, &(struct tg_asker){person, "HOME"}, now, i, 4), 1);
    return i[0].state;
}

/* Puts one inquiry of E1's into a state by a new queue of its own. */
static void bring_to(enum tg_inquiry_state want, char id[TG_INQUIRY_ID_BYTES])
{
    tg_inquiries_free(&q);
    assert_int_equal(tg_inquiries_new(&q), TG_OK);
    asked("E1", T0, id);
    if (want == TG_INQ_WITHDRAWN) {
        assert_int_equal(does(TG_DO_WITHDRAWN, "E1", id, T0 + 1), TG_OK);
    }
    if (want == TG_INQ_TAKEN || want == TG_INQ_ANSWERED || want == TG_INQ_READ) {
        assert_int_equal(does(TG_DO_TAKEN, "N1", id, T0 + 1), TG_OK);
    }
    if (want == TG_INQ_ANSWERED || want == TG_INQ_READ) {
        assert_int_equal(does(TG_DO_ANSWERED, "N1", id, T0 + 2), TG_OK);
    }
    if (want == TG_INQ_READ) {
        assert_int_equal(does(TG_DO_READ, "E1", id, T0 + 3), TG_OK);
    }
}

/* Every step in every state, by the one whose turn it is: a table, whole. */
static void every_step(void **state)
{
    static const struct {
        enum tg_inquiry_state in;
        enum tg_err take, answer, read, withdraw;
    } table[] = {
        {TG_INQ_ASKED, TG_OK, TG_E_INQUIRY_OVER, TG_E_INQUIRY_OVER, TG_OK},
        {TG_INQ_TAKEN, TG_OK, TG_OK, TG_E_INQUIRY_OVER, TG_OK},
        {TG_INQ_ANSWERED, TG_E_INQUIRY_OVER, TG_E_INQUIRY_OVER, TG_OK, TG_OK},
        {TG_INQ_READ, TG_E_INQUIRY_OVER, TG_E_INQUIRY_OVER, TG_E_INQUIRY_OVER, TG_E_INQUIRY_OVER},
        {TG_INQ_WITHDRAWN, TG_E_INQUIRY_OVER, TG_E_INQUIRY_OVER, TG_E_INQUIRY_OVER, TG_E_INQUIRY_OVER},
        {TG_INQ_EXPIRED, TG_E_INQUIRY_OVER, TG_E_INQUIRY_OVER, TG_E_INQUIRY_OVER, TG_E_INQUIRY_OVER},
    };
    char id[TG_INQUIRY_ID_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        tg_sec at = table[i].in == TG_INQ_EXPIRED ? T0 + WEEK : T0 + 10;

        bring_to(table[i].in, id);
        assert_int_equal(state_of("E1", at), table[i].in);
        assert_int_equal(does(TG_DO_TAKEN, "N1", id, at), table[i].take);
        bring_to(table[i].in, id);
        assert_int_equal(does(TG_DO_ANSWERED, "N1", id, at), table[i].answer);
        bring_to(table[i].in, id);
        assert_int_equal(does(TG_DO_READ, "E1", id, at), table[i].read);
        bring_to(table[i].in, id);
        assert_int_equal(does(TG_DO_WITHDRAWN, "E1", id, at), table[i].withdraw);
    }
}

/* The same steps by somebody else, in the same state in which they would have been right. */
static void not_by_others(void **state)
{
    char id[TG_INQUIRY_ID_BYTES];
    struct tg_inquiry_step s;

    (void)state;
    bring_to(TG_INQ_ASKED, id);
    assert_int_equal(does(TG_DO_TAKEN, "E1", id, T0 + 5), TG_E_NOT_FOUND); /* one's own */
    assert_int_equal(does(TG_DO_WITHDRAWN, "E2", id, T0 + 5), TG_E_NOT_FOUND);
    bring_to(TG_INQ_TAKEN, id);
    assert_int_equal(does(TG_DO_TAKEN, "N2", id, T0 + 5), TG_E_INQUIRY_OVER);
    assert_int_equal(does(TG_DO_ANSWERED, "N2", id, T0 + 5), TG_E_INQUIRY_OVER);
    assert_int_equal(does(TG_DO_ANSWERED, "E1", id, T0 + 5), TG_E_NOT_FOUND);
    bring_to(TG_INQ_ANSWERED, id);
    assert_int_equal(does(TG_DO_READ, "E2", id, T0 + 5), TG_E_NOT_FOUND);
    assert_int_equal(does(TG_DO_READ, "N1", id, T0 + 5), TG_E_NOT_FOUND);
    assert_int_equal(does(TG_DO_READ, "E1", "IQ-20261120-000099", T0 + 5), TG_E_NOT_FOUND);
    s = step(TG_DO_READ, "E1", id, T0 + 5); /* the same person, for another company */
    (void)snprintf(s.company, sizeof s.company, "R0001");
    assert_int_equal(go(&s), TG_E_NOT_FOUND);
    assert_int_equal(does(TG_DO_READ, "E1", id, T0 + 5), TG_OK);
}

static void not_more_than_asked(void **state)
{
    static const struct {
        const char *answer;
        tg_mask fields;
        enum tg_err err;
    } tries[] = {
        {"as-recorded", FIELDS | TG_BIT(TG_F_NAME), TG_E_INQUIRY_FIELDS},
        {"as-recorded", TG_BIT(TG_F_CAPACITY), TG_E_INQUIRY_FIELDS},
        {"as-recorded", 0, TG_E_INQUIRY_FIELDS},
        {"not-recorded", TG_BIT(TG_F_METER), TG_E_INQUIRY_FIELDS},
        {"whatever", FIELDS, TG_E_INQUIRY_FIELDS},
        {"partly", TG_BIT(TG_F_METER), TG_OK},
    };
    char id[TG_INQUIRY_ID_BYTES];

    (void)state;
    bring_to(TG_INQ_TAKEN, id);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct tg_inquiry_step s = step(TG_DO_ANSWERED, "N1", id, T0 + 5);

        (void)snprintf(s.answer, sizeof s.answer, "%s", tries[i].answer);
        s.fields = tries[i].fields;
        assert_int_equal(go(&s), tries[i].err);
    }
    struct tg_inquiry i;
    assert_int_equal(tg_inquiries_mine(q, &(struct tg_asker){"E1", "HOME"}, T0 + 6, &i, 1), 1);
    assert_int_equal(i.opened, TG_BIT(TG_F_METER));
}

/* To the second. */
static void time_ends_it(void **state)
{
    char id[TG_INQUIRY_ID_BYTES];

    (void)state;
    bring_to(TG_INQ_ASKED, id);
    assert_int_equal(does(TG_DO_TAKEN, "N1", id, T0 + WEEK), TG_E_INQUIRY_OVER);
    assert_int_equal(does(TG_DO_TAKEN, "N1", id, T0 + WEEK - 1), TG_OK);
    assert_int_equal(does(TG_DO_ANSWERED, "N1", id, T0 + WEEK), TG_E_INQUIRY_OVER);
    bring_to(TG_INQ_ANSWERED, id); /* at T0 + 2, for a day */
    assert_int_equal(does(TG_DO_READ, "E1", id, T0 + 2 + 86400), TG_E_INQUIRY_OVER);
    assert_int_equal(state_of("E1", T0 + 2 + 86400), TG_INQ_EXPIRED);
    assert_int_equal(does(TG_DO_READ, "E1", id, T0 + 2 + 86399), TG_OK);
    bring_to(TG_INQ_TAKEN, id); /* at T0 + 1: others have to wait for the lease */
    assert_int_equal(does(TG_DO_TAKEN, "N2", id, T0 + TG_INQUIRY_LEASE_SECONDS), TG_E_INQUIRY_OVER);
    assert_int_equal(does(TG_DO_TAKEN, "N2", id, T0 + 1 + TG_INQUIRY_LEASE_SECONDS), TG_OK);
    assert_int_equal(does(TG_DO_ANSWERED, "N1", id, T0 + 2 + TG_INQUIRY_LEASE_SECONDS), TG_E_INQUIRY_OVER);
    assert_int_equal(does(TG_DO_ANSWERED, "N2", id, T0 + 2 + TG_INQUIRY_LEASE_SECONDS), TG_OK);
}

/* What is being written down is held; what could not be written has not happened. */
static void one_at_a_time(void **state)
{
    char id[TG_INQUIRY_ID_BYTES];
    struct tg_inquiry i;

    (void)state;
    bring_to(TG_INQ_ANSWERED, id);
    struct tg_inquiry_step a = step(TG_DO_READ, "E1", id, T0 + 5), b = a;
    assert_int_equal(tg_inquiries_begin(q, &a, &i), TG_OK);
    assert_int_equal(tg_inquiries_begin(q, &b, &i), TG_E_INQUIRY_OVER);
    assert_int_equal(does(TG_DO_WITHDRAWN, "E1", id, T0 + 5), TG_E_INQUIRY_OVER);
    tg_inquiries_undo(q, &a);
    assert_int_equal(tg_inquiries_begin(q, &b, &i), TG_OK);
    tg_inquiries_done(q, &b, &i);
    assert_int_equal(i.state, TG_INQ_READ);
    assert_int_equal(tg_inquiries_begin(q, &a, &i), TG_E_INQUIRY_OVER);

    struct tg_inquiry_step s = step(TG_DO_ASKED, "E2", "", T0 + 6);
    assert_int_equal(tg_inquiries_begin(q, &s, &i), TG_OK);
    assert_int_equal(tg_inquiries_mine(q, &(struct tg_asker){"E2", "HOME"}, T0 + 6, &i, 1),
                     0); /* not born yet */
    assert_int_equal(tg_inquiries_queue(q, "N1", T0 + 6, &i, 1), 0);
    assert_int_equal(does(TG_DO_TAKEN, "N1", s.id, T0 + 6), TG_E_NOT_FOUND);
    tg_inquiries_undo(q, &s);
    assert_int_equal(does(TG_DO_WITHDRAWN, "E2", s.id, T0 + 6), TG_E_NOT_FOUND);
}

static void *reads(void *arg)
{
    struct tg_inquiry_step s = step(TG_DO_READ, "E1", arg, T0 + 5);

    return go(&s) == TG_OK ? arg : NULL;
}

static void one_reader(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        char id[TG_INQUIRY_ID_BYTES];
        pthread_t t[4];
        int got = 0;

        bring_to(TG_INQ_ANSWERED, id);
        for (size_t k = 0; k < 4; k++) {
            assert_int_equal(pthread_create(&t[k], NULL, reads, id), 0);
        }
        for (size_t k = 0; k < 4; k++) {
            void *won = NULL;

            assert_int_equal(pthread_join(t[k], &won), 0);
            got += won != NULL ? 1 : 0;
        }
        assert_int_equal(got, 1);
    }
}

static void ids_and_ceilings(void **state)
{
    char id[TG_INQUIRY_ID_BYTES], last[TG_INQUIRY_ID_BYTES];

    (void)state;
    asked("E1", T0, id);
    assert_string_equal(id, "IQ-20261120-000001");
    for (unsigned n = 1; n < TG_INQUIRIES_PERSON; n++) {
        asked("E1", T0 + 1, last);
    }
    assert_string_equal(last, "IQ-20261120-000100");
    assert_int_equal(does(TG_DO_ASKED, "E1", "", T0 + 2), TG_E_INQUIRY_LIMIT);
    assert_int_equal(does(TG_DO_WITHDRAWN, "E1", id, T0 + 2), TG_OK);
    asked("E1", T0 + 2, last);
    assert_string_equal(last, "IQ-20261120-000101");
    asked("E2", T0 + 12 * 3600, last); /* past midnight in Japan */
    assert_string_equal(last, "IQ-20261121-000001");
    asked("E2", T0 + 3, last); /* a clock that went back gives no number twice */
    assert_string_equal(last, "IQ-20261121-000002");
}

static void the_clock_of_the_queue(void **state)
{
    struct tg_inquiry_gauge g;
    struct tg_inquiry i[8];
    char id[3][TG_INQUIRY_ID_BYTES];

    (void)state;
    tg_inquiries_gauge(q, &(struct tg_asker){"E1", "HOME"}, T0, &g);
    assert_true(g.open == 0 && g.oldest == -1 && g.median == -1 && g.answered == 0);
    for (int k = 0; k < 3; k++) {
        asked("E1", T0 + k * 100, id[k]);
    }
    assert_int_equal(tg_inquiries_queue(q, "N1", T0 + 300, i, 8), 3);
    assert_string_equal(i[0].id, id[0]); /* oldest first */
    assert_int_equal(tg_inquiries_queue(q, "E1", T0 + 300, i, 8), 0);
    tg_inquiries_gauge(q, &(struct tg_asker){"N1", "NW"}, T0 + 300, &g);
    assert_true(g.open == 3 && g.oldest == 300 && g.answered == 0);
    assert_int_equal(does(TG_DO_TAKEN, "N1", id[0], T0 + 300), TG_OK);
    assert_int_equal(tg_inquiries_queue(q, "N2", T0 + 301, i, 8), 2);
    assert_int_equal(tg_inquiries_queue(q, "N1", T0 + 301, i, 8), 3);
    unsigned version = tg_inquiries_version(q);
    assert_int_equal(does(TG_DO_ANSWERED, "N1", id[0], T0 + 400), TG_OK);
    assert_true(tg_inquiries_version(q) != version);
    assert_int_equal(does(TG_DO_TAKEN, "N1", id[1], T0 + 401), TG_OK);
    assert_int_equal(does(TG_DO_ANSWERED, "N1", id[1], T0 + 700), TG_OK);
    tg_inquiries_gauge(q, &(struct tg_asker){"E1", "HOME"}, T0 + 700, &g);
    assert_true(g.open == 1 && g.oldest == 500 && g.answered == 2 && g.median == 600);
    tg_inquiries_gauge(q, &(struct tg_asker){"E2", "HOME"}, T0 + 700, &g);
    assert_int_equal(g.answered, 0);
}

static struct tg_inquiry_step name(const char *person, const char *company, char point, tg_sec at)
{
    struct tg_inquiry_step s = step(TG_DO_TRIED, person, "", at);

    (void)snprintf(s.company, sizeof s.company, "%s", company);
    memset(s.tried, point, 64);
    return s;
}

static enum tg_err guess(const char *person, const char *company, char point, tg_sec at)
{
    struct tg_inquiry_step s = name(person, company, point, at);
    unsigned left = 99;

    return tg_inquiries_try(q, &s, &left);
}

static void guessing(void **state)
{
    struct tg_inquiry_step s = name("E1", "HOME", '1', T0);
    unsigned left = 99;

    (void)state;
    assert_int_equal(tg_inquiries_try(q, &s, &left), TG_OK);
    assert_int_equal(left, TG_INQUIRY_TRIES_POINT - 1);
    tg_inquiries_untry(q, &s); /* it did fit */
    for (unsigned k = 0; k < TG_INQUIRY_TRIES_POINT; k++) {
        assert_int_equal(guess("E1", "HOME", '1', T0 + k), TG_OK);
    }
    assert_int_equal(guess("E1", "HOME", '1', T0 + 10), TG_E_INQUIRY_TRIES);
    assert_int_equal(guess("E1", "HOME", '1', T0 + TG_INQUIRY_TRY_SECONDS - 1), TG_E_INQUIRY_TRIES);
    for (char who = '2'; who <= '3'; who++) { /* colleagues have theirs, and all together no more than this */
        char person[3] = {'E', who, '\0'};
        for (unsigned k = 0; k < TG_INQUIRY_TRIES_POINT; k++) {
            assert_int_equal(guess(person, "HOME", '1', T0 + 20), TG_OK);
        }
    }
    assert_int_equal(guess("E4", "HOME", '1', T0 + 30), TG_E_INQUIRY_TRIES);
    assert_int_equal(guess("E4", "HOME", '2', T0 + 30), TG_OK);  /* another point */
    assert_int_equal(guess("X1", "R0001", '1', T0 + 30), TG_OK); /* another company */
    for (unsigned k = 0; k < TG_INQUIRY_TRIES_PERSON; k++) {     /* many points, few names each */
        assert_int_equal(guess("E5", "HOME", "23456789abcdef"[k % 14], T0 + 40), TG_OK);
    }
    assert_int_equal(guess("E5", "HOME", 'f', T0 + 41), TG_E_INQUIRY_TRIES);
    assert_int_equal(guess("E1", "HOME", '1', T0 + 20 + TG_INQUIRY_TRY_SECONDS), TG_OK);
}

/* The same again from the steps alone, as a start folds them; what no life holds is refused. */
static void recalled(void **state)
{
    char id[TG_INQUIRY_ID_BYTES] = "IQ-20261120-000007";
    static const enum tg_inquiry_do life[] = {TG_DO_ASKED, TG_DO_TAKEN, TG_DO_ANSWERED, TG_DO_READ};
    static const char *const by[] = {"E1", "N1", "N1", "E1"};
    struct tg_inquiry i;

    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct tg_inquiry_step s = step(life[k], by[k], id, T0 + (tg_sec)k);
        assert_int_equal(tg_inquiries_recall(q, &s), TG_OK);
    }
    assert_int_equal(tg_inquiries_mine(q, &(struct tg_asker){"E1", "HOME"}, T0 + 5, &i, 1), 1);
    assert_true(i.state == TG_INQ_ANSWERED && i.opened == FIELDS && i.until == T0 + 2 + 86400);
    struct tg_inquiry_step twice = step(TG_DO_ASKED, "E1", id, T0 + 9);
    assert_int_equal(tg_inquiries_recall(q, &twice), TG_E_AUDIT_BROKEN);
    struct tg_inquiry_step wrong = step(TG_DO_READ, "E2", id, T0 + 9);
    assert_int_equal(tg_inquiries_recall(q, &wrong), TG_E_AUDIT_BROKEN);
    struct tg_inquiry_step read = step(TG_DO_READ, "E1", id, T0 + 9);
    assert_int_equal(tg_inquiries_recall(q, &read), TG_OK);
    assert_int_equal(does(TG_DO_READ, "E1", id, T0 + 10), TG_E_INQUIRY_OVER);
    struct tg_inquiry_step before = step(TG_DO_READ, "E1", "IQ-20261001-000001", T0 + 9);
    assert_int_equal(tg_inquiries_recall(q, &before), TG_OK);
    char next[TG_INQUIRY_ID_BYTES];
    asked("E1", T0 + 20, next);
    assert_string_equal(next, "IQ-20261120-000008");
    for (unsigned k = 0; k < TG_INQUIRY_TRIES_POINT; k++) {
        struct tg_inquiry_step s = name("E1", "HOME", 'a', T0);
        assert_int_equal(tg_inquiries_recall(q, &s), TG_OK);
    }
    assert_int_equal(guess("E1", "HOME", 'a', T0 + 5), TG_E_INQUIRY_TRIES);
}

/* A full house forgets what is over, and nothing that is not. */
static void full(void **state)
{
    char id[TG_INQUIRY_ID_BYTES], person[16];

    (void)state;
    for (unsigned k = 0; k < TG_INQUIRIES; k++) {
        (void)snprintf(person, sizeof person, "E%u", k / TG_INQUIRIES_PERSON);
        asked(person, T0, id);
    }
    assert_int_equal(does(TG_DO_ASKED, "F1", "", T0 + 1), TG_E_INQUIRY_LIMIT);
    assert_int_equal(does(TG_DO_WITHDRAWN, person, id, T0 + 1), TG_OK);
    asked("F1", T0 + 2, id);
    assert_int_equal(does(TG_DO_ASKED, "F1", "", T0 + 2), TG_E_INQUIRY_LIMIT);
    asked("F1", T0 + WEEK, id); /* the old ones have expired */
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_step),
        TEST(not_by_others),
        TEST(not_more_than_asked),
        TEST(time_ends_it),
        TEST(one_at_a_time),
        TEST(one_reader),
        TEST(ids_and_ceilings),
        TEST(the_clock_of_the_queue),
        TEST(guessing),
        TEST(recalled),
        TEST(full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
