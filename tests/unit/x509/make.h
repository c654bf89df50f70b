/* A small certificate authority for tests: makes what is asked for, however wrong. */
#ifndef TG_TEST_X509_MAKE_H
#define TG_TEST_X509_MAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/x509v3.h>

#include "certs/x509/trust.h"

#define NOW 1800000000 /* 2027-01-15, any fixed moment will do */
#define DAY 86400
#define PERSON "urn:tegata:person:E0001"
#define CARD "urn:uuid:01234567-89ab-4cde-8f01-23456789abcd"
#define CA_USAGE "critical,keyCertSign,cRLSign"
#define CA_BASIC "critical,CA:TRUE"
#define DIGITAL "critical,digitalSignature"
#define CLIENT_AUTH "clientAuth"
#define CARD_AUTH "critical," TG_OID_PIV_CARD_AUTH

struct made {
    X509 *x;
    EVP_PKEY *key;
};

/* Everything about a certificate; NULL leaves an extension out. from and to are relative to NOW. */
struct spec {
    const char *cn;
    const struct made *issuer; /* NULL: self-signed */
    EVP_PKEY *key;             /* borrowed; NULL: a new P-256 key */
    const EVP_MD *md;          /* NULL: SHA-256 */
    int64_t from, to;
    uint64_t serial;
    const char *basic, *usage, *eku;
    const char *uri[4];   /* subjectAltName URIs */
    size_t uri_n[4];      /* their lengths; 0: up to the NUL */
    const char *extra[3]; /* further extensions, "name=value" as in an OpenSSL configuration */
    bool no_ids;          /* no subject and authority key identifiers */
};

/* Starting points: change what the test is about. */
struct spec spec_root(const char *cn);
struct spec spec_issuer(const char *cn, const struct made *by);
struct spec spec_auth(const struct made *by); /* 9A */
struct spec spec_card(const struct made *by); /* 9E */

struct made make_cert(const struct spec *s);
/* "Root", and "Issuing" below it: what most tests stand on. */
void make_authorities(struct made *root, struct made *issuing);
/* Signs again after the test has changed m->x by hand. */
void sign_again(struct made *m, const struct made *by);
void made_done(struct made *m);
EVP_PKEY *make_rsa(unsigned bits);

/* The certificate through tg_cert_parse, which must take it. */
struct tg_cert *parsed(const struct made *m);
enum tg_err parse_result(const struct made *m);
void add_pem(const struct made *m, struct tg_buf *to);

/* A list by the issuer. next 0: no nextUpdate; number < 0: no CRL number. */
struct crl_spec {
    const struct made *issuer;
    const char *name; /* CN in the issuer field; NULL: the issuer's own */
    int64_t last, next;
    int64_t number;
    uint64_t revoked[4];
    const char *extra;       /* of the list, "name=value" */
    const char *entry_extra; /* of each entry */
};
struct crl_spec spec_crl(const struct made *issuer);
void add_crl(const struct crl_spec *s, struct tg_buf *to);

/* Trusts the anchor and knows the intermediate (may be NULL); crls may be NULL, and are then not needed. */
struct tg_trust *trust_of(const struct made *anchor, const struct made *between, const struct tg_buf *crls);
/* Makes the leaf and checks it at NOW, for 9A, with the certificate that its holder sent along. */
enum tg_err check_sent(const struct tg_trust *t, const struct spec *s, const struct made *sent);
/* Makes the leaf and checks it at NOW: the error of whichever step refuses it. */
enum tg_err check_leaf(const struct tg_trust *t, const struct spec *s, enum tg_cert_use use);
enum tg_err check_leaf_at(const struct tg_trust *t, const struct spec *s, int64_t at);

#endif
