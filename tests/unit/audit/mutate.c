/* Whatever is changed in a journal, the verifier says so and says where. With the argument "all" every byte
 * of the zeros behind the records is flipped as well, otherwise one in 101.
 */
#include "tests/unit/audit/disk.h"

#include <unistd.h>

static bool every_byte;

static const char SEGMENT[] = "segment-0000000001";

/* Two lives of a journal: records 1-6, checkpoint 7, records 8-12, checkpoint 13. */
static void small_journal(struct tool *t)
{
    tool_open(t);
    tool_fill(t, 6);
    tool_close(t);
    tool_open(t);
    tool_fill(t, 5);
    tool_close(t);
}

static void expect_broken(struct tool *t, const char *what)
{
    struct tg_verified v;
    enum tg_err err = tool_verify(t, &v);

    if (err != TG_E_AUDIT_BROKEN)
        print_error("not noticed: %s\n", what);
    assert_int_equal(err, TG_E_AUDIT_BROKEN);
    assert_true(v.fault.what[0] != '\0');
}

static void expect_good(struct tool *t)
{
    struct tg_verified v;

    assert_int_equal(tool_verify(t, &v), TG_OK);
}

static void flip_each(struct tool *t, struct image *i, size_t from, size_t to, size_t step)
{
    static const uint8_t pattern[] = {0x01, 0x80, 0xff, 0x20};
    struct tg_verified v;

    for (size_t at = from; at < to; at += step) {
        enum tg_err err;

        image_poke(i, at, i->p[at] ^ pattern[at % sizeof pattern]);
        err = tool_verify(t, &v);
        image_poke(i, at, i->p[at]);
        if (err != TG_E_AUDIT_BROKEN)
            print_error("flipped byte %zu of %s was not noticed\n", at, i->path);
        assert_int_equal(err, TG_E_AUDIT_BROKEN);
    }
    expect_good(t);
}

static void test_every_byte(void **state)
{
    struct tool *t = *state;
    struct image seg, jws;
    struct tg_frame f[32];
    size_t n, end;

    small_journal(t);
    image_load(&seg, t, SEGMENT);
    image_load(&jws, t, TG_CHECKPOINTS_FILE);
    n = image_frames(&seg, f, 32);
    assert_int_equal(n, 13);
    end = (size_t)f[n - 1].offset + f[n - 1].size;
    flip_each(t, &seg, 0, end, 1);
    flip_each(t, &seg, end, seg.n, every_byte ? 1 : 101);
    flip_each(t, &seg, seg.n - 1, seg.n, 1);
    flip_each(t, &jws, 0, jws.n, 1);
    image_free(&seg);
    image_free(&jws);
}

/* The place that is named is the place that was spoilt. */
static void test_place(void **state)
{
    struct tool *t = *state;
    struct image seg;
    struct tg_frame f[32];
    struct tg_verified v;
    char text[256];

    small_journal(t);
    image_load(&seg, t, SEGMENT);
    (void)image_frames(&seg, f, 32);
    image_poke(&seg, (size_t)f[4].offset + 40, 'X');
    assert_int_equal(tool_verify(t, &v), TG_E_AUDIT_BROKEN);
    assert_true(v.fault.segment == 1 && v.fault.offset == f[4].offset && v.fault.seq == 5);
    tg_fault_text(&v.fault, text, sizeof text);
    assert_non_null(strstr(text, "segment-0000000001 offset "));
    assert_non_null(strstr(text, " record 5: "));
    image_free(&seg);
}

static void test_removed_record(void **state)
{
    struct tool *t = *state;
    struct image seg;
    struct tg_frame f[32];

    small_journal(t);
    image_load(&seg, t, SEGMENT);
    (void)image_frames(&seg, f, 32);
    memmove(seg.p + f[3].offset, seg.p + f[4].offset, seg.n - f[4].offset);
    memset(seg.p + seg.n - f[3].size, 0, f[3].size);
    image_store(&seg);
    expect_broken(t, "removed record");
    assert_int_equal(tool_try_open(t), TG_E_AUDIT_BROKEN);
    image_free(&seg);
}

static void test_swapped_pair(void **state)
{
    struct tool *t = *state;
    struct image seg;
    struct tg_frame f[32];
    uint8_t pair[1024];

    small_journal(t);
    image_load(&seg, t, SEGMENT);
    (void)image_frames(&seg, f, 32);
    memcpy(pair, seg.p + f[9].offset, f[9].size);
    memcpy(pair + f[9].size, seg.p + f[8].offset, f[8].size);
    memcpy(seg.p + f[8].offset, pair + f[9].size * 0, f[9].size);
    memcpy(seg.p + f[8].offset + f[9].size, pair + f[9].size, f[8].size);
    image_store(&seg);
    expect_broken(t, "swapped pair");
    assert_int_equal(tool_try_open(t), TG_E_AUDIT_BROKEN);
    image_free(&seg);
}

/* Zeros from each record on: all are below a checkpoint but the last, which is itself in checkpoints.jws. */
static void test_cut_tail(void **state)
{
    struct tool *t = *state;
    struct image seg;
    struct tg_frame f[32];
    struct tg_verified v;
    size_t n;

    small_journal(t);
    image_load(&seg, t, SEGMENT);
    n = image_frames(&seg, f, 32);
    for (size_t i = n - 1; i-- > 0;) {
        memset(seg.p + f[i].offset, 0, seg.n - f[i].offset);
        image_store(&seg);
        expect_broken(t, "cut tail");
        assert_int_equal(tool_verify(t, &v), TG_E_AUDIT_BROKEN);
        assert_true(v.fault.seq <= i + 1 && v.fault.segment == 1);
        assert_int_equal(tool_try_open(t), TG_E_AUDIT_BROKEN);
        assert_non_null(strstr(t->why, "segment-0000000001 offset"));
    }
    image_free(&seg);
}

static void test_shortened_file(void **state)
{
    struct tool *t = *state;
    struct image seg;

    small_journal(t);
    image_load(&seg, t, SEGMENT);
    seg.n -= 4096; /* zeros only: still not what was there */
    image_store(&seg);
    expect_broken(t, "shortened segment");
    assert_int_equal(tool_try_open(t), TG_E_AUDIT_BROKEN);
    image_free(&seg);
}

static void test_removed_segment(void **state)
{
    static const char *const gone[] = {"segment-0000000001", "segment-0000000003", "segment-0000000005"};
    struct tool *t = *state;
    struct tg_verified v;

    tool_open(t);
    tool_fill(t, 2200);
    tool_close(t);
    assert_int_equal(tool_verify(t, &v), TG_OK);
    assert_int_equal(v.segments, 5);
    for (size_t i = 0; i < 3; i++) {
        struct image seg;

        image_load(&seg, t, gone[i]);
        assert_int_equal(unlink(seg.path), 0);
        expect_broken(t, gone[i]);
        assert_int_equal(tool_try_open(t), TG_E_AUDIT_BROKEN);
        image_store(&seg);
        expect_good(t);
        image_free(&seg);
    }
}

/* A segment of another journal of the same server, signed by the same key, in the place of our own. */
static void test_segment_of_another_journal(void **state)
{
    struct tool *t = *state;
    struct image two;
    void *second = NULL;
    struct tool *other;
    EVP_PKEY *key;

    tool_open(t);
    tool_fill(t, 800);
    tool_close(t);
    assert_int_equal(tool_setup(&second), 0);
    other = second;
    key = other->key;
    other->key = t->key;
    other->conf.sign_ctx = t->key;
    other->conf.public_key = t->key;
    tool_open(other);
    tool_fill(other, 800);
    tool_close(other);
    image_load(&two, other, "segment-0000000002");
    (void)snprintf(two.path, sizeof two.path, "%s", tool_path(t, "segment-0000000002"));
    image_store(&two);
    expect_broken(t, "a segment of another journal");
    assert_int_equal(tool_try_open(t), TG_E_AUDIT_BROKEN);
    image_free(&two);
    other->key = key;
    assert_int_equal(tool_teardown(&second), 0);
}

/* Seals all frames of an image anew, as somebody would who can compute hashes but has no key. */
static void reseal(struct image *seg, const struct tg_frame *f, size_t n)
{
    struct tg_chain c;
    struct tg_segment_head head;

    assert_int_equal(tg_chain_init(&c), TG_OK);
    assert_int_equal(tg_segment_head_get(tg_span(seg->p, seg->n), &head), TG_OK);
    assert_int_equal(tg_chain_start(&c, head.log), TG_OK);
    for (size_t i = 0; i < n; i++) {
        const struct tg_stamp s = {.seq = f[i].seq, .acked = f[i].acked, .time = f[i].time};
        size_t size;

        assert_int_equal(tg_frame_seal(seg->p + f[i].offset, &s, &c, &size), TG_OK);
        assert_int_equal(size, f[i].size);
    }
    tg_chain_done(&c);
}

static void test_rewritten_chain(void **state)
{
    struct tool *t = *state;
    struct image seg;
    struct tg_frame f[32];
    struct tg_verified v;
    size_t n;

    small_journal(t);
    image_load(&seg, t, SEGMENT);
    n = image_frames(&seg, f, 32);
    reseal(&seg, f, n);
    image_store(&seg);
    expect_good(t); /* the tool itself changes nothing */
    seg.p[f[2].offset + TG_FRAME_HEAD_BYTES + 10] ^= 1;
    reseal(&seg, f, n);
    image_store(&seg);
    assert_int_equal(tool_verify(t, &v), TG_E_AUDIT_BROKEN);
    assert_non_null(strstr(v.fault.what, "made for other records"));
    assert_int_equal(tool_try_open(t), TG_E_AUDIT_BROKEN);
    image_free(&seg);
}

/* The whole journal made anew, with checkpoints of another key: the auditor's copy of the key tells. */
static void test_forged_checkpoints(void **state)
{
    struct tool *t = *state;
    EVP_PKEY *real = t->key, *forger = EVP_EC_gen("P-256");
    struct tg_verified v;

    t->conf.sign_ctx = forger;
    t->conf.public_key = forger;
    small_journal(t);
    assert_int_equal(tg_verify_folder(t->folder, forger, &v), TG_OK);
    assert_int_equal(tg_verify_folder(t->folder, real, &v), TG_E_AUDIT_BROKEN);
    assert_non_null(strstr(v.fault.what, "not signed by this key"));
    EVP_PKEY_free(forger);
}

/* A signer whose key is not the public one: noticed at the next opening. */
static void test_wrong_signer(void **state)
{
    struct tool *t = *state;
    EVP_PKEY *other = EVP_EC_gen("P-256");

    t->conf.sign_ctx = other;
    tool_open(t);
    tool_fill(t, 3);
    tool_close(t);
    expect_broken(t, "checkpoint by another key");
    assert_int_equal(tool_try_open(t), TG_E_AUDIT_BROKEN);
    EVP_PKEY_free(other);
}

static void test_checkpoints_file(void **state)
{
    struct tool *t = *state;
    struct image jws;
    size_t first, n;

    small_journal(t);
    image_load(&jws, t, TG_CHECKPOINTS_FILE);
    n = jws.n;
    first = (size_t)((uint8_t *)memchr(jws.p, '\n', n) - jws.p) + 1;
    jws.n = first; /* the last line is gone */
    image_store(&jws);
    expect_broken(t, "last checkpoint removed from the file");
    assert_int_equal(tool_try_open(t), TG_E_AUDIT_BROKEN);
    jws.n = n - 1; /* its newline is gone */
    image_store(&jws);
    expect_broken(t, "newline removed");
    jws.n = 0;
    image_store(&jws);
    expect_broken(t, "file emptied");
    assert_int_equal(tool_try_open(t), TG_E_AUDIT_BROKEN);
    assert_int_equal(unlink(jws.path), 0);
    expect_broken(t, "file removed");
    jws.n = n;
    memmove(jws.p, jws.p + first, n - first); /* the first line is gone */
    jws.n = n - first;
    image_store(&jws);
    expect_broken(t, "first checkpoint removed");
    image_free(&jws);
}

static void test_line_twice(void **state)
{
    struct tool *t = *state;
    struct image jws, twice;
    size_t first;

    small_journal(t);
    image_load(&jws, t, TG_CHECKPOINTS_FILE);
    first = (size_t)((uint8_t *)memchr(jws.p, '\n', jws.n) - jws.p) + 1;
    twice = jws;
    twice.n = jws.n * 2 - first;
    twice.p = malloc(twice.n);
    assert_non_null(twice.p);
    memcpy(twice.p, jws.p, jws.n);
    memcpy(twice.p + jws.n, jws.p + first, jws.n - first);
    image_store(&twice);
    expect_broken(t, "a line twice");
    image_free(&twice);
    image_free(&jws);
}

/* Without any checkpoint a long journal does not hold, however well its chain does. */
static void test_no_checkpoints_at_all(void **state)
{
    enum { N = TG_AUDIT_CHECKPOINT_RECORDS + 5 };
    struct tool *t = *state;
    struct image seg, jws;
    static struct tg_frame f[N];
    uint64_t at = TG_SEGMENT_HEAD_BYTES;
    struct tg_verified v;

    t->conf.segment_bytes = 1024 * 1024;
    tool_open(t);
    tool_fill(t, 1);
    tool_close(t);
    image_load(&seg, t, SEGMENT);
    image_load(&jws, t, TG_CHECKPOINTS_FILE);
    memset(seg.p + at, 0, seg.n - at);
    for (size_t i = 0; i < N; i++, at += tg_frame_size(2)) {
        tg_frame_put(seg.p + at, TG_FRAME_ENTRY, tg_span_str("{}"));
        f[i] = (struct tg_frame){.seq = i + 1, .offset = at, .size = tg_frame_size(2), .acked = i};
    }
    reseal(&seg, f, N);
    image_store(&seg);
    jws.n = 0;
    image_store(&jws);
    assert_int_equal(tool_verify(t, &v), TG_E_AUDIT_BROKEN);
    assert_non_null(strstr(v.fault.what, "without a checkpoint"));
    image_free(&seg);
    image_free(&jws);
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_setup_teardown(name, tool_setup, tool_teardown)
    const struct CMUnitTest tests[] = {
        T(test_every_byte),      T(test_place),
        T(test_removed_record),  T(test_swapped_pair),
        T(test_cut_tail),        T(test_shortened_file),
        T(test_removed_segment), T(test_segment_of_another_journal),
        T(test_rewritten_chain), T(test_forged_checkpoints),
        T(test_wrong_signer),    T(test_checkpoints_file),
        T(test_line_twice),      T(test_no_checkpoints_at_all),
    };
    every_byte = argc > 1 && strcmp(argv[1], "all") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
