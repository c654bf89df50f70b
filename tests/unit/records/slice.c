/* Classes are as of the day of the decision (B16): a contract is its retailer's own up to and on its last
 * day, and former from the next day on, though nobody imported anything. */
#include "tests/unit/records/fixture.h"

#include "server/records/reader.h"

#define BIT(f) TG_BIT(TG_F_##f)
#define TODAY "2024-04-01"
#define SHARED "0178459000"

/* e0 ended yesterday, e1 ends today, e2 tomorrow, e3 never; gone was imported as former though its day is
 * far.
 */
static const char *const CUSTOMERS[] = {
    "class=own;id=e0;retailer=HOME;name=佐藤 一;kana=サトウ ハジメ;phone=0178450000;"
    "point=0200000000000000000000;customer_no=100;address=八戸市内丸1-0;usage=300;contract_end=2024-03-31",
    "class=own;id=e1;retailer=HOME;name=佐藤 二;kana=サトウ フタバ;phone=0178450001;"
    "point=0200000000000000000001;customer_no=101;address=八戸市内丸1-1;usage=301;contract_end=2024-04-01",
    "class=own;id=e2;retailer=HOME;name=佐藤 三;kana=サトウ ミツ;phone=0178450002;"
    "point=0200000000000000000002;customer_no=102;address=八戸市内丸1-2;usage=302;contract_end=2024-04-02",
    "class=own;id=e3;retailer=HOME;name=佐藤 四;kana=サトウ ヨツバ;phone=0178450003;"
    "point=0200000000000000000003;customer_no=103;address=八戸市内丸1-3;usage=303",
    "class=former;id=gone;retailer=HOME;name=佐藤 五;kana=サトウ ゴロウ;phone=0178450004;"
    "point=0200000000000000000004;customer_no=104;address=八戸市内丸1-4;usage=304;contract_end=2099-12-31",
    "class=other;id=o0;retailer=R0001;name=佐藤 六;kana=サトウ ムツ;phone=0178450005;"
    "point=0200000000000000000005;customer_no=105;address=八戸市内丸1-5;usage=305;contract_end=2024-03-31",
    "class=other;id=o1;retailer=R0001;name=佐藤 七;kana=サトウ ナナ;phone=0178450006;"
    "point=0200000000000000000006;customer_no=106;address=八戸市内丸1-6;usage=306",
    /* a switch at the first of April: the point goes from R0001 to HOME */
    "class=other;id=s0;retailer=R0001;name=加藤 八;kana=カトウ ハチ;phone=0178450007;"
    "point=0200000000000000000007;customer_no=107;address=八戸市内丸1-7;usage=307;contract_end=2024-03-31",
    "class=own;id=s1;retailer=HOME;name=加藤 八;kana=カトウ ハチ;phone=0178450007;"
    "point=0200000000000000000007;customer_no=108;address=八戸市内丸1-7;usage=308;contract_start=2024-04-01",
    "class=last-resort;id=l0;retailer=NW;name=佐藤 九;kana=サトウ キュウ;phone=0178450008;"
    "point=0200000000000000000008;customer_no=109;address=八戸市内丸1-8;contract_end=2024-03-31",
    "class=vacant;id=v0;point=0200000000000000000009;address=八戸市内丸1-9;contract_end=2024-03-31", NULL};

static struct tg_store *store;
static struct tg_reader *reader;

static int begin(void **state)
{
    (void)state;
    load_lines(in_scratch("s.db"), CUSTOMERS);
    open_store(in_scratch("s.db"), &store, &reader);
    return 0;
}

static int end(void **state)
{
    (void)state;
    close_store(&store, &reader);
    scratch_remove();
    return 0;
}

/* A company's own and former, the latter without what only the former class hides. */
static struct tg_scope *company_on(const char *company, const char *day, tg_mask own, tg_mask former)
{
    struct tg_clause c[] = {{TG_C_OWN, company, "", own, "own", NULL, NULL},
                            {TG_C_FORMER, company, "", former, "former", NULL, NULL}};
    struct tg_scope *s = scope_of(2, c);
    scope_at(s, day);
    return s;
}

/* The rows as "id:class,…" in a static buffer; every field lies in its clause's mask. Frees the answer. */
static const char *classes_of(const struct tg_scope *s, struct answer a)
{
    static char text[4096];
    size_t n = 0;
    if (a.err != TG_OK)
        return tg_err_code(a.err);
    text[0] = 0;
    for (size_t i = 0; i < a.rows->n; i++) {
        const struct tg_row *row = &a.rows->row[i];
        const struct tg_clause *c = tg_scope_clause(s, row->clause);
        assert_int_equal(row->class, c->class);
        assert_int_equal(row->fields & ~c->fields, 0);
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s:%s", i > 0 ? "," : "", row->id,
                              tg_class_name(row->class));
    }
    tg_rows_free(&a.rows);
    return text;
}

static void is(const struct tg_scope *s, enum tg_by by, const char *text, const char *expected)
{
    const char *got = classes_of(s, search_for(reader, s, by, text));
    if (strcmp(got, expected) != 0)
        print_error("%d %s\n", (int)by, text);
    assert_string_equal(got, expected);
}

static void the_day_after_the_last_is_former(void **state)
{
    (void)state;
    static const struct {
        const char *day, *all;
    } days[] = {
        {"2024-03-30", "gone:former,e0:own,e1:own,e2:own,e3:own"},
        {"2024-03-31", "gone:former,e0:own,e1:own,e2:own,e3:own"},
        {"2024-04-01", "gone:former,e0:former,e1:own,e2:own,e3:own"},
        {"2024-04-02", "gone:former,e0:former,e1:former,e2:own,e3:own"},
        {"2024-04-03", "gone:former,e0:former,e1:former,e2:former,e3:own"},
        {"9999-12-31", "gone:former,e0:former,e1:former,e2:former,e3:own"},
        {"1868-01-25", "gone:former,e0:own,e1:own,e2:own,e3:own"},
    };
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        struct tg_scope *s = company_on("HOME", days[i].day, TG_MASK_ALL, TG_MASK_ALL & ~BIT(USAGE));
        char copy[128];
        char *rest = NULL;
        is(s, TG_BY_KANA, "サトウ", days[i].all);
        (void)snprintf(copy, sizeof copy, "%s", days[i].all);
        for (char *one = strtok_r(copy, ",", &rest); one != NULL; one = strtok_r(NULL, ",", &rest)) {
            char id[8];
            (void)snprintf(id, sizeof id, "%.*s", (int)strcspn(one, ":"), one);
            assert_string_equal(classes_of(s, show_id(reader, s, id)), one);
        }
        tg_scope_free(&s);
    }
}

static bool has_usage(const struct tg_scope *s, const char *id)
{
    struct answer a = show_id(reader, s, id);
    assert_int_equal(a.rows->n, 1);
    struct tg_span json = a.rows->row[0].json;
    bool has = memmem(json.p, json.n, "\"usage\"", 7) != NULL;
    assert_int_equal(has, (a.rows->row[0].fields & BIT(USAGE)) != 0);
    tg_rows_free(&a.rows);
    return has;
}

/* The mask is the class's, and the class the day's. */
static void the_mask_moves_too(void **state)
{
    (void)state;
    struct tg_scope *s = company_on("HOME", "2024-03-31", TG_MASK_ALL, TG_MASK_ALL & ~BIT(USAGE));
    assert_true(has_usage(s, "e0"));
    assert_true(has_usage(s, "e1"));
    assert_false(has_usage(s, "gone"));
    scope_at(s, TODAY);
    assert_false(has_usage(s, "e0"));
    assert_true(has_usage(s, "e1"));
    tg_scope_free(&s);
}

/* A field that only former hides cannot be searched in what is former by the day, whichever way: and that
 * there is somebody shows by nothing. */
static void what_former_hides_cannot_be_searched(void **state)
{
    (void)state;
    static const struct {
        enum tg_by by;
        tg_mask field;
        const char *over, *in_force, *expected, *absent;
    } kinds[] = {
        {TG_BY_PHONE, BIT(PHONE), "0178450000", "0178450001", "e1:own", "0178459999"},
        {TG_BY_POINT, BIT(POINT), "0200000000000000000000", "0200000000000000000001", "e1:own",
         "0200000000000000009999"},
        {TG_BY_CUSTOMER, BIT(CUSTOMER_NO), "100", "101", "e1:own", "999"},
        {TG_BY_KANA, BIT(KANA), "サトウハジメ", "サトウフ", "e1:own", "サトウパ"},
        {TG_BY_NAME, BIT(NAME), "佐藤一", "佐藤二", "e1:own", "佐藤〇"},
        {TG_BY_ADDRESS, BIT(ADDRESS), "内丸1-0", "内丸1-1", "e1:own", "内丸1-99"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct tg_scope *s = company_on("HOME", TODAY, TG_MASK_ALL, TG_MASK_ALL & ~kinds[i].field);
        is(s, kinds[i].by, kinds[i].over, "");
        is(s, kinds[i].by, kinds[i].in_force, kinds[i].expected);
        if (kinds[i].by <= TG_BY_NAME || kinds[i].by == TG_BY_ADDRESS) {
            tg_scope_free(&s);
            continue; /* beginnings are filtered row by row, inside the walk */
        }
        (void)tg_reader_steps(reader);
        is(s, kinds[i].by, kinds[i].over, "");
        uint64_t steps = tg_reader_steps(reader);
        is(s, kinds[i].by, kinds[i].absent, "");
        assert_int_equal(steps, tg_reader_steps(reader));
        tg_scope_free(&s);
    }
    /* the other way round: only what is over may be searched */
    struct tg_scope *s = company_on("HOME", TODAY, TG_MASK_ALL & ~(BIT(PHONE) | BIT(KANA)), TG_MASK_ALL);
    is(s, TG_BY_PHONE, "0178450000", "e0:former");
    is(s, TG_BY_PHONE, "0178450001", "");
    is(s, TG_BY_PHONE, "0178450004", "gone:former");
    is(s, TG_BY_KANA, "サトウ", "gone:former,e0:former");
    is(s, TG_BY_NAME, "佐藤", "e0:former,e2:own,e1:own,gone:former,e3:own"); /* in the order of the signs */
    tg_scope_free(&s);
}

/* One clause alone: what belongs to the other class is not there. */
static void one_clause_alone(void **state)
{
    (void)state;
    for (int former = 0; former < 2; former++) {
        struct tg_clause c[] = {
            {former == 1 ? TG_C_FORMER : TG_C_OWN, "HOME", "", TG_MASK_ALL, "one", NULL, NULL}};
        struct tg_scope *s = scope_of(1, c);
        scope_at(s, TODAY);
        is(s, TG_BY_KANA, "サトウ", former == 1 ? "gone:former,e0:former" : "e1:own,e2:own,e3:own");
        assert_string_equal(classes_of(s, show_id(reader, s, "e0")), former == 1 ? "e0:former" : "");
        assert_string_equal(classes_of(s, show_id(reader, s, "e1")), former == 1 ? "" : "e1:own");
        scope_at(s, "2024-04-02");
        assert_string_equal(classes_of(s, show_id(reader, s, "e1")), former == 1 ? "e1:former" : "");
        tg_scope_free(&s);
    }
}

/* The switch: on its first day the new retailer's record is its own; the old one's is former that day. Before
 * that it is the new one's own too (it holds the application), without consumption, which was another's. */
static void a_switch_moves_the_class(void **state)
{
    (void)state;
    struct tg_scope *home = company_on("HOME", "2024-03-31", TG_MASK_ALL, TG_MASK_ALL);
    struct tg_scope *before = company_on("R0001", "2024-03-31", TG_MASK_ALL, TG_MASK_ALL);
    is(home, TG_BY_POINT, "0200000000000000000007", "s1:own");
    is(before, TG_BY_POINT, "0200000000000000000007", "s0:own");
    assert_false(has_usage(home, "s1"));
    assert_true(has_usage(before, "s0"));
    scope_at(home, "2024-04-01");
    scope_at(before, "2024-04-01");
    is(home, TG_BY_POINT, "0200000000000000000007", "s1:own");
    is(before, TG_BY_POINT, "0200000000000000000007", "s0:former");
    assert_true(has_usage(home, "s1"));
    tg_scope_free(&home);
    tg_scope_free(&before);
}

/* From elsewhere a contract is another's before its end and after; last resort and vacant have no former. */
static void the_network_sees_others_as_others(void **state)
{
    (void)state;
    static const char *const days[] = {"2024-03-31", "2024-04-01", "2024-04-03"};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        struct tg_scope *s = scope_network(TG_MASK_ALL);
        scope_at(s, days[i]);
        is(s, TG_BY_KANA, "サトウ",
           "l0:last-resort,gone:other,o1:other,e0:other,e1:other,e2:other,o0:other,e3:other");
        is(s, TG_BY_POINT, "0200000000000000000007", "s0:other,s1:other");
        is(s, TG_BY_ADDRESS, "八戸市内丸1-9", "v0:vacant");
        tg_scope_free(&s);
        struct tg_scope *r = company_on("R0001", days[i], TG_MASK_ALL, TG_MASK_ALL);
        is(r, TG_BY_KANA, "サトウム", i == 0 ? "o0:own" : "o0:former");
        is(r, TG_BY_KANA, "サトウナ", "o1:own");
        tg_scope_free(&r);
    }
}

#define MANY 60

static struct tg_reader *many_open(struct tg_store **many)
{
    struct tg_load *l = NULL;
    struct tg_reader *r = NULL;
    assert_int_equal(tg_load_begin(in_scratch("many.db"), companies(), &l), TG_OK);
    for (int i = 0; i < MANY; i++) {
        static const char *const ends[] = {";contract_end=2024-03-31", ";contract_end=2024-04-01", "",
                                           ";contract_end=2024-04-02"};
        char line[300];
        (void)snprintf(line, sizeof line,
                       "class=own;id=m%02d;retailer=HOME;name=甲;kana=%s;phone=" SHARED ";point=02%020d%s", i,
                       i % 7 == 0 ? "サトウ ゴロウ" : "サトウ タロウ", i, ends[i * 7 % 4]);
        load_line(l, line);
    }
    assert_int_equal(tg_load_commit(&l), TG_OK);
    open_store(in_scratch("many.db"), many, &r);
    return r;
}

struct pages {
    unsigned own, former;
    bool seen[MANY];
};

/* Pages of so many rows, the first asked for on one day and the further ones on the next. */
static void walk_pages(struct tg_reader *r, struct tg_query q, const char *const day[2], tg_mask former,
                       struct pages *p)
{
    TG_BUF_AUTO cursor = TG_BUF_INIT(TG_CURSOR_BYTES);
    *p = (struct pages){.own = 0};
    for (unsigned page = 0; page < MANY; page++) {
        struct tg_scope *s = company_on("HOME", day[page > 0], TG_MASK_ALL, former);
        q.cursor = tg_span_buf(&cursor);
        struct answer a = search_page(r, s, q);
        assert_int_equal(a.err, TG_OK);
        for (size_t i = 0; i < a.rows->n; i++) {
            size_t at = strtoul(a.rows->row[i].id + 1, NULL, 10);
            assert_true(at < MANY && !p->seen[at]);
            p->seen[at] = true;
            p->own += a.rows->row[i].class == TG_C_OWN;
            p->former += a.rows->row[i].class == TG_C_FORMER;
        }
        tg_buf_reset(&cursor);
        assert_int_equal(tg_buf_add_span(&cursor, tg_span_buf(&a.rows->cursor)), TG_OK);
        assert_true(cursor.n == 0 || a.rows->n == q.limit);
        tg_rows_free(&a.rows);
        tg_scope_free(&s);
        if (cursor.n == 0)
            return;
    }
    fail_msg("the pages do not end");
}

/* Midnight between two pages: nothing twice, nothing lost that may still be seen, and what has become former
 * is former or, where its field is hidden then, no longer found. */
static void pages_over_midnight(void **state)
{
    (void)state;
    static const char *const night[] = {"2024-04-01", "2024-04-02"};
    static const char *const day[] = {"2024-04-01", "2024-04-01"};
    static const char *const next[] = {"2024-04-02", "2024-04-02"};
    static const struct {
        enum tg_by by;
        const char *text;
        tg_mask field;
    } kinds[] = {{TG_BY_KANA, "サトウ", BIT(KANA)}, {TG_BY_PHONE, SHARED, BIT(PHONE)}};
    struct tg_store *many = NULL;
    struct tg_reader *r = many_open(&many);
    for (size_t i = 0; i < 2; i++) {
        for (unsigned limit = 1; limit < 20; limit += 3) {
            struct tg_query q = {.by = kinds[i].by, .text = tg_span_str(kinds[i].text), .limit = limit};
            struct pages p;
            walk_pages(r, q, day, TG_MASK_ALL, &p);
            assert_int_equal(p.own, MANY / 4 * 3);
            assert_int_equal(p.former, MANY / 4);
            walk_pages(r, q, next, TG_MASK_ALL, &p);
            assert_int_equal(p.own, MANY / 2);
            assert_int_equal(p.former, MANY / 2);
            walk_pages(r, q, night, TG_MASK_ALL, &p);
            assert_int_equal(p.own + p.former, MANY);
            assert_true(p.own >= MANY / 2 && p.own <= MANY / 2 + limit);
            tg_mask hidden = TG_MASK_ALL & ~kinds[i].field;
            walk_pages(r, q, day, hidden, &p);
            assert_int_equal(p.own, MANY / 4 * 3);
            assert_int_equal(p.former, 0);
            walk_pages(r, q, night, hidden, &p);
            assert_true(p.own >= MANY / 2 && p.own <= MANY / 2 + limit);
            assert_int_equal(p.former, 0);
        }
    }
    close_store(&many, &r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_day_after_the_last_is_former),
        cmocka_unit_test(the_mask_moves_too),
        cmocka_unit_test(what_former_hides_cannot_be_searched),
        cmocka_unit_test(one_clause_alone),
        cmocka_unit_test(a_switch_moves_the_class),
        cmocka_unit_test(the_network_sees_others_as_others),
        cmocka_unit_test(pages_over_midnight),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
