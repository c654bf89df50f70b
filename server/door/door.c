#include "server/door/door.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "server/door/loop.h"
#include "server/door/tls.h"

static bool is_method(const char *name)
{
    for (unsigned i = 0; i < TG_METHODS; i++)
        if (strcmp(name, tg_codec_method_name((enum tg_codec_method)i)) == 0)
            return true;
    return false;
}

static bool is_route(const struct tg_route *r, bool sessions)
{
    return r->method != NULL && is_method(r->method) && r->path != NULL && r->path[0] == '/' &&
           r->handle != NULL && r->body_max <= TG_HTTP_BODY_BYTES && (r->need != TG_NEED_SESSION || sessions);
}

static enum tg_err check_conf(const struct tg_door_conf *conf, char *why, size_t size)
{
    if (conf->refuse == NULL || conf->host == NULL || conf->port == NULL) {
        (void)snprintf(why, size, "host, port and refuse are required");
        return TG_E_CONFIG;
    }
    for (size_t i = 0; i < conf->n_routes; i++) {
        if (!is_route(&conf->routes[i], conf->session != NULL)) {
            (void)snprintf(why, size, "route %zu of the table is wrong", i);
            return TG_E_CONFIG;
        }
    }
    return TG_OK;
}

static unsigned cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1u : (unsigned)n;
}

static void fill_defaults(struct tg_door_conf *conf)
{
    if (conf->loops == 0)
        conf->loops = cores();
    if (conf->loops > TG_DOOR_LOOPS)
        conf->loops = TG_DOOR_LOOPS;
    if (conf->connections_max == 0)
        conf->connections_max = TG_DOOR_CONNECTIONS;
    if (conf->deadline_ms == 0)
        conf->deadline_ms = TG_HTTP_DEADLINE_MS;
    if (conf->idle_ms == 0)
        conf->idle_ms = TG_HTTP_IDLE_MS;
    if (conf->drain_ms == 0)
        conf->drain_ms = TG_HTTP_DRAIN_MS;
}

/* The first listener chooses the port, the others share it. */
static enum tg_err open_loops(struct tg_door *d, char *why, size_t size)
{
    char port[16];
    for (unsigned i = 0; i < d->conf.loops; i++) {
        struct tg_listener at;
        (void)snprintf(port, sizeof port, "%u", d->port);
        enum tg_err e = tg_listen(d->conf.host, i == 0 ? d->conf.port : port, &at, why, size);
        if (e != TG_OK)
            return e;
        struct tg_loop *l = &d->loops[d->n_loops++];
        l->wake_fd = -1;
        d->port = at.port;
        e = tg_loop_make(l, d, at.fd);
        if (e != TG_OK) {
            (void)snprintf(why, size, "event loop: %s", strerror(errno));
            return e;
        }
    }
    return TG_OK;
}

enum tg_err tg_door_open(const struct tg_door_conf *conf, struct tg_door **ret, char *why, size_t size)
{
    enum tg_err e = check_conf(conf, why, size);
    if (e != TG_OK)
        return e;
    struct tg_door *d = calloc(1, sizeof *d);
    if (d == NULL)
        return TG_E_NOMEM;
    d->conf = *conf;
    fill_defaults(&d->conf);
    e = tg_tls_ctx(conf->cert_pem, conf->key_pem, &d->tls, why, size);
    if (e == TG_OK) {
        d->loops = calloc(d->conf.loops, sizeof *d->loops);
        e = d->loops == NULL ? TG_E_NOMEM : open_loops(d, why, size);
    }
    if (e == TG_OK)
        *ret = d;
    else
        tg_door_close(&d);
    return e;
}

unsigned tg_door_port(const struct tg_door *d)
{
    return d->port;
}

/* The threads are born with every signal blocked, so that signals stay with the program's own thread, and so
 * that a write to a peer that has gone is an error and not a SIGPIPE. */
static unsigned start(struct tg_door *d, enum tg_err *e)
{
    sigset_t every, old;
    unsigned n = 0;
    (void)sigfillset(&every);
    (void)pthread_sigmask(SIG_BLOCK, &every, &old);
    while (n < d->n_loops && pthread_create(&d->loops[n].thread, NULL, tg_loop_thread, &d->loops[n]) == 0)
        n++;
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    *e = n == d->n_loops ? TG_OK : TG_E_NOMEM;
    return n;
}

enum tg_err tg_door_run(struct tg_door *d)
{
    enum tg_err e = TG_E_NOMEM;
    unsigned n = start(d, &e);
    if (e != TG_OK)
        tg_door_drain(d);
    for (unsigned i = 0; i < n; i++) {
        (void)pthread_join(d->loops[i].thread, NULL);
        if (e == TG_OK)
            e = d->loops[i].err;
    }
    return e;
}

void tg_door_drain(struct tg_door *d)
{
    int saved = errno;
    atomic_store(&d->draining, true);
    for (unsigned i = 0; i < d->n_loops; i++)
        tg_loop_wake(&d->loops[i]);
    errno = saved;
}

void tg_door_close(struct tg_door **d)
{
    if (d == NULL || *d == NULL)
        return;
    for (unsigned i = 0; i < (*d)->n_loops; i++)
        tg_loop_unmake(&(*d)->loops[i]);
    free((*d)->loops);
    SSL_CTX_free((*d)->tls);
    free(*d);
    *d = NULL;
}
