/* Thousands of slow connections: argument N (default 2000; the long form is 10000). The door may hold three
 * quarters of them. Its process stays small, the person who is connected is never thrown out, and a newcomer
 * gets in.
 */
#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/door/rig.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

/* What one slow connection may cost: TLS state, one unfinished record, one chunk. Measured 13 to 17 KiB on
 * average. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KIB_EACH 400 /* their shadow and quarantine */
#else
#define KIB_EACH 40
#endif
#define KIB_BASE 20000

static unsigned n_slow = 2000;

static void tune(struct tg_door_conf *conf)
{
    conf->connections_max = n_slow - n_slow / 4;
    conf->deadline_ms = 300000;
    conf->idle_ms = 300000;
    conf->drain_ms = 1000;
}

/* The server's process: says its port, serves until the pipe closes. */
static void serve(int port_fd, int end_fd)
{
    static struct rig rig;
    char byte = 0;
    rig_start(&rig, tune);
    if (write(port_fd, &rig.port, sizeof rig.port) != (ssize_t)sizeof rig.port)
        _exit(2);
    while (read(end_fd, &byte, 1) < 0 && errno == EINTR) {
    }
    rig_stop(&rig);
    _exit(0);
}

static long rss_kib(pid_t pid)
{
    char path[64], line[256];
    long kib = -1;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    assert_int_equal(fclose(f), 0);
    return kib;
}

/* A slow connection of one of four kinds. A handshake that the door cuts short is no error here. */
static struct peer *slow(const struct rig *r, unsigned i)
{
    static const uint8_t hello[] = {22, 3, 1, 1, 0, 1, 0, 0, 252, 3, 3, 1, 2};
    static const char body[] = "POST /echo/large HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                               "Content-Length: 3000\r\n\r\n[";
    if (i % 4 < 2) {
        struct peer *p = peer_connect(r);
        (void)send(p->fd, hello, i % 4 == 0 ? 0 : sizeof hello, MSG_NOSIGNAL);
        return p;
    }
    struct peer *p = peer_open(r, RIG_KEY_NONE);
    (void)peer_says(p, i % 4 == 2 ? "GET /static HTTP/1.1\r\nHost: a\r\nX: " : body);
    return p;
}

/* Ended by the door? */
static bool is_gone(const struct peer *p)
{
    struct pollfd fd = {.events = POLLIN};
    char byte = 0;
    if (p == NULL)
        return true;
    fd.fd = p->fd;
    return poll(&fd, 1, 0) > 0 && recv(p->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

static int64_t newcomer(const struct rig *r)
{
    int64_t before = rig_ms();
    struct peer *p = peer_open(r, RIG_KEY_NONE);
    assert_non_null(p);
    peer_expect(p, GET("/static"), 200);
    peer_close(&p);
    return rig_ms() - before;
}

static void flood(const struct rig *r, struct peer **slows, struct peer *user)
{
    int64_t worst = 0;
    for (unsigned i = 0; i < n_slow; i++) {
        slows[i] = slow(r, i);
        if (i % (n_slow / 20) == 0) {
            int64_t ms = newcomer(r);
            worst = ms > worst ? ms : worst;
            peer_expect(user, GET("/static"), 200);
        }
    }
    print_message("slowest newcomer among %u slow connections: %lld ms\n", n_slow, (long long)worst);
    assert_true(worst < 2000);
}

static void check(const struct rig *r, pid_t server, struct peer *user)
{
    struct peer **slows = calloc(n_slow, sizeof(struct peer *));
    unsigned gone = 0;
    assert_non_null(slows);
    long before = rss_kib(server);
    flood(r, slows, user);
    long after = rss_kib(server);
    print_message("server: %ld KiB before, %ld KiB with %u connections\n", before, after,
                  n_slow - n_slow / 4);
    assert_true(after < KIB_BASE + (long)(n_slow - n_slow / 4) * KIB_EACH);
    for (unsigned i = 0; i < n_slow; i++)
        gone += is_gone(slows[i]);
    /* Exactly the surplus went, give or take the user and the newcomers. */
    assert_in_range(gone, n_slow / 4 - 25, n_slow / 4 + 25);
    for (unsigned i = 0; i < n_slow; i++)
        peer_close(&slows[i]);
    free(slows);
    assert_true(newcomer(r) < 2000);
    peer_expect(user, GET("/static"), 200);
}

static void test_slow(void **state)
{
    static struct rig view;
    int ports[2], ends[2], status = -1;
    (void)state;
    assert_int_equal(pipe(ports), 0);
    assert_int_equal(pipe(ends), 0);
    pid_t server = fork();
    assert_true(server >= 0);
    if (server == 0) {
        (void)close(ends[1]);
        serve(ports[1], ends[0]);
    }
    (void)close(ends[0]);
    assert_int_equal(read(ports[0], &view.port, sizeof view.port), sizeof view.port);
    struct peer *user = peer_open(&view, RIG_KEY_P256);
    peer_expect(user, GET("/key"), 200);
    check(&view, server, user);
    peer_close(&user);
    (void)close(ends[1]);
    assert_int_equal(waitpid(server, &status, 0), server);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_slow)};
    struct rlimit files;
    if (argc > 1)
        n_slow = (unsigned)strtoul(argv[1], NULL, 10);
    if (n_slow < 100 || getrlimit(RLIMIT_NOFILE, &files) != 0)
        return 2;
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur < n_slow + 100) {
        (void)fprintf(stderr, "%u connections need %u open files; the limit is %lu\n", n_slow, n_slow + 100,
                      (unsigned long)files.rlim_cur);
        return 2;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
