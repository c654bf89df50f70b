#include "server/inquiry/tries.h"

#include "certs/base/text.h"

/* What is a day old or older counts no more. */
static void forget(struct tg_tries *t, tg_sec now)
{
    size_t old = 0;

    while (old < t->n && t->t[old].at <= now - TG_INQUIRY_TRY_SECONDS) {
        old++;
    }
    if (old > 0) {
        memmove(t->t, t->t + old, (t->n - old) * sizeof *t->t);
        t->n -= old;
    }
}

static enum tg_err try_of(const struct tg_inquiry_step *s, struct tg_try *ret)
{
    struct tg_try one = {.at = s->at, .many = s->many};

    memcpy(one.person, s->person, sizeof one.person);
    memcpy(one.company, s->company, sizeof one.company);
    if (tg_unhex(tg_span_str(s->tried), one.point, sizeof one.point) != TG_OK) {
        return TG_E_FORM;
    }
    *ret = one;
    return TG_OK;
}

static enum tg_err append(struct tg_tries *t, const struct tg_try *one)
{
    if (t->n == TG_INQUIRY_TRIES) {
        return TG_E_BUSY; /* nobody's tries are forgotten to make room for another's */
    }
    if (t->n == t->cap) {
        size_t cap = t->cap == 0 ? 64 : t->cap * 2;
        struct tg_try *more = realloc(t->t, cap * sizeof *more);

        if (more == NULL) {
            return TG_E_NOMEM;
        }
        t->t = more;
        t->cap = cap;
    }
    t->t[t->n++] = *one;
    return TG_OK;
}

enum tg_err tg_tries_add(struct tg_tries *t, const struct tg_inquiry_step *s, unsigned *left)
{
    unsigned person = 0, point = 0, company = 0;
    struct tg_try one;
    enum tg_err e = try_of(s, &one);

    if (e != TG_OK) {
        return e;
    }
    forget(t, s->at);
    for (size_t i = 0; i < t->n; i++) {
        bool mine = strcmp(t->t[i].person, one.person) == 0;
        bool here = memcmp(t->t[i].point, one.point, sizeof one.point) == 0;

        person += mine && !t->t[i].many ? 1 : 0;
        point += mine && here ? 1 : 0;
        company += here && strcmp(t->t[i].company, one.company) == 0 ? 1 : 0;
    }
    if (point >= TG_INQUIRY_TRIES_POINT || company >= TG_INQUIRY_TRIES_COMPANY ||
        (!one.many && person >= TG_INQUIRY_TRIES_PERSON)) {
        return TG_E_INQUIRY_TRIES;
    }
    *left = TG_INQUIRY_TRIES_POINT - point - 1;
    return append(t, &one);
}

enum tg_err tg_tries_recall(struct tg_tries *t, const struct tg_inquiry_step *s)
{
    struct tg_try one;
    enum tg_err e = try_of(s, &one);

    forget(t, s->at);
    return e == TG_OK ? append(t, &one) : e;
}

void tg_tries_remove(struct tg_tries *t, const struct tg_inquiry_step *s)
{
    struct tg_try one;

    if (try_of(s, &one) != TG_OK) {
        return;
    }
    for (size_t i = t->n; i-- > 0;) {
        if (t->t[i].at == one.at && strcmp(t->t[i].person, one.person) == 0 &&
            memcmp(t->t[i].point, one.point, sizeof one.point) == 0) {
            memmove(t->t + i, t->t + i + 1, (t->n - i - 1) * sizeof *t->t);
            t->n--;
            return;
        }
    }
}

void tg_tries_done(struct tg_tries *t)
{
    free(t->t);
    *t = (struct tg_tries){.n = 0};
}
