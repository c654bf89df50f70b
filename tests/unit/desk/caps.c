/* The count of look-ups: never more than the cap in any hour, whatever the times, and never forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/file.h"
#include "server/desk/caps.h"

#define HOUR 3600
#define BEGIN ((tg_sec)1770000000)

static const struct tg_cap five = {.looks = 5, .seconds = HOUR, .rule = "five"};
static const struct tg_looker clerk = {"E1", "retail.counter", "HOME", false};
static const struct tg_looker caller = {"W1", "retail.contractor", "HOME", true};
static const struct tg_looker supervisor = {"S1", "retail.supervisor", "HOME", false};

struct world {
    struct tg_caps *caps;
    struct tg_policy *policy;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct tg_policy_fault fault;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);

    assert_non_null(w);
    assert_int_equal(tg_file_read(getenv("DEFAULT_POLICY"), &text), TG_OK);
    assert_int_equal(tg_policy_compile(tg_span_buf(&text), &w->policy, &fault), TG_OK);
    assert_int_equal(tg_caps_new(&w->caps), TG_OK);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;

    tg_caps_free(&w->caps);
    tg_policy_unref(&w->policy);
    free(w);
    return 0;
}

static enum tg_err look(struct world *w, const struct tg_looker *who, tg_sec now, unsigned looks,
                        tg_sec *wait)
{
    struct tg_looking l = {.now = now, .looks = looks};
    enum tg_err e = tg_caps_count(w->caps, who, &five, &l);

    if (wait != NULL) {
        *wait = l.wait;
    }
    return e;
}

static void test_stops_and_goes_on(void **state)
{
    struct world *w = *state;
    tg_sec wait = 0;

    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(look(w, &clerk, BEGIN + i, 1, NULL), TG_OK);
    }
    assert_int_equal(look(w, &clerk, BEGIN + 5, 1, &wait), TG_E_VOLUME_CAP);
    assert_in_range(wait, HOUR - 65, HOUR + 60);
    for (unsigned i = 0; i < 1000; i++) { /* knocking changes nothing, neither way */
        assert_int_equal(look(w, &clerk, BEGIN + 6, 1, NULL), TG_E_VOLUME_CAP);
    }
    assert_int_equal(look(w, &clerk, BEGIN + 5 + wait - 1, 1, NULL), TG_E_VOLUME_CAP);
    assert_int_equal(look(w, &clerk, BEGIN + 5 + wait, 1, NULL), TG_OK);
}

/* One count for the person and the role; another role, another person, another count. */
static void test_whose_count(void **state)
{
    struct world *w = *state;
    const struct tg_looker elsewhere = {"E1", "retail.counter", "R0001", true};
    const struct tg_looker dunning = {"E1", "retail.dunning", "HOME", false};
    const struct tg_looker colleague = {"E11", "retail.counter", "HOME", false};

    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(look(w, i % 2 == 0 ? &clerk : &elsewhere, BEGIN, 1, NULL), TG_OK);
    }
    assert_int_equal(look(w, &clerk, BEGIN, 1, NULL), TG_E_VOLUME_CAP);
    assert_int_equal(look(w, &elsewhere, BEGIN, 1, NULL), TG_E_VOLUME_CAP);
    assert_int_equal(look(w, &dunning, BEGIN, 5, NULL), TG_OK);
    assert_int_equal(look(w, &colleague, BEGIN, 5, NULL), TG_OK);
    assert_int_equal(tg_caps_lookers(w->caps), 3);
}

/* A large page at once: what does not fit whole is not counted at all. */
static void test_several_at_once(void **state)
{
    struct world *w = *state;
    struct tg_looking none = {.now = BEGIN, .looks = 0};

    assert_int_equal(look(w, &clerk, BEGIN, 3, NULL), TG_OK);
    assert_int_equal(look(w, &clerk, BEGIN, 3, NULL), TG_E_VOLUME_CAP);
    assert_int_equal(look(w, &clerk, BEGIN, 2, NULL), TG_OK);
    assert_int_equal(look(w, &clerk, BEGIN, 1, NULL), TG_E_VOLUME_CAP);
    assert_int_equal(look(w, &caller, BEGIN, 6, NULL), TG_E_VOLUME_CAP); /* never */
    assert_int_equal(tg_caps_count(w->caps, &clerk, &five, &none), TG_E_INTERNAL);
}

/* The clock set back, by whoever can: nothing is forgotten, and time goes on from where it was. */
static void test_clock_back(void **state)
{
    struct world *w = *state;

    assert_int_equal(look(w, &clerk, BEGIN, 5, NULL), TG_OK);
    for (tg_sec back = 1; back < 100000; back *= 7) {
        assert_int_equal(look(w, &clerk, BEGIN - back, 1, NULL), TG_E_VOLUME_CAP);
    }
    assert_int_equal(look(w, &clerk, BEGIN + HOUR - 1, 1, NULL), TG_E_VOLUME_CAP);
    assert_int_equal(look(w, &clerk, BEGIN + HOUR + 60, 5, NULL), TG_OK);
    assert_int_equal(look(w, &clerk, BEGIN, 1, NULL), TG_E_VOLUME_CAP);
}

static uint64_t random_below(uint64_t *state, uint64_t n)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (*state >> 33) % n;
}

/* Any pace: in no stretch of an hour more than the cap; and when the wait is over, it does go on. */
static void test_any_hour(void **state)
{
    enum { STEPS = 20000 };
    struct world *w = *state;
    static tg_sec at[STEPS * 5];
    size_t n = 0, from = 0, stopped = 0;
    uint64_t rng = 7;
    tg_sec now = BEGIN, wait = 0;

    for (size_t i = 0; i < STEPS; i++) {
        unsigned looks = 1 + (unsigned)random_below(&rng, random_below(&rng, 4) == 0 ? 5 : 1);
        enum tg_err e = look(w, &clerk, now, looks, &wait);

        for (unsigned k = 0; e == TG_OK && k < looks; k++) {
            at[n++] = now;
        }
        if (e == TG_E_VOLUME_CAP && random_below(&rng, 50) == 0) {
            assert_in_range(wait, 1, HOUR + 60);
            assert_int_equal(look(w, &clerk, now + wait, looks, NULL), TG_OK);
            now += wait;
            for (unsigned k = 0; k < looks; k++) {
                at[n++] = now;
            }
        }
        stopped += e != TG_OK;
        while (from < n && at[from] <= now - HOUR) {
            from++;
        }
        assert_true(n - from <= 5);
        now += (tg_sec)random_below(&rng, random_below(&rng, 10) == 0 ? 2 * HOUR : 400);
    }
    assert_true(stopped > STEPS / 20 && n > STEPS / 20);
}

static enum tg_err release(struct world *w, const struct tg_looker *by, const char *person, tg_sec now)
{
    struct tg_release r = {.person = person, .now = now};

    return tg_caps_release(w->caps, w->policy, by, &r);
}

/* The policy's own caps, since a release goes by them. */
static void exhaust(struct world *w, const struct tg_looker *who, tg_sec now)
{
    const struct tg_cap *cap = tg_policy_cap(w->policy, who->role);
    struct tg_looking l = {.now = now, .looks = 1};
    unsigned n = 0;

    while (tg_caps_count(w->caps, who, cap, &l) == TG_OK) {
        n++;
    }
    assert_true(n <= cap->looks);
}

static unsigned left(struct world *w, const struct tg_looker *who, tg_sec now)
{
    const struct tg_cap *cap = tg_policy_cap(w->policy, who->role);
    struct tg_looking l = {.now = now, .looks = 1};
    unsigned n = 0;

    while (tg_caps_count(w->caps, who, cap, &l) == TG_OK) {
        n++;
    }
    return n;
}

static void test_release(void **state)
{
    struct world *w = *state;

    assert_int_equal(release(w, &supervisor, "E1", BEGIN), TG_E_CAP_RELEASE); /* nobody has heard of E1 */
    assert_int_equal(left(w, &clerk, BEGIN), 600);
    assert_int_equal(release(w, &supervisor, "E1", BEGIN), TG_OK);
    assert_int_equal(release(w, &supervisor, "E1", BEGIN), TG_E_CAP_RELEASE); /* not on store */
    assert_int_equal(left(w, &clerk, BEGIN), 600);
    assert_int_equal(release(w, &supervisor, "E1", BEGIN), TG_OK);
    assert_int_equal(left(w, &clerk, BEGIN + 60), 600);
    assert_int_equal(left(w, &clerk, BEGIN + HOUR + 120), 600); /* an hour later it is as ever */
    assert_int_equal(left(w, &clerk, BEGIN + HOUR + 120), 0);
}

/* Before the cap has stopped anybody there is nothing to release, so that none can be laid by. */
static void test_release_in_advance(void **state)
{
    struct world *w = *state;
    struct tg_looking l = {.now = BEGIN, .looks = 599};

    assert_int_equal(tg_caps_count(w->caps, &clerk, tg_policy_cap(w->policy, clerk.role), &l), TG_OK);
    assert_int_equal(release(w, &supervisor, "E1", BEGIN), TG_E_CAP_RELEASE);
    exhaust(w, &clerk, BEGIN);
    assert_int_equal(release(w, &supervisor, "E1", BEGIN + HOUR + 60), TG_E_CAP_RELEASE); /* over by itself */
}

static void test_release_by_whom(void **state)
{
    struct world *w = *state;
    const struct tg_looker others[] = {
        {"E1", "retail.supervisor", "HOME", false},  /* oneself */
        {"E2", "retail.counter", "HOME", false},     /* a colleague */
        {"S2", "retail.supervisor", "R0001", false}, /* another company's */
        {"S3", "retail.supervisor", "HOME", true},   /* a contractor's, for staff */
        {"N1", "nw.duty", "HOME", false},            /* another side's */
        {"A1", "auditor", "HOME", false},
        {"X1", "no.such.role", "HOME", false},
    };
    const struct tg_looker contractors = {"S3", "retail.supervisor", "HOME", true};

    exhaust(w, &clerk, BEGIN);
    exhaust(w, &caller, BEGIN);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(release(w, &others[i], "E1", BEGIN), TG_E_CAP_RELEASE);
    }
    assert_int_equal(left(w, &clerk, BEGIN), 0);
    assert_int_equal(release(w, &contractors, "W1", BEGIN), TG_OK);
    assert_int_equal(left(w, &caller, BEGIN), 300);
    assert_int_equal(release(w, &supervisor, "W1", BEGIN), TG_OK);
    assert_int_equal(release(w, &supervisor, "E1", BEGIN), TG_OK);
}

static void test_take_back(void **state)
{
    struct world *w = *state;
    struct tg_release r = {.person = "E1", .now = BEGIN};

    exhaust(w, &clerk, BEGIN);
    assert_int_equal(tg_caps_release(w->caps, w->policy, &supervisor, &r), TG_OK);
    assert_int_equal(r.n, 1);
    assert_string_equal(r.role[0], "retail.counter");
    tg_caps_take_back(w->caps, &r);
    assert_int_equal(left(w, &clerk, BEGIN), 0);
    assert_int_equal(release(w, &supervisor, "E1", BEGIN), TG_OK); /* it may be tried again */
    assert_int_equal(left(w, &clerk, BEGIN), 600);
}

/* What the journal says stands for what was counted. */
static void test_recall(void **state)
{
    struct world *w = *state;
    const struct tg_recall said[] = {
        {TG_RECALL_LOOKS, 600, BEGIN - 10},
        {TG_RECALL_STOP, 1, BEGIN - 9},
        {TG_RECALL_RELEASE, 0, BEGIN - 8},
        {TG_RECALL_LOOKS, 599, BEGIN - 7},
    };

    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        assert_int_equal(tg_caps_recall(w->caps, &clerk, &said[i]), TG_OK);
    }
    assert_int_equal(left(w, &clerk, BEGIN), 1);
    assert_int_equal(tg_caps_recall(w->caps, &caller, &(struct tg_recall){TG_RECALL_RELEASE, 0, BEGIN}),
                     TG_OK);
    assert_int_equal(tg_caps_lookers(w->caps), 1); /* a release makes nobody a looker */
}

/* More people than there is room for: the next one is refused, and nobody is forgotten for it. */
static void test_full(void **state)
{
    struct world *w = *state;
    struct tg_looker who = {.role = "retail.counter", .company = "HOME"};
    char person[16];

    who.person = person;
    for (unsigned i = 0; i < TG_CAP_LOOKERS; i++) {
        (void)snprintf(person, sizeof person, "E%u", i);
        assert_int_equal(look(w, &who, BEGIN, 5, NULL), TG_OK);
    }
    (void)snprintf(person, sizeof person, "latecomer");
    assert_int_equal(look(w, &who, BEGIN + HOUR, 1, NULL), TG_E_BUSY);
    (void)snprintf(person, sizeof person, "E0");
    assert_int_equal(look(w, &who, BEGIN + HOUR, 1, NULL), TG_E_VOLUME_CAP);
    (void)snprintf(person, sizeof person, "latecomer");
    assert_int_equal(look(w, &who, BEGIN + HOUR + 120, 1, NULL), TG_OK); /* an hour later there is room */
    assert_true(tg_caps_lookers(w->caps) <= 2);
    tg_caps_sweep(w->caps, BEGIN + 3 * HOUR);
    assert_int_equal(tg_caps_lookers(w->caps), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_stops_and_goes_on, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whose_count, setup, teardown),
        cmocka_unit_test_setup_teardown(test_several_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_clock_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_any_hour, setup, teardown),
        cmocka_unit_test_setup_teardown(test_release, setup, teardown),
        cmocka_unit_test_setup_teardown(test_release_in_advance, setup, teardown),
        cmocka_unit_test_setup_teardown(test_release_by_whom, setup, teardown),
        cmocka_unit_test_setup_teardown(test_take_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_recall, setup, teardown),
        cmocka_unit_test_setup_teardown(test_full, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
