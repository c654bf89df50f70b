/* The stored form of a row: what is written is read, byte for byte as the answer writes it; and no byte of
 * the head can change without being noticed, nor any length be believed that does not fit. */
#include "tests/unit/records/fixture.h"

#include "certs/base/json.h"
#include "server/records/sheet.h"

static const struct tg_sheet FACTS = {
    .part = 4099 * 8 + 4, .until = -3000123, .since = 19676, .id = "abcdefghijklmnopqrstuvwxyz01234"};

static void fill(struct tg_span value[TG_F_COUNT], tg_mask fields)
{
    static const char *const texts[] = {"山田 太郎", "a", "\"", "\\\"", "\",\"name\":\"", "O'Hara / 渡辺"};
    for (unsigned f = 0; f < TG_F_COUNT; f++)
        value[f] = (fields & TG_BIT(f)) != 0 ? tg_span_str(texts[f % 6]) : tg_span(NULL, 0);
}

/* All members of a mask, as the answer would write them. */
static void as_answered(const struct tg_span value[TG_F_COUNT], tg_mask fields, struct tg_buf *out)
{
    struct tg_jout j;
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    for (unsigned f = 0; f < TG_F_COUNT; f++)
        if ((fields & TG_BIT(f)) != 0) {
            tg_jout_key(&j, tg_field_name((enum tg_field)f));
            tg_jout_span(&j, value[f]);
        }
    tg_jout_close(&j, '}');
    assert_int_equal(tg_jout_end(&j), TG_OK);
}

static void round_trip(tg_mask fields)
{
    struct tg_span value[TG_F_COUNT];
    struct tg_sheet s;
    TG_BUF_AUTO blob = TG_BUF_INIT(TG_SHEET_BYTES);
    TG_BUF_AUTO json = TG_BUF_INIT(TG_SHEET_BYTES);
    fill(value, fields);
    assert_int_equal(tg_sheet_write(&FACTS, value, &blob), TG_OK);
    assert_int_equal(tg_sheet_read(blob.p, blob.n, &s), TG_OK);
    assert_int_equal(s.part, FACTS.part);
    assert_int_equal(s.until, FACTS.until);
    assert_int_equal(s.since, FACTS.since);
    assert_string_equal(s.id, FACTS.id);
    assert_int_equal(s.fields, fields);
    as_answered(value, fields, &json);
    struct tg_span members = tg_span(blob.p + TG_SHEET_HEAD, blob.n - TG_SHEET_HEAD);
    assert_int_equal(members.n,
                     json.n - (fields == 0 ? 2 : 1)); /* a comma for the one, nothing for the other bracket */
    if (members.n > 0)
        assert_memory_equal(members.p + 1, json.p + 1, members.n - 1);
    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        tg_buf_reset(&json);
        as_answered(value, fields & TG_BIT(f), &json);
        assert_int_equal(s.at[f + 1] - s.at[f], (fields & TG_BIT(f)) != 0 ? json.n - 1 : 0);
    }
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    uint64_t random = 7;
    round_trip(0);
    round_trip(TG_MASK_ALL);
    for (unsigned f = 0; f < TG_F_COUNT; f++)
        round_trip(TG_BIT(f));
    for (int i = 0; i < 500; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        round_trip(random >> 20 & TG_MASK_ALL);
    }
}

static void the_longest_row_fits(void **state)
{
    (void)state;
    static char quotes[TG_CSV_FIELD_BYTES];
    struct tg_span value[TG_F_COUNT];
    struct tg_sheet s;
    TG_BUF_AUTO blob = TG_BUF_INIT(TG_SHEET_BYTES);
    memset(quotes, '"', sizeof quotes);
    for (unsigned f = 0; f < TG_F_COUNT; f++)
        value[f] = tg_span(quotes, sizeof quotes);
    assert_int_equal(tg_sheet_write(&FACTS, value, &blob), TG_OK);
    assert_int_equal(tg_sheet_read(blob.p, blob.n, &s), TG_OK);
    assert_int_equal(s.fields, TG_MASK_ALL);

    static char longer[32768]; /* what no import takes: still an error, not a wrong place */
    memset(longer, 'x', sizeof longer);
    for (unsigned f = 0; f < 3; f++)
        value[f] = tg_span(longer, sizeof longer);
    assert_int_equal(tg_sheet_write(&FACTS, value, &blob), TG_E_LIMIT);
    struct tg_sheet nameless = FACTS;
    nameless.id[0] = 0;
    fill(value, 1);
    assert_int_equal(tg_sheet_write(&nameless, value, &blob), TG_E_INTERNAL);
}

static void no_bit_of_the_head_may_change(void **state)
{
    (void)state;
    struct tg_span value[TG_F_COUNT];
    struct tg_sheet s;
    TG_BUF_AUTO blob = TG_BUF_INIT(TG_SHEET_BYTES);
    fill(value, TG_MASK_ALL & ~TG_BIT(TG_F_POLE));
    assert_int_equal(tg_sheet_write(&FACTS, value, &blob), TG_OK);
    for (size_t i = 0; i < TG_SHEET_HEAD * 8u; i++) {
        blob.p[i / 8] = (uint8_t)(blob.p[i / 8] ^ 1u << i % 8);
        assert_int_equal(tg_sheet_read(blob.p, blob.n, &s), TG_E_STORE_DOWN);
        blob.p[i / 8] = (uint8_t)(blob.p[i / 8] ^ 1u << i % 8);
    }
    for (size_t n = 0; n < 2 * blob.n; n++)
        assert_int_equal(tg_sheet_read(blob.p, n, &s), n == blob.n ? TG_OK : TG_E_STORE_DOWN);
}

static enum tg_err with_sum(const struct tg_buf *blob, struct tg_sheet *s)
{
    uint32_t sum = tg_sheet_sum(blob->p);
    for (size_t i = 0; i < 4; i++)
        blob->p[12 + i] = (uint8_t)(sum >> (8 * i));
    return tg_sheet_read(blob->p, blob->n, s);
}

/* The sum is right, the lengths are not: whatever is accepted stays within the blob. */
static void no_length_is_believed(void **state)
{
    (void)state;
    struct tg_span value[TG_F_COUNT];
    struct tg_sheet s;
    TG_BUF_AUTO good = TG_BUF_INIT(TG_SHEET_BYTES);
    TG_BUF_AUTO bad = TG_BUF_INIT(TG_SHEET_BYTES);
    unsigned refused = 0;
    fill(value, TG_MASK_ALL);
    assert_int_equal(tg_sheet_write(&FACTS, value, &good), TG_OK);
    for (size_t at = 0; at < TG_SHEET_HEAD; at++) {
        for (unsigned b = 0; b < 256; b++) {
            tg_buf_reset(&bad);
            assert_int_equal(tg_buf_add_span(&bad, tg_span_buf(&good)), TG_OK);
            bad.p[at] = (uint8_t)b;
            if (with_sum(&bad, &s) != TG_OK) {
                refused++;
                continue;
            }
            assert_true(s.id[0] != 0 && strlen(s.id) < sizeof s.id);
            assert_int_equal(s.at[0], TG_SHEET_HEAD);
            assert_int_equal(s.at[TG_F_COUNT], bad.n);
            for (unsigned f = 0; f < TG_F_COUNT; f++)
                assert_true(s.at[f] <= s.at[f + 1]);
        }
    }
    assert_true(refused > 256 * 20);
    static const struct {
        size_t at;
        uint8_t b;
    } never[] = {{0, TG_F_COUNT + 1}, {0, 0}, {1, 0}, {1, 30}, {1, 32}, {16 + 2 * TG_F_COUNT, 0}};
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        tg_buf_reset(&bad);
        assert_int_equal(tg_buf_add_span(&bad, tg_span_buf(&good)), TG_OK);
        bad.p[never[i].at] = never[i].b;
        assert_int_equal(with_sum(&bad, &s), TG_E_STORE_DOWN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(the_longest_row_fits),
        cmocka_unit_test(no_bit_of_the_head_may_change),
        cmocka_unit_test(no_length_is_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
