/* The journal in good health: order, numbers, segments, checkpoints, closing and coming back. */
#include "tests/unit/audit/tool.h"

#include <sys/stat.h>
#include <unistd.h>

static void test_first_record(void **state)
{
    struct tool *t = *state;
    struct tg_verified v;

    tool_open(t);
    assert_int_equal(tool_one(t, "{\"a\":1}"), TG_OK);
    assert_true(tg_audit_durable(t->audit) == 1);
    tool_close(t);
    assert_int_equal(tool_verify(t, &v), TG_OK);
    assert_false(v.live);
    assert_true(v.records == 2); /* the record and the checkpoint of closing */
    assert_true(v.checkpoints == 1);
    /* The key that was written beside it is enough. */
    assert_int_equal(tg_verify_folder(t->folder, NULL, &v), TG_OK);
}

static void test_order_in_a_lane(void **state)
{
    enum { N = 500 };
    struct tool *t = *state;
    static struct outcome o[N];
    char record[32];

    tool_open(t);
    for (int i = 0; i < N; i++) {
        (void)snprintf(record, sizeof record, "{\"i\":%d}", i);
        tool_append(t, record, &o[i]);
    }
    tool_wait(t, o, N);
    for (int i = 0; i < N; i++) {
        assert_int_equal(o[i].err, TG_OK);
        assert_true(i == 0 || (o[i].seq > o[i - 1].seq && o[i].order == o[i - 1].order + 1));
    }
    /* Far fewer wake-ups than records: one a batch. */
    assert_true(t->wakes < N / 4);
}

static void test_many_segments_and_checkpoints(void **state)
{
    struct tool *t = *state;
    struct tg_verified v;

    tool_open(t);
    tool_fill(t, 5000);
    assert_int_equal(tool_verify(t, &v), TG_OK); /* while it is open */
    assert_true(v.live);
    tool_close(t);
    assert_int_equal(tool_verify(t, &v), TG_OK);
    assert_true(v.segments > 8);
    assert_true(v.checkpoints >= 5 && v.checkpoints < 12);
    assert_true(v.records == 5000 + v.checkpoints);
}

static void test_nothing_new_no_checkpoint(void **state)
{
    struct tool *t = *state;
    struct tg_verified v, again;

    tool_open(t);
    tool_fill(t, 10);
    tool_close(t);
    assert_int_equal(tool_verify(t, &v), TG_OK);
    for (int i = 0; i < 3; i++) {
        tool_open(t);
        tool_close(t);
    }
    assert_int_equal(tool_verify(t, &again), TG_OK);
    assert_true(again.records == v.records && again.checkpoints == v.checkpoints);
}

static void test_goes_on_after_reopening(void **state)
{
    struct tool *t = *state;
    struct tg_verified v;

    for (int i = 0; i < 20; i++) {
        tool_open(t);
        tool_fill(t, 150);
        tool_close(t);
        assert_int_equal(tool_verify(t, &v), TG_OK);
        assert_true(v.records == (uint64_t)(i + 1) * 151);
    }
    assert_true(v.segments > 5);
}

static void test_largest_record(void **state)
{
    struct tool *t = *state;
    static char record[TG_AUDIT_RECORD_BYTES + 2];
    struct tg_verified v;

    tool_open(t);
    memset(record, 'x', TG_AUDIT_RECORD_BYTES + 1);
    assert_int_equal(tool_one(t, record), TG_E_LIMIT);
    assert_int_equal(tool_one(t, ""), TG_E_LIMIT);
    record[TG_AUDIT_RECORD_BYTES] = '\0';
    for (int i = 0; i < 7; i++)
        assert_int_equal(tool_one(t, record), TG_OK);
    tool_close(t);
    assert_int_equal(tool_verify(t, &v), TG_OK);
    assert_true(v.records == 8);
}

static void test_two_writers(void **state)
{
    struct tool *t = *state;
    struct tg_audit *second = NULL;

    tool_open(t);
    assert_int_equal(tg_audit_open(&t->conf, &second, t->why, sizeof t->why), TG_E_BUSY);
    assert_non_null(strstr(t->why, "another process"));
    assert_int_equal(tool_one(t, "{}"), TG_OK);
}

static void test_another_key(void **state)
{
    struct tool *t = *state;
    EVP_PKEY *key = EVP_EC_gen("P-256"), *p384 = EVP_EC_gen("P-384");

    tool_open(t);
    tool_close(t);
    t->conf.public_key = key;
    assert_int_equal(tool_try_open(t), TG_E_CONFIG);
    t->conf.public_key = p384;
    assert_int_equal(tool_try_open(t), TG_E_CONFIG);
    t->conf.public_key = t->key;
    t->conf.segment_bytes = 4096;
    assert_int_equal(tool_try_open(t), TG_E_CONFIG);
    EVP_PKEY_free(key);
    EVP_PKEY_free(p384);
}

static void test_private(void **state)
{
    struct tool *t = *state;
    struct stat st;

    (void)rmdir(t->folder);
    tool_open(t);
    assert_int_equal(stat(t->folder, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(stat(tool_path(t, "segment-0000000001"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(st.st_size == SMALL_SEGMENT && st.st_blocks * 512 >= SMALL_SEGMENT);
}

static _Atomic tg_usec fake_now;
static tg_usec the_fake(void)
{
    return fake_now;
}

static void test_clock_set_back(void **state)
{
    struct tool *t = *state;
    struct tg_verified v;
    tg_usec start = tg_now_us();

    t->conf.now = the_fake;
    fake_now = start;
    tool_open(t);
    assert_int_equal(tool_one(t, "{\"n\":1}"), TG_OK);
    fake_now = start - 4 * 1000000; /* within the skew: written, with the time of the record before */
    assert_int_equal(tool_one(t, "{\"n\":2}"), TG_OK);
    fake_now = start - 6 * 1000000;
    assert_int_equal(tool_one(t, "{\"n\":3}"), TG_E_CLOCK);
    assert_int_equal(tg_audit_state(t->audit), TG_E_CLOCK);
    assert_int_equal(t->alarm, TG_E_CLOCK);
    fake_now = start + 1000000;
    tool_pause_ms(1300); /* looked at again by itself */
    assert_int_equal(tg_audit_state(t->audit), TG_OK);
    assert_int_equal(t->alarm, TG_OK);
    assert_int_equal(tool_one(t, "{\"n\":4}"), TG_OK);
    tool_close(t);
    /* A restart does not forget the time. */
    fake_now = start - 3600 * (tg_usec)1000000;
    tool_open(t);
    assert_int_equal(tool_one(t, "{\"n\":5}"), TG_E_CLOCK);
    tool_close(t);
    assert_int_equal(tool_verify(t, &v), TG_OK);
    assert_true(v.records == 3 + v.checkpoints);
}

static void test_close_settles(void **state)
{
    struct tool *t = *state;
    static struct outcome o[200];

    tool_open(t);
    for (size_t i = 0; i < 200; i++)
        tool_append(t, "{\"late\":true}", &o[i]);
    tg_lane_close(&t->lane); /* without a single tg_lane_run */
    for (size_t i = 0; i < 200; i++)
        assert_true(o[i].done && o[i].err == TG_OK);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, tool_setup, tool_teardown)
    const struct CMUnitTest tests[] = {
        T(test_first_record),
        T(test_order_in_a_lane),
        T(test_many_segments_and_checkpoints),
        T(test_nothing_new_no_checkpoint),
        T(test_goes_on_after_reopening),
        T(test_largest_record),
        T(test_two_writers),
        T(test_another_key),
        T(test_private),
        T(test_clock_set_back),
        T(test_close_settles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
