#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "certs/base/text.h"
#include "ui/wire/wire.h"

#define JWS "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"

static struct tg_wire sample(enum tg_wire_type type)
{
    struct tg_wire m = {.type = type,
                        .err = TG_E_POST_CHOICE,
                        .nonce = "nonce-1",
                        .post = {"counter", "dunning"},
                        .n_posts = 2,
                        .jws = tg_span(JWS, sizeof JWS - 1),
                        .number = "+81178221234",
                        .paper = tg_span_str("{\"areas\":\"02203\"}")};

    memset(m.thumbprint, 0xa5, sizeof m.thumbprint);
    return m;
}

static void every_message_comes_back(void **state)
{
    (void)state;
    for (unsigned type = 1; type < TG_WIRE_TYPES; type++) {
        TG_BUF_AUTO bytes = TG_BUF_INIT(TG_WIRE_BYTES), again = TG_BUF_INIT(TG_WIRE_BYTES);
        struct tg_wire m = sample((enum tg_wire_type)type), got;

        assert_int_equal(tg_wire_write(&m, &bytes), TG_OK);
        assert_int_equal(tg_wire_read(tg_span_buf(&bytes), &got), TG_OK);
        assert_int_equal(got.type, type);
        assert_int_equal(tg_wire_write(&got, &again), TG_OK);
        assert_true(tg_span_eq(tg_span_buf(&bytes), tg_span_buf(&again)));
    }
}

static void fields_arrive(void **state)
{
    TG_BUF_AUTO bytes = TG_BUF_INIT(TG_WIRE_BYTES);
    struct tg_wire m = sample(TG_WIRE_REFUSED), got;

    (void)state;
    assert_int_equal(tg_wire_write(&m, &bytes), TG_OK);
    assert_int_equal(tg_wire_read(tg_span_buf(&bytes), &got), TG_OK);
    assert_int_equal(got.err, TG_E_POST_CHOICE);
    assert_int_equal(got.n_posts, 2);
    assert_string_equal(got.post[1], "dunning");
    tg_buf_reset(&bytes);
    m = sample(TG_WIRE_WANT_PRESENCE);
    assert_int_equal(tg_wire_write(&m, &bytes), TG_OK);
    assert_int_equal(tg_wire_read(tg_span_buf(&bytes), &got), TG_OK);
    assert_string_equal(got.nonce, "nonce-1");
    assert_memory_equal(got.thumbprint, m.thumbprint, 32);
}

/* A caller's number is digits; nothing else of the gate's comes to the search box. */
static void only_numbers_call(void **state)
{
    static const char *const bad[] = {"",         "+",    "0178-221234", "0178221234x",
                                      "<b>1</b>", "+8+1", "佐藤",        "0178 22"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        TG_BUF_AUTO bytes = TG_BUF_INIT(TG_WIRE_BYTES);
        struct tg_wire m = sample(TG_WIRE_CALL), got;

        (void)snprintf(m.number, sizeof m.number, "%s", bad[i]);
        assert_int_equal(tg_wire_write(&m, &bytes), TG_OK);
        assert_int_equal(tg_wire_read(tg_span_buf(&bytes), &got), TG_E_FORM);
    }
    assert_int_equal(tg_wire_read(tg_span("\x0e\x00\x11"
                                          "12345678901234567",
                                          20),
                                  &(struct tg_wire){0}),
                     TG_E_FORM);
}

/* Cut anywhere, a byte more, or another type's byte in front: nothing is read, and nothing is left behind. */
static void nothing_but_the_whole(void **state)
{
    (void)state;
    for (unsigned type = 1; type < TG_WIRE_TYPES; type++) {
        TG_BUF_AUTO bytes = TG_BUF_INIT(TG_WIRE_BYTES);
        struct tg_wire m = sample((enum tg_wire_type)type), got;

        assert_int_equal(tg_wire_write(&m, &bytes), TG_OK);
        for (size_t n = 0; n < bytes.n; n++) {
            assert_int_equal(tg_wire_read(tg_span(bytes.p, n), &got), TG_E_FORM);
            assert_int_equal(got.type, TG_WIRE_NOTHING);
        }
        assert_int_equal(tg_buf_add(&bytes, "", 1), TG_OK);
        assert_int_equal(tg_wire_read(tg_span_buf(&bytes), &got), TG_E_FORM);
    }
    for (unsigned type = 0; type < 256; type++) {
        uint8_t alone = (uint8_t)type;
        struct tg_wire got;
        bool bare = type == TG_WIRE_READY || type == TG_WIRE_OPEN || type == TG_WIRE_LOCK;

        assert_int_equal(tg_wire_read(tg_span(&alone, 1), &got), bare ? TG_OK : TG_E_FORM);
    }
}

static enum tg_err read_refused(const char *bytes, size_t n)
{
    struct tg_wire got;

    return tg_wire_read(tg_span(bytes, n), &got);
}

static void no_reason_that_is_none(void **state)
{
    (void)state;
    assert_int_equal(read_refused("\x09\0\0", 3), TG_E_FORM);       /* no code */
    assert_int_equal(read_refused("\x09\0\x04what", 7), TG_E_FORM); /* none of ours */
    assert_int_equal(read_refused("\x09\xff\xffx", 4), TG_E_FORM);  /* longer than there is */
    assert_int_equal(read_refused("\x09\0\x05"
                                  "a\0b\x01z",
                                  8),
                     TG_E_FORM); /* controls */
}

static void texts_are_clean(void **state)
{
    TG_BUF_AUTO bytes = TG_BUF_INIT(TG_WIRE_BYTES);
    struct tg_wire m = sample(TG_WIRE_WANT_SIGN_IN), got;

    (void)state;
    assert_int_equal(tg_copy(m.nonce, sizeof m.nonce, tg_span_str("a\nb")), TG_OK);
    assert_int_equal(tg_wire_write(&m, &bytes), TG_OK);
    assert_int_equal(tg_wire_read(tg_span_buf(&bytes), &got), TG_E_FORM);
}

static void each_side_has_its_own(void **state)
{
    unsigned gate = 0, desk = 0;

    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        bool g = tg_wire_says(TG_WIRE_GATE, (enum tg_wire_type)type);
        bool d = tg_wire_says(TG_WIRE_DESK, (enum tg_wire_type)type);

        assert_false(g && d);
        assert_true(g || d || type == 0 || type >= TG_WIRE_TYPES);
        gate += g;
        desk += d;
    }
    assert_int_equal(gate + desk, TG_WIRE_TYPES - 1);
    assert_true(tg_wire_says(TG_WIRE_GATE, TG_WIRE_SIGNED));
    assert_true(tg_wire_says(TG_WIRE_DESK, TG_WIRE_WANT_SIGN_IN));
}

static void any_bytes(void **state)
{
    uint32_t seed = 11;

    (void)state;
    for (int round = 0; round < 200000; round++) {
        uint8_t bytes[64];
        struct tg_wire got;

        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = (uint8_t)((seed >> 24) % (i < 3 ? 15 : 256));
        }
        if (tg_wire_read(tg_span(bytes, (seed >> 8) % sizeof bytes), &got) == TG_OK)
            assert_true(got.n_posts <= TG_POSTS_PER_PERSON && got.type != TG_WIRE_NOTHING);
    }
}

static void too_much_is_not_written(void **state)
{
    TG_BUF_AUTO bytes = TG_BUF_INIT(TG_WIRE_BYTES);
    static char paper[TG_WIRE_PAPER_BYTES + 1];
    struct tg_wire m = sample(TG_WIRE_REFUSED), got;

    (void)state;
    m.n_posts = TG_POSTS_PER_PERSON + 1;
    assert_int_equal(tg_wire_write(&m, &bytes), TG_E_LIMIT);
    assert_int_equal(bytes.n, 0);
    m = sample(TG_WIRE_WANT_APPROVAL);
    memset(paper, 'x', sizeof paper);
    m.paper = tg_span(paper, sizeof paper);
    assert_int_equal(tg_wire_write(&m, &bytes), TG_OK); /* who says it is not who judges it */
    assert_int_equal(tg_wire_read(tg_span_buf(&bytes), &got), TG_E_FORM);
    m = sample(TG_WIRE_WANT_APPROVAL);
    m.paper = tg_span(paper, 0);
    tg_buf_reset(&bytes);
    assert_int_equal(tg_wire_write(&m, &bytes), TG_OK);
    assert_int_equal(tg_wire_read(tg_span_buf(&bytes), &got), TG_E_FORM);
    tg_buf_reset(&bytes);
    m = sample(TG_WIRE_NOTHING);
    assert_int_equal(tg_wire_write(&m, &bytes), TG_E_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_comes_back), cmocka_unit_test(fields_arrive),
        cmocka_unit_test(only_numbers_call),        cmocka_unit_test(nothing_but_the_whole),
        cmocka_unit_test(no_reason_that_is_none),   cmocka_unit_test(texts_are_clean),
        cmocka_unit_test(each_side_has_its_own),    cmocka_unit_test(any_bytes),
        cmocka_unit_test(too_much_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
