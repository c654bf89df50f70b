/* The generator: the same seed gives the same rows in any order, every row passes an import, and what is said
 * to be real agrees with the table and with itself. */
#include "tests/unit/records/fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/records/synth.h"

#define ROWS 200000u
#define LOADED 50000u
#define FIRST_ROWS 0x247cba8febd5490eu /* of seed 1, with the companies of the fixture */

struct place {
    const char *code, *county, *name, *kana, *post, *dial, *exchange;
    unsigned people;
};

static const struct place places[] = {
#define PLACE(code, county, name, kana, post, dial, exchange, people) \
    {code, county, name, kana, post, dial, exchange, people},
#include "server/records/synth_place.inc"
};
#define PLACES (sizeof places / sizeof places[0])

static struct tg_synth *synth(uint64_t seed)
{
    struct tg_synth *s = NULL;
    assert_int_equal(tg_synth_new(companies(), seed, &s), TG_OK);
    return s;
}

static uint64_t mixed(uint64_t h, struct tg_span v)
{
    for (size_t i = 0; i < v.n; i++)
        h = (h ^ v.p[i]) * 0x100000001b3u; /* FNV-1a */
    return (h ^ 0xff) * 0x100000001b3u;
}

static uint64_t print_of(struct tg_synth *s, uint64_t i)
{
    struct tg_customer c;
    uint64_t h = 0xcbf29ce484222325u;
    assert_int_equal(tg_synth_row(s, i, &c), TG_OK);
    h = mixed(mixed(mixed(h, c.id), c.class), c.area);
    for (int f = 0; f < TG_F_COUNT; f++)
        h = mixed(h, c.value[f]);
    return h;
}

static void rows_depend_on_seed_and_number_only(void **state)
{
    (void)state;
    struct tg_synth *a = synth(7);
    struct tg_synth *b = synth(7);
    struct tg_synth *other = synth(8);
    for (uint64_t i = 0; i < 2000; i++) {
        uint64_t turned = 1999 - i;
        uint64_t want = print_of(a, i);
        (void)print_of(b, turned * 31337);
        assert_true(print_of(b, i) == want);
        assert_true(print_of(other, i) != want);
        assert_true(print_of(a, i + 1) != want);
    }
    assert_true(print_of(a, 99999999) == print_of(b, 99999999));
    tg_synth_free(&a);
    tg_synth_free(&b);
    tg_synth_free(&other);
    assert_null(other);
}

/* A data set that people know by its seed must not change under them. */
static void the_first_rows_stay_as_they_are(void **state)
{
    (void)state;
    struct tg_synth *s = synth(1);
    uint64_t h = 0;
    for (uint64_t i = 0; i < 1000; i++)
        h = h * 31 + print_of(s, i);
    if (h != FIRST_ROWS)
        print_error("now 0x%llx\n", (unsigned long long)h);
    assert_true(h == FIRST_ROWS);
    tg_synth_free(&s);
}

static void limits_and_companies(void **state)
{
    (void)state;
    struct tg_synth *s = synth(1);
    struct tg_companies *poor = NULL;
    struct tg_customer c;
    char why[256] = "";
    assert_int_equal(tg_synth_row(s, 99999999, &c), TG_OK);
    assert_int_equal(tg_synth_row(s, 100000000, &c), TG_E_LIMIT);
    assert_int_equal(tg_synth_row(s, UINT64_MAX, &c), TG_E_LIMIT);
    tg_synth_free(&s);
    write_text(in_scratch("poor.csv"), "code,name,kind,home\nHOME,自社,retail,yes\nNW,送配電,network,\n");
    assert_int_equal(tg_companies_load(in_scratch("poor.csv"), &poor, NULL, why, sizeof why), TG_OK);
    assert_int_equal(tg_synth_new(poor, 1, &s), TG_E_CONFIG);
    assert_null(s);
    tg_companies_free(&poor);
}

/* Without a network company the last resort is another retailer: what an import accepts. */
static void no_network_company(void **state)
{
    (void)state;
    struct tg_companies *two = NULL;
    struct tg_synth *s = NULL;
    struct tg_load *l = NULL;
    struct tg_customer c;
    const char *why = NULL;
    char reason[256] = "";
    write_text(in_scratch("two.csv"), "code,name,kind,home\nHOME,自社,retail,yes\nR,新電力,retail,\n");
    assert_int_equal(tg_companies_load(in_scratch("two.csv"), &two, NULL, reason, sizeof reason), TG_OK);
    assert_int_equal(tg_synth_new(two, 3, &s), TG_OK);
    assert_int_equal(tg_load_begin(in_scratch("two.db"), two, &l), TG_OK);
    for (uint64_t i = 0; i < 3000; i++) {
        assert_int_equal(tg_synth_row(s, i, &c), TG_OK);
        assert_int_equal(tg_load_add(l, &c, &why), TG_OK);
    }
    assert_true(tg_load_count(l, TG_C_LAST_RESORT) > 0);
    assert_true(tg_load_count(l, TG_C_GENERATOR_OTHER) > 0);
    tg_load_abort(&l);
    tg_synth_free(&s);
    tg_companies_free(&two);
}

/* The importer is the judge of every format. */
static void every_row_is_imported(void **state)
{
    (void)state;
    struct tg_synth *s = synth(2026);
    struct tg_load *l = NULL;
    struct tg_customer c;
    const char *why = "";
    assert_int_equal(tg_load_begin(in_scratch("s.db"), companies(), &l), TG_OK);
    for (uint64_t i = 0; i < LOADED; i++) {
        assert_int_equal(tg_synth_row(s, i, &c), TG_OK);
        enum tg_err err = tg_load_add(l, &c, &why);
        if (err != TG_OK)
            print_error("row %llu: %s\n", (unsigned long long)i, why);
        assert_int_equal(err, TG_OK);
    }
    assert_int_equal(tg_load_commit(&l), TG_OK);
    assert_int_equal(access(in_scratch("s.db"), F_OK), 0);
    tg_synth_free(&s);
}

struct census {
    uint64_t class[TG_C_COUNT];
    uint64_t place[PLACES];
    uint64_t mobile, free_dial, line, signs[9];
};

static const char *const signs[9] = {"髙", "﨑", "齋", "㈱", "ヶ", "ケ", "邉", "株式会社", "医療法人"};

static bool holds(struct tg_span v, const char *s)
{
    return v.n > 0 && memmem(v.p, v.n, s, strlen(s)) != NULL;
}

static bool begins(struct tg_span v, const char *s)
{
    return v.n >= strlen(s) && memcmp(v.p, s, strlen(s)) == 0;
}

static size_t place_of(struct tg_span code)
{
    size_t low = 0;
    size_t high = PLACES;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (memcmp(places[mid].code, code.p, 5) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    assert_true(low < PLACES && tg_span_is(code, places[low].code));
    return low;
}

static void check_digits(struct tg_span v, size_t n, const char *head)
{
    assert_int_equal(v.n, n);
    assert_true(begins(v, head));
    for (size_t i = 0; i < v.n; i++)
        assert_in_range(v.p[i], '0', '9');
}

static void check_postcode(struct tg_span v, const struct place *p)
{
    bool found = false;
    assert_int_equal(v.n, 8);
    assert_int_equal(v.p[3], '-');
    for (size_t i = 0; p->post[i] != 0; i += 3)
        found = found || memcmp(p->post + i, v.p, 3) == 0;
    assert_true(found);
}

/* 青森県三戸郡南部町 and something behind it. */
static void check_address(struct tg_span v, const struct place *p)
{
    size_t n = strlen(p->county);
    assert_true(holds(v, "県"));
    assert_true(memcmp(v.p + 9, p->county, n) == 0);
    assert_true(memcmp(v.p + 9 + n, p->name, strlen(p->name)) == 0);
    assert_true(v.n > 9 + n + strlen(p->name));
}

/* 090-1234-5678, 0120-123456, or the municipality's own: six digits before the last four. */
static void check_phone(struct tg_span v, const struct place *p, struct census *all)
{
    size_t digits = 0;
    for (size_t i = 0; i < v.n; i++)
        digits += v.p[i] != '-' ? 1 : 0;
    if (begins(v, "090-") || begins(v, "080-") || begins(v, "070-")) {
        assert_int_equal(digits, 11);
        all->mobile++;
        return;
    }
    assert_int_equal(digits, 10);
    if (begins(v, "0120-")) {
        all->free_dial++;
        return;
    }
    size_t n = strlen(p->dial);
    assert_true(begins(v, p->dial));
    assert_int_equal(v.p[n], '-');
    assert_non_null(strchr(p->exchange, v.p[n + 1]));
    assert_int_equal(v.p[7], '-');
    all->line++;
}

/* Katakana, ー, the wide space and brackets: all of them three bytes of the rows U+30A0, U+3000, U+FF00. */
static void check_kana(struct tg_span v)
{
    assert_true(v.n > 0 && v.n % 3 == 0);
    for (size_t i = 0; i < v.n; i += 3) {
        unsigned cp = (v.p[i] & 15u) << 12 | (v.p[i + 1] & 63u) << 6 | (v.p[i + 2] & 63u);
        assert_true((cp >= 0x30a1 && cp <= 0x30fc) || cp == 0x3000 || cp == 0xff08);
    }
}

static void check_person(const struct tg_customer *c, const struct place *p, struct census *all)
{
    check_kana(c->value[TG_F_KANA]);
    check_phone(c->value[TG_F_PHONE], p, all);
    check_digits(c->value[TG_F_CUSTOMER_NO], 9, "");
    assert_true(c->value[TG_F_CUSTOMER_NO].p[0] != '0');
    assert_true(c->value[TG_F_NAME].n > 0 && c->value[TG_F_CONTRACT_KIND].n > 0);
}

static void check_row(const struct tg_customer *c, struct census *all)
{
    size_t at = place_of(c->area);
    char name[24];
    (void)snprintf(name, sizeof name, "%.*s", (int)c->class.n, (const char *)c->class.p);
    enum tg_class class = tg_class_find(name);
    assert_true(class != TG_C_COUNT);
    bool generator = class == TG_C_GENERATOR_OWN || class == TG_C_GENERATOR_OTHER;
    all->class[class]++;
    all->place[at]++;
    for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++)
        all->signs[k] += holds(c->value[TG_F_NAME], signs[k]) || holds(c->value[TG_F_ADDRESS], signs[k]);
    assert_int_equal(c->id.n, 21);
    check_digits(c->value[TG_F_POINT], 22, "02");
    check_postcode(c->value[TG_F_POSTCODE], &places[at]);
    check_address(c->value[TG_F_ADDRESS], &places[at]);
    if (class == TG_C_VACANT)
        assert_int_equal(c->value[TG_F_NAME].n + c->value[TG_F_KANA].n + c->value[TG_F_PHONE].n, 0);
    else
        check_person(c, &places[at], all);
    assert_true(generator == (c->value[TG_F_GEN_POINT].n > 0));
    assert_true(generator == (c->value[TG_F_GEN_TERMS].n > 0));
    if (generator)
        check_digits(c->value[TG_F_GEN_POINT], 22, "02");
}

static void in_share(uint64_t n, unsigned thousandths)
{
    uint64_t want = (uint64_t)ROWS * thousandths / 1000;
    assert_in_range(n, want - want / 10, want + want / 10);
}

static void what_is_real_agrees(void **state)
{
    (void)state;
    static struct census all;
    struct tg_synth *s = synth(5);
    struct tg_customer c;
    for (uint64_t i = 0; i < ROWS; i++) {
        assert_int_equal(tg_synth_row(s, i, &c), TG_OK);
        check_row(&c, &all);
    }
    tg_synth_free(&s);
    static const unsigned share[TG_C_COUNT] = {620, 70, 220, 10, 25, 15, 40};
    for (int k = 0; k < TG_C_COUNT; k++)
        in_share(all.class[k], share[k]);
    for (size_t k = 0; k < PLACES; k++)
        assert_true(all.place[k] > 0);
    for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++)
        assert_true(all.signs[k] > 100);
    assert_true(all.mobile > ROWS / 4 && all.line > ROWS / 4 && all.free_dial > 50);
    /* people live in towns: 仙台市青葉区 3,110, 粟島浦村 4 */
    assert_true(all.place[place_of(tg_span_str("04101"))] > 100 * all.place[PLACES - 1]);
}

/* The table itself, against what is known apart from it: municipalities by prefecture with the wards of 仙台
 * and 新潟 for the two cities, and some by name. */
static void the_table_is_whole(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        unsigned n;
    } prefecture[] = {{"02", 40}, {"03", 33}, {"04", 34 + 5}, {"05", 25},
                      {"06", 35}, {"07", 59}, {"15", 29 + 8}};
    static const char *const known[][5] = {
        {"02203", "", "八戸市", "031", "0178"},       {"02445", "三戸郡", "南部町", "039", "0178"},
        {"03209", "", "一関市", "021", "0191"},       {"03381", "胆沢郡", "金ケ崎町", "029", "0197"},
        {"04101", "", "仙台市青葉区", "980", "022"},  {"05201", "", "秋田市", "010", "018"},
        {"06201", "", "山形市", "990", "023"},        {"07201", "", "福島市", "960", "024"},
        {"07564", "相馬郡", "飯舘村", "960", "0244"}, {"15103", "", "新潟市中央区", "950", "025"},
        {"15224", "", "佐渡市", "952", "0259"},       {"15586", "岩船郡", "粟島浦村", "958", "0254"}};
    unsigned count[7] = {0};
    for (size_t i = 0; i < PLACES; i++) {
        assert_true(i == 0 || strcmp(places[i - 1].code, places[i].code) < 0);
        assert_int_equal(strlen(places[i].post) % 3, 0);
        /* towns and villages have numbers from 300 on, and a 郡 */
        assert_true((places[i].code[2] >= '3') == (places[i].county[0] != 0));
        for (size_t k = 0; k < 7; k++)
            count[k] += memcmp(places[i].code, prefecture[k].head, 2) == 0 ? 1 : 0;
    }
    for (size_t k = 0; k < 7; k++)
        assert_int_equal(count[k], prefecture[k].n);
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        const struct place *p = &places[place_of(tg_span_str(known[k][0]))];
        assert_string_equal(p->county, known[k][1]);
        assert_string_equal(p->name, known[k][2]);
        assert_non_null(strstr(p->post, known[k][3]));
        assert_string_equal(p->dial, known[k][4]);
    }
}

static int by_text(const void *a, const void *b)
{
    return memcmp(a, b, 24);
}

static void assert_distinct(char (*text)[24], size_t n)
{
    qsort(text, n, sizeof text[0], by_text);
    for (size_t i = 1; i < n; i++)
        assert_true(memcmp(text[i - 1], text[i], sizeof text[0]) != 0);
}

static void keep(char (*text)[24], size_t *n, struct tg_span v)
{
    assert_true(v.n < sizeof text[0]);
    if (v.n > 0)
        memcpy(text[(*n)++], v.p, v.n);
}

static void numbers_are_unique(void **state)
{
    (void)state;
    char(*ids)[24] = calloc(ROWS, sizeof *ids);
    char(*points)[24] = calloc(2 * (size_t)ROWS, sizeof *points);
    char(*numbers)[24] = calloc(ROWS, sizeof *numbers);
    size_t n[3] = {0};
    struct tg_synth *s = synth(9);
    struct tg_customer c;
    assert_true(ids != NULL && points != NULL && numbers != NULL);
    for (uint64_t i = 0; i < ROWS; i++) {
        assert_int_equal(tg_synth_row(s, i, &c), TG_OK);
        keep(ids, &n[0], c.id);
        keep(points, &n[1], c.value[TG_F_POINT]);
        keep(points, &n[1], c.value[TG_F_GEN_POINT]);
        keep(numbers, &n[2], c.value[TG_F_CUSTOMER_NO]);
    }
    assert_int_equal(n[0], ROWS);
    assert_true(n[1] > ROWS && n[2] > ROWS / 2);
    assert_distinct(ids, n[0]);
    assert_distinct(points, n[1]);
    assert_distinct(numbers, n[2]);
    free(ids);
    free(points);
    free(numbers);
    tg_synth_free(&s);
}

static int end(void **state)
{
    (void)state;
    scratch_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_depend_on_seed_and_number_only),
        cmocka_unit_test(the_first_rows_stay_as_they_are),
        cmocka_unit_test(limits_and_companies),
        cmocka_unit_test(no_network_company),
        cmocka_unit_test(every_row_is_imported),
        cmocka_unit_test(what_is_real_agrees),
        cmocka_unit_test(the_table_is_whole),
        cmocka_unit_test(numbers_are_unique),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
