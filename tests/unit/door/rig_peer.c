/* The client side of the rig. */
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <poll.h>
#include <signal.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/door/rig.h"
#include "tests/unit/door/rig_keys.h"

struct peer *peer_connect(const struct rig *r)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)r->port)};
    const struct timeval limit = {.tv_sec = 8, .tv_usec = 0};
    struct peer *p = calloc(1, sizeof *p);
    assert_non_null(p);
    /* For the client's side only: the loops block it, see door.c. */
    assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(p->fd >= 0);
    assert_int_equal(setsockopt(p->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    assert_int_equal(connect(p->fd, (struct sockaddr *)&to, sizeof to), 0);
    return p;
}

void peer_close(struct peer **p)
{
    if (p == NULL || *p == NULL)
        return;
    SSL_free((*p)->ssl);
    SSL_CTX_free((*p)->ctx);
    (void)close((*p)->fd);
    free(*p);
    *p = NULL;
}

static void show_key(struct peer *p, enum rig_key kind)
{
    unsigned n = 0;
    if (kind == RIG_KEY_NONE)
        return;
    EVP_PKEY *key = rig_key_make(kind);
    X509 *cert = rig_cert_make(key, 0);
    assert_int_equal(SSL_CTX_use_certificate(p->ctx, cert), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(p->ctx, key), 1);
    assert_int_equal(X509_digest(cert, EVP_sha256(), p->thumbprint, &n), 1);
    X509_free(cert);
    EVP_PKEY_free(key);
}

struct peer *peer_open_version(const struct rig *r, enum rig_key key, int max_version)
{
    struct peer *p = peer_connect(r);
    p->ctx = SSL_CTX_new(TLS_client_method());
    assert_non_null(p->ctx);
    assert_int_equal(SSL_CTX_set_max_proto_version(p->ctx, max_version), 1);
    show_key(p, key);
    p->ssl = SSL_new(p->ctx);
    assert_non_null(p->ssl);
    assert_int_equal(SSL_set_fd(p->ssl, p->fd), 1);
    if (SSL_connect(p->ssl) != 1) {
        ERR_clear_error();
        peer_close(&p);
    }
    return p;
}

struct peer *peer_open(const struct rig *r, enum rig_key key)
{
    return peer_open_version(r, key, TLS1_3_VERSION);
}

bool peer_say(struct peer *p, const char *bytes, size_t n)
{
    ERR_clear_error();
    return p != NULL && SSL_write(p->ssl, bytes, (int)n) == (int)n;
}

bool peer_says(struct peer *p, const char *text)
{
    return peer_say(p, text, strlen(text));
}

/* Appends what comes next; false at the end of the connection. */
static bool receive(struct peer *p)
{
    ERR_clear_error();
    assert_true(p->n < sizeof p->in - 1);
    int r = SSL_read(p->ssl, p->in + p->n, (int)(sizeof p->in - 1 - p->n));
    if (r <= 0)
        return false;
    p->n += (size_t)r;
    p->in[p->n] = '\0';
    return true;
}

static void forget(struct peer *p, size_t n)
{
    p->n -= n;
    memmove(p->in, p->in + n, p->n + 1);
}

static size_t length_of(const char *head)
{
    const char *at = strcasestr(head, "\r\nContent-Length: ");
    return at == NULL ? 0 : (size_t)strtoul(at + 18, NULL, 10);
}

bool peer_hear(struct peer *p, struct answer *a)
{
    const char *end = NULL;
    if (p == NULL)
        return false;
    forget(p, p->used);
    p->used = 0;
    while ((end = p->n == 0 ? NULL : strstr(p->in, "\r\n\r\n")) == NULL)
        if (!receive(p))
            return false;
    size_t head_n = (size_t)(end - p->in) + 4;
    assert_true(head_n < sizeof a->head);
    memcpy(a->head, p->in, head_n);
    a->head[head_n] = '\0';
    a->body_n = length_of(a->head);
    while (p->n < head_n + a->body_n)
        if (!receive(p))
            return false;
    a->body = p->in + head_n;
    p->used = head_n + a->body_n;
    a->status = (int)strtol(a->head + 9, NULL, 10);
    a->close = strcasestr(a->head, "\r\nConnection: close\r\n") != NULL;
    return true;
}

bool peer_hears(struct peer *p, const char *text)
{
    while (p->n == 0 || strstr(p->in, text) == NULL)
        if (!receive(p))
            return false;
    return true;
}

bool peer_ended(struct peer *p, int ms)
{
    char rest[64];
    int64_t until = rig_ms() + ms;
    struct pollfd fd = {.fd = p->fd, .events = POLLIN};
    for (;;) {
        int64_t left = until - rig_ms();
        if (left <= 0 || poll(&fd, 1, (int)left) <= 0)
            return false;
        if (p->ssl == NULL)
            return recv(p->fd, rest, sizeof rest, 0) <= 0;
        ERR_clear_error();
        int r = SSL_read(p->ssl, rest, sizeof rest);
        if (r > 0)
            return false;
        if (SSL_get_error(p->ssl, r) != SSL_ERROR_WANT_READ)
            return true;
    }
}

void peer_expect(struct peer *p, const char *request, int status)
{
    struct answer a;
    assert_true(peer_says(p, request));
    if (!peer_hear(p, &a))
        fail_msg("no answer to: %.60s", request);
    if (a.status != status)
        fail_msg("%d instead of %d to: %.60s", a.status, status, request);
}
