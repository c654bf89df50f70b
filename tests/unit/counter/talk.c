/* The desk's talk with the gate: this test is the gate. */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "certs/base/limits.h"
#include "ui/desk/talk.h"

#define PAPER "{\"kind\":\"outage\"}"

struct ends {
    struct tg_pipe *gate;
    struct tg_talk *desk;
};

static void gate_says(struct tg_pipe *gate, enum tg_wire_type type, const char *jws)
{
    struct tg_wire m = {.type = type, .err = TG_E_PIN_CANCELLED, .n_posts = 1, .jws = tg_span_str(jws)};

    assert_int_equal(tg_pipe_say(gate, &m), TG_OK);
}

static void gate_hears(struct tg_pipe *gate, enum tg_wire_type type)
{
    struct tg_wire m;

    assert_int_equal(tg_pipe_hear(gate, &m), TG_OK);
    assert_int_equal(m.type, type);
    if (type == TG_WIRE_WANT_APPROVAL)
        assert_true(tg_span_eq(m.paper, tg_span_str(PAPER)));
}

static void desk_says(struct ends *e, enum tg_wire_type type)
{
    struct tg_wire m = {.type = type, .nonce = "n"};

    assert_int_equal(tg_pipe_say(tg_talk_pipe(e->desk), &m), TG_OK);
    gate_hears(e->gate, type);
}

static void desk_hears(struct ends *e)
{
    struct tg_wire m;

    assert_int_equal(tg_pipe_hear(tg_talk_pipe(e->desk), &m), TG_OK);
}

static struct tg_talk *kept[4]; /* a talk has no end but the process's */
static size_t n_kept;

/* Signed in. */
static struct ends ends_new(void)
{
    struct ends e = {.gate = NULL};
    int fd[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd), 0);
    assert_int_equal(tg_pipe_open(fd[0], TG_WIRE_GATE, &e.gate), TG_OK);
    assert_int_equal(tg_talk_open(fd[1], &e.desk), TG_OK);
    kept[n_kept++] = e.desk;
    desk_says(&e, TG_WIRE_READY);
    gate_says(e.gate, TG_WIRE_SIGN_IN, "");
    desk_hears(&e);
    desk_says(&e, TG_WIRE_WANT_SIGN_IN);
    gate_says(e.gate, TG_WIRE_SIGNED, "a.b.c");
    desk_hears(&e);
    desk_says(&e, TG_WIRE_OPEN);
    return e;
}

struct weighing {
    struct tg_talk *desk;
    struct tg_buf jws;
    enum tg_err e;
    pthread_t thread;
};

static void *weigh(void *arg)
{
    struct weighing *w = arg;

    w->e = tg_talk_weigh(w->desk, tg_span_str(PAPER), &w->jws);
    return NULL;
}

static void weigh_begin(struct weighing *w, const struct ends *e)
{
    *w = (struct weighing){.desk = e->desk, .jws = TG_BUF_INIT(TG_JWS_BYTES), .e = TG_E_INTERNAL};
    assert_int_equal(pthread_create(&w->thread, NULL, weigh, w), 0);
    gate_hears(e->gate, TG_WIRE_WANT_APPROVAL);
}

static void weigh_end(struct weighing *w, enum tg_err e, const char *jws)
{
    assert_int_equal(pthread_join(w->thread, NULL), 0);
    assert_int_equal(w->e, e);
    assert_true(tg_span_eq(tg_span_buf(&w->jws), tg_span_str(jws)));
    tg_buf_done(&w->jws);
}

static void an_approval_comes_back(void **state)
{
    struct ends e = ends_new();
    struct weighing w;

    (void)state;
    weigh_begin(&w, &e);
    gate_says(e.gate, TG_WIRE_APPROVED, "x.y.z");
    weigh_end(&w, TG_OK, "x.y.z");
    weigh_begin(&w, &e);
    gate_says(e.gate, TG_WIRE_DECLINED, "");
    weigh_end(&w, TG_E_PIN_CANCELLED, ""); /* and nothing of the one before */
    tg_pipe_close(&e.gate);
}

struct proving {
    struct tg_talk *desk;
    struct tg_buf jws;
    enum tg_err e;
};

static void *prove(void *arg)
{
    struct proving *p = arg;
    uint8_t thumbprint[32] = {1};

    p->e = tg_talk_prove(p->desk, TG_WIRE_WANT_PRESENCE,
                         &(struct tg_challenge){.nonce = "n2", .thumbprint = thumbprint}, &p->jws);
    return NULL;
}

/* The session asks for its presence again and again while the person reads; each gets its own answer, in
 * whatever order they come. */
static void presence_goes_on(void **state)
{
    struct ends e = ends_new();
    struct weighing w;

    (void)state;
    weigh_begin(&w, &e);
    for (int i = 0; i < 3; i++) {
        struct proving p = {.desk = e.desk, .jws = TG_BUF_INIT(TG_JWS_BYTES), .e = TG_E_INTERNAL};
        pthread_t thread;

        assert_int_equal(pthread_create(&thread, NULL, prove, &p), 0);
        gate_hears(e.gate, TG_WIRE_WANT_PRESENCE);
        if (i == 2)
            gate_says(e.gate, TG_WIRE_APPROVED, "x.y.z");
        gate_says(e.gate, TG_WIRE_SIGNED, "p.q.r");
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(p.e, TG_OK);
        assert_true(tg_span_eq(tg_span_buf(&p.jws), tg_span_str("p.q.r")));
        tg_buf_done(&p.jws);
    }
    weigh_end(&w, TG_OK, "x.y.z");
    tg_pipe_close(&e.gate);
}

static void a_gate_that_goes(void **state)
{
    struct ends e = ends_new();
    struct weighing w;

    (void)state;
    weigh_begin(&w, &e);
    tg_pipe_close(&e.gate);
    weigh_end(&w, TG_E_SESSION_ENDED, "");
}

static struct {
    pthread_mutex_t lock;
    char number[TG_WIRE_NUMBER_BYTES];
    unsigned calls, gone;
} heard = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void called(void *arg, const char *number)
{
    (void)arg;
    (void)pthread_mutex_lock(&heard.lock);
    (void)snprintf(heard.number, sizeof heard.number, "%s", number);
    heard.calls++;
    (void)pthread_mutex_unlock(&heard.lock);
}

static void gone(void *arg)
{
    (void)arg;
    (void)pthread_mutex_lock(&heard.lock);
    heard.gone++;
    (void)pthread_mutex_unlock(&heard.lock);
}

static void gate_calls(struct tg_pipe *gate, const char *number)
{
    struct tg_wire m = {.type = TG_WIRE_CALL};

    (void)snprintf(m.number, sizeof m.number, "%s", number);
    assert_int_equal(tg_pipe_say(gate, &m), TG_OK);
}

static void heard_are(unsigned calls, const char *number, unsigned gates)
{
    bool yes = false;

    for (int i = 0; i < 5000 && !yes; i++) {
        (void)poll(NULL, 0, 2);
        (void)pthread_mutex_lock(&heard.lock);
        yes = heard.calls == calls && strcmp(heard.number, number) == 0 && heard.gone == gates;
        (void)pthread_mutex_unlock(&heard.lock);
    }
    assert_true(yes);
}

struct asking {
    struct tg_talk *desk;
    enum tg_err e;
};

static void *prove_once(void *arg)
{
    struct asking *p = arg;
    uint8_t thumbprint[32] = {0};
    struct tg_challenge ask = {.nonce = "n", .thumbprint = thumbprint};
    TG_BUF_AUTO jws = TG_BUF_INIT(TG_JWS_BYTES);

    p->e = tg_talk_prove(p->desk, TG_WIRE_WANT_PRESENCE, &ask, &jws);
    if (p->e == TG_OK && !tg_span_is(tg_span_buf(&jws), "p.r.s"))
        p->e = TG_E_INTERNAL;
    return NULL;
}

/* At any time: alone, between a question and its answer, and while an approval is weighed; and the gate's
 * end. */
static void calls_come_in_between(void **state)
{
    struct ends e = ends_new();
    struct tg_talk_ear ear = {.called = called, .gone = gone};
    struct asking p = {.desk = e.desk};
    struct weighing w;
    pthread_t thread;

    (void)state;
    assert_int_equal(tg_talk_listen(e.desk, &ear), TG_OK);
    gate_calls(e.gate, "0178221234");
    heard_are(1, "0178221234", 0);
    assert_int_equal(pthread_create(&thread, NULL, prove_once, &p), 0);
    gate_hears(e.gate, TG_WIRE_WANT_PRESENCE);
    gate_calls(e.gate, "+81178221234");
    gate_calls(e.gate, "110");
    gate_says(e.gate, TG_WIRE_SIGNED, "p.r.s");
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(p.e, TG_OK);
    heard_are(3, "110", 0);
    weigh_begin(&w, &e);
    gate_calls(e.gate, "0120175266");
    heard_are(4, "0120175266", 0);
    gate_says(e.gate, TG_WIRE_APPROVED, "x.y.z");
    weigh_end(&w, TG_OK, "x.y.z");
    tg_pipe_close(&e.gate);
    heard_are(4, "0120175266", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_come_in_between),
        cmocka_unit_test(an_approval_comes_back),
        cmocka_unit_test(presence_goes_on),
        cmocka_unit_test(a_gate_that_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
