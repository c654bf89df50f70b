/* The shipped policy and the store together: what a role may see is what its searches find, and nothing else.
 */
#include "tests/unit/records/fixture.h"

#include "certs/base/file.h"
#include "server/admit/staff_make.h"
#include "server/policy/policy.h"
#include "server/records/reader.h"

static struct tg_policy *policy;
static struct tg_store *store;
static struct tg_reader *reader;

static const char *const CUSTOMERS[] = {
    "class=own;id=own;retailer=HOME;area=02203;name=柴田 一;kana=シバタ ハジメ;phone=0178450001;"
    "point=0200000000000000000001;customer_no=1;address=八戸市内丸1-1;pole=内丸001;usage=300;arrears=1200",
    "class=former;id=former;retailer=HOME;area=02203;name=柴田 二;kana=シバタ ニロウ;phone=0178450002;"
    "point=0200000000000000000002;customer_no=2;address=八戸市内丸1-2;contract_end=2022-03-31;usage=200",
    "class=other;id=other;retailer=R0001;area=02203;name=柴田 三;kana=シバタ サン;phone=0178450003;"
    "point=0200000000000000000003;customer_no=3;address=八戸市内丸1-3;usage=100;arrears=5",
    "class=last-resort;id=last;retailer=NW;area=02203;name=柴田 四;kana=シバタ シ;phone=0178450004;"
    "point=0200000000000000000004;customer_no=4;address=八戸市内丸1-4",
    "class=generator-own;id=gen;retailer=HOME;area=02203;name=柴田 五;kana=シバタ ゴ;phone=0178450005;"
    "gen_point=0200000000000000000005;address=八戸市内丸1-5",
    "class=generator-other;id=gen2;retailer=R0001;area=02203;name=柴田 六;kana=シバタ ロク;phone=0178450006;"
    "gen_point=0200000000000000000006;address=八戸市内丸1-6",
    "class=vacant;id=vacant;area=02203;point=0200000000000000000007;address=八戸市内丸1-7",
    NULL};

static int begin(void **state)
{
    (void)state;
    struct tg_policy_fault fault;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    assert_int_equal(tg_file_read(getenv("POLICY"), &text), TG_OK);
    assert_int_equal(tg_policy_compile(tg_span_buf(&text), &policy, &fault), TG_OK);
    load_lines(in_scratch("c.db"), CUSTOMERS);
    open_store(in_scratch("c.db"), &store, &reader);
    return 0;
}

static int end(void **state)
{
    (void)state;
    close_store(&store, &reader);
    tg_policy_unref(&policy);
    scratch_remove();
    return 0;
}

static struct tg_scope *scope(const char *role, const char *company, const char *areas, const char *purpose)
{
    struct tg_staff staff = {.person = "p", .company_kind = TG_COMPANY_RETAIL};
    struct tg_scope *s = NULL;
    if (strcmp(company, "NW") == 0)
        staff.company_kind = TG_COMPANY_NETWORK;
    struct tg_matter m = {.purpose = purpose, .now = 1700000000};
    (void)snprintf(staff.role, sizeof staff.role, "%s", role);
    (void)snprintf(staff.company, sizeof staff.company, "%s", company);
    (void)snprintf(staff.employer, sizeof staff.employer, "%s", company);
    (void)snprintf(staff.areas, sizeof staff.areas, "%s", areas);
    assert_int_equal(tg_policy_decide(policy, &staff, &m, &s), TG_OK);
    return s;
}

static void sees(struct tg_scope *s, const char *ids)
{
    assert_string_equal(ids_of(search_for(reader, s, TG_BY_ADDRESS, "八戸市内丸")), ids);
    for (size_t i = 0; i < 7; i++) {
        static const char *const all[] = {"own", "former", "other", "last", "gen", "gen2", "vacant"};
        bool visible = false;
        char copy[64];
        char *save = NULL;
        (void)snprintf(copy, sizeof copy, "%s", ids);
        for (char *id = strtok_r(copy, ",", &save); id != NULL; id = strtok_r(NULL, ",", &save))
            visible = visible || strcmp(id, all[i]) == 0;
        assert_string_equal(ids_of(show_id(reader, s, all[i])), visible ? all[i] : "");
    }
}

static void retail_sees_its_own(void **state)
{
    (void)state;
    static const char *const roles[] = {"retail.counter", "retail.callcenter", "retail.contractor"};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        struct tg_scope *s = scope(roles[i], "HOME", "", "inquiry");
        sees(s, "own,former");
        (void)tg_reader_steps(reader);
        assert_string_equal(ids_of(search_for(reader, s, TG_BY_PHONE, "0178450003")), "");
        uint64_t steps = tg_reader_steps(reader);
        assert_string_equal(ids_of(search_for(reader, s, TG_BY_PHONE, "0178459999")), "");
        assert_int_equal(steps, tg_reader_steps(reader));
        tg_scope_free(&s);
        s = scope(roles[i], "R0001", "", "inquiry");
        sees(s, "other");
        tg_scope_free(&s);
        s = scope(roles[i], "HOME", "02201", "inquiry");
        sees(s, "");
        tg_scope_free(&s);
    }
}

/* B12: whoever it is that must not be seen, and whoever does not exist, are the same work, in every kind of
 * search and by id, whether the key that the seek ends at is near or far. */
static void equal_work(struct tg_scope *s, enum tg_by by, const char *const *texts)
{
    uint64_t steps = 0;
    (void)tg_reader_steps(reader);
    for (size_t i = 0; texts[i] != NULL; i++) {
        struct answer a =
            by == TG_BY_GUESS ? show_id(reader, s, texts[i]) : search_for(reader, s, by, texts[i]);
        uint64_t now = tg_reader_steps(reader);
        assert_int_equal(a.err, TG_OK);
        assert_int_equal(a.rows->n, 0);
        assert_int_equal(a.rows->text.n + a.rows->cursor.n, 0);
        tg_rows_free(&a.rows);
        if (i > 0 && now != steps)
            print_error("%s: %d steps, not %d\n", texts[i], (int)now, (int)steps);
        assert_true(i == 0 || now == steps);
        steps = now;
    }
    assert_true(steps > 0);
}

static void others_are_the_work_of_nobody(void **state)
{
    (void)state;
    static const char *const roles[] = {"retail.counter", "retail.callcenter", "retail.dunning",
                                        "retail.contractor"};
    static const char *const companies[] = {"HOME", "R0002"}; /* the latter has nobody, and the last number */
    static const char *const phones[] = {"0178450003", "0178450004",  "0178450006", "0178459999",
                                         "0110000000", "09099999999", NULL};
    static const char *const points[] = {"0200000000000000000003",
                                         "0200000000000000000006",
                                         "0200000000000000000007",
                                         "0200000000000000009999",
                                         "0100000000000000000000",
                                         "1099999999999999999999",
                                         NULL};
    static const char *const numbers[] = {"3", "4", "77", "0", "ZZZZZZ", NULL};
    static const char *const kana[] = {"シバタサン", "シバタロク", "シバタアア",
                                       "アアアアア", "ンンンンン", NULL};
    static const char *const names[] = {"柴田三", "柴田六", "柴田百", "一一一", "龠龠龠", NULL};
    static const char *const places[] = {"八戸市内丸1-3", "八戸市内丸1-7", "八戸市内丸1-9",
                                         "内丸1-3",       "八戸市根城1-1", NULL};
    static const char *const ids[] = {"other", "last", "gen", "gen2", "vacant", "0", "nobody", "zzzzz", NULL};
    for (size_t i = 0; i < 8; i++) {
        struct tg_scope *s = scope(roles[i / 2], companies[i % 2], "", "inquiry");
        equal_work(s, TG_BY_PHONE, phones);
        equal_work(s, TG_BY_POINT, points);
        equal_work(s, TG_BY_CUSTOMER, numbers);
        equal_work(s, TG_BY_KANA, kana);
        equal_work(s, TG_BY_NAME, names);
        equal_work(s, TG_BY_ADDRESS, places);
        equal_work(s, TG_BY_GUESS, ids);
        tg_scope_free(&s);
    }
    /* a former customer's phone, which the contractor must not see either */
    static const char *const formers[] = {"0178450002", "0178450003", "0178459999", NULL};
    struct tg_scope *s = scope("retail.contractor", "HOME", "", "inquiry");
    equal_work(s, TG_BY_PHONE, formers);
    tg_scope_free(&s);
}

static struct tg_scope *contractor_at(tg_sec now)
{
    struct tg_staff staff = {.person = "p", .company_kind = TG_COMPANY_RETAIL};
    struct tg_scope *s = NULL;
    struct tg_matter m = {.purpose = "inquiry", .now = now};
    (void)snprintf(staff.role, sizeof staff.role, "retail.contractor");
    (void)snprintf(staff.company, sizeof staff.company, "HOME");
    assert_int_equal(tg_policy_decide(policy, &staff, &m, &s), TG_OK);
    return s;
}

/* The business day is Japan's: a contract ends at midnight there, not in Greenwich. */
static void the_day_ends_in_japan(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "class=own;id=ends;retailer=HOME;name=柴田 一;kana=シバタ ハジメ;phone=0178450001;"
        "point=0200000000000000000001;address=八戸市内丸1-1;contract_end=2024-03-31",
        NULL};
    static const tg_sec midnight = 1711897200; /* 2024-04-01T00:00:00+09:00 */
    struct tg_store *other = NULL;
    struct tg_reader *was = reader;
    load_lines(in_scratch("m.db"), rows);
    open_store(in_scratch("m.db"), &other, &reader);
    static const struct {
        tg_sec at;
        enum tg_class class;
    } moments[] = {{midnight - 86400, TG_C_OWN},
                   {midnight - 1, TG_C_OWN},
                   {midnight, TG_C_FORMER},
                   {midnight + 1, TG_C_FORMER},
                   {midnight + 32400, TG_C_FORMER}};
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        struct tg_scope *s = contractor_at(moments[i].at);
        struct answer a = search_for(reader, s, TG_BY_KANA, "シバタ");
        assert_int_equal(a.rows->n, 1);
        assert_int_equal(a.rows->row[0].class, moments[i].class);
        assert_int_equal((a.rows->row[0].fields & TG_BIT(TG_F_PHONE)) != 0, moments[i].class == TG_C_OWN);
        tg_rows_free(&a.rows);
        assert_string_equal(ids_of(search_for(reader, s, TG_BY_PHONE, "0178450001")),
                            moments[i].class == TG_C_OWN ? "ends" : "");
        tg_scope_free(&s);
    }
    close_store(&other, &reader);
    reader = was;
}

static void network_sees_the_rest(void **state)
{
    (void)state;
    struct tg_scope *s = scope("nw.operator", "NW", "", "inquiry");
    sees(s, "own,former,other,last,gen,gen2,vacant");
    struct answer a = search_for(reader, s, TG_BY_ADDRESS, "八戸市内丸");
    for (size_t i = 0; i < a.rows->n; i++) {
        const struct tg_row *row = &a.rows->row[i];
        assert_true(row->class != TG_C_OWN && row->class != TG_C_FORMER && row->class != TG_C_GENERATOR_OWN);
        assert_int_equal(row->fields & TG_BIT(TG_F_ARREARS), 0);
        assert_int_equal(row->fields & ~tg_scope_clause(s, row->clause)->fields, 0);
    }
    tg_rows_free(&a.rows);
    tg_scope_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retail_sees_its_own),
        cmocka_unit_test(others_are_the_work_of_nobody),
        cmocka_unit_test(the_day_ends_in_japan),
        cmocka_unit_test(network_sees_the_rest),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
