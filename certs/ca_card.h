/* The card that tegata-ca personalises. Here certs meets client/card; nothing of that shows in this header.
 */
#ifndef TG_CA_CARD_H
#define TG_CA_CARD_H

#include <openssl/x509.h>

#include "certs/base/secret.h"

struct ca_card_wish {
    const char *reader;        /* NULL: the first that holds a card */
    const char *alg;           /* p256, p384, rsa2048 */
    struct tg_secret pin, key; /* the management key; pin empty: 9A is not proved */
    bool gzip;
    bool replace; /* over a card that holds certificates already */
};

struct ca_card;

/* Functions say on stderr what went wrong. 9E is the slot when nine_e, otherwise 9A. */
void ca_card_close(struct ca_card **c);
/* Finds the card, checks the PIN (so that a wrong one stops everything before anything was made), looks that
 * the slots are empty, and authenticates with the management key. w is borrowed until close. */
enum tg_err ca_card_open(const struct ca_card_wish *w, struct ca_card **ret) TG_MUST;
/* A key pair made on the card, and its public half, if the server would believe it. */
enum tg_err ca_card_generate(struct ca_card *c, bool nine_e, EVP_PKEY **ret) TG_MUST;
enum tg_err ca_card_put(struct ca_card *c, bool nine_e, X509 *x) TG_MUST;
/* On a new connection: the certificate reads back as written, and a fresh signature verifies against it. */
enum tg_err ca_card_prove(struct ca_card *c, bool nine_e, X509 *x) TG_MUST;

#endif
