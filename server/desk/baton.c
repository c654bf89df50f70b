#include "server/desk/baton.h"

#include "server/desk/visit.h"

enum tg_err tg_baton_init(struct tg_baton *t)
{
    t->taken = false;
    t->waiting = 0;
    t->first = t->last = NULL;
    return pthread_mutex_init(&t->lock, NULL) == 0 ? TG_OK : TG_E_NOMEM;
}

void tg_baton_done(struct tg_baton *t)
{
    (void)pthread_mutex_destroy(&t->lock);
}

static void run(void *ctx)
{
    struct tg_visit *v = ctx;

    v->run(v);
}

enum tg_err tg_baton_take(struct tg_baton *t, struct tg_visit *v, tg_baton_run *what)
{
    enum tg_err e = TG_OK;
    bool mine = false;

    v->run = what;
    v->next = NULL;
    (void)pthread_mutex_lock(&t->lock);
    if (!t->taken) {
        mine = t->taken = true;
    } else if (t->waiting == TG_BATON_WAITING) {
        e = TG_E_BUSY;
    } else {
        t->waiting++;
        if (t->last != NULL) {
            t->last->next = v;
        } else {
            t->first = v;
        }
        t->last = v;
    }
    (void)pthread_mutex_unlock(&t->lock);
    if (mine) {
        what(v);
    }
    return e;
}

void tg_baton_give(struct tg_baton *t)
{
    (void)pthread_mutex_lock(&t->lock);
    struct tg_visit *v = t->first;
    if (v != NULL) {
        t->first = v->next;
        t->last = t->first != NULL ? t->last : NULL;
        t->waiting--;
        v->next = NULL;
    } else {
        t->taken = false;
    }
    (void)pthread_mutex_unlock(&t->lock);
    if (v != NULL) {
        tg_loop_post(v->at->loop, run, v);
    }
}
