/* grant watch: stays signed in and prints what the server says of one's grants, a line of JSON each time that it
 * is something else, until stdin ends or the session does. For a wall screen, or another program.
 */
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "client/cli.h"

#define LOOK_MS 200 /* how soon the end of the session is noticed */

struct watch {
    struct tg_cli *cli;
    pthread_mutex_t lock; /* the fields below, and stdout */
    bool over;
    enum tg_err why;
};

static enum tg_err ask_pin(void *arg, int tries, bool wrong, struct tg_secret *pin)
{
    struct watch *w = arg;

    return tg_cli_ask_pin(w->cli, tries, wrong, pin);
}

static void event(void *arg, const char *name, struct tg_span json)
{
    struct watch *w = arg;

    if (strcmp(name, "grants") == 0) {
        (void)pthread_mutex_lock(&w->lock);
        tg_put_json(stdout, json);
        (void)putchar('\n');
        (void)fflush(stdout);
        (void)pthread_mutex_unlock(&w->lock);
    }
}

static void ended(void *arg, enum tg_err why)
{
    struct watch *w = arg;

    (void)pthread_mutex_lock(&w->lock);
    w->over = true;
    w->why = why;
    (void)pthread_mutex_unlock(&w->lock);
}

static bool is_over(struct watch *w)
{
    (void)pthread_mutex_lock(&w->lock);
    bool over = w->over;
    (void)pthread_mutex_unlock(&w->lock);
    return over;
}

/* Whatever is typed is passed over; the end of it is the end of us. */
static void wait_here(struct watch *w)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    char rest[256];

    while (!is_over(w)) {
        if (poll(&in, 1, LOOK_MS) > 0 && read(STDIN_FILENO, rest, sizeof rest) <= 0) {
            return;
        }
    }
}

static enum tg_exit told(const struct tg_cli *cli, struct tg_client *c, enum tg_err e)
{
    struct tg_cli_fault f = {.e = e, .tries = -1};

    if (e == TG_OK) {
        return TG_EXIT_DONE;
    }
    if (c != NULL) {
        f.problem = tg_client_problem(c);
        f.tries = tg_cli_exit(e) == TG_EXIT_PIN ? tg_client_tries(c) : -1;
    }
    tg_cli_error_text(cli, &f);
    return tg_cli_exit(e);
}

bool tg_grant_watches(int argc, char **argv)
{
    return argc == 2 && strcmp(argv[0], "grant") == 0 && strcmp(argv[1], "watch") == 0;
}

enum tg_exit tg_cli_grant_watch(struct tg_cli *cli)
{
    struct watch w = {.cli = cli};
    struct tg_client_conf conf = tg_cli_client(cli);
    struct tg_client *c = NULL;
    enum tg_err e;

    if (pthread_mutex_init(&w.lock, NULL) != 0) {
        return told(cli, NULL, TG_E_NOMEM);
    }
    conf.ask_pin = ask_pin;
    conf.event = event;
    conf.ended = ended;
    conf.arg = &w;
    if ((e = tg_client_open(&conf, &c)) == TG_OK && (e = tg_client_sign_in(c)) == TG_OK &&
        (e = tg_client_hold(c)) == TG_OK) {
        wait_here(&w);
        e = is_over(&w) ? w.why : TG_OK;
    }
    enum tg_exit code = told(cli, c, e);
    tg_client_close(&c);
    (void)pthread_mutex_destroy(&w.lock);
    return code;
}
