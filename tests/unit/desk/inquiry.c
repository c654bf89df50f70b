/* Inquiries on the wire: the three steps, the queue, the one reading; and everybody who should get nothing
 * tries to. What is refused is on record, and no answer tells whether a customer is there.
 */
#include "tests/unit/desk/inquiry_world.h"

/* STEP2, at once: what was asked of it and nothing else; on record with its basis and without what was typed.
 */
static void test_facility(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO a = {.status = 0};

    ask_for(&r->counter, ASK,
            SWITCHING("02-0000-0000-0000-0000-0003", "ササキ ジロウ", "C-1") ",\"fields\":\"capacity "
                                                                             "current_limit\"}",
            200, &a);
    assert_string_equal(str(a.json, "result"), "facility");
    assert_int_equal(json_object_size(fields_of(&a)), 1);
    assert_string_equal(str(fields_of(&a), "capacity"), "30A");
    assert_string_equal(json_string_value(json_array_get(json_object_get(a.json, "missing"), 0)),
                        "current_limit");
    assert_int_equal(json_object_size(json_object_get(json_object_get(a.json, "row"), "hidden")), 0);
    TG_JSON_AUTO *entry = entry_of(r, &a);
    assert_string_equal(str(entry, "kind"), "inquiry");
    assert_string_equal(str(entry, "basis"), "C-1");
    assert_string_equal(str(json_object_get(entry, "act"), "do"), "seen");
    const json_t *row = json_array_get(json_object_get(entry, "rows"), 0);
    assert_string_equal(str(row, "id"), "other1");
    assert_string_equal(str(row, "clear"), "80"); /* capacity alone */
    char *dump = json_dumps(entry, 0);
    assert_null(strstr(dump, "ササキ"));
    assert_null(strstr(dump, POINT));
    free(dump);
}

/* STEP1: one's own customer is looked up, not asked for; nothing of the record comes with it. */
static void test_own(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO a = {.status = 0};

    ask_for(&r->counter, ASK, SWITCHING(OWN, "だれか", "C-own") "}", 200, &a);
    assert_string_equal(str(a.json, "result"), "own");
    assert_string_equal(str(a.json, "record"), "own1");
    assert_null(json_object_get(a.json, "row"));
}

/* Another name, another's name, a point without anybody: one answer, byte for byte. */
static void test_mismatch(void **state)
{
    static const char *const bodies[] = {
        SWITCHING(POINT, "山田 太郎", "C-1") "}", SWITCHING(ELSE, "佐々木", "C-2") "}",
        SWITCHING(NONE, "佐々木 次郎", "C-none") "}",
        SWITCHING(POINT, "佐々木", "C-1") ",\"fields\":\"meter\"}", /* a beginning is no name */
    };
    struct rig *r = *state;
    TG_BUF_AUTO first = TG_BUF_INIT(8192);

    for (size_t i = 0; i < 3; i++) {
        ANSWER_AUTO a = {.status = 0};
        TG_BUF_AUTO plain = TG_BUF_INIT(8192);

        ask_for(&r->counter, ASK, bodies[i], 200, &a);
        assert_string_equal(str(a.json, "result"), "mismatch");
        assert_int_equal(json_integer_value(json_object_get(a.json, "tries")), 2);
        const char *now = answer_plain(&a, i == 0 ? &first : &plain);
        assert_string_equal(now, tg_buf_cstr(&first));
        TG_JSON_AUTO *entry = entry_of(r, &a);
        assert_null(json_object_get(entry, "rows"));
        assert_string_equal(str(json_object_get(entry, "act"), "do"), "tried");
    }
    ANSWER_AUTO part = {.status = 0};
    ask_for(&r->counter, ASK, bodies[3], 200, &part);
    assert_string_equal(str(part.json, "result"), "mismatch");
}

/* Three names for a point; a restart gives no new ones, and what fits costs nothing. */
static void test_guessing(void **state)
{
    struct rig *r = *state;

    for (int i = 0; i < 3; i++) {
        ANSWER_AUTO a = {.status = 0};

        ask_for(&people[COLLEAGUE], ASK, SWITCHING(ELSE, "推測", "C-2") "}", 200, &a);
        assert_string_equal(str(a.json, "result"), "mismatch");
    }
    refused(&people[COLLEAGUE], ASK, SWITCHING(ELSE, "山田 太郎", "C-2") "}", 429, "inquiry-tries");
    restart(r);
    refused(&people[COLLEAGUE], ASK, SWITCHING(ELSE, "山田 太郎", "C-2") "}", 429, "inquiry-tries");
    for (int i = 0; i < 5; i++) {
        ANSWER_AUTO a = {.status = 0};

        ask_for(&people[COLLEAGUE], ASK, SWITCHING(POINT, "佐々木次郎", "C-1") "}", 200, &a);
        assert_string_equal(str(a.json, "result"), "facility");
    }
}

/* Whatever is wrong with a consent, it is the same refusal, whether or not the point is there. */
static void test_consents(void **state)
{
    static const char *const bodies[] = {
        SWITCHING(POINT, "佐々木次郎", "C-unknown") "}", SWITCHING(NONE, "佐々木次郎", "C-unknown") "}",
        SWITCHING(POINT, "佐々木次郎", "C-over") "}",    SWITCHING(POINT, "佐々木次郎", "C-theirs") "}",
        SWITCHING(POINT, "佐々木次郎", "C-moving") "}",  SWITCHING(POINT, "佐々木次郎", "C-2") "}",
        SWITCHING(NONE, "佐々木次郎", "C-1") "}",        SWITCHING(ELSE, "山田太郎", "C-1") "}",
    };
    struct rig *r = *state;
    TG_BUF_AUTO first = TG_BUF_INIT(8192);

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        ANSWER_AUTO a = {.status = 0};
        TG_BUF_AUTO plain = TG_BUF_INIT(8192);

        ask_for(&r->counter, ASK, bodies[i], 403, &a);
        assert_string_equal(answer_problem(&a), "inquiry-consent");
        const char *now = answer_plain(&a, i == 0 ? &first : &plain);
        assert_string_equal(now, tg_buf_cstr(&first));
    }
}

static void test_subjects(void **state)
{
    static const char *const nowhere[] = {"former-supply", "outbound-sales", "market-analysis"};
    static const char *const referred[] = {"construction", "remaining-contract"};
    struct rig *r = *state;
    char body[256];

    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(body, sizeof body,
                       "{\"subject\":\"%s\",\"point\":\"" POINT
                       "\",\"name\":\"佐々木次郎\",\"consent\":\"C-1\"}",
                       nowhere[i]);
        refused(&r->counter, ASK, body, 403, "inquiry-subject");
    }
    for (size_t i = 0; i < 2; i++) {
        ANSWER_AUTO a = {.status = 0};

        (void)snprintf(body, sizeof body,
                       "{\"subject\":\"%s\",\"point\":\"" POINT
                       "\",\"name\":\"佐々木次郎\",\"consent\":\"C-1\"}",
                       referred[i]);
        ask_for(&r->counter, ASK, body, 200, &a);
        assert_string_equal(str(a.json, "result"), "referral");
        assert_int_equal(json_object_size(a.json), 2);
        assert_string_equal(str(json_object_get(a.json, "referral"), "phone"), "0120-000-175");
        TG_JSON_AUTO *entry = entry_of(r, &a);
        assert_string_equal(str(json_object_get(entry, "act"), "do"), "referred");
    }
    refused(&r->counter, ASK, "{\"subject\":\"whatever\"}", 400, "bad-member");
}

static void test_fields(void **state)
{
    static const char *const too_much[] = {"name", "capacity name", "usage",   "phone",
                                           "pole", "contract_end",  "retailer"};
    struct rig *r = *state;
    char body[256];

    for (size_t i = 0; i < sizeof too_much / sizeof *too_much; i++) {
        (void)snprintf(body, sizeof body, SWITCHING(POINT, "佐々木次郎", "C-1") ",\"fields\":\"%s\"}",
                       too_much[i]);
        refused(&r->counter, ASK, body, 403, "inquiry-fields");
    }
    refused(&r->counter, ASK,
            SWITCHING(POINT, "佐々木次郎", "C-1") ",\"fields\":\"meter\",\"step\":\"facility\"}", 403,
            "inquiry-fields");
    refused(&r->counter, ASK, SWITCHING(POINT, "佐々木次郎", "C-1") ",\"fields\":\"metre\"}", 400,
            "bad-member");
    refused(&r->counter, ASK, SWITCHING(POINT, "佐々木次郎", "C-1") ",\"fields\":\"capacity  meter\"}", 400,
            "bad-member");
    refused(&r->counter, ASK, SWITCHING(POINT, "佐々木次郎", "C-1") ",\"id\":\"other1\"}", 400, "bad-member");
    refused(&r->counter, ASK, "{\"subject\":\"switching\",\"point\":\"" POINT "\",\"consent\":\"C-1\"}", 400,
            "bad-member");
    refused(&r->counter, ASK, SWITCHING(POINT, "佐々木次郎", "お客さまの声") "}", 400, "bad-member");
}

/* Asked, taken, answered, read; both sides on record; each sees what it needs and nothing more. */
static void test_round_trip(void **state)
{
    struct rig *r = *state;
    char id[32];
    ANSWER_AUTO asked = {.status = 0}, queue = {.status = 0}, taken = {.status = 0}, read = {.status = 0};

    put_question(r, id);
    ask_for(&r->counter, LIST, NULL, 200, &asked);
    assert_int_equal(json_array_size(json_object_get(asked.json, "queue")), 0);
    assert_string_equal(str(json_array_get(json_object_get(asked.json, "mine"), 0), "id"), id);
    ask_for(&r->operator, LIST, NULL, 200, &queue);
    const json_t *waiting = json_array_get(json_object_get(queue.json, "queue"), 0);
    assert_string_equal(str(waiting, "id"), id);
    assert_null(json_object_get(waiting, "person"));
    assert_int_equal(json_array_size(json_object_get(queue.json, "mine")), 0);
    on(&r->operator, TAKE, id, 200, &taken);
    assert_int_equal(json_object_size(fields_of(&taken)), 2); /* point and meter; night_equipment is empty */
    assert_string_equal(str(fields_of(&taken), "meter"), "M-0001");
    assert_string_equal(str(fields_of(&taken), "point"), POINT);
    answer(r, id, "\"partly\",\"fields\":\"meter\"");
    on(&r->counter, READ, id, 200, &read);
    assert_int_equal(json_object_size(fields_of(&read)), 1);
    assert_string_equal(str(fields_of(&read), "meter"), "M-0001");
    assert_string_equal(str(json_object_get(read.json, "answer"), "code"), "partly");
    TG_JSON_AUTO *entry = entry_of(r, &read);
    assert_string_equal(str(json_object_get(entry, "act"), "do"), "read");
    assert_string_equal(str(entry, "basis"), "C-1");
    assert_string_equal(str(json_array_get(json_object_get(entry, "rows"), 0), "clear"), "400");
    assert_string_equal(json_string_value(json_array_get(json_object_get(entry, "rules"), 0)),
                        "switching-question");
    TG_JSON_AUTO *their = entry_of(r, &taken);
    assert_string_equal(str(their, "person"), "N0001");
    refused_on(&r->counter, READ, id, 409, "inquiry-over");
    refused_on(&r->counter, WITHDRAW, id, 409, "inquiry-over");
}

/* Who did not ask gets what who asks for nothing gets, byte for byte. */
static void test_others(void **state)
{
    struct rig *r = *state;
    char id[32];

    put_question(r, id);
    take(r, id);
    refused_on(&people[SECOND], TAKE, id, 409, "inquiry-over");
    refused_on(&people[BOSS], TAKE, id, 403, "forbidden");
    refused_on(&r->counter, TAKE, id, 403, "forbidden");
    answer(r, id, "\"as-recorded\"");
    struct person *const others[] = {&people[COLLEAGUE], &people[RIVAL]};
    for (size_t i = 0; i < 2; i++) {
        ANSWER_AUTO theirs = {.status = 0}, none = {.status = 0};
        TG_BUF_AUTO a = TG_BUF_INIT(8192), b = TG_BUF_INIT(8192);

        on(others[i], READ, id, 404, &theirs);
        on(others[i], READ, "IQ-20200101-000001", 404, &none);
        assert_string_equal(answer_plain(&theirs, &a), answer_plain(&none, &b));
        refused_on(others[i], WITHDRAW, id, 404, "not-found");
    }
    refused_on(&r->operator, READ, id, 403, "forbidden");
    refused_on(&people[BOSS], READ, id, 403, "forbidden");
    refused(&people[DUNNING], ASK, QUESTION, 403, "forbidden");
    refused(&people[RIVAL], ASK, SWITCHING(OWN, "山田太郎", "C-own") "}", 403, "inquiry-consent");
    refused(&r->operator, ASK, QUESTION, 403, "forbidden");
    ANSWER_AUTO list = {.status = 0};
    ask_for(&people[COLLEAGUE], LIST, NULL, 200, &list);
    for (size_t i = 0; i < json_array_size(json_object_get(list.json, "mine")); i++) {
        assert_string_not_equal(str(json_array_get(json_object_get(list.json, "mine"), i), "id"), id);
    }
}

static void test_answers(void **state)
{
    struct rig *r = *state;
    char id[32], body[256];
    ANSWER_AUTO read = {.status = 0};
    static const char *const bad[][2] = {
        {"\"as-recorded\",\"fields\":\"meter name\"", "inquiry-fields"},
        {"\"as-recorded\",\"fields\":\"capacity\"", "inquiry-fields"},
        {"\"not-recorded\",\"fields\":\"meter\"", "bad-member"},
        {"\"maybe\"", "bad-member"},
    };

    put_question(r, id);
    (void)snprintf(body, sizeof body, "{\"inquiry\":\"%s\",\"answer\":\"as-recorded\"}", id);
    refused(&r->operator, ANSWER, body, 409, "inquiry-over"); /* not taken */
    take(r, id);
    refused(&people[SECOND], ANSWER, body, 409, "inquiry-over");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)snprintf(body, sizeof body, "{\"inquiry\":\"%s\",\"answer\":%s}", id, bad[i][0]);
        refused(&r->operator, ANSWER, body, bad[i][1][0] == 'b' ? 400 : 403, bad[i][1]);
    }
    answer(r, id, "\"not-recorded\"");
    on(&r->counter, READ, id, 200, &read);
    assert_true(json_is_null(json_object_get(read.json, "row")));
    refused_on(&r->counter, READ, id, 409, "inquiry-over");
}

/* A consent that was withdrawn meanwhile opens no answer; what was answered waits, in case it comes back. */
static void test_withdrawn_consent(void **state)
{
    struct rig *r = *state;
    char id[32];
    ANSWER_AUTO read = {.status = 0};

    put_question(r, id);
    take(r, id);
    answer(r, id, "\"as-recorded\"");
    put_consents(r, true);
    refused_on(&r->counter, READ, id, 403, "inquiry-consent");
    put_consents(r, false);
    on(&r->counter, READ, id, 200, &read);
}

/* After a restart everything stands where it stood, and what was read stays read. */
static void test_restart(void **state)
{
    struct rig *r = *state;
    char open[32], answered[32], spent[32];
    ANSWER_AUTO list = {.status = 0}, read = {.status = 0}, first = {.status = 0};

    put_question(r, open);
    put_question(r, answered);
    take(r, answered);
    answer(r, answered, "\"as-recorded\"");
    put_question(r, spent);
    take(r, spent);
    answer(r, spent, "\"as-recorded\"");
    on(&r->counter, READ, spent, 200, &first);
    restart(r);
    refused_on(&r->counter, READ, spent, 409, "inquiry-over");
    refused_on(&r->counter, READ, open, 409, "inquiry-over");
    on(&r->counter, READ, answered, 200, &read);
    assert_string_equal(str(fields_of(&read), "meter"), "M-0001");
    ask_for(&r->operator, LIST, NULL, 200, &list);
    bool found = false;
    for (size_t i = 0; i < json_array_size(json_object_get(list.json, "queue")); i++) {
        found = found || strcmp(str(json_array_get(json_object_get(list.json, "queue"), i), "id"), open) == 0;
    }
    assert_true(found);
    char next[32];
    put_question(r, next);
    assert_true(strcmp(next, spent) > 0);
}

struct twice {
    struct person *p;
    struct tg_raw *conn;
    const char *body;
    int status;
};

static void *one_of_two(void *arg)
{
    struct twice *t = arg;
    ANSWER_AUTO a = {.status = 0};

    ask(t->p, &(struct ask){.path = READ, .body = t->body, .conn = t->conn}, &a);
    t->status = a.status;
    return NULL;
}

/* Two connections of one session at the same moment: one reads. */
static void test_two_at_once(void **state)
{
    struct rig *r = *state;

    for (int round = 0; round < 5; round++) {
        char id[32], body[96];
        struct twice t[2];
        pthread_t thread[2];

        put_question(r, id);
        take(r, id);
        answer(r, id, "\"as-recorded\"");
        (void)snprintf(body, sizeof body, "{\"inquiry\":\"%s\"}", id);
        for (size_t i = 0; i < 2; i++) {
            t[i] = (struct twice){&r->counter, person_dial(&r->counter, r->counter.proof), body, 0};
        }
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(pthread_create(&thread[i], NULL, one_of_two, &t[i]), 0);
        }
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(pthread_join(thread[i], NULL), 0);
            tg_raw_close(&t[i].conn);
        }
        assert_int_equal(t[0].status + t[1].status, 200 + 409);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_facility, inquiry_fresh),
        cmocka_unit_test_setup(test_own, inquiry_fresh),
        cmocka_unit_test_setup(test_mismatch, inquiry_fresh),
        cmocka_unit_test_setup(test_guessing, inquiry_fresh),
        cmocka_unit_test_setup(test_consents, inquiry_fresh),
        cmocka_unit_test_setup(test_subjects, inquiry_fresh),
        cmocka_unit_test_setup(test_fields, inquiry_fresh),
        cmocka_unit_test_setup(test_round_trip, inquiry_fresh),
        cmocka_unit_test_setup(test_others, inquiry_fresh),
        cmocka_unit_test_setup(test_answers, inquiry_fresh),
        cmocka_unit_test_setup(test_withdrawn_consent, inquiry_fresh),
        cmocka_unit_test_setup(test_restart, inquiry_fresh),
        cmocka_unit_test_setup(test_two_at_once, inquiry_fresh),

    };

    return cmocka_run_group_tests(tests, inquiry_setup, inquiry_teardown);
}
