/* Requests and answers through a real TLS connection. */
#include <strings.h>
#include <unistd.h>

#include "tests/unit/door/rig.h"

static struct rig rig;

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST(path, type, n, body) \
    "POST " path " HTTP/1.1\r\nHost: a\r\nContent-Type: " type "\r\nContent-Length: " n "\r\n\r\n" body

static int setup(void **state)
{
    (void)state;
    rig_start(&rig, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

/* The order of the head is a promise: answers must not differ but in date and id. */
static void test_head(void **state)
{
    static const char tail[] =
        "Content-Type: application/json\r\nContent-Length: 600\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n\r\n";
    struct answer a = {.status = 0};
    char id[33] = "", date[64] = "", last[33] = "";
    (void)state;
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    for (unsigned i = 0; i < 200; i++) {
        assert_true(peer_says(p, GET("/static")));
        assert_true(peer_hear(p, &a));
        int n = 0;
        assert_int_equal(sscanf(a.head,
                                "HTTP/1.1 200 OK\r\nDate: %63[^\r]\r\nX-Request-Id: %32[0-9a-f]\r\n%n", date,
                                id, &n),
                         2);
        assert_int_equal(strlen(date), 29);
        assert_string_equal(a.head + n, tail);
        assert_int_equal(strlen(id), 32);
        assert_string_not_equal(id, last);
        memcpy(last, id, sizeof last);
    }
    peer_close(&p);
}

static void test_extra_headers(void **state)
{
    struct answer a = {.status = 0};
    (void)state;
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    assert_true(peer_says(p, GET("/extra")));
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 401);
    assert_non_null(strstr(a.head, "nosniff\r\nWWW-Authenticate: Bearer\r\nX-B: c\r\n\r\n"));
    assert_true(peer_says(p, "DELETE /static HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 204);
    assert_null(strcasestr(a.head, "content-length"));
    assert_null(strcasestr(a.head, "content-type:"));
    /* Extra headers that would end the head send nothing at all. */
    assert_true(peer_says(p, GET("/broken")));
    assert_false(peer_hear(p, &a));
    peer_close(&p);
}

struct row {
    const char *request;
    int status;
    bool closes;
};

/* What the door refuses by itself, and whether the connection lives on. */
static void test_refusals(void **state)
{
    static const struct row rows[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, true},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
         true},
        {"GET /static HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", 400, true},
        {"GET /static HTTP/1.1\r\nHost : a\r\n\r\n", 400, true},
        {"GET /static HTTP/1.1\nHost: a\n\n", 400, true},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", 400, true},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\r\n", 411, true},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 501, true},
        {"PUT /echo HTTP/1.1\r\nHost: a\r\n\r\n", 501, true},
        {"GET /static HTTP/1.0\r\nHost: a\r\n\r\n", 505, true},
        {GET("/nothing"), 404, false},
        {GET("/static?x=1"), 404, false},
        {GET("/static/"), 404, false},
        {GET("/%73tatic"), 404, false},
        {GET("/echo"), 405, false},
        {POST("/nothing", "application/json", "2", "{}"), 404, true},
        {POST("/static", "application/json", "2", "{}"), 405, true},
        {POST("/echo", "text/plain", "2", "{}"), 415, true},
        {POST("/echo", "application/json; charset=latin1", "2", "{}"), 415, true},
        {POST("/echo", "application/jsonx", "0", ""), 415, false},
        {POST("/echo", "application/json", "1025", ""), 413, true},
        {POST("/echo", "application/json", "65537", ""), 413, true},
        {"GET /static HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", 413, true},
        {GET("/key"), 401, false},
        {GET("/session"), 401, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct peer *p = peer_open(&rig, RIG_KEY_NONE);
        struct answer a = {.status = 0};
        unsigned handled = atomic_load(&rig.handled);
        assert_true(peer_says(p, rows[i].request));
        if (!peer_hear(p, &a) || a.status != rows[i].status || a.close != rows[i].closes)
            fail_msg("row %zu: status %d, close %d", i, a.status, a.close);
        assert_int_equal(atomic_load(&rig.handled), handled);
        if (rows[i].closes)
            assert_true(peer_ended(p, 5000));
        else
            peer_expect(p, GET("/extra"), 401);
        peer_close(&p);
    }
}

static void test_long_ones(void **state)
{
    static char text[20000];
    (void)state;
    memset(text, 'a', sizeof text);
    memcpy(text, "GET /", 5);
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    struct answer a = {.status = 0};
    assert_true(peer_say(p, text, sizeof text));
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 414);
    peer_close(&p);
    static const char head[] = "GET /static HTTP/1.1\r\nHost: a\r\nX: ";
    memset(text, 'a', sizeof text);
    memcpy(text, head, sizeof head - 1);
    p = peer_open(&rig, RIG_KEY_NONE);
    assert_true(peer_say(p, text, sizeof text));
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 431);
    peer_close(&p);
}

static void test_allow(void **state)
{
    struct answer a = {.status = 0};
    (void)state;
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    assert_true(peer_says(p, "POST /static HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"));
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 405);
    assert_non_null(strstr(a.head, "\r\nAllow: GET, DELETE\r\n"));
    peer_close(&p);
}

static void test_bodies(void **state)
{
    static char text[70000];
    struct answer a = {.status = 0};
    (void)state;
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    assert_true(peer_says(p, POST("/echo", "application/json; charset=utf-8", "7", "{\"a\":1}")));
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 200);
    assert_int_equal(a.body_n, 7);
    assert_memory_equal(a.body, "{\"a\":1}", 7);
    int n = snprintf(text, sizeof text, POST("/echo/large", "application/json", "65536", ""));
    for (size_t i = 0; i < 65536; i++)
        text[(size_t)n + i] = (char)('a' + i % 23);
    assert_true(peer_say(p, text, (size_t)n + 65536));
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 200);
    assert_int_equal(a.body_n, 65536);
    assert_memory_equal(a.body, text + n, 65536);
    peer_expect(p, GET("/big"), 200);
    peer_close(&p);
}

/* Byte by byte, each in a TLS record of its own. */
static void test_trickle(void **state)
{
    static const char text[] = POST("/echo", "application/json", "4", "true") GET("/static");
    struct answer a = {.status = 0};
    (void)state;
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    for (size_t i = 0; i < sizeof text - 1; i++)
        assert_true(peer_say(p, text + i, 1));
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.body_n, 4);
    assert_memory_equal(a.body, "true", 4);
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.body_n, RIG_STATIC_BYTES);
    peer_close(&p);
}

/* 300 requests in one go, answered in order; more than one turn of the loop. */
static void test_pipeline(void **state)
{
    static char text[300 * 120];
    struct answer a = {.status = 0};
    char number[8];
    size_t n = 0;
    (void)state;
    for (unsigned i = 0; i < 300; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, POST("/echo", "application/json", "3", "%03u"), i);
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    assert_true(peer_say(p, text, n));
    for (unsigned i = 0; i < 300; i++) {
        (void)snprintf(number, sizeof number, "%03u", i);
        assert_true(peer_hear(p, &a));
        assert_int_equal(a.status, 200);
        assert_memory_equal(a.body, number, 3);
    }
    peer_close(&p);
}

/* A kept request holds back those behind it, however many: also more than the buffer has room for. */
static void test_pipeline_waits(void **state)
{
    static char text[900 * 40];
    struct answer a = {.status = 0};
    size_t n = 0;
    (void)state;
    unsigned handled = atomic_load(&rig.handled);
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    assert_true(peer_says(p, GET("/later")));
    assert_true(rig_wait(&rig.handled, handled + 1));
    for (unsigned i = 0; i < 900; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, GET("/static"));
    assert_true(peer_say(p, text, n));
    (void)usleep(100000);
    assert_int_equal(atomic_load(&rig.handled), handled + 1);
    rig_release(&rig);
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.body_n, 32);
    assert_non_null(strstr(a.head, "\r\nX-Request-Id: "));
    assert_memory_equal(strstr(a.head, "\r\nX-Request-Id: ") + 16, a.body, 32);
    for (unsigned i = 0; i < 900; i++) {
        assert_true(peer_hear(p, &a));
        assert_int_equal(a.body_n, RIG_STATIC_BYTES);
    }
    peer_close(&p);
}

/* A peer that sends requests and takes no answers stops being read, and is served when it comes back. */
static void test_back_pressure(void **state)
{
    struct answer a = {.status = 0};
    (void)state;
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    for (unsigned i = 0; i < 60; i++)
        assert_true(peer_says(p, GET("/big")));
    (void)usleep(200000);
    for (unsigned i = 0; i < 60; i++) {
        assert_true(peer_hear(p, &a));
        assert_int_equal(a.body_n, RIG_BIG_BYTES);
    }
    peer_expect(p, GET("/static"), 200);
    peer_close(&p);
}

static void test_connection_close(void **state)
{
    struct answer a = {.status = 0};
    (void)state;
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    assert_true(peer_says(p, "GET /static HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" GET("/static")));
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 200);
    assert_true(a.close);
    assert_true(peer_ended(p, 5000));
    peer_close(&p);
}

/* A client that is still sending when it is refused can finish, and then finds out why. */
static void test_last_answer_survives(void **state)
{
    static char piece[3000];
    struct answer a;
    (void)state;
    memset(piece, 'b', sizeof piece);
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    assert_true(peer_says(p, POST("/echo", "application/json", "60000", "")));
    for (unsigned i = 0; i < 20; i++) {
        (void)usleep(10000);
        assert_true(peer_say(p, piece, sizeof piece));
    }
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 413);
    peer_close(&p);
}

static void test_slots(void **state)
{
    struct answer a = {.status = 0};
    (void)state;
    unsigned dropped = atomic_load(&rig.dropped);
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(peer_says(p, GET("/slot")));
        assert_true(peer_hear(p, &a));
        assert_int_equal(a.status, 200);
        assert_memory_equal(a.body, i == 0 ? "first" : "again", 5);
    }
    assert_int_equal(atomic_load(&rig.dropped), dropped);
    peer_close(&p);
    assert_true(rig_wait(&rig.dropped, dropped + 1));
}

/* The peer dies while a handler has its request: the answer goes nowhere, nothing breaks. */
static void test_answer_after_death(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        unsigned handled = atomic_load(&rig.handled), dropped = atomic_load(&rig.dropped);
        struct peer *p = peer_open(&rig, RIG_KEY_NONE);
        peer_expect(p, GET("/slot"), 200);
        assert_true(peer_says(p, GET("/later")));
        assert_true(rig_wait(&rig.handled, handled + 1));
        peer_close(&p);
        (void)usleep(i * 1000);
        assert_int_equal(atomic_load(&rig.dropped), dropped);
        rig_release(&rig);
        assert_true(rig_wait(&rig.dropped, dropped + 1));
    }
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    peer_expect(p, GET("/static"), 200);
    peer_close(&p);
}

static void test_timer_ticks(void **state)
{
    (void)state;
    assert_true(rig_wait(&rig.ticks, atomic_load(&rig.ticks) + 5));
}

/* Calls from several threads all run, each thread's in order. */
#define POSTERS 4u
#define POSTS 5000u

struct poster {
    struct tg_loop *loop;
    pthread_t thread;
    unsigned next;
    bool disorder;
};

struct call {
    struct poster *by;
    unsigned number;
};

static atomic_uint calls_run;
static struct call calls[POSTERS][POSTS];

static void on_call(void *ctx)
{
    struct call *c = ctx;
    c->by->disorder = c->by->disorder || c->number != c->by->next;
    c->by->next = c->number + 1;
    (void)atomic_fetch_add(&calls_run, 1u);
}

static void *post_all(void *arg)
{
    struct poster *p = arg;
    struct call *mine = calls[p->next];
    p->next = 0;
    for (unsigned i = 0; i < POSTS; i++) {
        mine[i] = (struct call){.by = p, .number = i};
        tg_loop_post(p->loop, on_call, &mine[i]);
    }
    return NULL;
}

static void test_posts(void **state)
{
    struct poster posters[POSTERS];
    (void)state;
    assert_true(rig_wait(&rig.began, 2));
    for (unsigned i = 0; i < POSTERS; i++) {
        posters[i] = (struct poster){.loop = atomic_load(&rig.loop), .next = i};
        assert_int_equal(pthread_create(&posters[i].thread, NULL, post_all, &posters[i]), 0);
    }
    for (unsigned i = 0; i < POSTERS; i++)
        assert_int_equal(pthread_join(posters[i].thread, NULL), 0);
    assert_true(rig_wait(&calls_run, POSTERS * POSTS));
    for (unsigned i = 0; i < POSTERS; i++)
        assert_false(posters[i].disorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_extra_headers),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_long_ones),
        cmocka_unit_test(test_allow),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_trickle),
        cmocka_unit_test(test_pipeline),
        cmocka_unit_test(test_pipeline_waits),
        cmocka_unit_test(test_back_pressure),
        cmocka_unit_test(test_connection_close),
        cmocka_unit_test(test_last_answer_survives),
        cmocka_unit_test(test_slots),
        cmocka_unit_test(test_answer_after_death),
        cmocka_unit_test(test_timer_ticks),
        cmocka_unit_test(test_posts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
