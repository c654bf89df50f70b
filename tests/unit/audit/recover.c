/* What a crash may leave behind, made by hand at every byte, and what must be refused instead of mended. */
#include "server/audit/report.h"
#include "tests/unit/audit/disk.h"

#include <sys/wait.h>
#include <unistd.h>

static const char SEGMENT[] = "segment-0000000001";

/* The journal after a crash: no closing checkpoint. A child writes and dies without tidying up. */
static void crash_after(struct tool *t, size_t records)
{
    pid_t child = fork();
    int status = -1;

    assert_true(child >= 0);
    if (child == 0) {
        if (tool_try_open(t) != TG_OK)
            _exit(1);
        tool_fill(t, records);
        _exit(0);
    }
    assert_true(waitpid(child, &status, 0) == child);
    assert_int_equal(status, 0);
}

static void expect_records(struct tool *t, uint64_t records)
{
    struct tg_verified v;
    enum tg_err err = tool_verify(t, &v);

    if (err != TG_OK)
        print_error("%s offset %u\n", v.fault.what, (unsigned)v.fault.offset);
    assert_int_equal(err, TG_OK);
    assert_true(v.records == records);
}

/* The last batch cut at every byte: zeros behind. */
static void test_torn_at_every_byte(void **state)
{
    struct tool *t = *state;
    struct image seg, torn;
    struct tg_frame f[16];
    size_t end;

    crash_after(t, 5);
    image_load(&seg, t, SEGMENT);
    assert_int_equal(image_frames(&seg, f, 16), 5);
    end = (size_t)f[4].offset + f[4].size;
    torn = seg;
    torn.p = malloc(seg.n);
    assert_non_null(torn.p);
    for (size_t cut = (size_t)f[4].offset; cut < end; cut++) {
        struct image jws = {.path = "", .n = 0};

        memcpy(torn.p, seg.p, seg.n);
        memset(torn.p + cut, 0, seg.n - cut);
        /* A frame whose last bytes happen to be zeros is whole. */
        if (memcmp(torn.p, seg.p, seg.n) == 0)
            continue;
        image_store(&torn);
        (void)snprintf(jws.path, sizeof jws.path, "%s", tool_path(t, TG_CHECKPOINTS_FILE));
        image_store(&jws);
        tool_open(t);
        tool_close(t);
        /* 4 records; with torn bytes also the note; the closing checkpoint. */
        expect_records(t, cut == f[4].offset ? 5 : 6);
    }
    free(torn.p);
    image_free(&seg);
}

static bool any_record(void *ctx, const struct tg_frame *f)
{
    uint64_t *n = ctx;

    *n = f->seq;
    return true;
}

struct half {
    size_t at, cut; /* the record's frame, and the end of the page inside it */
    uint64_t whole; /* records before it */
};

static void check_torn_shape(struct tool *t, struct image *torn, const struct half *h)
{
    struct tg_verified v;
    struct tg_fault fault;
    uint64_t last = 0;

    image_store(torn);
    assert_int_equal(tool_verify(t, &v), TG_OK);
    assert_true(v.torn && v.records == h->whole);
    assert_int_equal(tg_audit_walk(t->folder, 1, any_record, &last, &fault), TG_OK);
    assert_true(last == h->whole);
    image_poke(torn, h->cut + 8, 1); /* something behind it */
    assert_int_equal(tool_verify(t, &v), TG_E_AUDIT_BROKEN);
    image_poke(torn, h->cut + 8, 0);
    image_poke(torn, h->at + 1, 'X'); /* no frame */
    assert_int_equal(tool_verify(t, &v), TG_E_AUDIT_BROKEN);
    image_store(torn);
    if (h->cut - h->at < 64)
        return;
    image_poke(torn, h->at + 15, 99); /* another record's number */
    assert_int_equal(tool_verify(t, &v), TG_E_AUDIT_BROKEN);
    memset(torn->p + h->cut - 48, 0, 48); /* not at a page */
    image_store(torn);
    assert_int_equal(tool_verify(t, &v), TG_E_AUDIT_BROKEN);
}

/* A kill in the middle of a write cuts at a page: that half record was nobody's. Any other shape is damage.
 */
static void test_torn_at_a_page(void **state)
{
    struct tool *t = *state;
    struct image seg, torn;
    struct tg_frame f[128];
    size_t n, crossings = 0;

    crash_after(t, 100);
    image_load(&seg, t, SEGMENT);
    n = image_frames(&seg, f, 128);
    assert_int_equal(n, 100);
    torn = seg;
    torn.p = malloc(seg.n);
    assert_non_null(torn.p);
    for (size_t i = 1; i < n; i++) {
        struct half h = {.at = (size_t)f[i].offset, .whole = i};

        h.cut = (h.at + 4095) / 4096 * 4096;
        if (h.cut == h.at || h.cut >= h.at + f[i].size)
            continue;
        crossings++;
        memcpy(torn.p, seg.p, seg.n);
        memset(torn.p + h.cut, 0, seg.n - h.cut);
        check_torn_shape(t, &torn, &h);
    }
    assert_true(crossings >= 2);
    free(torn.p);
    image_free(&seg);
}

/* A page of the batch came to disk, the one before it did not. */
static void test_hole_in_the_tail(void **state)
{
    struct tool *t = *state;
    struct image seg, found;
    struct tg_frame f[40], g[40];
    size_t n;

    crash_after(t, 32); /* one batch, more or less: only the first record can have gone ahead of it */
    image_load(&seg, t, SEGMENT);
    assert_int_equal(image_frames(&seg, f, 40), 32);
    for (n = 31; n > 1 && f[n - 1].acked == f[31].acked;)
        n--;
    /* n is the index of the first record of the last batch or just behind; everything before it was
     * acknowledged. */
    memset(seg.p + f[n].offset, 0, f[n].size);
    image_store(&seg);
    tool_open(t);
    tool_close(t);
    image_load(&found, t, SEGMENT);
    assert_true(image_frames(&found, g, 40) >= n + 1);
    assert_int_equal(g[n].type, TG_FRAME_RECOVERED);
    assert_memory_equal(seg.p, found.p, (size_t)f[n].offset);
    expect_records(t, n + 2);
    image_free(&found);
    image_free(&seg);
}

/* The same damage to a record that a later frame says was acknowledged is no torn tail. */
static void test_acknowledged_is_never_cut(void **state)
{
    struct tool *t = *state;
    struct image seg;
    struct tg_frame f[100];

    crash_after(t, 96); /* three batches, no checkpoint */
    image_load(&seg, t, SEGMENT);
    assert_int_equal(image_frames(&seg, f, 100), 96);
    assert_true(f[95].acked >= 10);
    for (size_t i = 0; i < 10; i++) {
        size_t at = (size_t)f[i].offset + i * 7;

        image_poke(&seg, at, seg.p[at] ^ 0x10);
        assert_int_equal(tool_try_open(t), TG_E_AUDIT_BROKEN);
        assert_non_null(strstr(t->why, "segment-0000000001 offset"));
        image_poke(&seg, at, seg.p[at]);
    }
    image_free(&seg);
    tool_open(t);
}

/* Killed between the line and its record. */
static void test_line_without_record(void **state)
{
    struct tool *t = *state;
    struct image seg;
    struct tg_frame f[16];
    struct tg_verified v;
    size_t n;

    tool_open(t);
    tool_fill(t, 6);
    tool_close(t);
    image_load(&seg, t, SEGMENT);
    n = image_frames(&seg, f, 16);
    assert_int_equal(f[n - 1].type, TG_FRAME_CHECKPOINT);
    /* nothing of the record, and half of it */
    for (size_t half = 0; half < 2; half++) {
        size_t from = (size_t)f[n - 1].offset + half * 100;

        memset(seg.p + from, 0, seg.n - from);
        image_store(&seg);
        if (half == 0) {
            assert_int_equal(tool_verify(t, &v), TG_OK); /* the line alone proves as much */
            assert_true(v.records == 6 && v.unsealed == 0);
        }
        tool_open(t);
        tool_close(t);
        assert_int_equal(tool_verify(t, &v), TG_OK);
        image_free(&seg);
        image_load(&seg, t, SEGMENT);
        /* The record is back; the torn half of it is noted, and the note is under a checkpoint of its own. */
        assert_int_equal(image_frames(&seg, f, 16), half == 0 ? n : n + 2);
        assert_int_equal(f[n - 1].type, TG_FRAME_CHECKPOINT);
        if (half == 1)
            assert_int_equal(f[n].type, TG_FRAME_RECOVERED);
    }
    image_free(&seg);
}

/* Killed in the middle of the line, at each byte. */
static void test_torn_line(void **state)
{
    struct tool *t = *state;
    struct image jws;
    size_t whole;

    tool_open(t);
    tool_fill(t, 3);
    tool_close(t);
    image_load(&jws, t, TG_CHECKPOINTS_FILE);
    whole = jws.n;
    jws.p = realloc(jws.p, 2 * whole);
    assert_non_null(jws.p);
    memcpy(jws.p + whole, jws.p, whole);
    for (jws.n = whole + 1; jws.n < 2 * whole; jws.n++) {
        struct tg_verified v;

        image_store(&jws);
        assert_int_equal(tool_verify(t, &v), TG_E_AUDIT_BROKEN);
        tool_open(t);
        tool_close(t);
        expect_records(t, 4);
    }
    image_free(&jws);
}

/* Killed when a new segment had its name but no record yet. */
static void test_empty_last_segment(void **state)
{
    struct tool *t = *state;
    struct image one, two;
    struct tg_frame f[1000];
    struct tg_verified v;
    size_t n;

    crash_after(t, 600);
    image_load(&two, t, "segment-0000000002");
    image_load(&one, t, SEGMENT);
    n = image_frames(&one, f, 1000);
    assert_true(n < 600);
    memset(two.p + TG_SEGMENT_HEAD_BYTES, 0, two.n - TG_SEGMENT_HEAD_BYTES);
    image_store(&two);
    assert_int_equal(tool_verify(t, &v), TG_OK);
    assert_true(v.records == n && v.segments == 2);
    tool_open(t);
    tool_fill(t, 10);
    tool_close(t);
    expect_records(t, n + 11);
    image_free(&one);
    image_free(&two);
}

/* A lone spare with garbage in it is nobody's record: it is made anew. */
static void test_spare_is_not_trusted(void **state)
{
    struct tool *t = *state;
    struct image spare;

    tool_open(t);
    tool_fill(t, 1);
    tool_close(t);
    image_load(&spare, t, "spare");
    memset(spare.p, 0x5a, spare.n);
    image_store(&spare);
    tool_open(t);
    tool_fill(t, 1500);
    tool_close(t);
    expect_records(t, 1501 + 3);
    image_free(&spare);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, tool_setup, tool_teardown)
    const struct CMUnitTest tests[] = {
        T(test_torn_at_every_byte),        T(test_torn_at_a_page),       T(test_hole_in_the_tail),
        T(test_acknowledged_is_never_cut), T(test_line_without_record),  T(test_torn_line),
        T(test_empty_last_segment),        T(test_spare_is_not_trusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
