/* What TLS lets in, and what a client certificate proves. */
#include <openssl/err.h>
#include <sys/socket.h>

#include "certs/base/text.h"
#include "server/door/tls.h"
#include "tests/unit/door/rig.h"
#include "tests/unit/door/rig_keys.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static struct rig rig;

static int setup(void **state)
{
    (void)state;
    rig_start(&rig, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

static void test_version(void **state)
{
    (void)state;
    assert_null(peer_open_version(&rig, RIG_KEY_NONE, TLS1_2_VERSION));
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    assert_int_equal(SSL_version(p->ssl), TLS1_3_VERSION);
    peer_expect(p, GET("/static"), 200);
    /* No ticket came: nothing to resume. */
    assert_false(SSL_SESSION_is_resumable(SSL_get0_session(p->ssl)));
    peer_close(&p);
}

static void test_key_route(void **state)
{
    struct answer a;
    char hex[65];
    (void)state;
    struct peer *p = peer_open(&rig, RIG_KEY_NONE);
    peer_expect(p, GET("/key"), 401);
    peer_close(&p);
    p = peer_open(&rig, RIG_KEY_P256);
    assert_true(peer_says(p, GET("/key")));
    assert_true(peer_hear(p, &a));
    assert_int_equal(a.status, 200);
    tg_hex(p->thumbprint, 32, hex);
    assert_int_equal(a.body_n, 64);
    assert_memory_equal(a.body, hex, 64);
    peer_expect(p, GET("/session"), 401);
    peer_expect(p, "GET /session HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ok\r\n\r\n", 200);
    peer_close(&p);
    /* The right token without a key is not even looked at. */
    p = peer_open(&rig, RIG_KEY_NONE);
    unsigned refused = atomic_load(&rig.refused);
    peer_expect(p, "GET /session HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ok\r\n\r\n", 401);
    assert_int_equal(atomic_load(&rig.refused), refused + 1);
    peer_close(&p);
}

/* An honest client finds no signature scheme in common and shows no certificate; a stubborn one is cut off,
 * which in TLS 1.3 it sees at its first read. Neither counts as a key. */
static void assert_no_key(struct peer *p)
{
    struct answer a;
    if (p != NULL && peer_says(p, GET("/key")) && peer_hear(p, &a))
        assert_int_equal(a.status, 401);
    ERR_clear_error();
    peer_close(&p);
}

static void test_other_keys(void **state)
{
    (void)state;
    assert_no_key(peer_open(&rig, RIG_KEY_P384));
    assert_no_key(peer_open(&rig, RIG_KEY_RSA));
}

/* A handshake made by hand: ALPN as given, certificate as given; true when a request is then answered. */
static bool serves(const unsigned char *alpn, unsigned alpn_n, EVP_PKEY *key, X509 *cert, X509 *second)
{
    struct answer a;
    struct peer *p = peer_connect(&rig);
    p->ctx = SSL_CTX_new(TLS_client_method());
    if (alpn_n > 0)
        assert_int_equal(SSL_CTX_set_alpn_protos(p->ctx, alpn, alpn_n), 0);
    if (cert != NULL) {
        assert_int_equal(SSL_CTX_use_certificate(p->ctx, cert), 1);
        assert_int_equal(SSL_CTX_use_PrivateKey(p->ctx, key), 1);
    }
    if (second != NULL)
        assert_int_equal(SSL_CTX_add1_chain_cert(p->ctx, second), 1);
    p->ssl = SSL_new(p->ctx);
    assert_int_equal(SSL_set_fd(p->ssl, p->fd), 1);
    bool ok = SSL_connect(p->ssl) == 1 && peer_says(p, GET("/static")) && peer_hear(p, &a);
    ERR_clear_error();
    peer_close(&p);
    return ok;
}

static void test_alpn(void **state)
{
    static const unsigned char http[] = "\x02h2\x08http/1.1", h2[] = "\x02h2\x03"
                                                                     "foo";
    (void)state;
    assert_true(serves(http, sizeof http - 1, NULL, NULL, NULL));
    assert_false(serves(h2, sizeof h2 - 1, NULL, NULL, NULL));
    assert_true(serves(NULL, 0, NULL, NULL, NULL));
}

static void test_certificates(void **state)
{
    (void)state;
    EVP_PKEY *key = rig_key_make(RIG_KEY_P256);
    X509 *good = rig_cert_make(key, 0), *large = rig_cert_make(key, 5000);
    assert_true(serves(NULL, 0, key, good, NULL));
    assert_false(serves(NULL, 0, key, large, NULL));
    assert_false(serves(NULL, 0, key, good, good));
    X509_free(good);
    X509_free(large);
    EVP_PKEY_free(key);
}

/* Bytes instead of a handshake; true when the server closes within a second without TLS. */
static bool hangs_up_on(const void *bytes, size_t n)
{
    struct peer *p = peer_connect(&rig);
    assert_int_equal(send(p->fd, bytes, n, MSG_NOSIGNAL), (ssize_t)n);
    bool ended = peer_ended(p, 1000);
    peer_close(&p);
    return ended;
}

static void test_no_tls(void **state)
{
    /* A ClientHello that claims 16 MiB less one, and one that claims more than TG_TLS_HELLO_BYTES by one. */
    static const uint8_t huge[] = {22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff, 3, 3};
    static const uint8_t large[] = {22, 3, 1, 0x40, 0, 1, 0, 0x40, 1, 3, 3};
    static const uint8_t alert[] = {21, 3, 3, 0, 2, 1, 0, 0, 0};
    (void)state;
    assert_true(hangs_up_on("GET / HTTP/1.1\r\n\r\n", 18));
    assert_true(hangs_up_on(huge, sizeof huge));
    assert_true(hangs_up_on(large, sizeof large));
    assert_true(hangs_up_on(alert, sizeof alert));
    static const uint8_t fine[TG_TLS_PEEK_BYTES] = {22, 3, 1, 2, 0, 1, 0, 0x40, 0};
    assert_true(tg_tls_hello_ok(fine));
}

static void on_refuse(void *app, struct tg_req *req, enum tg_err err)
{
    (void)app;
    (void)req;
    (void)err;
    abort();
}

static void on_handle(void *app, struct tg_req *req)
{
    (void)app;
    (void)req;
    abort();
}

static void test_bad_conf(void **state)
{
    char why[256] = "", path[128];
    struct tg_door *d = NULL;
    struct tg_door_conf conf = {.host = "127.0.0.1", .port = "0"};
    (void)state;
    assert_int_equal(tg_door_open(&conf, &d, why, sizeof why), TG_E_CONFIG);
    conf.refuse = on_refuse;
    (void)snprintf(path, sizeof path, "%s/cert.pem", rig.dir);
    conf.cert_pem = conf.key_pem = path;
    assert_int_equal(tg_door_open(&conf, &d, why, sizeof why), TG_E_CONFIG);
    assert_non_null(strstr(why, "server key"));
    conf.cert_pem = "/nonexistent";
    assert_int_equal(tg_door_open(&conf, &d, why, sizeof why), TG_E_CONFIG);
    assert_non_null(strstr(why, "/nonexistent"));
    assert_null(d);
}

/* A table that promises a session without a way to prove one does not open. */
static void test_bad_routes(void **state)
{
    static const struct tg_route wrong[] = {
        {"GET", "/x", TG_NEED_SESSION, NULL, 0, on_handle},
        {"HEAD", "/x", TG_NEED_NOTHING, NULL, 0, on_handle},
        {"GET", "x", TG_NEED_NOTHING, NULL, 0, on_handle},
        {"GET", "/x", TG_NEED_NOTHING, NULL, 65537, on_handle},
        {"GET", "/x", TG_NEED_NOTHING, NULL, 0, NULL},
    };
    char why[256], cert[128], key[128];
    (void)state;
    (void)snprintf(cert, sizeof cert, "%s/cert.pem", rig.dir);
    (void)snprintf(key, sizeof key, "%s/key.pem", rig.dir);
    for (size_t i = 0; i <= sizeof wrong / sizeof wrong[0]; i++) {
        struct tg_door *d = NULL;
        struct tg_door_conf conf = {.host = "127.0.0.1",
                                    .port = "0",
                                    .cert_pem = cert,
                                    .key_pem = key,
                                    .refuse = on_refuse,
                                    .loops = 1};
        bool none = i == sizeof wrong / sizeof wrong[0];
        conf.routes = none ? NULL : &wrong[i];
        conf.n_routes = none ? 0 : 1;
        assert_int_equal(tg_door_open(&conf, &d, why, sizeof why), none ? TG_OK : TG_E_CONFIG);
        tg_door_close(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_version),      cmocka_unit_test(test_key_route),
        cmocka_unit_test(test_other_keys),   cmocka_unit_test(test_alpn),
        cmocka_unit_test(test_certificates), cmocka_unit_test(test_no_tls),
        cmocka_unit_test(test_bad_conf),     cmocka_unit_test(test_bad_routes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
