/* The settings file of a server: one folder holds everything, paths are relative to it. Shared by
 * tegata-server and tegata-admin. There is no setting that gives anybody rights.
 */
#ifndef TG_SETTINGS_H
#define TG_SETTINGS_H

#include <openssl/evp.h>

#include "certs/base/err.h"
#include "certs/base/file.h"

#define TG_SETTINGS_FILE "tegata-server.conf"

struct tg_settings {
    char *host, *port;        /* where to listen */
    char *issuer;             /* https://name:port, as clients reach it */
    char *tls_cert, *tls_key; /* the server's certificate chain and key */
    char *token_key;          /* P-256, signs access tokens */
    char *audit_key;          /* P-256, signs checkpoints */
    char *query_key;          /* 32 bytes in hex: keys the hashes of what was asked */
    char *card_trust;         /* folder: anchors.pem, intermediates.pem, crl.pem */
    char *staff;              /* folder: companies.csv, staff.csv, cards.csv */
    char *acts;               /* folder: what administration did, and the policies */
    char *store, *audit;
    char *drill; /* invented customers, for drills; need not be there */
    bool orders;   /* imports need an order by the person in charge */
    int64_t loops; /* 0: one per core */
    int64_t connections;
    int64_t audit_segment; /* bytes */
};

/* TG_E_CONFIG with a sentence in why. */
enum tg_err tg_settings_load(const char *path, struct tg_settings *ret, char *why, size_t size) TG_MUST;
void tg_settings_done(struct tg_settings *s);
/* A settings file with the defaults, for tegata-admin init. */
extern const char tg_settings_template[];

/* A private key in PEM; TG_E_CONFIG. */
enum tg_err tg_key_load(const char *path, EVP_PKEY **ret) TG_MUST;
/* A new P-256 key, mode 0600. TG_E_IO. */
enum tg_err tg_key_make(const char *path) TG_MUST;
/* 32 secret bytes kept as hex. */
enum tg_err tg_query_key_load(const char *path, uint8_t key[32]) TG_MUST;
enum tg_err tg_query_key_make(const char *path) TG_MUST;

#endif
