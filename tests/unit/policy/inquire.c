/* What may be asked of the network company, and what whoever answers sees of it. Everything that is not the
 * consent's point, company, purpose and day, and everything beyond the statement, is tried and opens nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data.h"
#include "server/admit/staff_make.h"
#include "server/policy/inquire.h"

enum { MIDNIGHT = 1699974000, TODAY = 19676, DAY = 86400 };
#define POINT "0212345678901234567890"
#define AT_ONCE "postcode address point capacity current_limit supply_method read_day"

static const struct tg_consent good = {.ref = "C-2023-0001",
                                       .company = "TOHOKU",
                                       .point = POINT,
                                       .purpose = "switching",
                                       .from = TODAY,
                                       .to = TODAY + 30};

static struct tg_staff staff(const char *role, enum tg_company_kind kind)
{
    struct tg_staff s = {.person = "p1", .company = "TOHOKU", .areas = "", .company_kind = kind};
    (void)snprintf(s.role, sizeof s.role, "%s", role);
    return s;
}

struct attempt {
    const char *role, *purpose;
    const struct tg_consent *consent;
    enum tg_inquire what;
    const char *fields;
    tg_sec now;
};

static enum tg_err inquire(const struct tg_policy *p, const struct attempt *a, struct tg_scope **ret)
{
    struct tg_staff s = staff(a->role, TG_COMPANY_RETAIL);
    struct tg_matter m = {.purpose = a->purpose, .now = a->now, .consent = a->consent};
    struct tg_question q = {.what = a->what, .fields = data_fields(a->fields)};

    return tg_policy_inquire(p, &s, &m, &q, ret);
}

/* One clause, of the consent's point, with just these fields, and nothing hidden beside them. */
static void opens(const struct tg_policy *p, const struct attempt *a, const char *fields)
{
    struct tg_scope *scope = NULL;

    assert_int_equal(inquire(p, a, &scope), TG_OK);
    assert_int_equal(tg_scope_count(scope), 1);
    const struct tg_clause *c = tg_scope_clause(scope, 0);
    assert_int_equal(c->class, TG_C_OTHER);
    assert_int_equal(c->fields, data_fields(fields));
    assert_int_equal(tg_scope_catalogue(scope, 0), c->fields);
    assert_string_equal(c->point, POINT);
    assert_string_equal(c->basis, "C-2023-0001");
    assert_string_equal(c->company, "TOHOKU");
    assert_string_equal(c->rule, "switching-question");
    assert_string_equal(tg_scope_consent(scope)->ref, "C-2023-0001");
    tg_scope_free(&scope);
}

static void refuses(const struct tg_policy *p, const struct attempt *a, enum tg_err why)
{
    struct tg_scope *scope = NULL;

    assert_int_equal(inquire(p, a, &scope), why);
    assert_null(scope);
}

static void opens_what_is_asked(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct attempt a = {"retail.counter", "switching", &good, TG_INQUIRE_AT_ONCE, AT_ONCE, MIDNIGHT};

    (void)state;
    opens(p, &a, AT_ONCE);
    a.fields = "capacity";
    opens(p, &a, "capacity");
    a.what = TG_INQUIRE_ANSWER;
    opens(p, &a, "capacity");
    a.fields = "meter night_equipment";
    opens(p, &a, "meter night_equipment");
    a.what = TG_INQUIRE_COMPARE;
    opens(p, &a, "name kana point");
    a.role = "retail.callcenter";
    opens(p, &a, "name kana point");
    tg_policy_unref(&p);
}

/* Never more than the statement says, and never a part of what was too much. */
static void not_more(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct attempt a = {"retail.counter", "switching", &good, TG_INQUIRE_AT_ONCE, "meter", MIDNIGHT};
    tg_mask most = data_fields(AT_ONCE " meter night_equipment");

    (void)state;
    refuses(p, &a, TG_E_INQUIRY_FIELDS); /* only the service center says that */
    a.fields = "";
    refuses(p, &a, TG_E_INQUIRY_FIELDS);
    a.what = TG_INQUIRE_ANSWER;
    refuses(p, &a, TG_E_INQUIRY_FIELDS);
    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        char two[64];

        (void)snprintf(two, sizeof two, "capacity %s", tg_field_name((enum tg_field)f));
        a.fields = two;
        if ((most & TG_BIT(f)) == 0) {
            refuses(p, &a, TG_E_INQUIRY_FIELDS);
        }
    }
    tg_policy_unref(&p);
}

static void not_without_a_consent(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tg_consent wrong[6];
    static const enum tg_inquire parts[] = {TG_INQUIRE_COMPARE, TG_INQUIRE_AT_ONCE, TG_INQUIRE_ANSWER};

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        wrong[i] = good;
    }
    (void)snprintf(wrong[0].company, sizeof wrong[0].company, "R0001");
    (void)snprintf(wrong[1].purpose, sizeof wrong[1].purpose, "moving");
    wrong[2].from = TODAY + 1;
    wrong[3].from = TODAY - 2;
    wrong[3].to = TODAY - 1;
    wrong[4].point[3] = '\0';
    wrong[5].ref[0] = '\0';
    for (size_t k = 0; k < 3; k++) {
        struct attempt a = {"retail.counter", "switching", NULL, parts[k], "capacity", MIDNIGHT};

        refuses(p, &a, TG_E_INQUIRY_CONSENT);
        for (size_t i = 0; i < 6; i++) {
            a.consent = &wrong[i];
            refuses(p, &a, TG_E_INQUIRY_CONSENT);
        }
        a.consent = &good;
        a.now = MIDNIGHT + 31 * DAY; /* the consent rule's days are the inquiry's too */
        refuses(p, &a, TG_E_INQUIRY_CONSENT);
    }
    tg_policy_unref(&p);
}

static void not_for_others(void **state)
{
    static const char *const roles[] = {
        "retail.dunning",    "retail.contractor", "nw.operator", "emergency.responder",
        "retail.supervisor", "auditor",           "nobody"};
    struct tg_policy *p = data_policy(NULL);
    struct attempt a = {.purpose = "switching",
                        .consent = &good,
                        .what = TG_INQUIRE_ANSWER,
                        .fields = "capacity",
                        .now = MIDNIGHT};

    (void)state;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        a.role = roles[i];
        refuses(p, &a, TG_E_FORBIDDEN);
    }
    a.role = "retail.counter";
    a.purpose = "moving";
    refuses(p, &a, TG_E_FORBIDDEN);
    tg_policy_unref(&p);
}

static void who_answers(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    struct tg_staff s = staff("nw.operator", TG_COMPANY_NETWORK);
    struct tg_matter m = {.purpose = "switching", .now = MIDNIGHT};
    struct tg_scope *scope = NULL;

    (void)state;
    assert_int_equal(tg_policy_inquired(p, &s, &m, data_fields("meter arrears"), &scope), TG_OK);
    assert_true(tg_scope_count(scope) > 0);
    for (size_t i = 0; i < tg_scope_count(scope); i++) {
        assert_int_equal(tg_scope_clause(scope, i)->fields, data_fields("meter"));
        assert_int_equal(tg_scope_catalogue(scope, i), data_fields("meter"));
    }
    tg_scope_free(&scope);
    assert_int_equal(tg_policy_inquired(p, &s, &m, data_fields("arrears"), &scope), TG_OK);
    assert_int_equal(tg_scope_count(scope), 0); /* what the role may not see, an inquiry does not show it */
    tg_scope_free(&scope);
    s = staff("retail.counter", TG_COMPANY_RETAIL);
    assert_int_equal(tg_policy_inquired(p, &s, &m, data_fields("meter"), &scope), TG_E_FORBIDDEN);
    s = staff("nw.operator", TG_COMPANY_RETAIL); /* a mistake of the staff list */
    assert_int_equal(tg_policy_inquired(p, &s, &m, data_fields("meter"), &scope), TG_E_FORBIDDEN);
    tg_policy_unref(&p);
}

static void parts(void **state)
{
    static const struct {
        const char *role;
        enum tg_inquiry_part part;
    } want[] = {
        {"retail.counter", TG_INQUIRY_ASKS},         {"retail.contractor", TG_INQUIRY_ASKS},
        {"nw.operator", TG_INQUIRY_ANSWERS},         {"nw.duty", TG_INQUIRY_MEASURES},
        {"retail.supervisor", TG_INQUIRY_MEASURES},  {"auditor", TG_INQUIRY_MEASURES},
        {"emergency.responder", TG_INQUIRY_NOTHING}, {"directory.admin", TG_INQUIRY_NOTHING},
        {"policy.admin", TG_INQUIRY_NOTHING},        {"nobody", TG_INQUIRY_NOTHING},
    };
    struct tg_policy *p = data_policy(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        assert_int_equal(tg_policy_inquiry_part(p, want[i].role), want[i].part);
    }
    struct tg_inquirable may = tg_policy_inquirable(p, "retail.counter", "switching");
    assert_int_equal(may.at_once, data_fields(AT_ONCE));
    assert_int_equal(may.askable, data_fields(AT_ONCE " meter night_equipment"));
    assert_int_equal(may.seconds, 24 * 3600);
    assert_int_equal(tg_policy_inquirable(p, "retail.counter", "inquiry").askable, 0);
    assert_int_equal(tg_policy_inquirable(p, "nw.operator", "switching").askable, 0);
    tg_policy_unref(&p);
}

#define INQUIRY                                                                             \
    "inquiry q\n to shop\n of other\n for ask\n compare name\n fields capacity\n hours 5\n" \
    " reason \"照\" \"i\"\n next \"次\" \"n\"\n"

/* The small policy with an inquiry in it, one part of which is replaced. */
static enum tg_err compiled(const char *find, const char *with, struct tg_policy_fault *fault)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    const char *all = INQUIRY, *at = strstr(all, find);
    struct tg_policy *p = NULL;

    assert_non_null(at);
    data_read("small.policy", &text);
    assert_int_equal(tg_buf_add(&text, all, (size_t)(at - all)), TG_OK);
    assert_int_equal(tg_buf_add_str(&text, with), TG_OK);
    assert_int_equal(tg_buf_add_str(&text, at + strlen(find)), TG_OK);
    enum tg_err e = tg_policy_compile(tg_span_buf(&text), &p, fault);
    tg_policy_unref(&p);
    return e;
}

static void no_policy_says_this(void **state)
{
    static const struct {
        const char *find, *with, *says;
    } bad[] = {
        {"to shop", "to grid", "retail"},
        {"to shop", "to boss", "retail"},
        {"of other", "of other own", "other and last-resort"},
        {"fields capacity", "fields name", "facility only"},
        {"fields capacity", "fields pole", "network fields"},
        {"compare name", "compare capacity", "contract name only"},
        {"compare name", "compare phone name", "contract name only"},
        {"for ask", "for bill", "needs a consent rule"},
        {"of other", "of other last-resort", "needs a consent rule"},
        {" hours 5\n", "", "hours"},
        {"hours 5", "hours 169", "1 to 168"},
        {"hours 5", "hours 0", "1 to 168"},
        {" compare name\n", "", "compare"},
        {"inquiry q", INQUIRY "inquiry r", "another inquiry"},
    };
    struct tg_policy_fault fault;

    (void)state;
    assert_int_equal(compiled("hours 5", "hours 168", &fault), TG_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(compiled(bad[i].find, bad[i].with, &fault), TG_E_POLICY);
        if (strstr(fault.what, bad[i].says) == NULL) {
            fail_msg("%s: %s", bad[i].with, fault.what);
        }
        assert_true(fault.line > 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_what_is_asked),   cmocka_unit_test(not_more),
        cmocka_unit_test(not_without_a_consent), cmocka_unit_test(not_for_others),
        cmocka_unit_test(who_answers),           cmocka_unit_test(parts),
        cmocka_unit_test(no_policy_says_this),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
