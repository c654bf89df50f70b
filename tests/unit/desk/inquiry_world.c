#include "tests/unit/desk/inquiry_world.h"

struct person people[PEOPLE];
static const char *const ids[PEOPLE][2] = {
    [COLLEAGUE] = {"E0002", "urn:uuid:41234567-89ab-4cde-8f01-23456789abcd"},
    [RIVAL] = {"R0001", "urn:uuid:51234567-89ab-4cde-8f01-23456789abcd"},
    [SECOND] = {"N0002", "urn:uuid:61234567-89ab-4cde-8f01-23456789abcd"},
    [DUNNING] = {"E0003", "urn:uuid:71234567-89ab-4cde-8f01-23456789abcd"},
    [BOSS] = {"S0001", "urn:uuid:81234567-89ab-4cde-8f01-23456789abcd"},
};
static const char more_staff[] = "E0002,試験 五郎,HOME,,,,counter,retail.counter,八戸営業所,,2020-04-01,\n"
                                 "R0001,試験 六郎,R0001,,,,counter,retail.counter,仙台,,2020-04-01,\n"
                                 "N0002,試験 七郎,NW,,,,nsc,nw.operator,NSC,,2020-04-01,\n"
                                 "E0003,試験 八郎,HOME,,,,dunning,retail.dunning,本店,,2020-04-01,\n"
                                 "S0001,試験 九郎,HOME,,,,chief,retail.supervisor,八戸営業所,,2020-04-01,\n";

static void append(struct rig *r, const char *file, const char *lines)
{
    TG_BUF_AUTO text = TG_BUF_INIT(65536);

    rig_get(r, file, &text);
    assert_int_equal(tg_buf_add_str(&text, lines), TG_OK);
    rig_put(r, file, tg_span_buf(&text));
}

void put_consents(struct rig *r, bool withdrawn)
{
    TG_BUF_AUTO csv = TG_BUF_INIT(4096);
    tg_day today = tg_day_of(tg_now());
    char from[11], to[11], past[11];

    tg_day_text(today - 1, from);
    tg_day_text(today + 1, to);
    tg_day_text(today - 3, past);
    assert_int_equal(tg_buf_add_str(&csv, "consent,company,point,purpose,from,to\n"), TG_OK);
    static const char *const rows[][4] = {
        {"C-1", "HOME", POINT, "switching"},       {"C-2", "HOME", ELSE, "switching"},
        {"C-none", "HOME", NONE, "switching"},     {"C-own", "HOME", OWN, "switching"},
        {"C-theirs", "R0001", POINT, "switching"}, {"C-moving", "HOME", POINT, "moving"}};
    for (size_t i = withdrawn ? 1 : 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(tg_buf_addf(&csv, "%s,%s,%s,%s,%s,%s\n", rows[i][0], rows[i][1], rows[i][2],
                                     rows[i][3], from, to),
                         TG_OK);
    }
    assert_int_equal(tg_buf_addf(&csv, "C-over,HOME," POINT ",switching,%s,%s\n", past, past), TG_OK);
    rig_put(r, "staff/consents.csv", tg_span_buf(&csv));
    rig_reload(r);
}

void sign_in_all(struct rig *r)
{
    person_sign_in(&r->counter);
    person_sign_in(&r->operator);
    for (size_t i = 0; i < PEOPLE; i++) {
        person_sign_in(&people[i]);
    }
}

void restart(struct rig *r)
{
    (void)rig_stop(r);
    rig_start(r);
    person_new_key(&r->counter);
    person_new_key(&r->operator);
    for (size_t i = 0; i < PEOPLE; i++) {
        person_new_key(&people[i]);
    }
    sign_in_all(r);
}

int inquiry_setup(void **state)
{
    static const char companies[] =
        "code,name,kind,home,phone\nHOME,東北電力,retail,yes,\n"
        "R0001,みちのく電力,retail,no,\nNW,ネットワーク,network,no,0120-000-175\n";
    char card[96];
    struct rig *r;

    (void)rig_setup(state);
    r = *state;
    rig_put(r, "staff/companies.csv", tg_span_str(companies));
    append(r, "staff/staff.csv", more_staff);
    for (size_t i = 0; i < PEOPLE; i++) {
        rig_person(r, &people[i], ids[i][0], ids[i][1]);
        (void)snprintf(card, sizeof card, "%s,%s,active\n", ids[i][1] + 9, ids[i][0]);
        append(r, "staff/cards.csv", card);
    }
    put_consents(r, false);
    for (size_t i = 0; i < PEOPLE; i++) {
        person_new_key(&people[i]);
    }
    sign_in_all(r);
    return 0;
}

int inquiry_fresh(void **state)
{
    sign_in_all(*state);
    return 0;
}

int inquiry_teardown(void **state)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        person_done(&people[i]);
        memset(&people[i], 0, sizeof people[i]);
    }
    return rig_teardown(state);
}

void refused(struct person *p, const char *path, const char *body, int status, const char *problem)
{
    ANSWER_AUTO a = {.status = 0};

    ask_for(p, path, body, status, &a);
    assert_string_equal(answer_problem(&a), problem);
    TG_JSON_AUTO *entry = entry_of(p->rig, &a);
    assert_string_equal(str(entry, "problem"), problem);
}

void on(struct person *p, const char *path, const char *id, int status, struct answer *a)
{
    char body[128];

    (void)snprintf(body, sizeof body, "{\"inquiry\":\"%s\"}", id);
    ask_for(p, path, body, status, a);
}

void refused_on(struct person *p, const char *path, const char *id, int status, const char *problem)
{
    ANSWER_AUTO a = {.status = 0};

    on(p, path, id, status, &a);
    assert_string_equal(answer_problem(&a), problem);
}

/* Asks the question, and copies its id. */
void put_question(struct rig *r, char id[32])
{
    ANSWER_AUTO a = {.status = 0};

    ask_for(&r->counter, ASK, QUESTION, 200, &a);
    assert_string_equal(str(a.json, "result"), "question");
    (void)snprintf(id, 32, "%s", str(json_object_get(a.json, "inquiry"), "id"));
}

void take(struct rig *r, const char *id)
{
    ANSWER_AUTO a = {.status = 0};

    on(&r->operator, TAKE, id, 200, &a);
}

void answer(struct rig *r, const char *id, const char *more)
{
    ANSWER_AUTO a = {.status = 0};
    char body[256];

    (void)snprintf(body, sizeof body, "{\"inquiry\":\"%s\",\"answer\":%s}", id, more);
    ask_for(&r->operator, ANSWER, body, 200, &a);
    assert_string_equal(str(a.json, "state"), "answered");
}

const json_t *fields_of(const struct answer *a)
{
    return json_object_get(json_object_get(a->json, "row"), "fields");
}
