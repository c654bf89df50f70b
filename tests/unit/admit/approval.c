/* An approval that holds, and everything that is not one. */
#include "server/admit/approval.h"

#include <openssl/hmac.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "client/proof/approval.h"
#include "tests/unit/admit/rig.h"

#define D1 "1111111111111111111111111111111111111111111111111111111111111111"
#define D2 "2222222222222222222222222222222222222222222222222222222222222222"
#define P0 "0000000000000000000000000000000000000000000000000000000000000000"

/* What this rig keeps of its own: the same book and anchors that its admit was given. */
static struct tg_staff_book *book_of(struct rig *r)
{
    struct tg_staff_book *book = NULL;
    char why[256] = "";

    if (tg_book_load(r->folder, &book, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
    return book;
}

/* Revoked a given number of seconds after NOW (serial 0: nobody). */
static struct tg_trust *trust_with(struct rig *r, uint64_t serial, int64_t when)
{
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    struct crl_spec root = spec_crl(&r->root), issuing = spec_crl(&r->issuing);

    if (serial != 0) {
        issuing.revoked[0] = serial;
        issuing.last = when;
    }
    add_crl(&root, &crls);
    add_crl(&issuing, &crls);
    return trust_of(&r->root, &r->issuing, &crls);
}

static struct tg_approving right(const struct rig *r)
{
    return (struct tg_approving){
        .act = "policy", .digest = D1, .prior = P0, .seq = 3, .audience = ISSUER, .cert = r->auth_cert};
}

static struct tg_approval_ask wanted(struct tg_span text)
{
    return (struct tg_approval_ask){
        .text = text, .audience = ISSUER, .act = "policy", .digest = D1, .prior = P0, .seq = 3, .now = NOW};
}

static void sign(const struct tg_approving *a, EVP_PKEY *key, tg_sec now, struct tg_buf *out)
{
    tg_buf_reset(out);
    assert_int_equal(tg_approval_sign(a, now, tg_jws_sign_with_key, key, out), TG_OK);
}

/* Signed by the rig's card, and asked about; ret may be NULL. */
static enum tg_err check(struct rig *r, const struct tg_approval_ask *ask, struct tg_approval *ret)
{
    struct tg_staff_book *book = book_of(r);
    struct tg_trust *trust = trust_with(r, 0, 0);
    struct tg_approval got = {.person = "nobody"};
    enum tg_err e = tg_approval_check(book, trust, ask, &got);

    if (e != TG_OK) {
        assert_string_equal(got.person, "nobody"); /* nothing is handed out of a refused one */
    } else if (ret != NULL) {
        *ret = got;
    }
    tg_book_unref(&book);
    tg_trust_free(&trust);
    return e;
}

static enum tg_err check_then(struct tg_trust *trust, const struct tg_approval_ask *ask)
{
    struct tg_approval got = {.person = "nobody"};
    enum tg_err e = tg_approval_check_then(NULL, trust, ask, &got);

    assert_string_equal(got.person, e == TG_OK ? PERSON_ID : "nobody");

    tg_trust_free(&trust);
    return e;
}

static void test_holds(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_approving a = right(r);
    struct tg_approval got;

    sign(&a, r->auth.key, NOW, &text);
    struct tg_approval_ask ask = wanted(tg_span_buf(&text));
    assert_int_equal(check(r, &ask, &got), TG_OK);
    assert_string_equal(got.person, PERSON_ID);
    assert_string_equal(got.card, CARD_ID);
    assert_string_equal(got.post, "counter");
    assert_string_equal(got.role, "retail.counter");
    assert_string_equal(got.act, "policy");
    assert_string_equal(got.digest, D1);
    assert_string_equal(got.prior, P0);
    assert_int_equal(got.seq, 3);
    assert_int_equal(got.time, NOW);
    assert_int_equal(got.until, NOW + TG_APPROVAL_SECONDS);
    assert_int_equal(strlen(got.jti), 32);
    assert_int_equal(check_then(trust_with(r, 0, 0), &ask), TG_OK);
    struct tg_approval_claim claim;
    tg_approval_claimed(ask.text, &claim);
    assert_string_equal(claim.person, PERSON_ID);
    assert_string_equal(claim.jti, got.jti);
    tg_approval_claimed(tg_span_str("nonsense"), &claim);
    assert_string_equal(claim.person, "");
    assert_string_equal(claim.jti, "");
}

/* Right in itself, and for something else. */
static void test_meant_for_something_else(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_approving a = right(r);

    sign(&a, r->auth.key, NOW, &text);
    const struct {
        struct tg_approval_ask ask;
        enum tg_err want;
    } cases[] = {
        {{.audience = "https://localhost:8444", .act = "policy", .digest = D1, .prior = P0, .seq = 3},
         TG_E_ASSERTION_AUDIENCE},
        {{.audience = ISSUER, .act = "cards", .digest = D1, .prior = P0, .seq = 3}, TG_E_APPROVAL_ACT},
        {{.audience = ISSUER, .act = "policy", .digest = D2, .prior = P0, .seq = 3}, TG_E_APPROVAL_DIGEST},
        {{.audience = ISSUER, .act = "policy", .digest = D1, .prior = D2, .seq = 3}, TG_E_APPROVAL_ORDER},
        {{.audience = ISSUER, .act = "policy", .digest = D1, .prior = P0, .seq = 4}, TG_E_APPROVAL_ORDER},
        {{.audience = ISSUER, .act = "policy", .digest = D1},
         TG_E_APPROVAL_ORDER}, /* more was said than is asked */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tg_approval_ask ask = cases[i].ask;

        ask.text = tg_span_buf(&text);
        ask.now = NOW;
        assert_int_equal(check(r, &ask, NULL), cases[i].want);
        assert_int_equal(check_then(trust_with(r, 0, 0), &ask), cases[i].want);
    }
    a.prior = NULL;
    sign(&a, r->auth.key, NOW, &text); /* less was said than is asked */
    struct tg_approval_ask ask = wanted(tg_span_buf(&text));
    assert_int_equal(check(r, &ask, NULL), TG_E_APPROVAL_ORDER);
    ask.prior = NULL;
    ask.seq = 0;
    assert_int_equal(check(r, &ask, NULL), TG_OK);
}

static void test_time(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_approving a = right(r);
    tg_sec end = NOW + TG_APPROVAL_SECONDS + TG_CLOCK_SKEW_SECONDS;

    sign(&a, r->auth.key, NOW, &text);
    struct tg_approval_ask ask = wanted(tg_span_buf(&text));
    ask.now = NOW - TG_CLOCK_SKEW_SECONDS;
    assert_int_equal(check(r, &ask, NULL), TG_OK);
    ask.now = NOW - TG_CLOCK_SKEW_SECONDS - 1;
    assert_int_equal(check(r, &ask, NULL), TG_E_APPROVAL_TIME);
    assert_int_equal(check_then(trust_with(r, 0, 0), &ask), TG_E_APPROVAL_TIME);
    ask.now = end - 1;
    assert_int_equal(check(r, &ask, NULL), TG_OK);
    ask.now = end;
    assert_int_equal(check(r, &ask, NULL), TG_E_APPROVAL_TIME);
    assert_int_equal(check_then(trust_with(r, 0, 0), &ask), TG_E_APPROVAL_TIME);
}

/* A JWS made by hand: head and claims as given, %s in the head stands for x5c. */
struct forged {
    const char *head, *claims;
    EVP_PKEY *key;
    enum tg_alg alg;
};

static void forge(const struct rig *r, const struct forged *f, struct tg_buf *out)
{
    TG_BUF_AUTO x5c = TG_BUF_INIT(TG_CERT_DER_BYTES * 2);
    char head[8192];
    const char *at = strstr(f->head, "%s");

    assert_int_equal(tg_b64_encode(tg_cert_der(r->auth_cert), &x5c), TG_OK);
    assert_non_null(at);
    (void)snprintf(head, sizeof head, "%.*s%s%s", (int)(at - f->head), f->head, tg_buf_cstr(&x5c), at + 2);
    tg_buf_reset(out);
    assert_int_equal(tg_jws_sign(tg_span_str(head), tg_span_str(f->claims),
                                 &(struct tg_signer){f->alg, tg_jws_sign_with_key, f->key}, out),
                     TG_OK);
}

#define HEAD(typ) "{\"alg\":\"ES256\",\"typ\":\"" typ "\",\"x5c\":[\"%s\"]}"
#define WHO \
    "\"iss\":\"" PERSON_ID "\",\"sub\":\"" PERSON_ID "\",\"aud\":\"" ISSUER "\",\"card\":\"" CARD_ID "\","
#define WHAT "\"act\":\"policy\",\"digest\":\"" D1 "\",\"prior\":\"" P0 "\",\"seq\":3,"
#define WHEN "\"iat\":1800000000,\"exp\":1800000600,"
#define ID "\"jti\":\"0123456789abcdef\""

/* Claims are complete, known, bounded and agree with the certificate; one wrong thing each. */
static void test_claims(void **state)
{
    static const struct {
        const char *claims;
        enum tg_err want;
    } cases[] = {
        {"{" WHO WHAT WHEN ID "}", TG_OK},
        {"{" WHO WHAT WHEN ID ",\"note\":\"x\"}", TG_E_APPROVAL},
        {"{" WHO WHAT WHEN ID ",\"nonce\":\"0123456789abcdef\"}", TG_E_APPROVAL},
        {"{" WHO WHAT WHEN "\"jti\":\"short\"}", TG_E_APPROVAL},
        {"{" WHO WHAT WHEN "\"jti\":17}", TG_E_APPROVAL},
        {"{" WHO WHAT "\"iat\":1800000000," ID "}", TG_E_APPROVAL},
        {"{" WHO WHAT "\"exp\":1800000600," ID "}", TG_E_APPROVAL},
        {"{" WHO WHAT "\"iat\":1800000000,\"exp\":1800000000," ID "}", TG_E_APPROVAL_TIME},
        {"{" WHO WHAT "\"iat\":1800000000,\"exp\":1800086401," ID "}", TG_E_APPROVAL_TIME},
        {"{" WHO WHAT "\"iat\":1800000000,\"exp\":1800086400," ID "}", TG_OK},
        {"{" WHO "\"act\":\"policy\",\"digest\":\"" D1 "\",\"prior\":\"" P0 "\"," WHEN ID "}",
         TG_E_APPROVAL_ORDER},
        {"{" WHO "\"act\":\"policy\",\"digest\":\"" D1 "\",\"seq\":3," WHEN ID "}", TG_E_APPROVAL_ORDER},
        {"{" WHO "\"act\":\"policy\",\"digest\":\"" D1 "\",\"prior\":\"" P0 "\",\"seq\":0," WHEN ID "}",
         TG_E_APPROVAL},
        {"{" WHO "\"act\":\"policy\",\"digest\":\"1\",\"prior\":\"" P0 "\",\"seq\":3," WHEN ID "}",
         TG_E_APPROVAL},
        {"{" WHO "\"act\":\"\",\"digest\":\"" D1 "\",\"prior\":\"" P0 "\",\"seq\":3," WHEN ID "}",
         TG_E_APPROVAL},
        {"{\"iss\":\"E0002\",\"sub\":\"E0002\",\"aud\":\"" ISSUER "\",\"card\":\"" CARD_ID "\"," WHAT WHEN ID
         "}",
         TG_E_CERT_IDENTITY},
        {"{\"iss\":\"E0001\",\"sub\":\"E0002\",\"aud\":\"" ISSUER "\",\"card\":\"" CARD_ID "\"," WHAT WHEN ID
         "}",
         TG_E_CERT_IDENTITY},
        {"{\"iss\":\"E0001\",\"sub\":\"E0001\",\"aud\":\"" ISSUER
         "\",\"card\":\"91234567-89ab-4cde-8f01-23456789abcd\"," WHAT WHEN ID "}",
         TG_E_CERT_IDENTITY},
        {"{" WHO WHAT WHEN ID ",\"post\":\"director\"}", TG_E_POST_NOT_HELD},
        {"{" WHO WHAT WHEN ID ",\"post\":\"counter\"}", TG_OK},
        {"{" WHO WHO WHAT WHEN ID "}", TG_E_APPROVAL},
        {"[]", TG_E_APPROVAL},
        {"{}", TG_E_APPROVAL},
    };
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
        struct forged f = {HEAD("approval+jwt"), cases[i].claims, r->auth.key, TG_ALG_ES256};

        forge(r, &f, &text);
        struct tg_approval_ask ask = wanted(tg_span_buf(&text));
        enum tg_err got = check(r, &ask, NULL);
        if (got != cases[i].want) {
            fail_msg("%s: %s", cases[i].claims, tg_err_code(got));
        }
    }
}

static void test_heads(void **state)
{
    static const char *const heads[] = {
        HEAD("card-assertion+jwt"),
        HEAD("card-presence+jwt"),
        HEAD("JWT"),
        "{\"alg\":\"ES256\",\"x5c\":[\"%s\"]}",
        "{\"alg\":\"ES256\",\"typ\":\"approval+jwt\",\"kid\":\"a\",\"x5c\":[\"%s\"]}",
        "{\"alg\":\"ES256\",\"typ\":\"approval+jwt\",\"crit\":[\"exp\"],\"x5c\":[\"%s\"]}",
        "{\"alg\":\"ES256\",\"typ\":\"approval+jwt\",\"x5c\":[],\"jwk\":\"%s\"}",
    };
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
        struct forged f = {heads[i], "{" WHO WHAT WHEN ID "}", r->auth.key, TG_ALG_ES256};

        forge(r, &f, &text);
        struct tg_approval_ask ask = wanted(tg_span_buf(&text));
        assert_int_equal(check(r, &ask, NULL), TG_E_APPROVAL);
    }
}

/* header.payload of a right one under another header, with the signature that goes with it: none, or an HMAC
 * keyed with what everybody can read. */
static void other_algorithm(const struct rig *r, const char *alg, struct tg_buf *out)
{
    TG_BUF_AUTO x5c = TG_BUF_INIT(TG_CERT_DER_BYTES * 2);
    TG_BUF_AUTO head = TG_BUF_INIT(TG_JWS_HEADER_BYTES);
    uint8_t mac[32];
    unsigned n = sizeof mac;
    struct tg_span der = tg_cert_der(r->auth_cert);

    assert_int_equal(tg_b64_encode(der, &x5c), TG_OK);
    assert_int_equal(tg_buf_addf(&head, "{\"alg\":\"%s\",\"typ\":\"approval+jwt\",\"x5c\":[\"%s\"]}", alg,
                                 tg_buf_cstr(&x5c)),
                     TG_OK);
    assert_int_equal(tg_b64u_encode(tg_span_buf(&head), out), TG_OK);
    assert_int_equal(tg_buf_add_str(out, "."), TG_OK);
    assert_int_equal(tg_b64u_encode(tg_span_str("{" WHO WHAT WHEN ID "}"), out), TG_OK);
    assert_non_null(HMAC(EVP_sha256(), der.p, (int)der.n, out->p, out->n, mac, &n));
    assert_int_equal(tg_buf_add_str(out, "."), TG_OK);
    if (strcmp(alg, "HS256") == 0) {
        assert_int_equal(tg_b64u_encode(tg_span(mac, n), out), TG_OK);
    }
}

static void test_algorithms(void **state)
{
    static const char *const algs[] = {"none", "HS256", "nOnE"};
    struct rig *r = *state;

    for (size_t i = 0; i < 3; i++) {
        TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);

        other_algorithm(r, algs[i], &text);
        struct tg_approval_ask ask = wanted(tg_span_buf(&text));
        enum tg_err e = check(r, &ask, NULL);
        assert_true(e == TG_E_ALGORITHM || e == TG_E_APPROVAL);
    }
    /* an algorithm that is not the key's: ES384 said, P-256 key in the certificate, P-384 key signs */
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
    EVP_PKEY *p384 = EVP_EC_gen("P-384");
    forge(r,
          &(struct forged){"{\"alg\":\"ES384\",\"typ\":\"approval+jwt\",\"x5c\":[\"%s\"]}",
                           "{" WHO WHAT WHEN ID "}", p384, TG_ALG_ES384},
          &text);
    struct tg_approval_ask ask = wanted(tg_span_buf(&text));
    assert_int_equal(check(r, &ask, NULL), TG_E_ALGORITHM);
    EVP_PKEY_free(p384);
}

/* Another key than the certificate's, 9E, an authority of nobody's, a certificate that signs only. */
static void test_cards(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_approving a = right(r);
    struct spec foreign_root = spec_root("foreign"), leaf, only;
    struct made root = make_cert(&foreign_root), forged, signer;

    sign(&a, r->card.key, NOW, &text);
    struct tg_approval_ask ask = wanted(tg_span_buf(&text));
    assert_int_equal(check(r, &ask, NULL), TG_E_SIGNATURE);
    a.cert = r->card_cert; /* 9E needs no PIN: it approves nothing */
    assert_int_equal(tg_approval_sign(&a, NOW, tg_jws_sign_with_key, r->card.key, &text), TG_E_CERT_IDENTITY);
    leaf = spec_auth(&root);
    forged = make_cert(&leaf);
    only = spec_auth(&r->issuing);
    only.eku = "emailProtection";
    signer = make_cert(&only);
    struct tg_cert *foreign = parsed(&forged), *sign_only = parsed(&signer);
    a.cert = foreign;
    sign(&a, forged.key, NOW, &text);
    ask = wanted(tg_span_buf(&text));
    assert_int_equal(check(r, &ask, NULL), TG_E_CERT_UNTRUSTED);
    assert_int_equal(check_then(trust_with(r, 0, 0), &ask), TG_E_CERT_UNTRUSTED);
    a.cert = sign_only;
    sign(&a, signer.key, NOW, &text);
    ask = wanted(tg_span_buf(&text));
    assert_int_equal(check(r, &ask, NULL), TG_E_CERT_USAGE);
    assert_int_equal(check_then(trust_with(r, 0, 0), &ask), TG_E_CERT_USAGE);
    tg_cert_free(&foreign);
    tg_cert_free(&sign_only);
    made_done(&forged);
    made_done(&signer);
    made_done(&root);
}

/* Between the signature and its use the card was revoked: not any more. After its use: it stays a signature.
 */
static void test_revoked(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_approving a = right(r);
    struct tg_staff_book *book = book_of(r);
    struct tg_trust *later = trust_with(r, 4711, 600);
    struct tg_approval got;

    sign(&a, r->auth.key, NOW, &text);
    struct tg_approval_ask ask = wanted(tg_span_buf(&text));
    ask.now = NOW + 1200;
    assert_int_equal(tg_approval_check(book, later, &ask, &got), TG_E_CERT_REVOKED);
    assert_int_equal(tg_approval_check_then(book, later, &ask, &got), TG_E_CERT_REVOKED);
    ask.now = NOW + 599; /* it was acted on a second before; the list of today is younger than that */
    assert_int_equal(tg_approval_check(book, later, &ask, &got), TG_E_CERT_CRL);
    assert_int_equal(tg_approval_check_then(book, later, &ask, &got), TG_OK);
    ask.now = NOW + 600;
    assert_int_equal(check_then(later, &ask), TG_E_CERT_REVOKED); /* in the same second */
    assert_int_equal(check_then(trust_with(r, 4711, -600), &ask), TG_E_CERT_REVOKED);
    assert_int_equal(check_then(trust_with(r, 4712, -600), &ask), TG_OK); /* somebody else's */
    /* dates are those of the act: a certificate that was not valid then does not become so */
    sign(&a, r->auth.key, NOW - 2 * DAY, &text);
    ask = wanted(tg_span_buf(&text));
    ask.now = NOW - 2 * DAY;
    assert_int_equal(check_then(trust_with(r, 0, 0), &ask), TG_E_CERT_NOT_YET);
    tg_book_unref(&book);
}

static void test_people(void **state)
{
    static const struct {
        const char *file, *text;
        enum tg_err want;
    } cases[] = {
        {"cards.csv", "card,person,status\n" CARD_ID "," PERSON_ID ",blocked\n", TG_E_CARD_BLOCKED},
        {"cards.csv", "card,person,status\n", TG_E_CARD_UNKNOWN},
        {"cards.csv", "card,person,status\n" CARD_ID ",E0002,active\n", TG_E_CARD_UNKNOWN},
        {"cards.csv", "card,person,status\n" CARD_ID "," PERSON_ID ",active\n", TG_OK},
        {"staff.csv",
         "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
         "E0001,試験 一郎,HOME,,,2020-12-31,counter,retail.counter,八戸,,2020-04-01,2020-12-31\n",
         TG_E_PERSON_LEFT},
        {"staff.csv",
         "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
         "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸,,2020-04-01,2021-12-31\n",
         TG_E_POST_NONE},
    };
    struct rig *r = *state;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_approving a = right(r);

    sign(&a, r->auth.key, NOW, &text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tg_approval_ask ask = wanted(tg_span_buf(&text));

        rig_put(r, cases[i].file, cases[i].text);
        assert_int_equal(check(r, &ask, NULL), cases[i].want);
        assert_int_equal(check_then(trust_with(r, 0, 0), &ask), TG_OK); /* who has left has still signed */
        struct tg_staff_book *book = book_of(r);
        struct tg_trust *trust = trust_with(r, 0, 0);
        struct tg_approval got;
        assert_int_equal(tg_approval_check_then(book, trust, &ask, &got), cases[i].want);
        tg_book_unref(&book);
        tg_trust_free(&trust);
    }
}

/* A sign-in is no approval, an approval no sign-in. */
static void test_not_each_other(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_approving a = right(r);
    struct tg_session *s = NULL;

    rig_assertion(r, &(struct bend){0}, &text);
    struct tg_approval_ask ask = wanted(tg_span_buf(&text));
    assert_int_equal(check(r, &ask, NULL), TG_E_APPROVAL);
    sign(&a, r->auth.key, NOW, &text);
    assert_int_equal(rig_redeem(r, tg_span_buf(&text), &s, &token), TG_E_ASSERTION);
    assert_null(s);
}

static void test_every_byte_counts(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_approving a = right(r);
    struct tg_staff_book *book = book_of(r);
    struct tg_trust *trust = trust_with(r, 0, 0);
    struct tg_approval got;

    sign(&a, r->auth.key, NOW, &text);
    struct tg_approval_ask ask = wanted(tg_span_buf(&text));
    for (size_t i = 0; i < text.n; i++) {
        uint8_t was = text.p[i];

        text.p[i] = was == 'A' ? 'B' : 'A';
        assert_int_not_equal(tg_approval_check(book, trust, &ask, &got), TG_OK);
        text.p[i] = was;
    }
    for (size_t i = 0; i < text.n; i += 13) { /* cut short */
        ask.text.n = i;
        assert_int_not_equal(tg_approval_check(book, trust, &ask, &got), TG_OK);
    }
    ask.text = tg_span_buf(&text);
    assert_int_equal(tg_approval_check(book, trust, &ask, &got), TG_OK);
    tg_book_unref(&book);
    tg_trust_free(&trust);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_holds, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_meant_for_something_else, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_time, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_claims, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_heads, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_algorithms, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_cards, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_revoked, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_people, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_not_each_other, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_every_byte_counts, rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
