#include "ui/desk/sitting.h"

#include <pthread.h>
#include <stdlib.h>

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "certs/base/text.h"
#include "client/session/session.h"
#include "ui/wire/pipe.h"

struct tg_sitting {
    struct tg_sitting_conf conf;
    struct tg_prover prover;
    struct tg_pipe *pipe;
    pthread_mutex_t talk; /* a question to the gate and its answer belong together */
    struct tg_client *client;

    pthread_mutex_t lock;
    pthread_cond_t asked;
    unsigned last;   /* number of the last question */
    unsigned wanted; /* 0: none */
    char path[64];
    struct tg_buf body;
};

/* ---- the gate makes what has to be signed ---- */

static enum tg_err prove(struct tg_sitting *s, enum tg_wire_type want, const struct tg_challenge *ask,
                         struct tg_buf *jws)
{
    struct tg_wire m = {.type = want}, got = {.type = TG_WIRE_NOTHING};
    enum tg_err e = tg_copy(m.nonce, sizeof m.nonce, tg_span_str(ask->nonce));

    memcpy(m.thumbprint, ask->thumbprint, sizeof m.thumbprint);
    (void)pthread_mutex_lock(&s->talk);
    if (e == TG_OK && (e = tg_pipe_say(s->pipe, &m)) == TG_OK)
        e = tg_pipe_hear(s->pipe, &got);
    if (e == TG_OK)
        e = got.type == TG_WIRE_FAILED ? got.err : tg_buf_add_span(jws, got.jws);
    (void)pthread_mutex_unlock(&s->talk);
    return e;
}

static enum tg_err prove_sign_in(void *arg, const struct tg_challenge *ask, struct tg_buf *jws)
{
    return prove(arg, TG_WIRE_WANT_SIGN_IN, ask, jws);
}

static enum tg_err prove_present(void *arg, const struct tg_challenge *ask, struct tg_buf *jws)
{
    return prove(arg, TG_WIRE_WANT_PRESENCE, ask, jws);
}

static void ended(void *arg, enum tg_err why)
{
    struct tg_sitting *s = arg;
    struct tg_wire m = {.type = TG_WIRE_ENDED, .err = why};

    tg_ignore(tg_pipe_say(s->pipe, &m)); /* before it is open the refusal says it */
}

static void event(void *arg, const char *name, struct tg_span json)
{
    struct tg_sitting *s = arg;

    if (s->conf.event != NULL)
        s->conf.event(s->conf.arg, name, json);
}

/* ---- signing in ---- */

static void posts_take(struct tg_span problem, struct tg_wire *m)
{
    TG_JSON_AUTO *doc = NULL;
    const json_t *posts;

    if (problem.n == 0 || tg_json_parse(problem, &doc) != TG_OK)
        return;
    posts = json_object_get(doc, "posts");
    for (size_t i = 0; i < json_array_size(posts) && m->n_posts < TG_POSTS_PER_PERSON; i++) {
        const char *post = json_string_value(json_array_get(posts, i));

        if (post != NULL && tg_copy(m->post[m->n_posts], TG_WIRE_POST_BYTES, tg_span_str(post)) == TG_OK)
            m->n_posts++;
    }
}

static enum tg_err refuse(struct tg_sitting *s, enum tg_err why)
{
    struct tg_wire m = {.type = TG_WIRE_REFUSED, .err = why};

    if (why == TG_E_POST_CHOICE && s->client != NULL)
        posts_take(tg_client_problem(s->client), &m);
    tg_client_close(&s->client);
    return tg_pipe_say(s->pipe, &m);
}

/* Signed in, held, and known to the server by name: only then the window opens. */
static enum tg_err enter(struct tg_sitting *s, struct tg_link_reply *who)
{
    struct tg_client_conf conf = {.server = s->conf.server,
                                  .ca_file = s->conf.ca_file,
                                  .terminal = s->conf.terminal,
                                  .language = s->conf.language,
                                  .prover = &s->prover,
                                  .arg = s,
                                  .ended = ended,
                                  .event = event};
    enum tg_err e = tg_client_open(&conf, &s->client);

    if (e == TG_OK && (e = tg_client_sign_in(s->client)) == TG_OK && (e = tg_client_hold(s->client)) == TG_OK)
        e = tg_client_call(s->client, "/v1/whoami", tg_span(NULL, 0), who);
    return e;
}

/* One attempt. TG_OK with the window open or closed; else the gate is gone or out of turn. */
static enum tg_err attempt(struct tg_sitting *s, bool *open)
{
    struct tg_wire m;
    struct tg_link_reply who;
    enum tg_err e = tg_pipe_hear(s->pipe, &m), why;

    if (e != TG_OK)
        return e;
    tg_link_reply_init(&who);
    why = enter(s, &who);
    if (why == TG_OK) {
        m = (struct tg_wire){.type = TG_WIRE_OPEN};
        if ((e = tg_pipe_say(s->pipe, &m)) == TG_OK) {
            s->conf.opened(s->conf.arg, tg_span_buf(&who.body));
            *open = true;
        }
    } else {
        e = refuse(s, why);
    }
    tg_link_reply_done(&who);
    return e;
}

/* ---- questions ---- */

static unsigned question_wait(struct tg_sitting *s, char path[64], struct tg_buf *body)
{
    unsigned n;

    (void)pthread_mutex_lock(&s->lock);
    while (s->wanted == 0)
        (void)pthread_cond_wait(&s->asked, &s->lock);
    n = s->wanted;
    s->wanted = 0;
    memcpy(path, s->path, sizeof s->path);
    *body = s->body;
    s->body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    (void)pthread_mutex_unlock(&s->lock);
    return n;
}

static bool still_last(struct tg_sitting *s, unsigned n)
{
    bool yes;

    (void)pthread_mutex_lock(&s->lock);
    yes = s->last == n;
    (void)pthread_mutex_unlock(&s->lock);
    return yes;
}

static void question_answer(struct tg_sitting *s)
{
    char path[64];
    struct tg_buf body;
    struct tg_answer a = {.n = question_wait(s, path, &body)};
    struct tg_link_reply r;

    tg_link_reply_init(&r);
    a.err = tg_client_call(s->client, path, tg_span_buf(&body), &r);
    a.body = tg_span_buf(&r.body);
    if (still_last(s, a.n))
        s->conf.answered(s->conf.arg, &a);
    tg_link_reply_done(&r);
    tg_wipe(body.p, body.n);
    tg_buf_done(&body);
}

static void *run(void *arg)
{
    struct tg_sitting *s = arg;
    struct tg_wire ready = {.type = TG_WIRE_READY};
    bool open = false;
    enum tg_err e = tg_pipe_say(s->pipe, &ready);

    while (e == TG_OK && !open)
        e = attempt(s, &open);
    if (e != TG_OK) {
        s->conf.over(s->conf.arg);
        return NULL;
    }
    for (;;)
        question_answer(s);
}

enum tg_err tg_sitting_open(const struct tg_sitting_conf *conf, struct tg_sitting **ret)
{
    struct tg_sitting *s = calloc(1, sizeof *s);
    pthread_t thread;

    if (s == NULL)
        return TG_E_NOMEM;
    s->conf = *conf;
    s->prover = (struct tg_prover){.arg = s, .sign_in = prove_sign_in, .present = prove_present};
    s->body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    (void)pthread_mutex_init(&s->talk, NULL);
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->asked, NULL);
    *ret = s;
    if (tg_pipe_open(conf->fd, TG_WIRE_DESK, &s->pipe) != TG_OK || pthread_create(&thread, NULL, run, s) != 0)
        return TG_E_NOMEM; /* the program ends */
    (void)pthread_detach(thread);
    return TG_OK;
}

unsigned tg_sitting_ask(struct tg_sitting *s, const char *path, struct tg_span body)
{
    unsigned n = 0;

    (void)pthread_mutex_lock(&s->lock);
    tg_wipe(s->body.p, s->body.n);
    tg_buf_reset(&s->body);
    if (tg_copy(s->path, sizeof s->path, tg_span_str(path)) == TG_OK &&
        tg_buf_add_span(&s->body, body) == TG_OK) {
        s->last++;
        s->last += s->last == 0;
        s->wanted = n = s->last;
        (void)pthread_cond_signal(&s->asked);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return n;
}

void tg_sitting_lock(struct tg_sitting *s)
{
    struct tg_wire m = {.type = TG_WIRE_LOCK};

    tg_ignore(tg_pipe_say(s->pipe, &m)); /* a gate that does not hear it has locked already */
}
