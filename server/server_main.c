/* tegata-server --config F: in the foreground; SIGTERM drains. People, cards and revocation lists are taken
 * by themselves when their files change; SIGHUP re-reads them, the policy and the customers.
 */
#include <getopt.h>
#include <pthread.h>
#include <signal.h>

#include "certs/base/secret.h"
#include "server/fresh.h"

#define WHY 1024

static struct tg_app app;
static struct tg_fresh *fresh;

static void reload(void)
{
    char why[WHY] = "";
    enum tg_err e = tg_fresh_reload(fresh, why, sizeof why);

    if (e != TG_OK) {
        (void)fprintf(stderr, "tegata-server: not re-read, the old state stays in force: %s\n", why);
    } else {
        (void)fprintf(stderr, "tegata-server: policy, staff, card trust and customers re-read\n");
    }
}

/* Signals are waited for, never handled: nothing runs inside a handler. */
static void *signal_thread(void *arg)
{
    const sigset_t *set = arg;
    int sig = 0;

    while (sigwait(set, &sig) == 0) {
        if (sig == SIGHUP) {
            reload();
        } else {
            tg_door_drain(app.door);
            break;
        }
    }
    return NULL;
}

static enum tg_err serve(void)
{
    static sigset_t set;
    pthread_t signals;
    enum tg_err e;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    if ((e = tg_fresh_start(&app, &fresh)) != TG_OK) {
        return e;
    }
    if (pthread_create(&signals, NULL, signal_thread, &set) != 0) {
        tg_fresh_stop(&fresh);
        return TG_E_NOMEM;
    }
    (void)printf("tegata-server: ready on port %u\n", tg_door_port(app.door));
    (void)fflush(stdout);
    e = tg_door_run(app.door);
    (void)pthread_kill(signals, SIGTERM); /* in case the door ended by itself */
    (void)pthread_join(signals, NULL);
    tg_fresh_stop(&fresh);
    return e;
}

/* Before any room starts a thread, so that every thread inherits it. */
static void signals_block(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

static const char *config_of(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
    const char *config = getenv("TEGATA_SERVER_CONFIG");
    int c;

    while ((c = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
        if (c != 'c') {
            return NULL;
        }
        config = optarg;
    }
    return optind == argc ? config : NULL;
}

int main(int argc, char **argv)
{
    char why[WHY] = "";
    const char *config = config_of(argc, argv);
    enum tg_err e;

    if (config == NULL) {
        (void)fprintf(stderr, "usage: tegata-server --config FILE\n");
        return 2;
    }
    tg_process_harden();
    signals_block();
    if ((e = tg_app_open(config, &app, why, sizeof why)) != TG_OK) {
        (void)fprintf(stderr, "tegata-server: %s\n", why);
        return 1;
    }
    e = serve();
    tg_app_close(&app);
    if (e != TG_OK) {
        (void)fprintf(stderr, "tegata-server: %s\n", tg_err_en(e));
    }
    return e == TG_OK ? 0 : 1;
}
