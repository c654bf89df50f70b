/* The desk without a window, with this test as its gate and nobody as its server. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "ui/desk/sitting.h"
#include "ui/wire/pipe.h"

static atomic_uint opens, ends;

static void opened(void *arg, struct tg_span whoami)
{
    (void)arg;
    (void)whoami;
    atomic_fetch_add(&opens, 1);
}

static void answered(void *arg, const struct tg_answer *a)
{
    (void)arg;
    (void)a;
    atomic_fetch_add(&opens, 1); /* nothing may be answered here either */
}

static void over(void *arg)
{
    (void)arg;
    atomic_fetch_add(&ends, 1);
}

static struct tg_sitting *kept[2]; /* a sitting has no end but the process's */
static size_t n_kept;

static struct tg_pipe *gate_of(int *raw)
{
    struct tg_sitting_conf conf = {.server = "https://127.0.0.1:1",
                                   .ca_file = "/dev/null",
                                   .terminal = "t",
                                   .language = "en",
                                   .opened = opened,
                                   .answered = answered,
                                   .over = over};
    struct tg_pipe *gate = NULL;
    int fd[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd), 0);
    conf.fd = fd[1];
    *raw = fd[0];
    assert_int_equal(tg_pipe_open(fd[0], TG_WIRE_GATE, &gate), TG_OK);
    assert_int_equal(tg_sitting_open(&conf, &kept[n_kept++]), TG_OK);
    return gate;
}

static void hear_is(struct tg_pipe *gate, enum tg_wire_type type, enum tg_err err)
{
    struct tg_wire m;

    assert_int_equal(tg_pipe_hear(gate, &m), TG_OK);
    assert_int_equal(m.type, type);
    if (err != TG_OK)
        assert_int_equal(m.err, err);
}

static void end_comes(unsigned n)
{
    for (int i = 0; i < 5000 && atomic_load(&ends) < n; i++)
        (void)poll(NULL, 0, 2);
    assert_int_equal(atomic_load(&ends), n);
}

/* No server: it says so, twice, and the card is never asked. */
static void no_server_is_said(void **state)
{
    struct tg_wire sign_in = {.type = TG_WIRE_SIGN_IN, .n_posts = 1};
    int raw;
    struct tg_pipe *gate = gate_of(&raw);
    unsigned before = atomic_load(&ends);

    (void)state;
    hear_is(gate, TG_WIRE_READY, TG_OK);
    for (int i = 0; i < 2; i++) {
        struct tg_wire m;

        assert_int_equal(tg_pipe_say(gate, &sign_in), TG_OK);
        assert_int_equal(tg_pipe_hear(gate, &m), TG_OK);
        assert_int_equal(m.type, TG_WIRE_REFUSED);
        assert_true(m.err == TG_E_UNREACHABLE || m.err == TG_E_CONFIG || m.err == TG_E_SERVER_TRUST);
    }
    tg_pipe_close(&gate);
    end_comes(before + 1);
    assert_int_equal(atomic_load(&opens), 0);
}

/* A gate that says what it may not now is none. */
static void a_wrong_gate_ends_it(void **state)
{
    int raw;
    struct tg_pipe *gate = gate_of(&raw);
    unsigned before = atomic_load(&ends);

    (void)state;
    hear_is(gate, TG_WIRE_READY, TG_OK);
    assert_int_equal(send(raw, "\x07", 1, 0), 1); /* open: the desk's own word */
    end_comes(before + 1);
    assert_int_equal(atomic_load(&opens), 0);
    tg_pipe_close(&gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_server_is_said),
        cmocka_unit_test(a_wrong_gate_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
