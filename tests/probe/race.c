/* Two kinds of requests in random order over one connection, each timed from its first byte sent to its last
 * byte received. The judgement is the test's; here only the clock is read.
 */
#include <time.h>

#include "tests/probe/probe.h"

#define RACE_MOST 200000u
#define TOKEN_EVERY 500u /* requests; the token is renewed every few minutes */

struct side {
    const json_t *bodies;
    uint64_t *ns;
    size_t n;
    int status; /* of all its answers; -1 when they differ */
};

struct race {
    struct probe *p;
    const char *path;
    uint64_t random;
    struct side side[2];
};

/* xorshift64*: any even-handed order will do. */
static uint64_t draw(struct race *r)
{
    r->random ^= r->random >> 12;
    r->random ^= r->random << 25;
    r->random ^= r->random >> 27;
    return r->random * 0x2545f4914f6cdd1dU >> 32;
}

static uint64_t now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC_RAW, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static enum tg_err run_one(struct race *r, struct side *s)
{
    TG_BUF_AUTO request = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    TG_BUF_AUTO answer = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    const char *body = json_string_value(json_array_get(s->bodies, draw(r) % json_array_size(s->bodies)));
    enum tg_err e = body == NULL
                        ? TG_E_FORM
                        : tg_raw_request(r->path, tg_span_buf(&r->p->token), tg_span_str(body), &request);

    if (e != TG_OK) {
        return e;
    }
    uint64_t begin = now_ns();
    e = tg_raw_ask(r->p->own, tg_span_buf(&request), &answer);
    s->ns[s->n] = now_ns() - begin;
    if (e == TG_OK) {
        int status = tg_raw_status(tg_span_buf(&answer));

        s->status = s->n == 0 || s->status == status ? status : -1;
        s->n++;
    }
    return e;
}

static enum tg_err run(struct race *r, size_t n)
{
    enum tg_err e = probe_token(r->p);

    if (e == TG_OK && r->p->own == NULL) {
        e = probe_dial(r->p, probe_proof(r->p), &r->p->own);
    }
    for (size_t i = 0; i < n && e == TG_OK; i++) {
        if (i % TOKEN_EVERY == 0) {
            e = probe_token(r->p);
        }
        if (e == TG_OK) {
            e = run_one(r, &r->side[draw(r) & 1]);
        }
    }
    return e;
}

static void put_side(struct tg_jout *j, const char *name, const char *status, const struct side *s)
{
    tg_jout_key(j, name);
    tg_jout_open(j, '[');
    for (size_t i = 0; i < s->n; i++) {
        tg_jout_int(j, (int64_t)s->ns[i]);
    }
    tg_jout_close(j, ']');
    tg_jout_member_int(j, status, s->status);
}

static enum tg_err put(const struct race *r)
{
    TG_BUF_AUTO out = TG_BUF_INIT((size_t)RACE_MOST * 24);
    struct tg_jout j;
    enum tg_err e;

    tg_jout_init(&j, &out);
    tg_jout_open(&j, '{');
    put_side(&j, "a", "a_status", &r->side[0]);
    put_side(&j, "b", "b_status", &r->side[1]);
    tg_jout_close(&j, '}');
    if ((e = tg_jout_end(&j)) == TG_OK) {
        probe_line(tg_span_buf(&out));
        r->p->said = true;
    }
    return e;
}

enum tg_err probe_race(struct probe *p, const char *json)
{
    TG_JSON_AUTO *said = NULL;
    enum tg_err e = tg_json_parse(tg_span_str(json), &said);
    int64_t n = e == TG_OK ? tg_json_int(said, "n", 0) : 0;
    struct race r = {.p = p, .path = e == TG_OK ? tg_json_str(said, "path") : NULL};

    if (r.path == NULL || n <= 0 || n > RACE_MOST) {
        return TG_E_USAGE;
    }
    r.random = (uint64_t)tg_json_int(said, "seed", 1) * 2 + 1; /* never 0 */
    r.side[0].bodies = json_object_get(said, "a");
    r.side[1].bodies = json_object_get(said, "b");
    r.side[0].ns = calloc((size_t)n, sizeof(uint64_t));
    r.side[1].ns = calloc((size_t)n, sizeof(uint64_t));
    if (json_array_size(r.side[0].bodies) == 0 || json_array_size(r.side[1].bodies) == 0) {
        e = TG_E_USAGE;
    } else if (r.side[0].ns == NULL || r.side[1].ns == NULL) {
        e = TG_E_NOMEM;
    } else if ((e = run(&r, (size_t)n)) == TG_OK) {
        e = put(&r);
    }
    free(r.side[0].ns);
    free(r.side[1].ns);
    return e;
}
