#include "certs/base/text.h"
#include "tests/bench/load.h"

#define FORM "application/x-www-form-urlencoded"

/* One card after the other in one of the readers, so to speak. */
struct reader {
    struct wires *all;
    const struct badge *badge;
    struct tg_proof *proof;
    struct wire wire;
    bool challenged, resting;
    const bool *over;
    struct tally *tally;
};

static void begin(struct reader *r);

static void ask_challenge(struct wire *w)
{
    TG_BUF_AUTO request = TG_BUF_INIT(4096);

    wire_post(&request, "/oauth/challenge", tg_span(NULL, 0), NULL, tg_span(NULL, 0));
    wire_send(w, tg_span_buf(&request));
}

static void answered(struct wire *w, struct tg_span whole)
{
    struct reader *r = w->owner;
    struct tg_span body = wire_body(whole, "sign-in");

    if (r->challenged) {
        r->tally->bytes += body.n;
        r->tally->requests++;
        wire_close(w);
        tg_proof_free(&r->proof);
        begin(r);
        return;
    }
    TG_BUF_AUTO form = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO request = TG_BUF_INIT(TG_JWS_BYTES * 2);
    r->challenged = true;
    badge_form(r->badge, r->proof, body, &form);
    wire_post(&request, "/oauth/token", tg_span(NULL, 0), FORM, tg_span_buf(&form));
    wire_send(w, tg_span_buf(&request));
}

static void begin(struct reader *r)
{
    r->challenged = false;
    r->resting = *r->over;
    if (r->resting) {
        return;
    }
    if (tg_proof_new(tg_now(), &r->proof) != TG_OK) {
        load_die("TLS key", "cannot be made");
    }
    wire_dial(r->all, &r->wire, r->proof);
    r->wire.owner = r;
    r->wire.ready = ask_challenge;
    r->wire.answer = answered;
}

static bool all_rest(const struct reader *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!r[i].resting) {
            return false;
        }
    }
    return true;
}

struct tally enter_run(struct wires *all, struct badge *badges, size_t n, unsigned seconds, int pid)
{
    struct reader *r = calloc(n > 0 ? n : 1, sizeof *r);
    struct tally tally;
    tg_usec at = tg_mono_us();
    bool over = false;

    if (r == NULL || n == 0) {
        load_die("sign-in", "no cards");
    }
    meter_begin(&tally, pid);
    for (size_t i = 0; i < n; i++) {
        r[i] = (struct reader){.all = all, .badge = &badges[i], .over = &over, .tally = &tally};
        begin(&r[i]);
    }
    while (!all_rest(r, n)) {
        wires_turn(all, 1000);
        over = tg_mono_us() - at >= (tg_usec)seconds * 1000000;
    }
    free(r);
    meter_end(&tally, pid);
    return tally;
}
