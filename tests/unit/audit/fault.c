/* Disks that fail: no space when the next segment is preallocated, a failed write, a failed fdatasync, a
 * queue that is full because the disk hangs. The calls are intercepted at link time (-Wl,--wrap); the 64 is
 * glibc's name for them.
 */
#include "tests/unit/audit/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static _Atomic int fallocate_error; /* errno to fail with */
static _Atomic int write_error;     /* errno for pwrite into a file whose path ends with write_name */
static const char *write_name = "";
static _Atomic int sync_error;
static _Atomic int sync_hangs;
static _Atomic int short_writes; /* pwrite takes seven bytes at a time */
static _Atomic int calls;

int __real_posix_fallocate64(int fd, off_t offset, off_t len);
int __wrap_posix_fallocate64(int fd, off_t offset, off_t len);
ssize_t __real_pwrite64(int fd, const void *p, size_t n, off_t at);
ssize_t __wrap_pwrite64(int fd, const void *p, size_t n, off_t at);
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

int __wrap_posix_fallocate64(int fd, off_t offset, off_t len)
{
    struct stat st;

    calls++;
    /* As on a real disk: what is there already can be had again. */
    if (fallocate_error != 0 && (fstat(fd, &st) != 0 || st.st_blocks * 512 < len))
        return fallocate_error;
    return __real_posix_fallocate64(fd, offset, len);
}

static bool is_named(int fd, const char *end)
{
    char link[64], path[512];
    ssize_t n;

    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path);
    return n >= (ssize_t)strlen(end) && memcmp(path + n - strlen(end), end, strlen(end)) == 0;
}

ssize_t __wrap_pwrite64(int fd, const void *p, size_t n, off_t at)
{
    calls++;
    if (write_error != 0 && is_named(fd, write_name)) {
        errno = write_error;
        return -1;
    }
    return __real_pwrite64(fd, p, short_writes && n > 7 ? 7 : n, at);
}

int __wrap_fdatasync(int fd)
{
    calls++;
    while (sync_hangs)
        tool_pause_ms(1);
    if (sync_error != 0) {
        errno = sync_error;
        return -1;
    }
    return __real_fdatasync(fd);
}

static int setup(void **state)
{
    fallocate_error = write_error = sync_error = sync_hangs = short_writes = calls = 0;
    return tool_setup(state);
}

static int teardown(void **state)
{
    fallocate_error = write_error = sync_error = sync_hangs = short_writes = 0;
    return tool_teardown(state);
}

static void expect_acked(struct tool *t, uint64_t acked)
{
    struct tg_verified v;

    assert_int_equal(tool_verify(t, &v), TG_OK);
    assert_true(v.records == acked + v.checkpoints);
}

/* Appends until one is refused; the number that was not. */
static uint64_t until_refused(struct tool *t, enum tg_err expected)
{
    uint64_t n = 0;
    enum tg_err err;

    while ((err = tool_one(
                t, "{\"v\":1,\"kind\":\"show\",\"pad\":\"0123456789012345678901234567890123456789\"}")) ==
               TG_OK &&
           n < 20000)
        n++;
    assert_int_equal(err, expected);
    return n;
}

static void wait_state(struct tool *t, enum tg_err state, long ms)
{
    for (; ms > 0 && tg_audit_state(t->audit) != state; ms -= 10)
        tool_pause_ms(10);
    assert_int_equal(tg_audit_state(t->audit), state);
}

static void test_no_space_for_the_next_segment(void **state)
{
    struct tool *t = *state;
    uint64_t acked;

    tool_open(t);
    tool_fill(t, 10);
    fallocate_error = ENOSPC;
    acked = 10 + until_refused(t, TG_E_AUDIT_DOWN);
    assert_true(acked > 100); /* the segments that were there before are used */
    assert_int_equal(tg_audit_state(t->audit), TG_E_AUDIT_DOWN);
    assert_int_equal(t->alarm, TG_E_AUDIT_DOWN);
    assert_int_equal(tool_one(t, "{}"), TG_E_AUDIT_DOWN);
    tool_pause_ms(1100);
    assert_int_equal(tool_one(t, "{}"), TG_E_AUDIT_DOWN);
    fallocate_error = 0;
    wait_state(t, TG_OK, 2500); /* by itself: nobody asks while it is down */
    assert_int_equal(t->alarm, TG_OK);
    tool_fill(t, 1000);
    tool_close(t);
    expect_acked(t, acked + 1000);
    assert_true(calls > 100);
}

static void test_no_space_at_the_start(void **state)
{
    struct tool *t = *state;

    fallocate_error = ENOSPC;
    assert_int_equal(tool_try_open(t), TG_E_AUDIT_DOWN);
    fallocate_error = 0;
    tool_open(t);
    assert_int_equal(tool_one(t, "{}"), TG_OK);
    tool_close(t);
    fallocate_error = ENOSPC; /* a journal is there: it opens, and serves when space returns */
    tool_open(t);
    assert_int_equal(tool_one(t, "{}"), TG_E_AUDIT_DOWN);
    fallocate_error = 0;
    wait_state(t, TG_OK, 2500);
    assert_int_equal(tool_one(t, "{}"), TG_OK);
}

/* A copy that lost its allocation, on a full disk: refused at the start, not in the middle of a write. */
static void test_no_space_for_a_sparse_copy(void **state)
{
    struct tool *t = *state;
    int fd;

    tool_open(t);
    tool_fill(t, 5);
    tool_close(t);
    fd = open(tool_path(t, "segment-0000000001"), O_WRONLY | O_CLOEXEC);
    assert_int_equal(ftruncate(fd, 8192), 0);
    assert_int_equal(ftruncate(fd, SMALL_SEGMENT), 0);
    (void)close(fd);
    fallocate_error = ENOSPC;
    assert_int_equal(tool_try_open(t), TG_E_AUDIT_DOWN);
    fallocate_error = 0;
    tool_open(t);
    tool_fill(t, 5);
    tool_close(t);
    expect_acked(t, 10);
}

static void test_no_space_for_a_checkpoint(void **state)
{
    struct tool *t = *state;
    uint64_t acked;

    t->conf.segment_bytes = 1024 * 1024;
    tool_open(t);
    write_name = TG_CHECKPOINTS_FILE;
    write_error = ENOSPC;
    acked = until_refused(t, TG_E_AUDIT_DOWN);
    assert_int_equal(acked, TG_AUDIT_CHECKPOINT_RECORDS); /* not one more than a checkpoint may be late */
    write_error = 0;
    wait_state(t, TG_OK, 2500);
    assert_int_equal(tool_one(t, "{}"), TG_OK);
    tool_close(t);
    expect_acked(t, acked + 1);
}

/* After a failed write or sync nothing is served any more, even if the disk seems well again; a restart looks
 * at the disk. */
static void fail_stop(struct tool *t)
{
    assert_int_equal(tg_audit_state(t->audit), TG_E_AUDIT_BROKEN);
    assert_int_equal(t->alarm, TG_E_AUDIT_BROKEN);
    sync_error = write_error = 0;
    tool_pause_ms(1200);
    assert_int_equal(tool_one(t, "{}"), TG_E_AUDIT_BROKEN);
    assert_int_equal(tg_audit_state(t->audit), TG_E_AUDIT_BROKEN);
    assert_int_equal(t->alarms, 1);
    tool_close(t);
}

static void test_failed_sync(void **state)
{
    struct tool *t = *state;
    struct tg_verified v;

    tool_open(t);
    tool_fill(t, 20);
    sync_error = EIO;
    assert_int_equal(tool_one(t, "{\"lost\":1}"), TG_E_AUDIT_BROKEN);
    assert_true(tg_audit_durable(t->audit) == 20);
    fail_stop(t);
    tool_open(t);
    tool_fill(t, 5);
    tool_close(t);
    assert_int_equal(tool_verify(t, &v), TG_OK);
    /* The record whose sync failed may be there or not; nobody was told that it is. */
    assert_true(v.records >= 25 + v.checkpoints && v.records <= 27 + v.checkpoints);
}

static void test_failed_write(void **state)
{
    struct tool *t = *state;

    tool_open(t);
    tool_fill(t, 20);
    write_name = "segment-0000000001";
    write_error = EIO;
    assert_int_equal(tool_one(t, "{\"lost\":1}"), TG_E_AUDIT_BROKEN);
    fail_stop(t);
    tool_open(t);
    tool_fill(t, 5);
    tool_close(t);
    expect_acked(t, 25);
}

/* Space that was preallocated and is refused all the same is no "disk full": the file system broke its word.
 */
static void test_no_space_in_the_segment(void **state)
{
    struct tool *t = *state;

    tool_open(t);
    write_name = "segment-0000000001";
    write_error = ENOSPC;
    assert_int_equal(tool_one(t, "{}"), TG_E_AUDIT_BROKEN);
    fail_stop(t);
}

static void test_failed_checkpoint_write(void **state)
{
    struct tool *t = *state;

    t->conf.segment_bytes = 1024 * 1024;
    tool_open(t);
    write_name = TG_CHECKPOINTS_FILE;
    write_error = EIO;
    assert_int_equal(until_refused(t, TG_E_AUDIT_BROKEN), TG_AUDIT_CHECKPOINT_RECORDS);
    fail_stop(t);
    tool_open(t);
    tool_close(t);
    expect_acked(t, TG_AUDIT_CHECKPOINT_RECORDS);
}

static void test_short_writes(void **state)
{
    struct tool *t = *state;

    short_writes = 1;
    tool_open(t);
    tool_fill(t, 1200);
    tool_close(t);
    expect_acked(t, 1200);
}

static void test_queue_is_bounded(void **state)
{
    enum { N = 2 * TG_AUDIT_QUEUE + 100 };
    struct tool *t = *state;
    struct outcome *o = calloc(N, sizeof *o);
    uint64_t ok = 0, busy = 0;

    assert_non_null(o);
    t->conf.segment_bytes = 1024 * 1024;
    tool_open(t);
    sync_hangs = 1;
    for (size_t i = 0; i < N; i++)
        tool_append(t, "{}", &o[i]);
    for (size_t i = 0; i < N; i++)
        assert_false(o[i].done); /* never from inside the append */
    tg_lane_run(t->lane);
    for (size_t i = 0; i < N; i++)
        busy += o[i].done && o[i].err == TG_E_BUSY;
    assert_true(busy >= 100 &&
                busy <= TG_AUDIT_QUEUE + 100); /* two batches at most; when the first was taken is chance */
    sync_hangs = 0;
    tool_wait(t, o, N);
    for (size_t i = 0; i < N; i++)
        ok += o[i].err == TG_OK;
    assert_true(ok + busy == N);
    assert_int_equal(o[0].err, TG_OK);
    assert_int_equal(tool_one(t, "{}"), TG_OK);
    tool_close(t);
    expect_acked(t, ok + 1);
    free(o);
}

/* No answer before the sync: the outcome waits as long as fdatasync does. */
static void test_nothing_before_the_sync(void **state)
{
    struct tool *t = *state;
    struct outcome o;

    tool_open(t);
    assert_int_equal(tool_one(t, "{}"), TG_OK);
    sync_hangs = 1;
    tool_append(t, "{\"n\":2}", &o);
    tool_pause_ms(150);
    tg_lane_run(t->lane);
    assert_false(o.done);
    assert_true(tg_audit_durable(t->audit) == 1);
    sync_hangs = 0;
    tool_wait(t, &o, 1);
    assert_int_equal(o.err, TG_OK);
}

enum { CHILD_GOOD = 0, CHILD_NOT_ALLOWED = 77 };

/* In a mount namespace of its own, on a tmpfs that is really full. */
static int on_small_tmpfs(struct tool *t)
{
    char filler[512];
    uint64_t acked;
    int fd;

    if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", t->folder, "tmpfs", 0, "size=512k") != 0)
        return CHILD_NOT_ALLOWED;
    (void)snprintf(filler, sizeof filler, "%s", tool_path(t, "filler"));
    fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(__real_posix_fallocate64(fd, 0, 200 * 1024), 0);
    (void)close(fd);
    tool_open(t);
    acked = until_refused(t, TG_E_AUDIT_DOWN);
    assert_true(acked > 300);
    assert_int_equal(unlink(filler), 0);
    wait_state(t, TG_OK, 2500);
    acked += until_refused(t, TG_E_AUDIT_DOWN); /* until it is full again */
    tool_close(t);
    expect_acked(t, acked);
    return CHILD_GOOD;
}

static void test_full_tmpfs(void **state)
{
    pid_t child = fork();
    int status = -1;

    assert_true(child >= 0);
    if (child == 0)
        _exit(on_small_tmpfs(*state));
    assert_true(waitpid(child, &status, 0) == child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == CHILD_NOT_ALLOWED) {
        print_message("no mount namespace here: only the intercepted posix_fallocate was tried\n");
        skip();
    }
    assert_int_equal(WEXITSTATUS(status), CHILD_GOOD);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_no_space_for_the_next_segment),
        T(test_no_space_at_the_start),
        T(test_no_space_for_a_sparse_copy),
        T(test_no_space_for_a_checkpoint),
        T(test_failed_sync),
        T(test_failed_write),
        T(test_no_space_in_the_segment),
        T(test_failed_checkpoint_write),
        T(test_short_writes),
        T(test_queue_is_bounded),
        T(test_nothing_before_the_sync),
        T(test_full_tmpfs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
