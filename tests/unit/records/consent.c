/* A clause that is limited to one supply point (a customer's consent, B14): the record of that point, by the
 * point or by its id, and nothing by anything else. */
#include "tests/unit/records/fixture.h"

#include "certs/base/text.h"
#include "server/records/reader.h"

#define BIT(f) TG_BIT(TG_F_##f)
#define POINT "0200000000000000000002"
#define SHOWN (BIT(POINT) | BIT(ADDRESS) | BIT(CAPACITY))

static const char *const CUSTOMERS[] = {
    "class=own;id=own;retailer=HOME;area=02203;name=山田 太郎;kana=ヤマダ タロウ;phone=0178450001;"
    "point=0200000000000000000001;customer_no=1;address=八戸市内丸1-1;capacity=30A",
    /* whose consent it is; and who was there before, and comes after */
    "class=other;id=his;retailer=R0001;area=02203;name=柴田 太郎;kana=シバタ タロウ;phone=0178450002;"
    "point=" POINT ";customer_no=2;address=八戸市内丸1-2;capacity=40A",
    "class=other;id=before;retailer=R0002;area=02203;name=前川 始;kana=マエカワ ハジメ;phone=0178450003;"
    "point=" POINT ";customer_no=3;address=八戸市内丸1-2;capacity=20A;contract_end=2020-03-31",
    "class=former;id=once;retailer=HOME;area=02203;name=元木 元;kana=モトキ ハジメ;phone=0178450004;"
    "point=" POINT ";customer_no=4;address=八戸市内丸1-2;capacity=20A;contract_end=2018-03-31",
    "class=other;id=next;retailer=R0001;area=02203;name=隣 次郎;kana=トナリ ジロウ;phone=0178450005;"
    "point=0200000000000000000003;customer_no=5;address=八戸市内丸1-2;capacity=50A",
    /* the consent's point as a generator's, and a generator at it */
    "class=generator-other;id=sun;retailer=R0001;area=02203;name=柴田 太郎;kana=シバタ タロウ;"
    "phone=0178450002;point=" POINT ";gen_point=0200000000000000000009;address=八戸市内丸1-2",
    "class=generator-other;id=sun2;retailer=R0001;area=02203;name=陽 光;kana=ヨウ ヒカル;"
    "gen_point=" POINT ";address=八戸市内丸1-9",
    "class=vacant;id=void;area=02203;point=0200000000000000000004;address=八戸市内丸1-4", NULL};

static struct tg_store *store;
static struct tg_reader *reader;

static int begin(void **state)
{
    (void)state;
    load_lines(in_scratch("c.db"), CUSTOMERS);
    open_store(in_scratch("c.db"), &store, &reader);
    return 0;
}

static int end(void **state)
{
    (void)state;
    close_store(&store, &reader);
    scratch_remove();
    return 0;
}

/* HOME's own and former, and others at one point. The policy may put the clause anywhere. */
static struct tg_scope *with_consent(const char *point, const char *basis, tg_mask fields, bool first)
{
    struct tg_clause c[] = {{TG_C_OTHER, "HOME", "", fields, "consent", point, basis},
                            {TG_C_OWN, "HOME", "", TG_MASK_ALL, "own", NULL, NULL},
                            {TG_C_FORMER, "HOME", "", TG_MASK_ALL & ~BIT(PHONE), "former", NULL, NULL},
                            {TG_C_OTHER, "HOME", "", fields, "consent", point, basis}};
    return scope_of(3, first ? c : c + 1);
}

static void finds(const struct tg_scope *s, enum tg_by by, const char *text, const char *ids)
{
    const char *got = ids_of(search_for(reader, s, by, text));
    if (strcmp(got, ids) != 0)
        print_error("%d %s\n", (int)by, text);
    assert_string_equal(got, ids);
}

static void opens_its_point(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) {
        struct tg_scope *s = with_consent(POINT, "K-1", SHOWN, first == 1);
        finds(s, TG_BY_POINT, POINT, "once,his"); /* once is HOME's own former customer there */
        finds(s, TG_BY_POINT, "02-0000-0000-0000-0000-0002", "once,his");
        finds(s, TG_BY_GUESS, POINT, "once,his");
        struct answer a = show_id(reader, s, "his");
        assert_int_equal(a.err, TG_OK);
        assert_int_equal(a.rows->n, 1);
        assert_string_equal(tg_scope_clause(s, a.rows->row[0].clause)->basis, "K-1");
        assert_int_equal(a.rows->row[0].fields, SHOWN);
        assert_true(tg_span_is(a.rows->row[0].json, "{\"address\":\"八戸市内丸1-2\",\"point\":\"" POINT
                                                    "\",\"capacity\":\"40A\"}"));
        tg_rows_free(&a.rows);
        finds(s, TG_BY_KANA, "ヤマダ", "own"); /* what was open before is open still */
        finds(s, TG_BY_POINT, "0200000000000000000001", "own");
        assert_string_equal(ids_of(show_id(reader, s, "own")), "own");
        assert_string_equal(ids_of(show_id(reader, s, "once")), "once");
        tg_scope_free(&s);
    }
}

static void opens_nothing_else(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) {
        struct tg_scope *s = with_consent(POINT, "K-1", TG_MASK_ALL, first == 1);
        finds(s, TG_BY_POINT, "0200000000000000000003", "");
        finds(s, TG_BY_POINT, "0200000000000000000004", "");
        finds(s, TG_BY_POINT, "0200000000000000000009", ""); /* the generator's point of who consented */
        finds(s, TG_BY_KANA, "シバタ", "");
        finds(s, TG_BY_KANA, "シハタ", ""); /* loosely */
        finds(s, TG_BY_NAME, "柴田", "");
        finds(s, TG_BY_PHONE, "0178450002", "");
        finds(s, TG_BY_CUSTOMER, "2", "");
        finds(s, TG_BY_ADDRESS, "八戸市内丸1-2", "once");
        finds(s, TG_BY_POINT, "020000000000000000000", "query"); /* a beginning of it */
        finds(s, TG_BY_POINT, "02000000000000000", "query-gas");
        static const char *const ids[] = {"before", "next", "sun", "sun2", "void", "hi", "hisx", "HIS"};
        for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
            assert_string_equal(ids_of(show_id(reader, s, ids[i])), "");
        tg_scope_free(&s);
    }
}

/* Whatever is asked under a consent for another point, the work is that for nobody. */
static void others_stay_as_absent(void **state)
{
    (void)state;
    static const struct {
        enum tg_by by;
        const char *other, *absent;
    } pairs[] = {
        {TG_BY_POINT, "0200000000000000000003", "0200000000000000099999"},
        {TG_BY_KANA, "シバタ", "シバヤ"},
        {TG_BY_PHONE, "0178450002", "0178459999"},
        {TG_BY_CUSTOMER, "2", "99"},
        {TG_BY_NAME, "柴田", "柴山"},
    };
    struct tg_scope *s = with_consent(POINT, "K-1", TG_MASK_ALL, true);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        (void)tg_reader_steps(reader);
        finds(s, pairs[i].by, pairs[i].other, "");
        uint64_t steps = tg_reader_steps(reader);
        finds(s, pairs[i].by, pairs[i].absent, "");
        assert_int_equal(steps, tg_reader_steps(reader));
    }
    static const char *const ids[] = {"next", "before", "sun", "zzzz"};
    uint64_t steps = 0;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        assert_string_equal(ids_of(show_id(reader, s, ids[i])), "");
        uint64_t now = tg_reader_steps(reader);
        assert_true(i == 0 || now == steps);
        steps = now;
    }
    tg_scope_free(&s);
}

/* A point that is none, or that only looks like one, opens nothing: not everything. */
static void no_point_opens_nothing(void **state)
{
    (void)state;
    static const char *const points[] = {"",
                                         "02",
                                         "020000000000000000000",
                                         "02000000000000000000021",
                                         "99999999999999999999999",
                                         "020000000000000000000x",
                                         "02000000000000000",
                                         "%",
                                         "0178450002"};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        struct tg_scope *s = with_consent(points[i], "K-1", TG_MASK_ALL, true);
        finds(s, TG_BY_POINT, POINT, "once");
        finds(s, TG_BY_KANA, "シバタ", "");
        assert_string_equal(ids_of(show_id(reader, s, "his")), "");
        assert_string_equal(ids_of(show_id(reader, s, "next")), "");
        tg_scope_free(&s);
    }
}

static void limits_hold_under_a_consent(void **state)
{
    (void)state;
    struct tg_clause hidden[] = {{TG_C_OTHER, "HOME", "", BIT(ADDRESS), "consent", POINT, "K-1"}};
    struct tg_scope *s = scope_of(1, hidden); /* the point itself is hidden: it is no way to search */
    finds(s, TG_BY_POINT, POINT, "");
    assert_string_equal(ids_of(show_id(reader, s, "his")), "his");
    tg_scope_free(&s);
    struct tg_clause away[] = {{TG_C_OTHER, "HOME", "02201", SHOWN, "consent", POINT, "K-1"}};
    s = scope_of(1, away);
    finds(s, TG_BY_POINT, POINT, "");
    assert_string_equal(ids_of(show_id(reader, s, "his")), "");
    tg_scope_free(&s);
    struct tg_clause resort[] = {{TG_C_LAST_RESORT, "HOME", "", SHOWN, "consent", POINT, "K-1"}};
    s = scope_of(1, resort);
    finds(s, TG_BY_POINT, POINT, "");
    tg_scope_free(&s);
    struct tg_clause own[] = {{TG_C_OTHER, "R0001", "", SHOWN, "consent", POINT, "K-1"}};
    s = scope_of(1, own); /* its own customer is no other's */
    finds(s, TG_BY_POINT, POINT, "");
    tg_scope_free(&s);
}

static enum tg_err go_on(const struct tg_scope *s, struct tg_span cursor)
{
    struct answer a = search_page(
        reader, s,
        (struct tg_query){.by = TG_BY_POINT, .text = tg_span_str(POINT), .limit = 1, .cursor = cursor});
    tg_rows_free(&a.rows);
    return a.err;
}

/* A cursor is good for the consent that it was made under, and for no other way of asking. */
static void cursors_belong_to_the_consent(void **state)
{
    (void)state;
    struct tg_scope *s = with_consent(POINT, "K-1", SHOWN, true);
    struct tg_scope *again = with_consent(POINT, "K-1", SHOWN, true);
    struct answer a =
        search_page(reader, s, (struct tg_query){.by = TG_BY_POINT, .text = tg_span_str(POINT), .limit = 1});
    assert_int_equal(a.err, TG_OK);
    assert_true(a.rows->cursor.n > 0);
    struct tg_span cursor = tg_span_buf(&a.rows->cursor);
    assert_int_equal(go_on(again, cursor), TG_OK);
    struct tg_scope * not [] = {scope_home(TG_MASK_ALL),
                                with_consent(POINT, "K-2", SHOWN, true),
                                with_consent(POINT, NULL, SHOWN, true),
                                with_consent("0200000000000000000003", "K-1", SHOWN, true),
                                with_consent(NULL, "K-1", SHOWN, true),
                                with_consent(POINT, "", SHOWN, true)};
    for (size_t i = 0; i < sizeof not / sizeof not [0]; i++) {
        assert_int_equal(go_on(not [i], cursor), TG_E_CURSOR);
        tg_scope_free(&not [i]);
    }
    tg_rows_free(&a.rows);
    tg_scope_free(&s);
    tg_scope_free(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_its_point),
        cmocka_unit_test(opens_nothing_else),
        cmocka_unit_test(others_stay_as_absent),
        cmocka_unit_test(no_point_opens_nothing),
        cmocka_unit_test(limits_hold_under_a_consent),
        cmocka_unit_test(cursors_belong_to_the_consent),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
