#include "certs/base/json.h"
#include "certs/base/text.h"
#include "tests/bench/load.h"

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"

static void ask_challenge(struct wire *w)
{
    TG_BUF_AUTO request = TG_BUF_INIT(4096);

    wire_post(&request, "/oauth/challenge", tg_span(NULL, 0), NULL, tg_span(NULL, 0));
    wire_send(w, tg_span_buf(&request));
}

static void take_token(struct stay *s, struct tg_span body)
{
    TG_JSON_AUTO *json = NULL;

    if (tg_json_parse(body, &json) != TG_OK || tg_json_str(json, "access_token") == NULL ||
        tg_buf_add_str(&s->token, tg_json_str(json, "access_token")) != TG_OK) {
        load_die("sign-in", "no token");
    }
    s->waiting = false;
}

/* Challenge, token, and from then on the empty answers of renewals. */
static void door_answer(struct wire *w, struct tg_span whole)
{
    struct stay *s = w->owner;

    if (!s->challenged) {
        TG_BUF_AUTO form = TG_BUF_INIT(TG_JWS_BYTES);
        TG_BUF_AUTO request = TG_BUF_INIT(TG_JWS_BYTES * 2);

        s->challenged = true;
        badge_form(&s->badge, s->proof, wire_body(whole, "challenge"), &form);
        wire_post(&request, "/oauth/token", tg_span(NULL, 0), FORM, tg_span_buf(&form));
        wire_send(w, tg_span_buf(&request));
        return;
    }
    if (s->token.n == 0) {
        take_token(s, wire_body(whole, "sign-in"));
        return;
    }
    /* A renewal that came too late for its nonce is no matter while the next one is in time: the stream says
     * so when none was. */
}

static void renew(struct stay *s, struct tg_span json)
{
    TG_JSON_AUTO *event = NULL;
    TG_BUF_AUTO body = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO request = TG_BUF_INIT(TG_JWS_BYTES * 2);

    if (tg_json_parse(json, &event) != TG_OK || tg_json_str(event, "nonce") == NULL) {
        load_die("event", "no nonce");
    }
    badge_presence(&s->badge, s->proof, tg_json_str(event, "nonce"), &body);
    wire_post(&request, "/v1/session/renew", tg_span_buf(&s->token), JSON, tg_span_buf(&body));
    wire_send(&s->door, tg_span_buf(&request));
}

/* One write of the server is one record here: each holds whole events. */
static void event_answer(struct wire *w, struct tg_span part)
{
    static const char nonce[] = "event: nonce\ndata: ";
    const uint8_t *at = memmem(part.p, part.n, nonce, sizeof nonce - 1);
    const uint8_t *end = at == NULL ? NULL : memmem(at, part.n - (size_t)(at - part.p), "\n\n", 2);

    if (memmem(part.p, part.n, "event: ended", 12) != NULL) {
        load_die("the session ended", "under the load");
    }
    if (end != NULL) {
        at += sizeof nonce - 1;
        ((struct stay *)w->owner)->waiting = false;
        renew(w->owner, tg_span(at, (size_t)(end - at)));
    }
}

static void event_ready(struct wire *w)
{
    struct stay *s = w->owner;
    TG_BUF_AUTO request = TG_BUF_INIT(8192);

    wire_get(&request, "/v1/session/events", tg_span_buf(&s->token));
    wire_send(w, tg_span_buf(&request));
}

static void wait_here(struct stay *s, struct wires *all)
{
    s->waiting = true;
    for (tg_usec until = tg_mono_us() + 15 * 1000000; s->waiting;) {
        wires_turn(all, 100);
        if (tg_mono_us() > until) {
            load_die("sign-in", "no answer");
        }
    }
}

void stay_begin(struct stay *s, struct wires *all)
{
    s->token = TG_BUF_INIT(TG_TOKEN_BYTES);
    if (tg_proof_new(tg_now(), &s->proof) != TG_OK) {
        load_die("TLS key", "cannot be made");
    }
    wire_dial(all, &s->door, s->proof);
    s->door.owner = s;
    s->door.ready = ask_challenge;
    s->door.answer = door_answer;
    wait_here(s, all);
    wire_dial(all, &s->events, s->proof);
    s->events.owner = s;
    s->events.stream = true;
    s->events.ready = event_ready;
    s->events.answer = event_answer;
    wait_here(s, all);
}

void stay_end(struct stay *s)
{
    wire_close(&s->events);
    wire_close(&s->door);
    tg_proof_free(&s->proof);
    tg_buf_done(&s->token);
}
