#include "server/door/tls.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "certs/base/limits.h"

/* Strength first, then ChaCha20 for hardware without AES. */
static const char suites[] = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";

static const uint8_t alpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

static bool is_p256(const EVP_PKEY *key)
{
    char group[32];
    size_t n = 0;
    if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC)
        return false;
    if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &n) != 1)
        return false;
    return strcmp(group, "prime256v1") == 0;
}

/* Called for a certificate that was sent; the signature over the handshake is still to come, and checked by
 * OpenSSL.
 */
static int check_cert(X509_STORE_CTX *store, void *arg)
{
    (void)arg;
    X509 *cert = X509_STORE_CTX_get0_cert(store);
    const STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store);
    int size = cert == NULL ? -1 : i2d_X509(cert, NULL);
    if (size > 0 && size <= (int)TG_TLS_CERT_BYTES && sk_X509_num(sent) <= 1 &&
        is_p256(X509_get0_pubkey(cert)))
        return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
    return 0;
}

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_n, const unsigned char *in,
                       unsigned in_n, void *arg)
{
    (void)ssl;
    (void)arg;
    for (unsigned i = 0; i < in_n; i += 1u + in[i]) {
        if (in_n - i >= sizeof alpn && memcmp(in + i, alpn, sizeof alpn) == 0) {
            *out = in + i + 1;
            *out_n = in[i];
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool set_limits(SSL_CTX *ctx)
{
    /* Not const: OpenSSL's macros cast. */
    char groups[] = "X25519:P-256:P-384", client_sigs[] = "ECDSA+SHA256";
    /* A session ticket would cost more than it saves, and would carry a proof of possession past its
     * connection. */
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                 SSL_OP_NO_COMPRESSION);
    /* Read-ahead: one read() per record. Released buffers: an idle connection keeps none. */
    SSL_CTX_set_read_ahead(ctx, 1);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_max_cert_list(ctx, 2L * (long)TG_TLS_CERT_BYTES);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(ctx, check_cert, NULL);
    SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, NULL);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 && SSL_CTX_set_num_tickets(ctx, 0) == 1 &&
           SSL_CTX_set_max_early_data(ctx, 0) == 1 && SSL_CTX_set_ciphersuites(ctx, suites) == 1 &&
           SSL_CTX_set1_groups_list(ctx, groups) == 1 &&
           SSL_CTX_set1_client_sigalgs_list(ctx, client_sigs) == 1;
}

static void say(char *why, size_t size, const char *what, const char *path)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    (void)snprintf(why, size, "%s %s: %s", what, path, reason == NULL ? "unknown reason" : reason);
    ERR_clear_error();
}

enum tg_err tg_tls_ctx(const char *cert_pem, const char *key_pem, SSL_CTX **ret, char *why, size_t size)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    enum tg_err e = TG_E_CONFIG;
    if (ctx == NULL)
        return TG_E_NOMEM;
    if (!set_limits(ctx))
        say(why, size, "TLS settings", "(built in)");
    else if (SSL_CTX_use_certificate_chain_file(ctx, cert_pem) != 1)
        say(why, size, "server certificate", cert_pem);
    else if (SSL_CTX_use_PrivateKey_file(ctx, key_pem, SSL_FILETYPE_PEM) != 1)
        say(why, size, "server key", key_pem);
    else if (SSL_CTX_check_private_key(ctx) != 1)
        say(why, size, "server key", key_pem);
    else
        e = TG_OK;
    if (e != TG_OK)
        SSL_CTX_free(ctx);
    else
        *ret = ctx;
    return e;
}

bool tg_tls_hello_ok(const uint8_t p[TG_TLS_PEEK_BYTES])
{
    size_t n = (size_t)p[6] << 16 | (size_t)p[7] << 8 | p[8];
    return p[0] == 22 && p[1] == 3 && p[5] == 1 && n <= TG_TLS_HELLO_BYTES;
}

bool tg_tls_thumbprint(const SSL *ssl, uint8_t out[32])
{
    unsigned n = 0;
    X509 *cert = SSL_get0_peer_certificate(ssl);
    return cert != NULL && X509_digest(cert, EVP_sha256(), out, &n) == 1 && n == 32;
}
