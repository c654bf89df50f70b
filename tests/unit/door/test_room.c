/* Who has to go when the door is full. */
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/door/rig.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

#define ROOM 32u
#define CROWD 100u

static struct rig rig;

static void tune(struct tg_door_conf *conf)
{
    conf->loops = 1;
    conf->connections_max = ROOM;
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

static void close_all(struct peer **crowd, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        peer_close(&crowd[i]);
}

/* All within a moment, so that age alone could not tell them from people. */
static void test_flood_spares_the_idle(void **state)
{
    struct peer *crowd[CROWD];
    (void)state;
    struct peer *user = peer_open(&rig, RIG_KEY_NONE);
    peer_expect(user, GET("/static"), 200);
    for (unsigned i = 0; i < CROWD; i++)
        crowd[i] = peer_connect(&rig);
    struct peer *late = peer_open(&rig, RIG_KEY_NONE);
    peer_expect(late, GET("/static"), 200);
    peer_expect(user, GET("/static"), 200);
    for (unsigned i = 0; i < CROWD - ROOM; i++)
        assert_true(peer_ended(crowd[i], 1000));
    assert_false(peer_ended(crowd[CROWD - 1], 10));
    close_all(crowd, CROWD);
    peer_close(&late);
    peer_close(&user);
}

/* Idle connections only: the one idle for longest goes, the one that just asked stays. */
static void test_oldest_idle_goes(void **state)
{
    struct peer *crowd[ROOM];
    (void)state;
    for (unsigned i = 0; i < ROOM; i++) {
        crowd[i] = peer_open(&rig, RIG_KEY_NONE);
        peer_expect(crowd[i], GET("/static"), 200);
    }
    peer_expect(crowd[0], GET("/static"), 200);
    struct peer *late = peer_open(&rig, RIG_KEY_NONE);
    peer_expect(late, GET("/static"), 200);
    assert_true(peer_ended(crowd[1], 1000));
    peer_expect(crowd[0], GET("/static"), 200);
    peer_expect(crowd[2], GET("/static"), 200);
    close_all(crowd, ROOM);
    peer_close(&late);
}

/* Streams are never taken: the newcomer is closed, and can come when there is room again. */
static void test_streams_stay(void **state)
{
    struct peer *crowd[ROOM];
    (void)state;
    for (unsigned i = 0; i < ROOM; i++) {
        crowd[i] = peer_open(&rig, RIG_KEY_NONE);
        assert_true(peer_says(crowd[i], GET("/stream")));
        assert_true(peer_hears(crowd[i], "\r\n\r\n"));
    }
    assert_null(peer_open(&rig, RIG_KEY_NONE));
    assert_int_equal(atomic_load(&rig.closed), 0);
    peer_close(&crowd[0]);
    assert_true(rig_wait(&rig.closed, 1));
    struct peer *late = peer_open(&rig, RIG_KEY_NONE);
    peer_expect(late, GET("/static"), 200);
    peer_close(&late);
    close_all(crowd, ROOM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_flood_spares_the_idle, setup, teardown),
        cmocka_unit_test_setup_teardown(test_oldest_idle_goes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_streams_stay, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
