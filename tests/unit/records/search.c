/* What may be found, what must not, and that the two cannot be told apart by the work they make. */
#include "tests/unit/records/fixture.h"

#include "certs/base/json.h"
#include "server/records/reader.h"

#define BIT(f) TG_BIT(TG_F_##f)

static const char *const CUSTOMERS[] = {
    "class=own;id=own1;retailer=HOME;area=02203;name=山田 太郎;kana=ヤマダ タロウ;phone=0178450001;"
    "point=0200000000000000000001;customer_no=1001;address=青森県八戸市大字尻内町字八百刈1番地1;usage=312",
    "class=own;id=own2;retailer=HOME;area=02201;name=山田 花子;kana=ヤマダ ハナコ;phone=0178450002;"
    "point=0200000000000000000002;customer_no=1002;address=青森市長島1-1-1",
    "class=own;id=own3;retailer=HOME;area=02203;name=手塚 修;kana=テヅカ オサム;phone=0178450003;"
    "point=0200000000000000000003;customer_no=1003;address=八戸市内丸1-1-2",
    "class=own;id=own4;retailer=HOME;area=02203;name=田中 多恵;kana=タナカ タエ;phone=0178450004;"
    "point=0200000000000000000004;customer_no=1004;address=八戸市内丸1-1-3",
    "class=own;id=own5;retailer=HOME;area=02203;name=株式会社東北電工;kana=トウホクデンコウ;phone=0178450005;"
    "point=0200000000000000000005;customer_no=1005;address=八戸市内丸2-1",
    "class=former;id=for1;retailer=HOME;area=02203;name=山田 一郎;kana=ヤマダ イチロウ;phone=0178450006;"
    "point=0200000000000000000006;customer_no=1006;address=八戸市内丸1-1-4;contract_end=2022-03-31",
    "class=other;id=oth1;retailer=R0001;area=02203;name=柴田 太郎;kana=シバタ タロウ;phone=0178450007;"
    "point=0200000000000000000007;customer_no=2001;address=八戸市根城1-1",
    "class=other;id=oth2;retailer=R0002;area=02203;name=柴田 次郎;kana=シバタ ジロウ;phone=0178450008;"
    "point=0200000000000000000008;customer_no=2002;address=八戸市根城1-2",
    "class=last-resort;id=last1;retailer=NW;area=02203;name=柴田工業;kana=シバタコウギョウ;phone=0178450009;"
    "point=0200000000000000000009;customer_no=2003;address=八戸市根城1-3",
    "class=generator-own;id=gen1;retailer=HOME;area=02203;name=山田 発電;kana=ヤマダ "
    "ハツデン;phone=0178450010;"
    "gen_point=0200000000000000000010;customer_no=1010;address=八戸市根城1-4",
    "class=generator-other;id=gen2;retailer=R0001;area=02203;name=柴田 発電;kana=シバタ ハツデン;"
    "phone=0178450011;gen_point=0200000000000000000011;customer_no=2011;address=八戸市根城1-5",
    "class=own;id=own6;retailer=HOME;area=02203;name=三野 実;kana=ミツノ ミノル;"
    "point=0200000000000000000013;customer_no=1011;address=十和田市稲生町1",
    "class=own;id=own7;retailer=HOME;area=02203;name=三津 美津;kana=ミヅノ ミツ;"
    "point=0200000000000000000014;customer_no=1012;address=十和田市稲生町2",
    "class=own;id=own8;retailer=HOME;area=02203;name=土田 土;kana=ツチダ ツチ;"
    "point=0200000000000000000015;customer_no=1013;address=十和田市稲生町3",
    "class=vacant;id=vac1;area=02203;point=0200000000000000000012;address=八戸市根城1-6",
    NULL};

struct world {
    struct tg_store *store;
    struct tg_reader *reader;
};

static struct world world;

static int begin(void **state)
{
    (void)state;
    load_lines(in_scratch("c.db"), CUSTOMERS);
    open_store(in_scratch("c.db"), &world.store, &world.reader);
    return 0;
}

static int end(void **state)
{
    (void)state;
    close_store(&world.store, &world.reader);
    scratch_remove();
    return 0;
}

static void found(struct tg_scope *s, enum tg_by by, const char *text, const char *ids)
{
    const char *got = ids_of(search_for(world.reader, s, by, text));
    if (strcmp(got, ids) != 0)
        print_error("%d %s\n", (int)by, text);
    assert_string_equal(got, ids);
}

static void every_kind_finds_its_row(void **state)
{
    (void)state;
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    found(s, TG_BY_KANA, "ヤマダ", "for1,own1,own2");
    found(s, TG_BY_KANA, "やまだたろう", "own1");
    found(s, TG_BY_KANA, "ﾔﾏﾀﾞ ﾀﾛｳ", "own1");
    found(s, TG_BY_KANA, "ハナコ", "own2");
    found(s, TG_BY_NAME, "山田", "for1,own1,own2");
    found(s, TG_BY_NAME, "太郎", "own1");
    found(s, TG_BY_NAME, "㈱東北", "own5");
    found(s, TG_BY_NAME, "東北電工(株)", "own5");
    found(s, TG_BY_NAME, "電工", "own5");
    found(s, TG_BY_NAME, "北電", "own5");
    found(s, TG_BY_NAME, "工", "");
    static const char *const phones[] = {"0178450001",      "0178-45-0001",         "(0178)45-0001",
                                         "+81 178-45-0001", "０１７８４５０００１", "0178 45 0001",
                                         "0178.45.0001"};
    for (size_t i = 0; i < sizeof phones / sizeof phones[0]; i++)
        found(s, TG_BY_PHONE, phones[i], "own1");
    found(s, TG_BY_POINT, "02-0000-0000-0000-0000-0001", "own1");
    found(s, TG_BY_CUSTOMER, "1001", "own1");
    found(s, TG_BY_ADDRESS, "八戸市尻内町八百刈1-1", "own1");
    found(s, TG_BY_ADDRESS, "内丸1-1", "own3,own4,for1");
    found(s, TG_BY_ADDRESS, "八戸市内丸一丁目1番2号", "own3");
    found(s, TG_BY_GUESS, "0178-45-0001", "own1");
    found(s, TG_BY_GUESS, "手塚 修", "own3");
    tg_scope_free(&s);
}

static void loosely_only_when_nothing_is_strict(void **state)
{
    (void)state;
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    struct answer a = search_for(world.reader, s, TG_BY_KANA, "ヤマタ");
    assert_int_equal(a.err, TG_OK);
    assert_true(a.rows->loose);
    assert_string_equal(ids_of(a), "for1,own1,own2");
    a = search_for(world.reader, s, TG_BY_KANA, "ヤマダ");
    assert_false(a.rows->loose);
    tg_rows_free(&a.rows);
    found(s, TG_BY_KANA, "テツカ", "own3");
    found(s, TG_BY_KANA, "テズカ", "own3");
    found(s, TG_BY_KANA, "テヅガ", "own3");
    found(s, TG_BY_KANA, "テスカ", "own3");
    found(s, TG_BY_KANA, "ミツノ", "own6"); /* strictly; ミヅノ is found only when this is not there */
    found(s, TG_BY_KANA, "ミズノ", "own7");
    found(s, TG_BY_KANA, "ヅチダ",
          "own8"); /* nothing begins with ス チ タ: only the second key leads to ツ */
    tg_scope_free(&s);
}

/* タナカ タエ begins with タ and so does its second part: one row all the same. テヅカ stands under two keys.
 */
static void a_row_comes_once(void **state)
{
    (void)state;
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    found(s, TG_BY_KANA, "タ", "own4,own1");
    found(s, TG_BY_KANA, "タエ", "own4");
    found(s, TG_BY_KANA, "テ", "own3");
    tg_scope_free(&s);
}

/* B5, B12: the same result for somebody else's customer as for nobody, for every kind of search. */
static void others_are_as_absent(void **state)
{
    (void)state;
    static const struct {
        enum tg_by by;
        const char *other, *absent;
    } pairs[] = {
        {TG_BY_KANA, "シバタ", "シバヤ"},
        {TG_BY_KANA, "シハタ", "シハヤ"},
        {TG_BY_NAME, "柴田", "柴山"},
        {TG_BY_PHONE, "0178450007", "0178459999"},
        {TG_BY_POINT, "0200000000000000000007", "0200000000000000009999"},
        {TG_BY_POINT, "0200000000000000000011", "0200000000000000009998"},
        {TG_BY_CUSTOMER, "2001", "9999"},
        {TG_BY_ADDRESS, "八戸市根城1-1", "八戸市根城9-9"},
        {TG_BY_ADDRESS, "根城1-1", "根城9-9"},
    };
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        for (int warm = 0; warm < 2; warm++) {
            (void)tg_reader_steps(world.reader);
            struct answer other = search_for(world.reader, s, pairs[i].by, pairs[i].other);
            uint64_t steps = tg_reader_steps(world.reader);
            struct answer absent = search_for(world.reader, s, pairs[i].by, pairs[i].absent);
            assert_true(steps > 0);
            assert_int_equal(steps, tg_reader_steps(world.reader));
            assert_int_equal(other.err, TG_OK);
            assert_int_equal(absent.err, TG_OK);
            assert_int_equal(other.rows->n, 0);
            assert_int_equal(absent.rows->n, 0);
            assert_int_equal(other.rows->loose, absent.rows->loose);
            assert_int_equal(other.rows->by, absent.rows->by);
            assert_int_equal(other.rows->cursor.n, 0);
            assert_int_equal(absent.rows->cursor.n, 0);
            assert_int_equal(other.rows->text.n, absent.rows->text.n);
            tg_rows_free(&other.rows);
            tg_rows_free(&absent.rows);
        }
    }
    tg_scope_free(&s);
}

static void show_outside_is_as_absent(void **state)
{
    (void)state;
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    static const char *const ids[] = {"oth1", "last1", "gen1", "gen2", "vac1", "none", "zzzz"};
    uint64_t steps = 0;
    assert_string_equal(ids_of(show_id(world.reader, s, "own1")), "own1");
    assert_string_equal(ids_of(show_id(world.reader, s, "for1")), "for1");
    (void)tg_reader_steps(world.reader);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct answer a = show_id(world.reader, s, ids[i]);
        uint64_t now = tg_reader_steps(world.reader);
        assert_int_equal(a.err, TG_OK);
        assert_int_equal(a.rows->n, 0);
        tg_rows_free(&a.rows);
        assert_true(steps == 0 || steps == now);
        steps = now;
    }
    assert_string_equal(ids_of(show_id(world.reader, s, "")), "");
    assert_string_equal(ids_of(show_id(world.reader, s, "an id that is far too long for any record of ours")),
                        "");
    tg_scope_free(&s);
}

static void classes_are_relative(void **state)
{
    (void)state;
    struct tg_scope *nw = scope_network(TG_MASK_ALL);
    found(nw, TG_BY_KANA, "シバタ", "last1,oth2,oth1,gen2");
    found(nw, TG_BY_KANA, "ヤマダ", "for1,own1,gen1,own2");
    found(nw, TG_BY_ADDRESS, "根城1-6", "vac1");
    struct answer a = show_id(world.reader, nw, "own1");
    assert_int_equal(a.rows->n, 1);
    assert_int_equal(a.rows->row[0].class, TG_C_OTHER);
    tg_rows_free(&a.rows);
    tg_scope_free(&nw);

    struct tg_clause r1[] = {{TG_C_OWN, "R0001", "", TG_MASK_ALL, "own", NULL, NULL},
                             {TG_C_FORMER, "R0001", "", TG_MASK_ALL, "former", NULL, NULL}};
    struct tg_scope *s = scope_of(2, r1);
    found(s, TG_BY_KANA, "シバタ", "oth1");
    found(s, TG_BY_KANA, "ヤマダ", "");
    tg_scope_free(&s);

    struct tg_clause not_r1[] = {{TG_C_OTHER, "R0001", "", TG_MASK_ALL, "other", NULL, NULL}};
    s = scope_of(1, not_r1);
    found(s, TG_BY_KANA, "シバタ", "oth2");
    assert_string_equal(ids_of(show_id(world.reader, s, "oth1")), "");
    tg_scope_free(&s);

    struct tg_clause nobody[] = {{TG_C_OWN, "R9999", "", TG_MASK_ALL, "own", NULL, NULL},
                                 {TG_C_OWN, "", "", TG_MASK_ALL, "own", NULL, NULL}};
    s = scope_of(2, nobody);
    found(s, TG_BY_KANA, "ヤマダ", "");
    tg_scope_free(&s);
}

static void hidden_fields_are_neither_read_nor_searched(void **state)
{
    (void)state;
    struct tg_scope *s = scope_home(BIT(NAME) | BIT(ADDRESS));
    found(s, TG_BY_KANA, "ヤマダ", "");
    found(s, TG_BY_PHONE, "0178450001", "");
    found(s, TG_BY_POINT, "0200000000000000000001", "");
    found(s, TG_BY_CUSTOMER, "1001", "");
    struct answer a = search_for(world.reader, s, TG_BY_NAME, "山田 太郎");
    assert_int_equal(a.rows->n, 1);
    assert_int_equal(a.rows->row[0].fields, BIT(NAME) | BIT(ADDRESS));
    assert_true(tg_span_is(a.rows->row[0].json, "{\"name\":\"山田 太郎\","
                                                "\"address\":\"青森県八戸市大字尻内町字八百刈1番地1\"}"));
    assert_int_equal(a.rows->text.n, a.rows->row[0].json.n);
    tg_rows_free(&a.rows);
    tg_scope_free(&s);

    /* visible in one clause, hidden in the next: only the first is searched */
    struct tg_clause c[] = {{TG_C_OWN, "HOME", "", TG_MASK_ALL, "own", NULL, NULL},
                            {TG_C_FORMER, "HOME", "", TG_MASK_ALL & ~BIT(PHONE), "former", NULL, NULL}};
    s = scope_of(2, c);
    found(s, TG_BY_PHONE, "0178450001", "own1");
    found(s, TG_BY_PHONE, "0178450006", "");
    found(s, TG_BY_KANA, "ヤマダイチロウ", "for1");
    tg_scope_free(&s);
}

static void gen_point_is_a_field_of_its_own(void **state)
{
    (void)state;
    struct tg_clause with[] = {{TG_C_GENERATOR_OWN, "HOME", "", TG_MASK_ALL & ~BIT(POINT), "g", NULL, NULL}};
    struct tg_scope *s = scope_of(1, with);
    found(s, TG_BY_POINT, "0200000000000000000010", "gen1");
    tg_scope_free(&s);
    struct tg_clause without[] = {
        {TG_C_GENERATOR_OWN, "HOME", "", TG_MASK_ALL & ~BIT(GEN_POINT), "g", NULL, NULL}};
    s = scope_of(1, without);
    found(s, TG_BY_POINT, "0200000000000000000010", "");
    tg_scope_free(&s);
}

static void areas_limit(void **state)
{
    (void)state;
    struct tg_clause c[] = {{TG_C_OWN, "HOME", "02201 02999", TG_MASK_ALL, "own", NULL, NULL},
                            {TG_C_OTHER, "HOME", "02201", TG_MASK_ALL, "other", NULL, NULL}};
    struct tg_scope *s = scope_of(2, c);
    found(s, TG_BY_KANA, "ヤマダ", "own2");
    found(s, TG_BY_KANA, "シバタ", "");
    assert_string_equal(ids_of(show_id(world.reader, s, "own1")), "");
    assert_string_equal(ids_of(show_id(world.reader, s, "own2")), "own2");
    tg_scope_free(&s);
    struct tg_clause odd[] = {{TG_C_OWN, "HOME", "0220", TG_MASK_ALL, "own", NULL, NULL}};
    s = scope_of(1, odd);
    found(s, TG_BY_KANA, "ヤマダ", "");
    tg_scope_free(&s);
}

static void bad_queries(void **state)
{
    (void)state;
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    found(s, TG_BY_POINT, "12345678901234567", "query-gas");
    found(s, TG_BY_GUESS, "1234-5678-9012-3456-7", "query-gas");
    found(s, TG_BY_PHONE, "0178", "query");
    found(s, TG_BY_KANA, "", "query");
    assert_int_equal(search_page(world.reader, s,
                                 (struct tg_query){.by = TG_BY_KANA, .text = tg_span_str("ヤ"), .limit = 0})
                         .err,
                     TG_E_QUERY);
    assert_int_equal(
        search_page(world.reader, s,
                    (struct tg_query){.by = TG_BY_KANA, .text = tg_span_str("ヤ"), .limit = TG_PAGE_ROWS + 1})
            .err,
        TG_E_QUERY);
    assert_int_equal(tg_by_find("kana"), TG_BY_KANA);
    assert_int_equal(tg_by_find("auto"), TG_BY_GUESS);
    assert_int_equal(tg_by_find("usage"), -1);
    tg_scope_free(&s);
}

/* Bits that are turned over in the sheet of h1. */
static const struct {
    const char *what;
    size_t at;
    uint8_t bits;
} DAMAGE[] = {
    {"as many fields", 0, 1},
    {"as many fields (none)", 0, TG_F_COUNT},
    {"a longer id", 1, 3},
    {"a shorter id", 1, 1},
    {"no id", 1, 2},
    {"another kind", 2, TG_RECORD_LAST_RESORT},
    {"another retailer", 2, 8},
    {"another last day", 4, 1},
    {"another first day", 8, 1},
    {"another sum", 12, 1},
    {"another sum", 15, 0x80},
    {"the first member ends later", 16, 1},
    {"the first member has the second too", 16, 0}, /* see damage_row */
    {"the first member ends behind all", 17, 0x80},
    {"a member ends before it begins", 16 + 2 * TG_F_POINT, 0x40},
    {"the last member ends earlier", 16 + 2 * (TG_F_COUNT - 1), 1},
    {"the last member ends later", 16 + 2 * (TG_F_COUNT - 1) + 1, 1},
    {"another id", 16 + 2 * TG_F_COUNT, 1},
    {"something behind the id", 16 + 2 * TG_F_COUNT + 30, 1},
    {"a comma that is none", TG_SHEET_HEAD, 0x40},
};

/* No bits: the byte becomes the one two bytes on. */
static void damage_row(const char *path, size_t at, uint8_t bits)
{
    sqlite3 *db = NULL;
    sqlite3_blob *row = NULL;
    uint8_t b = 0;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_blob_open(db, "main", "customer", "row", 2, 1, &row), SQLITE_OK);
    assert_int_equal(sqlite3_blob_read(row, &b, 1, (int)at + (bits == 0 ? 2 : 0)), SQLITE_OK);
    b ^= bits;
    assert_int_equal(sqlite3_blob_write(row, &b, 1, (int)at), SQLITE_OK);
    assert_int_equal(sqlite3_blob_close(row), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* A row that is another one's, or no row at all, is a broken database, not a row to show. The reader opens it
 * again at the next call, and finds the same. */
static void shows_nothing(const char *path, const char *what)
{
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    struct tg_store *store = NULL;
    struct tg_reader *r = NULL;
    open_store(path, &store, &r);
    for (int again = 0; again < 2; again++) {
        if (strcmp(ids_of(search_for(r, s, TG_BY_KANA, "タナカ")), "store-unavailable") != 0)
            fail_msg("%s", what);
        assert_string_equal(ids_of(show_id(r, s, "h1")), "store-unavailable");
    }
    close_store(&store, &r);
    tg_scope_free(&s);
}

static void a_damaged_row_shows_nothing(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "class=other;id=o1;retailer=R0001;name=柴田;kana=シバタ;point=0200000000000000000001",
        "class=own;id=h1;retailer=HOME;name=田中;kana=タナカ;point=0200000000000000000002", NULL};
    static const char *const sql[] = {
        "UPDATE customer SET row = (SELECT row FROM customer WHERE id = 'o1') WHERE id = 'h1'",
        "UPDATE customer SET row = substr(row, 1, 40) WHERE id = 'h1'",
        "UPDATE customer SET row = substr(row, 1, length(row) - 1) WHERE id = 'h1'",
        "UPDATE customer SET row = CAST(row || x'00' AS BLOB) WHERE id = 'h1'",
        "UPDATE customer SET row = x'' WHERE id = 'h1'",
        "UPDATE customer SET row = 5 WHERE id = 'h1'",
        "DELETE FROM customer WHERE id = 'h1'"};
    for (size_t i = 0; i < sizeof sql / sizeof sql[0]; i++) {
        load_lines(in_scratch("d.db"), rows);
        run_sql(in_scratch("d.db"), sql[i]);
        shows_nothing(in_scratch("d.db"), sql[i]);
    }
    for (size_t i = 0; i < sizeof DAMAGE / sizeof DAMAGE[0]; i++) {
        load_lines(in_scratch("d.db"), rows);
        damage_row(in_scratch("d.db"), DAMAGE[i].at, DAMAGE[i].bits);
        shows_nothing(in_scratch("d.db"), DAMAGE[i].what);
    }
}

/* A row that does not fit on a page: of the members on all its pages those of the mask, and no others. */
static void a_row_of_many_pages(void **state)
{
    (void)state;
    static const enum tg_field fields[] = {TG_F_NAME,     TG_F_ADDRESS, TG_F_METER,  TG_F_POLE,
                                           TG_F_READ_DAY, TG_F_USAGE,   TG_F_ARREARS};
    static char text[7][1000];
    struct tg_customer c = {.id = tg_span_str("big"), .class = tg_span_str("own")};
    struct tg_load *l = NULL;
    struct tg_store *store = NULL;
    struct tg_reader *r = NULL;
    for (size_t i = 0; i < 7; i++) {
        memset(text[i], (int)('a' + i), sizeof text[i]);
        c.value[fields[i]] = tg_span(text[i], sizeof text[i]);
    }
    c.value[TG_F_POINT] = tg_span_str("0200000000000000000001");
    c.value[TG_F_RETAILER] = tg_span_str("HOME");
    assert_int_equal(tg_load_begin(in_scratch("big.db"), companies(), &l), TG_OK);
    assert_int_equal(tg_load_add(l, &c, NULL), TG_OK);
    assert_int_equal(tg_load_commit(&l), TG_OK);
    open_store(in_scratch("big.db"), &store, &r);
    for (tg_mask hidden = 0; hidden < 128; hidden++) {
        tg_mask shown = BIT(RETAILER);
        for (size_t i = 0; i < 7; i++)
            shown |= (hidden >> i & 1) == 0 ? TG_BIT(fields[i]) : 0;
        struct tg_scope *s = scope_home(shown);
        struct answer a = show_id(r, s, "big");
        assert_int_equal(a.rows->n, 1);
        assert_int_equal(a.rows->row[0].fields, shown);
        TG_JSON_AUTO *json = NULL;
        assert_int_equal(tg_json_parse(a.rows->row[0].json, &json), TG_OK);
        assert_int_equal(json_object_size(json), (size_t)__builtin_popcountll(shown));
        for (size_t i = 0; i < 7; i++) {
            const char *value = tg_json_str(json, tg_field_name(fields[i]));
            assert_true((value != NULL) == ((hidden >> i & 1) == 0));
            assert_true(value == NULL || tg_span_eq(tg_span_str(value), tg_span(text[i], 1000)));
        }
        tg_rows_free(&a.rows);
        tg_scope_free(&s);
    }
    close_store(&store, &r);
}

static bool plan_says(sqlite3_stmt *st, const char *what)
{
    char sql[4096];
    sqlite3_stmt *plan = NULL;
    bool only = true;
    (void)snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", sqlite3_sql(st));
    assert_int_equal(sqlite3_prepare_v2(world.reader->db, sql, -1, &plan, NULL), SQLITE_OK);
    size_t n = 0;
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);
        only = only && strncmp(detail, what, strlen(what)) == 0;
        n++;
    }
    (void)sqlite3_finalize(plan);
    return only && n == 1;
}

static void plans_use_keys_only(void **state)
{
    (void)state;
    static const char exact[] =
        "SEARCH find USING PRIMARY KEY (slot=? AND key=? AND (until,ref)>(?,?) AND until<?)";
    static const char prefix[] =
        "SEARCH find USING PRIMARY KEY (slot=? AND (key,until,ref)>(?,?,?) AND key<?)";
    for (unsigned shape = 0; shape < TG_SHAPES; shape++)
        assert_true(plan_says(tg_reader_walk(world.reader, shape, 0),
                              (shape & TG_SHAPE_EXACT) != 0 ? exact : prefix));
}

static void refused_for(const char *sql, const char *why_not)
{
    char why[200];
    static const char *const rows[] = {"class=own;retailer=HOME;name=a;point=0200000000000000000001", NULL};
    struct tg_store *s = NULL;
    load_lines(in_scratch("extra.db"), rows);
    run_sql(in_scratch("extra.db"), sql);
    assert_int_equal(tg_store_open(in_scratch("extra.db"), &s), TG_OK);
    assert_int_equal(tg_store_columns_check(s, why, sizeof why), TG_E_POLICY);
    assert_non_null(strstr(why, why_not));
    tg_store_close(&s);
}

/* B3: what no policy knows, or what is not where it belongs, refuses the start; a reader does not even open a
 * database whose sheets it could not read. */
static void columns_are_classified(void **state)
{
    (void)state;
    char why[200];
    assert_int_equal(tg_store_columns_check(world.store, why, sizeof why), TG_OK);
    refused_for("ALTER TABLE customer ADD COLUMN income TEXT", "income");
    static const struct {
        const char *sql, *why;
    } other[] = {
        {"UPDATE meta SET value = CAST(value || ' income' AS BLOB) WHERE key = 'fields'", "income"},
        {"UPDATE meta SET value = CAST(replace(value, 'phone', 'income') AS BLOB) WHERE key = 'fields'",
         "income"},
        {"UPDATE meta SET value = CAST(replace(value, ' gen_terms', '') AS BLOB) WHERE key = 'fields'",
         "gen_terms"},
        {"UPDATE meta SET value = CAST(replace(value, ' phone', '') AS BLOB) WHERE key = 'fields'", "phone"},
        {"UPDATE meta SET value = CAST(value || ' name' AS BLOB) WHERE key = 'fields'", "order"},
        {"UPDATE meta SET value = CAST('kana name' || substr(value, 10) AS BLOB) WHERE key = 'fields'",
         "order"},
        {"UPDATE meta SET value = x'' WHERE key = 'fields'", "name"},
    };
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        struct tg_store *s = NULL;
        struct tg_reader *r = NULL;
        refused_for(other[i].sql, other[i].why);
        assert_int_equal(tg_store_open(in_scratch("extra.db"), &s), TG_OK);
        assert_int_equal(tg_reader_open(s, &r), TG_E_STORE_DOWN);
        tg_store_close(&s);
    }
    struct tg_store *s = NULL;
    load_lines(in_scratch("extra.db"), CUSTOMERS);
    run_sql(in_scratch("extra.db"), "DELETE FROM meta WHERE key = 'fields'");
    assert_int_equal(tg_store_open(in_scratch("extra.db"), &s), TG_OK);
    assert_int_equal(tg_store_columns_check(s, why, sizeof why), TG_E_STORE_DOWN);
    tg_store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_finds_its_row),
        cmocka_unit_test(loosely_only_when_nothing_is_strict),
        cmocka_unit_test(a_row_comes_once),
        cmocka_unit_test(others_are_as_absent),
        cmocka_unit_test(show_outside_is_as_absent),
        cmocka_unit_test(classes_are_relative),
        cmocka_unit_test(hidden_fields_are_neither_read_nor_searched),
        cmocka_unit_test(gen_point_is_a_field_of_its_own),
        cmocka_unit_test(areas_limit),
        cmocka_unit_test(bad_queries),
        cmocka_unit_test(a_damaged_row_shows_nothing),
        cmocka_unit_test(a_row_of_many_pages),
        cmocka_unit_test(plans_use_keys_only),
        cmocka_unit_test(columns_are_classified),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
