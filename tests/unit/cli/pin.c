/* The PIN: from a file descriptor, one bounded line; from the terminal, without echo, and with the echo back
 * after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "certs/base/limits.h"
#include "client/cli.h"

struct said {
    enum tg_err e;
    char pin[32];
    size_t n;
};

static struct said ask_pipe(const char *bytes, size_t n, size_t *left)
{
    TG_SECRET_AUTO pin = TG_SECRET_INIT;
    struct said s = {.e = TG_E_INTERNAL};
    char rest[4096];
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, n), (ssize_t)n);
    (void)close(ends[1]);
    assert_int_equal(tg_secret_init(&pin, TG_PIN_MAX + 1), TG_OK);
    struct tg_cli cli = {.pin_fd = ends[0]};
    s.e = tg_cli_ask_pin(&cli, -1, false, &pin);
    s.n = pin.n;
    assert_true(pin.n <= TG_PIN_MAX + 1);
    memcpy(s.pin, pin.p, pin.n);
    ssize_t more = read(ends[0], rest, sizeof rest);
    *left = more > 0 ? (size_t)more : 0;
    (void)close(ends[0]);
    return s;
}

static const struct {
    const char *bytes;
    enum tg_err e;
    const char *pin;
} lines[] = {
    {"123456\n", TG_OK, "123456"},
    {"123456", TG_OK, "123456"},
    {"123456\r\n", TG_OK, "123456"},
    {"12345678\n", TG_OK, "12345678"},
    {"123456789\n", TG_OK, "123456789"}, /* too long, and recognisably so */
    {"1234567890123\n", TG_OK, "123456789"},
    {"\n", TG_E_PIN_CANCELLED, ""},
    {"", TG_E_PIN_CANCELLED, ""},
    {"123456\n654321\n", TG_OK, "123456"},
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        size_t left = 0;
        struct said s = ask_pipe(lines[i].bytes, strlen(lines[i].bytes), &left);

        assert_int_equal(s.e, lines[i].e);
        assert_string_equal(s.pin, lines[i].pin);
    }
}

/* What stands behind the line is the next one's: commands may follow on the same descriptor. */
static void test_takes_one_line(void **state)
{
    size_t left = 0;

    (void)state;
    (void)ask_pipe("123456\nwhoami\n", 14, &left);
    assert_int_equal(left, 7);
}

static void test_endless(void **state)
{
    char flood[4096];
    size_t left = 0;

    (void)state;
    memset(flood, '1', sizeof flood);
    struct said s = ask_pipe(flood, sizeof flood, &left);
    assert_int_equal(s.n, TG_PIN_MAX + 1); /* a length that no card is asked about */
    assert_true(left > 0);
}

static void test_no_such_fd(void **state)
{
    TG_SECRET_AUTO pin = TG_SECRET_INIT;
    struct tg_cli cli = {.pin_fd = 999};

    (void)state;
    assert_int_equal(tg_secret_init(&pin, TG_PIN_MAX + 1), TG_OK);
    assert_int_equal(tg_cli_ask_pin(&cli, -1, false, &pin), TG_E_IO);
    assert_int_equal(pin.n, 0);
}

/* A child with a terminal of its own asks; its exit code is the error, its answer comes through a pipe. */
static _Noreturn void child(int slave, int out)
{
    TG_SECRET_AUTO pin = TG_SECRET_INIT;
    struct tg_cli cli = {.pin_fd = -1, .english = true};
    enum tg_err e = TG_E_INTERNAL;

    if (setsid() >= 0 && ioctl(slave, TIOCSCTTY, 0) == 0 && tg_secret_init(&pin, TG_PIN_MAX + 1) == TG_OK) {
        e = tg_cli_ask_pin(&cli, 3, false, &pin);
    }
    if (write(out, pin.p, pin.n) != (ssize_t)pin.n) {
        e = TG_E_INTERNAL;
    }
    _exit((int)e);
}

static void read_until(int fd, const char *what, char *got, size_t size)
{
    size_t n = 0;

    while (n + 1 < size) {
        ssize_t k = read(fd, got + n, size - 1 - n);

        assert_true(k > 0);
        n += (size_t)k;
        got[n] = '\0';
        if (strstr(got, what) != NULL) {
            return;
        }
    }
    fail_msg("%s", got);
}

static struct said ask_terminal(const char *keys)
{
    struct said s = {.e = TG_E_INTERNAL};
    struct termios after;
    char screen[512] = "", more[512] = "";
    int master = -1, slave = -1, ends[2], status = 0;

    assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        child(slave, ends[1]);
    }
    (void)close(ends[1]);
    read_until(master, "3 tries left. PIN: ", screen, sizeof screen);
    assert_int_equal(write(master, keys, strlen(keys)), (ssize_t)strlen(keys));
    read_until(master, "\n", more, sizeof more);
    assert_string_equal(more, "\r\n"); /* nothing of what was typed */
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    s.e = (enum tg_err)WEXITSTATUS(status);
    ssize_t n = read(ends[0], s.pin, sizeof s.pin - 1);
    s.n = n > 0 ? (size_t)n : 0;
    assert_int_equal(tcgetattr(slave, &after), 0);
    assert_true((after.c_lflag & (ECHO | ICANON | ISIG)) == (ECHO | ICANON | ISIG));
    (void)close(master);
    (void)close(slave);
    (void)close(ends[0]);
    return s;
}

static const struct {
    const char *keys;
    enum tg_err e;
    const char *pin;
} typed[] = {
    {"123456\n", TG_OK, "123456"},
    {"123456\r", TG_OK, "123456"},
    {"12x\x7f"
     "3456\n",
     TG_OK, "123456"},
    {"\x7f\b123456\n", TG_OK, "123456"},
    {"999\x15"
     "123456\n",
     TG_OK, "123456"},
    {"1234567890123\n", TG_OK, "123456789"},
    {"\n", TG_E_PIN_CANCELLED, ""},
    {"1234\x03", TG_E_PIN_CANCELLED, NULL},
    {"1234\x04", TG_E_PIN_CANCELLED, NULL},
    {"1234\x1b", TG_E_PIN_CANCELLED, NULL},
};

static void test_typed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        struct said s = ask_terminal(typed[i].keys);

        assert_int_equal(s.e, typed[i].e);
        if (typed[i].pin != NULL) {
            assert_string_equal(s.pin, typed[i].pin);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),   cmocka_unit_test(test_takes_one_line),
        cmocka_unit_test(test_endless), cmocka_unit_test(test_no_such_fd),
        cmocka_unit_test(test_typed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
