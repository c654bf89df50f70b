/* A whole server in this process, as server/app.c puts it together, in a folder of its own: card authority,
 * staff, policy, a handful of customers, journal. People sign in with keys in memory, by the client's own
 * proof code, and speak raw TLS, so that every byte of an answer is there to look at.
 */
#ifndef TG_TEST_DESK_RIG_H
#define TG_TEST_DESK_RIG_H

#include <pthread.h>

#include "server/app.h"
#include "tests/probe/raw.h"
#include "tests/unit/x509/make.h"

#define ISSUER "https://localhost:8443"
#define FORM_MEDIA "application/x-www-form-urlencoded"

/* The answer of one request. */
struct answer {
    struct tg_buf bytes;
    int status;
    struct tg_span head, body; /* in bytes */
    json_t *json;              /* NULL: the body is none */
};
#define ANSWER_AUTO __attribute__((cleanup(answer_done))) struct answer
void answer_done(struct answer *a);
/* "token-binding" of a problem's type; "" of anything else. */
const char *answer_problem(const struct answer *a);
/* Head and body without what differs from answer to answer: Date and X-Request-Id. */
const char *answer_plain(const struct answer *a, struct tg_buf *to);

struct person {
    struct rig *rig;
    struct made auth, card; /* 9A, 9E */
    struct tg_cert *auth_cert, *card_cert;
    struct tg_proof *proof;
    struct tg_raw *conn;
    char token[TG_TOKEN_BYTES];
};

struct rig {
    char folder[64];
    struct made root, issuing;
    struct tg_app app;
    pthread_t thread;
    bool running;
    enum tg_err served;
    struct person counter, operator;
    struct person signer[2]; /* two policy administrators */
};

int rig_setup(void **state);
int rig_teardown(void **state);
/* Opens the app on the folder and serves. */
void rig_start(struct rig *r);
/* Drains; the time that it took, in ms. */
long rig_stop(struct rig *r);
/* Replaces a file of the folder. */
void rig_put(struct rig *r, const char *file, struct tg_span text);
void rig_get(const struct rig *r, const char *file, struct tg_buf *to);
const char *rig_path(const struct rig *r, const char *file);
void rig_reload(struct rig *r);
/* One more person with a card, "urn:uuid:…"; the lists of people and cards are the caller's business. */
void rig_person(struct rig *r, struct person *p, const char *id, const char *card);
void person_done(struct person *p);
/* Two people sign the policy and it is put among the acts, as tegata-admin does; the next reload takes it. */
void rig_activate(struct rig *r, struct tg_span text);

/* What may be bent before the card signs. NULL stands for what is right. */
struct bend {
    const char *nonce, *audience;
    const struct tg_proof *bound; /* the assertion names this TLS key */
    const struct made *key;       /* signs in the card's place */
};

/* A TLS connection that proves the key; p->conn is made by the first request. */
struct tg_raw *person_dial(const struct person *p, const struct tg_proof *proof);
/* One more TLS key for the same card, and nothing signed in under it. */
void person_new_key(struct person *p);
void person_challenge(struct person *p, char nonce[129]);
void person_assertion(struct person *p, const struct bend *b, struct tg_buf *out);
/* POST /oauth/token on the person's connection. */
void person_redeem(struct person *p, struct tg_span assertion, struct answer *a);
/* The right way in. */
void person_sign_in(struct person *p);

struct ask {
    const char *path, *body, *media; /* body NULL: GET; media NULL: JSON */
    const char *headers;             /* whole lines, or NULL */
    const char *token;               /* NULL: the person's */
    struct tg_raw *conn;             /* NULL: the person's */
};
void request_write(const struct person *p, const struct ask *q, struct tg_buf *out);
void ask(struct person *p, const struct ask *q, struct answer *a);
/* The same, and the status must be this one. */
void ask_for(struct person *p, const char *path, const char *body, int status, struct answer *a);

/* The last entry of the journal that carries the answer's X-Request-Id; NULL: none. Owned by the caller. */
json_t *entry_of(const struct rig *r, const struct answer *a);
/* The last entry of a kind. */
json_t *entry_last(const struct rig *r, const char *kind);
size_t entry_count(const struct rig *r);
const char *str(const json_t *object, const char *name);
void pause_ms(long ms);

#endif
