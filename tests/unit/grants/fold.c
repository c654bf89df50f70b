/* A restart: the same steps out of the journal make the same state; whatever was changed in them opens nothing.
 * And their JSON: what is written is read again, and nothing else is.
 */
#include <pthread.h>

#include "tests/unit/grants/rig.h"

#define MOST 64

/* The journal: one step a line. */
static struct {
    char *line[MOST];
    size_t n;
} book;

static void put(const struct tg_step *s)
{
    TG_BUF_AUTO out = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);

    assert_int_equal(tg_step_write(s, &out), TG_OK);
    assert_true(book.n < MOST);
    book.line[book.n++] = strdup(tg_buf_cstr(&out));
}

static void forget(void)
{
    while (book.n > 0) {
        free(book.line[--book.n]);
    }
}

/* Done now, and on record. */
static void step(struct rig *r, struct tg_step s, enum who by)
{
    s.by = rig_doer(by);
    if (s.what != TG_STEP_DECLARE && s.what != TG_STEP_PROPOSE && s.id[0] == '\0') {
        memcpy(s.id, r->id, sizeof s.id);
    }
    assert_int_equal(rig_step(r, &s), TG_OK);
    memcpy(r->id, s.id, sizeof r->id);
    put(&s);
}

static void approve(struct rig *r, enum who by, unsigned number)
{
    char *jws = rig_sign(r, by, &(struct bent){.number = number});
    bool event = tg_grants_find(r->grants, r->id) != NULL;

    step(r,
         (struct tg_step){.what = event ? TG_STEP_APPROVE : TG_STEP_ROSTER_APPROVE, .number = number, .approval = jws},
         by);
    free(jws);
}

static void acknowledge(struct rig *r, enum who by)
{
    step(r,
         (struct tg_step){.what = TG_STEP_ACKNOWLEDGE,
                          .pledge = tg_policy_granting(r->policy, "emergency.responder", TG_EVENT_OUTAGE)->pledge},
         by);
}

static void live(struct rig *r)
{
    step(r, rig_outage(N1, r), N1);
    approve(r, N1, 1);
    r->now += 60;
    approve(r, R1, 1);
    acknowledge(r, X1);
}

/* The state anew, out of the book; the error of the step that is refused, which does not stop the others. */
static enum tg_err fold(struct rig *r)
{
    struct tg_grant_world w = r->world;
    enum tg_err first = TG_OK;

    w.past = true;
    tg_grants_free(&r->grants);
    assert_int_equal(tg_grants_new(&r->grants), TG_OK);
    for (size_t i = 0; i < book.n; i++) {
        TG_JSON_AUTO *obj = NULL;
        struct tg_step s;

        assert_int_equal(tg_json_parse(tg_span_str(book.line[i]), &obj), TG_OK);
        enum tg_err e = tg_step_read(obj, &s);
        if (e == TG_OK) {
            e = tg_grants_apply(r->grants, &w, &s);
        }
        first = first == TG_OK ? e : first;
    }
    return first;
}

/* Line i with one word replaced, wherever it stands in it. */
static void forge(size_t i, const char *was, const char *is)
{
    char *at = strstr(book.line[i], was), *made = NULL;

    assert_non_null(at);
    assert_true(asprintf(&made, "%.*s%s%s", (int)(at - book.line[i]), book.line[i], is, at + strlen(was)) > 0);
    free(book.line[i]);
    book.line[i] = made;
}

static void same_life_after_a_restart(void **state)
{
    struct rig *r = *state;
    struct tg_event was;
    char ro[TG_GRANT_ID_BYTES];

    step(r,
         (struct tg_step){.what = TG_STEP_PROPOSE,
                          .cause = "当番",
                          .role = "emergency.responder",
                          .areas = "02203",
                          .people = PEOPLE,
                          .seconds = HOUR,
                          .end = r->now + 48 * HOUR},
         N1);
    memcpy(ro, r->id, sizeof ro);
    approve(r, N1, 1);
    approve(r, R1, 1);
    live(r);
    step(r, (struct tg_step){.what = TG_STEP_EXTEND, .seconds = 2 * HOUR, .end = r->now + 5 * HOUR}, N1);
    approve(r, N2, 2);
    approve(r, R2, 2);
    was = *rig_event(r);
    struct tg_step s = rig_outage(N1, r);
    s.people = NULL;
    s.standing = ro;
    s.areas = "02203";
    step(r, s, N1);
    step(r, (struct tg_step){.what = TG_STEP_START, .reason = "danger"}, N1);
    struct tg_step seen = {.what = TG_STEP_ALARM};
    (void)snprintf(seen.id, sizeof seen.id, "%s", tg_grants_alarm(r->grants, 0)->id);
    memcpy(r->id, was.id, sizeof r->id);
    struct tg_event second = *tg_grants_event(r->grants, 1);
    step(r, seen, R1);

    assert_int_equal(fold(r), TG_OK);
    memcpy(r->id, was.id, sizeof r->id);
    const struct tg_event *is = rig_event(r);
    assert_int_equal(is->from, was.from);
    assert_int_equal(is->until, was.until);
    assert_int_equal(is->number, 2);
    assert_int_equal(is->mode, TG_MODE_FULL);
    assert_string_equal(is->digest, was.digest);
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
    assert_int_equal(rig_of(r, X2, NULL), TG_E_GRANT_UNACKNOWLEDGED);
    is = tg_grants_event(r->grants, 1);
    assert_int_equal(is->mode, TG_MODE_NONE);
    assert_int_equal(is->until, second.until);
    assert_int_equal(tg_grants_alarms(r->grants), 1);
    assert_false(tg_alarm_for(tg_grants_alarm(r->grants, 0), "R1", TG_VOICE_RETAIL));
    assert_true(tg_alarm_for(tg_grants_alarm(r->grants, 0), "R2", TG_VOICE_RETAIL));
    r->now -= HOUR; /* nor is the time forgotten */
    assert_int_equal(rig_of(r, X1, NULL), TG_E_CLOCK);
    r->now += HOUR;
    assert_int_equal(rig_declare(r, N1), TG_OK); /* and no number is given out twice */
    assert_string_equal(r->id + 11, "-003");
    forget();
}

static void in_the_middle(void **state)
{
    struct rig *r = *state;

    step(r, rig_outage(N1, r), N1);
    approve(r, N1, 1);
    assert_int_equal(fold(r), TG_OK);
    assert_int_equal(rig_state(r), TG_EVENT_HALF);
    assert_int_equal(rig_approve(r, N2), TG_E_GRANT_VOICE);
    assert_int_equal(rig_approve(r, R1), TG_OK);
    assert_int_equal(rig_state(r), TG_EVENT_LIVE);
    forget();
}

/* Each word of the grant, and of who approved it: whoever writes into the journal gains nothing. */
static void whatever_is_forged_opens_nothing(void **state)
{
    static const struct {
        size_t line;
        const char *was, *is;
        enum tg_err e;
    } forged[] = {
        {0, "02203 02207", "02203 02207 02205", TG_E_APPROVAL_DIGEST},
        {0, "\"seconds\":3600", "\"seconds\":86400", TG_E_APPROVAL_DIGEST},
        {0, "\"people\":\"X1 X2\"", "\"people\":\"X1 X3\"", TG_E_APPROVAL_DIGEST},
        {0, "\"kind\":\"outage\"", "\"kind\":\"drill\"", TG_E_APPROVAL_DIGEST},
        {0, "停電", "事故", TG_E_APPROVAL_DIGEST},
        {0, "-001\"", "-002\"", TG_E_NOT_FOUND},
        {1, "\"person\":\"N1\"", "\"person\":\"N2\"", TG_E_APPROVAL_PEOPLE},
        {2, "\"person\":\"R1\"", "\"person\":\"R2\"", TG_E_APPROVAL_PEOPLE},
        {2, "\"approval\":\"", "\"approval\":\"A", TG_E_APPROVAL},
        {2, "\"at\":", "\"at\":9", TG_E_GRANT_ENDED}, /* far in the future */
        {1, "\"number\":1", "\"number\":2", TG_E_GRANT_STATE},
    };
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
        live(r);
        assert_int_equal(fold(r), TG_OK);
        assert_int_equal(rig_of(r, X1, NULL), TG_OK);
        forge(forged[i].line, forged[i].was, forged[i].is);
        assert_int_equal(fold(r), forged[i].e);
        assert_int_not_equal(rig_of(r, X1, NULL), TG_OK);
        forget();
        tg_grants_free(&r->grants);
        assert_int_equal(tg_grants_new(&r->grants), TG_OK);
    }
}

/* One line is missing, one stands twice. */
static void lines_cut_and_doubled(void **state)
{
    struct rig *r = *state;

    for (size_t cut = 0; cut < 4; cut++) {
        live(r);
        free(book.line[cut]);
        memmove(&book.line[cut], &book.line[cut + 1], (book.n - cut - 1) * sizeof book.line[0]);
        book.n--;
        assert_int_equal(fold(r) != TG_OK, cut < 3); /* an acknowledgement more or less is no fault … */
        assert_int_not_equal(rig_of(r, X1, NULL), TG_OK); /* … but without it nothing opens */
        forget();
        tg_grants_free(&r->grants);
        assert_int_equal(tg_grants_new(&r->grants), TG_OK);
    }
    live(r);
    book.line[book.n] = strdup(book.line[1]);
    book.n++;
    assert_int_equal(fold(r), TG_E_APPROVAL_USED);
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
    forget();
}

/* Approved by the post of that day: it may be another one since. A post that book and policy never knew opens
 * nothing, though the card is real.
 */
static void posts_of_then(void **state)
{
    struct rig *r = *state;

    live(r);
    rig_staff(r, "R1,試験 3,HOME,,,,p,retail.duty,本店,,2020-04-01,", "R1,試験 3,HOME,,,2027-01-15,p,retail.duty,本店,,2020-04-01,2027-01-15");
    assert_int_equal(fold(r), TG_OK);
    assert_int_equal(rig_of(r, X1, NULL), TG_OK);
    rig_staff(r, "R1,試験 3,HOME,,,,p,retail.duty,本店,,2020-04-01,", "R1,試験 3,HOME,,,,p,retail.duty,本店,,2020-04-01,2027-01-14");
    assert_int_equal(fold(r), TG_OK);
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE);
    assert_int_equal(tg_grants_leftovers(r->grants, r->now).unconfirmed, 1);
    rig_staff(r, "R1,", "R7,");
    assert_int_equal(fold(r), TG_OK);
    assert_int_equal(rig_of(r, X1, NULL), TG_E_GRANT_NONE);
    assert_int_equal(tg_grants_leftovers(r->grants, r->now).unconfirmed, 1);
    forget();
}

static void what_is_written_is_read(void **state)
{
    struct rig *r = *state;
    const struct tg_step all[] = {
        {.what = TG_STEP_DECLARE, .kind = TG_EVENT_TRANSITION, .cause = "移行 \"x\"", .role = "emergency.transition",
         .areas = "02203", .people = "A B", .seconds = 60, .end = 1900000000},
        {.what = TG_STEP_DECLARE, .kind = TG_EVENT_OUTAGE, .cause = "c", .role = "r", .areas = "02203",
         .standing = "RO-20270115-001", .seconds = 60, .end = 1900000000},
        {.what = TG_STEP_APPROVE, .number = 3, .approval = "a.b.c"},
        {.what = TG_STEP_START, .reason = "danger"},
        {.what = TG_STEP_EXTEND, .seconds = 60, .end = 1900000000},
        {.what = TG_STEP_CLOSE},
        {.what = TG_STEP_ACKNOWLEDGE,
         .pledge = "0000000000000000000000000000000000000000000000000000000000000000"},
        {.what = TG_STEP_REVIEW, .views = "1 2", .verdict = TG_VIEW_QUESTIONED},
        {.what = TG_STEP_PROPOSE, .cause = "n", .role = "r", .areas = "02203", .people = "A", .seconds = 60,
         .end = 1900000000},
        {.what = TG_STEP_ROSTER_APPROVE, .approval = "a.b.c"},
        {.what = TG_STEP_ALARM},
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        TG_BUF_AUTO one = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES), two = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
        TG_JSON_AUTO *obj = NULL;
        struct tg_step s = all[i], back;

        s.at = r->now;
        s.by = rig_doer(N1);
        memcpy(s.id, "EV-20270115-001", 16);
        assert_int_equal(tg_step_write(&s, &one), TG_OK);
        assert_int_equal(tg_json_parse(tg_span_buf(&one), &obj), TG_OK);
        assert_int_equal(tg_step_read(obj, &back), TG_OK);
        assert_int_equal(back.what, s.what);
        assert_int_equal(tg_step_write(&back, &two), TG_OK);
        assert_true(tg_span_eq(tg_span_buf(&one), tg_span_buf(&two)));
    }
}

#define BY "\"by\":{\"person\":\"N1\",\"company\":\"NW\",\"employer\":\"NW\",\"role\":\"nw.duty\",\"office\":\"\"}"
#define HEAD "{\"v\":1,\"step\":\"close\",\"at\":1800000000,\"id\":\"EV-20270115-001\","

static void what_is_not_a_step(void **state)
{
    static const char *const bad[] = {
        "{}",
        HEAD "\"by\":{}}",
        HEAD "\"by\":{\"person\":\"N1\"}}",
        HEAD BY ",\"more\":1}",
        HEAD BY ",\"seconds\":\"60\"}",
        HEAD BY ",\"seconds\":0}",
        HEAD BY ",\"kind\":\"outage\"}",
        HEAD BY ",\"verdict\":\"explained\"}",
        "{\"v\":2,\"step\":\"close\",\"at\":1,\"id\":\"EV-20270115-001\"," BY "}",
        "{\"v\":1,\"step\":\"open\",\"at\":1,\"id\":\"EV-20270115-001\"," BY "}",
        "{\"v\":1,\"step\":\"close\",\"at\":0,\"id\":\"EV-20270115-001\"," BY "}",
        "{\"v\":1,\"step\":\"declare\",\"at\":1,\"id\":\"EV-20270115-001\"," BY "}",
        "{\"v\":1,\"step\":\"declare\",\"at\":1,\"kind\":\"flood\",\"id\":\"EV-20270115-001\"," BY "}",
        "{\"v\":1,\"step\":\"review\",\"at\":1,\"id\":\"EV-20270115-001\"," BY "}",
        "{\"v\":1,\"step\":\"close\",\"at\":1,\"id\":\"EV-20270115-0000000000000001\"," BY "}",
    };
    struct tg_step s;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        TG_JSON_AUTO *obj = NULL;

        assert_int_equal(tg_json_parse(tg_span_str(bad[i]), &obj), TG_OK);
        assert_int_equal(tg_step_read(obj, &s), TG_E_BAD_MEMBER);
    }
    TG_JSON_AUTO *good = NULL;
    assert_int_equal(tg_json_parse(tg_span_str(HEAD BY "}"), &good), TG_OK);
    assert_int_equal(tg_step_read(good, &s), TG_OK);
}

/* Readers on other loops see an event whole or not at all, and after its end never again. */
struct reading {
    struct rig *rig;
    _Atomic bool stop;
    _Atomic unsigned opened, refused, wrong;
};

static void *read_on(void *ctx)
{
    struct reading *t = ctx;
    struct tg_grant *g = calloc(1, sizeof *g);
    struct tg_grantee who = {"X1", "emergency.responder", "青森", "HOME"};

    while (g != NULL && !t->stop) {
        enum tg_err e = tg_grants_of(t->rig->grants, &who, NOW, g);

        t->opened += e == TG_OK;
        t->refused += e != TG_OK;
        t->wrong += e == TG_OK && (g->n < 1 || strncmp(g->areas, "02203 02207", 11) != 0);
    }
    free(g);
    return NULL;
}

static void several_loops(void **state)
{
    struct rig *r = *state;
    struct reading t = {.rig = r};
    pthread_t thread[3];

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pthread_create(&thread[i], NULL, read_on, &t), 0);
    }
    for (unsigned i = 0; i < 40 || t.opened == 0; i++) {
        rig_live(r);
        while (t.opened == 0) {
            ;
        }
        assert_int_equal(rig_close(r, N1), TG_OK);
    }
    unsigned refused_before = t.refused;
    while (t.refused < refused_before + 3) {
        ;
    }
    t.stop = true;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    }
    assert_int_equal(t.wrong, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        T(same_life_after_a_restart),
        T(in_the_middle),
        T(whatever_is_forged_opens_nothing),
        T(lines_cut_and_doubled),
        T(posts_of_then),
        T(what_is_written_is_read),
        cmocka_unit_test(what_is_not_a_step),
        T(several_loops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
