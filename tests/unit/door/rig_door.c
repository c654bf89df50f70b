/* The server side of the rig: routes and their handlers. */
#include <unistd.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "tests/unit/door/rig.h"
#include "tests/unit/door/rig_keys.h"

static char static_body[RIG_STATIC_BYTES], big_body[RIG_BIG_BYTES];

static void answer_text(struct tg_req *req, int status, const char *text)
{
    tg_req_answer(req, status, "text/plain", NULL, tg_span_str(text));
}

static void on_static(void *app, struct tg_req *req)
{
    struct rig *r = app;
    (void)atomic_fetch_add(&r->handled, 1u);
    tg_req_answer(req, 200, "application/json", NULL, tg_span(static_body, sizeof static_body));
}

static void on_delete(void *app, struct tg_req *req)
{
    (void)app;
    tg_req_answer(req, 204, NULL, NULL, tg_span(NULL, 0));
}

static void on_echo(void *app, struct tg_req *req)
{
    struct rig *r = app;
    (void)atomic_fetch_add(&r->handled, 1u);
    tg_req_answer(req, 200, "application/json", NULL, tg_req_body(req));
}

static void on_key(void *app, struct tg_req *req)
{
    char hex[65];
    (void)app;
    tg_hex(tg_req_thumbprint(req), 32, hex);
    answer_text(req, 200, hex);
}

static void on_later(void *app, struct tg_req *req)
{
    struct rig *r = app;
    atomic_store(&r->loop, tg_req_loop(req));
    atomic_store(&r->kept, req);
    (void)atomic_fetch_add(&r->handled, 1u);
}

static void on_big(void *app, struct tg_req *req)
{
    (void)app;
    tg_req_answer(req, 200, "text/plain", NULL, tg_span(big_body, sizeof big_body));
}

static void on_closed(void *ctx)
{
    struct rig *r = ctx;
    atomic_store(&r->stream, NULL);
    (void)atomic_fetch_add(&r->closed, 1u);
}

static void on_stream(void *app, struct tg_req *req)
{
    struct rig *r = app;
    atomic_store(&r->loop, tg_req_loop(req));
    atomic_store(&r->stream, tg_req_stream_open(req, "text/event-stream", on_closed, r));
    (void)atomic_fetch_add(&r->handled, 1u);
}

static void on_extra(void *app, struct tg_req *req)
{
    (void)app;
    tg_req_answer(req, 401, "text/plain", "WWW-Authenticate: Bearer\r\nX-B: c\r\n", tg_span_str("x"));
}

static void on_broken(void *app, struct tg_req *req)
{
    (void)app;
    tg_req_answer(req, 200, "text/plain", "X-A: b\r\n\r\nHTTP/1.1 200 OK\r\n", tg_span_str("x"));
}

static struct rig *slot_rig;

static void on_drop(void *p)
{
    assert_ptr_equal(p, slot_rig);
    (void)atomic_fetch_add(&slot_rig->dropped, 1u);
}

/* Says how often it was called on this connection. */
static void on_slot(void *app, struct tg_req *req)
{
    void **slot = tg_req_conn_slot(req, on_drop);
    const char *text = *slot == NULL ? "first" : "again";
    slot_rig = app;
    *slot = app;
    answer_text(req, *tg_req_slot(req) == NULL ? 200 : 500, text);
    *tg_req_slot(req) = app;
}

static bool on_session(void *app, struct tg_req *req)
{
    (void)app;
    if (tg_span_is(tg_req_header(req, "authorization"), "Bearer ok"))
        return true;
    answer_text(req, 401, "no session");
    return false;
}

static void on_refuse(void *app, struct tg_req *req, enum tg_err err)
{
    struct rig *r = app;
    (void)atomic_fetch_add(&r->refused, 1u);
    assert_int_equal(tg_req_body(req).n, 0);
    answer_text(req, tg_err_status(err), tg_err_code(err));
}

static void on_tick(void *ctx)
{
    struct rig *r = ctx;
    (void)atomic_fetch_add(&r->ticks, 1u);
}

static enum tg_err on_begin(void *app, struct tg_loop *loop, void **local)
{
    struct rig *r = app;
    *local = r;
    atomic_store(&r->loop, loop);
    (void)atomic_fetch_add(&r->began, 1u);
    return tg_loop_every(loop, 20, on_tick, r) == NULL ? TG_E_NOMEM : TG_OK;
}

static void on_end(void *app, void *local)
{
    struct rig *r = app;
    assert_ptr_equal(local, r);
    (void)atomic_fetch_add(&r->ended, 1u);
}

static const struct tg_route routes[] = {
    {"GET", "/static", TG_NEED_NOTHING, NULL, 0, on_static},
    {"DELETE", "/static", TG_NEED_NOTHING, NULL, 0, on_delete},
    {"POST", "/echo", TG_NEED_NOTHING, "application/json", 1024, on_echo},
    {"POST", "/echo/large", TG_NEED_NOTHING, "application/json", TG_HTTP_BODY_BYTES, on_echo},
    {"GET", "/key", TG_NEED_KEY, NULL, 0, on_key},
    {"GET", "/session", TG_NEED_SESSION, NULL, 0, on_static},
    {"GET", "/later", TG_NEED_NOTHING, NULL, 0, on_later},
    {"GET", "/big", TG_NEED_NOTHING, NULL, 0, on_big},
    {"GET", "/stream", TG_NEED_NOTHING, NULL, 0, on_stream},
    {"GET", "/extra", TG_NEED_NOTHING, NULL, 0, on_extra},
    {"GET", "/broken", TG_NEED_NOTHING, NULL, 0, on_broken},
    {"GET", "/slot", TG_NEED_NOTHING, NULL, 0, on_slot},
};

static void *run(void *arg)
{
    struct rig *r = arg;
    r->run = tg_door_run(r->door);
    return NULL;
}

static void write_keys(struct rig *r)
{
    EVP_PKEY *key = rig_key_make(RIG_KEY_P256);
    X509 *cert = rig_cert_make(key, 0);
    (void)snprintf(r->dir, sizeof r->dir, "/tmp/tegata-door-XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    rig_pem_write(r->dir, key, cert);
    X509_free(cert);
    EVP_PKEY_free(key);
}

static void remove_keys(const struct rig *r)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/cert.pem", r->dir);
    assert_int_equal(unlink(path), 0);
    (void)snprintf(path, sizeof path, "%s/key.pem", r->dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(r->dir), 0);
}

void rig_start(struct rig *r, void (*tune)(struct tg_door_conf *))
{
    char why[256] = "", cert[128], key[128];
    memset(r, 0, sizeof *r);
    memset(static_body, 's', sizeof static_body);
    memset(big_body, 'b', sizeof big_body);
    write_keys(r);
    (void)snprintf(cert, sizeof cert, "%s/cert.pem", r->dir);
    (void)snprintf(key, sizeof key, "%s/key.pem", r->dir);
    struct tg_door_conf conf = {
        .host = "127.0.0.1",
        .port = "0",
        .cert_pem = cert,
        .key_pem = key,
        .loops = 2,
        .routes = routes,
        .n_routes = sizeof routes / sizeof routes[0],
        .app = r,
        .loop_begin = on_begin,
        .loop_end = on_end,
        .refuse = on_refuse,
        .session = on_session,
    };
    if (tune != NULL)
        tune(&conf);
    if (tg_door_open(&conf, &r->door, why, sizeof why) != TG_OK)
        fail_msg("door: %s", why);
    r->port = tg_door_port(r->door);
    assert_true(r->port > 0);
    assert_int_equal(pthread_create(&r->thread, NULL, run, r), 0);
}

void rig_stop(struct rig *r)
{
    tg_door_drain(r->door);
    assert_int_equal(pthread_join(r->thread, NULL), 0);
    assert_int_equal(r->run, TG_OK);
    assert_int_equal(atomic_load(&r->began), atomic_load(&r->ended));
    tg_door_close(&r->door);
    assert_null(r->door);
    remove_keys(r);
}

static void release(void *ctx)
{
    struct rig *r = ctx;
    struct tg_req *req = atomic_exchange(&r->kept, NULL);
    answer_text(req, 200, tg_req_id(req));
}

void rig_release(struct rig *r)
{
    assert_non_null(atomic_load(&r->kept));
    tg_loop_post(atomic_load(&r->loop), release, r);
}

struct message {
    struct rig *rig;
    const char *text;
};

static void send_text(void *ctx)
{
    const struct message *m = ctx;
    struct tg_stream *s = atomic_load(&m->rig->stream);
    bool ok = s != NULL && tg_stream_send(s, tg_span_str(m->text));
    atomic_store(&m->rig->sent, ok ? 1 : 2);
}

bool rig_stream_send(struct rig *r, const char *text)
{
    struct message m = {.rig = r, .text = text};
    atomic_store(&r->sent, 0);
    tg_loop_post(atomic_load(&r->loop), send_text, &m);
    while (atomic_load(&r->sent) == 0)
        (void)usleep(200);
    return atomic_load(&r->sent) == 1;
}

static void close_stream(void *ctx)
{
    struct rig *r = ctx;
    struct tg_stream *s = atomic_load(&r->stream);
    if (s != NULL)
        tg_stream_close(s);
}

void rig_stream_close(struct rig *r)
{
    tg_loop_post(atomic_load(&r->loop), close_stream, r);
}

bool rig_wait(atomic_uint *value, unsigned n)
{
    for (unsigned i = 0; i < 2500 && atomic_load(value) < n; i++)
        (void)usleep(2000);
    return atomic_load(value) >= n;
}

int64_t rig_ms(void)
{
    return tg_mono_us() / 1000;
}
