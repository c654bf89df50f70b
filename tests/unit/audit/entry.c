/* The entry: readable, complete, never too long, whatever a terminal claims to be called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "server/audit/entry.h"

static json_t *written(const struct tg_entry *e, size_t *size)
{
    TG_BUF_AUTO out = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    json_t *j = NULL;

    assert_int_equal(tg_entry_write(e, &out), TG_OK);
    assert_int_equal(tg_json_parse(tg_span_buf(&out), &j), TG_OK);
    *size = out.n;
    return j;
}

static void test_whole(void **state)
{
    const struct tg_entry_row rows[] = {
        {"C000001", "own", TG_BIT(TG_F_NAME) | TG_BIT(TG_F_PHONE), TG_BIT(TG_F_USAGE)},
        {"C000002", "former", 1, 0}};
    const char *const rules[] = {"retail-own", "retail-former"};
    const char *const grants[] = {"G-1"};
    const struct tg_entry e = {.request = "r-1",
                               .time = 1763622131123456,
                               .kind = TG_KIND_SEARCH,
                               .person = "p-100",
                               .card = "11111111-2222",
                               .cert_serial = "0a0b",
                               .employer = "TNW",
                               .company = "TDK",
                               .office = "八戸営業所",
                               .post = "hachinohe",
                               .role = "retail.counter",
                               .session = "s",
                               .terminal = "PC-01",
                               .peer = "10.0.0.1",
                               .purpose = "inquiry",
                               .areas = "",
                               .company_kind = "retail",
                               .basis = "D-2026-1",
                               .consented = 20000,
                               .case_ref = "A-17",
                               .query_kind = "kana",
                               .query_hash = "ff",
                               .rows = rows,
                               .n_rows = 2,
                               .rules = rules,
                               .n_rules = 2,
                               .policy = "abc",
                               .grants = grants,
                               .n_grants = 1,
                               .names = true};
    size_t size;
    json_t *j = written(&e, &size), *row;

    (void)state;
    assert_int_equal(tg_json_int(j, "v", 0), 1);
    assert_string_equal(tg_json_str(j, "id"), "r-1");
    assert_string_equal(tg_json_str(j, "time"), "2025-11-20T07:02:11.123456Z");
    assert_string_equal(tg_json_str(j, "kind"), "search");
    assert_string_equal(tg_json_str(j, "decision"), "allow");
    assert_null(json_object_get(j, "problem"));
    assert_string_equal(tg_json_str(j, "areas"), ""); /* said: no limit */
    assert_string_equal(tg_json_str(j, "company_kind"), "retail");
    assert_string_equal(tg_json_str(j, "basis"), "D-2026-1");
    assert_string_equal(tg_json_str(j, "consented"), "2024-10-04");
    assert_string_equal(tg_json_str(j, "office"), "八戸営業所");
    assert_string_equal(tg_json_str(j, "cert"), "0a0b");
    assert_string_equal(tg_json_str(json_object_get(j, "query"), "hash"), "ff");
    assert_int_equal(json_array_size(json_object_get(j, "rows")), 2);
    row = json_array_get(json_object_get(j, "rows"), 0);
    assert_string_equal(tg_json_str(row, "id"), "C000001");
    assert_string_equal(tg_json_str(row, "class"), "own");
    assert_string_equal(tg_json_str(row, "clear"), "11");
    assert_string_equal(tg_json_str(row, "hidden"), "80000");
    assert_int_equal(memcmp(tg_json_str(j, "names"), "name kana postcode address phone ", 33), 0);
    assert_string_equal(json_string_value(json_array_get(json_object_get(j, "rules"), 1)), "retail-former");
    assert_string_equal(json_string_value(json_array_get(json_object_get(j, "grants"), 0)), "G-1");
    tg_json_done(&j);
}

/* What is written once and put in again gives the same bytes as what is written each time. */
static void test_prepared(void **state)
{
    const char *const rules[] = {"retail-own", "retail-former"};
    const struct tg_entry whole = {.kind = TG_KIND_SHOW,
                                   .person = "p-100",
                                   .card = "c\"1\"",
                                   .employer = "OUT",
                                   .company = "TDK",
                                   .office = "八戸営業所",
                                   .post = "hachinohe",
                                   .role = "retail.counter",
                                   .session = "s",
                                   .rules = rules,
                                   .n_rules = 2,
                                   .policy = "abc"};
    TG_BUF_AUTO who = TG_BUF_INIT(4096), why = TG_BUF_INIT(4096);
    TG_BUF_AUTO one = TG_BUF_INIT(4096), other = TG_BUF_INIT(4096);
    struct tg_entry prepared = {.kind = TG_KIND_SHOW, .person = "another", .policy = "another"};

    (void)state;
    assert_int_equal(tg_entry_who(&whole, &who), TG_OK);
    assert_int_equal(tg_entry_why(&whole, &why), TG_OK);
    prepared.who = tg_span_buf(&who);
    prepared.why = tg_span_buf(&why);
    assert_int_equal(tg_entry_write(&whole, &one), TG_OK);
    assert_int_equal(tg_entry_write(&prepared, &other), TG_OK);
    assert_string_equal(tg_buf_cstr(&one), tg_buf_cstr(&other));
    assert_non_null(strstr(tg_buf_cstr(&one), "\"employer\":\"OUT\",\"company\":\"TDK\""));
}

/* An employer that is the company says nothing; one beside no company does. */
static void test_employer(void **state)
{
    const struct {
        const char *employer, *company, *written;
    } cases[] = {{"TDK", "TDK", ""}, {"OUT", "TDK", "OUT"}, {"TDK", NULL, "TDK"}, {NULL, "TDK", ""}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct tg_entry e = {
            .kind = TG_KIND_SHOW, .employer = cases[i].employer, .company = cases[i].company};
        size_t size;
        json_t *j = written(&e, &size);
        const char *employer = tg_json_str(j, "employer");

        assert_string_equal(employer != NULL ? employer : "", cases[i].written);
        tg_json_done(&j);
    }
}

static void test_denied(void **state)
{
    const struct tg_entry e = {
        .kind = TG_KIND_SIGN_IN, .decision = TG_E_CERT_REVOKED, .card = "c", .person = ""};
    size_t size;
    json_t *j = written(&e, &size);

    (void)state;
    assert_string_equal(tg_json_str(j, "decision"), "deny");
    assert_string_equal(tg_json_str(j, "problem"), "cert-revoked");
    assert_null(json_object_get(j, "person"));
    assert_null(json_object_get(j, "rows"));
    assert_null(json_object_get(j, "areas"));
    assert_null(json_object_get(j, "query"));
    tg_json_done(&j);
}

/* An input of later decisions is written whole or not at all. */
static void test_areas(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    char areas[TG_CSV_FIELD_BYTES + 2] = "";
    struct tg_entry e = {.kind = TG_KIND_SIGN_IN, .areas = areas};
    size_t size;
    json_t *j;

    (void)state;
    memset(areas, '7', TG_CSV_FIELD_BYTES);
    j = written(&e, &size);
    assert_string_equal(tg_json_str(j, "areas"), areas);
    tg_json_done(&j);
    areas[TG_CSV_FIELD_BYTES] = '7';
    assert_int_equal(tg_entry_write(&e, &out), TG_E_LIMIT);
}

static void test_kinds(void **state)
{
    (void)state;
    for (unsigned k = 0; k < TG_KIND_COUNT; k++) {
        assert_non_null(tg_kind_name((enum tg_kind)k));
        for (unsigned other = 0; other < k; other++)
            assert_string_not_equal(tg_kind_name((enum tg_kind)k), tg_kind_name((enum tg_kind)other));
    }
    assert_null(tg_kind_name(TG_KIND_COUNT));
}

/* A hundred rows, every text as long and as bad as it can be: it fits, and it is still JSON. */
static void worst(const char *text, size_t *size)
{
    char id[TG_RECORD_ID_BYTES];
    struct tg_entry_row rows[TG_PAGE_ROWS];
    const char *rules[TG_ENTRY_RULES], *grants[TG_ENTRY_GRANTS];
    struct tg_entry e = {.request = text,
                         .kind = TG_KIND_SESSION_END,
                         .decision = TG_E_CERT_NOT_YET,
                         .person = text,
                         .card = text,
                         .cert_serial = text,
                         .employer = text,
                         .company = text,
                         .office = text,
                         .post = text,
                         .role = text,
                         .session = text,
                         .terminal = text,
                         .peer = text,
                         .purpose = text,
                         .case_ref = text,
                         .query_kind = text,
                         .query_hash = text,
                         .policy = text,
                         .detail = text,
                         .basis = text,
                         .company_kind = text,
                         .rows = rows,
                         .n_rows = TG_PAGE_ROWS,
                         .rules = rules,
                         .grants = grants};
    static char granted[TG_SCOPE_AREAS_BYTES + 128];
    json_t *j;

    memset(granted, 0, sizeof granted);
    (void)snprintf(granted, sizeof granted, "{\"areas\":\"%0*d\",\"from\":1800000000,\"until\":1800003600,\"drill\":true}",
                   (int)TG_SCOPE_AREAS_BYTES - 1, 0);
    e.granted = tg_span_str(granted);

    memset(id, '"', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    for (size_t i = 0; i < TG_PAGE_ROWS; i++)
        rows[i] = (struct tg_entry_row){id, "generator-other", UINT64_MAX, UINT64_MAX};
    for (; e.n_rules < TG_ENTRY_RULES; e.n_rules++)
        rules[e.n_rules] = "a-rule-with-a-name-of-48-bytes-which-is-quite-ok";
    for (; e.n_grants < TG_ENTRY_GRANTS; e.n_grants++)
        grants[e.n_grants] = "00000000-0000-0000-0000-000000000000";
    j = written(&e, size);
    assert_int_equal(json_array_size(json_object_get(j, "rows")), TG_PAGE_ROWS);
    tg_json_done(&j);
}

static void test_worst_case_fits(void **state)
{
    char text[1000];
    size_t size;

    (void)state;
    memset(text, '"', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    worst(text, &size);
    print_message("quotes: %zu of %u bytes\n", size, TG_AUDIT_RECORD_BYTES);
    memset(text, '\x01', sizeof text - 1);
    worst(text, &size);
    memset(text, '\xff', sizeof text - 1);
    worst(text, &size);
}

static void test_dirty_text(void **state)
{
    static const char *const dirty[] = {"a\nb", "\x1eTGe", "\xff\xfe", "x\x7f", "\xed\xa0\x80", "\xc0\x80"};
    size_t size;

    (void)state;
    for (size_t i = 0; i < sizeof dirty / sizeof dirty[0]; i++) {
        const struct tg_entry e = {.kind = TG_KIND_SHOW, .terminal = dirty[i]};
        json_t *j = written(&e, &size);

        assert_int_equal(memcmp(tg_json_str(j, "terminal"), "hex:", 4), 0);
        assert_int_equal(strlen(tg_json_str(j, "terminal")), 4 + 2 * strlen(dirty[i]));
        tg_json_done(&j);
    }
}

/* Cut between characters, not inside one. */
static void test_cut(void **state)
{
    char text[3 * 200 + 1];
    const struct tg_entry e = {.kind = TG_KIND_SHOW, .terminal = text};
    size_t size;
    json_t *j;

    (void)state;
    for (size_t i = 0; i < 200; i++)
        memcpy(text + 3 * i, "あ", 3);
    text[600] = '\0';
    j = written(&e, &size);
    assert_int_equal(strlen(tg_json_str(j, "terminal")), TG_NAME_BYTES / 3 * 3);
    tg_json_done(&j);
}

static void test_limits(void **state)
{
    static struct tg_entry_row rows[TG_PAGE_ROWS + 1];
    TG_BUF_AUTO out = TG_BUF_INIT(1024 * 1024);
    struct tg_entry e = {.kind = TG_KIND_SHOW, .rows = rows, .n_rows = TG_PAGE_ROWS + 1};

    (void)state;
    for (size_t i = 0; i <= TG_PAGE_ROWS; i++)
        rows[i] = (struct tg_entry_row){"id", "own", 0, 0};
    assert_int_equal(tg_entry_write(&e, &out), TG_E_LIMIT);
    e.n_rows = 1;
    rows[0].id = "0123456789012345678901234567890123456789";
    assert_int_equal(tg_entry_write(&e, &out), TG_E_LIMIT);
    e.n_rows = 0;
    e.n_rules = TG_ENTRY_RULES + 1;
    assert_int_equal(tg_entry_write(&e, &out), TG_E_LIMIT);
    e.n_rules = 0;
    e.kind = TG_KIND_COUNT;
    assert_int_equal(tg_entry_write(&e, &out), TG_E_INTERNAL);
}

/* Against a value computed elsewhere: HMAC-SHA-256, key 32 x 0x0b, message "kana" 00 "ヤマダ". */
static void test_query_hash(void **state)
{
    uint8_t key[32];
    struct tg_query_hasher *h = NULL, *other = NULL;
    char a[65], b[65];

    (void)state;
    memset(key, 0x0b, sizeof key);
    assert_int_equal(tg_query_hasher_new(tg_span(key, 31), &h), TG_E_CONFIG);
    assert_int_equal(tg_query_hasher_new(tg_span(key, 32), &h), TG_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(tg_query_hash(h, "kana", tg_span_str("ヤマダ"), a), TG_OK);
        assert_string_equal(a, "9af54fa1def8854e6569ac8cdb9ab6fbc7ec76350d8922b948d40fec89e6328c");
    }
    assert_int_equal(tg_query_hash(h, "name", tg_span_str("ヤマダ"), b), TG_OK);
    assert_string_not_equal(a, b);
    assert_int_equal(tg_query_hash(h, "kana", tg_span(NULL, 0), b), TG_OK);
    assert_string_not_equal(a, b);
    key[0] = 0;
    assert_int_equal(tg_query_hasher_new(tg_span(key, 32), &other), TG_OK);
    assert_int_equal(tg_query_hash(other, "kana", tg_span_str("ヤマダ"), b), TG_OK);
    assert_string_not_equal(a, b);
    tg_query_hasher_free(&h);
    tg_query_hasher_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_denied),
        cmocka_unit_test(test_areas),
        cmocka_unit_test(test_prepared),
        cmocka_unit_test(test_employer),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_worst_case_fits),
        cmocka_unit_test(test_dirty_text),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_query_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
