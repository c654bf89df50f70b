#include "certs/base/file.h"
#include "certs/base/text.h"
#include "tests/bench/load.h"

#define FILE_BYTES (256u * 1024u * 1024u)

struct drive {
    struct wires *all;
    const struct stay *stay;
    struct wire *wire;
    unsigned n, greeted, busy;
    const struct phase *phase;
    struct tg_buf request;
    uint64_t dice, left;
    struct tally tally;
};

/* xorshift64: the same asks in the same order in every run */
static uint64_t roll(struct drive *d)
{
    d->dice ^= d->dice << 13;
    d->dice ^= d->dice >> 7;
    d->dice ^= d->dice << 17;
    return d->dice;
}

static size_t count_lines(struct tg_span text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        n += text.p[i] == '\n';
    }
    return n;
}

static void read_asks(struct phase *p, const char *file)
{
    if (tg_file_read(file, &p->text) != TG_OK || (p->n_asks = count_lines(tg_span_buf(&p->text))) == 0 ||
        (p->ask = calloc(p->n_asks, sizeof *p->ask)) == NULL) {
        load_die("no requests in", file);
    }
    const uint8_t *at = p->text.p;
    for (size_t i = 0; i < p->n_asks; i++) {
        const uint8_t *lf = memchr(at, '\n', p->text.n - (size_t)(at - p->text.p));

        p->ask[i] = tg_span(at, (size_t)(lf - at));
        at = lf + 1;
    }
}

void phase_open(struct phase *p, const char *words)
{
    char *copy = strdup(words), *path = copy != NULL ? strchr(copy, '=') : NULL, *file = NULL;

    memset(p, 0, sizeof *p);
    p->text = TG_BUF_INIT(FILE_BYTES);
    if (copy == NULL) {
        load_die("memory", words);
    }
    if (path != NULL) {
        *path++ = '\0';
        file = strchr(path, '=');
    }
    if (file != NULL) {
        *file++ = '\0';
        read_asks(p, file);
    }
    p->name = copy;
    p->path = path;
}

void phase_close(struct phase *p)
{
    free(p->name);
    free(p->ask);
    tg_buf_done(&p->text);
}

static void ask(struct wire *w)
{
    struct drive *d = w->owner;
    const struct phase *p = d->phase;

    tg_buf_reset(&d->request);
    if (p->n_asks == 0) {
        wire_get(&d->request, p->path, tg_span(NULL, 0));
    } else {
        wire_post(&d->request, p->path, tg_span_buf(&d->stay->token), "application/json",
                  p->ask[roll(d) % p->n_asks]);
    }
    wire_send(w, tg_span_buf(&d->request));
    d->left -= d->left > 0;
    d->busy++;
}

static void answered(struct wire *w, struct tg_span whole)
{
    struct drive *d = w->owner;

    d->tally.bytes += wire_body(whole, d->phase->name).n;
    d->tally.requests++;
    d->busy--;
    if (d->left > 0) {
        ask(w);
    }
}

static void greeted(struct wire *w)
{
    ((struct drive *)w->owner)->greeted++;
}

struct drive *drive_open(struct wires *all, const struct stay *s, unsigned connections)
{
    struct drive *d = calloc(1, sizeof *d);

    if (d == NULL || (d->wire = calloc(connections, sizeof *d->wire)) == NULL) {
        load_die("memory", "connections");
    }
    d->all = all;
    d->stay = s;
    d->n = connections;
    d->dice = 88172645463325252u;
    d->request = TG_BUF_INIT(64 * 1024);
    for (unsigned i = 0; i < connections; i++) {
        wire_dial(all, &d->wire[i], s->proof);
        d->wire[i].owner = d;
        d->wire[i].ready = greeted;
        d->wire[i].answer = answered;
    }
    while (d->greeted < connections) {
        wires_turn(all, 1000);
    }
    return d;
}

void drive_close(struct drive *d)
{
    for (unsigned i = 0; i < d->n; i++) {
        wire_close(&d->wire[i]);
    }
    tg_buf_done(&d->request);
    free(d->wire);
    free(d);
}

struct tally drive_run(struct drive *d, const struct phase *p, unsigned seconds, uint64_t count, int pid)
{
    tg_usec until = tg_mono_us() + (tg_usec)seconds * 1000000;

    meter_begin(&d->tally, pid);
    d->phase = p;
    d->left = count > 0 ? count : UINT64_MAX;
    for (unsigned i = 0; i < d->n && d->left > 0; i++) {
        ask(&d->wire[i]);
    }
    while (d->busy > 0) {
        wires_turn(d->all, 1000);
        if (count == 0 && tg_mono_us() >= until) {
            d->left = 0;
        }
    }
    meter_end(&d->tally, pid);
    return d->tally;
}
