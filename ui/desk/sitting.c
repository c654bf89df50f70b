#include "ui/desk/sitting.h"

#include <pthread.h>
#include <stdlib.h>

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "certs/base/text.h"
#include "client/session/session.h"
#include "ui/desk/talk.h"

struct question {
    unsigned n; /* 0: none */
    bool beside;
    char path[64]; /* "" of a paper */
    struct tg_buf body;
};

struct tg_sitting {
    struct tg_sitting_conf conf;
    struct tg_prover prover;
    struct tg_talk *talk;
    struct tg_client *client;

    pthread_mutex_t lock;
    pthread_cond_t asked;
    unsigned last;    /* number of the last question */
    unsigned fore;    /* of the last one that takes the place of others */
    unsigned running; /* the one under way that may lose its place; 0: none such */
    struct question wanted;
    struct question also[TG_SITTING_ALSO]; /* in their order */
    struct question paper;                 /* that the gate is to have approved */
};

/* ---- the gate makes what has to be signed ---- */

static enum tg_err prove_sign_in(void *arg, const struct tg_challenge *ask, struct tg_buf *jws)
{
    const struct tg_sitting *s = arg;

    return tg_talk_prove(s->talk, TG_WIRE_WANT_SIGN_IN, ask, jws);
}

static enum tg_err prove_present(void *arg, const struct tg_challenge *ask, struct tg_buf *jws)
{
    const struct tg_sitting *s = arg;

    return tg_talk_prove(s->talk, TG_WIRE_WANT_PRESENCE, ask, jws);
}

/* Of the call under way, on its own thread. */
static bool unwanted(void *arg)
{
    struct tg_sitting *s = arg;
    bool yes;

    (void)pthread_mutex_lock(&s->lock);
    yes = s->running != 0 && s->running != s->fore;
    (void)pthread_mutex_unlock(&s->lock);
    return yes;
}

static void ended(void *arg, enum tg_err why)
{
    struct tg_sitting *s = arg;
    struct tg_wire m = {.type = TG_WIRE_ENDED, .err = why};

    tg_ignore(tg_pipe_say(tg_talk_pipe(s->talk), &m)); /* before it is open the refusal says it */
}

static void event(void *arg, const char *name, struct tg_span json)
{
    struct tg_sitting *s = arg;

    if (s->conf.event != NULL && strcmp(name, TG_SITTING_CALLER) != 0)
        s->conf.event(s->conf.arg, name, json);
}

static void called(void *arg, const char *number)
{
    struct tg_sitting *s = arg;

    if (s->conf.event != NULL)
        s->conf.event(s->conf.arg, TG_SITTING_CALLER, tg_span_str(number));
}

static void gone(void *arg)
{
    struct tg_sitting *s = arg;

    s->conf.over(s->conf.arg);
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
    return tg_pipe_say(tg_talk_pipe(s->talk), &m);
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
                                  .unwanted = unwanted,
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
    enum tg_err e = tg_pipe_hear(tg_talk_pipe(s->talk), &m), why;

    if (e != TG_OK)
        return e;
    tg_link_reply_init(&who);
    why = enter(s, &who);
    if (why == TG_OK) {
        m = (struct tg_wire){.type = TG_WIRE_OPEN};
        if ((e = tg_pipe_say(tg_talk_pipe(s->talk), &m)) == TG_OK) {
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

static void question_done(struct question *q)
{
    tg_wipe(q->body.p, q->body.n);
    tg_buf_done(&q->body);
    *q = (struct question){.n = 0};
}

/* What the person waits for comes before what is asked beside. */
static struct question question_wait(struct tg_sitting *s)
{
    struct question q;

    (void)pthread_mutex_lock(&s->lock);
    while (s->wanted.n == 0 && s->also[0].n == 0)
        (void)pthread_cond_wait(&s->asked, &s->lock);
    if (s->wanted.n != 0) {
        q = s->wanted;
        s->wanted = (struct question){.n = 0};
    } else {
        q = s->also[0];
        memmove(s->also, s->also + 1, sizeof s->also - sizeof s->also[0]);
        s->also[TG_SITTING_ALSO - 1] = (struct question){.n = 0};
    }
    s->running = q.beside ? 0 : q.n;
    (void)pthread_mutex_unlock(&s->lock);
    return q;
}

static bool still_wanted(struct tg_sitting *s, const struct question *q)
{
    bool yes;

    (void)pthread_mutex_lock(&s->lock);
    yes = q->beside || s->fore == q->n;
    (void)pthread_mutex_unlock(&s->lock);
    return yes;
}

static void question_answer(struct tg_sitting *s)
{
    struct question q = question_wait(s);
    struct tg_answer a = {.n = q.n};
    struct tg_link_reply r;

    tg_link_reply_init(&r);
    a.err = tg_client_call(s->client, q.path, tg_span_buf(&q.body), &r);
    a.body = tg_span_buf(&r.body);
    if (still_wanted(s, &q))
        s->conf.answered(s->conf.arg, &a);
    tg_link_reply_done(&r);
    question_done(&q);
}

/* A thread of its own: the person may take minutes, and whatever else is asked does not wait for that. */
static void *weigh(void *arg)
{
    struct tg_sitting *s = arg;
    struct tg_buf jws = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_answer a = {.n = s->paper.n};

    a.err = tg_talk_weigh(s->talk, tg_span_buf(&s->paper.body), &jws);
    a.body = tg_span_buf(&jws);
    (void)pthread_mutex_lock(&s->lock);
    question_done(&s->paper);
    (void)pthread_mutex_unlock(&s->lock);
    s->conf.answered(s->conf.arg, &a);
    tg_buf_done(&jws);
    return NULL;
}

static void *run(void *arg)
{
    struct tg_sitting *s = arg;
    struct tg_wire ready = {.type = TG_WIRE_READY};
    bool open = false;
    enum tg_err e = tg_pipe_say(tg_talk_pipe(s->talk), &ready);

    while (e == TG_OK && !open)
        e = attempt(s, &open);
    if (e == TG_OK)
        e = tg_talk_listen(s->talk, &(struct tg_talk_ear){.called = called, .gone = gone, .arg = s});
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
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->asked, NULL);
    *ret = s;
    if (tg_talk_open(conf->fd, &s->talk) != TG_OK || pthread_create(&thread, NULL, run, s) != 0)
        return TG_E_NOMEM; /* the program ends */
    (void)pthread_detach(thread);
    return TG_OK;
}

/* Under the lock. */
static unsigned question_put(struct tg_sitting *s, struct question *q, const char *path, struct tg_span body)
{
    question_done(q);
    q->body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    if (tg_copy(q->path, sizeof q->path, tg_span_str(path)) != TG_OK ||
        tg_buf_add_span(&q->body, body) != TG_OK) {
        question_done(q);
        return 0;
    }
    s->last++;
    s->last += s->last == 0;
    q->n = s->last;
    (void)pthread_cond_signal(&s->asked);
    return q->n;
}

unsigned tg_sitting_ask(struct tg_sitting *s, const char *path, struct tg_span body)
{
    unsigned n;

    (void)pthread_mutex_lock(&s->lock);
    n = question_put(s, &s->wanted, path, body);
    if (n != 0)
        s->fore = n;
    (void)pthread_mutex_unlock(&s->lock);
    tg_client_wake(s->client); /* the one under way gives up its place */
    return n;
}

void tg_sitting_cancel(struct tg_sitting *s)
{
    (void)pthread_mutex_lock(&s->lock);
    question_done(&s->wanted);
    s->fore = 0;
    (void)pthread_mutex_unlock(&s->lock);
    tg_client_wake(s->client);
}

unsigned tg_sitting_also(struct tg_sitting *s, const char *path, struct tg_span body)
{
    unsigned n = 0;
    size_t i = 0;

    (void)pthread_mutex_lock(&s->lock);
    while (i < TG_SITTING_ALSO && s->also[i].n != 0)
        i++;
    if (i < TG_SITTING_ALSO && (n = question_put(s, &s->also[i], path, body)) != 0)
        s->also[i].beside = true;
    (void)pthread_mutex_unlock(&s->lock);
    return n;
}

unsigned tg_sitting_sign(struct tg_sitting *s, struct tg_span paper)
{
    unsigned n = 0;
    pthread_t thread;

    (void)pthread_mutex_lock(&s->lock);
    if (s->paper.n == 0 && (n = question_put(s, &s->paper, "", paper)) != 0) {
        if (pthread_create(&thread, NULL, weigh, s) == 0) {
            (void)pthread_detach(thread);
        } else {
            question_done(&s->paper);
            n = 0;
        }
    }
    (void)pthread_mutex_unlock(&s->lock);
    return n;
}

void tg_sitting_lock(struct tg_sitting *s)
{
    struct tg_wire m = {.type = TG_WIRE_LOCK};

    tg_ignore(tg_pipe_say(tg_talk_pipe(s->talk), &m)); /* a gate that does not hear it has locked already */
}
