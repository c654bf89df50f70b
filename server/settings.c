#include "server/settings.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "certs/base/text.h"

const char tg_settings_template[] =
    "# tegata-server: paths are relative to this file's folder.\n"
    "host = 127.0.0.1\n"
    "port = 8443\n"
    "# As clients reach the server: it is the name in tokens, and the audience that cards sign for.\n"
    "issuer = https://localhost:8443\n"
    "# The server's certificate (chain) and key: tegata-ca issue server, or your own authority.\n"
    "tls_cert = tls/server.pem\n"
    "tls_key = tls/server.key\n"
    "# anchors.pem, intermediates.pem and crl.pem of the employee cards; never the system's authorities.\n"
    "card_trust = card-trust\n"
    "# required: an import needs an order, signed by the person in charge (tegata-cli approve). off: for "
    "trials only.\n"
    "orders = required\n"
    "# 0: one loop per core.\n"
    "loops = 0\n"
    "connections = 4096\n";

static const struct tg_conf_key keys[] = {
    {"host", "127.0.0.1"},
    {"port", "8443"},
    {"issuer", NULL},
    {"tls_cert", "tls/server.pem"},
    {"tls_key", "tls/server.key"},
    {"token_key", "keys/token.key"},
    {"audit_key", "keys/audit.key"},
    {"query_key", "keys/query.hex"},
    {"card_trust", "card-trust"},
    {"staff", "staff"},
    {"acts", "acts"},
    {"orders", "required"},
    {"store", "customers.db"},
    {"drill_store", "drill.db"},
    {"audit", "audit"},
    {"loops", "0"},
    {"connections", "4096"},
    {"audit_segment", "16777216"},
};

static enum tg_err take_texts(const struct tg_conf *c, struct tg_settings *s)
{
    s->host = strdup(tg_conf_str(c, "host"));
    s->port = strdup(tg_conf_str(c, "port"));
    s->issuer = strdup(tg_conf_str(c, "issuer"));
    s->tls_cert = tg_conf_path(c, "tls_cert");
    s->tls_key = tg_conf_path(c, "tls_key");
    s->token_key = tg_conf_path(c, "token_key");
    s->audit_key = tg_conf_path(c, "audit_key");
    s->query_key = tg_conf_path(c, "query_key");
    s->card_trust = tg_conf_path(c, "card_trust");
    s->staff = tg_conf_path(c, "staff");
    s->acts = tg_conf_path(c, "acts");
    s->store = tg_conf_path(c, "store");
    s->drill = tg_conf_path(c, "drill_store");
    s->audit = tg_conf_path(c, "audit");
    return s->host && s->port && s->issuer && s->tls_cert && s->tls_key && s->token_key && s->audit_key &&
                   s->query_key && s->card_trust && s->staff && s->acts && s->store && s->drill &&
                   s->audit
               ? TG_OK
               : TG_E_NOMEM;
}

static enum tg_err take_numbers(const struct tg_conf *c, struct tg_settings *s, char *why, size_t size)
{
    if (tg_conf_int(c, "loops", 0, 256, &s->loops) != TG_OK) {
        (void)snprintf(why, size, "loops must be a number from 0 to 256");
        return TG_E_CONFIG;
    }
    if (tg_conf_int(c, "connections", 16, 1000000, &s->connections) != TG_OK) {
        (void)snprintf(why, size, "connections must be a number from 16 to 1000000");
        return TG_E_CONFIG;
    }
    if (tg_conf_int(c, "audit_segment", 65536, 1 << 30, &s->audit_segment) != TG_OK) {
        (void)snprintf(why, size, "audit_segment must be a number of bytes from 65536 to 1073741824");
        return TG_E_CONFIG;
    }
    return TG_OK;
}

static enum tg_err take_orders(const struct tg_conf *c, struct tg_settings *s, char *why, size_t size)
{
    const char *word = tg_conf_str(c, "orders");

    s->orders = strcmp(word, "off") != 0;
    if (s->orders && strcmp(word, "required") != 0) {
        (void)snprintf(why, size, "orders must be required or off");
        return TG_E_CONFIG;
    }
    return TG_OK;
}

enum tg_err tg_settings_load(const char *path, struct tg_settings *ret, char *why, size_t size)
{
    struct tg_conf *c = NULL;
    struct tg_conf_fault fault;
    enum tg_err e;

    memset(ret, 0, sizeof *ret);
    if ((e = tg_conf_load(path, keys, sizeof keys / sizeof *keys, &c, &fault)) != TG_OK) {
        tg_conf_explain(path, &fault, e, why, size);
        return TG_E_CONFIG;
    }
    (void)snprintf(why, size, "out of memory");
    if ((e = take_texts(c, ret)) == TG_OK) {
        e = take_numbers(c, ret, why, size);
    }
    if (e == TG_OK) {
        e = take_orders(c, ret, why, size);
    }
    if (e == TG_OK && tg_conf_origin_fault(ret->issuer) != NULL) {
        (void)snprintf(why, size, "issuer %s", tg_conf_origin_fault(ret->issuer));
        e = TG_E_CONFIG;
    }
    tg_conf_free(&c);
    if (e != TG_OK) {
        tg_settings_done(ret);
    }
    return e;
}

void tg_settings_done(struct tg_settings *s)
{
    char **all[] = {&s->host,      &s->port,      &s->issuer,    &s->tls_cert,   &s->tls_key,
                    &s->token_key, &s->audit_key, &s->query_key, &s->card_trust, &s->staff,
                    &s->acts,      &s->store,     &s->drill,     &s->audit};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(*all[i]);
        *all[i] = NULL;
    }
}

enum tg_err tg_key_load(const char *path, EVP_PKEY **ret)
{
    BIO *in = BIO_new_file(path, "r");

    if (in == NULL) {
        return TG_E_CONFIG;
    }
    *ret = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    BIO_free(in);
    return *ret != NULL ? TG_OK : TG_E_CONFIG;
}

enum tg_err tg_key_make(const char *path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    BIO *pem = BIO_new(BIO_s_mem());
    char *text = NULL;
    enum tg_err e = TG_E_IO;

    if (key != NULL && pem != NULL && PEM_write_bio_PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL) == 1) {
        long n = BIO_get_mem_data(pem, &text);

        e = tg_file_write(path, tg_span(text, (size_t)n), 0600);
        tg_wipe(text, (size_t)n);
    }
    BIO_free(pem);
    EVP_PKEY_free(key);
    return e;
}

enum tg_err tg_query_key_load(const char *path, uint8_t key[32])
{
    TG_BUF_AUTO hex = TG_BUF_INIT(80);
    enum tg_err e = tg_file_read(path, &hex);

    if (e == TG_OK && (hex.n < 64 || tg_unhex(tg_span(hex.p, 64), key, 32) != TG_OK)) {
        e = TG_E_CONFIG;
    }
    if (hex.p != NULL) {
        tg_wipe(hex.p, hex.n);
    }
    return e;
}

enum tg_err tg_query_key_make(const char *path)
{
    uint8_t raw[32];
    char hex[65];
    enum tg_err e = TG_E_INTERNAL;

    if (RAND_priv_bytes(raw, (int)sizeof raw) == 1) {
        tg_hex(raw, sizeof raw, hex);
        e = tg_file_write(path, tg_span_str(hex), 0600);
    }
    tg_wipe(raw, sizeof raw);
    tg_wipe(hex, sizeof hex);
    return e;
}
