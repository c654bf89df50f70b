/* Pages: complete, in order, each row once; and a cursor that is good for nothing but going on. */
#include "tests/unit/records/fixture.h"

#include "certs/base/text.h"

#define ROWS 260

static struct tg_store *store;
static struct tg_reader *reader;

static int begin(void **state)
{
    (void)state;
    static const char *const classes[] = {"own", "own", "former", "other", "own", "last-resort", "other"};
    static const char *const names[] = {"サトウ タロウ", "サトウ サトミ", "サトウ ザイゼン", "サトー ハナコ",
                                        "シバタ サトシ"};
    struct tg_load *l = NULL;
    assert_int_equal(tg_load_begin(in_scratch("p.db"), companies(), &l), TG_OK);
    for (int i = 0; i < ROWS; i++) {
        char line[400];
        const char *class = classes[i % 7];
        const char *retailer = class[0] == 'l' ? "NW" : strcmp(class, "other") == 0 ? "R0001" : "HOME";
        (void)snprintf(line, sizeof line, "class=%s;id=i%03d;retailer=%s;name=甲%d;kana=%s;point=02%020d%s",
                       class, i, retailer, i % 3, names[i % 5], i,
                       class[0] == 'f' ? ";contract_end=2022-01-01" : "");
        load_line(l, line);
    }
    assert_int_equal(tg_load_commit(&l), TG_OK);
    open_store(in_scratch("p.db"), &store, &reader);
    return 0;
}

static int end(void **state)
{
    (void)state;
    close_store(&store, &reader);
    scratch_remove();
    return 0;
}

struct id_list {
    size_t n;
    char text[ROWS * 8];
};

/* All pages of a search one after the other: every row once, and the same rows in the same order as in one
 * piece. */
static size_t walk_pages(const struct tg_scope *s, enum tg_by by, const char *text, unsigned limit,
                         struct id_list *ids)
{
    TG_BUF_AUTO cursor = TG_BUF_INIT(TG_CURSOR_BYTES);
    size_t rows = 0;
    ids->n = 0;
    for (int pages = 0; pages < ROWS + 1; pages++) {
        struct answer a = search_page(
            reader, s,
            (struct tg_query){
                .by = by, .text = tg_span_str(text), .limit = limit, .cursor = tg_span_buf(&cursor)});
        assert_int_equal(a.err, TG_OK);
        assert_true(a.rows->n <= limit);
        for (size_t i = 0; i < a.rows->n; i++)
            ids->n +=
                (size_t)snprintf(ids->text + ids->n, sizeof ids->text - ids->n, "%s,", a.rows->row[i].id);
        rows += a.rows->n;
        tg_buf_reset(&cursor);
        assert_int_equal(tg_buf_add_span(&cursor, tg_span_buf(&a.rows->cursor)), TG_OK);
        bool last = a.rows->cursor.n == 0;
        assert_true(last || a.rows->n == limit);
        tg_rows_free(&a.rows);
        if (last)
            return rows;
    }
    fail_msg("the pages do not end");
    return 0;
}

static void check_unique(const struct id_list *ids, size_t rows)
{
    bool seen[ROWS] = {false};
    size_t n = 0;
    for (const char *p = ids->text; *p != 0; p += 5, n++) {
        unsigned i = (unsigned)strtoul(p + 1, NULL, 10);
        assert_true(i < ROWS && !seen[i]);
        seen[i] = true;
    }
    assert_int_equal(n, rows);
}

static void pages_are_complete(void **state)
{
    (void)state;
    static const struct {
        enum tg_by by;
        const char *text;
        size_t home; /* rows of own and former */
    } cases[] = {{TG_BY_KANA, "サ", 149},
                 {TG_BY_KANA, "サトウ", 118},
                 {TG_BY_KANA, "サドウ", 118},
                 {TG_BY_NAME, "甲1", 51},
                 {TG_BY_KANA, "ザ", 30}};
    static const unsigned limits[] = {1, 3, 20, 100};
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    static struct id_list all;
    static struct id_list ids;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t n = walk_pages(s, cases[i].by, cases[i].text, 100, &all);
        check_unique(&all, n);
        if (n != cases[i].home)
            print_error("%s: %zu\n", cases[i].text, n);
        assert_int_equal(n, cases[i].home);
        for (size_t j = 0; j < sizeof limits / sizeof limits[0]; j++) {
            assert_int_equal(walk_pages(s, cases[i].by, cases[i].text, limits[j], &ids), n);
            assert_string_equal(ids.text, all.text);
        }
    }
    tg_scope_free(&s);
}

/* ヂヅ: loosely two keys, ジズ and チツ, whose rows lie apart; a page must go on in the second behind the
 * first. */
static void pages_of_two_keys(void **state)
{
    (void)state;
    struct tg_load *l = NULL;
    struct tg_store *there = NULL;
    struct tg_reader *was = reader;
    static struct id_list all;
    static struct id_list ids;
    assert_int_equal(tg_load_begin(in_scratch("two.db"), companies(), &l), TG_OK);
    for (int i = 0; i < 40; i++) {
        static const char *const kana[] = {"シスタ", "チツタ", "シズタ", "チヅダ", "ヂヅタ"};
        char line[200];
        (void)snprintf(line, sizeof line, "class=own;id=i%03d;retailer=HOME;name=a;kana=%s;point=02%020d", i,
                       kana[i % 5], i);
        load_line(l, line);
    }
    assert_int_equal(tg_load_commit(&l), TG_OK);
    open_store(in_scratch("two.db"), &there, &reader);
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    size_t n = walk_pages(s, TG_BY_KANA, "ヂヅダ", 100, &all);
    check_unique(&all, n);
    assert_int_equal(n, 40);
    for (unsigned limit = 1; limit < 15; limit++) {
        assert_int_equal(walk_pages(s, TG_BY_KANA, "ヂヅダ", limit, &ids), 40);
        assert_string_equal(ids.text, all.text);
    }
    tg_scope_free(&s);
    close_store(&there, &reader);
    reader = was;
}

static void overlapping_clauses_give_a_row_once(void **state)
{
    (void)state;
    struct tg_clause c[] = {{TG_C_OWN, "HOME", "", TG_MASK_ALL, "a", NULL, NULL},
                            {TG_C_OWN, "HOME", "", TG_BIT(TG_F_KANA), "b", NULL, NULL}};
    struct tg_scope *s = scope_of(2, c);
    static struct id_list ids;
    size_t n = walk_pages(s, TG_BY_KANA, "サ", 7, &ids);
    check_unique(&ids, n);
    struct answer a = search_for(reader, s, TG_BY_KANA, "サ");
    for (size_t i = 0; i < a.rows->n; i++)
        assert_int_equal(a.rows->row[i].clause, 0);
    tg_rows_free(&a.rows);
    tg_scope_free(&s);
}

static void get_cursor(const struct tg_scope *s, const char *text, struct tg_buf *to)
{
    struct answer a =
        search_page(reader, s, (struct tg_query){.by = TG_BY_KANA, .text = tg_span_str(text), .limit = 5});
    assert_int_equal(a.err, TG_OK);
    assert_true(a.rows->cursor.n > 0);
    assert_int_equal(tg_buf_add_span(to, tg_span_buf(&a.rows->cursor)), TG_OK);
    tg_rows_free(&a.rows);
}

static enum tg_err use(const struct tg_scope *s, enum tg_by by, const char *text, struct tg_span cursor)
{
    struct answer a = search_page(
        reader, s, (struct tg_query){.by = by, .text = tg_span_str(text), .limit = 5, .cursor = cursor});
    tg_rows_free(&a.rows);
    return a.err;
}

static void a_cursor_belongs_to_query_and_scope(void **state)
{
    (void)state;
    struct tg_scope *home = scope_home(TG_MASK_ALL);
    struct tg_scope *less = scope_home(TG_MASK_ALL & ~TG_BIT(TG_F_USAGE));
    struct tg_scope *nw = scope_network(TG_MASK_ALL);
    TG_BUF_AUTO cursor = TG_BUF_INIT(TG_CURSOR_BYTES);
    get_cursor(home, "サ", &cursor);
    struct tg_span c = tg_span_buf(&cursor);
    assert_int_equal(use(home, TG_BY_KANA, "サ", c), TG_OK);
    assert_int_equal(use(home, TG_BY_KANA, "サト", c), TG_E_CURSOR);
    assert_int_equal(use(home, TG_BY_NAME, "サ", c), TG_E_CURSOR);
    assert_int_equal(use(less, TG_BY_KANA, "サ", c), TG_E_CURSOR);
    assert_int_equal(use(nw, TG_BY_KANA, "サ", c), TG_E_CURSOR);
    struct tg_clause base[] = {{TG_C_OWN, "HOME", "", TG_MASK_ALL, "own", NULL, NULL},
                               {TG_C_FORMER, "HOME", "", TG_MASK_ALL, "former", NULL, NULL}};
    struct tg_scope *same = scope_of(2, base);
    assert_int_equal(use(same, TG_BY_KANA, "サ", c), TG_OK);
    tg_scope_free(&same);
    for (int i = 0; i < 4; i++) {
        struct tg_clause one[2] = {base[0], base[1]};
        one[0].company = i == 0 ? "R0001" : "HOME";
        one[0].areas = i == 1 ? "02203" : "";
        one[0].rule = i == 2 ? "other" : "own";
        one[1].class = i == 3 ? TG_C_GENERATOR_OWN : TG_C_FORMER;
        struct tg_scope *changed = scope_of(2, one);
        assert_int_equal(use(changed, TG_BY_KANA, "サ", c), TG_E_CURSOR);
        tg_scope_free(&changed);
    }

    struct tg_store *other = NULL; /* another process has another key */
    struct tg_reader *there = NULL;
    open_store(in_scratch("p.db"), &other, &there);
    assert_int_equal(
        search_page(there, home,
                    (struct tg_query){.by = TG_BY_KANA, .text = tg_span_str("サ"), .limit = 5, .cursor = c})
            .err,
        TG_E_CURSOR);
    close_store(&other, &there);
    tg_scope_free(&home);
    tg_scope_free(&less);
    tg_scope_free(&nw);
}

static void a_cursor_cannot_be_changed(void **state)
{
    (void)state;
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    TG_BUF_AUTO cursor = TG_BUF_INIT(TG_CURSOR_BYTES);
    TG_BUF_AUTO raw = TG_BUF_INIT(TG_CURSOR_BYTES);
    TG_BUF_AUTO bent = TG_BUF_INIT(TG_CURSOR_BYTES);
    get_cursor(s, "サ", &cursor);
    assert_int_equal(tg_b64u_decode(tg_span_buf(&cursor), &raw), TG_OK);
    for (size_t i = 0; i < raw.n * 8; i++) {
        raw.p[i / 8] = (uint8_t)(raw.p[i / 8] ^ 1u << i % 8);
        tg_buf_reset(&bent);
        assert_int_equal(tg_b64u_encode(tg_span_buf(&raw), &bent), TG_OK);
        assert_int_equal(use(s, TG_BY_KANA, "サ", tg_span_buf(&bent)), TG_E_CURSOR);
        raw.p[i / 8] = (uint8_t)(raw.p[i / 8] ^ 1u << i % 8);
    }
    for (size_t n = 1; n < cursor.n; n++)
        assert_int_equal(use(s, TG_BY_KANA, "サ", tg_span(cursor.p, n)), TG_E_CURSOR);
    char longer[TG_CURSOR_BYTES + 100];
    memset(longer, 'A', sizeof longer);
    assert_int_equal(use(s, TG_BY_KANA, "サ", tg_span(longer, sizeof longer)), TG_E_CURSOR);
    assert_int_equal(use(s, TG_BY_KANA, "サ", tg_span_str("====")), TG_E_CURSOR);
    tg_scope_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_complete),
        cmocka_unit_test(pages_of_two_keys),
        cmocka_unit_test(overlapping_clauses_give_a_row_once),
        cmocka_unit_test(a_cursor_belongs_to_query_and_scope),
        cmocka_unit_test(a_cursor_cannot_be_changed),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
