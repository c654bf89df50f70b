#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/gate/pin.h"
#include "ui/gate/words.h"

/* Whatever is going on, a removal ends it: nothing is held, the desk dies, the PIN is wiped. */
static void a_removal_ends_everything(void **state)
{
    (void)state;
    for (unsigned s = 0; s < TG_GATE_STATES; s++) {
        assert_int_equal(tg_gate_next((enum tg_gate_state)s, TG_GATE_CARD_GONE), TG_GATE_EMPTY);
        assert_int_equal(tg_gate_effects((enum tg_gate_state)s, TG_GATE_CARD_GONE),
                         TG_GATE_KILLS | TG_GATE_WIPES | TG_GATE_DROPS | TG_GATE_RESETS);
    }
}

/* A desk that has shown customers is never used for the next person, nor for the same one again. */
static void no_desk_outlives_its_session(void **state)
{
    unsigned left = 0;

    (void)state;
    for (unsigned e = 0; e < TG_GATE_EVENTS; e++) {
        if (tg_gate_next(TG_GATE_OPEN, (enum tg_gate_event)e) == TG_GATE_OPEN)
            continue;
        left++;
        assert_true((tg_gate_effects(TG_GATE_OPEN, (enum tg_gate_event)e) & TG_GATE_KILLS) != 0);
    }
    assert_int_equal(left, TG_GATE_EVENTS); /* nothing keeps it open: it is open until something happens */
}

/* The PIN lives from its Enter to the end of the attempt, never while a post is chosen. The card remembers it
 * for as long, and while a post is chosen. */
static void the_pin_lives_for_one_attempt(void **state)
{
    (void)state;
    for (unsigned s = 0; s < TG_GATE_STATES; s++) {
        for (unsigned e = 0; e < TG_GATE_EVENTS; e++) {
            enum tg_gate_state to = tg_gate_next((enum tg_gate_state)s, (enum tg_gate_event)e);
            unsigned effects = tg_gate_effects((enum tg_gate_state)s, (enum tg_gate_event)e);

            assert_int_equal((effects & TG_GATE_WIPES) == 0, to == TG_GATE_SIGNING);
            assert_int_equal((effects & TG_GATE_RESETS) == 0,
                             to == TG_GATE_SIGNING || to == TG_GATE_CHOOSE);
        }
    }
}

/* No PIN is asked for, and none is taken, for a card that cannot be used. */
static void an_unfit_card_is_asked_nothing(void **state)
{
    (void)state;
    assert_int_equal(tg_gate_next(TG_GATE_EMPTY, TG_GATE_CARD_UNFIT), TG_GATE_UNFIT);
    for (unsigned e = 0; e < TG_GATE_EVENTS; e++) {
        enum tg_gate_state to = tg_gate_next(TG_GATE_UNFIT, (enum tg_gate_event)e);

        assert_true(to == TG_GATE_EMPTY || (to == TG_GATE_UNFIT && e == TG_GATE_LOST));
    }
}

/* Only an answer of the server while the card and the PIN are at work opens the desk. */
static void one_way_in(void **state)
{
    (void)state;
    for (unsigned s = 0; s < TG_GATE_STATES; s++) {
        for (unsigned e = 0; e < TG_GATE_EVENTS; e++) {
            bool open = tg_gate_next((enum tg_gate_state)s, (enum tg_gate_event)e) == TG_GATE_OPEN;

            assert_int_equal(open, s == TG_GATE_SIGNING && e == TG_GATE_OPENED);
        }
    }
    assert_int_equal(tg_gate_next((enum tg_gate_state)99, TG_GATE_OPENED), TG_GATE_EMPTY);
    assert_int_equal(tg_gate_next(TG_GATE_SIGNING, (enum tg_gate_event)99), TG_GATE_EMPTY);
}

/* A desk that was asked and whose answer is not waited for could still open: it dies. */
static void a_desk_that_is_given_up_dies(void **state)
{
    (void)state;
    assert_true((tg_gate_effects(TG_GATE_SIGNING, TG_GATE_BACK) & TG_GATE_KILLS) != 0);
    assert_true((tg_gate_effects(TG_GATE_SIGNING, TG_GATE_LATE) & TG_GATE_KILLS) != 0);
    assert_true((tg_gate_effects(TG_GATE_SIGNING, TG_GATE_AGAIN) & TG_GATE_KILLS) == 0);
    assert_true((tg_gate_effects(TG_GATE_SIGNING, TG_GATE_DENIED) & TG_GATE_KILLS) == 0);
}

static void digits_and_no_more(void **state)
{
    TG_SECRET_AUTO pin = TG_SECRET_INIT;

    (void)state;
    assert_int_equal(tg_secret_init(&pin, TG_PIN_MAX), TG_OK);
    tg_pin_rub(&pin);
    assert_int_equal(pin.n, 0);
    for (int c = 0; c < 256; c++) {
        if (c < '0' || c > '9')
            assert_false(tg_pin_put(&pin, (char)c));
    }
    for (unsigned i = 0; i < TG_PIN_MAX; i++) {
        assert_int_equal(tg_pin_whole(&pin), i >= TG_PIN_MIN);
        assert_true(tg_pin_put(&pin, '7'));
    }
    assert_false(tg_pin_put(&pin, '7'));
    tg_pin_rub(&pin);
    assert_int_equal(pin.n, TG_PIN_MAX - 1);
    assert_int_equal(pin.p[TG_PIN_MAX - 1], 0); /* the byte itself is gone */
}

/* Every state and every reason is a sentence; no reason of the list is silent in the state that shows
 * reasons. */
static void every_reason_is_a_sentence(void **state)
{
    struct tg_gate_words w;

    (void)state;
    for (unsigned s = 0; s < TG_GATE_STATES; s++) {
        tg_gate_words(&(struct tg_gate_view){.state = (enum tg_gate_state)s, .tries = -1}, &w);
        assert_true(w.title[0] != '\0');
    }
    for (unsigned e = 1; e < TG_ERR_COUNT; e++) {
        struct tg_gate_view v = {.state = TG_GATE_REFUSED, .err = (enum tg_err)e, .tries = -1};

        tg_gate_words(&v, &w);
        assert_string_equal(w.detail, tg_err_en(v.err));
        assert_true(w.alarm && w.keys[0] != '\0');
    }
}

/* What a person at the lock window can meet says in both languages what to do now, not only what is wrong. */
static void every_refusal_says_what_to_do(void **state)
{
    static const enum tg_err met[] = {
        TG_E_ASSERTION,
        TG_E_ASSERTION_BINDING,
        TG_E_ASSERTION_AUDIENCE,
        TG_E_ASSERTION_TIME,
        TG_E_ASSERTION_REPLAY,
        TG_E_ALGORITHM,
        TG_E_SIGNATURE,
        TG_E_NONCE,
        TG_E_CERT_FORM,
        TG_E_CERT_UNTRUSTED,
        TG_E_CERT_EXPIRED,
        TG_E_CERT_NOT_YET,
        TG_E_CERT_REVOKED,
        TG_E_CERT_CRL,
        TG_E_CERT_USAGE,
        TG_E_CERT_KEY,
        TG_E_CERT_IDENTITY,
        TG_E_CARD_UNKNOWN,
        TG_E_CARD_BLOCKED,
        TG_E_PERSON_UNKNOWN,
        TG_E_PERSON_LEFT,
        TG_E_CONTRACT_OVER,
        TG_E_POST_NONE,
        TG_E_POST_NOT_HELD,
        TG_E_POST_CHOICE,
        TG_E_POST_CHANGED,
        TG_E_SESSION_ENDED,
        TG_E_PCSC_DOWN,
        TG_E_READER_NONE,
        TG_E_CARD_BUSY,
        TG_E_CARD_MUTE,
        TG_E_CARD_TIMEOUT,
        TG_E_CARD_RESET,
        TG_E_CARD_REPLY,
        TG_E_CARD_REFUSED,
        TG_E_CARD_NOT_PIV,
        TG_E_CARD_NO_CERT,
        TG_E_CARD_ALGORITHM,
        TG_E_PIN_BLOCKED,
        TG_E_UNREACHABLE,
        TG_E_SERVER_TRUST,
        TG_E_SERVER_REPLY,
        TG_E_BUSY,
        TG_E_AUDIT_DOWN,
        TG_E_INTERNAL,
    };

    (void)state;
    for (size_t i = 0; i < sizeof met / sizeof *met; i++) {
        const char *ja = tg_err_ja(met[i]), *en = tg_err_en(met[i]);

        if (strstr(ja, "ください") == NULL)
            fail_msg("%s: %s", tg_err_code(met[i]), ja);
        if (strcspn(en, ".;:,") + 1 >= strlen(en)) /* one clause only */
            fail_msg("%s: %s", tg_err_code(met[i]), en);
    }
}

static void tries_are_said(void **state)
{
    struct tg_gate_view v = {.state = TG_GATE_PIN, .err = TG_E_PIN_WRONG, .tries = 2};
    struct tg_gate_words w;

    (void)state;
    tg_gate_words(&v, &w);
    assert_string_equal(w.detail, "Wrong PIN. 2 tries left.");
    v.tries = 1;
    tg_gate_words(&v, &w);
    assert_string_equal(w.detail, "Wrong PIN. One try is left. A wrong PIN now blocks the card.");
    v = (struct tg_gate_view){.state = TG_GATE_PIN, .tries = -1};
    tg_gate_words(&v, &w);
    assert_string_equal(w.detail, "");
    assert_false(w.alarm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_removal_ends_everything),
        cmocka_unit_test(no_desk_outlives_its_session),
        cmocka_unit_test(the_pin_lives_for_one_attempt),
        cmocka_unit_test(an_unfit_card_is_asked_nothing),
        cmocka_unit_test(one_way_in),
        cmocka_unit_test(a_desk_that_is_given_up_dies),
        cmocka_unit_test(digits_and_no_more),
        cmocka_unit_test(every_reason_is_a_sentence),
        cmocka_unit_test(every_refusal_says_what_to_do),
        cmocka_unit_test(tries_are_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
