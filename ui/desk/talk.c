#include "ui/desk/talk.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"

#define LOOK_MS 100 /* another thread may have heard the verdict */

struct tg_talk {
    struct tg_pipe *pipe;
    pthread_mutex_t lock; /* from a question to its answer */

    struct tg_talk_ear ear; /* nobody listens: empty */
    /* of the approval, under lock */
    bool decided;
    enum tg_err verdict;
    struct tg_buf approval;
};

enum tg_err tg_talk_open(int fd, struct tg_talk **ret)
{
    struct tg_talk *t = calloc(1, sizeof *t);

    if (t == NULL) {
        (void)close(fd);
        return TG_E_NOMEM;
    }
    if (tg_pipe_open(fd, TG_WIRE_DESK, &t->pipe) != TG_OK) {
        free(t);
        return TG_E_NOMEM;
    }
    (void)pthread_mutex_init(&t->lock, NULL);
    t->approval = TG_BUF_INIT(TG_JWS_BYTES);
    *ret = t;
    return TG_OK;
}

struct tg_pipe *tg_talk_pipe(struct tg_talk *t)
{
    return t->pipe;
}

static bool is_verdict(const struct tg_wire *m)
{
    return m->type == TG_WIRE_APPROVED || m->type == TG_WIRE_DECLINED;
}

/* Kept for whoever waits for it: m's text is gone with the next hearing. */
static void verdict_keep(struct tg_talk *t, const struct tg_wire *m)
{
    tg_buf_reset(&t->approval);
    t->verdict = m->type == TG_WIRE_APPROVED ? tg_buf_add_span(&t->approval, m->jws) : m->err;
    t->decided = true;
}

/* Under lock. What comes between a question and its answer. */
static bool is_aside(struct tg_talk *t, const struct tg_wire *m)
{
    if (is_verdict(m))
        verdict_keep(t, m);
    else if (m->type == TG_WIRE_CALL && t->ear.called != NULL)
        t->ear.called(t->ear.arg, m->number);
    return is_verdict(m) || m->type == TG_WIRE_CALL;
}

/* Under lock. */
static enum tg_err answer_hear(struct tg_talk *t, struct tg_wire *got)
{
    enum tg_err e = tg_pipe_hear(t->pipe, got);

    while (e == TG_OK && is_aside(t, got))
        e = tg_pipe_hear(t->pipe, got);
    return e;
}

enum tg_err tg_talk_prove(struct tg_talk *t, enum tg_wire_type want, const struct tg_challenge *ask,
                          struct tg_buf *jws)
{
    struct tg_wire m = {.type = want}, got = {.type = TG_WIRE_NOTHING};
    enum tg_err e = tg_copy(m.nonce, sizeof m.nonce, tg_span_str(ask->nonce));

    memcpy(m.thumbprint, ask->thumbprint, sizeof m.thumbprint);
    (void)pthread_mutex_lock(&t->lock);
    if (e == TG_OK && (e = tg_pipe_say(t->pipe, &m)) == TG_OK)
        e = answer_hear(t, &got);
    if (e == TG_OK)
        e = got.type == TG_WIRE_FAILED ? got.err : tg_buf_add_span(jws, got.jws);
    (void)pthread_mutex_unlock(&t->lock);
    return e;
}

static enum tg_err paper_hand(struct tg_talk *t, struct tg_span paper)
{
    struct tg_wire m = {.type = TG_WIRE_WANT_APPROVAL, .paper = paper};
    enum tg_err e;

    (void)pthread_mutex_lock(&t->lock);
    t->decided = false;
    e = tg_pipe_say(t->pipe, &m);
    (void)pthread_mutex_unlock(&t->lock);
    return e;
}

/* Under lock. Only while nobody else waits for an answer is what comes now said unasked. */
static enum tg_err aside_look(struct tg_talk *t)
{
    struct pollfd fd = {.fd = tg_pipe_fd(t->pipe), .events = POLLIN};
    struct tg_wire got;
    enum tg_err e;

    if (poll(&fd, 1, 0) <= 0)
        return TG_OK;
    if ((e = tg_pipe_hear(t->pipe, &got)) != TG_OK)
        return e;
    return is_aside(t, &got) ? TG_OK : TG_E_FORM;
}

static void *listen_on(void *arg)
{
    struct tg_talk *t = arg;
    enum tg_err e = TG_OK;

    while (e == TG_OK) {
        struct pollfd fd = {.fd = tg_pipe_fd(t->pipe), .events = POLLIN};

        (void)poll(&fd, 1, -1);
        (void)pthread_mutex_lock(&t->lock);
        e = aside_look(t);
        (void)pthread_mutex_unlock(&t->lock);
    }
    t->ear.gone(t->ear.arg);
    return NULL;
}

enum tg_err tg_talk_listen(struct tg_talk *t, const struct tg_talk_ear *ear)
{
    pthread_t thread;

    t->ear = *ear;
    if (pthread_create(&thread, NULL, listen_on, t) != 0)
        return TG_E_NOMEM;
    (void)pthread_detach(thread);
    return TG_OK;
}

enum tg_err tg_talk_weigh(struct tg_talk *t, struct tg_span paper, struct tg_buf *jws)
{
    enum tg_err e = paper_hand(t, paper);
    bool decided = false;

    while (e == TG_OK && !decided) {
        struct pollfd fd = {.fd = tg_pipe_fd(t->pipe), .events = POLLIN};

        (void)poll(&fd, 1, LOOK_MS);
        (void)pthread_mutex_lock(&t->lock);
        e = t->decided ? TG_OK : aside_look(t);
        decided = t->decided;
        if (e == TG_OK && decided && (e = t->verdict) == TG_OK)
            e = tg_buf_add_span(jws, tg_span_buf(&t->approval));
        (void)pthread_mutex_unlock(&t->lock);
    }
    return e;
}
