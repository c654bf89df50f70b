#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "certs/base/text.h"
#include "tests/bench/load.h"
#include "tests/probe/raw.h"

#define TURN_EVENTS 128
#define PART_BYTES 16384 /* a whole TLS record, so that none is left inside OpenSSL */

void wires_open(struct wires *all, const char *server, const char *ca_file)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    const char *colon = strrchr(server, ':');

    memset(all, 0, sizeof *all);
    all->epoll = epoll_create1(EPOLL_CLOEXEC);
    all->host = colon != NULL ? strndup(server, (size_t)(colon - server)) : NULL;
    all->tls = SSL_CTX_new(TLS_client_method());
    if (all->host == NULL || getaddrinfo(all->host, colon + 1, &hints, &all->to) != 0) {
        load_die("no such server", server);
    }
    if (all->epoll < 0 || all->tls == NULL || SSL_CTX_load_verify_locations(all->tls, ca_file, NULL) != 1) {
        load_die("TLS", ca_file);
    }
    SSL_CTX_set_verify(all->tls, SSL_VERIFY_PEER, NULL);
}

void wires_close(struct wires *all)
{
    SSL_CTX_free(all->tls);
    freeaddrinfo(all->to);
    free(all->host);
    (void)close(all->epoll);
}

/* All that may be the matter is that nothing has come yet; what we send is too little to fill a socket. */
static void wait_for(struct wire *w, int r)
{
    int why = SSL_get_error(w->ssl, r);

    if (why != SSL_ERROR_WANT_READ) {
        const char *text = ERR_reason_error_string(ERR_peek_error());

        load_die("the connection broke", text != NULL ? text : "closed by the server");
    }
}

void wire_dial(struct wires *all, struct wire *w, const struct tg_proof *proof)
{
    struct epoll_event ev = {.events = EPOLLOUT, .data = {.ptr = w}};
    int one = 1;

    memset(w, 0, sizeof *w);
    w->all = all;
    w->got = TG_BUF_INIT(1024 * 1024);
    w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (w->fd < 0 || connect(w->fd, all->to->ai_addr, all->to->ai_addrlen) != 0 ||
        setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0) {
        load_die("connect", strerror(errno));
    }
    w->ssl = SSL_new(all->tls);
    if (w->ssl == NULL || SSL_use_certificate(w->ssl, tg_proof_cert(proof)) != 1 ||
        SSL_use_PrivateKey(w->ssl, tg_proof_key(proof)) != 1 || SSL_set1_host(w->ssl, all->host) != 1 ||
        SSL_set_fd(w->ssl, w->fd) != 1) {
        load_die("TLS", "cannot be set up");
    }
    /* Loopback: connected at once, and from here on nothing blocks. */
    if (fcntl(w->fd, F_SETFL, O_NONBLOCK) != 0 || epoll_ctl(all->epoll, EPOLL_CTL_ADD, w->fd, &ev) != 0) {
        load_die("epoll", strerror(errno));
    }
}

void wire_close(struct wire *w)
{
    (void)SSL_shutdown(w->ssl);
    SSL_free(w->ssl);
    (void)close(w->fd);
    tg_buf_done(&w->got);
    w->fd = -1;
}

void wire_send(struct wire *w, struct tg_span request)
{
    if (SSL_write(w->ssl, request.p, (int)request.n) != (int)request.n) {
        load_die("a request could not be sent at once", w->all->host);
    }
}

/* Nearly always the whole answer is in one record and needs no copy. */
static void take(struct wire *w, struct tg_span part)
{
    if (w->stream) {
        w->answer(w, part);
        return;
    }
    if (w->got.n == 0 && tg_raw_length(part) == part.n) {
        w->answer(w, part);
        return;
    }
    if (tg_buf_add_span(&w->got, part) != TG_OK) {
        load_die("answer", "too long");
    }
    size_t whole = tg_raw_length(tg_span_buf(&w->got));
    if (whole != 0 && w->got.n >= whole) {
        struct tg_buf got = w->got;

        w->got = TG_BUF_INIT(got.max);
        if (got.n > whole) {
            load_die("answer", "more than was asked for");
        }
        w->answer(w, tg_span_buf(&got));
        tg_buf_done(&got);
    }
}

/* The first event is that of a writable socket: from then on only what comes matters. */
static void greet(struct wire *w)
{
    struct epoll_event ev = {.events = EPOLLIN, .data = {.ptr = w}};
    int r = SSL_connect(w->ssl);

    if (epoll_ctl(w->all->epoll, EPOLL_CTL_MOD, w->fd, &ev) != 0) {
        load_die("epoll", strerror(errno));
    }
    if (r != 1) {
        wait_for(w, r);
        return;
    }
    w->greeted = true;
    w->ready(w);
}

static void step(struct wire *w)
{
    static uint8_t part[PART_BYTES];

    if (!w->greeted) {
        greet(w);
        return;
    }
    int n = SSL_read(w->ssl, part, (int)sizeof part);
    if (n > 0) {
        take(w, tg_span(part, (size_t)n));
    } else {
        wait_for(w, n);
    }
}

void wires_turn(struct wires *all, int ms)
{
    struct epoll_event ev[TURN_EVENTS];
    int n = epoll_wait(all->epoll, ev, TURN_EVENTS, ms);

    for (int i = 0; i < n; i++) {
        step(ev[i].data.ptr);
    }
}

static void head(struct tg_buf *to, const char *method, const char *path, struct tg_span token)
{
    if (tg_buf_addf(to, "%s %s HTTP/1.1\r\nHost: localhost\r\nTegata-Terminal: BENCH-0001\r\n", method,
                    path) != TG_OK ||
        (token.n > 0 && (tg_buf_add_str(to, "Authorization: Bearer ") != TG_OK ||
                         tg_buf_add_span(to, token) != TG_OK || tg_buf_add_str(to, "\r\n") != TG_OK))) {
        load_die("request", "too long");
    }
}

void wire_get(struct tg_buf *to, const char *path, struct tg_span token)
{
    head(to, "GET", path, token);
    if (tg_buf_add_str(to, "\r\n") != TG_OK) {
        load_die("request", "too long");
    }
}

void wire_post(struct tg_buf *to, const char *path, struct tg_span token, const char *media,
               struct tg_span body)
{
    head(to, "POST", path, token);
    if ((media != NULL && tg_buf_addf(to, "Content-Type: %s\r\n", media) != TG_OK) ||
        tg_buf_addf(to, "Content-Length: %zu\r\n\r\n", body.n) != TG_OK ||
        tg_buf_add_span(to, body) != TG_OK) {
        load_die("request", "too long");
    }
}

struct tg_span wire_body(struct tg_span whole, const char *what)
{
    const uint8_t *end = memmem(whole.p, whole.n, "\r\n\r\n", 4);

    if (whole.n < 12 || memcmp(whole.p, "HTTP/1.1 200", 12) != 0 || end == NULL) {
        char answer[600];

        (void)snprintf(answer, sizeof answer, "%.*s", (int)whole.n, (const char *)whole.p);
        load_die(what, answer);
    }
    return tg_span(end + 4, whole.n - (size_t)(end + 4 - whole.p));
}
