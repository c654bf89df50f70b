/* One server's admit with its own card authority, staff and clock; assertions are made by the client's own
 * code. */
#ifndef TG_TEST_ADMIT_RIG_H
#define TG_TEST_ADMIT_RIG_H

#include <stdatomic.h>

#include "client/proof/proof.h"
#include "server/admit/admit.h"
#include "tests/unit/x509/make.h"

#define ISSUER "https://localhost:8443"
#define PERSON_ID "E0001"
#define CARD_ID "01234567-89ab-4cde-8f01-23456789abcd"
#define STAFF                                                                        \
    "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n" \
    "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸,,2020-04-01,\n"       \
    "E0002,試験 二郎,HOME,,,,counter,retail.counter,八戸,,2020-04-01,\n"

struct rig {
    struct tg_admit *admit;
    EVP_PKEY *token_key;
    struct made root, issuing, auth, card; /* 9A and 9E of CARD_ID */
    struct tg_cert *auth_cert, *card_cert;
    struct tg_proof *proof;
    uint8_t thumbprint[32];
    char folder[64];
    tg_sec now; /* of the server; NOW at first */
};

int rig_setup(void **state);
int rig_teardown(void **state);
/* Replaces one table of the staff folder and takes the folder over, as SIGHUP does. */
void rig_put(struct rig *r, const char *file, const char *text);
void rig_book(struct rig *r);
/* Anchors, issuing CA and a CRL that revokes the given serial (0: none). */
void rig_trust(struct rig *r, uint64_t revoked);

/* What may be bent before the card signs. NULL and 0 stand for what is right. */
struct bend {
    const char *nonce, *audience, *post;
    const uint8_t *thumbprint;
    const struct tg_cert *cert;
    EVP_PKEY *key;
    tg_sec now;
};
/* An assertion over a fresh nonce (kept in nonce when it is not NULL). */
void rig_assertion(struct rig *r, const struct bend *b, struct tg_buf *out);
void rig_presence(struct rig *r, const struct bend *b, struct tg_buf *out);
enum tg_err rig_redeem(struct rig *r, struct tg_span assertion, struct tg_session **ret,
                       struct tg_buf *token);
/* The right way in; the token is appended. */
struct tg_session *rig_sign_in(struct rig *r, struct tg_buf *token);
/* One request with that token on a new connection. */
enum tg_err rig_enter(struct rig *r, struct tg_span token, const uint8_t *thumbprint, tg_sec now);

/* A lease and an idle time that outlast the test: what ends a session then is the world. */
void rig_patient(struct rig *r);

/* One more card of the authority: its 9A certificate names person and card. */
struct badge {
    char person[TG_PERSON_BYTES], card[37];
    struct made made;
    struct tg_cert *cert;
    struct tg_session *session; /* NULL until rig_badge_in */
    struct tg_buf token;
    atomic_int ends; /* how often its watcher heard that it is over */
};
void rig_badge(struct rig *r, struct badge *b, const char *person, unsigned number);
/* Signs in under that post (NULL: the only one) and watches the session. */
enum tg_err rig_badge_in(struct rig *r, struct badge *b, const char *post);
void rig_badge_done(struct rig *r, struct badge *b);

/* How many nonces the server remembers as used. */
size_t rig_used_nonces(const struct rig *r);

#endif
