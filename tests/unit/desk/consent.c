/* A customer's consent opens what the policy says of one supply point, for one company, purpose and time; it
 * is on record as the basis. Everything else about it is tried, and opens nothing.
 */
#include "tests/unit/desk/rig.h"

#define SEARCH "/v1/customers/search"
#define SHOW "/v1/customers/show"
#define POINT "0200000000000000000003" /* other1's */
#define ELSE "0200000000000000000004"  /* other2's */

static void put_consents(struct rig *r)
{
    TG_BUF_AUTO csv = TG_BUF_INIT(4096);
    tg_day today = tg_day_of(tg_now());
    char day[4][11];

    for (int i = 0; i < 4; i++) {
        tg_day_text(today + i - 2, day[i]); /* two days ago … tomorrow */
    }
    assert_int_equal(tg_buf_addf(&csv,
                                 "consent,company,point,purpose,from,to\n"
                                 "D-1,HOME," POINT ",switching,%s,%s\n"
                                 "D-over,HOME," POINT ",switching,%s,%s\n"
                                 "D-early,HOME," POINT ",switching,%s,%s\n"
                                 "D-moving,HOME," POINT ",moving,%s,%s\n"
                                 "D-theirs,R0001," POINT ",switching,%s,%s\n",
                                 day[1], day[2], day[0], day[1], day[3], day[3], day[1], day[2], day[1],
                                 day[2]),
                     TG_OK);
    rig_put(r, "staff/consents.csv", tg_span_buf(&csv));
    rig_reload(r);
}

static int setup(void **state)
{
    struct rig *r;

    (void)rig_setup(state);
    r = *state;
    put_consents(r);
    person_sign_in(&r->counter);
    person_sign_in(&r->operator);
    return 0;
}

static int fresh(void **state)
{
    struct rig *r = *state;

    person_sign_in(&r->counter);
    person_sign_in(&r->operator);
    return 0;
}

static void search(struct person *p, const char *more, struct answer *a)
{
    char body[256];

    (void)snprintf(body, sizeof body, "{\"by\":\"point\",\"query\":\"%s", more);
    ask_for(p, SEARCH, body, 200, a);
}

static size_t rows_in(const struct answer *a)
{
    return json_array_size(json_object_get(a->json, "rows"));
}

static void test_opens_the_point(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0};

    search(&r->counter, POINT "\",\"purpose\":\"switching\",\"case\":\"D-1\"}", &a);
    assert_int_equal(rows_in(&a), 1);
    const json_t *row = json_array_get(json_object_get(a.json, "rows"), 0);
    const json_t *fields = json_object_get(row, "fields");
    assert_string_equal(str(row, "class"), "other");
    assert_string_equal(str(fields, "capacity"), "30A");
    assert_null(json_object_get(fields, "name"));
    assert_null(json_object_get(fields, "phone"));
    assert_true(str(json_object_get(json_object_get(row, "hidden"), "name"), "reason")[0] != '\0');
    TG_JSON_AUTO *entry = entry_of(r, &a);
    assert_string_equal(str(entry, "basis"), "D-1");
    char yesterday[11];
    tg_day_text(tg_day_of(tg_now()) - 1, yesterday);
    assert_string_equal(str(entry, "consented"), yesterday);
    assert_string_equal(str(entry, "case"), "D-1");
    const json_t *rules = json_object_get(entry, "rules");
    assert_string_equal(json_string_value(json_array_get(rules, json_array_size(rules) - 1)),
                        "switching-facility");
    ask_for(&r->counter, SHOW, "{\"id\":\"other1\",\"purpose\":\"switching\",\"case\":\"D-1\"}", 200, &b);
    assert_true(json_equal(json_object_get(b.json, "fields"), fields));
    TG_JSON_AUTO *shown = entry_of(r, &b);
    assert_string_equal(str(shown, "basis"), "D-1");
}

/* Nobody is found, and no entry says that a consent had a part in it. */
static void test_opens_nothing_else(void **state)
{
    static const char *const asked[] = {
        POINT "\"}",
        POINT "\",\"purpose\":\"switching\"}",
        POINT "\",\"purpose\":\"switching\",\"case\":\"D-2\"}",
        POINT "\",\"purpose\":\"inquiry\",\"case\":\"D-1\"}",
        POINT "\",\"purpose\":\"switching\",\"case\":\"d-1\"}",
        POINT "\",\"purpose\":\"switching\",\"case\":\"D-over\"}",
        POINT "\",\"purpose\":\"switching\",\"case\":\"D-early\"}",
        POINT "\",\"purpose\":\"switching\",\"case\":\"D-moving\"}",
        POINT "\",\"purpose\":\"moving\",\"case\":\"D-moving\"}", /* the policy knows no such consent */
        POINT "\",\"purpose\":\"switching\",\"case\":\"D-theirs\"}",
    };
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        ANSWER_AUTO a = {.status = 0};

        search(&r->counter, asked[i], &a);
        assert_int_equal(rows_in(&a), 0);
        TG_JSON_AUTO *entry = entry_of(r, &a);
        assert_null(json_object_get(entry, "basis"));
    }
}

/* The consent is for one point, and for fields that the policy names: neither another record nor a name. */
static void test_opens_no_other_record(void **state)
{
    static const char *const bodies[] = {
        "{\"by\":\"point\",\"query\":\"" ELSE "\",\"purpose\":\"switching\",\"case\":\"D-1\"}",
        "{\"by\":\"name\",\"query\":\"佐々木\",\"purpose\":\"switching\",\"case\":\"D-1\"}",
        "{\"by\":\"phone\",\"query\":\"0178-99-0001\",\"purpose\":\"switching\",\"case\":\"D-1\"}",
    };
    struct rig *r = *state;
    ANSWER_AUTO b = {.status = 0};

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        ANSWER_AUTO a = {.status = 0};

        ask_for(&r->counter, SEARCH, bodies[i], 200, &a);
        assert_int_equal(rows_in(&a), 0);
    }
    ask_for(&r->counter, SHOW, "{\"id\":\"other2\",\"purpose\":\"switching\",\"case\":\"D-1\"}", 404, &b);
}

/* Who sees everything anyway does not see it on a consent's word. */
static void test_no_basis_where_none_is_needed(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO a = {.status = 0};

    search(&r->operator, POINT "\",\"case\":\"D-1\"}", &a);
    assert_int_equal(rows_in(&a), 1);
    TG_JSON_AUTO *entry = entry_of(r, &a);
    assert_null(json_object_get(entry, "basis"));
}

/* Withdrawn: the next look-up says so. */
static void test_withdrawn(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO a = {.status = 0};

    rig_put(r, "staff/consents.csv", tg_span_str("consent,company,point,purpose,from,to\n"));
    rig_reload(r);
    search(&r->counter, POINT "\",\"purpose\":\"switching\",\"case\":\"D-1\"}", &a);
    assert_int_equal(rows_in(&a), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_opens_the_point, fresh),
        cmocka_unit_test_setup(test_opens_nothing_else, fresh),
        cmocka_unit_test_setup(test_opens_no_other_record, fresh),
        cmocka_unit_test_setup(test_no_basis_where_none_is_needed, fresh),
        cmocka_unit_test_setup(test_withdrawn, fresh),
    };

    return cmocka_run_group_tests(tests, setup, rig_teardown);
}
