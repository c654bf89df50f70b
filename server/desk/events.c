/* GET /v1/session/events: text/event-stream. "nonce" events ask for a renewal, "grants" says what is open to a
 * role that only a grant opens, "ended" says why it is over; when the stream closes, for whatever reason, the session ends at once.
 *
 * A watcher has two holders: its stream, and its session (through tg_session_watch). The session may end on
 * any thread, so its end is posted to the loop that owns the stream; memory is freed there when both have let
 * go, or in tg_desk_close when the loop has ended before that.
 */
#include "certs/base/limits.h"
#include "server/desk/asking.h"
#include "server/desk/endpoints.h"
#include "server/desk/granting.h"
#include "server/desk/reply.h"
#include "server/desk/trail.h"
#include "server/desk/watch.h"

/* All that one person may hold, and what they are called. */
#define GRANTS_BYTES (TG_GRANTS_HELD * (TG_GRANT_AREAS_BYTES + 512u) + 64u)
_Static_assert(GRANTS_BYTES + 64u <= TG_EVENT_BYTES, "clients take no longer events");

struct tg_watcher {
    struct tg_desk_loop *at;
    struct tg_session *session;
    struct tg_stream *stream; /* NULL once closed */
    unsigned holders;
    struct tg_asking_told told;
    bool hung_up; /* closing the stream is what ended the session */
    struct tg_buf grants; /* as told last; empty: never */
    struct tg_watcher *next;
};

static void watcher_release(struct tg_watcher *w)
{
    struct tg_watcher **at = &w->at->watchers;

    if (--w->holders > 0) {
        return;
    }
    while (*at != NULL && *at != w) {
        at = &(*at)->next;
    }
    if (*at == w) {
        *at = w->next;
    }
    tg_session_unref(&w->session);
    tg_buf_done(&w->grants);
    free(w);
}

static void nobody_waits(void *ctx, enum tg_err err, struct tg_receipt *receipt)
{
    (void)ctx;
    (void)err;
    tg_receipt_free(&receipt);
}

/* Who left was not refused anything: only an end that came over somebody is a denial. */
static void end_record(struct tg_watcher *w, enum tg_err why)
{
    TG_BUF_AUTO entry = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    bool left = tg_session_left(w->session);
    const char *detail = w->hung_up ? "stream closed" : "signed out";

    if (tg_trail_end(w->session, left ? TG_OK : why, left ? detail : NULL, &entry) == TG_OK) {
        tg_audit_append(w->at->lane, tg_span_buf(&entry), nobody_waits, NULL);
    }
}

/* In the loop's thread, after the session's end. */
static void ended_here(void *ctx)
{
    struct tg_watcher *w = ctx;
    enum tg_err why = tg_session_state(w->session, tg_now());
    TG_BUF_AUTO event = TG_BUF_INIT(256);

    end_record(w, why);
    if (w->stream != NULL) {
        if (tg_buf_addf(&event, "event: ended\ndata: {\"type\":\"" TG_PROBLEM_PREFIX "%s\"}\n\n",
                        tg_err_code(why)) == TG_OK) {
            (void)tg_stream_send(w->stream, tg_span_buf(&event));
        }
        tg_stream_close(w->stream);
    }
    watcher_release(w);
}

/* On any thread. */
static void session_ended(void *ctx)
{
    struct tg_watcher *w = ctx;

    tg_loop_post(w->at->loop, ended_here, w);
}

static void stream_closed(void *ctx)
{
    struct tg_watcher *w = ctx;

    w->stream = NULL;
    w->hung_up = tg_session_leave(w->at->desk->conf.admit, w->session);
    watcher_release(w);
}

static void pulse_one(struct tg_watcher *w)
{
    TG_BUF_AUTO event = TG_BUF_INIT(256);
    char nonce[TG_NONCE_TEXT_BYTES];

    if (w->stream == NULL) {
        return;
    }
    if (tg_session_nonce(w->at->desk->conf.admit, w->session, tg_now(), nonce) != TG_OK ||
        tg_buf_addf(&event, "event: nonce\ndata: {\"nonce\":\"%s\",\"lease\":%d}\n\n", nonce,
                    TG_LEASE_SECONDS) != TG_OK ||
        !tg_stream_send(w->stream, tg_span_buf(&event))) {
        tg_stream_close(w->stream); /* it does not drain: gone */
        return;
    }
    tg_buf_reset(&event);
    if (tg_asking_event(w->at->desk, w->session, &w->told, &event) &&
        !tg_stream_send(w->stream, tg_span_buf(&event))) {
        tg_stream_close(w->stream);
    }
}

void tg_watch_pulse(void *desk_loop)
{
    struct tg_desk_loop *at = desk_loop;
    struct tg_watcher *next;

    for (struct tg_watcher *w = at->watchers; w != NULL; w = next) {
        next = w->next; /* closing a stream takes its watcher out of the list */
        pulse_one(w);
    }
}

/* The whole of it again, whenever it is not what was told last. */
static enum tg_err tell_grants(struct tg_watcher *w, struct tg_onlooker *o, tg_sec *due)
{
    TG_BUF_AUTO now = TG_BUF_INIT(GRANTS_BYTES);
    TG_BUF_AUTO event = TG_BUF_INIT(GRANTS_BYTES + 64);
    tg_sec soonest = INT64_MAX;
    enum tg_err e;

    o->staff = tg_session_staff(w->session);
    if (w->stream == NULL || !tg_policy_by_grant(o->policy, tg_staff_role(o->staff))) {
        return TG_OK;
    }
    if ((e = tg_granting_own(o, &now, &soonest)) != TG_OK) {
        return e;
    }
    *due = soonest < *due ? soonest : *due;
    if (tg_span_eq(tg_span_buf(&now), tg_span_buf(&w->grants))) {
        return TG_OK;
    }
    tg_buf_reset(&w->grants);
    if ((e = tg_buf_addf(&event, "event: grants\ndata: %.*s\n\n", (int)now.n, (const char *)now.p)) != TG_OK ||
        (e = tg_buf_add_span(&w->grants, tg_span_buf(&now))) != TG_OK) {
        return e;
    }
    return tg_stream_send(w->stream, tg_span_buf(&event)) ? TG_OK : TG_E_BUSY;
}

/* Who cannot be told must not go on reading what has ended. */
static void tell_all_grants(struct tg_desk_loop *at, struct tg_onlooker *o)
{
    struct tg_watcher *next;

    for (struct tg_watcher *w = at->watchers; w != NULL; w = next) {
        next = w->next;
        if (tell_grants(w, o, &at->grants_due) != TG_OK) {
            tg_stream_close(w->stream);
        }
    }
}

void tg_watch_grants(void *desk_loop)
{
    struct tg_desk_loop *at = desk_loop;
    uint64_t version = tg_grants_version(at->desk->grants);
    tg_sec now = tg_now();
    int64_t seq = 0;

    if (at->watchers == NULL) {
        return;
    }
    struct tg_policy *policy = tg_visit_policy(at->desk, &seq);
    if (version != at->grants_version || seq != at->grants_policy || now >= at->grants_due) {
        struct tg_onlooker o = {.grants = at->desk->grants, .policy = policy, .now = now};

        at->grants_version = version;
        at->grants_policy = seq;
        at->grants_due = INT64_MAX;
        tell_all_grants(at, &o);
    }
    tg_policy_unref(&policy);
}

/* At the start of a stream: what there is, also when it is nothing. */
static void first_grants(struct tg_watcher *w)
{
    struct tg_policy *policy = tg_visit_policy(w->at->desk, NULL);
    struct tg_onlooker o = {.grants = w->at->desk->grants, .policy = policy, .now = tg_now()};

    if (tell_grants(w, &o, &w->at->grants_due) != TG_OK) {
        tg_stream_close(w->stream);
    }
    tg_policy_unref(&policy);
}

void tg_watch_forget(struct tg_desk_loop *at)
{
    while (at->watchers != NULL) {
        struct tg_watcher *w = at->watchers;

        w->holders = 1;
        watcher_release(w);
    }
}

static struct tg_watcher *watcher_new(struct tg_desk_loop *at, struct tg_session *session)
{
    struct tg_watcher *w = calloc(1, sizeof *w);

    if (w != NULL) {
        w->at = at;
        w->session = tg_session_ref(session);
        w->holders = 2;
        w->grants = TG_BUF_INIT(GRANTS_BYTES);
        w->next = at->watchers;
        at->watchers = w;
    }
    return w;
}

void tg_desk_events(void *app, struct tg_req *req)
{
    struct tg_session *proven = tg_visit_take_session(req);
    struct tg_watcher *w = watcher_new(tg_loop_local(tg_req_loop(req)), proven);
    enum tg_err e = w != NULL ? tg_session_watch(w->session, session_ended, w) : TG_E_NOMEM;

    (void)app;
    tg_session_unref(&proven);
    if (e != TG_OK) {
        if (w != NULL) {
            w->holders = 1;
            watcher_release(w);
        }
        tg_reply_problem(req, e, NULL);
        return;
    }
    w->stream = tg_req_stream_open(req, "text/event-stream", stream_closed, w);
    if (w->stream == NULL) { /* gone already: nobody else will say so */
        stream_closed(w);
        return;
    }
    pulse_one(w);
    if (w->stream != NULL) {
        first_grants(w);
    }
}
