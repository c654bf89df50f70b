#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/wire/pipe.h"

struct ends {
    struct tg_pipe *gate, *desk;
    int desk_fd; /* borrowed from desk */
};

static struct ends ends_new(void)
{
    struct ends e = {.gate = NULL};
    int fd[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd), 0);
    assert_int_equal(tg_pipe_open(fd[0], TG_WIRE_GATE, &e.gate), TG_OK);
    assert_int_equal(tg_pipe_open(fd[1], TG_WIRE_DESK, &e.desk), TG_OK);
    e.desk_fd = fd[1];
    return e;
}

static void ends_free(struct ends *e)
{
    tg_pipe_close(&e->gate);
    tg_pipe_close(&e->desk);
}

static struct tg_wire message(enum tg_wire_type type)
{
    return (struct tg_wire){.type = type,
                            .err = TG_E_CARD_MUTE,
                            .nonce = "n",
                            .n_posts = 1,
                            .jws = tg_span("a.b.c", 5),
                            .paper = tg_span("{}", 2)};
}

static enum tg_err over(struct tg_pipe *from, struct tg_pipe *to, enum tg_wire_type type)
{
    struct tg_wire m = message(type), got;
    enum tg_err e = tg_pipe_say(from, &m);

    if (e == TG_OK && (e = tg_pipe_hear(to, &got)) == TG_OK)
        assert_int_equal(got.type, type);
    return e;
}

/* The way from STARTING to each turn, as messages. */
static const enum tg_wire_type ways[TG_TURN_COUNT][7] = {
    [TG_TURN_IDLE] = {TG_WIRE_READY},
    [TG_TURN_ASKED] = {TG_WIRE_READY, TG_WIRE_SIGN_IN},
    [TG_TURN_PROVING] = {TG_WIRE_READY, TG_WIRE_SIGN_IN, TG_WIRE_WANT_SIGN_IN},
    [TG_TURN_JUDGED] = {TG_WIRE_READY, TG_WIRE_SIGN_IN, TG_WIRE_WANT_SIGN_IN, TG_WIRE_SIGNED},
    [TG_TURN_EXCUSED] = {TG_WIRE_READY, TG_WIRE_SIGN_IN, TG_WIRE_WANT_SIGN_IN, TG_WIRE_FAILED},
    [TG_TURN_OPEN] = {TG_WIRE_READY, TG_WIRE_SIGN_IN, TG_WIRE_WANT_SIGN_IN, TG_WIRE_SIGNED, TG_WIRE_OPEN},
    [TG_TURN_PRESENT] = {TG_WIRE_READY, TG_WIRE_SIGN_IN, TG_WIRE_WANT_SIGN_IN, TG_WIRE_SIGNED, TG_WIRE_OPEN,
                         TG_WIRE_WANT_PRESENCE},
    [TG_TURN_WEIGHING] = {TG_WIRE_READY, TG_WIRE_SIGN_IN, TG_WIRE_WANT_SIGN_IN, TG_WIRE_SIGNED, TG_WIRE_OPEN,
                          TG_WIRE_WANT_APPROVAL},
    [TG_TURN_WEIGHING_PRESENT] = {TG_WIRE_READY, TG_WIRE_SIGN_IN, TG_WIRE_WANT_SIGN_IN, TG_WIRE_SIGNED,
                                  TG_WIRE_OPEN, TG_WIRE_WANT_APPROVAL, TG_WIRE_WANT_PRESENCE},
};

static void walk(struct ends *e, enum tg_turn to)
{
    for (size_t i = 0; i < 7 && ways[to][i] != TG_WIRE_NOTHING; i++) {
        bool gate = tg_wire_says(TG_WIRE_GATE, ways[to][i]);

        assert_int_equal(over(gate ? e->gate : e->desk, gate ? e->desk : e->gate, ways[to][i]), TG_OK);
    }
    assert_int_equal(tg_pipe_turn(e->gate), to);
    assert_int_equal(tg_pipe_turn(e->desk), to);
}

/* In every turn the desk tries every message past its own manners: the gate hears what the table names and is
 * deaf for good after anything else. */
static void out_of_turn_is_deaf(void **state)
{
    unsigned heard = 0;

    (void)state;
    for (unsigned turn = TG_TURN_STARTING; turn < TG_TURN_OVER; turn++) {
        for (unsigned type = 1; type < TG_WIRE_TYPES; type++) {
            TG_BUF_AUTO bytes = TG_BUF_INIT(TG_WIRE_BYTES);
            struct tg_wire m = message((enum tg_wire_type)type), got;
            struct ends e = ends_new();
            bool may = tg_wire_says(TG_WIRE_DESK, m.type) &&
                       tg_turn_next((enum tg_turn)turn, m.type) != TG_TURN_BROKEN;

            walk(&e, (enum tg_turn)turn);
            assert_int_equal(tg_wire_write(&m, &bytes), TG_OK);
            assert_int_equal(send(e.desk_fd, bytes.p, bytes.n, 0), bytes.n);
            assert_int_equal(tg_pipe_hear(e.gate, &got), may ? TG_OK : TG_E_FORM);
            heard += may;
            if (!may) {
                m = message(TG_WIRE_SIGN_IN);
                assert_int_equal(tg_pipe_turn(e.gate), TG_TURN_BROKEN);
                assert_int_equal(tg_pipe_say(e.gate, &m), TG_E_FORM);
            }
            ends_free(&e);
        }
    }
    assert_int_equal(heard, 17); /* what the table lets a desk say, all in all */
}

static void nothing_after_the_end(void **state)
{
    struct ends e = ends_new();

    (void)state;
    walk(&e, TG_TURN_OPEN);
    assert_int_equal(over(e.desk, e.gate, TG_WIRE_LOCK), TG_OK);
    assert_int_equal(over(e.desk, e.gate, TG_WIRE_WANT_PRESENCE), TG_E_FORM);
    assert_int_equal(over(e.gate, e.desk, TG_WIRE_SIGN_IN), TG_E_FORM);
    ends_free(&e);
}

static void noise_breaks_it(void **state)
{
    static uint8_t big[TG_WIRE_BYTES + 100];
    struct ends e = ends_new();
    struct tg_wire got;

    (void)state;
    assert_int_equal(send(e.desk_fd, "\x04z", 2, 0), 2); /* ready, and one byte behind it */
    assert_int_equal(tg_pipe_hear(e.gate, &got), TG_E_FORM);
    assert_int_equal(tg_pipe_turn(e.gate), TG_TURN_BROKEN);
    ends_free(&e);
    e = ends_new();
    big[0] = TG_WIRE_READY;
    assert_int_equal(send(e.desk_fd, big, sizeof big, 0), sizeof big);
    assert_int_equal(tg_pipe_hear(e.gate, &got), TG_E_FORM);
    ends_free(&e);
}

static void a_side_that_is_gone(void **state)
{
    struct ends e = ends_new();
    struct tg_wire m = message(TG_WIRE_READY), got;

    (void)state;
    tg_pipe_close(&e.gate);
    assert_int_equal(tg_pipe_hear(e.desk, &got), TG_E_SESSION_ENDED);
    assert_int_equal(tg_pipe_say(e.desk, &m), TG_E_SESSION_ENDED);
    ends_free(&e);
}

/* The desk asks whether the card is there while the gate says what became of the approval. */
static void what_crosses_is_understood(void **state)
{
    struct ends e = ends_new();
    struct tg_wire ask = message(TG_WIRE_WANT_PRESENCE), approved = message(TG_WIRE_APPROVED),
                   yes = message(TG_WIRE_SIGNED), got;

    (void)state;
    walk(&e, TG_TURN_WEIGHING);
    assert_int_equal(tg_pipe_say(e.gate, &approved), TG_OK);
    assert_int_equal(tg_pipe_say(e.desk, &ask), TG_OK);
    assert_int_equal(tg_pipe_hear(e.gate, &got), TG_OK);
    assert_int_equal(tg_pipe_hear(e.desk, &got), TG_OK);
    assert_int_equal(got.type, TG_WIRE_APPROVED);
    assert_int_equal(tg_pipe_say(e.gate, &yes), TG_OK);
    assert_int_equal(tg_pipe_hear(e.desk, &got), TG_OK);
    assert_int_equal(tg_pipe_turn(e.gate), TG_TURN_OPEN);
    assert_int_equal(tg_pipe_turn(e.desk), TG_TURN_OPEN);
    assert_int_equal(over(e.gate, e.desk, TG_WIRE_APPROVED), TG_E_FORM); /* nobody asked */
    ends_free(&e);
}

/* A desk that asks and never reads its answers must not hold up the gate. */
static void a_side_that_does_not_read(void **state)
{
    struct ends e = ends_new();
    enum tg_err said = TG_OK;

    (void)state;
    walk(&e, TG_TURN_OPEN);
    for (int i = 0; i < 1000000 && said == TG_OK; i++) {
        struct tg_wire ask = message(TG_WIRE_WANT_PRESENCE), answer = message(TG_WIRE_SIGNED), got;
        TG_BUF_AUTO bytes = TG_BUF_INIT(TG_WIRE_BYTES);

        assert_int_equal(tg_wire_write(&ask, &bytes), TG_OK);
        assert_int_equal(send(e.desk_fd, bytes.p, bytes.n, 0), bytes.n);
        assert_int_equal(tg_pipe_hear(e.gate, &got), TG_OK);
        said = tg_pipe_say(e.gate, &answer);
    }
    assert_int_equal(said, TG_E_SESSION_ENDED);
    ends_free(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(out_of_turn_is_deaf),
        cmocka_unit_test(nothing_after_the_end),
        cmocka_unit_test(noise_breaks_it),
        cmocka_unit_test(a_side_that_is_gone),
        cmocka_unit_test(what_crosses_is_understood),
        cmocka_unit_test(a_side_that_does_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
