/* Runs codec.txt: each case whole, byte by byte, and cut in two at every place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/door/codec.h"

#define INPUT_BYTES (80u * 1024u)
#define CASES_MIN 90u

struct text {
    uint8_t p[INPUT_BYTES];
    size_t n;
};

struct outcome {
    enum tg_codec_state state;
    struct tg_codec codec;
    unsigned heads; /* how often TG_CODEC_HEAD was said */
};

static const char *table;

static void add(struct text *t, uint8_t byte)
{
    assert_true(t->n < INPUT_BYTES);
    t->p[t->n++] = byte;
}

static const char *unescape(struct text *t, const char *s, const char *end);

/* {N*text} */
static const char *repeat(struct text *t, const char *s, const char *end)
{
    char *body = NULL;
    unsigned long times = strtoul(s + 1, &body, 10);
    assert_true(body < end && *body == '*');
    const char *close = body + 1;
    for (int depth = 1; depth > 0; close++) {
        assert_true(close < end);
        depth += *close == '{' ? 1 : *close == '}' ? -1 : 0;
    }
    for (unsigned long i = 0; i < times; i++)
        for (const char *at = body + 1; at < close - 1;)
            at = unescape(t, at, close - 1);
    return close;
}

/* One character or escape; returns what follows it. */
static const char *unescape(struct text *t, const char *s, const char *end)
{
    static const char from[] = "rnt0\\", to[] = "\r\n\t\0\\";
    if (*s != '\\') {
        add(t, (uint8_t)*s);
        return s + 1;
    }
    assert_true(s + 1 < end);
    if (s[1] == '{')
        return repeat(t, s + 1, end);
    if (s[1] == 'x') {
        const char hex[3] = {s[2], s[3], '\0'};
        add(t, (uint8_t)strtoul(hex, NULL, 16));
        return s + 4;
    }
    const char *which = strchr(from, s[1]);
    assert_non_null(which);
    add(t, (uint8_t)to[which - from]);
    return s + 2;
}

static void unescape_line(struct text *t, const char *s, size_t n)
{
    for (const char *at = s; at < s + n;)
        at = unescape(t, at, s + n);
}

/* Feeds up to n bytes from a fresh copy, so that a look beyond them is a look beyond the allocation. */
static void feed(struct outcome *o, const uint8_t *p, size_t n)
{
    uint8_t *copy = malloc(n == 0 ? 1 : n);
    assert_non_null(copy);
    memcpy(copy, p, n);
    if (o->state == TG_CODEC_MORE || o->state == TG_CODEC_HEAD) {
        o->state = tg_codec_feed(&o->codec, copy, n);
        if (o->state == TG_CODEC_HEAD) {
            o->heads++;
            o->state = tg_codec_feed(&o->codec, copy, n);
        }
    }
    free(copy);
}

static struct outcome start(void)
{
    struct outcome o = {.state = TG_CODEC_MORE, .heads = 0};
    tg_codec_init(&o.codec);
    return o;
}

static void assert_same(const struct outcome *a, const struct outcome *b)
{
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->codec.err, b->codec.err);
    assert_int_equal(a->codec.method, b->codec.method);
    assert_int_equal(a->codec.target, b->codec.target);
    assert_int_equal(a->codec.target_n, b->codec.target_n);
    assert_int_equal(a->codec.head_n, b->codec.head_n);
    assert_int_equal(a->codec.body_n, b->codec.body_n);
    assert_int_equal(a->codec.close, b->codec.close);
    assert_int_equal(a->codec.n_fields, b->codec.n_fields);
    assert_memory_equal(a->codec.field, b->codec.field, a->codec.n_fields * sizeof a->codec.field[0]);
    assert_int_equal(a->heads, b->heads);
}

/* A long input is cut at every place of its beginning and its end, and elsewhere at some. */
static size_t stride(size_t at, size_t n)
{
    return at < 200 || at + 200 > n ? 1 : 97;
}

static void check_cuts(const struct text *t, const struct outcome *whole)
{
    struct outcome steps = start();
    for (size_t i = 0; i <= t->n; i += stride(i, t->n))
        feed(&steps, t->p, i);
    assert_same(whole, &steps);
    for (size_t i = 0; i <= t->n; i += stride(i, t->n)) {
        struct outcome two = start();
        feed(&two, t->p, i);
        feed(&two, t->p, t->n);
        assert_same(whole, &two);
    }
}

static void describe(const struct text *t, const struct outcome *o, struct text *out)
{
    char tail[64];
    int n = 0;
    out->n = 0;
    if (o->state == TG_CODEC_DONE) {
        const struct tg_codec *c = &o->codec;
        const char *method = tg_codec_method_name(c->method);
        struct tg_span target = tg_codec_target(c, t->p);
        memcpy(out->p, method, strlen(method));
        out->n = strlen(method);
        add(out, ' ');
        memcpy(out->p + out->n, target.p, target.n);
        out->n += target.n;
        n = snprintf(tail, sizeof tail, " %u %zu%s", c->body_n, t->n - c->head_n - c->body_n,
                     c->close ? " close" : "");
    } else {
        n = snprintf(tail, sizeof tail, "%s", o->state == TG_CODEC_MORE ? "more" : tg_err_code(o->codec.err));
    }
    memcpy(out->p + out->n, tail, (size_t)n + 1);
    out->n += (size_t)n;
}

static void run_case(const struct text *t, const struct text *expected, unsigned line)
{
    static struct text got;
    struct outcome whole = start();
    feed(&whole, t->p, t->n);
    describe(t, &whole, &got);
    if (got.n != expected->n || memcmp(got.p, expected->p, got.n) != 0)
        fail_msg("codec.txt:%u: expected %.*s, got %.*s", line, (int)expected->n, (const char *)expected->p,
                 (int)got.n, (const char *)got.p);
    check_cuts(t, &whole);
}

static void test_table(void **state)
{
    static struct text input, expected;
    char row[512];
    unsigned line = 0, cases = 0;
    (void)state;
    FILE *f = fopen(table, "r");
    assert_non_null(f);
    while (fgets(row, sizeof row, f) != NULL) {
        line++;
        size_t n = strcspn(row, "\n");
        if (n >= 2 && row[0] == '<') {
            unescape_line(&input, row + 2, n - 2);
        } else if (n >= 2 && row[0] == '>') {
            expected.n = 0;
            unescape_line(&expected, row + 2, n - 2);
            run_case(&input, &expected, line);
            input.n = 0;
            cases++;
        }
    }
    assert_int_equal(fclose(f), 0);
    assert_true(cases >= CASES_MIN);
}

static void assert_header(const struct tg_codec *c, const char *p, const char *name, const char *expected)
{
    struct tg_span v = tg_codec_header(c, (const uint8_t *)p, name);
    assert_int_equal(v.n, strlen(expected));
    assert_memory_equal(v.p, expected, v.n);
}

static void test_headers(void **state)
{
    static const char in[] =
        "GET / HTTP/1.1\r\nHOST: a.test\r\nX-One: \t1 2 \t\r\nx-one: 3\r\nEmpty:\r\n\r\n";
    struct tg_codec c;
    (void)state;
    tg_codec_init(&c);
    assert_int_equal(tg_codec_feed(&c, (const uint8_t *)in, sizeof in - 1), TG_CODEC_HEAD);
    assert_header(&c, in, "host", "a.test");
    assert_header(&c, in, "x-one", "1 2");
    assert_int_equal(tg_codec_header(&c, (const uint8_t *)in, "empty").n, 0);
    assert_null(tg_codec_header(&c, (const uint8_t *)in, "x-on").p);
    assert_null(tg_codec_header(&c, (const uint8_t *)in, "x-one2").p);
}

/* After a refusal nothing of the request can be asked for: a half-checked field must not be used. */
static void test_bad_is_final(void **state)
{
    static const char in[] = "POST /p HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nX : y\r\n\r\n";
    struct tg_codec c;
    (void)state;
    tg_codec_init(&c);
    assert_int_equal(tg_codec_feed(&c, (const uint8_t *)in, sizeof in - 1), TG_CODEC_BAD);
    assert_int_equal(tg_codec_feed(&c, (const uint8_t *)in, sizeof in - 1), TG_CODEC_BAD);
    assert_int_equal(c.err, TG_E_BAD_REQUEST);
    assert_null(tg_codec_header(&c, (const uint8_t *)in, "authorization").p);
    assert_null(tg_codec_target(&c, (const uint8_t *)in).p);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_bad_is_final),
    };
    if (argc < 2)
        return 2;
    table = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
