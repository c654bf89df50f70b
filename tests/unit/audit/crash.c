/* kill -9 of a writing child at random moments: every record that was acknowledged is there afterwards, and
 * the journal verifies. crash [ROUNDS]: 50 in the test run, 1000 by hand.
 */
#include "tests/unit/audit/tool.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "certs/base/text.h"
#include "server/audit/report.h"

enum { IN_FLIGHT = 24 };

static unsigned rounds = 50;

/* An acknowledged record, as the parent hears of it. */
struct ack {
    uint64_t seq;
    uint64_t value;
};

struct writer {
    struct tool *tool;
    int pipe;
    uint64_t next;
};

struct slot {
    struct writer *w;
    uint64_t value;
};

static void send(struct slot *s);

static void acked(void *ctx, enum tg_err err, struct tg_receipt *receipt)
{
    struct slot *s = ctx;
    struct ack a;

    if (err != TG_OK)
        _exit(2);
    a = (struct ack){.seq = tg_receipt_seq(receipt), .value = s->value};
    tg_receipt_free(&receipt);
    if (write(s->w->pipe, &a, sizeof a) != sizeof a)
        _exit(3);
    send(s);
}

static void send(struct slot *s)
{
    char record[600];
    int n;

    s->value = s->w->next++;
    n = snprintf(record, sizeof record, "{\"value\":%llu,\"pad\":\"%0*d\"}", (unsigned long long)s->value,
                 (int)(s->value % 400) + 1, 0);
    tg_audit_append(s->w->tool->lane, tg_span(record, (size_t)n), acked, s);
}

static void write_forever(struct tool *t, int pipe, uint64_t first)
{
    struct writer w = {.tool = t, .pipe = pipe, .next = first};
    struct slot slots[IN_FLIGHT];

    if (tool_try_open(t) != TG_OK) {
        (void)fprintf(stderr, "writer: %s\n", t->why);
        _exit(4);
    }
    if (write(pipe, &(struct ack){0}, sizeof(struct ack)) != sizeof(struct ack))
        _exit(5);
    for (size_t i = 0; i < IN_FLIGHT; i++) {
        slots[i].w = &w;
        send(&slots[i]);
    }
    for (;;) {
        tg_lane_run(t->lane);
        (void)usleep(30);
    }
}

/* What the parent was told, by sequence number. */
struct told {
    struct ack *a;
    size_t n, cap;
    uint64_t next_value;
};

static void hear(struct told *told, int pipe)
{
    struct ack a;

    while (read(pipe, &a, sizeof a) == sizeof a) {
        if (a.seq == 0)
            continue; /* "open now" */
        if (told->n == told->cap) {
            told->cap = told->cap == 0 ? 4096 : told->cap * 2;
            told->a = realloc(told->a, told->cap * sizeof *told->a);
            assert_non_null(told->a);
        }
        assert_true(told->n == 0 || a.seq > told->a[told->n - 1].seq);
        told->a[told->n++] = a;
        if (a.value >= told->next_value)
            told->next_value = a.value + 1 + IN_FLIGHT;
    }
}

/* A process that sends the signal when the time has come, since the parent must go on reading. */
static pid_t start_killer(pid_t victim, long delay_us)
{
    struct timespec delay = {.tv_nsec = delay_us * 1000};
    pid_t killer = fork();

    assert_true(killer >= 0);
    if (killer != 0)
        return killer;
    (void)nanosleep(&delay, NULL);
    (void)kill(victim, SIGKILL);
    _exit(0);
}

/* early: killed at any moment, even while it opens the journal; otherwise once it writes. */
static void one_round(struct tool *t, struct told *told, bool early, long delay_us)
{
    int ends[2], status = 0;
    struct ack hello;
    pid_t child, killer;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(ends[0]);
        write_forever(t, ends[1], told->next_value);
    }
    (void)close(ends[1]);
    if (!early)
        assert_true(read(ends[0], &hello, sizeof hello) == sizeof hello);
    killer = start_killer(child, delay_us);
    hear(told, ends[0]);
    (void)close(ends[0]);
    assert_true(waitpid(killer, &status, 0) == killer);
    assert_true(waitpid(child, &status, 0) == child);
    if (!WIFSIGNALED(status))
        print_error("the writer ended by itself with %d\n", WEXITSTATUS(status));
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

struct compare {
    const struct told *told;
    size_t at;
};

static bool match(void *ctx, const struct tg_frame *f)
{
    struct compare *c = ctx;
    char expected[64];
    int n;

    if (c->at == c->told->n || c->told->a[c->at].seq != f->seq)
        return true;
    n = snprintf(expected, sizeof expected, "{\"value\":%llu,\"pad\"",
                 (unsigned long long)c->told->a[c->at].value);
    assert_true(f->type == TG_FRAME_ENTRY && f->payload.n > (size_t)n);
    assert_memory_equal(f->payload.p, expected, (size_t)n);
    c->at++;
    return true;
}

static void check(struct tool *t, const struct told *told)
{
    struct compare c = {.told = told};
    struct tg_verified v;
    struct tg_fault fault;
    enum tg_err err = tool_verify(t, &v);

    /* As the kill left it, then as the next start leaves it. Killed before there was a journal: nothing to
     * hold. */
    if (err == TG_E_AUDIT_BROKEN)
        print_error("%s, offset %llu\n", v.fault.what, (unsigned long long)v.fault.offset);
    assert_true(err == TG_OK || (err == TG_E_NOT_FOUND && told->n == 0));
    tool_open(t);
    tool_close(t);
    assert_int_equal(tool_verify(t, &v), TG_OK);
    assert_int_equal(tg_audit_walk(t->folder, 1, match, &c, &fault), TG_OK);
    assert_true(c.at == told->n); /* not one that was acknowledged is missing */
}

static void test_kill(void **state)
{
    struct tool *t = *state;
    struct told told = {.next_value = 1};
    size_t busy_rounds = 0;

    srand(20261120);
    for (unsigned i = 0; i < rounds; i++) {
        size_t before = told.n;

        one_round(t, &told, i % 5 == 0, rand() % 30000);
        busy_rounds += told.n > before;
        /* Sometimes killed again without having been looked at in between. */
        if (i % 3 != 0 || i + 1 == rounds)
            check(t, &told);
    }
    print_message("%u kills, %zu acknowledged records\n", rounds, told.n);
    assert_true(told.n > rounds && busy_rounds > rounds / 2);
    free(told.a);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_kill, tool_setup, tool_teardown)};
    uint64_t n;

    if (argc > 1 && tg_u64_parse(tg_span_str(argv[1]), 1000000, &n) == TG_OK)
        rounds = (unsigned)n;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
