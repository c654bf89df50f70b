/* What is asked of a role besides its fields: caps and who lifts them, duties, the sentence for nothing, and
 * what one person may not hold together. Tables written by hand, for every pair of roles.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data.h"

enum { ROLES = 13 };
static const struct {
    const char *name;
    unsigned looks;        /* 0: no cap */
    const char *lifted_by; /* letters of the roles */
    enum tg_duty duty;
} roles[ROLES] = {
    {"retail.counter", 600, "i", TG_DUTY_NONE},       /* a */
    {"retail.callcenter", 600, "i", TG_DUTY_NONE},    /* b */
    {"retail.dunning", 600, "i", TG_DUTY_NONE},       /* c */
    {"retail.contractor", 300, "i", TG_DUTY_NONE},    /* d */
    {"nw.operator", 600, "g", TG_DUTY_NONE},          /* e */
    {"emergency.responder", 600, "gh", TG_DUTY_NONE}, /* f */
    {"nw.duty", 0, "", TG_DUTY_NONE},                 /* g */
    {"retail.duty", 0, "", TG_DUTY_NONE},             /* h */
    {"retail.supervisor", 0, "", TG_DUTY_NONE},       /* i */
    {"directory.admin", 0, "", TG_DUTY_CARDS},        /* j */
    {"policy.admin", 0, "", TG_DUTY_POLICY},          /* k */
    {"data.admin", 0, "", TG_DUTY_DATA},              /* l */
    {"auditor", 0, "", TG_DUTY_AUDIT},                /* m */
};

/* S sides, D duties, C duty and customer data, O duty and standing over people, L lifts one's own limit. */
static const char *const clashes[ROLES] = {
    /* abcdefghijklm */
    "....S.S.LCCCC", /* a counter */
    "....S.S.LCCCC", /* b callcenter */
    "....S.S.LCCCC", /* c dunning */
    "....S.S.LCCCC", /* d contractor */
    "SSSS..LSSCCCC", /* e nw.operator */
    "......LL.CCCC", /* f responder */
    "SSSSLL.SSOOOO", /* g nw.duty */
    "....SLS..OOOO", /* h retail.duty */
    "LLLLS.S..OOOO", /* i supervisor */
    "CCCCCCOOO.DDD", /* j cards */
    "CCCCCCOOOD.DD", /* k policy */
    "CCCCCCOOODD.D", /* l data */
    "CCCCCCOOODDD.", /* m audit */
};

static void caps(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    (void)state;
    for (size_t i = 0; i < ROLES; i++) {
        const struct tg_cap *cap = tg_policy_cap(p, roles[i].name);
        assert_int_equal(cap != NULL, roles[i].looks != 0);
        if (cap == NULL)
            continue;
        assert_int_equal(cap->looks, roles[i].looks);
        assert_int_equal(cap->seconds, 3600);
        assert_true(strncmp(cap->rule, "looks-", 6) == 0);
        assert_true(strlen(cap->reason_ja) > 10 && strlen(cap->reason_en) > 10);
        assert_true(strlen(cap->next_ja) > 10 && strlen(cap->next_en) > 10);
    }
    assert_null(tg_policy_cap(p, ""));
    assert_null(tg_policy_cap(p, "retail.counterx"));
    tg_policy_unref(&p);
}

static void releases(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    (void)state;
    for (size_t i = 0; i < ROLES * ROLES; i++) {
        const char *by = roles[i / ROLES].name, *of = roles[i % ROLES].name;
        bool may = strchr(roles[i % ROLES].lifted_by, (int)('a' + i / ROLES)) != NULL;
        assert_int_equal(tg_policy_may_release(p, by, of), may);
    }
    assert_false(tg_policy_may_release(p, "", "retail.counter"));
    assert_false(tg_policy_may_release(p, "retail.supervisor", ""));
    assert_false(tg_policy_may_release(p, "retail.supervisor", "retail.other"));
    tg_policy_unref(&p);
}

static void duties(void **state)
{
    static const char *const names[] = {"", "cards", "policy", "data", "audit"};
    struct tg_policy *p = data_policy(NULL);
    (void)state;
    for (size_t i = 0; i < ROLES; i++)
        assert_int_equal(tg_policy_duty(p, roles[i].name), roles[i].duty);
    assert_int_equal(tg_policy_duty(p, "root"), TG_DUTY_NONE);
    for (unsigned d = 0; d < TG_DUTY_COUNT; d++)
        assert_string_equal(tg_duty_name((enum tg_duty)d), names[d]);
    assert_null(tg_duty_name(TG_DUTY_COUNT));
    tg_policy_unref(&p);
}

static enum tg_clash meant(char c)
{
    static const char letters[] = ".SDCOL";
    return (enum tg_clash)(strchr(letters, c) - letters);
}

static void persons(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    (void)state;
    for (size_t i = 0; i < ROLES * ROLES; i++) {
        enum tg_clash want = meant(clashes[i / ROLES][i % ROLES]);
        assert_int_equal(tg_policy_clash(p, roles[i / ROLES].name, roles[i % ROLES].name), want);
        assert_int_equal(want, meant(clashes[i % ROLES][i / ROLES]));
    }
    assert_int_equal(tg_policy_clash(p, "nw.operator", "retail.unknown"), TG_CLASH_NONE);
    assert_int_equal(tg_policy_clash(p, "", "auditor"), TG_CLASH_NONE);
    for (unsigned c = 1; c < TG_CLASH_COUNT; c++) {
        assert_true(strlen(tg_clash_ja((enum tg_clash)c)) > 10);
        assert_true(strlen(tg_clash_en((enum tg_clash)c)) > 10);
    }
    assert_string_equal(tg_clash_ja(TG_CLASH_NONE), "");
    assert_null(tg_clash_ja(TG_CLASH_COUNT));
    assert_null(tg_clash_en(TG_CLASH_COUNT));
    tg_policy_unref(&p);
}

static const char *const purposes[] = {"inquiry", "application",  "switching", "moving",
                                       "billing", "construction", "outage"};

/* Retail hears the same reason whatever is searched for, and no word of it tells whether there is anybody. */
static void nothing(void **state)
{
    struct tg_policy *p = data_policy(NULL);
    (void)state;
    for (size_t i = 0; i < ROLES * 7; i++) {
        struct tg_why why = tg_policy_nothing(p, roles[i / 7].name, purposes[i % 7]);
        bool retail = i / 7 < 4;
        assert_int_equal(why.rule[0] != '\0', roles[i / 7].looks != 0);
        assert_int_equal(strstr(why.reason_ja, "自社契約なし") != NULL, retail);
        if (retail)
            assert_string_equal(why.reason_ja, tg_policy_nothing(p, "retail.counter", "inquiry").reason_ja);
        assert_null(strstr(why.reason_ja, "他社"));
        assert_null(strstr(why.next_ja, "他社"));
        assert_int_equal(why.next_ja[0] != '\0' && why.next_en[0] != '\0', roles[i / 7].looks != 0);
    }
    tg_policy_unref(&p);
}

/* METI types 1, 3 and 4: each has its referral where the purpose is known, and all where it is not. */
static void referrals(void **state)
{
    static const struct {
        const char *purpose, *rule, *says;
    } cases[] = {
        {"construction", "not-ours-construction", "工事会社の方から一般送配電事業者のコールセンターへ"},
        {"moving", "not-ours-moving", "お客さまから一般送配電事業者のコールセンターへ"},
        {"switching", "not-ours-switching", "今の検針票で契約名義と供給地点特定番号を"},
        {"inquiry", "not-ours", "今の検針票で契約名義と供給地点特定番号を"},
        {"inquiry", "not-ours", "工事のこと"},
        {"application", "not-ours", "前の契約が残っている"},
    };
    struct tg_policy *p = data_policy(NULL);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tg_why why = tg_policy_nothing(p, "retail.counter", cases[i].purpose);
        assert_string_equal(why.rule, cases[i].rule);
        assert_non_null(strstr(why.next_ja, cases[i].says));
    }
    assert_string_equal(tg_policy_nothing(p, "retail.counter", "gossip").rule, "");
    assert_string_equal(tg_policy_nothing(p, "nobody", "inquiry").next_en, "");
    tg_policy_unref(&p);
}

/* The rule that names the purpose wins, wherever it stands in the file. */
static void narrower_nothing(void **state)
{
#define FOR_ASK "nothing asked\n to shop\n for ask\n reason \"あ\" \"a\"\n next \"あ\" \"a\"\n"
    struct tg_policy *before = data_policy_with("nothing nobody\n", FOR_ASK "nothing nobody\n");
    struct tg_policy *after = data_policy_with("\"無\" \"nobody\"\n  next \"次\" \"next\"\n",
                                               "\"無\" \"nobody\"\n  next \"次\" \"next\"\n" FOR_ASK);
    (void)state;
    assert_string_equal(tg_policy_nothing(before, "shop", "ask").rule, "asked");
    assert_string_equal(tg_policy_nothing(after, "shop", "ask").rule, "asked");
    assert_string_equal(tg_policy_nothing(before, "shop", "bill").rule, "nobody");
    assert_string_equal(tg_policy_nothing(after, "shop", "bill").rule, "nobody");
    assert_string_equal(tg_policy_nothing(after, "grid", "ask").rule, "nobody");
    tg_policy_unref(&before);
    tg_policy_unref(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(caps),
        cmocka_unit_test(releases),
        cmocka_unit_test(duties),
        cmocka_unit_test(persons),
        cmocka_unit_test(nothing),
        cmocka_unit_test(referrals),
        cmocka_unit_test(narrower_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
