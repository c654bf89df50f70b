#include "server/desk/visit.h"

#include "certs/base/secret.h"
#include "certs/base/text.h"
#include "server/desk/reply.h"
#include "server/desk/trail.h"

#define TYPICAL_RECORD 2048u /* bytes, so that one allocation does for most */

static struct tg_policy *policy_now(struct tg_desk *d)
{
    (void)pthread_mutex_lock(&d->lock);
    struct tg_policy *p = tg_policy_ref(d->policy);
    (void)pthread_mutex_unlock(&d->lock);
    return p;
}

struct tg_visit *tg_visit_begin(struct tg_desk *d, struct tg_req *req, enum tg_kind kind)
{
    struct tg_visit *v = calloc(1, sizeof *v);
    struct tg_session *proven = tg_visit_take_session(req);
    enum tg_err e = v == NULL ? TG_E_NOMEM : tg_audit_state(d->conf.audit);

    if (e != TG_OK) { /* refused before the work is done: nothing could be shown anyway */
        tg_session_unref(&proven);
        free(v);
        tg_reply_problem(req, e, NULL);
        return NULL;
    }
    v->desk = d;
    v->at = tg_loop_local(tg_req_loop(req));
    v->at->busy = true;
    v->req = req;
    v->now = tg_now();
    v->kind = kind;
    v->session = proven;
    v->policy = policy_now(d);
    v->answer = TG_BUF_INIT(TG_TOKEN_BYTES * 2);
    v->verdict = TG_E_INTERNAL;
    return v;
}

void tg_visit_end(struct tg_visit *v)
{
    tg_rows_free(&v->rows);
    tg_scope_free(&v->scope);
    tg_json_done(&v->body);
    if (v->answer.p != NULL) {
        tg_wipe(v->answer.p, v->answer.cap);
    }
    tg_buf_done(&v->answer);
    tg_policy_unref(&v->policy);
    tg_session_unref(&v->session);
    free(v);
}

/* A reference of a complaint or an application, never free text: what people write about customers has no
 * place in the journal. [A-Za-z0-9._:/#-]; the length is the member table's.
 */
static bool is_reference(const char *s)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/#-";

    return s[strspn(s, letters)] == '\0';
}

enum tg_err tg_visit_body(struct tg_visit *v, const struct tg_members *known)
{
    enum tg_err e;

    if ((e = tg_json_parse(tg_req_body(v->req), &v->body)) != TG_OK ||
        (e = tg_json_check(v->body, known->m, known->n, &v->member)) != TG_OK) {
        return e;
    }
    v->purpose = tg_json_str(v->body, "purpose");
    v->case_ref = tg_json_str(v->body, "case");
    if (v->purpose == NULL) {
        v->purpose = "inquiry";
    }
    if (v->case_ref != NULL && !is_reference(v->case_ref)) {
        v->member = "case";
        return TG_E_BAD_MEMBER;
    }
    return TG_OK;
}

enum tg_err tg_visit_decide(struct tg_visit *v)
{
    struct tg_matter m = {.purpose = v->purpose, .now = v->now, .consent = NULL};

    return tg_policy_decide(v->policy, tg_session_staff(v->session), &m, &v->scope);
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

static void written(void *ctx, enum tg_err err, struct tg_receipt *receipt)
{
    struct tg_visit *v = ctx;

    if (err == TG_OK) {
        err = still_there(v);
    }
    if (err != TG_OK) {
        forget_sign_in(v);
        tg_reply_problem(v->req, err, NULL);
        tg_receipt_free(&receipt);
        tg_visit_end(v);
        return;
    }
    v->then(v, receipt);
}

static void record(struct tg_visit *v)
{
    TG_BUF_AUTO entry = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    enum tg_err e = tg_buf_reserve(&entry, TYPICAL_RECORD);

    if (e == TG_OK) {
        e = tg_trail_write(v, &entry);
    }
    if (e != TG_OK) {
        written(v, e == TG_E_NOMEM ? e : TG_E_AUDIT_DOWN, NULL);
        return;
    }
    tg_audit_append(v->at->lane, tg_span_buf(&entry), written, v);
}

void tg_visit_record(struct tg_visit *v, void (*then)(struct tg_visit *v, struct tg_receipt *receipt))
{
    v->verdict = TG_OK;
    v->then = then;
    record(v);
}

static void tell_refusal(struct tg_visit *v, struct tg_receipt *receipt)
{
    if (v->verdict == TG_E_POST_CHOICE) {
        tg_reply_choice(v->req, &v->facts);
    } else {
        tg_reply_problem(v->req, v->verdict, v->member);
    }
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
    if (err == TG_E_PURPOSE) {
        v->purpose = NULL; /* what is no purpose of ours may be anything that was typed */
    }
    forget_sign_in(v);
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
