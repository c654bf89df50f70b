/* The link against a server that is not what it should be, and a terminal whose environment is not either. */
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/clock.h"
#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "client/link/link.h"
#include "tests/unit/session/peer.h"

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"a\": 1}"
#define TOKEN "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl"

static struct tg_proof *proof;
static const char *terminal = "desk-7";
static char key_log[] = "/tmp/tegata-keylog-XXXXXX";

static struct tg_link *link_to(const char *url, const char *ca_file)
{
    struct tg_link_conf conf = {
        .server = url, .ca_file = ca_file, .terminal = terminal, .language = "ja", .timeout_ms = 3000};
    struct tg_link *l = NULL;

    assert_int_equal(tg_link_new(&conf, proof, &l), TG_OK);
    assert_int_equal(tg_link_token(l, tg_span_str(TOKEN)), TG_OK);
    return l;
}

/* One POST to url; the problem that it names when the call itself went well. */
static enum tg_err call_at(const char *url, const char *ca_file)
{
    struct tg_link *l = link_to(url, ca_file);
    struct tg_link_call call = {.path = "/v1/customers/search",
                                .post = true,
                                .media = "application/json",
                                .body = tg_span_str("{\"q\":1}")};
    struct tg_link_reply reply;

    tg_link_reply_init(&reply);
    enum tg_err e = tg_link_call(l, &call, &reply);
    if (e == TG_OK) {
        e = tg_link_problem(&reply);
    }
    tg_link_reply_done(&reply);
    tg_link_free(&l);
    return e;
}

static enum tg_err call_peer(const struct peer *p)
{
    return call_at(p->url, p->ca_file);
}

static void test_right_server(void **state)
{
    struct peer p;
    uint8_t thumbprint[32];

    (void)state;
    peer_open(&p, &(struct peer_conf){.answer = OK_ANSWER});
    assert_int_equal(call_peer(&p), TG_OK);
    assert_int_equal(p.requests, 1);
    assert_ptr_equal(strstr(p.seen, "POST /v1/customers/search HTTP/1.1\r\n"), p.seen);
    assert_non_null(strstr(p.seen, "\r\nAuthorization: Bearer " TOKEN "\r\n"));
    assert_non_null(strstr(p.seen, "\r\nTegata-Terminal: desk-7\r\n"));
    assert_non_null(strstr(p.seen, "\r\nAccept-Language: ja\r\n"));
    assert_non_null(strstr(p.seen, "\r\n\r\n{\"q\":1}"));
    tg_proof_thumbprint(proof, thumbprint);
    assert_memory_equal(p.client, thumbprint, sizeof thumbprint);
    peer_close(&p);
}

/* Whatever a terminal is called: it works, and its name adds no header. */
static void test_any_terminal_name(void **state)
{
    struct peer p;

    (void)state;
    terminal = "受付1\r\nX-Post: nw.operator %";
    peer_open(&p, &(struct peer_conf){.answer = OK_ANSWER});
    assert_int_equal(call_peer(&p), TG_OK);
    assert_non_null(
        strstr(p.seen, "\r\nTegata-Terminal: %E5%8F%97%E4%BB%981%0D%0AX-Post:%20nw.operator%20%25\r\n"));
    assert_null(strstr(p.seen, "\nX-Post"));
    peer_close(&p);
    terminal = "desk-7";
}

/* Not one byte of the request reaches it. */
static void refused(const struct peer_conf *conf, enum tg_err want)
{
    struct peer p;

    peer_open(&p, conf);
    assert_int_equal(call_peer(&p), want);
    assert_int_equal(p.requests, 0);
    assert_string_equal(p.seen, "");
    peer_close(&p);
}

static void test_wrong_servers(void **state)
{
    (void)state;
    refused(&(struct peer_conf){.answer = OK_ANSWER, .name = "elsewhere.example"}, TG_E_SERVER_TRUST);
    refused(&(struct peer_conf){.answer = OK_ANSWER, .name = "*.localhost"}, TG_E_SERVER_TRUST);
    refused(&(struct peer_conf){.answer = OK_ANSWER, .expired = true}, TG_E_SERVER_TRUST);
    refused(&(struct peer_conf){.answer = OK_ANSWER, .max_version = TLS1_2_VERSION}, TG_E_UNREACHABLE);
}

static void test_wrong_authority(void **state)
{
    struct peer p, other;

    (void)state;
    peer_open(&p, &(struct peer_conf){.answer = OK_ANSWER});
    peer_open(&other, &(struct peer_conf){.answer = OK_ANSWER});
    assert_int_equal(call_at(p.url, other.ca_file), TG_E_SERVER_TRUST);
    assert_int_equal(call_at(p.url, "/nonexistent/ca.pem"), TG_E_SERVER_TRUST);
    assert_int_equal(p.requests, 0);
    peer_close(&other);
    peer_close(&p);
}

static void test_no_plain_text(void **state)
{
    struct peer p;

    (void)state;
    peer_open(&p, &(struct peer_conf){.plain = true});
    assert_int_equal(call_peer(&p), TG_E_UNREACHABLE);
    assert_int_equal(p.accepted, 0);
    peer_close(&p);
}

static void test_nobody_there(void **state)
{
    struct peer p;

    (void)state;
    peer_open(&p, &(struct peer_conf){.answer = OK_ANSWER});
    assert_int_equal(call_at("https://localhost:1", p.ca_file), TG_E_UNREACHABLE);
    assert_int_equal(call_at("https://nowhere.invalid:8443", p.ca_file), TG_E_UNREACHABLE);
    peer_close(&p);
}

/* A redirect is an answer like any other, and none that we understand. */
static void test_redirect(void **state)
{
    struct peer target, p;
    char answer[256];

    (void)state;
    peer_open(&target, &(struct peer_conf){.answer = OK_ANSWER});
    (void)snprintf(answer, sizeof answer,
                   "HTTP/1.1 307 Temporary Redirect\r\nLocation: %s/v1\r\nContent-Length: 0\r\n\r\n",
                   target.url);
    peer_open(&p, &(struct peer_conf){.answer = answer});
    assert_int_equal(call_peer(&p), TG_E_SERVER_REPLY);
    assert_int_equal(p.requests, 1);
    assert_int_equal(target.accepted, 0);
    peer_close(&p);
    peer_close(&target);
}

static const struct {
    const char *answer;
    enum tg_err e;
} answers[] = {
    {"HTTP/1.1 404 Not Found\r\nContent-Length: 39\r\n\r\n{\"type\":\"urn:tegata:problem:not-found\"} ",
     TG_E_NOT_FOUND},
    {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 42\r\n\r\n{\"type\":\"urn:tegata:problem:session-ended\"}",
     TG_E_SERVER_REPLY},
    {"HTTP/1.1 401 Unauthorized\r\nContent-Length: "
     "43\r\n\r\n{\"type\":\"urn:tegata:problem:session-ended\"} ",
     TG_E_SESSION_ENDED},
    {"HTTP/1.1 403 Forbidden\r\nContent-Length: 31\r\n\r\n{\"type\":\"urn:tegata:problem:ok\"}",
     TG_E_SERVER_REPLY},
    {"HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nForbidden", TG_E_SERVER_REPLY},
    {"HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\n{\"type\":1}", TG_E_SERVER_REPLY},
    {"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", TG_E_SERVER_REPLY},
    {"HTTP/1.1 204 No Content\r\n\r\n", TG_E_SERVER_REPLY},
    {"SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n\r\nConnection: close", TG_E_UNREACHABLE},
};

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct peer p;

        peer_open(&p, &(struct peer_conf){.answer = answers[i].answer});
        enum tg_err e = call_peer(&p);
        if (e != answers[i].e) {
            fail_msg("%s: %s", answers[i].answer, tg_err_code(e));
        }
        peer_close(&p);
    }
}

static void test_too_much(void **state)
{
    struct peer p;
    char head[128];

    (void)state;
    (void)snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n",
                   TG_HTTP_ANSWER_BYTES + 1);
    peer_open(&p, &(struct peer_conf){.answer = head, .padding = TG_HTTP_ANSWER_BYTES + 1});
    assert_int_equal(call_peer(&p), TG_E_SERVER_REPLY);
    peer_close(&p);
    peer_open(&p, &(struct peer_conf){.answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
                                      .padding = 4 * TG_HTTP_ANSWER_BYTES}); /* without a length */
    assert_int_equal(call_peer(&p), TG_E_SERVER_REPLY);
    peer_close(&p);
}

/* Everything that curl and OpenSSL are known to read from an environment, pointing at a trap. */
static void test_environment(void **state)
{
    static const char *const proxies[] = {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy",
                                          "ALL_PROXY"};
    struct peer p, trap;
    char netrc[128], home[] = "/tmp/tegata-home-XXXXXX";

    (void)state;
    peer_open(&trap, &(struct peer_conf){.plain = true});
    peer_open(&p, &(struct peer_conf){.answer = OK_ANSWER});
    for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++) {
        assert_int_equal(setenv(proxies[i], trap.url, 1), 0);
    }
    assert_non_null(mkdtemp(home));
    (void)snprintf(netrc, sizeof netrc, "%s/.netrc", home);
    assert_int_equal(
        tg_file_write(netrc, tg_span_str("machine localhost login thief password thief\n"), 0600), TG_OK);
    assert_int_equal(setenv("HOME", home, 1), 0);
    assert_int_equal(setenv("SSL_CERT_FILE", p.ca_file, 1), 0);
    assert_int_equal(setenv("CURL_CA_BUNDLE", p.ca_file, 1), 0);
    assert_int_equal(call_at(p.url, trap.ca_file), TG_E_SERVER_TRUST); /* that authority is not ours */
    assert_int_equal(p.requests, 0);
    assert_int_equal(call_peer(&p), TG_OK);
    assert_null(strstr(p.seen, "Basic"));
    assert_int_equal(trap.accepted, 0);
    for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++) {
        (void)unsetenv(proxies[i]);
    }
    (void)unlink(netrc);
    (void)rmdir(home);
    peer_close(&p);
    peer_close(&trap);
}

/* Set before the first link was made: see main. */
static void test_no_key_log(void **state)
{
    struct stat st;

    (void)state;
    assert_int_equal(stat(key_log, &st), 0);
    assert_int_equal(st.st_size, 0);
}

struct calling {
    struct tg_link *l;
    enum tg_err e;
    long took_ms;
    atomic_bool unwanted;
    atomic_llong ended_us;
};

static bool unwanted(void *arg)
{
    return atomic_load(&((struct calling *)arg)->unwanted);
}

static void *call_blocks(void *arg)
{
    struct calling *c = arg;
    struct tg_link_call call = {.path = "/v1/whoami", .unwanted = unwanted, .arg = c};
    struct tg_link_reply reply;
    tg_usec began = tg_mono_us();

    tg_link_reply_init(&reply);
    c->e = tg_link_call(c->l, &call, &reply);
    atomic_store(&c->ended_us, tg_mono_us());
    tg_link_reply_done(&reply);
    c->took_ms = (long)((tg_mono_us() - began) / 1000);
    return NULL;
}

/* From another thread, in the middle of a call: the call ends soon, no other begins, no token comes back. */
static void test_poison(void **state)
{
    TG_BUF_AUTO form = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_link_call again = {.path = "/v1/whoami"};
    struct tg_link_reply reply;
    struct calling c = {.l = NULL};
    pthread_t thread;
    struct peer p;

    (void)state;
    peer_open(&p, &(struct peer_conf){.answer = NULL});
    c.l = link_to(p.url, p.ca_file);
    assert_int_equal(pthread_create(&thread, NULL, call_blocks, &c), 0);
    while (p.requests == 0) {
        (void)usleep(1000);
    }
    tg_link_poison(c.l);
    tg_link_stop(c.l);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_not_equal(c.e, TG_OK);
    assert_in_range(c.took_ms, 0, 2000); /* not the 3 s that a call may take */
    assert_int_equal(tg_link_form_token(c.l, &form), TG_E_TOKEN_MISSING);
    assert_int_equal(tg_link_token(c.l, tg_span_str(TOKEN)), TG_E_SESSION_ENDED);
    assert_int_equal(tg_link_form_token(c.l, &form), TG_E_TOKEN_MISSING);
    tg_link_reply_init(&reply);
    assert_int_equal(tg_link_call(c.l, &again, &reply), TG_E_SESSION_ENDED);
    tg_link_reply_done(&reply);
    assert_int_equal(p.requests, 1);
    tg_link_free(&c.l);
    peer_close(&p);
}

static tg_usec broken_off(struct calling *c, struct peer *p, unsigned requests)
{
    pthread_t thread;
    tg_usec told;

    atomic_store(&c->unwanted, false);
    assert_int_equal(pthread_create(&thread, NULL, call_blocks, c), 0);
    while (p->requests < requests) {
        (void)usleep(500);
    }
    (void)usleep(5000); /* it waits for an answer that never comes */
    tg_link_wake(c->l); /* by mistake: it is wanted still */
    (void)usleep(5000);
    atomic_store(&c->unwanted, true);
    told = tg_mono_us();
    tg_link_wake(c->l);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(c->e, TG_E_UNREACHABLE);
    return atomic_load(&c->ended_us) - told;
}

/* A call that nobody wants any more ends at once (the server never answers, the time-out is 3 s), before it
 * begins, too; and the link goes on. How quick it was is printed, not asserted: machines differ.
 */
static void test_broken_off(void **state)
{
    struct calling c = {.l = NULL};
    struct tg_link_call call = {.path = "/v1/whoami", .unwanted = unwanted, .arg = &c};
    struct tg_link_reply reply;
    struct peer p;
    tg_usec worst = 0, took;

    (void)state;
    peer_open(&p, &(struct peer_conf){.answer = NULL});
    c.l = link_to(p.url, p.ca_file);
    for (unsigned i = 1; i <= 3; i++) {
        took = broken_off(&c, &p, i);
        worst = took > worst ? took : worst;
        assert_in_range(c.took_ms, 10, 2000);
    }
    print_message("broken off within %lld us\n", (long long)worst);
    tg_link_reply_init(&reply);
    assert_int_equal(tg_link_call(c.l, &call, &reply), TG_E_UNREACHABLE); /* it does not even begin */
    assert_int_equal(p.requests, 3);
    tg_link_reply_done(&reply);
    tg_link_free(&c.l);
    peer_close(&p);
    peer_open(&p, &(struct peer_conf){.answer = OK_ANSWER});
    c.l = link_to(p.url, p.ca_file);
    atomic_store(&c.unwanted, false);
    for (int i = 0; i < 3; i++) {
        tg_link_wake(c.l); /* before it begins: harmless */
        tg_link_reply_init(&reply);
        assert_int_equal(tg_link_call(c.l, &call, &reply), TG_OK);
        tg_link_reply_done(&reply);
    }
    tg_link_free(&c.l);
    peer_close(&p);
}

/* A poisoned key is worth nothing either: the connection is not even made. */
static void test_poisoned_proof(void **state)
{
    struct tg_proof *mine = NULL, *kept = proof;
    struct peer p;

    (void)state;
    assert_int_equal(tg_proof_new(tg_now(), &mine), TG_OK);
    peer_open(&p, &(struct peer_conf){.answer = OK_ANSWER});
    tg_proof_poison(mine);
    assert_null(tg_proof_key(mine));
    proof = mine;
    assert_int_equal(call_peer(&p), TG_E_SESSION_ENDED);
    proof = kept;
    assert_int_equal(p.requests, 0);
    tg_proof_free(&mine);
    peer_close(&p);
}

static enum tg_err count_event(void *ctx, const char *name, struct tg_span data)
{
    unsigned *n = ctx;

    (void)data;
    assert_string_equal(name, "nonce");
    return ++*n == 3 ? TG_E_NONCE : TG_OK;
}

#define STREAM "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
#define NONCE "event: nonce\ndata: {}\n\n"

static const struct {
    const char *answer;
    enum tg_err e;
    unsigned n;
} streams[] = {
    {STREAM NONCE NONCE, TG_E_UNREACHABLE, 2},       /* it broke off */
    {STREAM NONCE NONCE NONCE NONCE, TG_E_NONCE, 3}, /* the callback did */
    {STREAM, TG_E_UNREACHABLE, 0},
    {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", TG_E_SESSION_ENDED, 0},
};

static void test_streams(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        struct peer p;
        unsigned n = 0;

        peer_open(&p, &(struct peer_conf){.answer = streams[i].answer});
        struct tg_link *l = link_to(p.url, p.ca_file);
        assert_int_equal(tg_link_stream(l, "/v1/session/events", count_event, &n), streams[i].e);
        assert_int_equal(n, streams[i].n);
        tg_link_free(&l);
        peer_close(&p);
    }
}

static void *stop_soon(void *arg)
{
    (void)usleep(300 * 1000);
    tg_link_stop(arg);
    return NULL;
}

static void test_stream_stopped(void **state)
{
    struct peer p;
    pthread_t thread;
    unsigned n = 0;
    tg_usec began = tg_mono_us();

    (void)state;
    peer_open(&p, &(struct peer_conf){.answer = NULL});
    struct tg_link *l = link_to(p.url, p.ca_file);
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, l), 0);
    assert_int_equal(tg_link_stream(l, "/v1/session/events", count_event, &n), TG_OK);
    assert_in_range((tg_mono_us() - began) / 1000, 300, 2500);
    assert_int_equal(pthread_join(thread, NULL), 0);
    tg_link_free(&l);
    peer_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_terminal_name),
        cmocka_unit_test(test_right_server),
        cmocka_unit_test(test_wrong_servers),
        cmocka_unit_test(test_wrong_authority),
        cmocka_unit_test(test_no_plain_text),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_redirect),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_too_much),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_poison),
        cmocka_unit_test(test_broken_off),
        cmocka_unit_test(test_poisoned_proof),
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_stream_stopped),
        cmocka_unit_test(test_no_key_log),
    };
    int fd = mkstemp(key_log);

    if (fd < 0 || setenv("SSLKEYLOGFILE", key_log, 1) != 0 || tg_proof_new(tg_now(), &proof) != TG_OK) {
        return 1;
    }
    (void)close(fd);
    (void)signal(SIGPIPE, SIG_IGN);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tg_proof_free(&proof);
    (void)unlink(key_log);
    return failed;
}
