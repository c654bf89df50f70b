#include "client/link/link.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "client/link/sse.h"

#define TIMEOUT_MS 10000u
#define CONNECT_MS 4000L
#define SILENCE_S \
    6L /* the server speaks every 2 s and its lease is 5 s: after that the session is over anyway */

struct tg_link {
    struct tg_link_conf conf;
    const struct tg_proof *proof;
    CURL *easy;
    CURLM *multi;           /* for one transfer: it can be woken up from another thread */
    pthread_mutex_t lock;   /* the token: poison comes from another thread */
    struct tg_secret token; /* "Authorization: Bearer …" with its NUL; empty: none */
    atomic_bool stop, poisoned;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* curl writes the secrets of every connection into the file that SSLKEYLOGFILE names: not ours. */
static void curl_start(void)
{
    (void)unsetenv("SSLKEYLOGFILE");
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* The key never becomes a file or a PEM text: it goes into the TLS context as it is. */
static CURLcode use_proof(CURL *easy, void *ssl_ctx, void *arg)
{
    const struct tg_link *l = arg;
    SSL_CTX *ctx = ssl_ctx;

    (void)easy;
    SSL_CTX_set_keylog_callback(ctx, NULL); /* also when somebody else had started curl before us */
    if (tg_proof_key(l->proof) == NULL || SSL_CTX_use_certificate(ctx, tg_proof_cert(l->proof)) != 1 ||
        SSL_CTX_use_PrivateKey(ctx, tg_proof_key(l->proof)) != 1) {
        return CURLE_SSL_CERTPROBLEM;
    }
    return CURLE_OK;
}

/* What is the same for every request. No proxy, no redirect, no other protocol, no netrc, no cookies: nothing
 * that a terminal's environment could change.
 */
static bool easy_common(struct tg_link *l)
{
    CURL *c = l->easy;

    return curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS) == CURLE_OK;
}

static bool easy_tls(struct tg_link *l)
{
    CURL *c = l->easy;

    return curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)(CURL_SSLVERSION_TLSv1_3)) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CAINFO, l->conf.ca_file) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SSL_SESSIONID_CACHE, 0L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, use_proof) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, l) == CURLE_OK;
}

enum tg_err tg_link_new(const struct tg_link_conf *conf, const struct tg_proof *proof, struct tg_link **ret)
{
    struct tg_link *l = calloc(1, sizeof *l);
    enum tg_err e;

    if (l == NULL) {
        return TG_E_NOMEM;
    }
    if (pthread_mutex_init(&l->lock, NULL) != 0) {
        free(l);
        return TG_E_NOMEM;
    }
    (void)pthread_once(&once, curl_start);
    l->conf = *conf;
    l->proof = proof;
    l->token = TG_SECRET_INIT;
    atomic_init(&l->stop, false);
    atomic_init(&l->poisoned, false);
    e = tg_secret_init(&l->token, TG_SECRET_BYTES);
    if (e == TG_OK && ((l->easy = curl_easy_init()) == NULL || (l->multi = curl_multi_init()) == NULL)) {
        e = TG_E_NOMEM;
    }
    if (e == TG_OK && (!easy_common(l) || !easy_tls(l))) {
        e = TG_E_CONFIG;
    }
    if (e != TG_OK) {
        tg_link_free(&l);
        return e;
    }
    *ret = l;
    return TG_OK;
}

void tg_link_free(struct tg_link **l)
{
    if (*l == NULL) {
        return;
    }
    tg_link_poison(*l);
    if ((*l)->easy != NULL) {
        curl_easy_cleanup((*l)->easy);
    }
    if ((*l)->multi != NULL) {
        (void)curl_multi_cleanup((*l)->multi);
    }
    tg_secret_done(&(*l)->token);
    (void)pthread_mutex_destroy(&(*l)->lock);
    free(*l);
    *l = NULL;
}

void tg_link_poison(struct tg_link *l)
{
    atomic_store(&l->poisoned, true);
    (void)pthread_mutex_lock(&l->lock);
    tg_secret_wipe(&l->token);
    (void)pthread_mutex_unlock(&l->lock);
}

void tg_link_stop(struct tg_link *l)
{
    atomic_store(&l->stop, true);
    tg_link_wake(l);
}

void tg_link_wake(struct tg_link *l)
{
    (void)curl_multi_wakeup(l->multi); /* fails for want of memory only: then the call ends by its time-out */
}

static const char scheme[] = "Authorization: Bearer ";

static enum tg_err token_set(struct tg_secret *s, struct tg_span token)
{
    enum tg_err e;

    tg_secret_wipe(s);
    if ((e = tg_secret_add(s, scheme, sizeof scheme - 1)) != TG_OK ||
        (e = tg_secret_add(s, token.p, token.n)) != TG_OK || (e = tg_secret_add(s, "", 1)) != TG_OK) {
        tg_secret_wipe(s);
    }
    return e;
}

/* The token without its header name; with the lock held. */
static struct tg_span token_get(const struct tg_link *l)
{
    return l->token.n <= sizeof scheme ? tg_span(NULL, 0)
                                       : tg_span(l->token.p + sizeof scheme - 1, l->token.n - sizeof scheme);
}

/* A token that comes after the poison comes too late. */
enum tg_err tg_link_token(struct tg_link *l, struct tg_span token)
{
    enum tg_err e = TG_E_SESSION_ENDED;

    (void)pthread_mutex_lock(&l->lock);
    if (!atomic_load(&l->poisoned)) {
        e = token_set(&l->token, token);
    }
    (void)pthread_mutex_unlock(&l->lock);
    return e;
}

enum tg_err tg_link_token_share(struct tg_link *from, struct tg_link *to)
{
    enum tg_err e = TG_E_TOKEN_MISSING;

    (void)pthread_mutex_lock(&from->lock);
    struct tg_span token = token_get(from);
    if (token.n > 0) {
        e = tg_link_token(to, token);
    }
    (void)pthread_mutex_unlock(&from->lock);
    return e;
}

enum tg_err tg_link_form_token(struct tg_link *l, struct tg_buf *out)
{
    enum tg_err e = TG_E_TOKEN_MISSING;

    (void)pthread_mutex_lock(&l->lock);
    struct tg_span token = token_get(l);
    if (token.n > 0 && (e = tg_buf_add_str(out, "token=")) == TG_OK) {
        e = tg_buf_add_span(out, token);
    }
    (void)pthread_mutex_unlock(&l->lock);
    return e;
}

static bool header_add(struct curl_slist **list, const char *name, const char *value)
{
    TG_BUF_AUTO line = TG_BUF_INIT(TG_HTTP_HEAD_BYTES);
    struct curl_slist *more;

    if (value == NULL) {
        return true;
    }
    if (tg_buf_addf(&line, "%s: %s", name, value) != TG_OK || tg_buf_cstr(&line) == NULL) {
        return false;
    }
    more = curl_slist_append(*list, (const char *)line.p);
    if (more != NULL) {
        *list = more;
    }
    return more != NULL;
}

/* curl copies header lines into memory of its own: they are wiped before they are freed. */
static void headers_free(struct curl_slist *list)
{
    for (struct curl_slist *at = list; at != NULL; at = at->next) {
        tg_wipe(at->data, strlen(at->data));
    }
    curl_slist_free_all(list);
}

/* False when memory is short. */
static bool token_header(struct tg_link *l, struct curl_slist **list)
{
    struct curl_slist *more = *list;

    (void)pthread_mutex_lock(&l->lock);
    if (l->token.n > 0) {
        more = curl_slist_append(*list, (const char *)l->token.p);
    }
    (void)pthread_mutex_unlock(&l->lock);
    if (more != NULL) {
        *list = more;
    }
    return more != NULL;
}

/* A header value is plain ASCII (RFC 9110 section 5.5); a terminal may be called 受付1. Percent-encoded, as
 * in RFC 3986: how a terminal is called must not keep anybody from working.
 */
static bool terminal_add(struct curl_slist **list, const char *name)
{
    TG_BUF_AUTO text = TG_BUF_INIT(4 * TG_NAME_BYTES);
    enum tg_err e = TG_OK;

    if (name == NULL) {
        return true;
    }
    for (size_t i = 0; name[i] != '\0' && i < TG_NAME_BYTES && e == TG_OK; i++) {
        unsigned char c = (unsigned char)name[i];

        e = c > ' ' && c < 0x7f && c != '%' ? tg_buf_add(&text, &c, 1) : tg_buf_addf(&text, "%%%02X", c);
    }
    return e == TG_OK && tg_buf_cstr(&text) != NULL &&
           header_add(list, "Tegata-Terminal", (const char *)text.p);
}

/* An empty value takes curl's own header away: no Expect, and no Content-Type where there is no body. */
static enum tg_err headers_make(struct tg_link *l, const char *media, struct curl_slist **ret)
{
    struct curl_slist *list = NULL;

    if (!header_add(&list, "Accept-Language", l->conf.language) || !terminal_add(&list, l->conf.terminal) ||
        !header_add(&list, "Content-Type", media != NULL ? media : "") || !header_add(&list, "Expect", "") ||
        !token_header(l, &list)) {
        headers_free(list);
        return TG_E_NOMEM;
    }
    *ret = list;
    return TG_OK;
}

static enum tg_err from_curl(CURLcode code)
{
    switch ((int)code) {
    case CURLE_OK:
        return TG_OK;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CIPHER:
        return TG_E_SERVER_TRUST;
    case CURLE_SSL_CERTPROBLEM:
        return TG_E_SESSION_ENDED;
    case CURLE_WRITE_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
        return TG_E_SERVER_REPLY;
    case CURLE_OUT_OF_MEMORY:
        return TG_E_NOMEM;
    default:
        return TG_E_UNREACHABLE;
    }
}

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
    struct tg_buf *to = arg;

    return tg_buf_add(to, p, size * n) == TG_OK ? size * n : 0;
}

struct request {
    const struct tg_link_call *call;
    curl_write_callback take;
    void *take_arg;
    long timeout_ms; /* 0: none */
    long silence_s;  /* ends when nothing comes for so long; 0: off */
};

static bool unwanted(const struct tg_link *l, const struct tg_link_call *call)
{
    return atomic_load(&l->stop) || (call->unwanted != NULL && call->unwanted(call->arg));
}

#define WAIT_MS 1000 /* curl's own deadlines are met sooner: it says so to the poll */

/* As curl_easy_perform, but it ends at once when it is woken up and not wanted any more. A wake-up that comes
 * before the poll ends the next poll, so that none is lost.
 */
static CURLcode transfer(struct tg_link *l, const struct tg_link_call *call)
{
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
    int running = 1, left;

    if (curl_multi_add_handle(l->multi, l->easy) != CURLM_OK) {
        return CURLE_OUT_OF_MEMORY;
    }
    while (!unwanted(l, call)) {
        if (curl_multi_perform(l->multi, &running) != CURLM_OK) {
            code = CURLE_OUT_OF_MEMORY;
            break;
        }
        if (running == 0) {
            const CURLMsg *done = curl_multi_info_read(l->multi, &left);

            code = done != NULL ? done->data.result : CURLE_RECV_ERROR;
            break;
        }
        (void)curl_multi_poll(l->multi, NULL, 0, WAIT_MS, NULL);
    }
    (void)curl_multi_remove_handle(l->multi, l->easy); /* unfinished: its connection is closed, too */
    return code;
}

static bool easy_body(CURL *c, const struct tg_link_call *call)
{
    if (!call->post) {
        return curl_easy_setopt(c, CURLOPT_HTTPGET, 1L) == CURLE_OK;
    }
    return curl_easy_setopt(c, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)call->body.n) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_POSTFIELDS, call->body.n > 0 ? (const char *)call->body.p : "") ==
               CURLE_OK;
}

static enum tg_err perform(struct tg_link *l, const struct request *r, int *status)
{
    TG_BUF_AUTO url = TG_BUF_INIT(TG_HTTP_TARGET_BYTES);
    struct curl_slist *headers = NULL;
    long code = 0;
    enum tg_err e;

    if (atomic_load(&l->poisoned)) {
        return TG_E_SESSION_ENDED;
    }
    if ((e = tg_buf_addf(&url, "%s%s", l->conf.server, r->call->path)) != TG_OK ||
        tg_buf_cstr(&url) == NULL || (e = headers_make(l, r->call->media, &headers)) != TG_OK) {
        return e != TG_OK ? e : TG_E_NOMEM;
    }
    if (curl_easy_setopt(l->easy, CURLOPT_URL, (const char *)url.p) != CURLE_OK ||
        !easy_body(l->easy, r->call) || curl_easy_setopt(l->easy, CURLOPT_HTTPHEADER, headers) != CURLE_OK ||
        curl_easy_setopt(l->easy, CURLOPT_WRITEFUNCTION, r->take) != CURLE_OK ||
        curl_easy_setopt(l->easy, CURLOPT_WRITEDATA, r->take_arg) != CURLE_OK ||
        curl_easy_setopt(l->easy, CURLOPT_TIMEOUT_MS, r->timeout_ms) != CURLE_OK ||
        curl_easy_setopt(l->easy, CURLOPT_LOW_SPEED_LIMIT, 1L) != CURLE_OK ||
        curl_easy_setopt(l->easy, CURLOPT_LOW_SPEED_TIME, r->silence_s) != CURLE_OK) {
        e = TG_E_INTERNAL;
    } else {
        e = from_curl(transfer(l, r->call));
        (void)curl_easy_getinfo(l->easy, CURLINFO_RESPONSE_CODE, &code);
    }
    (void)curl_easy_setopt(l->easy, CURLOPT_HTTPHEADER, NULL);
    headers_free(headers);
    *status = (int)code;
    return e;
}

enum tg_err tg_link_call(struct tg_link *l, const struct tg_link_call *c, struct tg_link_reply *r)
{
    struct request q = {.call = c,
                        .take = take_body,
                        .take_arg = &r->body,
                        .timeout_ms = l->conf.timeout_ms > 0 ? (long)l->conf.timeout_ms : (long)TIMEOUT_MS};

    enum tg_err e;

    tg_buf_reset(&r->body);
    /* the whole room at once: a buffer that grows leaves copies of what it held in freed memory */
    if ((e = tg_buf_reserve(&r->body, r->body.max)) != TG_OK) {
        return e;
    }
    return perform(l, &q, &r->status);
}

enum tg_err tg_link_stream(struct tg_link *l, const char *path, tg_link_event *event, void *ctx)
{
    struct tg_link_call call = {.path = path, .post = false, .media = NULL, .body = tg_span(NULL, 0)};
    struct tg_sse sse;
    struct request q = {
        .call = &call, .take = tg_sse_take, .take_arg = &sse, .timeout_ms = 0, .silence_s = SILENCE_S};
    int status = 0;
    enum tg_err e;

    tg_sse_init(&sse, event, ctx);
    e = perform(l, &q, &status);
    if (sse.err != TG_OK) {
        e = sse.err;
    } else if (atomic_load(&l->stop)) {
        e = TG_OK;
    } else if (status >= 400) {
        e = TG_E_SESSION_ENDED;
    } else if (e == TG_OK) { /* it broke off, and nobody has said why */
        e = TG_E_UNREACHABLE;
    }
    tg_sse_done(&sse);
    return e;
}

void tg_link_reply_init(struct tg_link_reply *r)
{
    r->status = 0;
    r->body = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
}

void tg_link_reply_done(struct tg_link_reply *r)
{
    if (r->body.p != NULL) {
        tg_wipe(r->body.p, r->body.cap);
    }
    tg_buf_done(&r->body);
}

enum tg_err tg_link_problem(const struct tg_link_reply *r)
{
    TG_JSON_AUTO *doc = NULL;
    const char *type;
    enum tg_err e;

    if (r->status == 200) {
        return TG_OK;
    }
    if (tg_json_parse(tg_span_buf(&r->body), &doc) != TG_OK || (type = tg_json_str(doc, "type")) == NULL) {
        return TG_E_SERVER_REPLY;
    }
    e = tg_err_from_code(type);
    return e != TG_OK ? e : TG_E_SERVER_REPLY; /* a refusal that says "ok" is none of our server's */
}
