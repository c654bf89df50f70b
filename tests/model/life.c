/* server/grants held against life.csv: every step in every state, with real certificates and approvals. Where
 * the table says no, nothing changes; where it names a state, that is the state; and the same steps, read
 * back as at a start of the server, come to the same.
 */
#include "certs/base/limits.h"

#include <stdio.h>
#include <stdlib.h>

#include "client/proof/approval.h"
#include "tests/model/world.h"

#define HOUR 3600
#define DONE 32u

/* One event's life; the steps that were done, as the journal has them. */
struct life {
    const struct world *w;
    struct tg_grants *g;
    tg_sec now;
    char roster[TG_GRANT_ID_BYTES], event[TG_GRANT_ID_BYTES];
    bool standing,
        hasty; /* hasty: others ask the time between a step's being written down and its being done */
    char *done[DONE];
    size_t n_done;
};

static struct tg_grant_world live_world(const struct world *w)
{
    return (struct tg_grant_world){
        .book = w->book, .trust = w->trust, .policy = w->policy, .audience = ISSUER};
}

/* ------------------------------------------------------------------ steps */

static struct tg_step step_by(const struct life *l, enum tg_step_what what, enum who who)
{
    struct tg_step s = {.what = what,
                        .at = l->now,
                        .by = {.person = people[who].id,
                               .company = people[who].company,
                               .employer = people[who].company,
                               .role = people[who].role,
                               .office = "八戸"}};

    memcpy(s.id, l->event, sizeof s.id);
    return s;
}

/* As the server does it: looked at, written down, done. Whatever comes of the look, it is tried for good. */
static enum tg_err take(struct life *l, struct tg_step *s)
{
    TG_BUF_AUTO text = TG_BUF_INIT(64u * 1024);
    struct tg_grant_world world = live_world(l->w);
    bool again = s->what == TG_STEP_DECLARE && s->id[0] != '\0'; /* the id of an event that is there */
    enum tg_err looked = again ? TG_E_GRANT_STATE : tg_grants_check(l->g, &world, s);

    if (l->hasty) {
        (void)tg_grants_hold(l->g, s->at + 2);
        tg_grants_release(l->g);
    }
    assert_int_equal(tg_step_write(s, &text), TG_OK);
    enum tg_err e = tg_grants_apply(l->g, &world, s);
    assert_int_equal(e == TG_OK, looked == TG_OK);
    if (e == TG_OK) {
        assert_true(l->n_done < DONE);
        l->done[l->n_done++] = strndup((const char *)text.p, text.n);
    }
    l->now += 10;
    return e;
}

static struct tg_event event_now(struct life *l)
{
    struct tg_event copy = {.state = TG_EVENT_NEW};

    (void)tg_grants_hold(l->g, l->now);
    const struct tg_event *e = tg_grants_find(l->g, l->event);
    if (e != NULL) {
        copy = *e;
    }
    tg_grants_release(l->g);
    return copy;
}

/* The card's approval of a text, as the journal will have it; prior NULL: it follows nothing. */
static void sign(const struct life *l, enum who who, struct tg_approving a, struct tg_buf *out)
{
    a.audience = ISSUER;
    a.cert = l->w->cert[who];
    assert_int_equal(tg_approval_sign(&a, l->now, tg_jws_sign_with_key, l->w->made[who].key, out), TG_OK);
    assert_int_equal(tg_buf_add(out, "", 1), TG_OK);
}

static bool has_signed(const struct tg_plea *p, enum who who)
{
    for (size_t i = 0; i < p->n; i++) {
        if (strcmp(p->by[i].person, people[who].id) == 0) {
            return true;
        }
    }
    return false;
}

/* The text that waits for that side; where none does, the one that is in force, by somebody who has not
 * signed it. */
static enum tg_err approve(struct life *l, enum who first, enum who second)
{
    TG_BUF_AUTO jws = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_event e = event_now(l);
    enum tg_voice voice = strcmp(people[first].company, "NW") == 0 ? TG_VOICE_NETWORK : TG_VOICE_RETAIL;
    const struct tg_plea *waits = e.number != 0 ? tg_event_waits(&e, voice, l->now) : NULL;
    const struct tg_plea *p = waits != NULL ? waits : &e.first;
    enum who who = has_signed(p, first) ? second : first;
    struct tg_step s = step_by(l, TG_STEP_APPROVE, who);

    bool follows = p == &e.extension;
    sign(l, who,
         (struct tg_approving){.act = "grant",
                               .digest = p->digest,
                               .prior = follows ? e.digest : NULL,
                               .seq = follows ? p->number : 0},
         &jws);
    s.approval = (const char *)jws.p;
    s.number = p->number;
    return take(l, &s);
}

static enum tg_err declare(struct life *l, enum who who)
{
    struct tg_step s = step_by(l, TG_STEP_DECLARE, who);

    s.kind = TG_EVENT_OUTAGE;
    s.cause = "台風";
    s.role = "emergency.responder";
    s.areas = "02203";
    s.seconds = HOUR;
    s.end = l->now + 6 * HOUR;
    if (l->standing) {
        s.standing = l->roster;
    } else {
        s.people = "E0006 N0009";
    }
    enum tg_err e = take(l, &s);
    if (e == TG_OK) {
        memcpy(l->event, s.id, sizeof l->event);
        assert_int_equal(tg_grants_saw(l->g, &(struct tg_view_of){.seq = 1,
                                                                  .at = l->now,
                                                                  .person = "E0006",
                                                                  .office = "八戸",
                                                                  .company = "HOME",
                                                                  .kind = "show",
                                                                  .rows = 1,
                                                                  .ids = "C1",
                                                                  .events = s.id}),
                         TG_OK);
    }
    return e;
}

static enum tg_err start(struct life *l, enum who who)
{
    struct tg_step s = step_by(l, TG_STEP_START, who);

    s.reason = tg_start_reason_at(0);
    return take(l, &s);
}

static enum tg_err extend(struct life *l, enum who who)
{
    struct tg_step s = step_by(l, TG_STEP_EXTEND, who);

    s.seconds = 2 * HOUR;
    s.end = l->now + 8 * HOUR;
    return take(l, &s);
}

static enum tg_err close_it(struct life *l, enum who who)
{
    struct tg_step s = step_by(l, TG_STEP_CLOSE, who);

    return take(l, &s);
}

static enum tg_err acknowledge(struct life *l)
{
    struct tg_step s = step_by(l, TG_STEP_ACKNOWLEDGE, RESPONDER);

    s.pledge = tg_policy_granting(l->w->policy, "emergency.responder", TG_EVENT_OUTAGE)->pledge;
    return take(l, &s);
}

static enum tg_err review(struct life *l)
{
    struct tg_step s = step_by(l, TG_STEP_REVIEW, SUPERVISOR);

    s.views = "1";
    s.verdict = TG_VIEW_EXPLAINED;
    return take(l, &s);
}

/* The clock's two steps change nothing that is kept: whether they come to pass is asked. */
static enum tg_err pass(struct life *l, bool whole_event)
{
    struct tg_event e = event_now(l);
    enum tg_event_state was = tg_event_state(&e, l->now);

    if (e.number == 0 || was == TG_EVENT_ENDED || (!whole_event && e.until == 0)) {
        l->now += 3 * HOUR; /* no end that this could be */
        return TG_E_GRANT_STATE;
    }
    l->now = whole_event && e.until < e.first.end ? e.first.end : e.until;
    assert_int_equal(tg_event_state(&e, (e.until != 0 ? e.until : e.first.end) - 1), was);
    return tg_event_state(&e, l->now) == TG_EVENT_ENDED ? TG_OK : TG_E_GRANT_STATE;
}

static enum tg_err do_step(struct life *l, const char *step)
{
    const struct {
        const char *name;
        enum tg_err (*run)(struct life *, enum who);
        enum who who;
    } by[] = {{"declare", declare, N1},  {"declare-other", declare, R1}, {"start", start, N1},
              {"start-bare", start, N1}, {"start-other", start, N2},     {"extend", extend, N1},
              {"close", close_it, N1},   {"extend-other", extend, R1},   {"close-other", close_it, R1}};

    for (size_t i = 0; i < sizeof by / sizeof *by; i++) {
        if (strcmp(step, by[i].name) == 0) {
            return by[i].run(l, by[i].who);
        }
    }
    if (strncmp(step, "approve-", 8) == 0) {
        const char *side = step + 8;
        return strcmp(side, "nw") == 0       ? approve(l, N1, N2)
               : strcmp(side, "retail") == 0 ? approve(l, R1, R2)
               : strcmp(side, "roster") == 0 ? approve(l, X, X)
                                             : approve(l, COUNTER, COUNTER);
    }
    if (strcmp(step, "acknowledge") == 0) {
        return acknowledge(l);
    }
    return strcmp(step, "review") == 0 ? review(l) : pass(l, strcmp(step, "event-over") == 0);
}

/* ------------------------------------------------------------------ lives */

static void approve_roster(struct life *l, enum who who)
{
    TG_BUF_AUTO jws = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_step s = step_by(l, TG_STEP_ROSTER_APPROVE, who);

    (void)tg_grants_hold(l->g, l->now);
    struct tg_plea plea = tg_grants_find_roster(l->g, l->roster)->plea;
    tg_grants_release(l->g);
    memcpy(s.id, l->roster, sizeof s.id);
    sign(l, who, (struct tg_approving){.act = "roster", .digest = plea.digest}, &jws);
    s.approval = (const char *)jws.p;
    assert_int_equal(take(l, &s), TG_OK);
}

static void propose(struct life *l)
{
    struct tg_step s = step_by(l, TG_STEP_PROPOSE, N1);

    s.cause = "夜間";
    s.role = "emergency.responder";
    s.areas = "02203 02207";
    s.people = "E0006 N0009";
    s.seconds = 2 * HOUR;
    s.end = l->now + 100 * DAY;
    assert_int_equal(take(l, &s), TG_OK);
    memcpy(l->roster, s.id, sizeof l->roster);
    approve_roster(l, N1);
    approve_roster(l, R1);
}

static void life_begin(struct life *l, const struct world *w, bool standing, bool hasty)
{
    *l = (struct life){.w = w, .now = NOW, .standing = standing, .hasty = hasty};
    assert_int_equal(tg_grants_new(&l->g), TG_OK);
    if (standing) {
        propose(l);
    }
}

static void life_end(struct life *l)
{
    for (size_t i = 0; i < l->n_done; i++) {
        free(l->done[i]);
    }
    tg_grants_free(&l->g);
}

static const char *ext_name(const struct tg_plea *p)
{
    return p->number == 0                       ? ""
           : p->n == 0                          ? "asked"
           : p->by[0].voice == TG_VOICE_NETWORK ? "plus-nw"
                                                : "plus-retail";
}

/* As the table calls it. */
static void state_name(const struct tg_event *e, tg_sec now, char name[WORD])
{
    const char *side = e->first.n == 1 ? (e->first.by[0].voice == TG_VOICE_NETWORK ? "-nw" : "-retail") : "";
    const char *ext = ext_name(&e->extension);
    enum tg_event_state s = e->number == 0 ? TG_EVENT_NEW : tg_event_state(e, now);

    if (s == TG_EVENT_LIVE && e->first.n == 2) {
        (void)snprintf(name, WORD, "%s", ext[0] != '\0' ? ext : "live");
    } else if (s == TG_EVENT_LIVE) {
        (void)snprintf(name, WORD, "lone%s%s%s", side, ext[0] != '\0' ? "-" : "", ext);
    } else {
        (void)snprintf(name, WORD, "%s%s", s == TG_EVENT_NEW ? "absent" : tg_event_state_name(s),
                       s == TG_EVENT_HALF ? side : "");
    }
}

static void assert_state(struct life *l, const char *want)
{
    struct tg_event e = event_now(l);
    char name[WORD];

    state_name(&e, l->now, name);
    assert_string_equal(name, want);
}

static void assert_outcome(struct life *l, const struct cell *c)
{
    struct tg_event e = event_now(l);
    bool ended = strcmp(c->next, "ended") == 0;
    const char *got = ended ? tg_ended_by_name(tg_event_ended_by(&e, l->now)) : tg_event_mode_name(e.mode);

    if (c->outcome[0] != '\0') {
        assert_non_null(got);
        assert_string_equal(got, c->outcome);
    }
}

/* The journal once more, as at a start: the same event comes out, to the second. */
static void assert_refolds(struct life *l)
{
    struct tg_grant_world past = live_world(l->w);
    struct tg_event was = event_now(l);
    struct life again = {.w = l->w, .now = l->now};

    past.past = true;
    memcpy(again.event, l->event, sizeof again.event);
    assert_int_equal(tg_grants_new(&again.g), TG_OK);
    for (size_t i = 0; i < l->n_done; i++) {
        TG_JSON_AUTO *doc = NULL;
        struct tg_step s;

        assert_int_equal(tg_json_parse(tg_span_str(l->done[i]), &doc), TG_OK);
        assert_int_equal(tg_step_read(doc, &s), TG_OK);
        if (s.what != TG_STEP_REVIEW) { /* views are records of their own */
            assert_int_equal(tg_grants_apply(again.g, &past, &s), TG_OK);
        }
    }
    struct tg_event is = event_now(&again);
    assert_int_equal(is.state, was.state);
    assert_int_equal(is.mode, was.mode);
    assert_int_equal(is.from, was.from);
    assert_int_equal(is.until, was.until);
    assert_int_equal(is.ended, was.ended);
    assert_int_equal(is.number, was.number);
    assert_string_equal(is.digest, was.digest);
    assert_false(is.unconfirmed);
    tg_grants_free(&again.g);
}

static void run_cell(const struct world *w, const struct cell *c, bool hasty)
{
    const char *path[PATH];
    size_t n = path_to(w, c->state, path);
    bool bare = strcmp(c->step, "start-bare") == 0 && strncmp(c->state, "lone", 4) != 0;
    struct life l;

    life_begin(&l, w, !bare, hasty);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(do_step(&l, path[i]), TG_OK);
    }
    assert_state(&l, c->state);
    struct tg_event was = event_now(&l);
    enum tg_err e = do_step(&l, c->step);
    if (strcmp(c->next, "no") == 0) {
        struct tg_event is = event_now(&l);
        assert_int_not_equal(e, TG_OK);
        assert_memory_equal(&is, &was, sizeof is);
    } else {
        assert_int_equal(e, TG_OK);
        assert_state(&l, c->next);
        assert_outcome(&l, c);
    }
    assert_refolds(&l);
    life_end(&l);
}

/* Says which cell it was: the assertions leave by longjmp. */
static void run_cells(void **state, bool hasty)
{
    const struct world *w = *state;

    assert_int_equal(w->n_cells % w->n_states, 0);
    for (size_t i = 0; i < w->n_cells; i++) {
        (void)printf("# %s, %s\n", w->cell[i].state, w->cell[i].step);
        run_cell(w, &w->cell[i], hasty);
    }
}

static void test_every_step_in_every_state(void **state)
{
    run_cells(state, false);
}

static void test_while_others_look(void **state)
{
    run_cells(state, true);
}

/* ------------------------------------------------------------------ the code's own table */

static enum tg_event_state coarse(const char *state)
{
    return strcmp(state, "absent") == 0     ? TG_EVENT_NEW
           : strcmp(state, "declared") == 0 ? TG_EVENT_DECLARED
           : strncmp(state, "half", 4) == 0 ? TG_EVENT_HALF
           : strcmp(state, "ended") == 0    ? TG_EVENT_ENDED
                                            : TG_EVENT_LIVE;
}

static bool one_of(enum tg_turn t, enum tg_turn a, enum tg_turn b)
{
    return t == a || t == b;
}

/* Could the cell be that turn? */
static bool is_turn(const struct cell *c, enum tg_turn t)
{
    const char *s = c->step;

    return strcmp(s, "declare") == 0       ? t == TG_TURN_DECLARE
           : strncmp(s, "approve", 7) == 0 ? one_of(t, TG_TURN_FIRST, TG_TURN_SECOND)
           : strcmp(s, "start") == 0       ? one_of(t, TG_TURN_START_ONE, TG_TURN_START_NONE)
           : strcmp(s, "extend") == 0      ? t == TG_TURN_EXTEND
           : strcmp(s, "close") == 0       ? one_of(t, TG_TURN_CLOSE, TG_TURN_WITHDRAW)
           : strcmp(s, "acknowledge") == 0 ? t == TG_TURN_ACKNOWLEDGE
           : strcmp(s, "review") == 0      ? t == TG_TURN_REVIEW
                                           : one_of(t, TG_TURN_EXPIRE, TG_TURN_LAPSE);
}

static bool covered(const struct world *w, const struct tg_move *m)
{
    for (size_t i = 0; i < w->n_cells; i++) {
        const struct cell *c = &w->cell[i];

        if (strcmp(c->next, "no") != 0 && coarse(c->state) == m->from && coarse(c->next) == m->to &&
            is_turn(c, m->turn)) {
            return true;
        }
    }
    return false;
}

/* No turn that the table has not, no cell without a turn. */
static void test_turns(void **state)
{
    const struct world *w = *state;
    size_t n;
    const struct tg_move *m = tg_life_table(&n);

    assert_true(n > 10);
    for (size_t i = 0; i < n; i++) {
        if (!covered(w, &m[i])) {
            fail_msg("%s: no cell of the table", tg_turn_name(m[i].turn));
        }
    }
    for (size_t i = 0; i < w->n_cells; i++) {
        const struct cell *c = &w->cell[i];
        size_t k = 0;

        while (strcmp(c->next, "no") != 0 && k < n &&
               !(m[k].from == coarse(c->state) && m[k].to == coarse(c->next) && is_turn(c, m[k].turn))) {
            k++;
        }
        if (k == n) {
            fail_msg("%s, %s: no turn of the code", c->state, c->step);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_turns),
                                       cmocka_unit_test(test_every_step_in_every_state),
                                       cmocka_unit_test(test_while_others_look)};

    return cmocka_run_group_tests(tests, world_open, world_close);
}
