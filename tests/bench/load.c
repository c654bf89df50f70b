/* tegata-load: closed-loop load over TLS 1.3, phases in turn, medians of rounds as one JSON object.
 *
 *   tegata-load --server localhost:8443 --ca F --issuer URL --card PREFIX [--pid N] [--connections 64]
 *               [--rounds 5] [--seconds 3] [--count N] [--more-cards PREFIX:N] PHASE…
 *
 * A phase is NAME=PATH (GET, without a token), NAME=PATH=FILE (POST of the file's lines under one session) or
 * "sign-in" (PREFIX0 … of --more-cards). --count: so many requests instead of so many seconds. --pid: the
 * server, for its processor time.
 */
#include <getopt.h>

#include "certs/base/json.h"
#include "certs/base/text.h"
#include "tests/bench/load.h"

#define PHASES 8
#define ROUNDS 31

struct options {
    const char *server, *ca, *issuer, *card, *more;
    uint64_t pid, connections, rounds, seconds, count, cards;
    struct phase phase[PHASES];
    size_t phases;
};

void load_die(const char *what, const char *detail)
{
    (void)fprintf(stderr, "tegata-load: %s: %s\n", what, detail);
    exit(1);
}

static void usage(void)
{
    load_die("usage",
             "--server HOST:PORT --ca F --issuer URL --card PREFIX [--pid N] [--connections N] [--rounds N]"
             " [--seconds N] [--count N] [--more-cards PREFIX:N] PHASE…");
}

static uint64_t number(const char *text, uint64_t max)
{
    uint64_t v = 0;

    if (tg_u64_parse(tg_span_str(text), max, &v) != TG_OK) {
        load_die("not a number", text);
    }
    return v;
}

static void take_more(struct options *o, char *text)
{
    char *colon = strrchr(text, ':');

    if (colon == NULL) {
        usage();
        return;
    }
    *colon = '\0';
    o->more = text;
    o->cards = number(colon + 1, 1000);
}

static void take_option(struct options *o, int c, char *value)
{
    switch (c) {
    case 's':
        o->server = value;
        break;
    case 'a':
        o->ca = value;
        break;
    case 'i':
        o->issuer = value;
        break;
    case 'k':
        o->card = value;
        break;
    case 'm':
        take_more(o, value);
        break;
    case 'p':
        o->pid = number(value, INT32_MAX);
        break;
    case 'c':
        o->connections = number(value, 4000);
        break;
    case 'r':
        o->rounds = number(value, ROUNDS);
        break;
    case 't':
        o->seconds = number(value, 60);
        break;
    case 'n':
        o->count = number(value, 100000000);
        break;
    default:
        usage();
    }
}

static void read_options(struct options *o, int argc, char **argv)
{
    static const struct option options[] = {{"server", required_argument, NULL, 's'},
                                            {"ca", required_argument, NULL, 'a'},
                                            {"issuer", required_argument, NULL, 'i'},
                                            {"card", required_argument, NULL, 'k'},
                                            {"more-cards", required_argument, NULL, 'm'},
                                            {"pid", required_argument, NULL, 'p'},
                                            {"connections", required_argument, NULL, 'c'},
                                            {"rounds", required_argument, NULL, 'r'},
                                            {"seconds", required_argument, NULL, 't'},
                                            {"count", required_argument, NULL, 'n'},
                                            {NULL, 0, NULL, 0}};
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        take_option(o, c, optarg);
    }
    if (o->server == NULL || o->ca == NULL || o->issuer == NULL || o->card == NULL || optind == argc ||
        argc - optind > PHASES || o->connections == 0 || o->rounds == 0) {
        usage();
    }
    for (; optind < argc; optind++) {
        phase_open(&o->phase[o->phases++], argv[optind]);
    }
}

static struct badge *more_badges(const struct options *o)
{
    struct badge *b = calloc(o->cards > 0 ? o->cards : 1, sizeof *b);
    char prefix[TG_PATH_BYTES];

    for (uint64_t i = 0; b != NULL && i < o->cards; i++) {
        (void)snprintf(prefix, sizeof prefix, "%s%llu", o->more, (unsigned long long)i);
        badge_open(&b[i], prefix, o->issuer);
    }
    return b;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

enum figure { RATE, SERVER_US, BEHIND_US, OWN_US, BYTES, FIGURES };
static const char *const figure_names[FIGURES] = {"per_second", "server_cpu_us", "behind_cpu_us",
                                                  "load_cpu_us", "body_bytes"};

static double figure_of(const struct tally *t, enum figure f)
{
    double n = (double)t->requests;

    switch (f) {
    case RATE:
        return n * 1e6 / (double)t->took;
    case SERVER_US:
        return (double)t->server.serving / n;
    case BEHIND_US:
        return (double)t->server.behind / n;
    case OWN_US:
        return (double)t->own_cpu / n;
    case BYTES:
        return (double)t->bytes / n;
    case FIGURES:
    default:
        return 0;
    }
}

static void print_phase(const char *name, const struct tally *t, size_t rounds)
{
    double v[ROUNDS];

    (void)printf("\"%s\":{\"rounds\":%zu", name, rounds);
    for (enum figure f = RATE; f < FIGURES; f++) {
        for (size_t i = 0; i < rounds; i++) {
            v[i] = figure_of(&t[i], f);
        }
        qsort(v, rounds, sizeof *v, compare);
        (void)printf(",\"%s\":%.2f", figure_names[f], v[rounds / 2]);
        if (f == RATE) {
            (void)printf(",\"slowest\":%.2f,\"fastest\":%.2f", v[0], v[rounds - 1]);
        }
    }
    (void)printf("}");
}

/* A, B, A, B …: whatever else the machine does, it does to both. */
static void run(const struct options *o, struct wires *all, struct drive *d, struct badge *more)
{
    static struct tally tally[PHASES][ROUNDS];

    for (size_t r = 0; r < o->rounds; r++) {
        for (size_t p = 0; p < o->phases; p++) {
            const struct phase *phase = &o->phase[p];

            tally[p][r] = phase->path == NULL
                              ? enter_run(all, more, o->cards, (unsigned)o->seconds, (int)o->pid)
                              : drive_run(d, phase, (unsigned)o->seconds, o->count, (int)o->pid);
            (void)fprintf(stderr, "%-8s %9.0f/s  server %6.1f us  behind %6.1f us  load %6.1f us\n",
                          phase->name, figure_of(&tally[p][r], RATE), figure_of(&tally[p][r], SERVER_US),
                          figure_of(&tally[p][r], BEHIND_US), figure_of(&tally[p][r], OWN_US));
        }
    }
    (void)printf("{");
    for (size_t p = 0; p < o->phases; p++) {
        (void)printf("%s", p > 0 ? "," : "");
        print_phase(o->phase[p].name, tally[p], o->rounds);
    }
    (void)printf("}\n");
}

int main(int argc, char **argv)
{
    static struct options o = {.connections = 64, .rounds = 5, .seconds = 3};
    struct wires all;
    struct stay stay = {.waiting = false};

    read_options(&o, argc, argv);
    wires_open(&all, o.server, o.ca);
    badge_open(&stay.badge, o.card, o.issuer);
    stay_begin(&stay, &all);
    struct badge *more = more_badges(&o);
    struct drive *d = drive_open(&all, &stay, (unsigned)o.connections);
    run(&o, &all, d, more);
    drive_close(d);
    stay_end(&stay);
    badge_close(&stay.badge);
    for (size_t i = 0; i < o.cards; i++) {
        badge_close(&more[i]);
    }
    for (size_t i = 0; i < o.phases; i++) {
        phase_close(&o.phase[i]);
    }
    free(more);
    wires_close(&all);
    return 0;
}
