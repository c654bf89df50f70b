#include "server/desk/visit.h"

#include "certs/base/secret.h"
#include "certs/base/text.h"
#include "server/desk/asking.h"
#include "server/desk/granting.h"
#include "server/desk/reply.h"
#include "server/desk/trail.h"

#define BODY_KEPT 1024u /* bytes that a spare visit may go on holding: what look-ups need */

struct tg_policy *tg_visit_policy(struct tg_desk *d, int64_t *seq)
{
    (void)pthread_mutex_lock(&d->lock);
    struct tg_policy *p = tg_policy_ref(d->policy);
    if (seq != NULL) {
        *seq = d->policy_seq;
    }
    (void)pthread_mutex_unlock(&d->lock);
    return p;
}

/* Nothing of the one before is left in it but the memory of its body. */
static struct tg_visit *visit_new(struct tg_desk_loop *at)
{
    struct tg_visit *v = at->spare;

    if (v == NULL) {
        if ((v = calloc(1, sizeof *v)) != NULL) {
            v->body = (struct tg_flat)TG_FLAT_INIT(TG_HTTP_BODY_BYTES);
        }
        return v;
    }
    struct tg_buf kept = v->body.buffer;
    at->spare = v->next;
    at->n_spare--;
    memset(v, 0, sizeof *v);
    v->body.buffer = kept;
    return v;
}

static void visit_free(struct tg_visit *v)
{
    tg_flat_done(&v->body);
    free(v);
}

static void visit_spare(struct tg_visit *v)
{
    struct tg_desk_loop *at = v->at;

    if (at->n_spare == TG_SPARE_VISITS || v->body.buffer.cap > BODY_KEPT) {
        visit_free(v);
        return;
    }
    tg_flat_reset(&v->body);
    v->next = at->spare;
    at->spare = v;
    at->n_spare++;
}

void tg_visit_forget(struct tg_desk_loop *at)
{
    while (at->spare != NULL) {
        struct tg_visit *v = at->spare;

        at->spare = v->next;
        visit_free(v);
    }
    at->n_spare = 0;
}

tg_sec tg_visit_steady(const struct tg_desk *d)
{
    return (d->began + (tg_mono_us() - d->began_mono)) / 1000000;
}

struct tg_looker tg_visit_looker(const struct tg_visit *v)
{
    const struct tg_staff *s = tg_session_staff(v->session);

    return (struct tg_looker){.person = tg_staff_person(s),
                              .role = tg_staff_role(s),
                              .company = tg_staff_company(s),
                              .contractor = strcmp(tg_staff_employer(s), tg_staff_company(s)) != 0};
}

struct tg_visit *tg_visit_begin(struct tg_desk *d, struct tg_req *req, enum tg_kind kind)
{
    struct tg_desk_loop *at = tg_loop_local(tg_req_loop(req));
    struct tg_session *proven = tg_visit_take_session(req);
    enum tg_err e = tg_audit_state(d->conf.audit);
    struct tg_visit *v = e == TG_OK ? visit_new(at) : NULL;

    if (v == NULL) { /* refused before the work is done: nothing could be shown anyway */
        tg_session_unref(&proven);
        tg_reply_problem(req, e != TG_OK ? e : TG_E_NOMEM, NULL);
        return NULL;
    }
    v->desk = d;
    v->at = at;
    at->busy = true;
    v->req = req;
    v->time = tg_now_us();
    v->now = v->time / 1000000;
    v->kind = kind;
    v->session = proven;
    v->policy = tg_visit_policy(d, NULL);
    v->answer = TG_BUF_INIT(TG_TOKEN_BYTES * 2);
    v->verdict = TG_E_INTERNAL;
    return v;
}

void tg_visit_end(struct tg_visit *v)
{
    tg_rows_free(&v->rows);
    tg_scope_free(&v->scope);
    if (v->answer.p != NULL) {
        tg_wipe(v->answer.p, v->answer.cap);
    }
    tg_buf_done(&v->answer);
    tg_policy_unref(&v->policy);
    tg_session_unref(&v->session);
    free(v->grant);
    if (v->holds_baton) {
        tg_baton_give(&v->desk->baton);
    }
    tg_asking_free(&v->asking);
    visit_spare(v);
}

bool tg_visit_reference(const char *s)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/#-";

    return s[strspn(s, letters)] == '\0';
}

enum tg_err tg_visit_body(struct tg_visit *v, const struct tg_members *known)
{
    return tg_flat_read(tg_req_body(v->req), known->m, known->n, &v->body, &v->member);
}

enum tg_err tg_visit_ask(struct tg_visit *v, const struct tg_members *known)
{
    enum tg_err e = tg_visit_body(v, known);

    if (e != TG_OK) {
        return e;
    }
    v->purpose = tg_flat_str(&v->body, TG_ASK_PURPOSE);
    if (v->purpose == NULL) {
        v->purpose = "inquiry";
    }
    return tg_visit_case(v, tg_flat_str(&v->body, TG_ASK_CASE), "case");
}

enum tg_err tg_visit_case(struct tg_visit *v, const char *text, const char *member)
{
    if (text != NULL && !tg_visit_reference(text)) {
        v->member = member;
        return TG_E_BAD_MEMBER;
    }
    v->case_ref = text;
    return TG_OK;
}

/* Of the roles that only a grant opens: what is in force for the person now. No other role's look-up touches
 * the grants.
 */
static enum tg_err find_grant(struct tg_visit *v, struct tg_matter *m)
{
    const struct tg_staff *s = tg_session_staff(v->session);
    struct tg_grantee who = tg_grantee_of(s);
    enum tg_err e;

    if (!tg_policy_by_grant(v->policy, who.role)) {
        return TG_OK;
    }
    if ((v->grant = calloc(1, sizeof *v->grant)) == NULL) {
        return TG_E_NOMEM;
    }
    if ((e = tg_grants_of(v->desk->grants, &who, v->now, v->grant)) != TG_OK) {
        free(v->grant);
        v->grant = NULL;
        return e;
    }
    m->grant = v->grant;
    return TG_OK;
}

enum tg_err tg_visit_decide(struct tg_visit *v)
{
    struct tg_consent consent;
    struct tg_matter m = {.purpose = v->purpose, .now = v->now, .consent = NULL};
    enum tg_err e =
        v->case_ref != NULL ? tg_admit_consent(v->desk->conf.admit, v->case_ref, &consent) : TG_E_NOT_FOUND;

    if (e == TG_OK) {
        m.consent = &consent; /* whether it fits is the policy's to say */
    } else if (e != TG_E_NOT_FOUND) {
        return e;
    }
    if ((e = find_grant(v, &m)) != TG_OK) {
        return e;
    }
    return tg_policy_decide(v->policy, tg_session_staff(v->session), &m, &v->scope);
}

enum tg_err tg_visit_reader(struct tg_visit *v, struct tg_reader **ret)
{
    struct tg_desk_loop *at = v->at;
    bool drill = tg_scope_drill(v->scope);
    enum tg_err e = TG_OK;

    if (drill && at->drill == NULL) {
        e = v->desk->conf.drill != NULL ? tg_reader_open(v->desk->conf.drill, &at->drill) : TG_E_STORE_DOWN;
    }
    if (e == TG_OK) {
        *ret = drill ? at->drill : at->reader;
    }
    return e;
}

enum tg_err tg_visit_count(struct tg_visit *v, unsigned looks)
{
    const struct tg_staff *s = tg_session_staff(v->session);
    const struct tg_cap *cap = tg_policy_cap(v->policy, tg_staff_role(s));
    struct tg_looker who = tg_visit_looker(v);
    struct tg_looking l = {.now = tg_visit_steady(v->desk), .looks = looks};
    enum tg_err e;

    if (cap == NULL) {
        return TG_E_FORBIDDEN; /* the policy's compiler lets no role with customer data be without */
    }
    e = tg_caps_count(v->desk->caps, &who, cap, &l);
    v->looks = looks;
    v->cap = e == TG_E_VOLUME_CAP ? cap : NULL;
    v->wait = l.wait;
    return e;
}

/* The card may have gone while the disk wrote: what was found is then shown to nobody. */
static enum tg_err still_there(const struct tg_visit *v)
{
    return v->verdict == TG_OK && v->scope != NULL ? tg_session_state(v->session, tg_now()) : TG_OK;
}

/* No record, no session: a sign-in that nobody will hear of must not go on living. */
static void forget_sign_in(const struct tg_visit *v)
{
    if (v->kind == TG_KIND_SIGN_IN && v->session != NULL) {
        (void)tg_session_end(v->desk->conf.admit, v->session, TG_E_SESSION_ENDED);
    }
}

/* Nor does a release that nobody will hear of count. */
static void forget_release(const struct tg_visit *v)
{
    if (v->release.n > 0) {
        tg_caps_take_back(v->desk->caps, &v->release);
    }
}

static enum tg_err add_word(struct tg_buf *out, const char *word)
{
    return tg_buf_addf(out, "%s%s", out->n > 0 ? " " : "", word);
}

/* A view under a grant is owed a review from the moment that it is on record. The same as the fold makes of
 * the entry at the next start (fold.c).
 */
static enum tg_err count_view(const struct tg_visit *v, const struct tg_receipt *receipt)
{
    TG_BUF_AUTO ids = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    TG_BUF_AUTO events = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    const struct tg_staff *s = tg_session_staff(v->session);
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < v->rows->n && e == TG_OK; i++) {
        e = add_word(&ids, v->rows->row[i].id);
    }
    for (size_t i = 0; i < v->grant->n && e == TG_OK; i++) {
        e = add_word(&events, v->grant->id[i]);
    }
    struct tg_view_of view = {.seq = tg_receipt_seq(receipt),
                              .at = v->now,
                              .person = tg_staff_person(s),
                              .office = tg_staff_office(s),
                              .company = tg_staff_company(s),
                              .kind = tg_kind_name(v->kind),
                              .rows = (unsigned)v->rows->n,
                              .ids = tg_buf_cstr(&ids),
                              .events = tg_buf_cstr(&events)};
    return e == TG_OK ? tg_grants_saw(v->desk->grants, &view) : e;
}

static bool is_view(const struct tg_visit *v)
{
    return v->verdict == TG_OK && v->grant != NULL && v->rows != NULL && v->rows->n > 0;
}

/* How long it took until it was on record, for the meter. */
static void measure(const struct tg_visit *v)
{
    if (v->verdict == TG_OK && (v->kind == TG_KIND_SEARCH || v->kind == TG_KIND_SHOW)) {
        const struct tg_staff *s = tg_session_staff(v->session);
        struct tg_meter_where w = {tg_staff_company(s), tg_staff_office(s), v->now};

        tg_meter_add(v->desk->meter, &w, TG_METER_LOOK, tg_now_us() - v->time);
    }
}

static void written(void *ctx, enum tg_err err, struct tg_receipt *receipt)
{
    struct tg_visit *v = ctx;
    struct tg_desk_loop *at = v->at;

    if (err == TG_OK && is_view(v)) {
        err = count_view(v, receipt);
    }
    if (v->asking != NULL) { /* what is on record is done, whether or not anybody hears of it */
        tg_asking_settle(v, err == TG_OK && v->verdict == TG_OK);
    }
    if (err == TG_OK) {
        err = still_there(v);
    }
    if (err == TG_OK) {
        measure(v);
    }
    at->decided = v->policy;
    if (err != TG_OK) {
        forget_sign_in(v);
        forget_release(v);
        tg_reply_problem(v->req, err, NULL);
        tg_receipt_free(&receipt);
        tg_visit_end(v);
    } else {
        v->then(v, receipt);
    }
    at->decided = NULL;
}

static void record(struct tg_visit *v)
{
    struct tg_buf *entry = &v->at->entry;
    enum tg_err e;

    tg_buf_reset(entry);
    if ((e = tg_trail_write(v, entry)) != TG_OK) {
        written(v, e == TG_E_NOMEM ? e : TG_E_AUDIT_DOWN, NULL);
        return;
    }
    tg_audit_append(v->at->lane, tg_span_buf(entry), written, v);
}

void tg_visit_record(struct tg_visit *v, void (*then)(struct tg_visit *v, struct tg_receipt *receipt))
{
    v->verdict = TG_OK;
    v->then = then;
    record(v);
}

static void tell_refusal(struct tg_visit *v, struct tg_receipt *receipt)
{
    struct tg_desk_loop *at = v->at;

    at->decided = v->policy;
    if (v->verdict == TG_E_POST_CHOICE) {
        tg_reply_choice(v->req, &v->facts);
    } else if (v->cap != NULL) {
        tg_reply_capped(v->req, v->cap, v->wait);
    } else if (v->verdict == TG_E_NOT_FOUND && v->session != NULL && v->purpose != NULL) {
        struct tg_why why =
            tg_policy_nothing(v->policy, tg_staff_role(tg_session_staff(v->session)), v->purpose);

        tg_reply_absent(v->req, &why);
    } else {
        tg_reply_problem(v->req, v->verdict, v->member);
    }
    at->decided = NULL;
    tg_receipt_free(&receipt);
    tg_visit_end(v);
}

/* Refusals that only somebody with a card of ours can cause: their number is bounded by the cards. */
static bool by_known_card(enum tg_err err)
{
    switch ((int)err) {
    case TG_E_ASSERTION_AUDIENCE:
    case TG_E_ASSERTION_TIME:
    case TG_E_CARD_UNKNOWN:
    case TG_E_CARD_BLOCKED:
    case TG_E_PERSON_UNKNOWN:
    case TG_E_PERSON_LEFT:
    case TG_E_CONTRACT_OVER:
    case TG_E_POST_NONE:
    case TG_E_POST_NOT_HELD:
    case TG_E_POST_CHOICE:
        return true;
    default:
        return false;
    }
}

/* Whether a refusal is written down by itself or only counted. */
static bool worth_a_record(const struct tg_visit *v)
{
    enum tg_noise_kind kind = TG_NOISE_NOTHING;

    if (v->session != NULL || by_known_card(v->verdict)) {
        return true;
    }
    if (v->claimed != NULL || v->facts.card[0] != '\0' || v->verdict == TG_E_ASSERTION_REPLAY ||
        v->verdict == TG_E_ASSERTION_BINDING) {
        kind = TG_NOISE_SUSPECT;
    }
    return tg_noise_admits(&v->desk->noise, kind, v->now);
}

void tg_visit_refuse(struct tg_visit *v, enum tg_err err)
{
    v->verdict = err;
    v->then = tell_refusal;
    if (err != TG_E_BAD_MEMBER) {
        v->member = NULL;
    }
    if (v->purpose != NULL && !tg_policy_has_purpose(v->policy, v->purpose)) {
        v->purpose = NULL; /* what is no purpose of ours may be anything that was typed */
    }
    forget_sign_in(v);
    if (v->asking != NULL) {
        tg_asking_settle(v, false);
    }
    if (worth_a_record(v)) {
        record(v);
    } else {
        tell_refusal(v, NULL);
    }
}

static void bearer_drop(void *p)
{
    struct tg_bearer *b = p;

    tg_bearer_free(&b);
}

struct tg_bearer **tg_visit_bearer(struct tg_req *req)
{
    return (struct tg_bearer **)tg_req_conn_slot(req, bearer_drop);
}

/* A genuine token in the wrong place, or of a person who may no longer work, is on record; noise is not:
 * anybody can send noise, and the journal is not theirs to fill.
 */
static void refuse_session(struct tg_desk *d, struct tg_req *req, enum tg_err err)
{
    const char *claimed = tg_bearer_claimed(*tg_visit_bearer(req));
    struct tg_visit *v;

    if (claimed[0] == '\0') {
        tg_reply_problem(req, err, NULL);
        return;
    }
    v = tg_visit_begin(d, req, TG_KIND_DENIED);
    if (v != NULL) {
        v->claimed = claimed;
        tg_visit_refuse(v, err);
    }
}

bool tg_visit_session(void *app, struct tg_req *req)
{
    struct tg_desk *d = app;
    struct tg_session *s = NULL;
    struct tg_shown shown = {.authorization = tg_req_header(req, "authorization"),
                             .thumbprint = tg_req_thumbprint(req),
                             .now = tg_now()};
    enum tg_err e = tg_session_enter(d->conf.admit, tg_visit_bearer(req), &shown, &s);

    if (e != TG_OK) {
        refuse_session(d, req, e);
        return false;
    }
    *tg_req_slot(req) = tg_session_ref(s); /* the handler takes it: tg_visit_take_session */
    return true;
}

struct tg_session *tg_visit_take_session(struct tg_req *req)
{
    struct tg_session *s = *tg_req_slot(req);

    *tg_req_slot(req) = NULL;
    return s;
}
