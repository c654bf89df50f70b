/* A cap on look-ups, as a thief would go about it: more sessions, more cards, larger pages, a restart, a
 * clock, a friend who releases. The policy lets a counter look five times an hour, a contractor twice.
 */
#include "server/default_policy.h"
#include "server/desk/recount.h"
#include "tests/unit/desk/rig.h"

#define SEARCH "/v1/customers/search"
#define SHOW "/v1/customers/show"
#define RELEASE "/v1/caps/release"
#define HOUR_US ((tg_usec)3600 * 1000000)

enum who { SUPERVISOR, THEIRS, CONTRACTOR, FOREMAN, SECOND_CARD, PEOPLE };

static struct person people[PEOPLE];

static const char *const ids[PEOPLE][2] = {
    [SUPERVISOR] = {"S0001", "urn:uuid:41234567-89ab-4cde-8f01-23456789abcd"},
    [THEIRS] = {"S0002", "urn:uuid:51234567-89ab-4cde-8f01-23456789abcd"},
    [CONTRACTOR] = {"W0001", "urn:uuid:61234567-89ab-4cde-8f01-23456789abcd"},
    [FOREMAN] = {"W0002", "urn:uuid:71234567-89ab-4cde-8f01-23456789abcd"},
    [SECOND_CARD] = {"E0001", "urn:uuid:81234567-89ab-4cde-8f01-23456789abcd"},
};

static const char more_companies[] = "CW,委託,contractor,no\n";
static const char more_staff[] =
    "S0001,試験 五郎,HOME,,,,chief,retail.supervisor,八戸営業所,,2020-04-01,\n"
    "S0002,試験 六郎,R0001,,,,chief,retail.supervisor,仙台営業所,,2020-04-01,\n"
    "W0001,試験 七郎,CW,HOME,2099-03-31,,call,retail.contractor,委託研修室,,2020-04-01,2099-03-31\n"
    "W0002,試験 八郎,CW,HOME,2099-03-31,,chief,retail.supervisor,委託研修室,,2020-04-01,2099-03-31\n";

static void append(struct rig *r, const char *file, const char *lines)
{
    TG_BUF_AUTO text = TG_BUF_INIT(65536);

    rig_get(r, file, &text);
    assert_int_equal(tg_buf_add_str(&text, lines), TG_OK);
    rig_put(r, file, tg_span_buf(&text));
}

/* The shipped policy with other figures. */
static void smaller_caps(struct rig *r)
{
    static const char *const was[] = {"looks  600 in hour", "looks  300 in hour"};
    static const char *const now[] = {"looks    5 in hour", "looks    2 in hour"};
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);

    assert_int_equal(tg_buf_add_span(&text, tg_default_policy()), TG_OK);
    for (size_t i = 0; i < 2; i++) {
        uint8_t *at = memmem(text.p, text.n, was[i], strlen(was[i]));

        assert_non_null(at);
        for (; at != NULL; at = memmem(text.p, text.n, was[i], strlen(was[i]))) {
            memcpy(at, now[i], strlen(now[i]));
        }
    }
    rig_activate(r, tg_span_buf(&text));
}

static int setup(void **state)
{
    char card[96];
    struct rig *r;

    (void)rig_setup(state);
    r = *state;
    append(r, "staff/companies.csv", more_companies);
    append(r, "staff/staff.csv", more_staff);
    for (size_t i = 0; i < PEOPLE; i++) {
        rig_person(r, &people[i], ids[i][0], ids[i][1]);
        (void)snprintf(card, sizeof card, "%s,%s,active\n", ids[i][1] + 9, ids[i][0]);
        append(r, "staff/cards.csv", card);
    }
    smaller_caps(r);
    rig_reload(r);
    for (size_t i = 0; i < PEOPLE; i++) {
        person_new_key(&people[i]);
    }
    return 0;
}

static int teardown(void **state)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        person_done(&people[i]);
        memset(&people[i], 0, sizeof people[i]);
    }
    return rig_teardown(state);
}

static void look(struct person *p, int status)
{
    ANSWER_AUTO a = {.status = 0};

    ask_for(p, SHOW, "{\"id\":\"own1\"}", status, &a);
    assert_string_equal(answer_problem(&a), status == 429 ? "volume-cap" : "");
}

static void exhaust(struct person *p, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        look(p, 200);
    }
    look(p, 429);
}

/* Found or not, searched or shown: five, and the sixth is told whom to ask. It is on record each time. */
static void test_stopped(void **state)
{
    static const struct {
        const char *path, *body;
        int status;
    } five[] = {
        {SEARCH, "{\"query\":\"ヤマダ\"}", 200},
        {SEARCH, "{\"query\":\"ソンザイシナイ\"}", 200},
        {SHOW, "{\"id\":\"own1\"}", 200},
        {SHOW, "{\"id\":\"other1\"}", 404},
        {SEARCH, "{\"query\":\"12345678901234567\",\"by\":\"point\"}", 400}, /* gas: the store was asked */
    };
    struct rig *r = *state;
    struct person *p = &r->counter;
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0};

    person_sign_in(p);
    for (size_t i = 0; i < sizeof five / sizeof *five; i++) {
        ANSWER_AUTO one = {.status = 0};

        ask_for(p, five[i].path, five[i].body, five[i].status, &one);
    }
    ask_for(p, SHOW, "{\"id\":\"own1\"}", 429, &a);
    assert_string_equal(answer_problem(&a), "volume-cap");
    assert_non_null(strstr(str(a.json, "title_ja"), "上長"));
    assert_non_null(strstr(str(a.json, "title"), "supervisor"));
    assert_string_equal(str(a.json, "rule"), "looks-retail");
    const uint8_t *at = memmem(a.head.p, a.head.n, "\r\nRetry-After: ", 15);
    assert_non_null(at);
    assert_in_range(strtol((const char *)at + 15, NULL, 10), 3500, 3660);
    TG_JSON_AUTO *entry = entry_of(r, &a);
    assert_string_equal(str(entry, "kind"), "show");
    assert_string_equal(str(entry, "decision"), "deny");
    assert_string_equal(str(entry, "problem"), "volume-cap");
    assert_null(json_object_get(entry, "rows"));
    ask_for(p, SEARCH, "{\"query\":\"12345678901234567\",\"by\":\"point\"}", 429,
            &b); /* nobody looked at it */
    TG_JSON_AUTO *again = entry_of(r, &b);
    assert_string_equal(str(again, "problem"), "volume-cap");
}

/* What is no look-up does not count. */
static void test_what_does_not_count(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;

    person_sign_in(p);
    for (unsigned i = 0; i < 10; i++) {
        ANSWER_AUTO a = {.status = 0}, b = {.status = 0}, c = {.status = 0};

        ask_for(p, SHOW, "{\"id\":7}", 400, &a);
        ask_for(p, SHOW, "{\"id\":\"own1\",\"purpose\":\"curiosity\"}", 400, &b);
        ask(p, &(struct ask){.path = "/v1/whoami"}, &c);
        assert_int_equal(c.status, 200);
    }
    exhaust(p, 5);
}

/* A page of a hundred is five, whether or not there are so many rows; it does not fit in what four leave. */
static void test_large_pages(void **state)
{
    static const char large[] = "{\"query\":\"ソンザイシナイ\",\"limit\":100}";
    struct rig *r = *state;
    struct person *p = &r->counter;
    ANSWER_AUTO a = {.status = 0};

    person_sign_in(p);
    ask_for(p, SEARCH, large, 200, &a);
    TG_JSON_AUTO *entry = entry_of(r, &a);
    assert_int_equal(tg_json_int(entry, "looks", 1), 5);
    look(p, 429);
    (void)rig_stop(r);
    rig_start(r); /* the journal knows what it counted for */
    person_new_key(p);
    person_sign_in(p);
    look(p, 429);
}

static void test_large_page_does_not_fit(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0};

    person_sign_in(p);
    look(p, 200);
    ask_for(p, SEARCH, "{\"query\":\"ヤマダ\",\"limit\":81}", 429, &a);
    ask_for(p, SEARCH, "{\"query\":\"ヤマダ\",\"limit\":80}", 200, &b);
    look(p, 429);
}

/* Another session, another key, another connection, another card of the same person: the same count. */
static void test_other_sessions(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;

    person_sign_in(p);
    look(p, 200);
    look(p, 200);
    person_new_key(p);
    person_sign_in(p);
    look(p, 200);
    person_sign_in(&people[SECOND_CARD]);
    look(&people[SECOND_CARD], 200);
    struct tg_raw *conn = person_dial(p, p->proof);
    ANSWER_AUTO a = {.status = 0};
    ask(p, &(struct ask){.path = SHOW, .body = "{\"id\":\"own1\"}", .conn = conn}, &a);
    assert_int_equal(a.status, 200);
    tg_raw_close(&conn);
    look(p, 429);
    look(&people[SECOND_CARD], 429);
    person_new_key(p);
    person_sign_in(p);
    look(p, 429);
    person_sign_in(&people[CONTRACTOR]); /* somebody else is somebody else */
    exhaust(&people[CONTRACTOR], 2);
}

/* The server is stopped and started: the hour goes on. */
static void test_restart(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;

    person_sign_in(p);
    look(p, 200);
    look(p, 200);
    look(p, 200);
    for (unsigned i = 0; i < 2; i++) {
        (void)rig_stop(r);
        rig_start(r);
        person_new_key(p);
        person_sign_in(p);
        look(p, 200);
    }
    look(p, 429);
    (void)rig_stop(r);
    rig_start(r);
    person_new_key(p);
    person_sign_in(p);
    look(p, 429);
    person_new_key(&people[SUPERVISOR]);
    person_sign_in(&people[SUPERVISOR]); /* that she was stopped is known, too */
    ANSWER_AUTO a = {.status = 0};
    ask_for(&people[SUPERVISOR], RELEASE, "{\"person\":\"E0001\"}", 200, &a);
    (void)rig_stop(r);
    rig_start(r);
    person_new_key(p);
    person_sign_in(p);
    exhaust(p, 5);
}

static const char *number_of(const struct person *p)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        if (p == &people[i]) {
            return ids[i][0];
        }
    }
    return p == &p->rig->counter ? "E0001" : "N0001";
}

static void refused(struct person *by, const char *body)
{
    ANSWER_AUTO a = {.status = 0};

    ask_for(by, RELEASE, body, 403, &a);
    assert_string_equal(answer_problem(&a), "cap-release");
    TG_JSON_AUTO *entry = entry_of(by->rig, &a);
    assert_string_equal(str(entry, "kind"), "release");
    assert_string_equal(str(entry, "problem"), "cap-release");
    assert_string_equal(str(entry, "person"), number_of(by));
    assert_true(str(entry, "subject")[0] != '\0');
    assert_null(json_object_get(entry, "lifted"));
}

static void test_released(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter, *chief = &people[SUPERVISOR];
    ANSWER_AUTO a = {.status = 0};

    person_sign_in(p);
    person_sign_in(chief);
    refused(chief, "{\"person\":\"E0001\"}"); /* not stopped yet */
    exhaust(p, 5);
    ask_for(chief, RELEASE, "{\"person\":\"E0001\",\"reason-case\":\"STORM-7\"}", 200, &a);
    assert_string_equal(str(a.json, "person"), "E0001");
    const json_t *roles = json_object_get(a.json, "roles");
    assert_int_equal(json_array_size(roles), 1);
    assert_string_equal(json_string_value(json_array_get(roles, 0)), "retail.counter");
    TG_JSON_AUTO *entry = entry_of(r, &a);
    assert_string_equal(str(entry, "kind"), "release");
    assert_string_equal(str(entry, "decision"), "allow");
    assert_string_equal(str(entry, "person"), "S0001");
    assert_string_equal(str(entry, "role"), "retail.supervisor");
    assert_string_equal(str(entry, "subject"), "E0001");
    assert_string_equal(str(entry, "case"), "STORM-7");
    assert_string_equal(json_string_value(json_array_get(json_object_get(entry, "lifted"), 0)),
                        "retail.counter");
    refused(chief, "{\"person\":\"E0001\"}"); /* twice is not twice as much */
    exhaust(p, 5);
    look(p, 429);
}

static void test_released_by_nobody_else(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;

    person_sign_in(p);
    exhaust(p, 5);
    refused(p, "{\"person\":\"E0001\"}");
    person_sign_in(&people[SECOND_CARD]);
    refused(&people[SECOND_CARD], "{\"person\":\"E0001\"}");
    for (enum who w = THEIRS; w <= FOREMAN; w++) {
        person_sign_in(&people[w]);
        refused(&people[w], "{\"person\":\"E0001\"}");
    }
    person_sign_in(&r->operator);
    refused(&r->operator, "{\"person\":\"E0001\"}");
    person_sign_in(&people[SUPERVISOR]);
    refused(&people[SUPERVISOR], "{\"person\":\"S0001\"}");
    refused(&people[SUPERVISOR], "{\"person\":\"nobody\"}");
    refused(&people[SUPERVISOR], "{\"person\":\"N0001\"}");
    look(p, 429);
    person_sign_in(&people[CONTRACTOR]);
    exhaust(&people[CONTRACTOR], 2);
    ANSWER_AUTO a = {.status = 0};
    ask_for(&people[FOREMAN], RELEASE, "{\"person\":\"W0001\"}", 200, &a); /* contractors among themselves */
    exhaust(&people[CONTRACTOR], 2);
}

/* What was typed stays out of the journal when it is nobody's number. */
static void test_released_badly(void **state)
{
    static const struct {
        const char *body, *member;
    } bad[] = {
        {"{}", "person"},
        {"{\"person\":\"\"}", "person"},
        {"{\"person\":\"佐藤さん\"}", "person"},
        {"{\"person\":\"E0001 please\"}", "person"},
        {"{\"person\":\"E0001\",\"reason-case\":\"she is in a hurry\"}", "reason-case"},
        {"{\"person\":\"E0001\",\"looks\":100}", "(unknown)"},
    };

    person_sign_in(&people[SUPERVISOR]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ANSWER_AUTO a = {.status = 0};

        ask_for(&people[SUPERVISOR], RELEASE, bad[i].body, 400, &a);
        assert_string_equal(str(a.json, "member"), bad[i].member);
        TG_JSON_AUTO *entry = entry_of(people[SUPERVISOR].rig, &a);
        char *text = json_dumps(entry, JSON_ENSURE_ASCII);
        assert_null(strstr(text, "please"));
        assert_null(strstr(text, "hurry"));
        assert_null(strstr(text, "\\u4f50"));
        free(text);
    }
    (void)state;
}

/* How many look-ups of the counter's role a recount at that moment lets through. */
static unsigned left_at(struct rig *r, tg_usec now, const char *person, unsigned cap)
{
    struct tg_caps *c = NULL;
    const struct tg_cap of = {.looks = cap, .seconds = 3600};
    const struct tg_looker who = {person, "retail.counter", "HOME", false};
    struct tg_looking l = {.now = now / 1000000, .looks = 1};
    char why[512] = "";
    unsigned n = 0;

    assert_int_equal(tg_caps_new(&c), TG_OK);
    if (tg_recount(&(struct tg_recounting){.caps = c, .now = now}, rig_path(r, "audit"), why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
    while (tg_caps_count(c, &who, &of, &l) == TG_OK) {
        n++;
    }
    tg_caps_free(&c);
    return n;
}

/* The same journal, read under other clocks: set back, everything in it is as of now. */
static void test_recount_and_the_clock(void **state)
{
    struct rig *r = *state;
    tg_usec now = tg_now_us();

    person_sign_in(&r->counter);
    look(&r->counter, 200);
    look(&r->counter, 200);
    (void)rig_stop(r);
    now = tg_now_us();
    assert_int_equal(left_at(r, now, "E0001", 5), 3);
    assert_int_equal(left_at(r, now + HOUR_US / 2, "E0001", 5), 3);
    assert_int_equal(left_at(r, now + HOUR_US - 61000000, "E0001", 5), 3);
    assert_int_equal(left_at(r, now + HOUR_US + 121000000, "E0001", 5), 5);
    assert_int_equal(left_at(r, now - 2 * HOUR_US, "E0001", 5), 3);
    assert_int_equal(left_at(r, now - 24 * HOUR_US, "E0001", 5), 3);
    assert_int_equal(left_at(r, now, "E0002", 5), 5);
}

/* A name for the terminal that needs escapes makes no record invisible. */
static void test_recount_of_odd_records(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO a = {.status = 0};

    person_sign_in(&r->counter);
    ask(&r->counter,
        &(struct ask){.path = SHOW,
                      .body = "{\"id\":\"own1\"}",
                      .headers = "Tegata-Terminal: \"kind\":\"none\",\"rules\":[]\\\r\n"},
        &a);
    assert_int_equal(a.status, 200);
    (void)rig_stop(r);
    assert_int_equal(left_at(r, tg_now_us(), "E0001", 5), 4);
}

/* A journal that cannot be read to its end opens no server. */
static void test_recount_of_damage(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO segment = TG_BUF_INIT(4u << 20);
    struct tg_caps *c = NULL;
    char why[512] = "";

    person_sign_in(&r->counter);
    look(&r->counter, 200);
    look(&r->counter, 200);
    (void)rig_stop(r);
    rig_get(r, "audit/segment-0000000001", &segment);
    uint8_t *at = memmem(segment.p, segment.n, "\"kind\":\"show\"", 13);
    assert_non_null(at);
    at[9] ^= 1;
    rig_put(r, "audit/segment-0000000001", tg_span_buf(&segment));
    assert_int_equal(tg_caps_new(&c), TG_OK);
    assert_int_equal(tg_recount(&(struct tg_recounting){.caps = c, .now = tg_now_us()}, rig_path(r, "audit"), why, sizeof why), TG_E_AUDIT_BROKEN);
    assert_non_null(strstr(why, "record"));
    tg_caps_free(&c);
    at[9] ^= 1;
    rig_put(r, "audit/segment-0000000001", tg_span_buf(&segment));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_stopped, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_does_not_count, setup, teardown),
        cmocka_unit_test_setup_teardown(test_large_pages, setup, teardown),
        cmocka_unit_test_setup_teardown(test_large_page_does_not_fit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_other_sessions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_restart, setup, teardown),
        cmocka_unit_test_setup_teardown(test_released, setup, teardown),
        cmocka_unit_test_setup_teardown(test_released_by_nobody_else, setup, teardown),
        cmocka_unit_test_setup_teardown(test_released_badly, setup, teardown),
        cmocka_unit_test_setup_teardown(test_recount_and_the_clock, setup, teardown),
        cmocka_unit_test_setup_teardown(test_recount_of_odd_records, setup, teardown),
        cmocka_unit_test_setup_teardown(test_recount_of_damage, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
