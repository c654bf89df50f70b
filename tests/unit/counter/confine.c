/* Every case in a process of its own: what is put on is never taken off. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/desk/confine.h"

static char *folder, file[300], other[300];

static int refused(long rc)
{
    return rc == -1 && (errno == EPERM || errno == ENOSYS);
}

static int exec_(void)
{
    char *argv[] = {(char[]){"true"}, NULL};

    return refused(execv("/bin/true", argv)) &&
           refused(syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, NULL, 0));
}

static int fork_(void)
{
    pid_t pid = 0;
    char *argv[] = {(char[]){"true"}, NULL};

    return refused(fork()) && refused(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) &&
           posix_spawn(&pid, "/bin/true", NULL, NULL, argv, NULL) != 0;
}

static int write_(void)
{
    return refused(open(file, O_WRONLY)) && refused(open(file, O_RDWR)) &&
           refused(open(other, O_RDONLY | O_CREAT, 0600)) &&
           refused(open(folder, O_TMPFILE | O_RDWR, 0600)) && refused(open(file, O_RDONLY | O_TRUNC)) &&
           refused(creat(other, 0600)) && refused(truncate(file, 0)) &&
           refused(syscall(SYS_openat2, AT_FDCWD, file, NULL, 0));
}

static int change(void)
{
    return refused(mkdir(other, 0700)) && refused(rename(file, other)) && refused(link(file, other)) &&
           refused(symlink(file, other)) && refused(unlink(file)) && refused(mkfifo(other, 0600)) &&
           refused(renameat2(AT_FDCWD, file, AT_FDCWD, other, 0));
}

static int look(void)
{
    char byte;
    struct iovec here = {&byte, 1}, there = {&byte, 1};

    return refused(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL)) &&
           refused(process_vm_readv(getppid(), &here, 1, &there, 1, 0)) &&
           refused(syscall(SYS_io_uring_setup, 1, NULL));
}

static void *thread_exec(void *arg)
{
    *(int *)arg = write_() && exec_();
    return NULL;
}

/* What a desk needs goes on: threads (confined as well), reading, sockets, memory to share with the screen.
 */
static int work(void)
{
    pthread_t t;
    int also = 0, fd = open(file, O_RDONLY), s = socket(AF_INET, SOCK_STREAM, 0), m = memfd_create("m", 0);

    return fd >= 0 && s >= 0 && m >= 0 && ftruncate(m, 4096) == 0 &&
           pthread_create(&t, NULL, thread_exec, &also) == 0 && pthread_join(t, NULL) == 0 && also;
}

static void *idle(void *arg)
{
    struct {
        pthread_mutex_t *go;
        int ok;
    } *a = arg;

    (void)pthread_mutex_lock(a->go); /* until the filter is on */
    a->ok = write_();
    return NULL;
}

static int in_child(int (*act)(void), int before)
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        pthread_mutex_t go = PTHREAD_MUTEX_INITIALIZER;
        struct {
            pthread_mutex_t *go;
            int ok;
        } a = {&go, 0};
        pthread_t t;

        (void)pthread_mutex_lock(&go);
        if (before && pthread_create(&t, NULL, idle, &a) != 0)
            _exit(3);
        if (tg_confine() != TG_OK)
            _exit(77);
        (void)pthread_mutex_unlock(&go);
        if (before && pthread_join(t, NULL) == 0)
            _exit(a.ok ? 0 : 1);
        _exit(act() ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    return WEXITSTATUS(status) == 0;
}

static void nothing_can_be_done(void **state)
{
    (void)state;
    assert_true(in_child(exec_, 0));
    assert_true(in_child(fork_, 0));
    assert_true(in_child(write_, 0));
    assert_true(in_child(change, 0));
    assert_true(in_child(look, 0));
}

static void the_work_goes_on(void **state)
{
    (void)state;
    assert_true(in_child(work, 0));
}

static void threads_that_were_there_too(void **state)
{
    (void)state;
    assert_true(in_child(write_, 1));
}

/* Without the filter every one of these is possible: the refusals above are its work. */
static void it_is_the_filter(void **state)
{
    int fd;

    (void)state;
    assert_true((fd = open(file, O_RDWR)) >= 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(mkdir(other, 0700), 0);
    assert_int_equal(rmdir(other), 0);
    assert_int_equal(link(file, other), 0);
    assert_int_equal(unlink(other), 0);
}

static int folder_make(void **state)
{
    char template[] = "tegata-confine-XXXXXX";
    int fd;

    (void)state;
    folder = mkdtemp(template) != NULL ? strdup(template) : NULL;
    if (folder == NULL)
        return -1;
    (void)snprintf(file, sizeof file, "%s/file", folder);
    (void)snprintf(other, sizeof other, "%s/other", folder);
    fd = open(file, O_WRONLY | O_CREAT, 0600);
    return fd >= 0 ? close(fd) : -1;
}

static int folder_drop(void **state)
{
    (void)state;
    (void)unlink(file);
    (void)rmdir(folder);
    free(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_can_be_done),
        cmocka_unit_test(the_work_goes_on),
        cmocka_unit_test(threads_that_were_there_too),
        cmocka_unit_test(it_is_the_filter),
    };

    return cmocka_run_group_tests(tests, folder_make, folder_drop);
}
