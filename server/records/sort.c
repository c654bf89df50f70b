#include "server/records/sort.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/records/key.h"

/* A record in a run: lengths, slot and key, until and ref, the rest. Bytes that compare are big-endian. */
#define LENGTHS 2u /* of slot and key */
#define SLOT 4u
#define UNTIL 4u                    /* from the smallest on, so that it compares as it counts */
#define ORDER (UNTIL + 8u)          /* until, ref */
#define REST (ORDER + 2u + 2u + 5u) /* retailer, twin, area */
#define RECORD_MAX (LENGTHS + SLOT + 2 * TG_KEY_BYTES + 1 + REST)
#define WINDOW (256u * 1024u)

struct place {
    uint64_t head[2]; /* slot and the first bytes of the key: decides nearly every comparison */
    uint32_t at;
};

struct run {
    off_t from, to; /* still to be read from the file */
    uint8_t *window;
    size_t n, at;
};

struct tg_sort {
    int fd;
    off_t size;
    uint8_t *arena;
    size_t run_bytes, n;
    struct place *place;
    size_t places, n_places;
    struct run *run;
    size_t n_runs;
    uint8_t *windows; /* one for each run */
    size_t *heap;     /* of runs, smallest record first */
    size_t n_heap;
    bool stale; /* the record on top has been handed out */
};

static uint64_t load_be(const uint8_t *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

static void store_be(uint8_t *p, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
}

static size_t key_length(const uint8_t *rec)
{
    return (size_t)load_be(rec, LENGTHS);
}

static size_t record_length(const uint8_t *rec)
{
    return LENGTHS + key_length(rec) + REST;
}

static int compare_records(const uint8_t *a, const uint8_t *b)
{
    size_t na = key_length(a);
    size_t nb = key_length(b);
    int c = memcmp(a + LENGTHS, b + LENGTHS, na < nb ? na : nb);
    if (c != 0)
        return c;
    if (na != nb)
        return na < nb ? -1 : 1;
    return memcmp(a + LENGTHS + na, b + LENGTHS + nb, ORDER);
}

static int compare_places(const void *a, const void *b, void *arena)
{
    const struct place *x = a;
    const struct place *y = b;
    if (x->head[0] != y->head[0])
        return x->head[0] < y->head[0] ? -1 : 1;
    if (x->head[1] != y->head[1])
        return x->head[1] < y->head[1] ? -1 : 1;
    const uint8_t *base = arena;
    return compare_records(base + x->at, base + y->at);
}

void tg_sort_free(struct tg_sort **s)
{
    if (s == NULL || *s == NULL)
        return;
    if ((*s)->fd >= 0)
        (void)close((*s)->fd);
    free((*s)->arena);
    free((*s)->place);
    free((*s)->run);
    free((*s)->windows);
    free((*s)->heap);
    free(*s);
    *s = NULL;
}

/* A file without a name; where the file system has no such thing, one whose name is taken away at once. */
static int open_nameless(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    char name[TG_PATH_BYTES];
    int n = snprintf(name, sizeof name, "%s/.sort-XXXXXX", folder);
    if (n < 0 || (size_t)n >= sizeof name)
        return -1;
    fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(name);
    return fd;
}

enum tg_err tg_sort_new(const char *folder, size_t run_bytes, struct tg_sort **ret)
{
    struct tg_sort *s = calloc(1, sizeof *s);
    if (s == NULL)
        return TG_E_NOMEM;
    s->fd = open_nameless(folder);
    s->run_bytes = run_bytes > TG_SORT_RUN_BYTES ? TG_SORT_RUN_BYTES : run_bytes;
    if (s->run_bytes < RECORD_MAX)
        s->run_bytes = RECORD_MAX;
    s->places = s->run_bytes / (LENGTHS + SLOT + 1 + REST) + 1;
    s->arena = malloc(s->run_bytes);
    s->place = malloc(s->places * sizeof *s->place);
    enum tg_err err = s->fd < 0 ? TG_E_IO : s->arena == NULL || s->place == NULL ? TG_E_NOMEM : TG_OK;
    if (err != TG_OK) {
        tg_sort_free(&s);
        return err;
    }
    *ret = s;
    return TG_OK;
}

static enum tg_err write_all(struct tg_sort *s, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t done = pwrite(s->fd, p, n, s->size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return TG_E_IO;
        p += done;
        n -= (size_t)done;
        s->size += done;
    }
    return TG_OK;
}

static enum tg_err write_sorted(struct tg_sort *s)
{
    uint8_t *out = malloc(WINDOW);
    size_t n = 0;
    enum tg_err err = out == NULL ? TG_E_NOMEM : TG_OK;
    for (size_t i = 0; i < s->n_places && err == TG_OK; i++) {
        const uint8_t *rec = s->arena + s->place[i].at;
        size_t len = record_length(rec);
        if (n + len > WINDOW) {
            err = write_all(s, out, n);
            n = 0;
        }
        if (err == TG_OK)
            memcpy(out + n, rec, len);
        n += len;
    }
    if (err == TG_OK)
        err = write_all(s, out, n);
    free(out);
    return err;
}

static enum tg_err spill(struct tg_sort *s)
{
    if (s->n_places == 0)
        return TG_OK;
    if (s->n_runs == TG_SORT_RUNS)
        return TG_E_LIMIT;
    struct run *runs = realloc(s->run, (s->n_runs + 1) * sizeof *runs);
    if (runs == NULL)
        return TG_E_NOMEM;
    s->run = runs;
    qsort_r(s->place, s->n_places, sizeof *s->place, compare_places, s->arena);
    off_t from = s->size;
    enum tg_err err = write_sorted(s);
    if (err != TG_OK)
        return err;
    s->run[s->n_runs++] = (struct run){.from = from, .to = s->size};
    s->n = 0;
    s->n_places = 0;
    return TG_OK;
}

enum tg_err tg_sort_add(struct tg_sort *s, const struct tg_sort_item *item)
{
    if (item->key.n > 2 * TG_KEY_BYTES + 1 || s->arena == NULL)
        return TG_E_INTERNAL;
    size_t key = SLOT + item->key.n;
    enum tg_err err = TG_OK;
    if (s->n + LENGTHS + key + REST > s->run_bytes || s->n_places == s->places)
        err = spill(s);
    if (err != TG_OK)
        return err;
    uint8_t *p = s->arena + s->n;
    store_be(p, key, LENGTHS);
    store_be(p + LENGTHS, item->slot, SLOT);
    memcpy(p + LENGTHS + SLOT, item->key.p, item->key.n);
    uint8_t *rest = p + LENGTHS + key;
    store_be(rest, (uint32_t)item->until ^ 0x80000000u, UNTIL);
    store_be(rest + UNTIL, item->ref, 8);
    store_be(rest + ORDER, item->retailer, 2);
    store_be(rest + ORDER + 2, item->twin, 2);
    memset(rest + ORDER + 4, 0, 5);
    memcpy(rest + ORDER + 4, item->area, strnlen(item->area, 5));
    uint8_t head[16] = {0};
    /* slots stay below 2^24 (schema.h), so the top byte of the slot is left to the key */
    memcpy(head, p + LENGTHS + 1, key - 1 < sizeof head ? key - 1 : sizeof head);
    s->place[s->n_places++] =
        (struct place){.head = {load_be(head, 8), load_be(head + 8, 8)}, .at = (uint32_t)s->n};
    s->n += LENGTHS + key + REST;
    return TG_OK;
}

/* At least one whole record in the window, unless the run is at its end. */
static enum tg_err fill(struct tg_sort *s, struct run *r)
{
    size_t left = r->n - r->at;
    if (left >= RECORD_MAX || r->from == r->to)
        return TG_OK;
    memmove(r->window, r->window + r->at, left);
    r->n = left;
    r->at = 0;
    while (r->n < WINDOW && r->from < r->to) {
        size_t want = WINDOW - r->n;
        if ((off_t)want > r->to - r->from)
            want = (size_t)(r->to - r->from);
        ssize_t got = pread(s->fd, r->window + r->n, want, r->from);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return TG_E_IO;
        r->n += (size_t)got;
        r->from += got;
    }
    return TG_OK;
}

static const uint8_t *top_of(const struct tg_sort *s, size_t heap)
{
    const struct run *r = &s->run[s->heap[heap]];
    return r->window + r->at;
}

static void swap(struct tg_sort *s, size_t a, size_t b)
{
    size_t t = s->heap[a];
    s->heap[a] = s->heap[b];
    s->heap[b] = t;
}

static void sink(struct tg_sort *s, size_t i)
{
    for (;;) {
        size_t min = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < s->n_heap; child++)
            if (compare_records(top_of(s, child), top_of(s, min)) < 0)
                min = child;
        if (min == i)
            return;
        swap(s, i, min);
        i = min;
    }
}

enum tg_err tg_sort_finish(struct tg_sort *s)
{
    enum tg_err err = spill(s);
    free(s->arena);
    s->arena = NULL;
    free(s->place);
    s->place = NULL;
    if (err == TG_OK && s->n_runs > 0) {
        s->heap = calloc(s->n_runs, sizeof *s->heap);
        s->windows = malloc(s->n_runs * WINDOW);
        err = s->heap == NULL || s->windows == NULL ? TG_E_NOMEM : TG_OK;
    }
    for (size_t i = 0; i < s->n_runs && err == TG_OK; i++) {
        s->run[i].window = s->windows + i * WINDOW;
        s->heap[s->n_heap++] = i;
        err = fill(s, &s->run[i]);
    }
    for (size_t i = s->n_heap; err == TG_OK && i > 0; i--)
        sink(s, i - 1);
    return err;
}

static enum tg_err drop_top(struct tg_sort *s)
{
    struct run *r = &s->run[s->heap[0]];
    r->at += record_length(r->window + r->at);
    enum tg_err err = fill(s, r);
    if (err != TG_OK)
        return err;
    if (r->at == r->n)
        s->heap[0] = s->heap[--s->n_heap];
    if (s->n_heap > 0)
        sink(s, 0);
    return TG_OK;
}

enum tg_err tg_sort_next(struct tg_sort *s, struct tg_sort_item *ret, bool *got)
{
    *got = false;
    enum tg_err err = s->stale ? drop_top(s) : TG_OK;
    s->stale = false;
    if (err != TG_OK || s->n_heap == 0)
        return err;
    const uint8_t *p = top_of(s, 0);
    size_t key = key_length(p);
    const uint8_t *rest = p + LENGTHS + key;
    ret->slot = (uint32_t)load_be(p + LENGTHS, SLOT);
    ret->key = tg_span(p + LENGTHS + SLOT, key - SLOT);
    ret->until = (int32_t)((uint32_t)load_be(rest, UNTIL) ^ 0x80000000u);
    ret->ref = load_be(rest + UNTIL, 8);
    ret->retailer = (uint16_t)load_be(rest + ORDER, 2);
    ret->twin = (uint16_t)load_be(rest + ORDER + 2, 2);
    memcpy(ret->area, rest + ORDER + 4, 5);
    ret->area[5] = 0;
    s->stale = true;
    *got = true;
    return TG_OK;
}
