/* Tokens and sessions: bound, short, displaced, re-checked when the world changes. */
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "tests/unit/admit/rig.h"

static void test_token_bound_to_tls_key(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_session *s = rig_sign_in(r, &token);
    uint8_t other[32] = {9};

    assert_int_equal(rig_enter(r, tg_span_buf(&token), other, NOW), TG_E_TOKEN_BINDING);
    assert_int_equal(rig_enter(r, tg_span_buf(&token), NULL, NOW), TG_E_TOKEN_BINDING);
    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW), TG_OK);
    tg_session_unref(&s);
}

static void test_token_changed(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_session *s = rig_sign_in(r, &token);

    for (size_t i = 0; i < token.n; i++) {
        uint8_t was = token.p[i];

        token.p[i] = was == 'A' ? 'B' : 'A';
        assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW), TG_E_TOKEN_INVALID);
        token.p[i] = was;
    }
    assert_int_equal(rig_enter(r, tg_span(token.p, 0), r->thumbprint, NOW), TG_E_TOKEN_MISSING);
    assert_int_equal(rig_enter(r, tg_span(token.p, token.n - 1), r->thumbprint, NOW), TG_E_TOKEN_INVALID);
    tg_session_unref(&s);
}

static void test_lease(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_session *s = rig_sign_in(r, &token);

    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW + TG_LEASE_SECONDS - 1), TG_OK);
    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW + TG_LEASE_SECONDS),
                     TG_E_SESSION_ENDED);
    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW),
                     TG_E_SESSION_ENDED); /* and stays so */
    tg_session_unref(&s);
}

/* Renewed in time, a session lives on; the token's own five minutes end all the same. */
static void test_renewal(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    TG_BUF_AUTO fresh = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_session *s = rig_sign_in(r, &token);
    char nonce[TG_NONCE_TEXT_BYTES];

    for (tg_sec t = NOW; t <= NOW + TG_TOKEN_SECONDS; t += 2) {
        TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);

        assert_int_equal(tg_session_nonce(r->admit, s, t, nonce), TG_OK);
        rig_presence(r, &(struct bend){.nonce = nonce, .now = t}, &assertion);
        assert_int_equal(tg_session_renew(r->admit, s, tg_span_buf(&assertion), t), TG_OK);
        assert_int_equal(tg_session_renew(r->admit, s, tg_span_buf(&assertion), t), TG_E_NONCE); /* once */
    }
    tg_sec late = NOW + TG_TOKEN_SECONDS;
    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, late), TG_E_TOKEN_EXPIRED);
    assert_int_equal(tg_session_token(r->admit, s, "d", late, &fresh), TG_OK);
    assert_int_equal(rig_enter(r, tg_span_buf(&fresh), r->thumbprint, late), TG_OK);
    assert_int_equal(rig_used_nonces(r), 1); /* the sign-in's: renewals are too many to remember */
    tg_session_unref(&s);
}

static enum tg_err renew_with(struct rig *r, struct tg_session *s, const char *nonce)
{
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);

    rig_presence(r, &(struct bend){.nonce = nonce}, &assertion);
    return tg_session_renew(r->admit, s, tg_span_buf(&assertion), NOW);
}

/* A pulse that comes while the card still signs for the one before it ends nobody's session. */
static void test_renewal_overtaken(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_session *s = rig_sign_in(r, &token);
    char nonce[4][TG_NONCE_TEXT_BYTES];

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(tg_session_nonce(r->admit, s, NOW, nonce[i]), TG_OK);
    }
    assert_int_equal(renew_with(r, s, nonce[0]), TG_E_NONCE); /* two pulses ago */
    assert_int_equal(renew_with(r, s, nonce[1]), TG_OK);
    assert_int_equal(renew_with(r, s, nonce[1]), TG_E_NONCE); /* once */
    assert_int_equal(renew_with(r, s, nonce[2]), TG_OK);
    assert_int_equal(renew_with(r, s, nonce[2]), TG_E_NONCE);
    assert_int_equal(tg_session_nonce(r->admit, s, NOW, nonce[2]), TG_OK);
    assert_int_equal(tg_session_nonce(r->admit, s, NOW, nonce[3]), TG_OK);
    assert_int_equal(renew_with(r, s, nonce[3]), TG_OK);
    assert_int_equal(renew_with(r, s, nonce[2]), TG_E_NONCE); /* not behind a newer one */
    tg_session_unref(&s);
}

static enum tg_err renew_bent(struct rig *r, struct tg_session *s, struct bend b)
{
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    char nonce[TG_NONCE_TEXT_BYTES];

    assert_int_equal(tg_session_nonce(r->admit, s, NOW, nonce), TG_OK);
    b.nonce = b.nonce != NULL ? b.nonce : nonce;
    rig_presence(r, &b, &assertion);
    return tg_session_renew(r->admit, s, tg_span_buf(&assertion), NOW);
}

static void test_renewal_bent(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    TG_BUF_AUTO sign_in = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_session *s = rig_sign_in(r, &token);
    struct spec spec = spec_card(&r->issuing);
    char mine[TG_NONCE_TEXT_BYTES];
    uint8_t other[32] = {3};

    spec.uri[0] = "urn:uuid:ffffffff-89ab-4cde-8f01-23456789abcd"; /* another card of the same authority */
    struct made twin = make_cert(&spec);
    struct tg_cert *twin_cert = parsed(&twin);

    assert_int_equal(tg_nonce_make(r->admit, r->thumbprint, NOW, mine), TG_OK);
    assert_int_equal(renew_bent(r, s, (struct bend){.nonce = mine}),
                     TG_E_NONCE); /* ours, but not the expected one */
    assert_int_equal(renew_bent(r, s, (struct bend){.thumbprint = other}), TG_E_ASSERTION_BINDING);
    assert_int_equal(renew_bent(r, s, (struct bend){.audience = "https://elsewhere"}),
                     TG_E_ASSERTION_AUDIENCE);
    assert_int_equal(renew_bent(r, s, (struct bend){.key = r->auth.key}), TG_E_SIGNATURE);
    assert_int_equal(renew_bent(r, s, (struct bend){.cert = twin_cert, .key = twin.key}), TG_E_CERT_IDENTITY);
    assert_int_equal(renew_bent(r, s, (struct bend){.cert = r->auth_cert, .key = r->auth.key}),
                     TG_E_CERT_USAGE);
    rig_assertion(r, &(struct bend){0}, &sign_in);
    assert_int_equal(tg_session_renew(r->admit, s, tg_span_buf(&sign_in), NOW), TG_E_ASSERTION);
    assert_int_equal(renew_bent(r, s, (struct bend){0}), TG_OK);
    tg_cert_free(&twin_cert);
    made_done(&twin);
    tg_session_unref(&s);
}

static void count_end(void *ctx)
{
    ++*(int *)ctx;
}

static void test_displaced(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO first = TG_BUF_INIT(TG_TOKEN_BYTES);
    TG_BUF_AUTO second = TG_BUF_INIT(TG_TOKEN_BYTES);
    int ends = 0;
    struct tg_session *old = rig_sign_in(r, &first);

    assert_int_equal(tg_session_watch(old, count_end, &ends), TG_OK);
    assert_int_equal(tg_session_watch(old, count_end, &ends), TG_E_BUSY);
    struct tg_session *new = rig_sign_in(r, &second);
    assert_int_equal(ends, 1);
    assert_int_equal(tg_session_state(old, NOW), TG_E_SESSION_DISPLACED);
    assert_int_equal(rig_enter(r, tg_span_buf(&first), r->thumbprint, NOW), TG_E_SESSION_ENDED);
    assert_int_equal(rig_enter(r, tg_span_buf(&second), r->thumbprint, NOW), TG_OK);
    assert_false(tg_session_end(r->admit, old, TG_E_SESSION_ENDED)); /* it ended only once */
    assert_int_equal(ends, 1);
    tg_session_unref(&old);
    tg_session_unref(&new);
}

/* The connection that has verified the token before still notices, on its next request. */
static void test_displaced_on_old_connection(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO header = TG_BUF_INIT(TG_TOKEN_BYTES + 16);
    TG_BUF_AUTO other = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_bearer *bearer = NULL;
    struct tg_session *entered = NULL;

    assert_int_equal(tg_buf_add_str(&header, "bEaReR "), TG_OK);
    struct tg_session *old = rig_sign_in(r, &header);
    struct tg_shown shown = {.authorization = tg_span_buf(&header), .thumbprint = r->thumbprint, .now = NOW};
    assert_int_equal(tg_session_enter(r->admit, &bearer, &shown, &entered), TG_OK);
    struct tg_session *new = rig_sign_in(r, &other);
    assert_int_equal(tg_session_enter(r->admit, &bearer, &shown, &entered), TG_E_SESSION_DISPLACED);
    assert_string_equal(tg_bearer_claimed(bearer), tg_staff_session(tg_session_staff(old)));
    tg_bearer_free(&bearer);
    tg_session_unref(&old);
    tg_session_unref(&new);
}

/* A post that ends, a card that is blocked, a certificate that is revoked: on the next request, with nobody
 * acting. */
static void test_world_changes(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES * 4);
    struct tg_session *s = rig_sign_in(r, &token);

    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW), TG_OK);
    rig_put(r, "cards.csv", "card,person,status\n" CARD_ID ",E0001,blocked\n");
    rig_book(r);
    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW), TG_E_CARD_BLOCKED);
    rig_put(r, "cards.csv", "card,person,status\n" CARD_ID ",E0001,active\n");
    rig_book(r);
    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW),
                     TG_E_CARD_BLOCKED); /* not revived, and the reason is still said */
    tg_session_unref(&s);

    tg_buf_reset(&token);
    s = rig_sign_in(r, &token);
    rig_trust(r, 4711);
    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW), TG_E_CERT_REVOKED);
    tg_session_unref(&s);
    rig_trust(r, 0);

    tg_buf_reset(&token);
    s = rig_sign_in(r, &token);
    rig_put(r, "staff.csv",
            "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
            "E0001,試験,HOME,,,,counter,retail.counter,盛岡,,2020-04-01,\n");
    rig_book(r);
    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW),
                     TG_E_POST_CHANGED); /* moved to another office */
    tg_session_unref(&s);
}

static void test_sweep_and_idle(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    int ends = 0;
    struct tg_session *s = rig_sign_in(r, &token);

    assert_int_equal(tg_session_watch(s, count_end, &ends), TG_OK);
    tg_admit_sweep(r->admit, NOW + TG_LEASE_SECONDS - 1);
    assert_int_equal(ends, 0);
    tg_admit_sweep(r->admit, NOW + TG_LEASE_SECONDS);
    assert_int_equal(ends, 1);
    assert_int_equal(tg_session_state(s, NOW), TG_E_SESSION_ENDED);
    tg_session_unref(&s);
}

/* Renewals keep the lease, not the person: idle for fifteen minutes asks for the PIN again. */
static void test_idle(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    TG_BUF_AUTO fresh = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_session *s = rig_sign_in(r, &token);
    char nonce[TG_NONCE_TEXT_BYTES];
    tg_sec t;

    for (t = NOW; t < NOW + TG_IDLE_SECONDS; t += TG_LEASE_SECONDS - 1) {
        TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);

        assert_int_equal(tg_session_nonce(r->admit, s, t, nonce), TG_OK);
        rig_presence(r, &(struct bend){.nonce = nonce, .now = t}, &assertion);
        assert_int_equal(tg_session_renew(r->admit, s, tg_span_buf(&assertion), t), TG_OK);
    }
    assert_int_equal(tg_session_token(r->admit, s, "d", t - 1, &fresh), TG_OK);
    assert_int_equal(rig_enter(r, tg_span_buf(&fresh), r->thumbprint, NOW + TG_IDLE_SECONDS),
                     TG_E_SESSION_ENDED);
    tg_session_unref(&s);
}

/* A consent is found by its exact reference, in the newest book only, and the copy stays when the book goes.
 */
static void test_consent(void **state)
{
    struct rig *r = *state;
    struct tg_consent c = {.ref = "untouched"};

    assert_int_equal(tg_admit_consent(r->admit, "C-1", &c), TG_E_NOT_FOUND);
    assert_string_equal(c.ref, "untouched");
    rig_put(r, "consents.csv",
            "consent,company,point,purpose,from,to\n"
            "C-1,HOME,0212345678901234567890,switching,2026-11-01,2026-11-30\n");
    rig_book(r);
    assert_int_equal(tg_admit_consent(r->admit, "C-1", &c), TG_OK);
    rig_put(r, "consents.csv", "consent,company,point,purpose,from,to\n");
    rig_book(r);
    assert_string_equal(c.company, "HOME");
    assert_string_equal(c.point, "0212345678901234567890");
    assert_string_equal(c.purpose, "switching");
    assert_int_equal(c.to - c.from, 29);
    assert_int_equal(tg_admit_consent(r->admit, "C-1", &c), TG_E_NOT_FOUND); /* withdrawn */
    assert_int_equal(tg_admit_consent(r->admit, "", &c), TG_E_NOT_FOUND);
}

static void two_grants(void *ctx, const struct tg_staff *s, tg_sec now, struct tg_jout *ids)
{
    struct rig *r = ctx;

    assert_non_null(r);
    assert_string_not_equal(tg_staff_person(s), "");
    if (now < NOW + 2) {
        tg_jout_str(ids, "EV-1");
        tg_jout_str(ids, "EV-2");
    }
}

static bool claims(struct tg_span token, const char *what)
{
    const uint8_t *first = memchr(token.p, '.', token.n);
    const uint8_t *second = memchr(first + 1, '.', token.n - (size_t)(first + 1 - token.p));
    TG_BUF_AUTO said = TG_BUF_INIT(TG_TOKEN_BYTES);

    assert_int_equal(tg_b64u_decode(tg_span(first + 1, (size_t)(second - first - 1)), &said), TG_OK);
    return memmem(said.p, said.n, what, strlen(what)) != NULL;
}

/* What a token says of grants is of the moment that it was made at; the session goes on without them. */
static void test_token_grants(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO none = TG_BUF_INIT(TG_TOKEN_BYTES);
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    TG_BUF_AUTO later = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_session *s = rig_sign_in(r, &none);

    assert_true(claims(tg_span_buf(&none), "\"grants\":[]"));
    tg_admit_set_grants(r->admit, two_grants, r);
    assert_int_equal(tg_session_token(r->admit, s, "d", NOW + 1, &token), TG_OK);
    assert_true(claims(tg_span_buf(&token), "\"grants\":[\"EV-1\",\"EV-2\"]"));
    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW + 1), TG_OK);
    assert_int_equal(tg_session_token(r->admit, s, "d", NOW + 2, &later), TG_OK);
    assert_true(claims(tg_span_buf(&later), "\"grants\":[]"));
    tg_session_unref(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_token_bound_to_tls_key, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_token_changed, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_token_grants, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_lease, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_renewal, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_renewal_overtaken, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_renewal_bent, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_displaced, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_displaced_on_old_connection, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_world_changes, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_sweep_and_idle, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_consent, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_idle, rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
