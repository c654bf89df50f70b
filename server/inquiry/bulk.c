#include "server/inquiry/bulk.h"

#include <pthread.h>

#include "certs/jws/sha256.h"

struct tg_bulks {
    pthread_mutex_t lock;
    struct job {
        struct tg_bulk_job j;
        bool held, unborn;
    } all[TG_INQUIRY_BULK_JOBS]; /* the oldest that is over makes room */
    size_t n;
    tg_day day;
    unsigned number;
};

enum tg_err tg_bulks_new(struct tg_bulks **ret)
{
    struct tg_bulks *b = calloc(1, sizeof *b);

    if (b == NULL || pthread_mutex_init(&b->lock, NULL) != 0) {
        free(b);
        return TG_E_NOMEM;
    }
    *ret = b;
    return TG_OK;
}

void tg_bulks_free(struct tg_bulks **b)
{
    if (*b != NULL) {
        (void)pthread_mutex_destroy(&(*b)->lock);
        free(*b);
        *b = NULL;
    }
}

static bool is_over(const struct tg_bulk_job *j, tg_sec now)
{
    return j->result[0] != '\0' || now >= j->at + TG_INQUIRY_BULK_SECONDS;
}

static bool is_theirs(const struct tg_bulk_job *j, const char *person, const char *company)
{
    return strcmp(j->person, person) == 0 && strcmp(j->company, company) == 0;
}

static struct job *find(struct tg_bulks *b, const char *id)
{
    for (size_t i = 0; i < b->n; i++) {
        if (strcmp(b->all[i].j.id, id) == 0) {
            return &b->all[i];
        }
    }
    return NULL;
}

static void take_out(struct tg_bulks *b, size_t i)
{
    memmove(b->all + i, b->all + i + 1, (b->n - i - 1) * sizeof *b->all);
    b->n--;
}

/* Rows of one person within a day, whether or not they were sent: what was announced counts. */
static unsigned rows_of(const struct tg_bulks *b, const struct tg_bulk_step *s)
{
    unsigned rows = 0;

    for (size_t i = 0; i < b->n; i++) {
        if (strcmp(b->all[i].j.person, s->person) == 0 && s->at < b->all[i].j.at + TG_INQUIRY_BULK_SECONDS) {
            rows += b->all[i].j.rows;
        }
    }
    return rows;
}

static void give_id(struct tg_bulks *b, struct tg_bulk_step *s)
{
    tg_day day = tg_day_of(s->at);
    char date[11];

    if (day > b->day) {
        b->day = day;
        b->number = 0;
    }
    tg_day_text(b->day, date);
    (void)snprintf(s->job, sizeof s->job, "BK-%.4s%.2s%.2s-%06u", date, date + 5, date + 8,
                   ++b->number % 1000000u);
}

/* A job that is over is only forgotten when its day is: what it was counts against its person until then. */
static enum tg_err make_room(struct tg_bulks *b, tg_sec now)
{
    for (size_t i = 0; b->n == TG_INQUIRY_BULK_JOBS && i < b->n; i++) {
        if (!b->all[i].held && now >= b->all[i].j.at + TG_INQUIRY_BULK_SECONDS) {
            take_out(b, i);
        }
    }
    return b->n < TG_INQUIRY_BULK_JOBS ? TG_OK : TG_E_INQUIRY_LIMIT;
}

static enum tg_err add(struct tg_bulks *b, const struct tg_bulk_step *s, bool born, struct job **ret)
{
    enum tg_err e = make_room(b, s->at);

    if (e != TG_OK) {
        return e;
    }
    struct job *h = &b->all[b->n++];
    *h = (struct job){.j = {.at = s->at, .rows = s->rows}, .held = !born, .unborn = !born};
    memcpy(h->j.id, s->job, sizeof h->j.id);
    memcpy(h->j.person, s->person, sizeof h->j.person);
    memcpy(h->j.company, s->company, sizeof h->j.company);
    memcpy(h->j.subject, s->subject, sizeof h->j.subject);
    memcpy(h->j.wanted, s->chain, sizeof h->j.wanted);
    *ret = h;
    return TG_OK;
}

static enum tg_err chain_on(const char *before, struct tg_span lines, char out[TG_BULK_CHAIN])
{
    TG_BUF_AUTO both = TG_BUF_INIT(TG_HTTP_BODY_BYTES + TG_BULK_CHAIN);
    enum tg_err e = tg_buf_add_str(&both, before);

    if (e == TG_OK) {
        e = tg_buf_add_span(&both, lines);
    }
    return e == TG_OK ? tg_sha256_hex(tg_span_buf(&both), out) : e;
}

/* The next piece, or the last one once more, letter by letter. */
static enum tg_err check_rows(const struct tg_bulk_job *j, struct tg_bulk_step *s, struct tg_span lines)
{
    enum tg_err e;

    s->again = s->from < j->next;
    if (s->from != (s->again ? j->last : j->next) || s->rows == 0 || s->rows > j->rows - s->from ||
        (s->again && s->from + s->rows != j->next)) {
        return TG_E_INQUIRY_OVER;
    }
    if ((e = chain_on(s->again ? j->before : j->chain, lines, s->chain)) != TG_OK) {
        return e;
    }
    return s->again && strcmp(s->chain, j->chain) != 0 ? TG_E_INQUIRY_OVER : TG_OK;
}

static enum tg_err check(const struct job *h, struct tg_bulk_step *s, struct tg_span lines)
{
    const struct tg_bulk_job *j = &h->j;

    if (h->unborn || !is_theirs(j, s->person, s->company)) {
        return TG_E_NOT_FOUND;
    }
    if (h->held || is_over(j, s->at)) {
        return TG_E_INQUIRY_OVER;
    }
    if (s->what == TG_BULK_ROWS) {
        return check_rows(j, s, lines);
    }
    return j->next == j->rows && strcmp(j->chain, j->wanted) == 0 ? TG_OK : TG_E_INQUIRY_OVER;
}

enum tg_err tg_bulks_begin(struct tg_bulks *b, struct tg_bulk_step *s, struct tg_span lines,
                           struct tg_bulk_job *ret)
{
    struct job *h = NULL;
    enum tg_err e = TG_E_INQUIRY_LIMIT;

    (void)pthread_mutex_lock(&b->lock);
    if (s->what != TG_BULK_BEGUN) {
        h = find(b, s->job);
        e = h != NULL ? check(h, s, lines) : TG_E_NOT_FOUND;
    } else if (rows_of(b, s) + s->rows <= TG_INQUIRY_BULK_DAY) {
        give_id(b, s);
        e = add(b, s, false, &h);
    }
    if (e == TG_OK) {
        h->held = true;
        *ret = h->j;
    }
    (void)pthread_mutex_unlock(&b->lock);
    return e;
}

static void apply(struct job *h, const struct tg_bulk_step *s)
{
    struct tg_bulk_job *j = &h->j;

    h->held = h->unborn = false;
    if (s->what == TG_BULK_ENDED) {
        memcpy(j->result, s->result, sizeof j->result);
    }
    if (s->what != TG_BULK_ROWS || s->again) {
        return;
    }
    j->last = s->from;
    j->next = s->from + s->rows;
    memcpy(j->before, j->chain, sizeof j->before);
    memcpy(j->chain, s->chain, sizeof j->chain);
    for (unsigned o = 0; o < TG_OUTCOMES; o++) {
        j->counts[o] += s->counts[o];
    }
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        j->classes[c] += s->classes[c];
    }
}

void tg_bulks_done(struct tg_bulks *b, const struct tg_bulk_step *s, struct tg_bulk_job *ret)
{
    (void)pthread_mutex_lock(&b->lock);
    struct job *h = find(b, s->job);
    if (h != NULL) {
        apply(h, s);
        *ret = h->j;
    }
    (void)pthread_mutex_unlock(&b->lock);
}

void tg_bulks_undo(struct tg_bulks *b, const struct tg_bulk_step *s)
{
    (void)pthread_mutex_lock(&b->lock);
    struct job *h = find(b, s->job);
    if (h != NULL && h->unborn) {
        take_out(b, (size_t)(h - b->all));
    } else if (h != NULL) {
        h->held = false;
    }
    (void)pthread_mutex_unlock(&b->lock);
}

enum tg_err tg_bulks_find(struct tg_bulks *b, const char *id, const struct tg_asker *who,
                          struct tg_bulk_job *ret)
{
    (void)pthread_mutex_lock(&b->lock);
    const struct job *h = find(b, id);
    bool theirs = h != NULL && !h->unborn && is_theirs(&h->j, who->person, who->company);
    if (theirs) {
        *ret = h->j;
    }
    (void)pthread_mutex_unlock(&b->lock);
    return theirs ? TG_OK : TG_E_NOT_FOUND;
}

/* The lines are not there any more; that they made this chain is what the journal says. */
static enum tg_err recall(struct tg_bulks *b, const struct tg_bulk_step *s)
{
    struct job *h = find(b, s->job);

    if (s->what == TG_BULK_BEGUN) {
        tg_day day = tg_day_of(s->at);
        unsigned number = (unsigned)strtoul(s->job + strlen("BK-20261120-"), NULL, 10);

        b->number = day > b->day || number > b->number ? number : b->number;
        b->day = day > b->day ? day : b->day;
        enum tg_err e = h == NULL ? add(b, s, true, &h) : TG_E_AUDIT_BROKEN;
        return e == TG_E_INQUIRY_LIMIT ? TG_OK : e; /* of long ago, and over */
    }
    if (h == NULL) {
        return TG_OK;
    }
    if (!is_theirs(&h->j, s->person, s->company) || is_over(&h->j, s->at) ||
        (s->what == TG_BULK_ROWS && s->from != (s->again ? h->j.last : h->j.next))) {
        return TG_E_AUDIT_BROKEN;
    }
    apply(h, s);
    return TG_OK;
}

enum tg_err tg_bulks_recall(struct tg_bulks *b, const struct tg_bulk_step *s)
{
    (void)pthread_mutex_lock(&b->lock);
    enum tg_err e = recall(b, s);
    (void)pthread_mutex_unlock(&b->lock);
    return e;
}
