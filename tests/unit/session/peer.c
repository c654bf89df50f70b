#include "tests/unit/session/peer.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include "certs/base/clock.h"
#include "certs/base/file.h"

static struct made make_now(struct spec s, int64_t shift)
{
    s.from += tg_now() - NOW + shift;
    s.to += tg_now() - NOW + shift;
    return make_cert(&s);
}

static void make_keys(struct peer *p)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(65536);
    char san[128];
    struct spec s;
    int fd;

    p->ca = make_now(spec_root("peer"), 0);
    s = spec_auth(&p->ca);
    s.eku = "serverAuth";
    s.uri[0] = NULL;
    (void)snprintf(san, sizeof san, "subjectAltName=DNS:%s",
                   p->conf.name != NULL ? p->conf.name : "localhost");
    s.extra[0] = san;
    p->own = make_now(s, p->conf.expired ? -400 * DAY : 0);
    add_pem(&p->ca, &pem);
    memcpy(p->ca_file, "/tmp/tegata-peer-XXXXXX", sizeof "/tmp/tegata-peer-XXXXXX");
    fd = mkstemp(p->ca_file);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pem.p, pem.n), (ssize_t)pem.n);
    (void)close(fd);
}

static int any_client(X509_STORE_CTX *ctx, void *arg)
{
    (void)ctx;
    (void)arg;
    return 1;
}

static void make_ctx(struct peer *p)
{
    p->ctx = SSL_CTX_new(TLS_server_method());
    assert_non_null(p->ctx);
    assert_int_equal(SSL_CTX_use_certificate(p->ctx, p->own.x), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(p->ctx, p->own.key), 1);
    SSL_CTX_set_verify(p->ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(p->ctx, any_client, NULL);
    if (p->conf.max_version != 0) {
        assert_int_equal(SSL_CTX_set_max_proto_version(p->ctx, p->conf.max_version), 1);
    }
}

static void make_socket(struct peer *p)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;

    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(p->fd >= 0);
    assert_int_equal(bind(p->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(p->fd, 16), 0);
    assert_int_equal(getsockname(p->fd, (struct sockaddr *)&at, &n), 0);
    (void)snprintf(p->url, sizeof p->url, "%s://localhost:%u", p->conf.plain ? "http" : "https",
                   (unsigned)ntohs(at.sin_port));
}

static size_t body_length(const char *head)
{
    const char *at = strcasestr(head, "\r\nContent-Length: ");

    return at != NULL ? strtoul(at + 18, NULL, 10) : 0;
}

static bool read_request(struct peer *p, SSL *ssl)
{
    size_t n = 0;

    for (;;) {
        int k = SSL_read(ssl, p->seen + n, (int)(PEER_BYTES - 1 - n));

        if (k <= 0) {
            return false;
        }
        n += (size_t)k;
        p->seen[n] = '\0';
        const char *end = strstr(p->seen, "\r\n\r\n");
        if (end != NULL && n >= (size_t)(end - p->seen) + 4 + body_length(p->seen)) {
            p->requests++;
            return true;
        }
    }
}

static void answer(const struct peer *p, SSL *ssl)
{
    char pad[4096];
    size_t left = p->conf.padding;

    memset(pad, 'x', sizeof pad);
    if (p->conf.answer == NULL) { /* until the peer goes */
        (void)SSL_read(ssl, pad, sizeof pad);
        return;
    }
    if (SSL_write(ssl, p->conf.answer, (int)strlen(p->conf.answer)) <= 0) {
        return;
    }
    while (left > 0) {
        size_t n = left < sizeof pad ? left : sizeof pad;

        if (SSL_write(ssl, pad, (int)n) <= 0) {
            return;
        }
        left -= n;
    }
}

static void serve(struct peer *p, int fd)
{
    SSL *ssl = SSL_new(p->ctx);

    if (ssl != NULL && SSL_set_fd(ssl, fd) == 1 && SSL_accept(ssl) == 1) {
        X509 *client = SSL_get1_peer_certificate(ssl);
        unsigned n = 0;

        if (client != NULL) {
            (void)X509_digest(client, EVP_sha256(), p->client, &n);
        }
        X509_free(client);
        while (read_request(p, ssl)) {
            answer(p, ssl);
            if (p->conf.answer == NULL || strstr(p->conf.answer, "Connection: close") != NULL) {
                (void)SSL_shutdown(ssl);
                break;
            }
        }
    }
    ERR_clear_error();
    SSL_free(ssl);
}

static void *run(void *arg)
{
    struct peer *p = arg;
    int fd;

    while ((fd = accept(p->fd, NULL, NULL)) >= 0) {
        p->accepted++;
        if (!p->conf.plain) {
            serve(p, fd);
        }
        (void)close(fd);
    }
    return NULL;
}

void peer_open(struct peer *p, const struct peer_conf *conf)
{
    memset(p, 0, sizeof *p);
    p->conf = *conf;
    make_keys(p);
    make_ctx(p);
    make_socket(p);
    assert_int_equal(pthread_create(&p->thread, NULL, run, p), 0);
}

void peer_close(struct peer *p)
{
    (void)shutdown(p->fd, SHUT_RDWR);
    assert_int_equal(pthread_join(p->thread, NULL), 0);
    (void)close(p->fd);
    SSL_CTX_free(p->ctx);
    made_done(&p->own);
    made_done(&p->ca);
    (void)unlink(p->ca_file);
}
