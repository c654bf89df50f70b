/* The way in, and every way that is none: each refused with its own problem, and each on record. */
#include "certs/base/text.h"
#include "tests/unit/desk/rig.h"

static void refused(struct rig *r, const struct answer *a, int status, const char *problem)
{
    TG_JSON_AUTO *entry = entry_of(r, a);

    assert_int_equal(a->status, status);
    assert_string_equal(answer_problem(a), problem);
    assert_non_null(entry);
    assert_string_equal(str(entry, "decision"), "deny");
    assert_string_equal(str(entry, "problem"), problem);
}

static void redeem_bent(struct rig *r, const struct bend *b, const char *problem)
{
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    ANSWER_AUTO a = {.status = 0};

    person_assertion(&r->counter, b, &assertion);
    person_redeem(&r->counter, tg_span_buf(&assertion), &a);
    refused(r, &a, 400, problem);
    assert_null(memmem(a.body.p, a.body.n, "access_token", 12));
    assert_string_equal(str(a.json, "error"), "invalid_grant"); /* RFC 6749 section 5.2 */
}

static void test_right_way(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    ANSWER_AUTO a = {.status = 0}, who = {.status = 0};

    person_assertion(&r->counter, &(struct bend){.nonce = NULL}, &assertion);
    person_redeem(&r->counter, tg_span_buf(&assertion), &a);
    TG_JSON_AUTO *entry = entry_of(r, &a);
    assert_int_equal(a.status, 200);
    assert_string_equal(str(a.json, "token_type"), "Bearer");
    assert_non_null(memmem(a.head.p, a.head.n, "Cache-Control: no-store", 23)); /* RFC 6749 section 5.1 */
    assert_string_equal(str(entry, "kind"), "sign-in");
    assert_string_equal(str(entry, "decision"), "allow");
    assert_string_equal(str(entry, "person"), "E0001");
    assert_string_equal(str(entry, "card"), "01234567-89ab-4cde-8f01-23456789abcd");
    assert_string_equal(str(entry, "role"), "retail.counter");
    assert_string_equal(str(entry, "cert"), "1001");
    assert_string_equal(str(entry, "peer"), "127.0.0.1");
    assert_int_equal(
        tg_copy(r->counter.token, sizeof r->counter.token, tg_span_str(str(a.json, "access_token"))), TG_OK);
    ask_for(&r->counter, "/v1/whoami", NULL, 200, &who);
    assert_string_equal(str(who.json, "person"), "E0001");
    assert_string_equal(str(who.json, "office"), "八戸営業所");
}

static void test_replayed(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    ANSWER_AUTO first = {.status = 0}, second = {.status = 0};

    person_assertion(&r->counter, &(struct bend){.nonce = NULL}, &assertion);
    person_redeem(&r->counter, tg_span_buf(&assertion), &first);
    person_redeem(&r->counter, tg_span_buf(&assertion), &second);
    assert_int_equal(first.status, 200);
    refused(r, &second, 400, "assertion-replay");
}

static void test_bent(void **state)
{
    struct rig *r = *state;
    struct tg_proof *other = NULL;

    assert_int_equal(tg_proof_new(tg_now(), &other), TG_OK);
    redeem_bent(r, &(struct bend){.nonce = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
                "nonce");
    redeem_bent(r, &(struct bend){.audience = "https://elsewhere:8443"}, "assertion-audience");
    redeem_bent(r, &(struct bend){.bound = other}, "assertion-binding");
    redeem_bent(r, &(struct bend){.key = &r->operator.auth}, "signature");
    tg_proof_free(&other);
}

/* A nonce is good on the TLS key that asked for it, whoever carries it elsewhere. */
static void test_nonce_of_another_key(void **state)
{
    struct rig *r = *state;
    char nonce[129];

    person_challenge(&r->operator, nonce);
    redeem_bent(r, &(struct bend){.nonce = nonce}, "nonce");
}

/* The same claims and signature under a header that says another algorithm. */
static void redeem_alg(struct rig *r, const char *alg)
{
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO head = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO bent = TG_BUF_INIT(TG_JWS_BYTES);
    ANSWER_AUTO a = {.status = 0};

    person_assertion(&r->counter, &(struct bend){.nonce = NULL}, &assertion);
    size_t dot = (size_t)((uint8_t *)memchr(assertion.p, '.', assertion.n) - assertion.p);
    assert_int_equal(tg_b64u_decode(tg_span(assertion.p, dot), &head), TG_OK);
    uint8_t *at = memmem(head.p, head.n, "ES256", 5);
    assert_non_null(at);
    memcpy(at, alg, 5);
    assert_int_equal(tg_b64u_encode(tg_span_buf(&head), &bent), TG_OK);
    assert_int_equal(tg_buf_add(&bent, assertion.p + dot, assertion.n - dot), TG_OK);
    person_redeem(&r->counter, tg_span_buf(&bent), &a);
    refused(r, &a, 400, "algorithm");
}

static void test_algorithm(void **state)
{
    struct rig *r = *state;

    redeem_alg(r, "RS256");
    redeem_alg(r, "HS256");
    redeem_alg(r, "ES384");
}

static void test_stolen_token(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    struct tg_proof *thief = NULL;
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0}, c = {.status = 0}, d = {.status = 0};

    person_sign_in(p);
    assert_int_equal(tg_proof_new(tg_now(), &thief), TG_OK);
    struct tg_raw *conn = person_dial(p, thief), *naked = person_dial(p, NULL);
    ask(p, &(struct ask){.path = "/v1/whoami", .conn = conn}, &a);
    refused(r, &a, 401, "token-binding");
    assert_non_null(memmem(a.head.p, a.head.n, "WWW-Authenticate: Bearer", 24));
    ask(p, &(struct ask){.path = "/v1/customers/search", .body = "{\"query\":\"ヤマダ\"}", .conn = conn}, &b);
    refused(r, &b, 401, "token-binding");
    TG_JSON_AUTO *entry = entry_of(r, &b);
    assert_true(str(entry, "session")[0] != '\0'); /* whose token it was */
    assert_string_equal(str(entry, "person"), ""); /* who shows it is not known */
    ask(p, &(struct ask){.path = "/v1/whoami", .conn = naked}, &c);
    assert_int_equal(c.status, 401);
    assert_string_equal(answer_problem(&c), "key-missing");
    ask(p, &(struct ask){.path = "/oauth/challenge", .body = "", .token = "", .conn = naked}, &d);
    assert_int_equal(d.status, 401);
    assert_string_equal(answer_problem(&d), "key-missing");
    tg_raw_close(&conn);
    tg_raw_close(&naked);
    tg_proof_free(&thief);
}

/* Noise is answered and not written down. */
static void test_no_token(void **state)
{
    struct rig *r = *state;
    static const char *const tokens[] = {"", "x", "eyJhbGciOiJub25lIn0.e30.", "a.b.c"};
    size_t before = entry_count(r);

    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        ANSWER_AUTO a = {.status = 0};

        ask(&r->counter, &(struct ask){.path = "/v1/whoami", .token = tokens[i]}, &a);
        assert_int_equal(a.status, 401);
        assert_string_equal(answer_problem(&a), i == 0 ? "token-missing" : "token-invalid");
    }
    assert_int_equal(entry_count(r), before);
}

/* The card signs in elsewhere: what was open is over, and the record says which session it ended. */
static void test_displaced(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter, old;
    ANSWER_AUTO a = {.status = 0};

    person_sign_in(p);
    TG_JSON_AUTO *first = entry_last(r, "sign-in");
    old = *p;
    p->conn = NULL;
    p->proof = NULL;
    person_new_key(p);
    person_sign_in(p);
    TG_JSON_AUTO *second = entry_last(r, "sign-in");
    assert_string_equal(str(second, "detail"), str(first, "session"));
    ask(&old, &(struct ask){.path = "/v1/whoami"}, &a);
    refused(r, &a, 401, "session-ended");
    tg_raw_close(&old.conn);
    tg_proof_free(&old.proof);
}

static const struct {
    const char *body, *problem, *member;
} forms[] = {
    {"grant_type=password&assertion=x", "grant-type", ""},
    {"assertion=x", "bad-member", "grant_type"},
    {"grant_type=x", "bad-member", "assertion"},
    {"grant_type=x&assertion=y&client_id=z", "bad-member", "(unknown)"},
    {"grant_type=x&grant_type=x&assertion=y", "bad-member", "grant_type"},
    {"grant_type=%zz&assertion=y", "bad-member", "grant_type"},
    {"grant_type=x&assertion=y&", "bad-request", ""},
    {"{}", "bad-request", ""},
    {"grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=x", "assertion", ""},
};

static void test_forms(void **state)
{
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        ANSWER_AUTO a = {.status = 0};

        ask(&r->counter,
            &(struct ask){.path = "/oauth/token", .body = forms[i].body, .media = FORM_MEDIA, .token = ""},
            &a);
        assert_int_equal(a.status, 400);
        assert_string_equal(answer_problem(&a), forms[i].problem);
        assert_string_equal(str(a.json, "member"), forms[i].member);
        assert_true(str(a.json, "error")[0] != '\0');
        assert_non_null(memmem(a.head.p, a.head.n, "application/json", 16));
    }
}

static unsigned long counted(const struct rig *r)
{
    TG_JSON_AUTO *entry = entry_last(r, "denied");

    return strstr(str(entry, "detail"), "counted only") == NULL ? 0 : strtoul(str(entry, "detail"), NULL, 10);
}

/* 400 pieces of garbage, and one replay in the middle of them: the replay is there, the garbage is a number.
 */
static void test_flood(void **state)
{
    enum { GARBAGE = 400 };
    struct rig *r = *state;
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    ANSWER_AUTO used = {.status = 0}, replay = {.status = 0};
    size_t before;
    tg_sec began, took;

    person_assertion(&r->counter, &(struct bend){.nonce = NULL}, &assertion);
    person_redeem(&r->counter, tg_span_buf(&assertion), &used);
    pause_ms(2500); /* what earlier tests left to be counted is written by now */
    before = entry_count(r);
    began = tg_now();
    for (unsigned i = 0; i < GARBAGE; i++) {
        ANSWER_AUTO a = {.status = 0};

        person_redeem(&r->counter, tg_span_str("garbage"), &a);
        assert_int_equal(a.status, 400);
        if (i == GARBAGE / 2) {
            person_redeem(&r->counter, tg_span_buf(&assertion), &replay);
            refused(r, &replay, 400, "assertion-replay");
        }
    }
    took = tg_now() - began + 1;
    size_t written = entry_count(r) - before - 1;
    assert_in_range(written, 1, (uintmax_t)took * (TG_NOISE_NOTHING_SECOND + 2));
    assert_true(written < GARBAGE / 2);
    pause_ms(2500);
    assert_in_range(counted(r), 1, GARBAGE);
}

/* Who holds several posts is told which, today's only; nobody is told before the card has proven who it is.
 */
static void test_post_choice(void **state)
{
    static const char three[] =
        "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
        "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸営業所,,2020-04-01,\n"
        "E0001,試験 一郎,HOME,,,,before,retail.counter,八戸営業所,,2018-04-01,2020-03-31\n"
        "E0001,試験 一郎,HOME,,,,dunning,retail.dunning,八戸営業所,,2020-04-01,\n";
    struct rig *r = *state;
    TG_BUF_AUTO good = TG_BUF_INIT(TG_CSV_FIELD_BYTES);
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO forged = TG_BUF_INIT(TG_JWS_BYTES);
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0};

    rig_get(r, "staff/staff.csv", &good);
    rig_put(r, "staff/staff.csv", tg_span_str(three));
    rig_reload(r);
    person_assertion(&r->counter, &(struct bend){.nonce = NULL}, &assertion);
    person_redeem(&r->counter, tg_span_buf(&assertion), &a);
    refused(r, &a, 400, "post-choice");
    TG_JSON_AUTO *posts = json_pack("[ss]", "counter", "dunning");
    assert_true(json_equal(json_object_get(a.json, "posts"), posts));
    person_assertion(&r->counter, &(struct bend){.key = &r->operator.auth}, &forged);
    person_redeem(&r->counter, tg_span_buf(&forged), &b);
    assert_string_equal(answer_problem(&b), "signature");
    assert_null(json_object_get(b.json, "posts"));
    rig_put(r, "staff/staff.csv", tg_span_buf(&good));
    rig_reload(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right_way), cmocka_unit_test(test_replayed),
        cmocka_unit_test(test_bent),      cmocka_unit_test(test_nonce_of_another_key),
        cmocka_unit_test(test_algorithm), cmocka_unit_test(test_stolen_token),
        cmocka_unit_test(test_no_token),  cmocka_unit_test(test_displaced),
        cmocka_unit_test(test_forms),     cmocka_unit_test(test_post_choice),
        cmocka_unit_test(test_flood),
    };

    return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
