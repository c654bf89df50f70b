/* HTTPS to the one server of the settings: libcurl (OpenSSL flavour), TLS 1.3, the server's authority pinned,
 * our ephemeral client certificate. Blocking; one tg_link per thread.
 *
 *   tg_link_new(&conf, proof, &l)
 *   tg_link_call(l, &call, &reply)       one request, one answer; the connection is kept
 *   tg_link_stream(l, path, event, ctx)  server-sent events until the callback, the peer or tg_link_stop ends
 * it tg_link_poison(l)                    from any thread: the token is wiped: nothing more goes out under it
 */
#ifndef TG_LINK_H
#define TG_LINK_H

#include "certs/base/blob.h"
#include "certs/base/err.h"
#include "client/proof/proof.h"

struct tg_link;

struct tg_link_conf {
    const char *server;   /* "https://name:port": the only place that is ever contacted */
    const char *ca_file;  /* PEM: the only authority that is believed */
    const char *terminal; /* what this terminal calls itself, for the audit; NULL: nothing */
    const char *language; /* "ja" or "en" */
    unsigned timeout_ms;  /* of one request; 0: 10 s */
};

struct tg_link_call {
    const char *path;  /* "/v1/customers/search" */
    bool post;         /* else GET, without a body */
    const char *media; /* of the body; NULL: none */
    struct tg_span body;
    /* Asked at the beginning and whenever the link is woken up: true ends the call. NULL: it is always
     * wanted. */
    bool (*unwanted)(void *arg);
    void *arg;
};

struct tg_link_reply {
    int status;
    struct tg_buf body; /* init with a ceiling; wiped by tg_link_reply_done */
};

void tg_link_free(struct tg_link **l);
/* proof and conf's texts are borrowed and must outlive the link. TG_E_NOMEM, TG_E_CONFIG. */
enum tg_err tg_link_new(const struct tg_link_conf *conf, const struct tg_proof *proof,
                        struct tg_link **ret) TG_MUST;
/* TG_OK whatever the status. TG_E_UNREACHABLE, TG_E_SERVER_TRUST, TG_E_SERVER_REPLY (too large),
 * TG_E_SESSION_ENDED (poisoned).
 */
enum tg_err tg_link_call(struct tg_link *l, const struct tg_link_call *c, struct tg_link_reply *r) TG_MUST;
/* The error that a problem document names; TG_E_SERVER_REPLY when it is none. TG_OK for a 200. */
enum tg_err tg_link_problem(const struct tg_link_reply *r) TG_MUST;
void tg_link_reply_init(struct tg_link_reply *r);
void tg_link_reply_done(struct tg_link_reply *r);
/* The bearer token of the calls that follow: copied into a secret of the link. TG_E_LIMIT; TG_E_SESSION_ENDED
 * (poisoned). */
enum tg_err tg_link_token(struct tg_link *l, struct tg_span token) TG_MUST;
/* The same token for another link of the session. */
enum tg_err tg_link_token_share(struct tg_link *from, struct tg_link *to) TG_MUST;
/* "token=…", the form of RFC 7009, appended; wipe it after use. TG_E_TOKEN_MISSING. */
enum tg_err tg_link_form_token(struct tg_link *l, struct tg_buf *out) TG_MUST;
/* From any thread. */
void tg_link_poison(struct tg_link *l);

/* name is "nonce" or "ended" …, data the JSON text. Returning other than TG_OK ends the stream. */
typedef enum tg_err tg_link_event(void *ctx, const char *name, struct tg_span data);
/* Blocks. TG_OK when stopped, the callback's error, TG_E_SESSION_ENDED when the server closed it or refused
 * it, TG_E_UNREACHABLE.
 */
enum tg_err tg_link_stream(struct tg_link *l, const char *path, tg_link_event *event, void *ctx) TG_MUST;
/* From any thread: ends a running call or stream at once (TG_E_UNREACHABLE), and every later one. */
void tg_link_stop(struct tg_link *l);
/* From any thread, while the link lives: a running call asks whether it is wanted still. */
void tg_link_wake(struct tg_link *l);

#endif
