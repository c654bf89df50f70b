#include "server/inquiry/inquiries.h"

#include <pthread.h>

#include "server/inquiry/life.h"
#include "server/inquiry/tries.h"

struct tg_inquiries {
    pthread_mutex_t lock;
    struct tg_held **all; /* in the order of their ids, which is that of asking */
    size_t n, cap;
    tg_day day; /* of the last id, … */
    unsigned number;
    struct tg_tries tries;
    int64_t recent[TG_INQUIRY_RECENT]; /* seconds to the answer; a ring */
    size_t n_recent;
    unsigned version;
};

const char *tg_inquiry_state_name(enum tg_inquiry_state s)
{
    static const char *const names[TG_INQ_STATES] = {"asked", "taken",   "answered",
                                                     "read",  "expired", "withdrawn"};

    return (unsigned)s < TG_INQ_STATES ? names[s] : NULL;
}

enum tg_err tg_inquiries_new(struct tg_inquiries **ret)
{
    struct tg_inquiries *q = calloc(1, sizeof *q);

    if (q == NULL || pthread_mutex_init(&q->lock, NULL) != 0) {
        free(q);
        return TG_E_NOMEM;
    }
    *ret = q;
    return TG_OK;
}

void tg_inquiries_free(struct tg_inquiries **q)
{
    if (*q == NULL) {
        return;
    }
    for (size_t i = 0; i < (*q)->n; i++) {
        free((*q)->all[i]);
    }
    free((*q)->all);
    tg_tries_done(&(*q)->tries);
    (void)pthread_mutex_destroy(&(*q)->lock);
    free(*q);
    *q = NULL;
}

static void lock(struct tg_inquiries *q)
{
    (void)pthread_mutex_lock(&q->lock);
}

static void unlock(struct tg_inquiries *q)
{
    (void)pthread_mutex_unlock(&q->lock);
}

static int by_id(const void *key, const void *element)
{
    const struct tg_held *const *h = element;

    return strcmp(key, (*h)->i.id);
}

static struct tg_held *find(struct tg_inquiries *q, const char *id)
{
    struct tg_held **at = q->n > 0 ? bsearch(id, q->all, q->n, sizeof *q->all, by_id) : NULL;

    return at != NULL ? *at : NULL;
}

static void take_out(struct tg_inquiries *q, size_t i)
{
    free(q->all[i]);
    memmove(q->all + i, q->all + i + 1, (q->n - i - 1) * sizeof(struct tg_held *));
    q->n--;
}

/* The oldest that is over makes room; false: none is. */
static bool make_room(struct tg_inquiries *q, tg_sec now)
{
    for (size_t i = 0; i < q->n; i++) {
        if (!q->all[i]->held && tg_inquiry_is_over(&q->all[i]->i, now)) {
            take_out(q, i);
            return true;
        }
    }
    return false;
}

/* Puts it where its id belongs: nearly always at the end. TG_E_INQUIRY_LIMIT, TG_E_NOMEM. */
static enum tg_err put_in(struct tg_inquiries *q, struct tg_held *h)
{
    size_t at;

    if (q->n == TG_INQUIRIES && !make_room(q, h->i.asked)) {
        return TG_E_INQUIRY_LIMIT;
    }
    if (q->n == q->cap) {
        size_t cap = q->cap == 0 ? 64 : q->cap * 2;
        struct tg_held **more = realloc(q->all, cap * sizeof(struct tg_held *));

        if (more == NULL) {
            return TG_E_NOMEM;
        }
        q->all = more;
        q->cap = cap;
    }
    at = q->n;
    while (at > 0 && strcmp(q->all[at - 1]->i.id, h->i.id) > 0) {
        at--;
    }
    memmove(&q->all[at + 1], &q->all[at], (q->n - at) * sizeof(struct tg_held *));
    q->n++;
    q->all[at] = h;
    return TG_OK;
}

/* The first letters of a person as a number: nearly everybody else's are others. */
static uint64_t first_of(const char person[TG_PERSON_BYTES])
{
    uint64_t first = 0;

    for (size_t i = 0; i < sizeof first && person[i] != '\0'; i++) {
        first = first << 8 | (uint8_t)person[i];
    }
    return first;
}

/* On the path of every question: what has ended is most of them, and is told by its state. */
static unsigned open_of(const struct tg_inquiries *q, const struct tg_inquiry_step *s)
{
    uint64_t mine = first_of(s->person);
    unsigned n = 0;

    for (size_t i = 0; i < q->n; i++) {
        const struct tg_inquiry *one = &q->all[i]->i;

        if (one->state != TG_INQ_READ && one->state != TG_INQ_WITHDRAWN && q->all[i]->first == mine &&
            tg_inquiry_is_askers(one, s->person, s->company) && !tg_inquiry_is_over(one, s->at)) {
            n++;
        }
    }
    return n;
}

/* gcc -fanalyzer loses sight of what put_in keeps among q->all, and takes it for lost. */
#ifndef __clang__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif
static enum tg_err add(struct tg_inquiries *q, const struct tg_inquiry_step *s, bool born)
{
    uint64_t first = first_of(s->person);
    struct tg_held *h = find(q, s->id) == NULL ? calloc(1, sizeof *h) : NULL;
    enum tg_err e;

    if (h == NULL) {
        return find(q, s->id) == NULL ? TG_E_NOMEM : TG_E_AUDIT_BROKEN;
    }
    tg_inquiry_ask(&h->i, s);
    h->first = first;
    h->unborn = !born;
    h->held = !born;
    if ((e = put_in(q, h)) != TG_OK) {
        free(h);
    }
    return e;
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

/* The next number of the day. */
static enum tg_err give_id(struct tg_inquiries *q, struct tg_inquiry_step *s)
{
    tg_day day = tg_day_of(s->at);
    char date[11];

    if (day != q->day) {
        q->number = day > q->day ? 0 : q->number;
        q->day = day > q->day ? day : q->day;
    }
    if (q->number == 999999) {
        return TG_E_INQUIRY_LIMIT;
    }
    tg_day_text(q->day, date);
    (void)snprintf(s->id, sizeof s->id, "IQ-%.4s%.2s%.2s-%06u", date, date + 5, date + 8,
                   ++q->number % 1000000u);
    return TG_OK;
}

static enum tg_err begin_asked(struct tg_inquiries *q, struct tg_inquiry_step *s, struct tg_held **ret)
{
    enum tg_err e = open_of(q, s) < TG_INQUIRIES_PERSON ? give_id(q, s) : TG_E_INQUIRY_LIMIT;

    if (e == TG_OK && (e = add(q, s, false)) == TG_OK) {
        *ret = find(q, s->id);
    }
    return e;
}

static enum tg_err begin_step(struct tg_inquiries *q, const struct tg_inquiry_step *s, struct tg_held **ret)
{
    struct tg_held *h = find(q, s->id);
    enum tg_err e;

    if (h == NULL || h->unborn) {
        return TG_E_NOT_FOUND;
    }
    if ((e = tg_inquiry_check(&h->i, s)) != TG_OK) {
        return e;
    }
    if (h->held) {
        return TG_E_INQUIRY_OVER;
    }
    h->held = true;
    *ret = h;
    return TG_OK;
}

enum tg_err tg_inquiries_begin(struct tg_inquiries *q, struct tg_inquiry_step *step, struct tg_inquiry *ret)
{
    struct tg_held *h = NULL;

    lock(q);
    enum tg_err e = step->what == TG_DO_ASKED ? begin_asked(q, step, &h) : begin_step(q, step, &h);
    if (e == TG_OK) {
        *ret = h->i;
    }
    unlock(q);
    return e;
}

static void apply(struct tg_inquiries *q, struct tg_held *h, const struct tg_inquiry_step *s)
{
    if (s->what == TG_DO_ASKED) {
        h->unborn = false;
    } else {
        tg_inquiry_apply(&h->i, s);
    }
    if (s->what == TG_DO_ANSWERED) {
        q->recent[q->n_recent++ % TG_INQUIRY_RECENT] = s->at - h->i.asked;
    }
    h->held = false;
    q->version++;
}

void tg_inquiries_done(struct tg_inquiries *q, const struct tg_inquiry_step *step, struct tg_inquiry *ret)
{
    lock(q);
    struct tg_held *h = find(q, step->id);
    if (h != NULL) { /* it is held, so it is there */
        apply(q, h, step);
        *ret = h->i;
        ret->state = tg_inquiry_state(&h->i, step->at);
    }
    unlock(q);
}

void tg_inquiries_undo(struct tg_inquiries *q, const struct tg_inquiry_step *step)
{
    lock(q);
    for (size_t i = 0; i < q->n; i++) {
        if (strcmp(q->all[i]->i.id, step->id) != 0) {
            continue;
        }
        if (q->all[i]->unborn) {
            take_out(q, i);
        } else {
            q->all[i]->held = false;
        }
        break;
    }
    unlock(q);
}

/* "IQ-20261120-000017": the next one of that day is 18. */
static void note_id(struct tg_inquiries *q, const struct tg_inquiry_step *s)
{
    tg_day day = tg_day_of(s->at);
    unsigned number = (unsigned)strtoul(s->id + strlen("IQ-20261120-"), NULL, 10);

    if (day > q->day) {
        q->day = day;
        q->number = 0;
    }
    q->number = day == q->day && number > q->number ? number : q->number;
}

static enum tg_err recall_life(struct tg_inquiries *q, const struct tg_inquiry_step *s)
{
    struct tg_held *h = NULL;

    if (s->what == TG_DO_ASKED) {
        if (strlen(s->id) != strlen("IQ-20261120-000017")) {
            return TG_E_AUDIT_BROKEN;
        }
        note_id(q, s);
        enum tg_err e = add(q, s, true);
        return e == TG_E_INQUIRY_LIMIT ? TG_E_BUSY : e;
    }
    if ((h = find(q, s->id)) == NULL) {
        return TG_OK;
    }
    if (tg_inquiry_check(&h->i, s) != TG_OK) {
        return TG_E_AUDIT_BROKEN;
    }
    apply(q, h, s);
    return TG_OK;
}

enum tg_err tg_inquiries_recall(struct tg_inquiries *q, const struct tg_inquiry_step *step)
{
    enum tg_err e = TG_OK;

    lock(q);
    if (step->what <= TG_DO_WITHDRAWN) {
        e = recall_life(q, step);
    } else if (step->what == TG_DO_TRIED) {
        e = tg_tries_recall(&q->tries, step);
    }
    unlock(q);
    return e;
}

enum tg_err tg_inquiries_try(struct tg_inquiries *q, const struct tg_inquiry_step *step, unsigned *left)
{
    lock(q);
    enum tg_err e = tg_tries_add(&q->tries, step, left);
    unlock(q);
    return e;
}

void tg_inquiries_untry(struct tg_inquiries *q, const struct tg_inquiry_step *step)
{
    lock(q);
    tg_tries_remove(&q->tries, step);
    unlock(q);
}

static void copy(struct tg_inquiry *to, const struct tg_held *h, tg_sec now)
{
    *to = h->i;
    to->state = tg_inquiry_state(&h->i, now);
}

size_t tg_inquiries_mine(struct tg_inquiries *q, const struct tg_asker *who, tg_sec now,
                         struct tg_inquiry *ret, size_t max)
{
    size_t n = 0;

    lock(q);
    for (int ended = 0; ended < 2; ended++) { /* open ones first: none of them is left out for an ended one */
        for (size_t i = q->n; i-- > 0 && n < max;) {
            const struct tg_held *h = q->all[i];

            if (!h->unborn && tg_inquiry_is_askers(&h->i, who->person, who->company) &&
                tg_inquiry_is_over(&h->i, now) == (ended == 1)) {
                copy(&ret[n++], h, now);
            }
        }
    }
    unlock(q);
    return n;
}

size_t tg_inquiries_queue(struct tg_inquiries *q, const char *person, tg_sec now, struct tg_inquiry *ret,
                          size_t max)
{
    size_t n = 0;

    lock(q);
    for (size_t i = 0; i < q->n && n < max; i++) {
        const struct tg_held *h = q->all[i];

        if (!h->unborn && tg_inquiry_waits_for(&h->i, person, now)) {
            copy(&ret[n++], h, now);
        }
    }
    unlock(q);
    return n;
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y ? 1 : 0;
}

static tg_sec median(const struct tg_inquiries *q)
{
    size_t n = q->n_recent < TG_INQUIRY_RECENT ? q->n_recent : TG_INQUIRY_RECENT;
    int64_t sorted[TG_INQUIRY_RECENT];

    memcpy(sorted, q->recent, sizeof sorted);
    qsort(sorted, n, sizeof *sorted, by_size);
    return n > 0 ? sorted[n / 2] : -1;
}

void tg_inquiries_gauge(struct tg_inquiries *q, const struct tg_asker *who, tg_sec now,
                        struct tg_inquiry_gauge *ret)
{
    struct tg_inquiry_gauge g = {.oldest = -1};

    lock(q);
    for (size_t i = 0; i < q->n; i++) {
        const struct tg_held *h = q->all[i];
        enum tg_inquiry_state s = tg_inquiry_state(&h->i, now);

        if (h->unborn) {
            continue;
        }
        if (s == TG_INQ_ASKED || s == TG_INQ_TAKEN) {
            g.open++;
            g.oldest = now - h->i.asked > g.oldest ? now - h->i.asked : g.oldest;
        }
        g.answered += s == TG_INQ_ANSWERED && tg_inquiry_is_askers(&h->i, who->person, who->company) ? 1 : 0;
    }
    g.median = median(q);
    unlock(q);
    *ret = g;
}

unsigned tg_inquiries_version(struct tg_inquiries *q)
{
    lock(q);
    unsigned version = q->version;
    unlock(q);
    return version;
}

tg_mask tg_inquiries_fields(struct tg_inquiries *q, const char *id)
{
    lock(q);
    const struct tg_held *h = find(q, id);
    tg_mask fields = h != NULL ? h->i.fields : 0;
    unlock(q);
    return fields;
}

bool tg_inquiries_peek(struct tg_inquiries *q, const char *id, struct tg_inquiry *ret)
{
    lock(q);
    const struct tg_held *h = find(q, id);
    if (h != NULL) {
        *ret = h->i;
    }
    unlock(q);
    return h != NULL;
}
