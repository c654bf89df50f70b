/* The listening sockets, one per loop (SO_REUSEPORT), and taking connections from them. */
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/door/loop.h"
#include "server/door/tls.h"

/* Connections taken before those that are there get a turn. */
#define BATCH 64u
#define BACKLOG 4096

/* Connections inherit these from the listener: no call per connection. */
static bool set_options(int fd)
{
    static const struct option {
        int level, name, value;
    } options[] = {
        {SOL_SOCKET, SO_REUSEADDR, 1},
        {SOL_SOCKET, SO_REUSEPORT, 1},
        {SOL_SOCKET, SO_RCVLOWAT, TG_TLS_PEEK_BYTES},
        /* A terminal that vanished without a word is noticed after about half a minute. */
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, 15},
        {IPPROTO_TCP, TCP_KEEPINTVL, 5},
        {IPPROTO_TCP, TCP_KEEPCNT, 3},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, 15000},
        {IPPROTO_TCP, TCP_NODELAY, 1},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof(int)) != 0)
            return false;
    return true;
}

static bool bind_to(int fd, const struct addrinfo *ai, unsigned *bound)
{
    struct sockaddr_storage at;
    char port[NI_MAXSERV];
    socklen_t n = sizeof at;
    if (!set_options(fd) || bind(fd, ai->ai_addr, ai->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0)
        return false;
    if (getsockname(fd, (struct sockaddr *)&at, &n) != 0 ||
        getnameinfo((struct sockaddr *)&at, n, NULL, 0, port, sizeof port, NI_NUMERICSERV) != 0)
        return false;
    *bound = (unsigned)strtoul(port, NULL, 10);
    return true;
}

enum tg_err tg_listen(const char *host, const char *port, struct tg_listener *ret, char *why, size_t size)
{
    const struct addrinfo hints = {
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *ai = NULL;
    int r = getaddrinfo(host, port, &hints, &ai);
    if (r != 0) {
        (void)snprintf(why, size, "%s port %s: %s", host, port, gai_strerror(r));
        return TG_E_CONFIG;
    }
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    unsigned bound = 0;
    bool ok = fd >= 0 && bind_to(fd, ai, &bound);
    if (!ok)
        (void)snprintf(why, size, "%s port %s: %s", host, port, strerror(errno));
    freeaddrinfo(ai);
    if (!ok && fd >= 0)
        (void)close(fd);
    if (ok)
        *ret = (struct tg_listener){.fd = fd, .port = bound};
    return ok ? TG_OK : TG_E_CONFIG;
}

/* Room for one more, if need be at the cost of another. */
static bool make_room(struct tg_loop *l)
{
    const struct tg_door *d = l->door;
    if (atomic_load(&d->n_conns) < d->conf.connections_max)
        return true;
    bool made = tg_phase_evict(l);
    tg_conn_reap(l);
    return made;
}

/* Out of file descriptors: give one back, or leave the newcomers in the queue until the next tick. */
static void turn_away(struct tg_loop *l)
{
    if (tg_phase_evict(l))
        return;
    l->turned_away = true;
    (void)event_del(&l->listen_ev);
}

static void on_accept(evutil_socket_t listener, short what, void *arg)
{
    struct tg_loop *l = arg;
    (void)what;
    for (unsigned i = 0; i < BATCH; i++) {
        struct sockaddr_storage from;
        socklen_t n = sizeof from;
        int fd = accept4(listener, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
                turn_away(l);
            if (errno != ECONNABORTED && errno != EINTR)
                return;
        } else if (make_room(l)) {
            tg_conn_accept(l, fd, &from);
        } else {
            (void)close(fd);
        }
    }
}

enum tg_err tg_accept_start(struct tg_loop *l)
{
    if (event_assign(&l->listen_ev, l->base, l->listen_fd, EV_READ | EV_PERSIST, on_accept, l) != 0 ||
        event_add(&l->listen_ev, NULL) != 0)
        return TG_E_NOMEM;
    l->listening = true;
    return TG_OK;
}

void tg_accept_stop(struct tg_loop *l)
{
    if (l->listening)
        (void)event_del(&l->listen_ev);
    l->listening = false;
    if (l->listen_fd >= 0)
        (void)close(l->listen_fd);
    l->listen_fd = -1;
}

void tg_accept_again(struct tg_loop *l)
{
    if (l->listening && l->turned_away && event_add(&l->listen_ev, NULL) == 0)
        l->turned_away = false;
}
