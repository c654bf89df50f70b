/* The event stream, in every two parts and byte by byte: the same events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/limits.h"
#include "client/link/sse.h"

struct heard {
    char text[1024]; /* "name=data;" … */
    size_t n;
    const char *refuse; /* the event whose callback says no */
};

static enum tg_err hear(void *ctx, const char *name, struct tg_span data)
{
    struct heard *h = ctx;

    h->n += (size_t)snprintf(h->text + h->n, sizeof h->text - h->n, "%s=%.*s;", name, (int)data.n,
                             (const char *)data.p);
    assert_true(h->n < sizeof h->text);
    return h->refuse != NULL && strcmp(name, h->refuse) == 0 ? TG_E_SESSION_ENDED : TG_OK;
}

static size_t feed(struct tg_sse *s, const char *text, size_t n)
{
    char copy[8192];

    assert_true(n <= sizeof copy);
    memcpy(copy, text, n);
    return tg_sse_take(copy, 1, n, s);
}

static const struct {
    const char *stream, *events;
} streams[] = {
    {"event: nonce\ndata: {\"a\":1}\n\n", "nonce={\"a\":1};"},
    {"event: nonce\r\ndata: x\r\n\r\n", "nonce=x;"},
    {"event:nonce\ndata:x\n\n", "nonce=x;"},
    {"event: a\ndata:  two blanks\n\n", "a= two blanks;"},
    {"data: before\nevent: a\n\n", "a=before;"},
    {"event: a\ndata: 1\ndata: 2\n\n", "a=12;"},
    {": comment\n\nevent: a\nid: 7\nretry: 1\nfoo\ndata: 1\n\n", "a=1;"},
    {"event: a\ndata: 1\n\nevent: b\ndata: 2\n\n", "a=1;b=2;"},
    {"event: a\n\ndata: lost\n\nevent: b\n\n", "a=;b=;"},
    {"data: nobody\n\n", ""},
    {"event: a\ndata: not ended", ""},
    {"event: a\ndata: not ended\n", ""},
    {"eventual: a\ndatax: 1\n\n", ""},
};

static void test_streams(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        const char *text = streams[i].stream;
        size_t n = strlen(text);

        for (size_t cut = 0; cut <= n; cut++) {
            struct heard h = {.n = 0};
            struct tg_sse s;

            tg_sse_init(&s, hear, &h);
            assert_int_equal(feed(&s, text, cut), cut);
            for (size_t k = cut; k < n; k++) { /* and the rest byte by byte */
                assert_int_equal(feed(&s, text + k, 1), 1);
            }
            assert_int_equal(s.err, TG_OK);
            assert_string_equal(h.text, streams[i].events);
            tg_sse_done(&s);
        }
    }
}

static void test_refused(void **state)
{
    static const char text[] = "event: a\ndata: 1\n\nevent: b\ndata: 2\n\nevent: c\ndata: 3\n\n";
    struct heard h = {.refuse = "b"};
    struct tg_sse s;

    (void)state;
    tg_sse_init(&s, hear, &h);
    assert_int_equal(feed(&s, text, sizeof text - 1), 0);
    assert_int_equal(s.err, TG_E_SESSION_ENDED);
    assert_string_equal(h.text, "a=1;b=2;");
    assert_int_equal(feed(&s, text, sizeof text - 1), 0); /* it sticks */
    assert_string_equal(h.text, "a=1;b=2;");
    tg_sse_done(&s);
}

/* Whatever has no end is given up at a ceiling. */
static void test_ceilings(void **state)
{
    static const char *const begin[] = {"", "event: a\ndata: ", "event: "};
    char much[4000];

    (void)state;
    memset(much, 'x', sizeof much);
    for (size_t i = 0; i < 3; i++) {
        struct heard h = {.n = 0};
        struct tg_sse s;

        tg_sse_init(&s, hear, &h);
        assert_int_equal(feed(&s, begin[i], strlen(begin[i])), strlen(begin[i]));
        for (size_t sent = 0; sent < TG_EVENT_BYTES; sent += sizeof much) {
            (void)feed(&s, much, sizeof much);
        }
        (void)feed(&s, "\n\n", 2);
        assert_int_equal(s.err, TG_E_SERVER_REPLY);
        assert_string_equal(h.text, "");
        tg_sse_done(&s);
    }
}

static enum tg_err measure(void *ctx, const char *name, struct tg_span data)
{
    (void)name;
    *(size_t *)ctx = data.n;
    return TG_OK;
}

/* All that one person may hold at once comes whole. */
static void test_longest(void **state)
{
    static char much[4000];
    struct tg_sse s;
    size_t got = 0;

    (void)state;
    memset(much, 'x', sizeof much);
    tg_sse_init(&s, measure, &got);
    (void)feed(&s, "event: grants\ndata: ", 20);
    for (size_t i = 0; i < TG_GRANTS_HELD; i++) {
        assert_int_equal(feed(&s, much, TG_GRANT_AREAS_BYTES + 512), TG_GRANT_AREAS_BYTES + 512);
    }
    (void)feed(&s, "\n\n", 2);
    assert_int_equal(s.err, TG_OK);
    assert_int_equal(got, TG_GRANTS_HELD * (TG_GRANT_AREAS_BYTES + 512));
    tg_sse_done(&s);
}

/* Many data lines within one event, each short enough. */
static void test_data_ceiling(void **state)
{
    struct heard h = {.n = 0};
    struct tg_sse s;
    char line[1100] = "data: ";
    unsigned i = 0;

    (void)state;
    memset(line + 6, 'x', 1000);
    line[1006] = '\n';
    tg_sse_init(&s, hear, &h);
    while (s.err == TG_OK && i++ < 100) {
        (void)feed(&s, line, 1007);
    }
    assert_int_equal(s.err, TG_E_SERVER_REPLY);
    assert_true(i <= TG_EVENT_BYTES / 1000 + 1);
    tg_sse_done(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_streams), cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_ceilings),
                                       cmocka_unit_test(test_longest), cmocka_unit_test(test_data_ceiling)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
