#include "tests/unit/audit/tool.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static void wake(void *ctx)
{
    struct tool *t = ctx;

    (void)pthread_mutex_lock(&t->lock);
    t->wakes++;
    (void)pthread_cond_signal(&t->woken);
    (void)pthread_mutex_unlock(&t->lock);
}

static void alarmed(void *ctx, enum tg_err state, const char *what)
{
    struct tool *t = ctx;

    assert_non_null(what);
    t->alarm = (int)state;
    t->alarms++;
}

int tool_setup(void **state)
{
    struct tool *t = calloc(1, sizeof *t);
    const char *tmp = getenv("TMPDIR");

    assert_non_null(t);
    (void)snprintf(t->folder, sizeof t->folder, "%s/tegata-audit-XXXXXX", tmp != NULL ? tmp : "/tmp");
    assert_non_null(mkdtemp(t->folder));
    t->key = EVP_EC_gen("P-256");
    assert_non_null(t->key);
    t->conf = (struct tg_audit_conf){.folder = t->folder,
                                     .segment_bytes = SMALL_SEGMENT,
                                     .sign = tg_jws_sign_with_key,
                                     .sign_ctx = t->key,
                                     .key_id = "test",
                                     .public_key = t->key,
                                     .alarm = alarmed,
                                     .alarm_ctx = t};
    (void)pthread_mutex_init(&t->lock, NULL);
    (void)pthread_cond_init(&t->woken, NULL);
    *state = t;
    return 0;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

int tool_teardown(void **state)
{
    struct tool *t = *state;

    tool_close(t);
    (void)nftw(t->folder, drop, 16, FTW_DEPTH | FTW_PHYS);
    EVP_PKEY_free(t->key);
    free(t);
    return 0;
}

enum tg_err tool_try_open(struct tool *t)
{
    enum tg_err err = tg_audit_open(&t->conf, &t->audit, t->why, sizeof t->why);

    if (err == TG_OK)
        assert_int_equal(tg_lane_open(t->audit, wake, t, &t->lane), TG_OK);
    return err;
}

void tool_open(struct tool *t)
{
    enum tg_err err = tool_try_open(t);

    if (err != TG_OK)
        print_error("open: %s: %s\n", tg_err_code(err), t->why);
    assert_int_equal(err, TG_OK);
}

void tool_close(struct tool *t)
{
    tg_audit_close(&t->audit);
    tg_lane_close(&t->lane);
}

static void done(void *ctx, enum tg_err err, struct tg_receipt *receipt)
{
    static unsigned order;
    struct outcome *o = ctx;

    assert_false(o->done);
    assert_true((err == TG_OK) == (receipt != NULL));
    o->done = true;
    o->err = err;
    o->order = order++;
    if (receipt != NULL)
        o->seq = tg_receipt_seq(receipt);
    tg_receipt_free(&receipt);
}

void tool_append(struct tool *t, const char *record, struct outcome *o)
{
    *o = (struct outcome){.tool = t};
    tg_audit_append(t->lane, tg_span_str(record), done, o);
}

static bool all_done(const struct outcome *o, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!o[i].done)
            return false;
    }
    return true;
}

void tool_wait(struct tool *t, const struct outcome *o, size_t n)
{
    while (!all_done(o, n)) {
        (void)pthread_mutex_lock(&t->lock);
        while (t->wakes == t->seen_wakes)
            (void)pthread_cond_wait(&t->woken, &t->lock);
        t->seen_wakes = t->wakes;
        (void)pthread_mutex_unlock(&t->lock);
        tg_lane_run(t->lane);
    }
}

enum tg_err tool_one(struct tool *t, const char *record)
{
    struct outcome o;

    tool_append(t, record, &o);
    tool_wait(t, &o, 1);
    return o.err;
}

void tool_fill(struct tool *t, size_t n)
{
    enum { BATCH = 32 };
    struct outcome o[BATCH];
    char record[256];

    for (size_t i = 0; i < n;) {
        size_t k = 0;

        for (; k < BATCH && i < n; k++, i++) {
            (void)snprintf(record, sizeof record, "{\"v\":1,\"kind\":\"search\",\"n\":%zu,\"pad\":\"%0*d\"}",
                           i, (int)(i % 61), 0);
            tool_append(t, record, &o[k]);
        }
        tool_wait(t, o, k);
        for (size_t j = 0; j < k; j++)
            assert_int_equal(o[j].err, TG_OK);
    }
}

enum tg_err tool_verify(struct tool *t, struct tg_verified *v)
{
    return tg_verify_folder(t->folder, t->key, v);
}

const char *tool_path(const struct tool *t, const char *name)
{
    static char path[512];

    (void)snprintf(path, sizeof path, "%s/%s", t->folder, name);
    return path;
}

void tool_pause_ms(long ms)
{
    struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    (void)nanosleep(&ts, NULL);
}
