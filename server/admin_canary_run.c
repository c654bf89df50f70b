/* Other programs, run: never through a shell, never longer than they may take. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/admin_canary.h"

#define CALL_USEC ((tg_usec)30 * 1000000)
#define FREE_FD 10 /* descriptors of ours lie above those that the program gets */

extern char **environ;

/* What a program gets: descriptors of ours, -1 for none. */
struct lot {
    int in, out, pin;
};

static void drop(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
    *fd = -1;
}

/* Out of the way of 0 to 3, and not inherited. */
static int raised(int fd)
{
    int high = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, FREE_FD) : -1;

    drop(&fd);
    return high;
}

static enum tg_err pipe_make(int *read_end, int *write_end)
{
    int fd[2];

    if (pipe2(fd, O_CLOEXEC) != 0) {
        return TG_E_IO;
    }
    *read_end = raised(fd[0]);
    *write_end = raised(fd[1]);
    return *read_end >= 0 && *write_end >= 0 ? TG_OK : TG_E_IO;
}

static enum tg_err write_all(int fd, struct tg_span text)
{
    for (size_t done = 0; done < text.n;) {
        ssize_t n = write(fd, text.p + done, text.n - done);

        if (n <= 0) {
            return TG_E_IO;
        }
        done += (size_t)n;
    }
    return TG_OK;
}

/* Text as a file that is nowhere on disk. */
static enum tg_err text_make(struct tg_span text, int *ret)
{
    *ret = raised(memfd_create("canary", MFD_CLOEXEC));
    if (*ret < 0 || write_all(*ret, text) != TG_OK || lseek(*ret, 0, SEEK_SET) != 0) {
        return TG_E_IO;
    }
    return TG_OK;
}

/* A PIN is shorter than any pipe. */
static enum tg_err pin_make(const struct tg_secret *pin, int *ret)
{
    int in = -1;
    enum tg_err e = pipe_make(ret, &in);

    if (e == TG_OK && (e = write_all(in, tg_secret_span(pin))) == TG_OK) {
        e = write_all(in, tg_span_str("\n"));
    }
    drop(&in);
    return e;
}

static enum tg_err spawn(const char *const *words, const struct lot *lot, pid_t *ret)
{
    posix_spawn_file_actions_t actions;
    char *const *argv = NULL;
    int bad = 0;

    memcpy(&argv, &words, sizeof argv); /* posix_spawn takes them without const and leaves them alone */
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return TG_E_NOMEM;
    }
    bad |= lot->in >= 0 ? posix_spawn_file_actions_adddup2(&actions, lot->in, 0)
                        : posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    bad |= lot->out >= 0 ? posix_spawn_file_actions_adddup2(&actions, lot->out, 1) : 0;
    bad |= lot->pin >= 0 ? posix_spawn_file_actions_adddup2(&actions, lot->pin, 3) : 0;
    bad |= bad != 0 ? bad : posix_spawn(ret, words[0], &actions, NULL, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return bad == 0 ? TG_OK : TG_E_IO;
}

/* Until the end of what it says, or of its time. */
static enum tg_err read_out(int fd, tg_usec until, struct tg_buf *out)
{
    uint8_t part[65536];
    ssize_t n = 1;
    enum tg_err e = TG_OK;

    while (e == TG_OK && n > 0) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        tg_usec left = until - tg_mono_us();

        if (left <= 0 || poll(&p, 1, (int)(left / 1000) + 1) < 0) {
            return TG_OK; /* its time is up: reap says so */
        }
        if (p.revents != 0 && (n = read(fd, part, sizeof part)) > 0) {
            e = tg_buf_add(out, part, (size_t)n);
        }
    }
    tg_wipe(part, sizeof part);
    return e;
}

/* Its exit code; -1 when it had to be ended, or was. */
static int reap(pid_t pid, tg_usec until)
{
    int status = 0;
    pid_t got;

    while ((got = waitpid(pid, &status, WNOHANG)) == 0 && tg_mono_us() < until) {
        (void)poll(NULL, 0, 20);
    }
    if (got == 0) {
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, &status, 0);
        return -1;
    }
    return got == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

enum tg_err tg_canary_run(const struct tg_canary_ask *a, struct tg_buf *out, int *exit_code)
{
    struct lot lot = {.in = -1, .out = -1, .pin = -1};
    tg_usec until = tg_mono_us() + a->seconds * 1000000;
    pid_t pid = -1;
    int from = -1;
    enum tg_err e = text_make(a->in, &lot.in);

    if (e == TG_OK && (e = pin_make(a->pin, &lot.pin)) == TG_OK &&
        (e = pipe_make(&from, &lot.out)) == TG_OK) {
        e = spawn(a->words, &lot, &pid);
    }
    drop(&lot.in);
    drop(&lot.out);
    drop(&lot.pin);
    if (e == TG_OK) {
        e = read_out(from, until, out);
        *exit_code = reap(pid, e == TG_OK ? until : 0);
    }
    drop(&from);
    return e;
}

enum tg_err tg_canary_call(const char *program, const char *first, const char *second)
{
    const char *const words[] = {program, first, second, NULL};
    const struct lot lot = {.in = -1, .out = -1, .pin = -1};
    pid_t pid = -1;
    enum tg_err e = spawn(words, &lot, &pid);

    return e == TG_OK && reap(pid, tg_mono_us() + CALL_USEC) != 0 ? TG_E_IO : e;
}
