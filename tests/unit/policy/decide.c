/* Every role, company kind, purpose, class and field of the shipped policy against expected.csv, a table
 * written by hand: what it does not name must be refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data.h"
#include "server/admit/staff_make.h"

enum { NOW = 1700000000, MAX_EXPECTED = 64 };

static struct {
    char role[32], company[16], purposes[256];
    enum tg_class class;
    tg_mask fields;
} expected[MAX_EXPECTED];
static size_t n_expected;

static const char *const roles[] = {"retail.counter",
                                    "retail.callcenter",
                                    "retail.dunning",
                                    "retail.contractor",
                                    "nw.operator",
                                    "nw.duty",
                                    "retail.duty",
                                    "emergency.responder",
                                    "emergency.fault",
                                    "emergency.transition",
                                    "auditor",
                                    "directory.admin",
                                    "retail.supervisor",
                                    "policy.admin",
                                    "data.admin",
                                    "retail.counte",
                                    "retail.counterx",
                                    "RETAIL.COUNTER",
                                    "root",
                                    "any",
                                    ""};
static const char *const purposes[] = {"inquiry", "application",  "switching", "moving",
                                       "billing", "construction", "outage",    "",
                                       "Billing", "bill",         "*"};
static const char *const kinds[] = {"retail", "network", "contractor"};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static enum tg_err keep_row(void *ctx, const struct tg_csv_record *r)
{
    (void)ctx;
    assert_true(n_expected < MAX_EXPECTED);
    (void)snprintf(expected[n_expected].role, 32, "%s", data_cell(r, 0, 0));
    (void)snprintf(expected[n_expected].company, 16, "%s", data_cell(r, 1, 1));
    (void)snprintf(expected[n_expected].purposes, 256, "%s", data_cell(r, 2, 2));
    expected[n_expected].class = tg_class_find(data_cell(r, 3, 3));
    assert_true(expected[n_expected].class < TG_C_COUNT);
    expected[n_expected++].fields = data_fields(data_cell(r, 4, 4));
    return TG_OK;
}

static bool lists(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; n > 0 && (at = strstr(at, word)) != NULL; at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

static struct tg_staff staff(const char *role, size_t kind)
{
    struct tg_staff s = {.person = "p1", .company = "TOHOKU", .areas = "02203 02202", .employer = "ITAKU"};
    (void)snprintf(s.role, sizeof s.role, "%s", role);
    s.company_kind = (enum tg_company_kind)kind;
    return s;
}

/* The table's answer: the fields by class, and the error when there is none at all. */
static enum tg_err from_table(const char *role, size_t kind, const char *purpose, tg_mask fields[TG_C_COUNT])
{
    bool has_role = false, has_purpose = false;
    memset(fields, 0, TG_C_COUNT * sizeof *fields);
    for (size_t i = 0; i < n_expected; i++) {
        if (strcmp(expected[i].role, role) != 0 || strcmp(expected[i].company, kinds[kind]) != 0)
            continue;
        has_role = true;
        if (!lists(expected[i].purposes, purpose))
            continue;
        has_purpose = true;
        assert_int_equal(fields[expected[i].class], 0);
        fields[expected[i].class] = expected[i].fields;
    }
    return has_purpose ? TG_OK : has_role ? TG_E_PURPOSE : TG_E_FORBIDDEN;
}

static void check_why(const struct tg_policy *p, const struct tg_scope *scope, size_t i, enum tg_field f)
{
    const struct tg_clause *c = tg_scope_clause(scope, i);
    struct tg_why why = tg_policy_why(p, scope, i, f);
    assert_true(why.rule[0] != '\0');
    if ((c->fields & TG_BIT(f)) != 0) {
        assert_string_equal(why.rule, c->rule);
        assert_string_equal(why.reason_ja, "");
        return;
    }
    assert_string_not_equal(why.rule, c->rule);
    assert_true(strlen(why.reason_ja) > 10 && strlen(why.reason_en) > 10);
    assert_true(strlen(why.next_ja) > 10 && strlen(why.next_en) > 10);
}

static void check_scope(const struct tg_policy *p, const struct tg_scope *scope,
                        const tg_mask fields[TG_C_COUNT])
{
    tg_mask seen[TG_C_COUNT] = {0};
    for (size_t i = 0; i < tg_scope_count(scope); i++) {
        const struct tg_clause *c = tg_scope_clause(scope, i);
        assert_true(c->class < TG_C_COUNT && c->fields != 0 && seen[c->class] == 0);
        assert_int_equal(c->fields & ~tg_scope_catalogue(scope, i), 0);
        assert_int_equal(c->fields & ~TG_MASK_ALL, 0);
        assert_string_equal(c->company, "TOHOKU");
        assert_string_equal(c->areas, "02203 02202");
        seen[c->class] = c->fields;
        for (unsigned f = 0; f < TG_F_COUNT; f++)
            check_why(p, scope, i, (enum tg_field)f);
    }
    assert_memory_equal(seen, fields, sizeof seen);
}

static void everything(void **state)
{
    size_t open = 0, closed = 0;
    struct tg_policy *p = data_policy(NULL);
    (void)state;
    for (size_t r = 0; r < COUNT(roles); r++) {
        for (size_t i = 0; i < COUNT(purposes) * COUNT(kinds); i++) {
            const char *purpose = purposes[i / COUNT(kinds)];
            size_t kind = i % COUNT(kinds);
            struct tg_staff s = staff(roles[r], kind);
            struct tg_scope *scope = NULL;
            tg_mask fields[TG_C_COUNT];
            enum tg_err want = from_table(roles[r], kind, purpose, fields);
            assert_int_equal(
                tg_policy_decide(p, &s, &(struct tg_matter){.purpose = purpose, .now = NOW}, &scope), want);
            open += want == TG_OK;
            closed += want != TG_OK;
            if (want != TG_OK) {
                assert_null(scope);
                continue;
            }
            check_scope(p, scope, fields);
            tg_scope_free(&scope);
            assert_null(scope);
        }
    }
    assert_int_equal(open, 7 + 7 + 2 + 5 + 6);
    assert_int_equal(open + closed, COUNT(roles) * COUNT(purposes) * COUNT(kinds));
    tg_policy_unref(&p);
}

/* Retail scopes hold own and former and nothing else: said again, without the table. */
static void retail_sees_its_own_only(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    (void)state;
    for (size_t r = 0; r < 4; r++) {
        struct tg_staff s = staff(roles[r], TG_COMPANY_RETAIL);
        struct tg_scope *scope = NULL;
        assert_int_equal(
            tg_policy_decide(p, &s, &(struct tg_matter){.purpose = "inquiry", .now = NOW}, &scope), TG_OK);
        assert_int_equal(tg_scope_count(scope), 2);
        assert_int_equal(tg_scope_clause(scope, 0)->class, TG_C_OWN);
        assert_int_equal(tg_scope_clause(scope, 1)->class, TG_C_FORMER);
        tg_mask current = data_fields("contract_status retailer usage meter capacity");
        assert_int_equal(tg_scope_clause(scope, 1)->fields & current, 0);
        tg_scope_free(&scope);
    }
    tg_policy_unref(&p);
}

/* What the terminal could never change, the rest of the person cannot change either: same role, company kind
 * and purpose, same masks; the company and the areas are only handed on. The texts do not point into the
 * staff.
 */
static void only_role_and_purpose_count(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tg_staff a = staff("nw.operator", TG_COMPANY_NETWORK), b = a;
    struct tg_scope *x = NULL, *y = NULL;
    (void)state;
    (void)snprintf(b.person, sizeof b.person, "somebody-else");
    (void)snprintf(b.office, sizeof b.office, "本店");
    (void)snprintf(b.company, sizeof b.company, "OTHER-NW");
    b.areas[0] = '\0';
    assert_int_equal(tg_policy_decide(p, &a, &(struct tg_matter){.purpose = "outage", .now = NOW}, &x),
                     TG_OK);
    assert_int_equal(tg_policy_decide(p, &b, &(struct tg_matter){.purpose = "outage", .now = 0}, &y), TG_OK);
    memset(&b, 'x', sizeof b);
    assert_int_equal(tg_scope_count(x), tg_scope_count(y));
    for (size_t i = 0; i < tg_scope_count(x); i++) {
        assert_int_equal(tg_scope_clause(x, i)->fields, tg_scope_clause(y, i)->fields);
        assert_int_equal(tg_scope_clause(x, i)->class, tg_scope_clause(y, i)->class);
        assert_string_equal(tg_scope_clause(y, i)->company, "OTHER-NW");
        assert_string_equal(tg_scope_clause(y, i)->areas, "");
    }
    tg_scope_free(&x);
    tg_scope_free(&y);
    tg_policy_unref(&p);
}

/* A new policy comes into force between the decision and the answer: for whoever still holds the old one, the
 * scope speaks for the old one, also when it is asked with the new one in hand.
 */
static void scope_speaks_for_its_policy(void **state)
{
    struct tg_policy *old = data_policy(NULL), *fresh = data_policy("small.policy");
    struct tg_staff s = staff("retail.counter", TG_COMPANY_RETAIL);
    struct tg_scope *scope = NULL;
    char digest[65];
    (void)state;
    (void)snprintf(digest, sizeof digest, "%s", tg_policy_digest(old));
    assert_int_equal(tg_policy_decide(old, &s, &(struct tg_matter){.purpose = "inquiry", .now = NOW}, &scope),
                     TG_OK);
    struct tg_policy *held = tg_policy_ref(old);
    tg_policy_unref(&old);
    assert_string_equal(tg_scope_digest(scope), digest);
    assert_string_not_equal(tg_policy_digest(fresh), digest);
    assert_string_equal(tg_scope_clause(scope, 0)->rule, "retail-own");
    assert_string_equal(tg_policy_why(fresh, scope, 0, TG_F_POLE).rule, "pole");
    assert_string_equal(tg_policy_why(fresh, scope, 0, TG_F_ARREARS).rule, "arrears-for-billing");
    tg_scope_free(&scope);
    tg_policy_unref(&held);
    tg_policy_unref(&fresh);
}

static void out_of_range(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tg_staff s = staff("retail.counter", TG_COMPANY_RETAIL);
    struct tg_scope *scope = NULL;
    (void)state;
    assert_int_equal(tg_policy_decide(p, &s, &(struct tg_matter){.purpose = "inquiry", .now = NOW}, &scope),
                     TG_OK);
    assert_null(tg_scope_clause(scope, 2));
    assert_int_equal(tg_scope_catalogue(scope, 2), 0);
    assert_non_null(tg_policy_why(p, scope, 2, TG_F_NAME).reason_ja);
    assert_non_null(tg_policy_why(p, scope, 0, TG_F_COUNT).next_en);
    tg_scope_free(&scope);
    tg_scope_free(&scope);
    tg_policy_unref(&p);
}

static void names(void **state)
{
    (void)state;
    for (unsigned f = 0; f < TG_F_COUNT; f++)
        assert_int_equal(tg_field_find(tg_field_name((enum tg_field)f)), f);
    for (unsigned c = 0; c < TG_C_COUNT; c++)
        assert_int_equal(tg_class_find(tg_class_name((enum tg_class)c)), c);
    assert_null(tg_field_name(TG_F_COUNT));
    assert_null(tg_class_name(TG_C_COUNT));
    assert_int_equal(tg_field_find("Name"), TG_F_COUNT);
    assert_int_equal(tg_class_find(""), TG_C_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything),
        cmocka_unit_test(retail_sees_its_own_only),
        cmocka_unit_test(only_role_and_purpose_count),
        cmocka_unit_test(scope_speaks_for_its_policy),
        cmocka_unit_test(out_of_range),
        cmocka_unit_test(names),
    };
    data_rows("expected.csv", keep_row, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
