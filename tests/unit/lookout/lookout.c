/* What is seen, how often it is told, and that what still moves is not told at all. Looks are made by hand:
 * no test waits, but the one for the thread.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "server/lookout.h"

static char folder[64];
static char path[3][128]; /* a, b, c */

static void put(const char *at, const char *text)
{
    assert_int_equal(tg_file_write(at, tg_span_str(text), 0600), TG_OK);
}

/* In place, as an editor or a copy does it. */
static void append(const char *at, const char *text)
{
    FILE *f = fopen(at, "ab");
    assert_non_null(f);
    (void)fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static int setup(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/tegata-lookout-XXXXXX");
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 3; i++)
        (void)snprintf(path[i], sizeof path[i], "%s/%c", folder, 'a' + i);
    put(path[0], "1");
    put(path[1], "1");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        (void)unlink(path[i]);
    return rmdir(folder);
}

static void count(void *ctx)
{
    ++*(int *)ctx;
}

static void looks(struct tg_lookout *l, int n)
{
    while (n-- > 0)
        tg_lookout_look(l);
}

static struct tg_lookout *lookout_on(const char *at, const char *const *names, int *told)
{
    struct tg_lookout_conf conf = {.sight = {{.path = at, .names = names, .changed = count, .ctx = told}},
                                   .n = 1};
    struct tg_lookout *l = NULL;
    assert_int_equal(tg_lookout_new(&conf, &l), TG_OK);
    return l;
}

static const char *const two[] = {"a", "b", NULL};

static void told_once(void **state)
{
    int told = 0;
    struct tg_lookout *l = lookout_on(folder, two, &told);
    (void)state;
    looks(l, 5);
    assert_int_equal(told, 0);
    put(path[0], "2"); /* the same size: the inode and the times tell */
    looks(l, 1);
    assert_int_equal(told, 0);
    looks(l, 1);
    assert_int_equal(told, 1);
    looks(l, 5);
    assert_int_equal(told, 1);
    put(path[2], "not looked at");
    looks(l, 5);
    assert_int_equal(told, 1);
    tg_lookout_free(&l);
    assert_null(l);
}

/* A change between the making and the first look is a change. */
static void early(void **state)
{
    int told = 0;
    struct tg_lookout *l = lookout_on(folder, two, &told);
    (void)state;
    put(path[1], "2");
    looks(l, 2);
    assert_int_equal(told, 1);
    tg_lookout_free(&l);
}

static void waits_for_rest(void **state)
{
    int told = 0;
    struct tg_lookout *l = lookout_on(folder, two, &told);
    (void)state;
    for (int i = 0; i < 20; i++) {
        append(path[0], "more");
        looks(l, 1);
        assert_int_equal(told, 0);
    }
    looks(l, 1);
    assert_int_equal(told, 1);
    tg_lookout_free(&l);
}

static void gone_and_back(void **state)
{
    int told = 0;
    struct tg_lookout *l = lookout_on(folder, two, &told);
    (void)state;
    assert_int_equal(unlink(path[0]), 0);
    looks(l, 3);
    assert_int_equal(told, 1);
    put(path[0], "1");
    looks(l, 3);
    assert_int_equal(told, 2);
    tg_lookout_free(&l);
}

/* A whole folder: what comes, goes or changes; and a file by its own path. */
static void whole_folder(void **state)
{
    int told = 0, file = 0;
    struct tg_lookout *l = lookout_on(folder, NULL, &told);
    struct tg_lookout *one = lookout_on(path[2], NULL, &file);
    (void)state;
    put(path[2], "new");
    looks(l, 2);
    looks(one, 2);
    assert_int_equal(told, 1);
    assert_int_equal(file, 1);
    append(path[1], "changed in place");
    looks(l, 2);
    looks(one, 2);
    assert_int_equal(told, 2);
    assert_int_equal(file, 1);
    assert_int_equal(unlink(path[1]), 0);
    looks(l, 2);
    assert_int_equal(told, 3);
    tg_lookout_free(&l);
    tg_lookout_free(&one);
}

static void too_many(void **state)
{
    struct tg_lookout_conf conf = {.n = TG_SIGHTS + 1};
    struct tg_lookout *l = NULL;
    (void)state;
    assert_int_equal(tg_lookout_new(&conf, &l), TG_E_LIMIT);
    assert_null(l);
}

/* What the thread has done so far. */
struct beat {
    atomic_int looks, told;
};

static void on_look(void *ctx)
{
    struct beat *b = ctx;
    atomic_fetch_add(&b->looks, 1);
}

static void on_told(void *ctx)
{
    struct beat *b = ctx;
    atomic_fetch_add(&b->told, 1);
}

static void await(atomic_int *n, int want)
{
    for (int i = 0; i < 3000 && atomic_load(n) < want; i++)
        (void)usleep(10000);
    assert_true(atomic_load(n) >= want);
}

static void by_itself(void **state)
{
    struct beat beat = {.looks = 0};
    struct tg_lookout_conf conf = {
        .sight = {{.path = folder, .names = two, .changed = on_told, .ctx = &beat}},
        .n = 1,
        .look = on_look,
        .ctx = &beat};
    struct tg_lookout *l = NULL;
    (void)state;
    assert_int_equal(tg_lookout_new(&conf, &l), TG_OK);
    assert_int_equal(tg_lookout_start(l), TG_OK);
    await(&beat.looks, 2);
    assert_int_equal(atomic_load(&beat.told), 0);
    put(path[0], "2");
    await(&beat.told, 1);
    tg_lookout_free(&l); /* does not hang, and nothing is called afterwards */
    int looked = atomic_load(&beat.looks);
    (void)usleep(2 * TG_LOOKOUT_MS * 1000);
    assert_int_equal(atomic_load(&beat.looks), looked);
    assert_int_equal(atomic_load(&beat.told), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(told_once, setup, teardown),
        cmocka_unit_test_setup_teardown(early, setup, teardown),
        cmocka_unit_test_setup_teardown(waits_for_rest, setup, teardown),
        cmocka_unit_test_setup_teardown(gone_and_back, setup, teardown),
        cmocka_unit_test_setup_teardown(whole_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(too_many, setup, teardown),
        cmocka_unit_test_setup_teardown(by_itself, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
