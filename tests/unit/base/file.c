#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/file.h"

static char dir[] = "/tmp/tegata-file-XXXXXX";

/* The linker sends the library's calls here (--wrap): each step of a write can fail, or be watched. */
static int fail_write, fail_fsync, fail_rename;
static int fsyncs_before_rename, fsyncs;
ssize_t __real_write(int fd, const void *p, size_t n);
ssize_t __wrap_write(int fd, const void *p, size_t n);
int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

/* Short writes and interruptions on purpose: at most three bytes at a time, every other call EINTR. */
ssize_t __wrap_write(int fd, const void *p, size_t n)
{
    static unsigned calls;

    if (fail_write) {
        errno = ENOSPC;
        return -1;
    }
    if (calls++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return __real_write(fd, p, n < 3 ? n : 3);
}

int __wrap_fsync(int fd)
{
    fsyncs++;
    return fail_fsync ? -1 : __real_fsync(fd);
}

int __wrap_rename(const char *from, const char *to)
{
    fsyncs_before_rename = fsyncs;
    return fail_rename ? -1 : __real_rename(from, to);
}

static unsigned entries(void)
{
    DIR *d = opendir(dir);
    unsigned n = 0;

    assert_non_null(d);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        n += e->d_name[0] != '.';
    assert_int_equal(closedir(d), 0);
    return n;
}

static void expect_content(const char *path, const char *text)
{
    TG_BUF_AUTO b = TG_BUF_INIT(100);

    assert_int_equal(tg_file_read(path, &b), TG_OK);
    assert_string_equal(tg_buf_cstr(&b), text);
}

static void write_replaces_whole(void **state)
{
    char *path = tg_path_join(dir, "a");
    struct stat st;

    (void)state;
    fsyncs = 0;
    assert_int_equal(tg_file_write(path, tg_span_str("first text, longer"), 0644), TG_OK);
    assert_true(fsyncs_before_rename >= 1); /* the bytes are safe before the name is */
    assert_true(fsyncs > fsyncs_before_rename);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    expect_content(path, "first text, longer");
    assert_int_equal(tg_file_write(path, tg_span_str("second"), 0600), TG_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    expect_content(path, "second");
    assert_int_equal(tg_file_write(path, tg_span(NULL, 0), 0600), TG_OK);
    expect_content(path, "");
    assert_int_equal(entries(), 1);
    assert_int_equal(unlink(path), 0);
    free(path);
}

static void a_failed_write_leaves_the_old_file(void **state)
{
    int *const steps[] = {&fail_write, &fail_fsync, &fail_rename};
    char *path = tg_path_join(dir, "b");

    (void)state;
    assert_int_equal(tg_file_write(path, tg_span_str("old"), 0600), TG_OK);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        *steps[i] = 1;
        assert_int_equal(tg_file_write(path, tg_span_str("new"), 0600), TG_E_IO);
        *steps[i] = 0;
        expect_content(path, "old");
        assert_int_equal(entries(), 1); /* no temporary file is left over */
    }
    assert_int_equal(tg_file_write("/proc/no/such/folder", tg_span_str("x"), 0600), TG_E_IO);
    assert_int_equal(unlink(path), 0);
    free(path);
}

static void read_has_a_ceiling(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(10);
    char *path = tg_path_join(dir, "c");

    (void)state;
    assert_int_equal(tg_file_write(path, tg_span_str("12345678"), 0600), TG_OK);
    assert_int_equal(tg_buf_add_str(&b, "ab"), TG_OK);
    assert_int_equal(tg_file_read(path, &b), TG_OK);
    assert_string_equal(tg_buf_cstr(&b), "ab12345678");
    b.n = 3;
    assert_int_equal(tg_file_read(path, &b), TG_E_LIMIT);
    assert_int_equal(b.n, 3);
    b.n = 0;
    assert_int_equal(tg_file_read("/dev/zero", &b), TG_E_LIMIT); /* endless */
    assert_int_equal(b.n, 0);
    assert_int_equal(tg_file_read(dir, &b), TG_E_IO);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(tg_file_read(path, &b), TG_E_NOT_FOUND);
    free(path);
}

static void read_takes_back_what_it_began(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(100000);

    (void)state;
    assert_int_equal(tg_buf_add_str(&b, "kept"), TG_OK);
    assert_int_equal(tg_file_read("/dev/zero", &b), TG_E_LIMIT);
    assert_int_equal(b.n, 4);
}

static void expect_path(char *path, const char *text)
{
    assert_non_null(path);
    assert_string_equal(path, text);
    free(path);
}

static void paths(void **state)
{
    (void)state;
    expect_path(tg_path_join("data", "a.csv"), "data/a.csv");
    expect_path(tg_path_join("data", "/etc/a.csv"), "/etc/a.csv");
    expect_path(tg_path_folder("data/sub/a"), "data/sub");
    expect_path(tg_path_folder("a"), ".");
    expect_path(tg_path_folder("/a"), "/");
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
    (void)state;
    return rmdir(dir); /* fails, and so does the test, when a file is left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(write_replaces_whole),
        cmocka_unit_test(a_failed_write_leaves_the_old_file),
        cmocka_unit_test(read_has_a_ceiling),
        cmocka_unit_test(read_takes_back_what_it_began),
        cmocka_unit_test(paths),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
