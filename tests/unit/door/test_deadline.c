/* Absolute deadlines: a trickle of bytes buys no time. */
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/door/rig.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

#define DEADLINE_MS 500
#define IDLE_MS 900
#define DRAIN_MS 700
/* The loop looks every 100 ms, and the machine may be busy. */
#define SLACK_MS 1500

static struct rig rig;

static void tune(struct tg_door_conf *conf)
{
    conf->deadline_ms = DEADLINE_MS;
    conf->idle_ms = IDLE_MS;
    conf->drain_ms = DRAIN_MS;
}

static int setup(void **state)
{
    (void)state;
    rig_start(&rig, tune);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

static void assert_between(int64_t since, int min, int max)
{
    int64_t ms = rig_ms() - since;
    if (ms < min || ms > max)
        fail_msg("%lld ms, not %d to %d", (long long)ms, min, max);
}

/* One byte every 20 ms would pass any inactivity timeout. */
static void drip(const char *head)
{
    struct answer a = {.status = 0};
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    int64_t before = rig_ms();
    assert_true(peer_says(p, head));
    while (rig_ms() - before < DEADLINE_MS + SLACK_MS && !SSL_has_pending(p->ssl)) {
        char byte = 'x';
        if (recv(p->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0 || !peer_say(p, "x", 1))
            break;
        (void)usleep(20000);
    }
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 408);
    assert_true(a.close);
    assert_between(before, DEADLINE_MS - 20, DEADLINE_MS + SLACK_MS);
    peer_close(&p);
}

static void test_drip(void **state)
{
    (void)state;
    drip("GET /static HTTP/1.1\r\nHost: a\r\nX: ");
    drip("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
}

/* The clock of a request starts with its first byte, not with the connection or the request before. */
static void test_not_before_the_first_byte(void **state)
{
    (void)state;
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    (void)usleep((DEADLINE_MS + 150) * 1000);
    peer_expect(p, GET("/static"), 200);
    (void)usleep((DEADLINE_MS + 150) * 1000);
    peer_expect(p, GET("/static"), 200);
    peer_close(&p);
}

/* Neither a kept request nor a handler is measured by the request's clock. */
static void test_handler_has_time(void **state)
{
    struct answer a;
    (void)state;
    unsigned handled = atomic_load(&rig.handled);
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    assert_true(peer_says(p, GET("/later")));
    assert_true(rig_wait(&rig.handled, handled + 1));
    (void)usleep((IDLE_MS + 400) * 1000);
    rig_release(&rig);
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 200);
    peer_close(&p);
}

static void test_idle(void **state)
{
    (void)state;
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    peer_expect(p, GET("/static"), 200);
    int64_t before = rig_ms();
    assert_true(peer_ended(p, IDLE_MS + SLACK_MS));
    assert_between(before, IDLE_MS - 20, IDLE_MS + SLACK_MS);
    peer_close(&p);
}

/* Records without content (KeyUpdate) do not count as a request. */
static void test_key_updates_are_idle(void **state)
{
    (void)state;
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    int64_t before = rig_ms();
    while (rig_ms() - before < IDLE_MS + SLACK_MS && !peer_ended(p, 50)) {
        (void)SSL_key_update(p->ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
        (void)SSL_do_handshake(p->ssl);
    }
    assert_between(before, IDLE_MS - 20, IDLE_MS + SLACK_MS - 1);
    peer_close(&p);
}

static void expect_greeting_ends(const void *bytes, size_t n)
{
    struct peer *p = peer_connect(&rig);
    int64_t before = rig_ms();
    if (n > 0)
        assert_int_equal(send(p->fd, bytes, n, MSG_NOSIGNAL), (ssize_t)n);
    assert_true(peer_ended(p, DEADLINE_MS + SLACK_MS));
    assert_between(before, DEADLINE_MS - 20, DEADLINE_MS + SLACK_MS);
    peer_close(&p);
}

static void test_handshake(void **state)
{
    static const uint8_t half[] = {22, 3, 1, 1, 0, 1, 0, 0, 252, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8};
    (void)state;
    expect_greeting_ends(NULL, 0);
    expect_greeting_ends(half, 3);
    expect_greeting_ends(half, sizeof half);
}

/* A peer that asks and never takes the answer. */
static void test_answer_not_taken(void **state)
{
    (void)state;
    unsigned dropped = atomic_load(&rig.dropped);
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    peer_expect(p, GET("/slot"), 200);
    int64_t before = rig_ms();
    for (unsigned i = 0; i < 30; i++)
        assert_true(peer_says(p, GET("/big")));
    assert_true(rig_wait(&rig.dropped, dropped + 1));
    assert_between(before, DRAIN_MS - 20, DRAIN_MS + SLACK_MS);
    peer_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drip),
        cmocka_unit_test(test_not_before_the_first_byte),
        cmocka_unit_test(test_handler_has_time),
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_key_updates_are_idle),
        cmocka_unit_test(test_handshake),
        cmocka_unit_test(test_answer_not_taken),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
