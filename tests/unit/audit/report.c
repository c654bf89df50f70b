/* Reports over the journal and the index behind it: they agree with each other and with what was written. */
#include "server/audit/report.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "server/audit/entry.h"
#include "server/audit/index.h"
#include "tests/unit/audit/disk.h"

/* Entry n: shows records R(n) and R(n+1), by person P(n mod 7); every tenth is a refusal without rows. */
static void append_entry(struct tool *t, unsigned n, struct outcome *o)
{
    TG_BUF_AUTO out = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    char first[16], second[16], person[16];
    struct tg_entry_row rows[] = {{first, "own", 1, 2}, {second, "former", 1, 2}};
    struct tg_entry e = {
        .kind = TG_KIND_SEARCH, .person = person, .office = "八戸", .rows = rows, .n_rows = 2};

    (void)snprintf(first, sizeof first, "R%u", n);
    (void)snprintf(second, sizeof second, "R%u", n + 1);
    (void)snprintf(person, sizeof person, "P%u", n % 7);
    if (n % 10 == 0) {
        e.n_rows = 0;
        e.decision = TG_E_FORBIDDEN;
    }
    assert_int_equal(tg_entry_write(&e, &out), TG_OK);
    assert_non_null(tg_buf_cstr(&out));
    tool_append(t, tg_buf_cstr(&out), o);
}

static void fill_entries(struct tool *t, unsigned from, unsigned to)
{
    enum { BATCH = 50 };
    struct outcome o[BATCH];

    while (from < to) {
        size_t k = 0;

        for (; k < BATCH && from < to; k++)
            append_entry(t, from++, &o[k]);
        tool_wait(t, o, k);
    }
}

struct seen {
    unsigned n;
    unsigned of_seven; /* "R7" */
    uint64_t last_seq;
    unsigned stop_at;
};

static bool see_id(void *ctx, const char *id, uint64_t seq)
{
    struct seen *s = ctx;

    assert_true(id[0] == 'R' && seq >= s->last_seq);
    s->last_seq = seq;
    s->n++;
    s->of_seven += strcmp(id, "R7") == 0;
    return s->n != s->stop_at;
}

static void test_ids(void **state)
{
    struct tool *t = *state;
    struct seen s = {0}, live = {0}, few = {.stop_at = 5};
    struct tg_fault fault;

    assert_int_equal(tg_audit_ids(t->folder, see_id, &s, &fault), TG_E_NOT_FOUND);
    tool_open(t);
    fill_entries(t, 1, 2001);
    assert_int_equal(tg_audit_ids(t->folder, see_id, &live, &fault), TG_OK); /* beside the writer */
    tool_close(t);
    assert_int_equal(tg_audit_ids(t->folder, see_id, &s, &fault), TG_OK);
    assert_int_equal(s.n, 2 * 1800);
    assert_int_equal(s.of_seven, 2);
    assert_int_equal(live.n, s.n);
    assert_int_equal(tg_audit_ids(t->folder, see_id, &few, &fault), TG_OK);
    assert_int_equal(few.n, 5);
}

static void test_ids_of_a_damaged_journal(void **state)
{
    struct tool *t = *state;
    struct image seg;
    struct seen s = {0};
    struct tg_fault fault;

    tool_open(t);
    fill_entries(t, 1, 100);
    tool_close(t);
    image_load(&seg, t, "segment-0000000001");
    image_poke(&seg, 5000, seg.p[5000] ^ 4);
    assert_int_equal(tg_audit_ids(t->folder, see_id, &s, &fault), TG_E_AUDIT_BROKEN);
    assert_true(fault.segment == 1 && fault.seq > 1);
    image_free(&seg);
}

struct frames {
    uint64_t first, last;
    unsigned n;
};

static bool see_frame(void *ctx, const struct tg_frame *f)
{
    struct frames *s = ctx;

    if (s->n++ == 0)
        s->first = f->seq;
    assert_true(s->n == 1 || f->seq == s->last + 1);
    s->last = f->seq;
    return true;
}

static void test_tail(void **state)
{
    struct tool *t = *state;
    struct tg_verified v;
    struct tg_fault fault;

    tool_open(t);
    fill_entries(t, 1, 1501);
    tool_close(t);
    assert_int_equal(tool_verify(t, &v), TG_OK);
    assert_true(v.segments > 5);
    for (uint64_t n = 0; n < v.records + 100; n += n < 5 ? 1 : 97) {
        struct frames s = {0};

        assert_int_equal(tg_audit_tail(t->folder, n, see_frame, &s, &fault), TG_OK);
        assert_int_equal(s.n, n < v.records ? n : v.records);
        assert_true(n == 0 || s.last == v.records);
    }
}

struct hits {
    unsigned n;
    struct tg_found last;
    char kind[16], problem[32];
};

static bool hit(void *ctx, const struct tg_found *f)
{
    struct hits *h = ctx;

    assert_true(h->n == 0 || f->seq > h->last.seq);
    h->n++;
    h->last = *f;
    (void)snprintf(h->kind, sizeof h->kind, "%s", f->kind);
    (void)snprintf(h->problem, sizeof h->problem, "%s", f->problem);
    return true;
}

static unsigned find(struct tg_index *x, const struct tg_find *what)
{
    struct hits h = {0};

    assert_int_equal(tg_index_find(x, what, hit, &h), TG_OK);
    return h.n;
}

static struct tg_index *caught_up(struct tool *t, const char *path)
{
    struct tg_index *x = NULL;
    struct tg_fault fault;

    assert_int_equal(tg_index_open(path, &x), TG_OK);
    assert_int_equal(tg_index_catch_up(x, t->folder, UINT64_MAX, &fault), TG_OK);
    return x;
}

static void check_index(struct tg_index *x, unsigned entries)
{
    assert_int_equal(find(x, &(struct tg_find){0}), entries);
    assert_int_equal(find(x, &(struct tg_find){.record = "R7"}), 2);
    assert_int_equal(find(x, &(struct tg_find){.record = "R10"}), 1); /* 9 shows it, 10 is a refusal */
    assert_int_equal(find(x, &(struct tg_find){.record = "R7", .person = "P0"}), 1);
    assert_int_equal(find(x, &(struct tg_find){.person = "P3"}), (entries + 4) / 7);
    assert_int_equal(find(x, &(struct tg_find){.person = "P3", .limit = 4}), 4);
    assert_int_equal(find(x, &(struct tg_find){.person = "nobody"}), 0);
    assert_int_equal(find(x, &(struct tg_find){.from = tg_now_us() + 1000000}), 0);
    assert_int_equal(find(x, &(struct tg_find){.to = 1000000}), 0);
}

static void test_index(void **state)
{
    struct tool *t = *state;
    struct tg_index *x;
    char path[512];

    (void)snprintf(path, sizeof path, "%s", tool_path(t, "index.db"));
    tool_open(t);
    fill_entries(t, 1, 701);
    tool_close(t);
    x = caught_up(t, path);
    check_index(x, 700);
    tg_index_close(&x);
    /* It goes on where it stopped, over more segments. */
    tool_open(t);
    fill_entries(t, 701, 2101);
    tool_close(t);
    x = caught_up(t, path);
    check_index(x, 2100);
    tg_index_close(&x);
    /* Thrown away, or ruined: the same again. */
    assert_int_equal(unlink(path), 0);
    x = caught_up(t, path);
    check_index(x, 2100);
    tg_index_close(&x);
    {
        int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

        assert_true(write(fd, "this is no database, but it is long enough", 42) == 42);
        (void)close(fd);
    }
    x = caught_up(t, path);
    check_index(x, 2100);
    tg_index_close(&x);
}

/* The place that the index names holds that record. */
static void test_index_names_the_place(void **state)
{
    struct tool *t = *state;
    struct tg_index *x;
    struct hits h = {0};
    struct image seg;
    struct tg_frame f;
    char name[TG_SEGMENT_NAME_BYTES];

    tool_open(t);
    fill_entries(t, 1, 1001);
    tool_close(t);
    x = caught_up(t, tool_path(t, "index.db"));
    assert_int_equal(tg_index_find(x, &(struct tg_find){.record = "R900"}, hit, &h), TG_OK);
    assert_int_equal(h.n, 1);
    assert_string_equal(h.kind, "search");
    assert_string_equal(h.problem, "");
    tg_segment_name(h.last.segment, name);
    image_load(&seg, t, name);
    assert_int_equal(tg_frame_get(tg_span(seg.p, seg.n), h.last.offset, &f), TG_OK);
    assert_true(f.seq == h.last.seq && f.time == h.last.time);
    assert_non_null(memmem(f.payload.p, f.payload.n, "\"R900\"", 6));
    image_free(&seg);
    tg_index_close(&x);
}

/* An index of another journal is not believed. */
static void test_index_of_another_journal(void **state)
{
    struct tool *t = *state, *other;
    void *second = NULL;
    struct tg_index *x;

    tool_open(t);
    fill_entries(t, 1, 301);
    tool_close(t);
    x = caught_up(t, tool_path(t, "index.db"));
    tg_index_close(&x);
    assert_int_equal(tool_setup(&second), 0);
    other = second;
    tool_open(other);
    fill_entries(other, 1, 501);
    tool_close(other);
    x = caught_up(other, tool_path(t, "index.db"));
    check_index(x, 500);
    tg_index_close(&x);
    assert_int_equal(tool_teardown(&second), 0);
}

static void test_index_refuses_a_broken_journal(void **state)
{
    struct tool *t = *state;
    struct image seg;
    struct tg_index *x = NULL;
    struct tg_fault fault;

    tool_open(t);
    fill_entries(t, 1, 100);
    tool_close(t);
    image_load(&seg, t, "segment-0000000001");
    image_poke(&seg, 9000, seg.p[9000] ^ 1);
    assert_int_equal(tg_index_open(tool_path(t, "index.db"), &x), TG_OK);
    assert_int_equal(tg_index_catch_up(x, t->folder, UINT64_MAX, &fault), TG_E_AUDIT_BROKEN);
    assert_true(fault.seq == tg_index_seq(x) + 1);
    image_free(&seg);
    tg_index_close(&x);
}

static void test_indexer(void **state)
{
    struct tool *t = *state;
    struct tg_indexer *i = NULL;
    struct tg_index *x = NULL;
    char path[512];

    (void)snprintf(path, sizeof path, "%s", tool_path(t, "index.db"));
    tool_open(t);
    assert_int_equal(tg_indexer_start(t->audit, t->folder, path, &i), TG_OK);
    if (i == NULL) { /* said once more to the compiler */
        fail();
        return;
    }
    fill_entries(t, 1, 501);
    tool_pause_ms(1500);
    fill_entries(t, 501, 901);
    assert_int_equal(tg_indexer_state(i), TG_OK);
    tg_indexer_stop(&i); /* takes in the rest */
    assert_int_equal(tg_index_open(path, &x), TG_OK);
    assert_true(tg_index_seq(x) >= 900);
    check_index(x, 900);
    tg_index_close(&x);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, tool_setup, tool_teardown)
    const struct CMUnitTest tests[] = {
        T(test_ids),
        T(test_ids_of_a_damaged_journal),
        T(test_tail),
        T(test_index),
        T(test_index_names_the_place),
        T(test_index_of_another_journal),
        T(test_index_refuses_a_broken_journal),
        T(test_indexer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
