/* Who calls: the check-list before a record opens, the two who may be on the telephone, and what they are
 * told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ui/desk/callers.h"
#include "ui/desk/referral.h"

#define HIDDEN(n, r, x) "\"" n "\":{\"rule\":\"x\",\"reason\":\"" r "\",\"next\":\"" x "\"}"

static json_t *row_of(const char *fields)
{
    char text[1024];
    json_t *row = NULL;

    (void)snprintf(text, sizeof text,
                   "{\"id\":\"1\",\"class\":\"own\",\"fields\":{%s},\"hidden\":{%s,%s,%s}}", fields,
                   HIDDEN("pole", "because", "ask"), HIDDEN("usage", "because", "ask"),
                   HIDDEN("arrears", "another", "go"));
    assert_int_equal(tg_json_parse(tg_span_str(text), &row), TG_OK);
    return row;
}

#define WHOLE                                                                                              \
    "\"name\":\"A\",\"kana\":\"B\",\"phone\":\"03\",\"address\":\"C\",\"customer_no\":\"D\",\"capacity\":" \
    "\"E\""

static void name_and_one_thing_more(void **state)
{
    TG_JSON_AUTO *row = row_of(WHOLE);
    struct tg_checks c;
    size_t step, of;

    (void)state;
    tg_checks_begin(row, &c);
    assert_int_equal(c.state, TG_CHECK_ASKING);
    assert_string_equal(tg_checks_field(&c), "name");
    tg_checks_step(&c, &step, &of);
    assert_true(step == 1 && of == 2);
    tg_checks_other(&c); /* the name has no substitute */
    assert_string_equal(tg_checks_field(&c), "name");
    tg_checks_said(&c);
    assert_int_equal(c.state, TG_CHECK_ASKING);
    assert_string_equal(tg_checks_field(&c), "phone");
    tg_checks_step(&c, &step, &of);
    assert_true(step == 2 && of == 2);
    tg_checks_other(&c);
    assert_string_equal(tg_checks_field(&c), "address");
    tg_checks_other(&c);
    assert_string_equal(tg_checks_field(&c), "customer_no");
    tg_checks_other(&c); /* there is no point */
    assert_string_equal(tg_checks_field(&c), "phone");
    tg_checks_said(&c);
    assert_int_equal(c.state, TG_CHECK_PASSED);
    assert_null(tg_checks_field(&c));
}

static void a_failed_check_stays_failed(void **state)
{
    TG_JSON_AUTO *row = row_of(WHOLE);

    (void)state;
    for (int said = 0; said < 2; said++) {
        struct tg_checks c;

        tg_checks_begin(row, &c);
        if (said == 1)
            tg_checks_said(&c);
        tg_checks_wrong(&c);
        tg_checks_said(&c);
        tg_checks_said(&c);
        tg_checks_other(&c);
        assert_int_equal(c.state, TG_CHECK_FAILED);
        assert_null(tg_checks_field(&c));
    }
}

static void with_less_in_the_record(void **state)
{
    static const struct {
        const char *fields, *first, *second; /* NULL: nothing more is asked */
    } cases[] = {
        {"\"kana\":\"B\",\"point\":\"2\"", "kana", "point"},
        {"\"name\":\"A\"", "name", NULL},
        {"\"name\":\"\",\"address\":\"C\"", "address", NULL},
        {"\"address\":\"C\",\"pole\":\"P\"", "address", NULL},
        {"\"capacity\":\"E\"", NULL, NULL},
        {"", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TG_JSON_AUTO *row = row_of(cases[i].fields);
        const char *const want[] = {cases[i].first, cases[i].second};
        struct tg_checks c;

        tg_checks_begin(row, &c);
        for (size_t k = 0; k < 2 && want[k] != NULL; k++) {
            assert_int_equal(c.state, TG_CHECK_ASKING);
            assert_string_equal(tg_checks_field(&c), want[k]);
            tg_checks_said(&c);
        }
        assert_int_equal(c.state, TG_CHECK_PASSED);
    }
}

static void two_at_most(void **state)
{
    TG_JSON_AUTO *a = row_of("\"name\":\"A\""), *b = row_of("\"name\":\"B\"");
    struct tg_callers c = {.waiting = false};

    (void)state;
    assert_false(tg_callers_swap(&c)); /* nobody there */
    tg_callers_open(&c, a, "billing", "A-1");
    tg_checks_said(&c.here.checks);
    assert_true(tg_callers_swap(&c));
    assert_null(c.here.row);
    assert_string_equal(c.here.case_ref, ""); /* the next caller's look-ups are not of A's case */
    assert_null(c.here.purpose);
    assert_true(c.waiting);
    tg_callers_open(&c, b, "moving", "B-1");
    assert_int_equal(c.here.checks.state, TG_CHECK_ASKING);
    assert_true(tg_callers_swap(&c));
    assert_ptr_equal(c.here.row, a);
    assert_int_equal(c.here.checks.state, TG_CHECK_PASSED); /* as A was left */
    assert_string_equal(c.here.case_ref, "A-1");
    assert_ptr_equal(c.parked.row, b);
    tg_callers_open(&c, b, "moving", "B-2"); /* a record more: instead of A's, and B waits on */
    assert_ptr_equal(c.parked.row, b);
    assert_int_equal(a->refcount, 1);
    tg_callers_close(&c);
    assert_true(tg_callers_swap(&c)); /* nobody to park: only back */
    assert_false(c.waiting);
    assert_ptr_equal(c.here.row, b);
    tg_callers_done(&c);
    assert_int_equal(b->refcount, 1);
}

static void done_keeps_nothing(void **state)
{
    static const struct tg_callers empty;
    TG_JSON_AUTO *a = row_of("\"name\":\"A\""), *b = row_of("\"name\":\"B\"");
    struct tg_callers c = {.waiting = false};

    (void)state;
    tg_callers_open(&c, a, "billing", "A-1");
    assert_true(tg_callers_swap(&c));
    tg_callers_open(&c, b, "billing", "B-1");
    tg_callers_fail(&c);
    assert_null(c.here.row);
    assert_int_equal(c.here.checks.state, TG_CHECK_FAILED);
    assert_int_equal(b->refcount, 1);
    tg_callers_done(&c);
    assert_int_equal(a->refcount, 1);
    assert_memory_equal(&c, &empty, sizeof c);
}

static void what_callers_are_told(void **state)
{
    static const char problem[] =
        "{\"type\":\"urn:tegata:problem:not-found\",\"status\":404,\"nothing\":{\"rule\":"
        "\"r\",\"reason\":\"none of ours\",\"next\":\"refer\"}}";
    TG_JSON_AUTO *row = row_of("\"name\":\"A\""), *doc = NULL, *other = NULL;
    struct tg_referral r;

    (void)state;
    tg_referral_of_row(row, &r);
    assert_int_equal(r.n, 2); /* each sentence once */
    tg_referral_of_problem(tg_span_str(problem), &doc, &r);
    assert_int_equal(r.n, 1);
    assert_string_equal(r.line[0].next, "refer");
    tg_referral_of_problem(tg_span_str("{\"nothing\":{\"reason\":7}}"), &other, &r);
    assert_int_equal(r.n, 0);
    tg_json_done(&other);
    tg_referral_of_problem(tg_span_str("<html>"), &other, &r);
    assert_int_equal(r.n, 0);
    tg_referral_of_problem(tg_span(NULL, 0), &other, &r);
    assert_int_equal(r.n, 0);
}

static void no_more_sentences_than_fit(void **state)
{
    struct tg_referral r = {.n = 0};
    char text[40][4];

    (void)state;
    for (unsigned i = 0; i < 40; i++) {
        struct tg_row_why why = {.reason = text[i], .next = ""};

        (void)snprintf(text[i], sizeof text[i], "%u", i);
        tg_referral_add(&r, &why);
    }
    assert_int_equal(r.n, TG_REFERRAL_LINES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name_and_one_thing_more),    cmocka_unit_test(a_failed_check_stays_failed),
        cmocka_unit_test(with_less_in_the_record),    cmocka_unit_test(two_at_most),
        cmocka_unit_test(done_keeps_nothing),         cmocka_unit_test(what_callers_are_told),
        cmocka_unit_test(no_more_sentences_than_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
