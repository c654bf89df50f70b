/* The strict BER-TLV reader and the reader of answers to reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/card/atr.h"
#include "client/card/tlv.h"

#define SPAN(text) tg_span(text, sizeof(text) - 1)

struct sample {
    const char *bytes;
    size_t n;
    enum tg_err err;
    uint32_t tag;
    size_t value_n;
    size_t left;
};
#define SAMPLE(text, ...)                   \
    {                                       \
        text, sizeof(text) - 1, __VA_ARGS__ \
    }

static void test_next(void **state)
{
    static const struct sample samples[] = {
        SAMPLE("\x53\x00", TG_OK, 0x53, 0, 0),
        SAMPLE("\x53\x02\xaa\xbb\xcc", TG_OK, 0x53, 2, 1),
        SAMPLE("\x53\x81\x01\xaa", TG_OK, 0x53, 1, 0),
        SAMPLE("\x53\x82\x00\x01\xaa", TG_OK, 0x53, 1, 0),
        SAMPLE("\x53\x83\x00\x00\x01\xaa", TG_OK, 0x53, 1, 0),
        SAMPLE("\x7f\x49\x00", TG_OK, 0x7f49, 0, 0),
        SAMPLE("\x5f\xc1\x05\x00", TG_OK, 0x5fc105, 0, 0),
        SAMPLE("", TG_E_TRUNCATED, 0, 0, 0),
        SAMPLE("\x53", TG_E_TRUNCATED, 0, 0, 1),
        SAMPLE("\x7f", TG_E_TRUNCATED, 0, 0, 1),
        SAMPLE("\x5f\xc1", TG_E_TRUNCATED, 0, 0, 2),
        SAMPLE("\x53\x01", TG_E_TRUNCATED, 0, 0, 2),
        SAMPLE("\x53\x82\x01", TG_E_TRUNCATED, 0, 0, 3),
        SAMPLE("\x53\x83\xff\xff\xff\x00", TG_E_TRUNCATED, 0, 0, 6),
        SAMPLE("\x53\x80\x00\x00", TG_E_FORM, 0, 0, 4),
        SAMPLE("\x53\x84\x00\x00\x00\x01\xaa", TG_E_FORM, 0, 0, 7),
        SAMPLE("\x53\xff\x00", TG_E_FORM, 0, 0, 3),
        SAMPLE("\x00\x00", TG_E_FORM, 0, 0, 2),
        SAMPLE("\xff\x00", TG_E_FORM, 0, 0, 2),
        SAMPLE("\x5f\xc1\x85\x05\x00", TG_E_FORM, 0, 0, 5),
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct tg_span rest = tg_span(samples[i].bytes, samples[i].n);
        struct tg_tlv t = {.tag = 0};

        assert_int_equal(tg_tlv_next(&rest, &t), samples[i].err);
        assert_int_equal(t.tag, samples[i].tag);
        assert_int_equal(t.value.n, samples[i].value_n);
        assert_int_equal(rest.n, samples[i].left);
    }
}

static void test_only_and_find(void **state)
{
    struct tg_span v = {0};

    (void)state;
    assert_int_equal(tg_tlv_only(SPAN("\x53\x01\xaa"), 0x53, &v), TG_OK);
    assert_int_equal(v.n, 1);
    assert_int_equal(tg_tlv_only(SPAN("\x53\x01\xaa\x00"), 0x53, &v), TG_E_TRAILING);
    assert_int_equal(tg_tlv_only(SPAN("\x54\x01\xaa"), 0x53, &v), TG_E_FORM);
    assert_int_equal(tg_tlv_only(SPAN("\x53\x02\xaa"), 0x53, &v), TG_E_TRUNCATED);
    assert_int_equal(tg_tlv_find(SPAN("\x70\x01\xaa\x71\x01\xbb"), 0x71, &v), TG_OK);
    assert_int_equal(v.p[0], 0xbb);
    assert_int_equal(tg_tlv_find(SPAN("\x70\x01\xaa\x71\x01\xbb"), 0x72, &v), TG_E_NOT_FOUND);
    assert_int_equal(tg_tlv_find(SPAN("\x70\x01\xaa\x70\x01\xbb"), 0x70, &v), TG_E_FORM);
    /* Found, but what stands behind it is broken. */
    assert_int_equal(tg_tlv_find(SPAN("\x70\x01\xaa\x71\x05\xbb"), 0x70, &v), TG_E_TRUNCATED);
}

static void test_add_is_read_back(void **state)
{
    static const size_t sizes[] = {0, 1, 127, 128, 255, 256, 65535, 65536};
    static uint8_t zeros[65536];

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        TG_BUF_AUTO b = TG_BUF_INIT(70000);
        struct tg_span v = {0};

        assert_int_equal(tg_tlv_add(&b, 0x5fc105, tg_span(zeros, sizes[i])), TG_OK);
        assert_int_equal(tg_tlv_only(tg_span_buf(&b), 0x5fc105, &v), TG_OK);
        assert_int_equal(v.n, sizes[i]);
    }
}

static void test_add_respects_the_ceiling(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(5);

    (void)state;
    assert_int_equal(tg_tlv_add(&b, 0x53, SPAN("1234")), TG_E_LIMIT);
    assert_int_equal(b.n, 0);
    assert_int_equal(tg_tlv_add(&b, 0x53, SPAN("123")), TG_OK);
}

static void test_atr(void **state)
{
    (void)state;
    /* YubiKey 5 and our virtual cards announce it. */
    assert_true(tg_atr_extended(
        SPAN("\x3b\xfd\x13\x00\x00\x81\x31\xfe\x15\x80\x73\xc0\x21\xc0\x57\x59\x75\x62\x69\x4b\x65"
             "\x79\x40")));
    assert_true(tg_atr_extended(SPAN("\x3b\x8c\x80\x01\x80\x73\xc0\x21\xc0\x56tegata\x8b")));
    /* Capabilities without it, historical bytes of another kind, a FeliCa reader's made-up ATR. */
    assert_false(tg_atr_extended(SPAN("\x3b\x8c\x80\x01\x80\x73\xc0\x21\x80\x56tegata\xcb")));
    assert_false(tg_atr_extended(SPAN("\x3b\x86\x80\x01tegata\x05")));
    assert_false(tg_atr_extended(
        SPAN("\x3b\x8f\x80\x01\x80\x4f\x0c\xa0\x00\x00\x03\x06\x11\x00\x3b\x00\x00\x00\x00\x42")));
    /* Category 00: the last three bytes are a status. */
    assert_true(tg_atr_extended(SPAN("\x3b\x08\x00\x73\xc0\x21\xc0\x00\x90\x00")));
    assert_false(tg_atr_extended(SPAN("\x3b\x05\x00\x73\xc0\x21\xc0")));
    assert_false(tg_atr_extended(SPAN("\x3b\x01\x00")));
}

/* Cut anywhere, or with any byte wrong, it must not read past the end (the sanitizers watch). */
static void test_atr_damaged(void **state)
{
    static const uint8_t good[] = {0x3b, 0xfd, 0x13, 0x00, 0x00, 0x81, 0x31, 0xfe, 0x15, 0x80, 0x73, 0xc0,
                                   0x21, 0xc0, 0x57, 0x59, 0x75, 0x62, 0x69, 0x4b, 0x65, 0x79, 0x40};

    (void)state;
    for (size_t n = 0; n < sizeof(good) - 1; n++) {
        uint8_t *cut = malloc(n + 1);

        assert_non_null(cut);
        memcpy(cut, good, n);
        assert_false(n < 14 && tg_atr_extended(tg_span(cut, n)));
        for (unsigned v = 0; n > 0 && v < 256; v++) {
            cut[n - 1] = (uint8_t)v;
            (void)tg_atr_extended(tg_span(cut, n));
        }
        free(cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_only_and_find),
        cmocka_unit_test(test_add_is_read_back),
        cmocka_unit_test(test_add_respects_the_ceiling),
        cmocka_unit_test(test_atr),
        cmocka_unit_test(test_atr_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
