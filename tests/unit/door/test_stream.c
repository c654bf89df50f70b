/* Endless answers, and the end of the door. */
#include <unistd.h>

#include "tests/unit/door/rig.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static struct rig rig;

static void tune(struct tg_door_conf *conf)
{
    conf->drain_ms = 1500;
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
    if (rig.door != NULL)
        rig_stop(&rig);
    return 0;
}

static struct peer *open_stream(void)
{
    unsigned handled = atomic_load(&rig.handled);
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    assert_true(peer_says(p, GET("/stream")));
    assert_true(peer_hears(p, "\r\n\r\n"));
    assert_non_null(strstr(p->in, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(p->in, "\r\nContent-Type: text/event-stream\r\n"));
    assert_non_null(strstr(p->in, "\r\nConnection: close\r\n"));
    assert_null(strstr(p->in, "Content-Length"));
    assert_true(rig_wait(&rig.handled, handled + 1));
    return p;
}

static void test_send_and_close(void **state)
{
    (void)state;
    struct peer *p = open_stream();
    assert_true(rig_stream_send(&rig, "data: one\n\n"));
    assert_true(rig_stream_send(&rig, "data: two\n\n"));
    assert_true(peer_hears(p, "data: one\n\ndata: two\n\n"));
    assert_int_equal(atomic_load(&rig.closed), 0);
    rig_stream_close(&rig);
    assert_true(rig_wait(&rig.closed, 1));
    assert_true(peer_ended(p, 5000));
    assert_int_equal(atomic_load(&rig.closed), 1);
    peer_close(&p);
}

/* Card out, terminal off: the server knows at once. */
static void test_peer_dies(void **state)
{
    (void)state;
    struct peer *p = open_stream();
    int64_t before = rig_ms();
    peer_close(&p);
    assert_true(rig_wait(&rig.closed, 1));
    assert_true(rig_ms() - before < 1000);
    assert_false(rig_stream_send(&rig, "data: late\n\n"));
    assert_int_equal(atomic_load(&rig.closed), 1);
}

static void test_peer_talks(void **state)
{
    (void)state;
    struct peer *p = open_stream();
    assert_true(peer_says(p, GET("/static")));
    assert_true(rig_wait(&rig.closed, 1));
    assert_true(peer_ended(p, 5000));
    peer_close(&p);
}

/* A peer that does not read: what waits for it stays below the ceiling, then sending says no. */
static void test_peer_stalls(void **state)
{
    static char text[16 * 1024 + 1];
    unsigned taken = 0;
    (void)state;
    memset(text, 'd', sizeof text - 1);
    struct peer *p = open_stream();
    while (taken < 4096 && rig_stream_send(&rig, text))
        taken++;
    assert_true(taken > 3);
    assert_true(taken < 4096);
    assert_int_equal(atomic_load(&rig.closed), 0);
    rig_stream_close(&rig);
    assert_true(rig_wait(&rig.closed, 1));
    peer_close(&p);
}

/* Drain: idle ones and streams end at once, a kept request is still answered, newcomers are not served. */
static void test_drain(void **state)
{
    struct answer a;
    (void)state;
    struct peer *stream = open_stream(), *idle = peer_open(&rig, RIG_KEY_NONE);
    struct peer *kept = peer_open(&rig, RIG_KEY_NONE), *half = peer_open(&rig, RIG_KEY_NONE);
    unsigned handled = atomic_load(&rig.handled);
    peer_expect(idle, GET("/static"), 200);
    assert_true(peer_says(kept, GET("/later")));
    assert_true(peer_says(half, "GET /static HTTP/1.1\r\nHost: a\r\n"));
    assert_true(rig_wait(&rig.handled, handled + 2));
    (void)usleep(50000);
    tg_door_drain(rig.door);
    assert_true(rig_wait(&rig.closed, 1));
    assert_true(peer_ended(idle, 1000));
    assert_true(peer_ended(stream, 1000));
    assert_true(peer_says(half, "\r\n"));
    assert_true(peer_hear(half, &a));
    assert_int_equal(a.status, 200);
    assert_true(a.close);
    rig_release(&rig);
    assert_true(peer_hear(kept, &a));
    assert_int_equal(a.status, 200);
    assert_true(a.close);
    peer_close(&stream);
    peer_close(&idle);
    peer_close(&kept);
    peer_close(&half);
    rig_stop(&rig);
    assert_int_equal(atomic_load(&rig.ended), 2);
}

/* A request that nobody ever answers does not keep the door open beyond drain_ms, and its memory is freed. */
static void test_drain_gives_up(void **state)
{
    (void)state;
    struct peer *kept = peer_open(&rig, RIG_KEY_NONE), *half = peer_open(&rig, RIG_KEY_NONE);
    peer_expect(kept, GET("/slot"), 200);
    assert_true(peer_says(kept, GET("/later")));
    assert_true(peer_says(half, "GET /static HTTP/1.1\r\n"));
    assert_true(rig_wait(&rig.handled, 1));
    int64_t before = rig_ms();
    rig_stop(&rig);
    assert_true(rig_ms() - before >= 1400);
    assert_true(rig_ms() - before < 4000);
    assert_int_equal(atomic_load(&rig.dropped), 1);
    assert_true(peer_ended(kept, 1000));
    assert_true(peer_ended(half, 1000));
    peer_close(&kept);
    peer_close(&half);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_send_and_close, setup, teardown),
        cmocka_unit_test_setup_teardown(test_peer_dies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_peer_talks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_peer_stalls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_drain, setup, teardown),
        cmocka_unit_test_setup_teardown(test_drain_gives_up, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
