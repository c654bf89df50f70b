/* GET /v1/session/events: text/event-stream. "nonce" events ask for a renewal, "ended" says why it is over;
 * when the stream closes, for whatever reason, the session ends at once.
 *
 * A watcher has two holders: its stream, and its session (through tg_session_watch). The session may end on
 * any thread, so its end is posted to the loop that owns the stream; memory is freed there when both have let
 * go, or in tg_desk_close when the loop has ended before that.
 */
#include "server/desk/asking.h"
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"
#include "server/desk/trail.h"
#include "server/desk/watch.h"

struct tg_watcher {
    struct tg_desk_loop *at;
    struct tg_session *session;
    struct tg_stream *stream; /* NULL once closed */
    unsigned holders;
    struct tg_asking_told told;
    bool hung_up; /* closing the stream is what ended the session */
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
}
