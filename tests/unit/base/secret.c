#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "certs/base/limits.h"
#include "certs/base/secret.h"

/* The address and thread sanitizers turn mlock into nothing; the everyday build proves the lock. */
#if defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

/* The linker sends the library's calls here (--wrap): locking can be made to fail, and the pages can be
 * looked at in the moment they are given back.
 */
static bool refuse_lock;
static size_t unmapped;
static bool unmapped_clean;
int __real_mlock(const void *p, size_t n);
int __wrap_mlock(const void *p, size_t n);
int __real_munmap(void *p, size_t n);
int __wrap_munmap(void *p, size_t n);

int __wrap_mlock(const void *p, size_t n)
{
    return refuse_lock ? -1 : __real_mlock(p, n);
}

static bool all_zero(const uint8_t *p, size_t n)
{
    while (n > 0 && p[n - 1] == 0)
        n--;
    return n == 0;
}

int __wrap_munmap(void *p, size_t n)
{
    unmapped = n;
    unmapped_clean = all_zero(p, n);
    return __real_munmap(p, n);
}

/* The VmFlags of the mapping that holds p; false when nothing is mapped there. */
static bool vm_flags(const void *p, char *flags, size_t size)
{
    FILE *f = fopen("/proc/self/smaps", "re");
    char line[1024];
    bool inside = false, found = false;

    assert_non_null(f);
    while (!found && fgets(line, sizeof line, f) != NULL) {
        uintptr_t from, to;

        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &from, &to) == 2)
            inside = (uintptr_t)p >= from && (uintptr_t)p < to;
        else if (inside && strncmp(line, "VmFlags:", 8) == 0)
            found = snprintf(flags, size, "%s", line + 8) > 0;
    }
    assert_int_equal(fclose(f), 0);
    return found;
}

static void pages_are_locked_and_left_out_of_dumps(void **state)
{
    struct tg_secret s = TG_SECRET_INIT;
    char flags[1024] = "";
    uint8_t *p;

    (void)state;
    assert_int_equal(tg_secret_init(&s, 32), TG_OK);
    p = s.p;
    assert_true(vm_flags(p, flags, sizeof flags));
    if (!SANITIZED)
        assert_non_null(strstr(flags, " lo")); /* locked */
    assert_non_null(strstr(flags, " dd"));     /* not in a dump */
    assert_non_null(strstr(flags, " wf"));     /* wiped on fork */
    assert_true(vm_flags(&flags, flags, sizeof flags));
    assert_null(strstr(flags, " lo")); /* the probe can tell the difference */
    tg_secret_done(&s);
    assert_null(s.p);
}

static void wiped_on_every_way_out(void **state)
{
    struct tg_secret s = TG_SECRET_INIT;

    (void)state;
    assert_int_equal(tg_secret_init(&s, 16), TG_OK);
    assert_int_equal(tg_secret_add(&s, "123456", 6), TG_OK);
    if (s.p == NULL) { /* said once more to the compiler */
        fail();
        return;
    }
    memcpy(s.p + 8, "behind n", 8); /* written, but not counted yet */
    tg_secret_wipe(&s);
    assert_int_equal(s.n, 0);
    assert_non_null(s.p);
    assert_true(all_zero(s.p, 16));

    assert_int_equal(tg_secret_add(&s, "123456", 6), TG_OK);
    unmapped = 0;
    tg_secret_done(&s);
    assert_true(unmapped > 0);
    assert_true(unmapped_clean);

    unmapped = 0;
    {
        TG_SECRET_AUTO scoped = TG_SECRET_INIT;

        assert_int_equal(tg_secret_init(&scoped, 16), TG_OK);
        assert_int_equal(tg_secret_add(&scoped, "123456", 6), TG_OK);
    }
    assert_true(unmapped > 0 && unmapped_clean);
    tg_secret_done(&s);
}

static void no_lock_no_secret(void **state)
{
    struct tg_secret s = TG_SECRET_INIT;

    (void)state;
    refuse_lock = true;
    unmapped = 0;
    assert_int_equal(tg_secret_init(&s, 16), TG_E_NOMEM);
    refuse_lock = false;
    assert_true(unmapped > 0);
    assert_null(s.p);
    assert_int_equal(tg_secret_add(&s, "1", 1), TG_E_LIMIT);
    tg_secret_wipe(&s);
    tg_secret_done(&s);
}

static void never_grows_or_moves(void **state)
{
    TG_SECRET_AUTO s = TG_SECRET_INIT;
    TG_SECRET_AUTO big = TG_SECRET_INIT;
    volatile size_t most = SIZE_MAX; /* a compiler that sees the number warns, rightly */
    uint8_t *p;

    (void)state;
    assert_int_equal(tg_secret_init(&s, 8), TG_OK);
    p = s.p;
    assert_int_equal(tg_secret_add(&s, "12345", 5), TG_OK);
    assert_int_equal(tg_secret_add(&s, "6789", 4), TG_E_LIMIT);
    assert_int_equal(tg_secret_add(&s, "6789", most), TG_E_LIMIT);
    assert_int_equal(tg_secret_add(&s, "678", 3), TG_OK);
    assert_int_equal(tg_secret_add(&s, "", 0), TG_OK);
    assert_ptr_equal(s.p, p);
    assert_true(tg_span_is(tg_secret_span(&s), "12345678"));
    assert_int_equal(tg_secret_init(&big, TG_SECRET_BYTES + 1), TG_E_LIMIT);
    assert_null(big.p);
    assert_int_equal(tg_secret_init(&big, TG_SECRET_BYTES), TG_OK);
}

static void a_child_sees_zeros(void **state)
{
    TG_SECRET_AUTO s = TG_SECRET_INIT;
    int status = -1;
    pid_t child;

    (void)state;
    assert_int_equal(tg_secret_init(&s, 16), TG_OK);
    assert_int_equal(tg_secret_add(&s, "123456", 6), TG_OK);
    child = fork();
    if (child == 0)
        _exit(all_zero(s.p, 16) ? 0 : 1);
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(tg_span_is(tg_secret_span(&s), "123456"));
}

static void equality(void **state)
{
    (void)state;
    assert_true(tg_secret_eq(tg_span("abc", 3), tg_span("abc", 3)));
    assert_false(tg_secret_eq(tg_span("abc", 3), tg_span("abd", 3)));
    assert_false(tg_secret_eq(tg_span("abc", 3), tg_span("bbc", 3)));
    assert_false(tg_secret_eq(tg_span("abc", 3), tg_span("abcd", 4)));
    assert_true(tg_secret_eq(tg_span(NULL, 0), tg_span("x", 0)));
}

static int hardened(void)
{
    struct rlimit core = {.rlim_cur = 1, .rlim_max = 1};

    tg_process_harden();
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0)
        return 1;
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
        return 2;
    return umask(0) == 077 ? 0 : 3;
}

static void process_harden(void **state)
{
    int status = -1;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(hardened());
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_locked_and_left_out_of_dumps),
        cmocka_unit_test(wiped_on_every_way_out),
        cmocka_unit_test(no_lock_no_secret),
        cmocka_unit_test(never_grows_or_moves),
        cmocka_unit_test(a_child_sees_zeros),
        cmocka_unit_test(equality),
        cmocka_unit_test(process_harden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
