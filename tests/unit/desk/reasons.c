/* The prepared frame of a clause's rows is, byte for byte, what is written anew: for every role, purpose,
 * class and language of the shipped policy, and when the policy changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/file.h"
#include "server/admit/staff_make.h"
#include "server/desk/reasons.h"

static const struct {
    const char *role, *company;
    enum tg_company_kind kind;
} people[] = {
    {"retail.counter", "HOME", TG_COMPANY_RETAIL}, {"retail.callcenter", "HOME", TG_COMPANY_RETAIL},
    {"retail.dunning", "HOME", TG_COMPANY_RETAIL}, {"retail.contractor", "HOME", TG_COMPANY_RETAIL},
    {"nw.operator", "NW", TG_COMPANY_NETWORK},
};
static const char *const purposes[] = {"inquiry", "application",  "switching", "moving",
                                       "billing", "construction", "outage"};

static struct tg_policy *policy_new(const char *more)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault;
    struct tg_policy *p = NULL;

    assert_int_equal(tg_file_read(getenv("DEFAULT_POLICY"), &text), TG_OK);
    assert_int_equal(tg_buf_add_str(&text, more), TG_OK);
    assert_int_equal(tg_policy_compile(tg_span_buf(&text), &p, &fault), TG_OK);
    return p;
}

/* NULL: not a purpose of the role. */
static struct tg_scope *scope_new(const struct tg_policy *p, size_t person, const char *purpose)
{
    struct tg_staff staff = {.person = "p", .company_kind = people[person].kind};
    struct tg_scope *s = NULL;

    (void)snprintf(staff.role, sizeof staff.role, "%s", people[person].role);
    (void)snprintf(staff.company, sizeof staff.company, "%s", people[person].company);
    struct tg_matter m = {.purpose = purpose, .now = 1700000000};
    enum tg_err e = tg_policy_decide(p, &staff, &m, &s);
    assert_true(e == TG_OK || e == TG_E_PURPOSE);
    return s;
}

/* Returns whether the text was kept. */
static bool same_as_anew(struct tg_reasons *r, const struct tg_hiding *h)
{
    TG_BUF_AUTO front = TG_BUF_INIT(200);
    TG_BUF_AUTO back = TG_BUF_INIT(64u * 1024);
    struct tg_jout j;

    assert_int_equal(tg_buf_addf(&front, "\"class\":\"%s\",\"fields\":",
                                 tg_class_name(tg_scope_clause(h->scope, h->clause)->class)),
                     TG_OK);
    tg_jout_init(&j, &back);
    tg_jout_open(&j, '{');
    tg_jout_key(&j, "hidden");
    tg_reasons_write(h, &j);
    tg_jout_close(&j, '}');
    assert_int_equal(tg_jout_end(&j), TG_OK);
    for (int again = 0; again < 2; again++) {
        struct tg_frame kept = {.front = {.n = 0}};

        if (!tg_reasons_frame(r, h, &kept)) {
            return false;
        }
        assert_true(tg_span_eq(kept.front, tg_span_buf(&front)));
        assert_true(tg_span_eq(kept.back, tg_span(back.p + 1, back.n - 1)));
    }
    return true;
}

static void walk(struct tg_reasons *r, struct tg_policy *policy, unsigned *kept, unsigned *all)
{
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        for (size_t j = 0; j < sizeof purposes / sizeof *purposes; j++) {
            struct tg_scope *s = scope_new(policy, i, purposes[j]);

            for (size_t k = 0; s != NULL && k < 2 * tg_scope_count(s); k++) {
                struct tg_hiding h = {.policy = policy, .scope = s, .clause = k / 2, .english = k % 2 == 1};

                *kept += same_as_anew(r, &h);
                (*all)++;
            }
            tg_scope_free(&s);
        }
    }
}

static void test_same_bytes(void **state)
{
    struct tg_policy *policy = policy_new("");
    struct tg_reasons *r = NULL;
    unsigned kept = 0, all = 0;

    (void)state;
    assert_int_equal(tg_reasons_new(&r), TG_OK);
    walk(r, policy, &kept, &all);
    assert_true(all >= 60);
    assert_int_equal(kept, all);
    tg_reasons_free(&r);
    assert_null(r);
    tg_policy_unref(&policy);
}

/* Another policy: its own sentences, though rule and field are called the same. */
static void test_policy_changes(void **state)
{
    static const char other[] = "\n# another text, another policy\n";
    struct tg_policy *policy[2] = {policy_new(""), policy_new(other)};
    struct tg_reasons *r = NULL;
    unsigned kept = 0, all = 0;

    (void)state;
    assert_int_equal(tg_reasons_new(&r), TG_OK);
    for (int i = 0; i < 6; i++) {
        walk(r, policy[i % 2], &kept, &all);
    }
    assert_int_equal(kept, all);
    tg_policy_unref(&policy[0]); /* the texts are still held */
    tg_policy_unref(&policy[1]);
    tg_reasons_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_policy_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
