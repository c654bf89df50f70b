/* The meter of inquiries on the wire. */
#include "tests/unit/desk/inquiry_world.h"

static int64_t metered(struct person *p, const char *office, const char *what)
{
    ANSWER_AUTO a = {.status = 0};
    const json_t *weeks;

    ask_for(p, METER, NULL, 200, &a);
    weeks = json_object_get(a.json, "weeks");
    for (size_t i = 0; i < json_array_size(weeks); i++) {
        const json_t *line = json_array_get(weeks, i);

        if (strcmp(str(line, "office"), office) == 0) {
            return json_integer_value(json_object_get(line, what));
        }
    }
    return -1;
}

/* One of each before, so that every column has something in it. */
static void inquiry_did(struct rig *r)
{
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0}, c = {.status = 0}, d = {.status = 0};
    char id[32];

    ask_for(&r->counter, ASK, SWITCHING(POINT, "佐々木次郎", "C-1") "}", 200, &a);
    ask_for(&r->counter, ASK, SWITCHING(POINT, "まちがい", "C-1") "}", 200, &b);
    ask_for(&r->counter, ASK, "{\"subject\":\"construction\"}", 200, &c);
    put_question(r, id);
    take(r, id);
    answer(r, id, "\"as-recorded\"");
    on(&r->counter, READ, id, 200, &d);
}

/* The meter counts what happened, for who stands over people, and a restart counts the same again. */
static void test_meter(void **state)
{
    static const char *const what[] = {"lookups",  "asked",    "answered", "read",
                                       "mismatch", "referred", "facility"};
    struct rig *r = *state;
    int64_t before[7];
    ANSWER_AUTO look = {.status = 0}, list = {.status = 0};
    char id[32];

    inquiry_did(r);
    ask_for(&r->counter, "/v1/customers/show", "{\"id\":\"own1\"}", 200, &look);
    for (size_t i = 0; i < 7; i++) {
        before[i] = metered(&people[BOSS], "八戸営業所", what[i]);
    }
    put_question(r, id);
    take(r, id);
    answer(r, id, "\"as-recorded\"");
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(metered(&people[BOSS], "八戸営業所", what[i]),
                         before[i] + (i == 1 || i == 2 ? 1 : 0));
        before[i] = metered(&people[BOSS], "八戸営業所", what[i]);
    }
    assert_true(before[0] > 0 && before[3] > 0 && before[4] > 0 && before[5] > 0 && before[6] > 0);
    assert_true(metered(&people[BOSS], "八戸営業所", "lookup_us") > 0);
    assert_int_equal(metered(&people[BOSS], "仙台", "lookups"), -1); /* another company's */
    restart(r);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(metered(&people[BOSS], "八戸営業所", what[i]), before[i]);
    }
    refused(&r->counter, METER, NULL, 403, "forbidden");
    refused(&r->operator, METER, NULL, 403, "forbidden");
    ask_for(&people[BOSS], LIST, NULL, 200, &list);
    assert_int_equal(json_array_size(json_object_get(list.json, "mine")) +
                         json_array_size(json_object_get(list.json, "queue")),
                     0);
}

/* One's own entries and nobody else's, whatever is asked; and that one looked is among them the next time. */
static void test_own_log(void **state)
{
    struct rig *r = *state;
    size_t looked = 0;

    person_sign_in(&r->counter);
    person_sign_in(&r->operator);
    ANSWER_AUTO theirs = {.status = 0}, first = {.status = 0};
    ask_for(&r->operator, "/v1/customers/show", "{\"id\":\"own1\"}", 200, &theirs);
    ask_for(&r->counter, "/v1/audit/mine", "{}", 200, &first);
    for (int i = 0; i < 60 && looked == 0; i++) {
        ANSWER_AUTO a = {.status = 0};

        ask_for(&r->counter, "/v1/audit/mine", "{\"days\":1,\"limit\":1000}", 200, &a);
        assert_string_equal(str(a.json, "person"), "E0001");
        const json_t *list = json_object_get(a.json, "entries");
        for (size_t k = 0; k < json_array_size(list); k++) {
            const json_t *one = json_array_get(list, k);

            looked += strcmp(str(one, "kind"), "own-log") == 0 ? 1 : 0;
            assert_string_equal(str(one, "office"), "八戸営業所");
        }
        TG_JSON_AUTO *entry = entry_of(r, &a);
        assert_string_equal(str(entry, "kind"), "own-log");
        pause_ms(100);
    }
    assert_true(looked > 0);
    refused(&r->counter, "/v1/audit/mine", "{\"person\":\"N0001\"}", 400, "bad-member");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_meter), cmocka_unit_test(test_own_log)};

    return cmocka_run_group_tests(tests, inquiry_setup, inquiry_teardown);
}
