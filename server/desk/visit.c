#include "server/desk/visit.h"

#include "certs/base/secret.h"
#include "certs/base/text.h"
#include "server/desk/reply.h"
#include "server/desk/trail.h"

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
    struct tg_session **proven = (struct tg_session **)tg_req_slot(req);
    enum tg_err e = v == NULL ? TG_E_NOMEM : tg_audit_state(d->conf.audit);

    if (e != TG_OK) { /* refused before the work is done: nothing could be shown anyway */
        free(v);
        tg_reply_problem(req, e, NULL);
        return NULL;
    }
    v->desk = d;
    v->at = tg_loop_local(tg_req_loop(req));
    v->req = req;
    v->now = tg_now();
    v->kind = kind;
    v->session = *proven != NULL ? tg_session_ref(*proven) : NULL;
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
        tg_wipe(v->answer.p, v->answer.n);
    }
    tg_buf_done(&v->answer);
    tg_policy_unref(&v->policy);
    tg_session_unref(&v->session);
    free(v);
}

enum tg_err tg_visit_body(struct tg_visit *v, const struct tg_json_member *m, size_t n)
{
    enum tg_err e;

    if ((e = tg_json_parse(tg_req_body(v->req), &v->body)) != TG_OK ||
        (e = tg_json_check(v->body, m, n, &v->member)) != TG_OK) {
        return e;
    }
    v->purpose = tg_json_str(v->body, "purpose");
    v->case_ref = tg_json_str(v->body, "case");
    if (v->purpose == NULL) {
        v->purpose = "inquiry";
    }
    if (v->case_ref != NULL && !tg_text_clean(tg_span_str(v->case_ref))) {
        v->member = "case";
        return TG_E_BAD_MEMBER;
    }
    return TG_OK;
}

static void written(void *ctx, enum tg_err err, struct tg_receipt *receipt)
{
    struct tg_visit *v = ctx;

    if (err != TG_OK) {
        tg_reply_problem(v->req, err, NULL);
        tg_visit_end(v);
        return;
    }
    v->then(v, receipt);
}

static void record(struct tg_visit *v)
{
    TG_BUF_AUTO entry = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    enum tg_err e = tg_trail_write(v, &entry);

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
    tg_reply_problem(v->req, v->verdict, v->member);
    tg_receipt_free(&receipt);
    tg_visit_end(v);
}

void tg_visit_refuse(struct tg_visit *v, enum tg_err err)
{
    v->verdict = err;
    v->then = tell_refusal;
    if (err != TG_E_BAD_MEMBER) {
        v->member = NULL;
    }
    record(v);
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
    *tg_req_slot(req) = s; /* borrowed from the connection, which outlives the request's handler */
    return true;
}
