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
    assert_int_equal(tg_store_open(in_scratch("c.db"), &store), TG_OK);
    assert_int_equal(tg_reader_open(store, &reader), TG_OK);
    return 0;
}

static int end(void **state)
{
    (void)state;
    tg_reader_close(&reader);
    tg_store_close(&store);
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
        cmocka_unit_test(network_sees_the_rest),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
