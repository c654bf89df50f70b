/* Taking over the acts that are new: every line is judged before any takes effect. */
#include "certs/base/json.h"
#include "server/acts/before.h"
#include "server/app_acts.h"

struct taken {
    const struct tg_act *act;
    enum tg_err verdict;
    struct tg_approval by[TG_APPROVALS];
    size_t n_by;
};

struct tg_taking {
    struct tg_acts *acts;
    struct tg_policy *policy;
    int64_t number;
    size_t n;
    struct taken one[]; /* the lines that are new, in their order */
};

/* What a judgement looks at besides the line. */
struct court {
    const struct tg_app_acts *a;
    const struct tg_staff_book *book;
    const struct tg_trust *trust;
    struct tg_taking *t;
    char *why;
    size_t size;
    enum tg_err began; /* whether the activation that was in force still stands, and why not */
    char began_why[512];
};

void tg_taking_free(struct tg_taking **t)
{
    if (*t == NULL) {
        return;
    }
    tg_acts_close(&(*t)->acts);
    tg_policy_unref(&(*t)->policy);
    free(*t);
    *t = NULL;
}

bool tg_taking_is_idle(const struct tg_taking *t)
{
    for (size_t i = 0; i < t->n; i++) {
        if (t->one[i].act->outcome == TG_OK) {
            return false;
        }
    }
    return true;
}

struct tg_policy *tg_taking_policy(const struct tg_taking *t, int64_t *number)
{
    *number = t->number;
    return tg_policy_ref(t->policy);
}

const char *tg_taking_stored(const struct tg_taking *t, const char *what)
{
    enum tg_act_kind kind = TG_ACT_CARDS;
    const struct tg_act *last = tg_acts_last(t->acts, kind, what, tg_acts_count(t->acts));

    return last != NULL ? last->stored : NULL;
}

/* The journal's memory against the ledger. */
static enum tg_err tie(const struct tg_app_acts *a, const struct tg_acts *acts, char *why, size_t size)
{
    size_t n = tg_acts_count(acts);

    if ((int64_t)n < a->line) {
        (void)snprintf(why, size,
                       "%s/log was cut: the journal knows %lld acts, it holds %zu; put it back from a copy",
                       a->conf.folder, (long long)a->line, n);
        return TG_E_FORM;
    }
    if (a->line > 0 && strcmp(tg_acts_at(acts, (size_t)a->line - 1)->hash, a->hash) != 0) {
        (void)snprintf(why, size, "%s/log was changed: line %lld is not the one that the journal knows",
                       a->conf.folder, (long long)a->line);
        return TG_E_FORM;
    }
    return TG_OK;
}

/* The ledger as it is, and room for a judgement of each line that is new. */
static enum tg_err taking_new(const struct tg_app_acts *a, struct tg_taking **ret, char *why, size_t size)
{
    struct tg_acts *acts = NULL;
    struct tg_taking *t = NULL;
    size_t n;
    enum tg_err e = tg_acts_open(&a->conf, TG_LEDGER_READ, &acts, why, size);

    if (e != TG_OK) {
        return e;
    }
    if ((e = tie(a, acts, why, size)) == TG_OK) {
        n = tg_acts_count(acts) - (size_t)a->line;
        t = calloc(1, sizeof *t + n * sizeof t->one[0]);
        e = t != NULL ? TG_OK : TG_E_NOMEM;
    }
    if (e != TG_OK) {
        tg_acts_close(&acts);
        return e;
    }
    t->acts = acts;
    t->n = n;
    *ret = t;
    return TG_OK;
}

/* Acts are done at a moment of their own, which the file says; the journal says which moments are left. */
static bool moment_ok(const struct tg_app_acts *a, const struct tg_act *act)
{
    tg_sec now = tg_now();
    tg_sec since = a->running ? now : a->recorded;

    return act->time <= now + TG_CLOCK_SKEW_SECONDS &&
           (!a->begun || act->time >= since - TG_APPROVAL_SECONDS);
}

/* By the people of that moment. */
static enum tg_err people_judge(const struct court *c, struct taken *one, const struct tg_staff_book *book)
{
    const struct tg_act_world w = {.book = book,
                                   .trust = c->trust,
                                   .policy = c->t->policy,
                                   .audience = c->a->conf.audience,
                                   .now = one->act->time,
                                   .past = true};
    enum tg_err e = tg_act_check(&w, one->act, one->by, c->why, c->size);

    if (e == TG_OK) {
        one->n_by = one->act->n_approvals;
    }
    return e;
}

static enum tg_err approvals_judge(const struct court *c, struct taken *one)
{
    struct tg_staff_book *then = NULL;
    enum tg_err e;

    if (c->book == NULL) {
        return TG_E_PERSON_UNKNOWN;
    }
    if (!moment_ok(c->a, one->act)) {
        (void)snprintf(c->why, c->size, "it was done more than a day before the journal's last record");
        return TG_E_APPROVAL_TIME;
    }
    if ((e = tg_act_unused(c->t->acts, one->act)) != TG_OK) {
        (void)snprintf(c->why, c->size, "%s", tg_err_en(e));
        return e;
    }
    e = tg_before_book(c->t->acts, one->act->line, &then, c->why, c->size);
    if (e == TG_OK || e == TG_E_NOT_FOUND) {
        e = people_judge(c, one, then != NULL ? then : c->book);
    }
    tg_book_unref(&then);
    return e;
}

/* The first of its kind, before anybody could order one. */
static bool set_up_ok(const struct court *c, const struct tg_act *act)
{
    size_t before = (size_t)act->line - 1;
    const struct tg_acts *acts = c->t->acts;
    bool people = tg_acts_last(acts, TG_ACT_CARDS, "staff", before) != NULL &&
                  tg_acts_last(acts, TG_ACT_CARDS, "cards", before) != NULL;

    return tg_acts_last(acts, act->kind, act->what, before) == NULL && (!c->a->begun || !people);
}

static enum tg_err basis_judge(const struct court *c, struct taken *one)
{
    switch (one->act->basis) {
    case TG_BASIS_APPROVALS:
        return approvals_judge(c, one);
    case TG_BASIS_SET_UP:
        if (set_up_ok(c, one->act)) {
            return TG_OK;
        }
        break;
    case TG_BASIS_OFF:
        if (!c->a->orders) {
            return TG_OK;
        }
        break;
    case TG_BASIS_COUNT:
        break;
    }
    (void)snprintf(c->why, c->size, "%s", tg_err_en(TG_E_ORDER_MISSING));
    return TG_E_ORDER_MISSING;
}

static enum tg_err policy_judge(const struct court *c, struct taken *one)
{
    struct tg_policy *next = NULL;
    const char *prior = tg_policy_digest(c->t->policy);
    enum tg_err e;

    if (one->act->number == 1 && strcmp(one->act->prior, prior) != 0) {
        (void)snprintf(c->why, c->size, "it follows another policy than the built-in one: sign it anew");
        return TG_E_APPROVAL_ORDER;
    }
    if ((e = basis_judge(c, one)) != TG_OK ||
        (e = tg_acts_policy(&c->a->conf, one->act->digest, &next, c->why, c->size)) != TG_OK ||
        (e = tg_act_way_back(next, one->by, c->why, c->size)) != TG_OK) {
        tg_policy_unref(&next);
        return e;
    }
    tg_policy_unref(&c->t->policy);
    c->t->policy = next;
    c->t->number = one->act->number;
    return TG_OK;
}

static enum tg_err judge(const struct court *c, struct taken *one)
{
    if (one->act->outcome != TG_OK) {
        return one->act->outcome;
    }
    return one->act->kind == TG_ACT_POLICY ? policy_judge(c, one) : basis_judge(c, one);
}

/* Of what it is about, is it the last word? */
static bool is_last(const struct tg_acts *acts, const struct tg_act *act)
{
    const char *what = act->kind == TG_ACT_POLICY ? NULL : act->what;

    return act->outcome == TG_OK && tg_acts_last(acts, act->kind, what, tg_acts_count(acts)) == act;
}

static enum tg_err judge_all(struct court *c)
{
    for (size_t i = 0; i < c->t->n; i++) {
        struct taken *one = &c->t->one[i];
        char said[512];

        one->act = tg_acts_at(c->t->acts, (size_t)c->a->line + i);
        one->verdict = judge(c, one);
        if (one->verdict != TG_OK && is_last(c->t->acts, one->act)) {
            (void)snprintf(said, sizeof said, "%s", c->why);
            (void)snprintf(c->why, c->size,
                           "%s/log line %lld (%s %s) does not hold: %s; it must be signed and done anew",
                           c->a->conf.folder, (long long)one->act->line, tg_act_name(one->act->kind),
                           one->act->what, said);
            return one->verdict;
        }
    }
    return TG_OK;
}

/* The policy of the lines that were taken before, and whether its approvals still say what they said. */
static enum tg_err begin_policy(struct court *c)
{
    const struct tg_act *last = tg_acts_last(c->t->acts, TG_ACT_POLICY, NULL, (size_t)c->a->line);
    const char *digest = last != NULL ? last->digest : tg_acts_builtin(c->t->acts);
    struct tg_approval by[TG_APPROVALS];
    enum tg_err e = tg_acts_policy(&c->a->conf, digest, &c->t->policy, c->why, c->size);

    if (e != TG_OK || last == NULL) {
        return e;
    }
    c->t->number = last->number;
    const struct tg_act_world w = {.trust = c->trust,
                                   .policy = c->t->policy,
                                   .audience = c->a->conf.audience,
                                   .now = last->time,
                                   .past = true};
    c->began = tg_act_check(&w, last, by, c->began_why, sizeof c->began_why);
    return TG_OK;
}

/* A policy whose approvals do not hold any more stays in force only until here, unless another one follows.
 */
static enum tg_err end_policy(const struct court *c, int64_t began_with)
{
    if (c->began == TG_OK || c->t->number != began_with) {
        return TG_OK;
    }
    (void)snprintf(
        c->why, c->size,
        "policy activation %lld: %s; put the authority of its signers back into card-trust, or have two "
        "people sign a policy anew",
        (long long)began_with, c->began_why);
    return c->began;
}

static enum tg_err judge_acts(struct court *c)
{
    enum tg_err e = begin_policy(c);
    int64_t began_with = c->t->number;

    if (e == TG_OK && (e = judge_all(c)) == TG_OK) {
        e = end_policy(c, began_with);
    }
    return e;
}

enum tg_err tg_taking_read(const struct tg_app_acts *a, const struct tg_act_world *people,
                           struct tg_taking **ret, char *why, size_t size)
{
    struct court c = {.a = a, .book = people->book, .trust = people->trust, .why = why, .size = size};
    enum tg_err e = taking_new(a, &c.t, why, size);

    if (e != TG_OK) {
        return e;
    }
    if ((e = judge_acts(&c)) != TG_OK) {
        tg_taking_free(&c.t);
        return e;
    }
    *ret = c.t;
    return TG_OK;
}

static void put_people(struct tg_jout *j, const struct taken *one)
{
    tg_jout_key(j, one->n_by > 0 ? "by" : "claimed"); /* who was proven, or is only named */
    tg_jout_open(j, '[');
    for (size_t i = 0; i < one->act->n_approvals; i++) {
        tg_jout_str(j, one->n_by > 0 ? one->by[i].person : one->act->claim[i].person);
    }
    tg_jout_close(j, ']');
}

static enum tg_err act_json(const struct taken *one, struct tg_buf *out)
{
    const struct tg_act *act = one->act;
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member_int(&j, "line", act->line);
    tg_jout_member(&j, "hash", act->hash);
    tg_jout_member(&j, "act", tg_act_name(act->kind));
    if (act->what[0] != '\0') {
        tg_jout_member(&j, "what", act->what);
    }
    tg_jout_member(&j, "digest", act->digest);
    if (act->number > 0) {
        tg_jout_member_int(&j, "number", act->number);
        tg_jout_member(&j, "prior", act->prior);
    }
    if (act->basis != TG_BASIS_APPROVALS) {
        tg_jout_member(&j, "basis", act->basis == TG_BASIS_OFF ? "orders off" : "set-up");
    }
    if (act->n_approvals > 0) {
        put_people(&j, one);
    }
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

static void detail_write(const struct taken *one, char *out, size_t size)
{
    const struct tg_act *act = one->act;

    if (act->kind == TG_ACT_POLICY) {
        (void)snprintf(out, size,
                       one->verdict == TG_OK ? "policy activation %lld" : "policy not activated (%lld)",
                       (long long)act->number);
    } else {
        (void)snprintf(out, size, "%s %s", one->verdict == TG_OK ? "import of" : "not imported:", act->what);
    }
}

/* One entry for each person who signed, so that each is found by it; one, of nobody, when nobody is proven.
 */
static enum tg_err write_one(const struct tg_app_acts *a, const struct tg_taking *t, const struct taken *one)
{
    TG_BUF_AUTO act = TG_BUF_INIT(8192);
    char detail[128];
    enum tg_err e = act_json(one, &act);

    detail_write(one, detail, sizeof detail);
    for (size_t i = 0; e == TG_OK && (i < one->n_by || (i == 0 && one->n_by == 0)); i++) {
        const struct tg_approval *by = one->n_by > 0 ? &one->by[i] : NULL;
        struct tg_entry n = {.kind = TG_KIND_ADMIN,
                             .time = tg_now_us(),
                             .decision = one->verdict,
                             .policy = tg_policy_digest(t->policy),
                             .detail = detail,
                             .act = tg_span_buf(&act)};

        if (by != NULL) {
            n.person = by->person;
            n.card = by->card;
            n.cert_serial = by->serial;
            n.company = by->company;
            n.employer = by->employer;
            n.office = by->office;
            n.post = by->post;
            n.role = by->role;
        }
        e = tg_scribe_write(a->scribe, &n);
    }
    return e;
}

static void stored_take(struct tg_app_acts *a, const struct tg_taking *t)
{
    for (size_t i = 0; i < TG_STORED_LISTS; i++) {
        const char *digest = tg_taking_stored(t, a->stored[i].what);

        (void)snprintf(a->stored[i].digest, sizeof a->stored[i].digest, "%s", digest != NULL ? digest : "");
    }
}

enum tg_err tg_taking_commit(struct tg_app_acts *a, struct tg_taking *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct taken *one = &t->one[i];
        enum tg_err e = write_one(a, t, one);

        if (e != TG_OK) {
            return e;
        }
        a->line = one->act->line;
        memcpy(a->hash, one->act->hash, sizeof a->hash);
    }
    t->n = 0;
    tg_before_drop(&a->conf, a->line);
    stored_take(a, t);
    a->running = true;
    a->number = t->number;
    (void)snprintf(a->policy, sizeof a->policy, "%s", tg_policy_digest(t->policy));
    return TG_OK;
}
