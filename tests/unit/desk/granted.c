/* Grants inside a whole server: a counter's look-up never waits for them, and a drill never leaves its own store. */
#include "server/desk/visit.h"
#include "server/grants/inner.h"
#include "server/records/load.h"
#include "tests/unit/desk/rig.h"

#define SEARCH "/v1/customers/search"
#define SHOW "/v1/customers/show"
#define URN "urn:uuid:91234567-89ab-4cde-8f01-23456789abcd"
#define DRILL_NAME "訓練　花子"

static struct person responder;

static void append(struct rig *r, const char *file, const char *lines)
{
    TG_BUF_AUTO text = TG_BUF_INIT(65536);

    rig_get(r, file, &text);
    assert_int_equal(tg_buf_add_str(&text, lines), TG_OK);
    rig_put(r, file, tg_span_buf(&text));
}

static int setup(void **state)
{
    struct rig *r;

    (void)rig_setup(state);
    r = *state;
    append(r, "staff/staff.csv", "X0001,試験 九郎,HOME,,,,responder,emergency.responder,青森,,2020-04-01,\n");
    append(r, "staff/cards.csv", "91234567-89ab-4cde-8f01-23456789abcd,X0001,active\n");
    rig_person(r, &responder, "X0001", URN);
    rig_reload(r);
    person_new_key(&responder);
    return 0;
}

static int teardown(void **state)
{
    person_done(&responder);
    memset(&responder, 0, sizeof responder);
    return rig_teardown(state);
}

/* As it stands once both have approved and the person has acknowledged: how it came to that, is tested elsewhere. */
static struct tg_event *live(struct rig *r, enum tg_event_kind kind, const char *id)
{
    struct tg_grants *g = r->app.desk->grants;
    struct tg_event *e = calloc(1, sizeof *e);

    assert_non_null(e);
    (void)snprintf(e->id, sizeof e->id, "%s", id);
    (void)snprintf(e->role, sizeof e->role, "emergency.responder");
    (void)snprintf(e->areas, sizeof e->areas, "02203");
    e->kind = kind;
    e->state = TG_EVENT_LIVE;
    e->mode = TG_MODE_FULL;
    e->from = tg_now() - 10;
    e->until = tg_now() + 600;
    assert_int_equal(tg_list_read("X0001", &e->roster), TG_OK);
    e->roster.p[0].acknowledged = e->from;
    (void)pthread_rwlock_wrlock(&g->lock);
    assert_int_equal(tg_grants_add(g, e, tg_now()), TG_OK);
    (void)pthread_rwlock_unlock(&g->lock);
    return e;
}

static void over(struct rig *r, struct tg_event *e)
{
    (void)pthread_rwlock_wrlock(&r->app.desk->grants->lock);
    e->until = tg_now() - 1;
    (void)pthread_rwlock_unlock(&r->app.desk->grants->lock);
}

/* Whoever holds the grants, for as long as it takes: the counter is served. */
static void test_a_counter_does_not_wait(void **state)
{
    struct rig *r = *state;
    struct tg_grants *g = r->app.desk->grants;

    person_sign_in(&r->counter);
    assert_int_equal(pthread_rwlock_wrlock(&g->lock), 0);
    for (unsigned i = 0; i < 8; i++) {
        ANSWER_AUTO a = {.status = 0}, b = {.status = 0};

        ask_for(&r->counter, SHOW, "{\"id\":\"own1\"}", 200, &a);
        ask_for(&r->counter, SEARCH, "{\"query\":\"ヤマダ\"}", 200, &b);
    }
    assert_int_equal(pthread_rwlock_unlock(&g->lock), 0);
}

static void ask_problem(struct person *p, const char *path, const char *body, int status, const char *problem)
{
    ANSWER_AUTO a = {.status = 0};

    ask_for(p, path, body, status, &a);
    assert_string_equal(answer_problem(&a), problem);
}

/* Without invented customers a drill finds nothing at all; never real ones in their place. */
static void test_no_drill_store(void **state)
{
    struct rig *r = *state;

    assert_null(r->app.drill);
    person_sign_in(&responder);
    ask_problem(&responder, SHOW, "{\"id\":\"own1\",\"purpose\":\"outage\"}", 403, "grant-none");
    struct tg_event *e = live(r, TG_EVENT_DRILL, "EV-20270115-001");
    ask_problem(&responder, SHOW, "{\"id\":\"own1\",\"purpose\":\"outage\"}", 503, "store-unavailable");
    ask_problem(&responder, SEARCH, "{\"query\":\"山田\",\"purpose\":\"outage\"}", 503, "store-unavailable");
    over(r, e);
    ask_problem(&responder, SHOW, "{\"id\":\"own1\",\"purpose\":\"outage\"}", 403, "grant-none");
}

static void make_drill(struct rig *r)
{
    struct tg_companies *companies = NULL;
    struct tg_load *load = NULL;
    struct tg_customer c = {.id = tg_span_str("own1"), .class = tg_span_str("own"), .area = tg_span_str("02203")};
    char why[256];

    assert_int_equal(tg_companies_load(rig_path(r, "staff/companies.csv"), &companies, NULL, why, sizeof why), TG_OK);
    assert_int_equal(tg_load_begin(r->app.settings.drill, companies, &load), TG_OK);
    assert_int_equal(tg_load_drill(load), TG_OK);
    c.value[TG_F_NAME] = tg_span_str(DRILL_NAME);
    c.value[TG_F_KANA] = tg_span_str("クンレン　ハナコ");
    c.value[TG_F_POINT] = tg_span_str("0299999999999999999999");
    c.value[TG_F_RETAILER] = tg_span_str("HOME");
    assert_int_equal(tg_load_add(load, &c, NULL), TG_OK);
    assert_int_equal(tg_load_commit(&load), TG_OK);
    tg_companies_free(&companies);
}

static size_t rows_in(const struct answer *a)
{
    return json_array_size(json_object_get(a->json, "rows"));
}

static size_t found(struct person *p, const char *body)
{
    ANSWER_AUTO a = {.status = 0};

    ask_for(p, SEARCH, body, 200, &a);
    return rows_in(&a);
}

static void test_a_drill_and_the_real_store(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO shown = {.status = 0};

    make_drill(r);
    (void)rig_stop(r);
    rig_start(r);
    assert_non_null(r->app.drill);
    person_new_key(&r->counter);
    person_new_key(&r->operator);
    person_new_key(&responder);
    person_sign_in(&r->counter);
    person_sign_in(&r->operator);
    person_sign_in(&responder);
    struct tg_event *drill = live(r, TG_EVENT_DRILL, "EV-20270115-001");

    assert_int_equal(found(&responder, "{\"query\":\"訓練\",\"purpose\":\"outage\"}"), 1);
    assert_int_equal(found(&responder, "{\"query\":\"山田\",\"purpose\":\"outage\"}"), 0);
    ask_for(&responder, SHOW, "{\"id\":\"drill-own1\",\"purpose\":\"outage\"}", 200, &shown);
    assert_string_equal(str(shown.json, "id"), "drill-own1");
    TG_JSON_AUTO *entry = entry_of(r, &shown);
    assert_string_equal(json_string_value(json_array_get(json_object_get(entry, "grants"), 0)), drill->id);
    assert_true(json_is_true(json_object_get(json_object_get(entry, "granted"), "drill")));
    ask_problem(&responder, SHOW, "{\"id\":\"own1\",\"purpose\":\"outage\"}", 404, "not-found");
    /* Nobody else meets the invented one. */
    assert_int_equal(found(&r->counter, "{\"query\":\"訓練\"}"), 0);
    assert_int_equal(found(&r->operator, "{\"query\":\"訓練\"}"), 0);
    ask_problem(&r->counter, SHOW, "{\"id\":\"drill-own1\"}", 404, "not-found");
    ask_problem(&r->operator, SHOW, "{\"id\":\"drill-own1\"}", 404, "not-found");
    /* It becomes real: from then on the real ones, and no invented one. */
    struct tg_event *real = live(r, TG_EVENT_OUTAGE, "EV-20270115-002");
    assert_int_equal(found(&responder, "{\"query\":\"訓練\",\"purpose\":\"outage\"}"), 0);
    ask_problem(&responder, SHOW, "{\"id\":\"drill-own1\",\"purpose\":\"outage\"}", 404, "not-found");
    over(r, real);
    assert_int_equal(found(&responder, "{\"query\":\"訓練\",\"purpose\":\"outage\"}"), 1);
    over(r, drill);
    ask_problem(&responder, SEARCH, "{\"query\":\"訓練\",\"purpose\":\"outage\"}", 403, "grant-none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_counter_does_not_wait, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_drill_store, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_drill_and_the_real_store, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
