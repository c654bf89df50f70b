#include "tests/probe/raw.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "certs/base/text.h"

struct tg_raw {
    SSL_CTX *ctx;
    SSL *ssl;
    int fd;
};

/* From an address of one's own, when one is named. */
static bool come_from(int fd, const char *source)
{
    struct sockaddr_in from = {.sin_family = AF_INET};

    return source == NULL || (inet_pton(AF_INET, source, &from.sin_addr) == 1 &&
                              bind(fd, (const struct sockaddr *)&from, sizeof from) == 0);
}

static int dial(const struct tg_raw_to *to)
{
    struct addrinfo hints = {.ai_family = to->source != NULL ? AF_INET : AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM},
                    *list = NULL;
    struct timeval limit = {.tv_sec = 15};
    int fd = -1, at_once = 1;

    if (getaddrinfo(to->host, to->port, &hints, &list) != 0) {
        return -1;
    }
    for (struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && (!come_from(fd, to->source) || connect(fd, a->ai_addr, a->ai_addrlen) != 0)) {
            (void)close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    if (fd >= 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    }
    return fd;
}

/* OpenSSL copies these three, but its macros cast const away: they get a copy to begin with. */
struct text {
    char s[512];
};

static struct text text_of(const char *s)
{
    struct text t;

    (void)snprintf(t.s, sizeof t.s, "%s", s);
    return t;
}

static bool offer(SSL_CTX *ctx, const struct tg_raw_to *to)
{
    return (to->ciphers == NULL || SSL_CTX_set_ciphersuites(ctx, to->ciphers) == 1) &&
           (to->groups == NULL || SSL_CTX_set1_groups_list(ctx, text_of(to->groups).s) == 1) &&
           (to->signatures == NULL || SSL_CTX_set1_sigalgs_list(ctx, text_of(to->signatures).s) == 1);
}

static bool prepare(struct tg_raw *r, const struct tg_raw_to *to)
{
    r->ctx = SSL_CTX_new(TLS_client_method());
    if (r->ctx == NULL || SSL_CTX_load_verify_locations(r->ctx, to->ca_file, NULL) != 1 ||
        !offer(r->ctx, to)) {
        return false;
    }
    SSL_CTX_set_verify(r->ctx, SSL_VERIFY_PEER, NULL);
    if (to->proof != NULL && (SSL_CTX_use_certificate(r->ctx, tg_proof_cert(to->proof)) != 1 ||
                              SSL_CTX_use_PrivateKey(r->ctx, tg_proof_key(to->proof)) != 1)) {
        return false;
    }
    r->ssl = SSL_new(r->ctx);
    return r->ssl != NULL && SSL_set1_host(r->ssl, to->host) == 1 &&
           (!to->named || SSL_set_tlsext_host_name(r->ssl, text_of(to->host).s) == 1) &&
           SSL_set_fd(r->ssl, r->fd) == 1 && SSL_connect(r->ssl) == 1;
}

enum tg_err tg_raw_dial(const struct tg_raw_to *to, struct tg_raw **ret)
{
    struct tg_raw *r = calloc(1, sizeof *r);

    if (r == NULL) {
        return TG_E_NOMEM;
    }
    r->fd = dial(to);
    if (r->fd < 0 || !prepare(r, to)) {
        tg_raw_close(&r);
        return TG_E_UNREACHABLE;
    }
    *ret = r;
    return TG_OK;
}

enum tg_err tg_raw_open(const char *host, const char *port, const char *ca_file, const struct tg_proof *proof,
                        struct tg_raw **ret)
{
    struct tg_raw_to to = {.host = host, .port = port, .ca_file = ca_file, .proof = proof};

    return tg_raw_dial(&to, ret);
}

void tg_raw_close(struct tg_raw **r)
{
    if (*r == NULL) {
        return;
    }
    SSL_free((*r)->ssl);
    SSL_CTX_free((*r)->ctx);
    if ((*r)->fd >= 0) {
        (void)close((*r)->fd);
    }
    free(*r);
    *r = NULL;
}

size_t tg_raw_length(struct tg_span got)
{
    const uint8_t *end = got.n == 0 ? NULL : memmem(got.p, got.n, "\r\n\r\n", 4);
    const uint8_t *field =
        end == NULL ? NULL : memmem(got.p, (size_t)(end - got.p), "\r\nContent-Length: ", 18);
    size_t n = 0;

    if (end == NULL) {
        return 0;
    }
    for (const uint8_t *p = field != NULL ? field + 18 : end; p < end && *p >= '0' && *p <= '9'; p++) {
        n = n * 10 + (size_t)(*p - '0');
    }
    return (size_t)(end - got.p) + 4 + n;
}

enum tg_err tg_raw_send(struct tg_raw *r, struct tg_span bytes)
{
    return bytes.n == 0 || SSL_write(r->ssl, bytes.p, (int)bytes.n) == (int)bytes.n ? TG_OK
                                                                                    : TG_E_UNREACHABLE;
}

enum tg_err tg_raw_some(struct tg_raw *r, struct tg_buf *to)
{
    uint8_t part[16384];
    int n = SSL_read(r->ssl, part, (int)sizeof part);

    if (n <= 0) {
        return TG_E_UNREACHABLE;
    }
    return tg_buf_add(to, part, (size_t)n) == TG_OK ? TG_OK : TG_E_LIMIT;
}

bool tg_raw_waits(struct tg_raw *r, int ms)
{
    struct pollfd p = {.fd = r->fd, .events = POLLIN};

    return SSL_has_pending(r->ssl) != 0 || poll(&p, 1, ms) > 0;
}

enum tg_err tg_raw_ask(struct tg_raw *r, struct tg_span request, struct tg_buf *answer)
{
    size_t want = 0;
    enum tg_err e = tg_raw_send(r, request);

    while (e == TG_OK && (want == 0 || answer->n < want)) {
        if ((e = tg_raw_some(r, answer)) == TG_OK) {
            want = tg_raw_length(tg_span_buf(answer));
        }
    }
    if (e != TG_OK) {
        return e;
    }
    return answer->n == want ? TG_OK : TG_E_TRAILING;
}

enum tg_err tg_raw_write(const struct tg_raw_words *w, struct tg_buf *out)
{
    const char *method = w->method != NULL ? w->method : w->body.n > 0 ? "POST" : "GET";
    enum tg_err e = tg_buf_addf(out, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s", method, w->path,
                                w->lines != NULL ? w->lines : "");

    if (e == TG_OK && w->token.n > 0) {
        e = tg_buf_addf(out, "Authorization: Bearer %.*s\r\n", (int)w->token.n, (const char *)w->token.p);
    }
    if (e == TG_OK && w->body.n > 0) {
        e = tg_buf_addf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
                        w->media != NULL ? w->media : "application/json", w->body.n);
    }
    if (e == TG_OK && (e = tg_buf_add_str(out, "\r\n")) == TG_OK) {
        e = tg_buf_add_span(out, w->body);
    }
    return e;
}

enum tg_err tg_raw_request(const char *path, struct tg_span token, struct tg_span body, struct tg_buf *out)
{
    return tg_raw_write(&(struct tg_raw_words){.path = path, .token = token, .body = body}, out);
}

int tg_raw_status(struct tg_span answer)
{
    uint64_t status = 0;

    if (answer.n < 12 || memcmp(answer.p, "HTTP/1.1 ", 9) != 0 ||
        tg_u64_parse(tg_span(answer.p + 9, 3), 999, &status) != TG_OK) {
        return 0;
    }
    return (int)status;
}
