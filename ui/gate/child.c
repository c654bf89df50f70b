#include "ui/gate/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* GTK blocks nothing, but whoever started us may have; a desk that ignores signals could not be ended. */
static bool attributes_make(posix_spawnattr_t *a)
{
    sigset_t none, all;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    return posix_spawnattr_init(a) == 0 && posix_spawnattr_setsigmask(a, &none) == 0 &&
           posix_spawnattr_setsigdefault(a, &all) == 0 &&
           posix_spawnattr_setflags(a, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
}

static int spawn(const char *program, char *const argv[], int theirs, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    int rc = ENOMEM;

    if (!attributes_make(&how))
        return rc;
    if (posix_spawn_file_actions_init(&files) == 0) {
        if (posix_spawn_file_actions_adddup2(&files, theirs, TG_CHILD_FD) == 0 &&
            posix_spawn_file_actions_addclosefrom_np(&files, TG_CHILD_FD + 1) == 0)
            rc = posix_spawn(pid, program, &files, &how, argv, environ);
        (void)posix_spawn_file_actions_destroy(&files);
    }
    (void)posix_spawnattr_destroy(&how);
    return rc;
}

/* A pair whose ends are not TG_CHILD_FD themselves: dup2 onto itself would leave it to be closed on exec. */
static bool pair_make(int end[2])
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) != 0)
        return false;
    if (end[1] == TG_CHILD_FD) {
        int other = fcntl(end[1], F_DUPFD_CLOEXEC, TG_CHILD_FD + 1);

        (void)close(end[1]);
        end[1] = other;
    }
    return end[1] >= 0;
}

enum tg_err tg_child_start(struct tg_child *c, const char *program, char *const argv[], int *socket)
{
    int end[2], process = -1;
    pid_t pid = 0;

    if (!pair_make(end))
        return TG_E_IO;
    if (spawn(program, argv, end[1], &pid) == 0)
        process = (int)syscall(SYS_pidfd_open, pid, 0); /* it cannot be gone: nobody has waited for it */
    (void)close(end[1]);
    if (process < 0) {
        if (pid > 0) {
            (void)kill(pid, SIGKILL);
            (void)waitpid(pid, NULL, 0);
        }
        (void)close(end[0]);
        return TG_E_IO;
    }
    (void)pthread_mutex_lock(&c->lock);
    c->pid = pid;
    c->process = process;
    (void)pthread_mutex_unlock(&c->lock);
    *socket = end[0];
    return TG_OK;
}

void tg_child_kill(struct tg_child *c)
{
    (void)pthread_mutex_lock(&c->lock);
    if (c->process >= 0)
        (void)syscall(SYS_pidfd_send_signal, c->process, SIGKILL, NULL, 0);
    (void)pthread_mutex_unlock(&c->lock);
}

void tg_child_end(struct tg_child *c)
{
    pid_t pid;
    int process;

    tg_child_kill(c);
    (void)pthread_mutex_lock(&c->lock);
    pid = c->pid;
    process = c->process;
    c->pid = 0;
    c->process = -1;
    (void)pthread_mutex_unlock(&c->lock);
    if (pid == 0)
        return;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    (void)close(process);
}
