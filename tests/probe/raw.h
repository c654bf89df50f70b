/* A TLS connection without manners: sends the bytes it is given and returns the bytes that came, for tests
 * that look at every one of them. OpenSSL only; nothing of the client's link.
 */
#ifndef TG_PROBE_RAW_H
#define TG_PROBE_RAW_H

#include "client/proof/proof.h"

struct tg_raw;

/* Where to, and everything about the connection that the one who asks could choose. NULL: OpenSSL's or the
 * kernel's choice.
 */
struct tg_raw_to {
    const char *host, *port, *ca_file;         /* ca_file: the authority that must have signed the server */
    const struct tg_proof *proof;              /* the key to prove; NULL: no client certificate */
    const char *source;                        /* the address to come from */
    const char *ciphers, *groups, *signatures; /* TLS 1.3, OpenSSL's lists, in this order */
    bool named;                                /* says the host's name in the ClientHello (SNI) */
};
/* TG_E_UNREACHABLE, TG_E_NOMEM. */
enum tg_err tg_raw_dial(const struct tg_raw_to *to, struct tg_raw **ret) TG_MUST;
/* The same with nothing chosen. */
enum tg_err tg_raw_open(const char *host, const char *port, const char *ca_file, const struct tg_proof *proof,
                        struct tg_raw **ret) TG_MUST;
void tg_raw_close(struct tg_raw **r);
/* One request, one whole answer (head and Content-Length bytes of body), appended. TG_E_UNREACHABLE when it
 * broke off. */
enum tg_err tg_raw_ask(struct tg_raw *r, struct tg_span request, struct tg_buf *answer) TG_MUST;
/* The two halves, for streams and for pauses in between: sends; appends what one read gives (TG_E_UNREACHABLE
 * at the end, or after the 15 seconds of silence that tg_raw_ask allows too).
 */
enum tg_err tg_raw_send(struct tg_raw *r, struct tg_span bytes) TG_MUST;
enum tg_err tg_raw_some(struct tg_raw *r, struct tg_buf *to) TG_MUST;
/* Something has come within so many milliseconds. */
bool tg_raw_waits(struct tg_raw *r, int ms);
/* One request: method NULL is POST with a body and GET without, media NULL is JSON; lines are whole header
 * lines, or NULL. */
struct tg_raw_words {
    const char *method, *path, *media, *lines;
    struct tg_span token, body;
};
enum tg_err tg_raw_write(const struct tg_raw_words *w, struct tg_buf *out) TG_MUST;
/* "POST path HTTP/1.1 …" with a bearer token (may be empty) and a JSON body; GET when body is empty. */
enum tg_err tg_raw_request(const char *path, struct tg_span token, struct tg_span body,
                           struct tg_buf *out) TG_MUST;
/* Length of the whole answer once its head is there; 0: not yet. */
size_t tg_raw_length(struct tg_span got);
/* Status code of an answer; 0 when it is none. */
int tg_raw_status(struct tg_span answer);

#endif
