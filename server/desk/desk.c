#include "server/desk/desk.h"

#include "certs/base/secret.h"
#include "server/desk/asking.h"
#include "server/desk/granting.h"
#include "server/desk/grounds.h"
#include "server/desk/published.h"
#include "server/desk/reasons.h"
#include "server/desk/reply.h"
#include "server/desk/routes.h"
#include "server/desk/trail.h"
#include "server/desk/watch.h"

#define REST_PULSES (30000u / TG_PULSE_MS)
#define CAPS_PULSES (600000u / TG_PULSE_MS)

/* For a token: what its holder may use at that moment. */
static void claim_grants(void *ctx, const struct tg_staff *s, tg_sec now, struct tg_jout *ids)
{
    struct tg_desk *d = ctx;
    struct tg_grant held;
    struct tg_grantee who = tg_grantee_of(s);
    struct tg_policy *policy = tg_visit_policy(d, NULL);
    bool asks = policy != NULL && tg_policy_by_grant(policy, who.role);

    tg_policy_unref(&policy);
    if (!asks || tg_grants_of(d->grants, &who, now, &held) != TG_OK) {
        return; /* none */
    }
    for (size_t i = 0; i < held.n; i++) {
        tg_jout_str(ids, held.id[i]);
    }
}

enum tg_err tg_desk_open(const struct tg_desk_conf *conf, struct tg_desk **ret)
{
    struct tg_desk *d = calloc(1, sizeof *d);
    enum tg_err e = TG_E_NOMEM;

    if (d == NULL) {
        return TG_E_NOMEM;
    }
    if (pthread_mutex_init(&d->lock, NULL) != 0) {
        free(d);
        return TG_E_NOMEM;
    }
    if (tg_baton_init(&d->baton) != TG_OK) {
        (void)pthread_mutex_destroy(&d->lock);
        free(d);
        return TG_E_NOMEM;
    }
    if (tg_noise_init(&d->noise) != TG_OK) {
        tg_baton_done(&d->baton);
        (void)pthread_mutex_destroy(&d->lock);
        free(d);
        return TG_E_NOMEM;
    }
    d->conf = *conf;
    memcpy(d->query_key, conf->query_key, sizeof d->query_key);
    d->metadata = TG_BUF_INIT(4096);
    d->keys = TG_BUF_INIT(4096);
    d->began = tg_now_us();
    d->began_mono = tg_mono_us();
    if ((d->issuer = strdup(conf->issuer)) == NULL || (e = tg_caps_new(&d->caps)) != TG_OK ||
        (e = tg_inquiries_new(&d->inquiries)) != TG_OK || (e = tg_bulks_new(&d->bulks)) != TG_OK || (e = tg_meter_new(&d->meter)) != TG_OK ||
        (e = tg_grants_new(&d->grants)) != TG_OK || (e = tg_published_make(d)) != TG_OK) {
        tg_desk_close(&d);
        return e;
    }
    tg_admit_set_grants(conf->admit, claim_grants, d);
    *ret = d;
    return TG_OK;
}

void tg_desk_close(struct tg_desk **d)
{
    if (*d == NULL) {
        return;
    }
    while ((*d)->loops != NULL) {
        struct tg_desk_loop *at = (*d)->loops;

        (*d)->loops = at->next;
        tg_watch_forget(at);
        free(at);
    }
    tg_policy_unref(&(*d)->policy);
    tg_buf_done(&(*d)->metadata);
    tg_buf_done(&(*d)->keys);
    tg_wipe((*d)->query_key, sizeof(*d)->query_key);
    tg_noise_done(&(*d)->noise);
    tg_caps_free(&(*d)->caps);
    tg_grants_free(&(*d)->grants);
    tg_baton_done(&(*d)->baton);
    tg_inquiries_free(&(*d)->inquiries);
    tg_bulks_free(&(*d)->bulks);
    tg_meter_free(&(*d)->meter);
    free((*d)->index_path);
    (void)pthread_mutex_destroy(&(*d)->lock);
    free((*d)->issuer);
    free(*d);
    *d = NULL;
}

void tg_desk_set_policy(struct tg_desk *d, struct tg_policy *policy, int64_t seq)
{
    (void)pthread_mutex_lock(&d->lock);
    struct tg_policy *old = d->policy;
    d->policy = policy;
    d->policy_seq = seq;
    (void)pthread_mutex_unlock(&d->lock);
    tg_policy_unref(&old);
}

static void lane_ready(void *ctx)
{
    struct tg_desk_loop *at = ctx;

    tg_lane_run(at->lane);
}

/* On the committer's thread: a batch is durable. */
static void lane_wake(void *ctx)
{
    struct tg_desk_loop *at = ctx;

    tg_loop_post(at->loop, lane_ready, at);
}

static void nobody_waits(void *ctx, enum tg_err err, struct tg_receipt *receipt)
{
    (void)ctx;
    (void)err;
    tg_receipt_free(&receipt);
}

static void note_noise(struct tg_desk_loop *at)
{
    TG_BUF_AUTO entry = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    uint64_t unwritten;

    if (tg_audit_state(at->desk->conf.audit) != TG_OK || (unwritten = tg_noise_take(&at->desk->noise)) == 0) {
        return;
    }
    if (tg_trail_noise(unwritten, tg_now(), &entry) == TG_OK) {
        tg_audit_append(at->lane, tg_span_buf(&entry), nobody_waits, NULL);
    }
}

/* Half a minute without a request: what reading has mapped is given back, so that an idle server is a small
 * one. Not sooner, because the first look at each page afterwards is slower.
 */
static void rest(struct tg_desk_loop *at)
{
    if (at->busy) {
        at->busy = false;
        at->idle_pulses = 0;
    } else if (++at->idle_pulses == REST_PULSES) {
        tg_reader_rest(at->reader);
        if (at->drill != NULL) {
            tg_reader_rest(at->drill);
        }
    }
}

static void pulse(void *ctx)
{
    struct tg_desk_loop *at = ctx;

    rest(at);
    tg_admit_sweep(at->desk->conf.admit, tg_now());
    if (++at->pulses % CAPS_PULSES == 0) {
        tg_caps_sweep(at->desk->caps, tg_visit_steady(at->desk));
    }
    tg_watch_pulse(at);
    note_noise(at);
}

static void loop_end(void *app, void *local)
{
    struct tg_desk_loop *at = local;

    (void)app;
    tg_timer_free(&at->pulse);
    tg_timer_free(&at->grants_pulse);
    tg_lane_close(&at->lane);
    tg_reader_close(&at->reader);
    tg_reader_close(&at->drill);
    tg_query_hasher_free(&at->hasher);
    tg_reasons_free(&at->reasons);
    tg_grounds_free(&at->grounds);
    tg_visit_forget(at);
    tg_buf_done(&at->entry);
    tg_buf_done(&at->aside);
}

/* True for the first loop. */
static bool join(struct tg_desk *d, struct tg_desk_loop *at)
{
    (void)pthread_mutex_lock(&d->lock);
    bool first = !d->announced;
    d->announced = true;
    at->next = d->loops;
    d->loops = at;
    (void)pthread_mutex_unlock(&d->lock);
    return first;
}

/* A server's beginning, with the legend of the masks in all that it will write. */
static void announce(struct tg_desk_loop *at)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    struct tg_entry e = {.kind = TG_KIND_ADMIN, .time = tg_now_us(), .detail = "server start", .names = true};

    if (tg_entry_write(&e, &text) == TG_OK) {
        tg_audit_append(at->lane, tg_span_buf(&text), nobody_waits, NULL);
    }
}

static enum tg_err loop_begin(void *app, struct tg_loop *loop, void **local)
{
    struct tg_desk *d = app;
    struct tg_desk_loop *at = calloc(1, sizeof *at);
    enum tg_err e;

    if (at == NULL) {
        return TG_E_NOMEM;
    }
    at->desk = d;
    at->loop = loop;
    at->entry = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    at->aside = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    bool first = join(d, at);
    if ((e = tg_query_hasher_new(tg_span(d->query_key, sizeof d->query_key), &at->hasher)) != TG_OK ||
        (e = tg_reasons_new(&at->reasons)) != TG_OK || (e = tg_grounds_new(&at->grounds)) != TG_OK ||
        (e = tg_reader_open(d->conf.store, &at->reader)) != TG_OK ||
        (e = tg_lane_open(d->conf.audit, lane_wake, at, &at->lane)) != TG_OK) {
        loop_end(app, at);
        return e;
    }
    /* without it no session would ever be ended */
    if ((at->pulse = tg_loop_every(loop, TG_PULSE_MS, pulse, at)) == NULL ||
        (at->grants_pulse = tg_loop_every(loop, TG_GRANTS_MS, tg_watch_grants, at)) == NULL) {
        loop_end(app, at);
        return TG_E_NOMEM;
    }
    if (first) {
        announce(at);
    }
    *local = at;
    return TG_OK;
}

static void refuse(void *app, struct tg_req *req, enum tg_err err)
{
    (void)app;
    tg_reply_problem(req, err, NULL);
}

void tg_desk_serve(struct tg_desk *d, struct tg_door_conf *conf)
{
    conf->routes = tg_desk_routes;
    conf->n_routes = tg_desk_routes_count;
    conf->app = d;
    conf->loop_begin = loop_begin;
    conf->loop_end = loop_end;
    conf->refuse = refuse;
    conf->session = tg_visit_session;
}
