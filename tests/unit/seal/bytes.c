/* Chain, frames and heads, byte by byte: against values computed elsewhere, cut at every length, flipped at
 * every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/seal/seal.h"

static void expect_hex(const uint8_t *p, const char *hex)
{
    char text[2 * TG_HASH_BYTES + 1];

    tg_hex(p, TG_HASH_BYTES, text);
    assert_string_equal(text, hex);
}

/* The figures come from a few lines of Python's hashlib, not from this code. */
static void test_chain(void **state)
{
    uint8_t log[TG_LOG_ID_BYTES];
    struct tg_chain c;

    (void)state;
    for (size_t i = 0; i < sizeof log; i++)
        log[i] = (uint8_t)i;
    assert_int_equal(tg_chain_init(&c), TG_OK);
    assert_int_equal(tg_chain_start(&c, log), TG_OK);
    expect_hex(c.head, "92c6ac05ed70c4c74251a79595e27aac066812f5c4bfc98e05156b92f25b879d");
    assert_int_equal(tg_chain_add(&c, tg_span_str("record")), TG_OK);
    expect_hex(c.head, "6c9cb9c14746bb30e27f753bb33b1df048d9ec9c4f70f6e479ef1d5604eb8cf8");
    assert_int_equal(tg_chain_add(&c, tg_span_str("")), TG_OK);
    expect_hex(c.head, "b0ac601bb7b668366c307103ff7dec1b8ed6643cc36abb765f30d136e2a9d398");
    tg_chain_done(&c);
}

struct sealed {
    uint8_t bytes[512];
    size_t size;
};

static void make(struct sealed *s, const char *payload)
{
    const struct tg_stamp stamp = {.seq = 7, .acked = 5, .time = 1234567890123456};
    struct tg_chain c;

    memset(s, 0, sizeof *s);
    assert_int_equal(tg_chain_init(&c), TG_OK);
    tg_frame_put(s->bytes, TG_FRAME_ENTRY, tg_span_str(payload));
    assert_int_equal(tg_frame_seal(s->bytes, &stamp, &c, &s->size), TG_OK);
    assert_memory_equal(s->bytes + s->size - TG_HASH_BYTES, c.head, TG_HASH_BYTES);
    tg_chain_done(&c);
}

static void test_frame(void **state)
{
    static const char *const payloads[] = {"{}", "{\"a\":1}", "12345678", "123456789"};
    struct sealed s;
    struct tg_frame f;

    (void)state;
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        make(&s, payloads[i]);
        assert_int_equal(s.size % 8, 0);
        assert_int_equal(s.size, tg_frame_size(strlen(payloads[i])));
        assert_int_equal(tg_frame_get(tg_span(s.bytes, sizeof s.bytes), 0, &f), TG_OK);
        assert_true(f.type == TG_FRAME_ENTRY && f.seq == 7 && f.acked == 5 && f.time == 1234567890123456);
        assert_true(f.size == s.size && f.offset == 0 && f.head == s.bytes + s.size - TG_HASH_BYTES);
        assert_true(tg_span_is(f.payload, payloads[i]));
        assert_true(f.record.p == s.bytes && f.record.n == TG_FRAME_HEAD_BYTES + f.payload.n);
    }
}

/* Every length: a frame that is not all there is never read. */
static void test_frame_cut(void **state)
{
    struct sealed s;
    struct tg_frame f;

    (void)state;
    make(&s, "{\"kind\":\"show\"}");
    for (size_t n = 0; n < s.size; n++) {
        enum tg_err err = tg_frame_get(tg_span(s.bytes, n), 0, &f);

        assert_int_equal(err, n < TG_FRAME_HEAD_BYTES ? TG_E_NOT_FOUND : TG_E_TRUNCATED);
    }
    assert_int_equal(tg_frame_get(tg_span(s.bytes, s.size), s.size, &f), TG_E_NOT_FOUND);
    assert_int_equal(tg_frame_get(tg_span(s.bytes, s.size), UINT64_MAX, &f), TG_E_NOT_FOUND);
}

static void test_frame_shape(void **state)
{
    static const struct {
        size_t at;
        uint8_t byte;
    } bad[] = {{0, 0x1f}, {1, 't'}, {2, 0}, {3, 'x'}, {3, 0}, {4, 1}, {5, 1}, {24, 0x80}, {32 + 15, 1}};
    struct sealed s;
    struct tg_frame f;

    (void)state;
    make(&s, "{\"kind\":\"show\"}"); /* 15 bytes: one of padding */
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t was = s.bytes[bad[i].at];

        s.bytes[bad[i].at] = bad[i].byte;
        assert_int_not_equal(tg_frame_get(tg_span(s.bytes, sizeof s.bytes), 0, &f), TG_OK);
        s.bytes[bad[i].at] = was;
    }
    memset(s.bytes + 4, 0, 4); /* an empty payload */
    assert_int_equal(tg_frame_get(tg_span(s.bytes, sizeof s.bytes), 0, &f), TG_E_FORM);
}

static void test_acked_later(void **state)
{
    struct sealed s;
    uint8_t file[1024] = {0};

    (void)state;
    make(&s, "{}"); /* record 7, which knows that 5 was durable */
    memcpy(file + 264, s.bytes, s.size);
    assert_true(tg_frame_acked_later(tg_span(file, sizeof file), 0, 5));
    assert_true(tg_frame_acked_later(tg_span(file, sizeof file), 100, 3));
    assert_true(tg_frame_acked_later(tg_span(file, sizeof file), 264, 5));
    assert_false(tg_frame_acked_later(tg_span(file, sizeof file), 265, 5));
    assert_false(tg_frame_acked_later(tg_span(file, sizeof file), 0, 6)); /* 6 was not */
    assert_false(tg_frame_acked_later(tg_span(file, sizeof file), 0, 7));
    assert_false(tg_frame_acked_later(tg_span(file, 264 + 31), 0, 5));
}

/* At the very end of a page, and of a file that is no whole number of pages: never a byte beyond it. */
static void test_torn(void **state)
{
    const struct tg_stamp last = {.seq = 6, .acked = 5, .time = 1};
    struct sealed s;
    uint8_t *file = calloc(1, 8192);

    (void)state;
    assert_non_null(file);
    make(&s, "{\"kind\":\"show\"}");
    for (size_t shown = 8; shown < s.size; shown += 8) {
        memset(file, 0, 8192);
        memcpy(file + 4096 - shown, s.bytes, shown);
        assert_true(tg_frame_torn(tg_span(file, 8192), 4096 - shown, &last));
        assert_true(tg_frame_torn(tg_span(file, 4096), 4096 - shown, &last));
        assert_false(tg_frame_torn(tg_span(file, 4095), 4096 - shown, &last));
        assert_false(tg_frame_torn(tg_span(file, 8192), 4096 - shown, &(struct tg_stamp){.seq = 7}) &&
                     shown >= 16);
        assert_false(tg_frame_torn(tg_span(file, 8192), 4096, &last));
    }
    memcpy(file + 4096 - s.size, s.bytes, s.size); /* a whole one is not torn */
    assert_false(tg_frame_torn(tg_span(file, 8192), 4096 - s.size, &last));
    free(file);
}

static void test_head(void **state)
{
    struct tg_segment_head h = {.number = 3, .first_seq = 99, .bytes = 4096}, again;
    uint8_t file[4096] = {0};

    (void)state;
    memset(h.log, 0xa5, sizeof h.log);
    memset(h.prev, 0x5a, sizeof h.prev);
    assert_int_equal(tg_segment_head_put(&h, file), TG_OK);
    assert_int_equal(tg_segment_head_get(tg_span(file, sizeof file), &again), TG_OK);
    assert_true(again.number == 3 && again.first_seq == 99 && again.bytes == 4096);
    assert_memory_equal(again.log, h.log, sizeof h.log);
    assert_memory_equal(again.prev, h.prev, sizeof h.prev);
    for (size_t n = 0; n < TG_SEGMENT_HEAD_BYTES; n++)
        assert_int_equal(tg_segment_head_get(tg_span(file, n), &again), TG_E_TRUNCATED);
    assert_int_equal(tg_segment_head_get(tg_span(file, sizeof file - 1), &again),
                     TG_E_FORM); /* the length is part of it */
    for (size_t at = 0; at < TG_SEGMENT_HEAD_BYTES; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            file[at] ^= (uint8_t)(1u << bit);
            assert_int_equal(tg_segment_head_get(tg_span(file, sizeof file), &again), TG_E_FORM);
            file[at] ^= (uint8_t)(1u << bit);
        }
    }
}

static void test_names(void **state)
{
    static const char *const wrong[] = {"segment-",
                                        "segment-000000001",
                                        "segment-00000000011",
                                        "segment-000000000x",
                                        "segment-0000000000",
                                        "Segment-0000000001",
                                        "spare",
                                        "segment--000000001",
                                        "segment-+000000001",
                                        "segment-0000000001~",
                                        ""};
    char name[TG_SEGMENT_NAME_BYTES];

    (void)state;
    tg_segment_name(42, name);
    assert_string_equal(name, "segment-0000000042");
    assert_true(tg_segment_number(name) == 42);
    assert_true(tg_segment_number("segment-9999999999") == 9999999999u);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_true(tg_segment_number(wrong[i]) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain),       cmocka_unit_test(test_frame),
        cmocka_unit_test(test_frame_cut),   cmocka_unit_test(test_frame_shape),
        cmocka_unit_test(test_acked_later), cmocka_unit_test(test_torn),
        cmocka_unit_test(test_head),        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
