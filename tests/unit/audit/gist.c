/* The index's own reading of a record: whatever it takes, the parser takes too, and sees the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "server/audit/entry.h"
#include "server/audit/gist.h"

#define CHANGES 60000u

static uint64_t dice = 88172645463325252u;

static uint64_t roll(void)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return dice;
}

static void write_entry(const char *office, size_t rows, struct tg_buf *out)
{
    static const struct tg_entry_row row[] = {{"c1", "own", 0x1f, 0xe0}, {"c2", "former", 0, 1}};
    static const char *const rules[] = {"retail-own", "retail-former"};
    struct tg_entry e = {.request = "0123",
                         .kind = TG_KIND_SHOW,
                         .person = "E1",
                         .company = "TOHOKU",
                         .office = office,
                         .terminal = "NW\"1",
                         .purpose = "inquiry",
                         .query_kind = "id",
                         .query_hash = "00ff",
                         .rows = row,
                         .n_rows = rows,
                         .rules = rules,
                         .n_rules = 2};

    if (rows == 2)
        e.terminal = "NW-1";
    assert_int_equal(tg_entry_write(&e, out), TG_OK);
}

struct list {
    const json_t *rows;
    size_t n;
};

static enum tg_err same_id(void *ctx, struct tg_span id)
{
    struct list *l = ctx;
    const char *want = tg_json_str(json_array_get(l->rows, l->n++), "id");

    assert_true(tg_span_is(id, want != NULL ? want : ""));
    return TG_OK;
}

/* Any members, as they stand in the text. */
static void same_picked(struct tg_span record, const json_t *tree)
{
    static const char *const names[] = {"kind", "rules", "query", "v", "nothing"};
    struct tg_span value[5];

    assert_true(tg_gist_pick(record, names, 5, value));
    for (size_t i = 0; i < 5; i++) {
        const json_t *want = json_object_get(tree, names[i]);
        char *text = want == NULL ? NULL : json_dumps(want, JSON_COMPACT | JSON_ENCODE_ANY);

        assert_true(tg_span_is(value[i], text == NULL ? "" : text));
        free(text);
    }
}

/* True when it was taken. */
static bool agrees(struct tg_span record)
{
    TG_JSON_AUTO *tree = NULL;
    struct tg_gist g;

    if (!tg_gist_read(record, &g))
        return false;
    assert_int_equal(tg_json_parse(record, &tree), TG_OK);
    same_picked(record, tree);
    for (size_t i = 0; i < TG_GIST_MEMBERS; i++) {
        const char *want = tg_json_str(tree, tg_gist_members[i]);

        assert_true(tg_span_is(g.member[i], want != NULL ? want : ""));
    }
    struct list list = {.rows = json_object_get(tree, "rows")};
    assert_int_equal(tg_gist_rows(&g, same_id, &list), TG_OK);
    assert_int_equal(list.n, json_array_size(list.rows));
    return true;
}

static void test_plain(void **state)
{
    (void)state;
    TG_BUF_AUTO with_rows = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    TG_BUF_AUTO escaped = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);

    write_entry("八戸営業所", 2, &with_rows);
    assert_true(agrees(tg_span_buf(&with_rows)));
    write_entry("八戸", 0, &escaped);
    assert_false(agrees(tg_span_buf(&escaped)));
}

static void test_not_plain(void **state)
{
    static const char *const not_plain[] = {
        "",
        "{",
        "{}",
        "[]",
        "{\"kind\":\"show\"",
        "{\"kind\":\"show\"}x",
        "{\"kind\":\"a\",\"kind\":\"b\"}",
        "{\"kind\":1}",
        "{\"rows\":{}}",
        "{\"rows\":\"\"}",
        "{\"v\":01}",
        "{\"v\":1.5}",
        "{\"v\":}",
        "{\"kind\":\"a\\u0062\"}",
        "{ \"kind\":\"a\"}",
        "{\"rows\":[{\"a\":{\"b\":{}}}]}",
        "{\"kind\":\"\xff\"}",
        "{\"kind\":\"a\n\"}",
        "{\"kind\":\"a\",}",
        "{\"rows\":[}]",
        "{\"v\":99999999999999999999}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof not_plain / sizeof *not_plain; i++) {
        struct tg_gist g;

        assert_false(tg_gist_read(tg_span_str(not_plain[i]), &g));
    }
}

/* Bytes changed at random: taken or not, never taken differently. */
static void test_changed(void **state)
{
    static const char letters[] = "{}[]\":,\\ 019ae-.nt\n\xe3";
    unsigned taken = 0;
    TG_BUF_AUTO record = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);

    (void)state;
    write_entry("八戸営業所", 2, &record);
    for (unsigned i = 0; i < CHANGES; i++) {
        size_t where = roll() % record.n, n = record.n - (roll() % 8 == 0 ? roll() % 8 : 0);
        uint8_t was = record.p[where];

        record.p[where] = (uint8_t)letters[roll() % (sizeof letters - 1)];
        taken += agrees(tg_span(record.p, n));
        record.p[where] = was;
    }
    assert_true(taken > CHANGES / 10 && taken < CHANGES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_not_plain),
        cmocka_unit_test(test_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
