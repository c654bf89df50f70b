#include "server/inquiry/meter.h"

#include <pthread.h>

#define SLOTS (TG_METER_CELLS * 2u) /* half full at most */
#define STEPS 4u                    /* of a doubling: to an eighth of the value */
#define BUCKETS (44u * STEPS)       /* up to half a year in µs */

struct cell {
    char company[16], office[TG_NAME_BYTES];
    tg_day monday; /* of the week; with company[0] == 0: free */
    uint64_t n[TG_METER_COUNT];
    uint32_t look[BUCKETS], answer[BUCKETS];
};

struct tg_meter {
    pthread_mutex_t lock;
    struct cell *cell[SLOTS];
    size_t used;
};

enum tg_err tg_meter_new(struct tg_meter **ret)
{
    struct tg_meter *m = calloc(1, sizeof *m);

    if (m == NULL || pthread_mutex_init(&m->lock, NULL) != 0) {
        free(m);
        return TG_E_NOMEM;
    }
    *ret = m;
    return TG_OK;
}

void tg_meter_free(struct tg_meter **m)
{
    if (*m == NULL) {
        return;
    }
    for (size_t i = 0; i < SLOTS; i++) {
        free((*m)->cell[i]);
    }
    (void)pthread_mutex_destroy(&(*m)->lock);
    free(*m);
    *m = NULL;
}

/* 1970-01-01 was a Thursday. */
static tg_day monday_of(tg_day day)
{
    int64_t since = (int64_t)day + 3;
    int64_t into = (since % 7 + 7) % 7;

    return (tg_day)(day - into);
}

/* The week belongs to the year of its Thursday. */
void tg_week_text(tg_day day, char out[12])
{
    tg_day thursday = monday_of(day) + 3, first = 0;
    char text[11], new_year[11];

    tg_day_text(thursday, text);
    (void)snprintf(new_year, sizeof new_year, "%.4s-01-01", text);
    if (tg_day_parse(tg_span(new_year, 10), &first) != TG_OK) {
        first = thursday;
    }
    (void)snprintf(out, 12, "%.4s-W%02u", text, (unsigned)((thursday - first) / 7 + 1) % 100u);
}

/* FNV-1a */
static size_t place_of(const char *company, const char *office, tg_day monday)
{
    uint64_t h = 14695981039346656037u ^ (uint64_t)(uint32_t)monday;

    for (const char *s = company; *s != '\0'; s++) {
        h = (h ^ (uint8_t)*s) * 1099511628211u;
    }
    for (const char *s = office; *s != '\0'; s++) {
        h = (h ^ (uint8_t)*s) * 1099511628211u;
    }
    return (size_t)(h % SLOTS);
}

static bool is_it(const struct cell *c, const struct tg_meter_where *w, tg_day monday)
{
    return c->monday == monday && strcmp(c->office, w->office) == 0 && strcmp(c->company, w->company) == 0;
}

/* NULL: no room, or no memory. */
static struct cell *cell_of(struct tg_meter *m, const struct tg_meter_where *w)
{
    tg_day monday = monday_of(tg_day_of(w->at));
    size_t at = place_of(w->company, w->office, monday);

    while (m->cell[at] != NULL && !is_it(m->cell[at], w, monday)) {
        at = (at + 1) % SLOTS;
    }
    if (m->cell[at] == NULL && m->used < TG_METER_CELLS && strlen(w->company) < sizeof m->cell[at]->company &&
        strlen(w->office) < sizeof m->cell[at]->office &&
        (m->cell[at] = calloc(1, sizeof **m->cell)) != NULL) {
        m->used++;
        m->cell[at]->monday = monday;
        (void)snprintf(m->cell[at]->company, sizeof m->cell[at]->company, "%s", w->company);
        (void)snprintf(m->cell[at]->office, sizeof m->cell[at]->office, "%s", w->office);
    }
    return m->cell[at];
}

/* Four to a doubling: 8 9 11 13 16 … */
static size_t bucket_of(tg_usec took)
{
    uint64_t v = took > 0 ? (uint64_t)took : 0;
    unsigned bit = 63u - (unsigned)__builtin_clzll(v | 4);
    size_t at = (size_t)(bit - 2) * STEPS + (size_t)(v >> (bit - 2) & 3);

    return at < BUCKETS ? at : BUCKETS - 1;
}

static tg_usec middle_of(size_t bucket)
{
    unsigned bit = (unsigned)(bucket / STEPS) + 2;
    uint64_t low = (uint64_t)(4 + bucket % STEPS) << (bit - 2);

    return (tg_usec)(low + ((uint64_t)1 << (bit - 2)) / 2);
}

static tg_usec median(const uint32_t *buckets, uint64_t n)
{
    uint64_t seen = 0;

    for (size_t i = 0; i < BUCKETS; i++) {
        seen += buckets[i];
        if (seen * 2 >= n && seen > 0) {
            return middle_of(i);
        }
    }
    return -1;
}

void tg_meter_add(struct tg_meter *m, const struct tg_meter_where *w, enum tg_metered what, tg_usec took)
{
    (void)pthread_mutex_lock(&m->lock);
    struct cell *c = cell_of(m, w);
    if (c != NULL) {
        c->n[what]++;
        if (what == TG_METER_LOOK) {
            c->look[bucket_of(took)]++;
        } else if (what == TG_METER_ANSWERED) {
            c->answer[bucket_of(took)]++;
        }
    }
    (void)pthread_mutex_unlock(&m->lock);
}

static int by_week(const void *a, const void *b)
{
    const struct tg_meter_line *x = a, *y = b;
    int c = strcmp(x->week, y->week);

    c = c != 0 ? c : strcmp(x->company, y->company);
    return c != 0 ? c : strcmp(x->office, y->office);
}

static void line_of(const struct cell *c, struct tg_meter_line *ret)
{
    memcpy(ret->company, c->company, sizeof ret->company);
    memcpy(ret->office, c->office, sizeof ret->office);
    memcpy(ret->n, c->n, sizeof ret->n);
    tg_week_text(c->monday, ret->week);
    ret->look = median(c->look, c->n[TG_METER_LOOK]);
    ret->answer = median(c->answer, c->n[TG_METER_ANSWERED]);
}

size_t tg_meter_lines(struct tg_meter *m, const char *company, struct tg_meter_line *ret, size_t max)
{
    size_t n = 0;

    (void)pthread_mutex_lock(&m->lock);
    for (size_t i = 0; i < SLOTS && n < max; i++) {
        if (m->cell[i] != NULL && (company == NULL || strcmp(m->cell[i]->company, company) == 0)) {
            line_of(m->cell[i], &ret[n++]);
        }
    }
    (void)pthread_mutex_unlock(&m->lock);
    qsort(ret, n, sizeof *ret, by_week);
    return n;
}
