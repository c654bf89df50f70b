/* Every way in that is not the way in. */
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "tests/unit/admit/rig.h"

/* Bends one thing, signs, redeems. */
static enum tg_err bent(struct rig *r, const struct bend *b)
{
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_session *s = NULL;
    enum tg_err e;

    rig_assertion(r, b, &assertion);
    e = rig_redeem(r, tg_span_buf(&assertion), &s, &token);
    if (e != TG_OK) {
        assert_null(s);
        assert_int_equal(token.n, 0);
    }
    tg_session_unref(&s);
    return e;
}

static void test_the_right_way(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_session *s = rig_sign_in(r, &token);

    assert_string_equal(tg_staff_person(tg_session_staff(s)), PERSON_ID);
    assert_string_equal(tg_staff_card(tg_session_staff(s)), CARD_ID);
    assert_string_equal(tg_staff_role(tg_session_staff(s)), "retail.counter");
    assert_int_equal(rig_enter(r, tg_span_buf(&token), r->thumbprint, NOW), TG_OK);
    tg_session_unref(&s);
}

static void test_replayed(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES * 2);
    struct tg_session *s = NULL, *again = NULL;

    rig_assertion(r, &(struct bend){0}, &assertion);
    assert_int_equal(rig_redeem(r, tg_span_buf(&assertion), &s, &token), TG_OK);
    assert_int_equal(rig_redeem(r, tg_span_buf(&assertion), &again, &token), TG_E_ASSERTION_REPLAY);
    assert_null(again);
    tg_session_unref(&s);
}

static void test_wrong_nonce(void **state)
{
    struct rig *r = *state;
    char nonce[TG_NONCE_TEXT_BYTES];
    uint8_t other[32] = {1};

    assert_int_equal(
        bent(r, &(struct bend){.nonce = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
        TG_E_NONCE);
    assert_int_equal(bent(r, &(struct bend){.nonce = "short-but-legal-text"}), TG_E_NONCE);
    assert_int_equal(tg_nonce_make(r->admit, other, NOW, nonce), TG_OK); /* asked for by another TLS key */
    assert_int_equal(bent(r, &(struct bend){.nonce = nonce}), TG_E_NONCE);
    assert_int_equal(tg_nonce_make(r->admit, r->thumbprint, NOW - TG_NONCE_SECONDS - 1, nonce), TG_OK);
    assert_int_equal(bent(r, &(struct bend){.nonce = nonce}), TG_E_NONCE); /* too old */
    assert_int_equal(tg_nonce_make(r->admit, r->thumbprint, NOW, nonce), TG_OK);
    nonce[20] = nonce[20] == 'A' ? 'B' : 'A';
    assert_int_equal(bent(r, &(struct bend){.nonce = nonce}), TG_E_NONCE); /* one letter changed */
}

static void test_wrong_audience(void **state)
{
    assert_int_equal(bent(*state, &(struct bend){.audience = "https://localhost:8444"}),
                     TG_E_ASSERTION_AUDIENCE);
    assert_int_equal(bent(*state, &(struct bend){.audience = ISSUER "/"}), TG_E_ASSERTION_AUDIENCE);
}

static void test_wrong_thumbprint(void **state)
{
    uint8_t other[32] = {2};

    assert_int_equal(bent(*state, &(struct bend){.thumbprint = other}), TG_E_ASSERTION_BINDING);
}

static void test_wrong_time(void **state)
{
    tg_sec early = NOW + TG_CLOCK_SKEW_SECONDS + 1;
    tg_sec late = NOW - TG_ASSERTION_SECONDS - TG_CLOCK_SKEW_SECONDS;

    assert_int_equal(bent(*state, &(struct bend){.now = early}), TG_E_ASSERTION_TIME);
    assert_int_equal(bent(*state, &(struct bend){.now = late}), TG_E_ASSERTION_TIME);
    assert_int_equal(bent(*state, &(struct bend){.now = late + 1}), TG_OK);
}

static void test_wrong_key(void **state)
{
    struct rig *r = *state;
    EVP_PKEY *other = EVP_EC_gen("P-256");

    assert_int_equal(bent(r, &(struct bend){.key = other}), TG_E_SIGNATURE);
    assert_int_equal(bent(r, &(struct bend){.key = r->card.key}),
                     TG_E_SIGNATURE); /* the same card's 9E key */
    EVP_PKEY_free(other);
}

/* The header's algorithm changed after the fact: bytes no longer match, or the algorithm is not the key's. */
static void test_wrong_algorithm(void **state)
{
    static const struct {
        const char *head;
        enum tg_err want;
    } cases[] = {
        {"{\"alg\":\"none\",\"typ\":\"card-assertion+jwt\",\"x5c\":[\"%s\"]}", TG_E_ALGORITHM},
        {"{\"alg\":\"HS256\",\"typ\":\"card-assertion+jwt\",\"x5c\":[\"%s\"]}", TG_E_ALGORITHM},
        {"{\"alg\":\"RS256\",\"typ\":\"card-assertion+jwt\",\"x5c\":[\"%s\"]}", TG_E_ALGORITHM},
        {"{\"alg\":\"ES384\",\"typ\":\"card-assertion+jwt\",\"x5c\":[\"%s\"]}", TG_E_ALGORITHM},
        {"{\"alg\":\"ES256\",\"typ\":\"card-presence+jwt\",\"x5c\":[\"%s\"]}", TG_E_ASSERTION},
        {"{\"alg\":\"ES256\",\"typ\":\"card-assertion+jwt\",\"crit\":[\"x\"],\"x5c\":[\"%s\"]}",
         TG_E_ASSERTION},
    };
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TG_BUF_AUTO good = TG_BUF_INIT(TG_JWS_BYTES);
        TG_BUF_AUTO x5c = TG_BUF_INIT(TG_CERT_DER_BYTES * 2);
        TG_BUF_AUTO head = TG_BUF_INIT(TG_JWS_BYTES);
        TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
        TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
        struct tg_session *s = NULL;
        const char *at = strstr(cases[i].head, "%s");

        rig_assertion(r, &(struct bend){0}, &good);
        assert_int_equal(tg_b64_encode(tg_cert_der(r->auth_cert), &x5c), TG_OK);
        assert_int_equal(tg_buf_add(&head, cases[i].head, (size_t)(at - cases[i].head)), TG_OK);
        assert_int_equal(tg_buf_add_span(&head, tg_span_buf(&x5c)), TG_OK);
        assert_int_equal(tg_buf_add_str(&head, at + 2), TG_OK);
        assert_int_equal(tg_b64u_encode(tg_span_buf(&head), &text), TG_OK);
        const uint8_t *dot = memchr(good.p, '.', good.n);
        assert_int_equal(tg_buf_add(&text, dot, good.n - (size_t)(dot - good.p)), TG_OK);
        enum tg_err e = rig_redeem(r, tg_span_buf(&text), &s, &token);
        if (e != cases[i].want && !(cases[i].want == TG_E_ASSERTION && e == TG_E_ALGORITHM)) {
            fail_msg("case %zu: %s", i, tg_err_code(e));
        }
        assert_null(s);
    }
}

/* Anybody can sign well with a certificate of their own. */
static void test_foreign_authority(void **state)
{
    struct rig *r = *state;
    struct spec root = spec_root("root"); /* even of the same name */
    struct made other = make_cert(&root);
    struct spec auth = spec_auth(&other);
    struct made leaf = make_cert(&auth);
    struct tg_cert *cert = parsed(&leaf);

    assert_int_equal(bent(r, &(struct bend){.cert = cert, .key = leaf.key}), TG_E_CERT_UNTRUSTED);
    tg_cert_free(&cert);
    made_done(&leaf);
    made_done(&other);
}

/* The memory of used nonces is for cards of ours: nobody else can fill it and so keep everybody out. */
static void test_strangers_use_up_nothing(void **state)
{
    struct rig *r = *state;
    struct spec root = spec_root("root");
    struct made other = make_cert(&root);
    struct spec auth = spec_auth(&other);
    struct made leaf = make_cert(&auth);
    struct tg_cert *cert = parsed(&leaf);
    char nonce[TG_NONCE_TEXT_BYTES];

    assert_int_equal(tg_nonce_make(r->admit, r->thumbprint, NOW, nonce), TG_OK);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(bent(r, &(struct bend){.nonce = nonce, .cert = cert, .key = leaf.key}),
                         TG_E_CERT_UNTRUSTED);
        assert_int_equal(bent(r, &(struct bend){.nonce = nonce, .key = leaf.key}), TG_E_SIGNATURE);
    }
    assert_int_equal(rig_used_nonces(r), 0);
    assert_int_equal(bent(r, &(struct bend){.nonce = nonce}), TG_OK);
    assert_int_equal(rig_used_nonces(r), 1);
    assert_int_equal(bent(r, &(struct bend){.nonce = nonce}), TG_E_ASSERTION_REPLAY);
    /* what a card of ours has signed is used up although it is refused */
    assert_int_equal(tg_nonce_make(r->admit, r->thumbprint, NOW, nonce), TG_OK);
    assert_int_equal(bent(r, &(struct bend){.nonce = nonce, .audience = "https://elsewhere"}),
                     TG_E_ASSERTION_AUDIENCE);
    assert_int_equal(bent(r, &(struct bend){.nonce = nonce}), TG_E_ASSERTION_REPLAY);
    tg_cert_free(&cert);
    made_done(&leaf);
    made_done(&other);
}

/* A stolen glance: the thief's own valid card, another person's name in the claims, is impossible to make
 * with the client's code; what the server does with it is the same as with a card registered to somebody
 * else.
 */
static void test_card_of_somebody_else(void **state)
{
    struct rig *r = *state;

    rig_put(r, "cards.csv", "card,person,status\n" CARD_ID ",E0002,active\n");
    rig_book(r);
    assert_int_equal(bent(r, &(struct bend){0}), TG_E_CARD_UNKNOWN);
}

static void test_people(void **state)
{
    static const struct {
        const char *file, *text;
        enum tg_err want;
    } cases[] = {
        {"cards.csv", "card,person,status\n", TG_E_CARD_UNKNOWN},
        {"cards.csv", "card,person,status\n" CARD_ID ",E0001,blocked\n", TG_E_CARD_BLOCKED},
        {"staff.csv", "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n",
         TG_E_PERSON_UNKNOWN},
        {"staff.csv",
         "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
         "E0001,試験,HOME,,,2027-01-14,counter,retail.counter,八戸,,2020-04-01,\n",
         TG_E_PERSON_LEFT},
        {"staff.csv",
         "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
         "E0001,試験,HOME,,,,counter,retail.counter,八戸,,2020-04-01,2027-01-14\n",
         TG_E_POST_NONE},
        {"staff.csv",
         "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
         "E0001,試験,HOME,,,,counter,retail.counter,八戸,,2020-04-01,2027-01-15\n",
         TG_OK}, /* the last day still counts */
        {"staff.csv",
         "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
         "E0001,試験,HOME,,,,counter,retail.counter,八戸,,2020-04-01,\n"
         "E0001,試験,HOME,,,,dunning,retail.dunning,八戸,,2020-04-01,\n",
         TG_E_POST_CHOICE},
    };
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rig_put(r, "cards.csv", "card,person,status\n" CARD_ID ",E0001,active\n");
        rig_put(r, "staff.csv", STAFF);
        rig_put(r, cases[i].file, cases[i].text);
        rig_book(r);
        assert_int_equal(bent(r, &(struct bend){0}), cases[i].want);
    }
    assert_int_equal(bent(r, &(struct bend){.post = "dunning"}), TG_OK);
    assert_int_equal(bent(r, &(struct bend){.post = "director"}), TG_E_POST_NOT_HELD);
}

static void test_revoked(void **state)
{
    struct rig *r = *state;

    rig_trust(r, 4711);
    assert_int_equal(bent(r, &(struct bend){0}), TG_E_CERT_REVOKED);
    rig_trust(r, 0);
    assert_int_equal(bent(r, &(struct bend){0}), TG_OK);
}

/* "The card is still here" says nothing about who holds it. */
static void test_presence_is_no_sign_in(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_session *s = NULL;

    rig_presence(r, &(struct bend){0}, &assertion);
    assert_int_equal(rig_redeem(r, tg_span_buf(&assertion), &s, &token), TG_E_ASSERTION);
    assert_null(s);
}

static void test_every_byte_counts(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO good = TG_BUF_INIT(TG_JWS_BYTES);
    size_t step = 7; /* every seventh byte: some 300 places, each a nonce and a signature */

    rig_assertion(r, &(struct bend){0}, &good);
    for (size_t i = 0; i < good.n; i += step) {
        TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
        struct tg_session *s = NULL;
        uint8_t was = good.p[i];

        good.p[i] = was == 'A' ? 'B' : 'A';
        assert_int_not_equal(rig_redeem(r, tg_span_buf(&good), &s, &token), TG_OK);
        assert_null(s);
        good.p[i] = was;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_right_way, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_replayed, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_wrong_nonce, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_wrong_audience, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_wrong_thumbprint, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_wrong_time, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_wrong_key, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_wrong_algorithm, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_foreign_authority, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_strangers_use_up_nothing, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_card_of_somebody_else, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_people, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_revoked, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_presence_is_no_sign_in, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_every_byte_counts, rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
