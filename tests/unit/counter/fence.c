/* Every case in a process of its own: what is put on is never taken off. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>

#include "ui/desk/fence.h"

#define CREATE_RULESET 444 /* the same number on every machine */

static char *folder, file[300], other[300];

static int refused(long rc)
{
    return rc == -1 && (errno == EACCES || errno == EPERM || errno == EXDEV);
}

static int change(void)
{
    return refused(open(file, O_WRONLY)) && refused(open(file, O_RDWR)) &&
           refused(open(other, O_WRONLY | O_CREAT, 0600)) && refused(mkdir(other, 0700)) &&
           refused(rename(file, other)) && refused(link(file, other)) && refused(symlink(file, other)) &&
           refused(unlink(file)) && refused(mkfifo(other, 0600));
}

static int start(void)
{
    char *argv[] = {(char[]){"true"}, NULL};

    return refused(execv("/bin/true", argv));
}

/* The gate is the desk's parent. */
static int reach_out(void)
{
    return refused(kill(getppid(), SIGTERM));
}

static int listen_(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int s = socket(AF_INET, SOCK_STREAM, 0);

    return s >= 0 && refused(bind(s, (struct sockaddr *)&a, sizeof a));
}

static void *thread(void *arg)
{
    *(int *)arg = change() && start();
    return NULL;
}

/* What a desk needs goes on, and its threads are fenced with it. */
static int work(void)
{
    pthread_t t;
    char name[64];
    int also = 0, m = memfd_create("m", 0), shm;

    (void)snprintf(name, sizeof name, "/tegata-fence-%d", (int)getpid());
    shm = shm_open(name, O_RDWR | O_CREAT, 0600);
    return open(file, O_RDONLY) >= 0 && open("/dev/null", O_RDWR) >= 0 && m >= 0 && ftruncate(m, 4096) == 0 &&
           shm >= 0 && shm_unlink(name) == 0 && kill(getpid(), 0) == 0 &&
           pthread_create(&t, NULL, thread, &also) == 0 && pthread_join(t, NULL) == 0 && also;
}

static long abi(void)
{
    return syscall(CREATE_RULESET, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static int in_child(int (*act)(void), bool fenced)
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        if (fenced && tg_fence() != TG_OK)
            _exit(3);
        _exit(act() ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* From which version of Landlock on the kernel can do it. */
static void holds(int (*act)(void), long since)
{
    if (abi() < since)
        skip();
    assert_int_equal(in_child(act, true), 0);
}

static void no_file_is_changed(void **state)
{
    (void)state;
    holds(change, 1);
}

static void no_program_is_started(void **state)
{
    (void)state;
    holds(start, 1);
    assert_int_equal(in_child(start, false), 0); /* without the fence it is: true has ended well */
}

static void nobody_is_listened_to(void **state)
{
    (void)state;
    holds(listen_, 4);
    assert_int_equal(in_child(listen_, false), 1);
}

static void no_other_process_is_signalled(void **state)
{
    (void)state;
    (void)signal(SIGTERM, SIG_IGN);
    holds(reach_out, 6);
    assert_int_equal(in_child(reach_out, false), 1);
    (void)signal(SIGTERM, SIG_DFL);
}

static void the_work_goes_on(void **state)
{
    (void)state;
    holds(work, 1);
}

/* A kernel without it: this one, told to know no such call. */
static int forget(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CREATE_RULESET, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(77);
    return tg_fence() == TG_E_NOT_IMPLEMENTED && open(file, O_WRONLY) >= 0;
}

/* It changes nothing there, and says so. */
static void where_there_is_none(void **state)
{
    int came_to = in_child(forget, false);

    (void)state;
    if (came_to == 77)
        skip();
    assert_int_equal(came_to, 0);
}

static int folder_make(void **state)
{
    char template[] = "tegata-fence-XXXXXX";
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
        cmocka_unit_test(no_file_is_changed),    cmocka_unit_test(no_program_is_started),
        cmocka_unit_test(nobody_is_listened_to), cmocka_unit_test(no_other_process_is_signalled),
        cmocka_unit_test(the_work_goes_on),      cmocka_unit_test(where_there_is_none),
    };

    return cmocka_run_group_tests(tests, folder_make, folder_drop);
}
