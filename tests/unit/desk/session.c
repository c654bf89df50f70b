/* What a session hangs on: the live stream, the renewals signed by 9E, and its ends. */
#include "certs/base/text.h"
#include "tests/unit/desk/rig.h"

/* A stream of the person's own, and what it has said so far. */
struct listening {
    struct tg_raw *conn;
    struct tg_buf said;
};

static void listen_to(struct person *p, struct listening *l)
{
    TG_BUF_AUTO request = TG_BUF_INIT(TG_HTTP_BODY_BYTES);

    *l = (struct listening){.conn = person_dial(p, p->proof), .said = TG_BUF_INIT(65536)};
    request_write(p, &(struct ask){.path = "/v1/session/events"}, &request);
    assert_int_equal(tg_raw_send(l->conn, tg_span_buf(&request)), TG_OK);
}

static void deaf(struct listening *l)
{
    tg_raw_close(&l->conn);
    tg_buf_done(&l->said);
}

/* The data of the next event of that name, which is then forgotten. False: the stream ended before. */
static bool hear(struct listening *l, const char *name, char *data, size_t size)
{
    char begin[64];

    (void)snprintf(begin, sizeof begin, "event: %s\ndata: ", name);
    for (;;) {
        const uint8_t *at = l->said.n == 0 ? NULL : memmem(l->said.p, l->said.n, begin, strlen(begin));
        const uint8_t *end = at == NULL ? NULL : memmem(at, (size_t)(l->said.p + l->said.n - at), "\n\n", 2);

        if (end != NULL) {
            at += strlen(begin);
            assert_int_equal(tg_copy(data, size, tg_span(at, (size_t)(end - at))), TG_OK);
            tg_buf_reset(&l->said);
            return true;
        }
        if (tg_raw_some(l->conn, &l->said) != TG_OK) {
            return false;
        }
    }
}

static void hear_nonce(struct listening *l, char nonce[129])
{
    TG_JSON_AUTO *doc = NULL;
    char data[512];

    assert_true(hear(l, "nonce", data, sizeof data));
    assert_int_equal(tg_json_parse(tg_span_str(data), &doc), TG_OK);
    assert_int_equal(tg_json_int(doc, "lease", 0), TG_LEASE_SECONDS);
    assert_int_equal(tg_copy(nonce, 129, tg_span_str(str(doc, "nonce"))), TG_OK);
}

/* A renewal: by the card's 9E, or by whatever a thief has. */
static void renew(struct person *p, const char *nonce, const struct tg_cert *cert, EVP_PKEY *key,
                  struct answer *a)
{
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    uint8_t thumbprint[32];
    struct tg_assertion_ask q = {.nonce = nonce, .audience = ISSUER, .thumbprint = thumbprint, .cert = cert};

    tg_proof_thumbprint(p->proof, thumbprint);
    assert_int_equal(tg_presence_sign(&q, tg_now(), tg_jws_sign_with_key, key, &assertion), TG_OK);
    assert_int_equal(tg_buf_addf(&body, "{\"token\":true,\"assertion\":\"%.*s\"}", (int)assertion.n,
                                 (const char *)assertion.p),
                     TG_OK);
    ask(p, &(struct ask){.path = "/v1/session/renew", .body = tg_buf_cstr(&body)}, a);
}

static int status_of(struct person *p, const char *token)
{
    ANSWER_AUTO a = {.status = 0};

    ask(p, &(struct ask){.path = "/v1/whoami", .token = token}, &a);
    return a.status;
}

/* Three nonces, three renewals: past the first lease, and the new token is as good as the old one. */
static void test_renewed(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    struct listening l;
    char nonce[129];
    tg_usec began = tg_mono_us();

    person_sign_in(p);
    listen_to(p, &l);
    while (tg_mono_us() - began < (tg_usec)(TG_LEASE_SECONDS + 2) * 1000000) {
        ANSWER_AUTO a = {.status = 0};

        hear_nonce(&l, nonce);
        renew(p, nonce, p->card_cert, p->card.key, &a);
        assert_int_equal(a.status, 200);
        assert_int_equal(status_of(p, str(a.json, "access_token")), 200);
        assert_int_equal(status_of(p, NULL), 200);
    }
    deaf(&l);
}

/* The last record of an end: allowed with a detail, or denied with a problem. */
static void ended_as(struct rig *r, const char *problem, const char *detail)
{
    TG_JSON_AUTO *entry = NULL;

    pause_ms(300); /* it is written after the stream has said so */
    entry = entry_last(r, "session-end");
    assert_non_null(entry);
    assert_string_equal(str(entry, "decision"), problem != NULL ? "deny" : "allow");
    assert_null(strstr(str(entry, "time"), ".000000Z")); /* not just the second */
    assert_string_equal(str(entry, "problem"), problem != NULL ? problem : "");
    assert_string_equal(str(entry, "detail"), detail != NULL ? detail : "");
}

/* No renewal: the lease runs out, although the token would be good for minutes. */
static void test_lease_runs_out(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    struct listening l;
    char data[256];

    person_sign_in(p);
    listen_to(p, &l);
    assert_int_equal(status_of(p, NULL), 200);
    assert_true(hear(&l, "ended", data, sizeof data));
    assert_non_null(strstr(data, "session-ended"));
    assert_int_equal(status_of(p, NULL), 401);
    ended_as(r, "session-ended", NULL);
    deaf(&l);
}

static void test_renewals_refused(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    struct listening l;
    char nonce[129], own[129];
    const struct {
        const struct tg_cert *cert;
        EVP_PKEY *key;
        const char *problem;
    } cases[] = {
        {p->auth_cert, p->auth.key, "cert-usage"},                      /* 9A is not 9E */
        {r->operator.card_cert, r->operator.card.key, "cert-identity"}, /* another card */
        {p->card_cert, p->auth.key, "signature"},
    };

    person_sign_in(p);
    listen_to(p, &l);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ANSWER_AUTO a = {.status = 0};

        hear_nonce(&l, nonce);
        renew(p, nonce, cases[i].cert, cases[i].key, &a);
        assert_int_equal(a.status, 400);
        assert_string_equal(answer_problem(&a), cases[i].problem);
        TG_JSON_AUTO *entry = entry_of(r, &a);
        assert_string_equal(str(entry, "kind"), "renew");
        assert_string_equal(str(entry, "problem"), cases[i].problem);
    }
    person_sign_in(p);
    deaf(&l);
    listen_to(p, &l);
    hear_nonce(&l, nonce);
    person_challenge(p, own); /* a nonce of ours, but not of this stream */
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0}, c = {.status = 0};
    renew(p, own, p->card_cert, p->card.key, &a);
    assert_string_equal(answer_problem(&a), "nonce");
    renew(p, nonce, p->card_cert, p->card.key, &b);
    assert_int_equal(b.status, 200);
    renew(p, nonce, p->card_cert, p->card.key, &c); /* once */
    assert_string_equal(answer_problem(&c), "nonce");
    deaf(&l);
}

/* The stream closes: the session is over before the lease is, and that is on record. */
static void test_stream_closed(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    struct listening l;
    char nonce[129];

    person_sign_in(p);
    TG_JSON_AUTO *opened = entry_last(r, "sign-in");
    listen_to(p, &l);
    hear_nonce(&l, nonce);
    assert_int_equal(status_of(p, NULL), 200);
    deaf(&l);
    pause_ms(300);
    assert_int_equal(status_of(p, NULL), 401);
    TG_JSON_AUTO *entry = entry_last(r, "session-end");
    assert_string_equal(str(entry, "session"), str(opened, "session"));
    assert_string_equal(str(entry, "person"), "E0001");
    ended_as(r, NULL, "stream closed");
}

static void test_one_stream(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    struct listening l;
    char nonce[129];
    ANSWER_AUTO a = {.status = 0};

    person_sign_in(p);
    listen_to(p, &l);
    hear_nonce(&l, nonce);
    ask(p, &(struct ask){.path = "/v1/session/events"}, &a);
    assert_int_equal(a.status, 503);
    assert_string_equal(answer_problem(&a), "busy");
    assert_int_equal(status_of(p, NULL), 200); /* and the first one is not harmed */
    deaf(&l);
}

static void test_displaced_is_told(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    struct listening l;
    char nonce[129], data[256];

    person_sign_in(p);
    listen_to(p, &l);
    hear_nonce(&l, nonce);
    person_sign_in(p);
    assert_true(hear(&l, "ended", data, sizeof data));
    assert_non_null(strstr(data, "session-displaced"));
    assert_int_equal(tg_raw_some(l.conn, &l.said), TG_E_UNREACHABLE); /* and closed */
    assert_int_equal(status_of(p, NULL), 200);                        /* the new one lives */
    ended_as(r, "session-displaced", NULL);
    deaf(&l);
}

static void revoke(struct person *p, struct tg_raw *conn, struct answer *a)
{
    TG_BUF_AUTO form = TG_BUF_INIT(TG_HTTP_BODY_BYTES);

    assert_int_equal(tg_buf_addf(&form, "token=%s&token_type_hint=access_token", p->token), TG_OK);
    ask(p,
        &(struct ask){.path = "/oauth/revoke",
                      .body = tg_buf_cstr(&form),
                      .media = FORM_MEDIA,
                      .token = "",
                      .conn = conn},
        a);
}

static void test_revoked(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    struct tg_proof *thief = NULL;
    struct listening l;
    char nonce[129], data[256];
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0}, c = {.status = 0};

    person_sign_in(p);
    listen_to(p, &l);
    hear_nonce(&l, nonce);
    assert_int_equal(tg_proof_new(tg_now(), &thief), TG_OK);
    struct tg_raw *conn = person_dial(p, thief);
    revoke(p, conn, &a); /* who has only the token cannot even end the session */
    assert_int_equal(a.status, 200);
    assert_int_equal(status_of(p, NULL), 200);
    revoke(p, NULL, &b);
    assert_int_equal(b.status, 200);
    TG_JSON_AUTO *entry = entry_of(r, &b);
    assert_string_equal(str(entry, "kind"), "sign-out");
    assert_string_equal(str(entry, "person"), "E0001");
    assert_int_equal(status_of(p, NULL), 401);
    assert_true(hear(&l, "ended", data, sizeof data));
    ended_as(r, NULL, "signed out");
    revoke(p, NULL, &c); /* RFC 7009 section 2.2: an unknown token is 200 too */
    assert_int_equal(c.status, 200);
    tg_raw_close(&conn);
    tg_proof_free(&thief);
    deaf(&l);
}

/* Nobody on the other end any more when the stream opens: nothing is left behind, and the session is over. */
static void test_gone_before_it_opens(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;

    for (unsigned i = 0; i < 20; i++) {
        struct listening l;

        person_sign_in(p);
        listen_to(p, &l);
        deaf(&l);
    }
    pause_ms(300);
    assert_int_equal(status_of(p, NULL), 401);
}

/* Draining with streams and idle connections open: a few seconds, and every session is over and on record. */
static void test_drain(void **state)
{
    struct rig *r = *state;
    struct listening one, two;
    char nonce[129];

    person_sign_in(&r->counter);
    person_sign_in(&r->operator);
    listen_to(&r->counter, &one);
    listen_to(&r->operator, & two);
    hear_nonce(&one, nonce);
    hear_nonce(&two, nonce);
    long took = rig_stop(r);
    assert_in_range(took, 0, 3000);
    TG_JSON_AUTO *entry = entry_last(r, "session-end");
    assert_non_null(entry);
    deaf(&one);
    deaf(&two);
    rig_start(r);
    person_new_key(&r->counter);
    person_sign_in(&r->counter);
    assert_int_equal(status_of(&r->counter, NULL), 200);
}

/* Another office, with nobody asking anything: the stream says why it is over, and so does the journal. */
static void test_post_changed_is_told(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO good = TG_BUF_INIT(65536);
    struct listening one;
    char nonce[129], data[512];

    person_new_key(&r->counter);
    person_sign_in(&r->counter);
    listen_to(&r->counter, &one);
    hear_nonce(&one, nonce);
    rig_get(r, "staff/staff.csv", &good);
    rig_put(r, "staff/staff.csv",
            tg_span_str("person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
                        "E0001,試験 一郎,HOME,,,,counter,retail.counter,盛岡営業所,,2020-04-01,\n"));
    rig_reload(r);
    assert_int_equal(tg_admit_review(r->app.admit, tg_now()), 1);
    assert_true(hear(&one, "ended", data, sizeof data));
    assert_string_equal(data, "{\"type\":\"urn:tegata:problem:post-changed\"}");
    ended_as(r, "post-changed", NULL);
    assert_int_equal(status_of(&r->counter, NULL), 401);
    deaf(&one);
    rig_put(r, "staff/staff.csv", tg_span_buf(&good));
    rig_reload(r);
}

/* A list by which one person works in retail and in the network on the same day is not taken, by line and
 * reason. */
static void test_clash_not_taken(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO good = TG_BUF_INIT(65536);
    TG_BUF_AUTO bad = TG_BUF_INIT(65536);
    char why[1024];

    person_new_key(&r->counter);
    person_sign_in(&r->counter);
    rig_get(r, "staff/staff.csv", &good);
    assert_int_equal(tg_buf_add_span(&bad, tg_span_buf(&good)), TG_OK);
    assert_int_equal(tg_buf_add_str(&bad, "N0001,試験 二郎,NW,,,,more,retail.counter,NSC,,2020-04-01,\n"),
                     TG_OK);
    rig_put(r, "staff/staff.csv", tg_span_buf(&bad));
    assert_int_equal(tg_app_reload(&r->app, why, sizeof why), TG_E_IMPORT);
    assert_non_null(strstr(why, "staff.csv:6: role: "));
    assert_non_null(strstr(why, "both in retail and in the network"));
    assert_int_equal(tg_admit_review(r->app.admit, tg_now()), 0);
    assert_int_equal(status_of(&r->counter, NULL), 200); /* the old list stays in force */
    rig_put(r, "staff/staff.csv", tg_span_buf(&good));
    rig_reload(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_renewed),
        cmocka_unit_test(test_lease_runs_out),
        cmocka_unit_test(test_renewals_refused),
        cmocka_unit_test(test_stream_closed),
        cmocka_unit_test(test_one_stream),
        cmocka_unit_test(test_displaced_is_told),
        cmocka_unit_test(test_revoked),
        cmocka_unit_test(test_gone_before_it_opens),
        cmocka_unit_test(test_drain),
        cmocka_unit_test(test_post_changed_is_told),
        cmocka_unit_test(test_clash_not_taken),
    };

    return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
