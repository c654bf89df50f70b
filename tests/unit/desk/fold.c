/* The journal's entries, as the desk writes them, become the same grants again; whoever could write entries of
 * their own (and make the chain anew) gets nothing out of it that approvals do not carry.
 */
#include "server/desk/fold.h"

#include "server/audit/entry.h"
#include "tests/unit/grants/rig.h"

#define MOST 32

/* The journal: whole entries. */
static struct {
    char *line[MOST];
    size_t n;
} journal;

static void forget(void)
{
    while (journal.n > 0) {
        free(journal.line[--journal.n]);
    }
}

static void put_line(const char *text)
{
    assert_true(journal.n < MOST);
    journal.line[journal.n++] = strdup(text);
}

static void put_entry(const struct tg_entry *e)
{
    TG_BUF_AUTO out = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);

    assert_int_equal(tg_entry_write(e, &out), TG_OK);
    put_line(tg_buf_cstr(&out));
}

/* As the desk's trail writes a step; decided, and by whom, may be untrue. */
static void put_step(const struct tg_step *s, enum tg_err decided, const char *person)
{
    TG_BUF_AUTO act = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);

    assert_int_equal(tg_step_write(s, &act), TG_OK);
    put_entry(&(struct tg_entry){.kind = TG_KIND_GRANT,
                                 .time = s->at * 1000000,
                                 .decision = decided,
                                 .person = person,
                                 .role = s->by.role,
                                 .act = tg_span_buf(&act)});
}

/* Done now, and on record. */
static void done(struct rig *r, struct tg_step s, enum who by)
{
    s.by = rig_doer(by);
    if (s.what != TG_STEP_DECLARE) {
        memcpy(s.id, r->id, sizeof s.id);
    }
    assert_int_equal(rig_step(r, &s), TG_OK);
    memcpy(r->id, s.id, sizeof r->id);
    s.at = r->now;
    put_step(&s, TG_OK, s.by.person);
}

static void approved(struct rig *r, enum who by)
{
    char *jws = rig_sign(r, by, &(struct bent){.number = 1});

    done(r, (struct tg_step){.what = TG_STEP_APPROVE, .number = 1, .approval = jws}, by);
    free(jws);
}

static const char *pledge(struct rig *r)
{
    return tg_policy_granting(r->policy, "emergency.responder", TG_EVENT_OUTAGE)->pledge;
}

/* Declared by N1, approved by N1 and R1, acknowledged by X1: four entries. */
static void live(struct rig *r)
{
    done(r, rig_outage(N1, r), N1);
    approved(r, N1);
    approved(r, R1);
    done(r, (struct tg_step){.what = TG_STEP_ACKNOWLEDGE, .pledge = pledge(r)}, X1);
}

static void put_view(struct rig *r, const char *event, size_t n_rows)
{
    const struct tg_entry_row row = {.id = "c1", .class = "own", .clear = 1};
    struct tg_doer x = rig_doer(X1);

    put_entry(&(struct tg_entry){.kind = TG_KIND_SHOW,
                                 .time = r->now * 1000000,
                                 .person = x.person,
                                 .company = x.company,
                                 .office = x.office,
                                 .role = x.role,
                                 .rows = &row,
                                 .n_rows = n_rows,
                                 .grants = &event,
                                 .n_grants = 1,
                                 .granted = tg_span_str("{\"areas\":\"02203\",\"from\":1,\"until\":2}")});
}

struct folded {
    struct tg_fold fold;
    unsigned said;
    char last[512];
    enum tg_err err;
};

static void loud(void *ctx, const char *what)
{
    struct folded *f = ctx;

    f->said++;
    (void)snprintf(f->last, sizeof f->last, "%s", what);
}

/* A server that starts on this journal. */
static void start(struct rig *r, struct folded *f)
{
    *f = (struct folded){.fold = {.world = r->world, .loud = loud, .ctx = f}};
    f->fold.world.past = true;
    assert_int_equal(tg_grants_new(&f->fold.grants), TG_OK);
    for (size_t i = 0; i < journal.n && f->err == TG_OK; i++) {
        const struct tg_frame frame = {
            .type = TG_FRAME_ENTRY, .seq = i + 1, .time = r->now * 1000000, .payload = tg_span_str(journal.line[i])};

        f->err = tg_fold_take(&f->fold, &frame);
    }
    tg_fold_end(&f->fold, r->now);
}

static enum tg_err opens(struct rig *r, struct folded *f, enum who w)
{
    struct tg_doer d = rig_doer(w);
    struct tg_grantee who = {d.person, d.role, d.office, d.company};
    struct tg_grant *g = calloc(1, sizeof *g);

    assert_non_null(g);
    enum tg_err e = tg_grants_of(f->fold.grants, &who, r->now, g);
    free(g);
    return e;
}

static void stop(struct folded *f)
{
    tg_grants_free(&f->fold.grants);
}

static void test_true(void **state)
{
    struct rig *r = *state;
    struct folded f;

    live(r);
    put_view(r, r->id, 1);
    put_view(r, r->id, 0); /* nobody was found */
    start(r, &f);
    assert_int_equal(f.err, TG_OK);
    assert_int_equal(f.said + f.fold.refused, 0);
    assert_int_equal(f.fold.steps, 4);
    assert_int_equal(f.fold.views, 1);
    assert_int_equal(opens(r, &f, X1), TG_OK);
    assert_int_equal(opens(r, &f, X2), TG_E_GRANT_UNACKNOWLEDGED);
    assert_int_equal(tg_grants_find(f.fold.grants, r->id)->views, 1);
    stop(&f);
    forget();
}

/* Each takes one approval's place: what it says must hold by itself. */
static void test_invented(void **state)
{
    struct rig *r = *state;
    struct folded f;
    struct tg_step s = {.what = TG_STEP_APPROVE, .at = r->now, .by = rig_doer(R1), .number = 1};

    done(r, rig_outage(N1, r), N1);
    approved(r, N1);
    memcpy(s.id, r->id, sizeof s.id);
    char *theirs = rig_sign(r, R1, &(struct bent){.number = 1, .digest = "0000000000000000000000000000000000000000000000000000000000000000"});
    char *other = rig_sign(r, R1, &(struct bent){.number = 1, .other = true, .card = N2});
    char *used = rig_sign(r, N1, &(struct bent){.number = 1});
    const char *const texts[] = {"yes", "a.b.c", theirs, other, used};
    const size_t honest = journal.n;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        s.approval = texts[i];
        put_step(&s, TG_OK, s.by.person);
        start(r, &f);
        assert_int_equal(f.err, TG_OK);
        assert_int_equal(f.fold.refused, 1);
        assert_int_equal(f.said, 1);
        assert_non_null(strstr(f.last, "record 3 "));
        assert_non_null(strstr(f.last, r->id));
        assert_int_equal(tg_event_state(tg_grants_find(f.fold.grants, r->id), r->now), TG_EVENT_HALF);
        assert_int_equal(opens(r, &f, X1), TG_E_GRANT_NONE);
        stop(&f);
        while (journal.n > honest) {
            free(journal.line[--journal.n]);
        }
    }
    free(theirs);
    free(other);
    free(used);
    forget();
}

/* Entries that are not steps that were done. */
static void test_not_done(void **state)
{
    struct rig *r = *state;
    struct folded f;
    struct tg_doer n2 = rig_doer(N2);
    struct tg_step s = {.what = TG_STEP_CLOSE, .at = r->now, .by = rig_doer(N1)};

    live(r);
    memcpy(s.id, r->id, sizeof s.id);
    put_step(&s, TG_E_FORBIDDEN, s.by.person); /* refused then */
    put_step(&s, TG_OK, n2.person);            /* the entry is of somebody else than its step */
    put_entry(&(struct tg_entry){.kind = TG_KIND_GRANT, .person = n2.person, .detail = r->id}); /* views were read */
    put_entry(&(struct tg_entry){.kind = TG_KIND_SEARCH,
                                 .person = "X1",
                                 .case_ref = "\"kind\":\"grant\",\"decision\":\"allow\"",
                                 .terminal = "\"grants\":[\"EV-1\"],\"act\":{\"step\":\"close\"}"});
    start(r, &f);
    assert_int_equal(f.err, TG_OK);
    assert_int_equal(f.fold.refused, 1);
    assert_int_equal(opens(r, &f, X1), TG_OK);
    stop(&f);
    put_view(r, "EV-19990101-001", 1); /* under an event that never was */
    start(r, &f);
    assert_int_equal(f.fold.refused, 2);
    stop(&f);
    forget();
}

/* What is no entry of ours stops the start: the chain says that we wrote it. */
static void test_broken(void **state)
{
    static const char *const lines[] = {
        "{\"kind\":\"grant\",\"decision\":\"allow\"",
        "[\"kind\":\"grant\",\"decision\":\"allow\"]",
        "{\"kind\":\"show\",\"decision\":\"allow\",\"grants\":[\"EV-1\"],\"rows\":[{\"id\":\"c1\"}]}",
        "{\"kind\":\"show\",\"decision\":\"allow\",\"time\":\"now\",\"person\":\"X1\",\"office\":\"o\",\"company\":\"c\","
        "\"grants\":[\"EV-1\"],\"rows\":[{\"id\":\"c1\"}]}",
        "{\"kind\":\"show\",\"decision\":\"allow\",\"time\":\"2026-11-20T06:42:11.123456Z\",\"person\":\"X1\",\"office\":\"o\","
        "\"company\":\"c\",\"grants\":[\"EV-1\"],\"rows\":[{}]}"};
    struct rig *r = *state;
    struct folded f;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        put_line(lines[i]);
        start(r, &f);
        if (f.err != TG_E_AUDIT_BROKEN) {
            fail_msg("%s: %s", lines[i], tg_err_code(f.err));
        }
        stop(&f);
        forget();
    }
}

/* A step of ours with something wrong in it is refused alone. */
static void test_bent(void **state)
{
    struct rig *r = *state;
    struct folded f;

    live(r);
    put_line("{\"kind\":\"grant\",\"decision\":\"allow\",\"person\":\"N1\",\"act\":{\"v\":1,\"step\":\"open\"}}");
    put_line("{\"kind\":\"grant\",\"decision\":\"allow\",\"person\":\"N1\",\"act\":[]}");
    start(r, &f);
    assert_int_equal(f.err, TG_OK);
    assert_int_equal(f.fold.refused, 2);
    assert_int_equal(opens(r, &f, X1), TG_OK);
    stop(&f);
    forget();
}

/* The approver's post was never one, says the list of today: said aloud, and nothing is open. */
static void test_unconfirmed(void **state)
{
    struct rig *r = *state;
    struct folded f;

    live(r);
    rig_staff(r, "retail.duty", "retail.counter");
    start(r, &f);
    assert_int_equal(f.err, TG_OK);
    assert_true(f.said > 0);
    assert_non_null(strstr(f.last, r->id));
    assert_int_not_equal(opens(r, &f, X1), TG_OK);
    stop(&f);
    forget();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_true, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_invented, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_not_done, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_broken, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_bent, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_unconfirmed, rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
