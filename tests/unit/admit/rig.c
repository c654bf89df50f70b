#include "tests/unit/admit/rig.h"

#include <openssl/ec.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "server/admit/state.h"

static const char companies[] = "code,name,kind,home\nHOME,東北電力,retail,yes\nNW,ネットワーク,network,no\n";
static const char cards[] = "card,person,status\n" CARD_ID "," PERSON_ID ",active\n";

void rig_book(struct rig *r)
{
    struct tg_staff_book *book = NULL;
    char why[256] = "";

    if (tg_book_load(r->folder, &book, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
    tg_admit_set_book(r->admit, book);
}

void rig_put(struct rig *r, const char *file, const char *text)
{
    char *path = tg_path_join(r->folder, file);

    assert_non_null(path);
    assert_int_equal(tg_file_write(path, tg_span_str(text), 0600), TG_OK);
    free(path);
}

void rig_trust(struct rig *r, uint64_t revoked)
{
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    struct crl_spec root = spec_crl(&r->root);
    struct crl_spec issuing = spec_crl(&r->issuing);

    issuing.revoked[0] = revoked;
    add_crl(&root, &crls);
    add_crl(&issuing, &crls);
    tg_admit_set_trust(r->admit, trust_of(&r->root, &r->issuing, &crls));
}

static void rig_cards(struct rig *r)
{
    struct spec root = spec_root("root");
    struct spec issuing, auth, card;

    r->root = make_cert(&root);
    issuing = spec_issuer("issuing", &r->root);
    r->issuing = make_cert(&issuing);
    auth = spec_auth(&r->issuing);
    auth.serial = 4711;
    r->auth = make_cert(&auth);
    card = spec_card(&r->issuing);
    r->card = make_cert(&card);
    r->auth_cert = parsed(&r->auth);
    r->card_cert = parsed(&r->card);
}

int rig_setup(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    struct tg_admit_conf conf = {.issuer = ISSUER};

    assert_non_null(r);
    memcpy(r->folder, "/tmp/tegata-admit-XXXXXX", sizeof "/tmp/tegata-admit-XXXXXX");
    assert_non_null(mkdtemp(r->folder));
    r->token_key = EVP_EC_gen("P-256");
    conf.key = r->token_key;
    assert_int_equal(tg_admit_open(&conf, &r->admit), TG_OK);
    rig_cards(r);
    rig_put(r, "companies.csv", companies);
    rig_put(r, "staff.csv", STAFF);
    rig_put(r, "cards.csv", cards);
    rig_book(r);
    rig_trust(r, 0);
    assert_int_equal(tg_proof_new(NOW, &r->proof), TG_OK);
    tg_proof_thumbprint(r->proof, r->thumbprint);
    r->now = NOW;
    *state = r;
    return 0;
}

int rig_teardown(void **state)
{
    static const char *const files[] = {"companies.csv", "staff.csv", "cards.csv", "consents.csv"};
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = tg_path_join(r->folder, files[i]);
        (void)unlink(path);
        free(path);
    }
    (void)rmdir(r->folder);
    tg_admit_close(&r->admit);
    tg_proof_free(&r->proof);
    tg_cert_free(&r->auth_cert);
    tg_cert_free(&r->card_cert);
    made_done(&r->auth);
    made_done(&r->card);
    made_done(&r->issuing);
    made_done(&r->root);
    EVP_PKEY_free(r->token_key);
    free(r);
    return 0;
}

static struct tg_assertion_ask ask_of(struct rig *r, const struct bend *b, const struct tg_cert *cert,
                                      char nonce[TG_NONCE_TEXT_BYTES])
{
    assert_int_equal(tg_nonce_make(r->admit, r->thumbprint, r->now, nonce), TG_OK);
    return (struct tg_assertion_ask){.nonce = b->nonce != NULL ? b->nonce : nonce,
                                     .audience = b->audience != NULL ? b->audience : ISSUER,
                                     .thumbprint = b->thumbprint != NULL ? b->thumbprint : r->thumbprint,
                                     .post = b->post,
                                     .cert = b->cert != NULL ? b->cert : cert};
}

void rig_assertion(struct rig *r, const struct bend *b, struct tg_buf *out)
{
    char nonce[TG_NONCE_TEXT_BYTES];
    struct tg_assertion_ask ask = ask_of(r, b, r->auth_cert, nonce);

    assert_int_equal(tg_assertion_sign(&ask, b->now != 0 ? b->now : r->now, tg_jws_sign_with_key,
                                       b->key != NULL ? b->key : r->auth.key, out),
                     TG_OK);
}

void rig_presence(struct rig *r, const struct bend *b, struct tg_buf *out)
{
    char nonce[TG_NONCE_TEXT_BYTES];
    struct tg_assertion_ask ask = ask_of(r, b, r->card_cert, nonce);

    assert_int_equal(tg_presence_sign(&ask, b->now != 0 ? b->now : r->now, tg_jws_sign_with_key,
                                      b->key != NULL ? b->key : r->card.key, out),
                     TG_OK);
}

enum tg_err rig_redeem(struct rig *r, struct tg_span assertion, struct tg_session **ret, struct tg_buf *token)
{
    struct tg_sign_in in = {
        .assertion = assertion, .thumbprint = r->thumbprint, .policy_digest = "d", .now = r->now};
    struct tg_sign_in_facts facts;

    return tg_sign_in(r->admit, &in, &facts, ret, token);
}

struct tg_session *rig_sign_in(struct rig *r, struct tg_buf *token)
{
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_session *s = NULL;

    rig_assertion(r, &(struct bend){0}, &assertion);
    assert_int_equal(rig_redeem(r, tg_span_buf(&assertion), &s, token), TG_OK);
    return s;
}

enum tg_err rig_enter(struct rig *r, struct tg_span token, const uint8_t *thumbprint, tg_sec now)
{
    TG_BUF_AUTO header = TG_BUF_INIT(TG_TOKEN_BYTES + 16);
    struct tg_bearer *bearer = NULL;
    struct tg_session *s = NULL;
    enum tg_err e;

    assert_int_equal(tg_buf_add_str(&header, "Bearer "), TG_OK);
    assert_int_equal(tg_buf_add_span(&header, token), TG_OK);
    struct tg_shown shown = {.authorization = tg_span_buf(&header), .thumbprint = thumbprint, .now = now};
    e = tg_session_enter(r->admit, &bearer, &shown, &s);
    tg_bearer_free(&bearer);
    return e;
}

void rig_patient(struct rig *r)
{
    r->admit->lease_seconds = r->admit->idle_seconds = r->admit->session_seconds = 400 * DAY;
}

void rig_badge(struct rig *r, struct badge *b, const char *person, unsigned number)
{
    struct spec spec = spec_auth(&r->issuing);
    char uri[2][128];

    memset(b, 0, sizeof *b);
    b->token = TG_BUF_INIT(TG_TOKEN_BYTES);
    (void)snprintf(b->person, sizeof b->person, "%s", person);
    (void)snprintf(b->card, sizeof b->card, "%08x-89ab-4cde-8f01-23456789abcd", number);
    (void)snprintf(uri[0], sizeof uri[0], "%s%s", TG_URI_PERSON, b->person);
    (void)snprintf(uri[1], sizeof uri[1], "%s%s", TG_URI_CARD, b->card);
    spec.uri[0] = uri[0];
    spec.uri[1] = uri[1];
    spec.serial = 0x10000u + number;
    b->made = make_cert(&spec);
    b->cert = parsed(&b->made);
}

static void count_end(void *ctx)
{
    atomic_fetch_add((atomic_int *)ctx, 1);
}

enum tg_err rig_badge_in(struct rig *r, struct badge *b, const char *post)
{
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    enum tg_err e;

    tg_session_unref(&b->session);
    tg_buf_reset(&b->token);
    rig_assertion(r, &(struct bend){.cert = b->cert, .key = b->made.key, .post = post}, &assertion);
    if ((e = rig_redeem(r, tg_span_buf(&assertion), &b->session, &b->token)) == TG_OK) {
        b->ends = 0; /* only now: an earlier session of this card has just been displaced */
        e = tg_session_watch(b->session, count_end, &b->ends); /* it may be over already, with its reason */
    }
    return e;
}

void rig_badge_done(struct rig *r, struct badge *b)
{
    if (b->session != NULL) { /* its watcher goes with the badge */
        (void)tg_session_leave(r->admit, b->session);
    }
    tg_session_unref(&b->session);
    tg_buf_done(&b->token);
    tg_cert_free(&b->cert);
    made_done(&b->made);
}

size_t rig_used_nonces(const struct rig *r)
{
    size_t n = 0;

    for (size_t i = 0; i < TG_NONCES_LIVE; i++) {
        n += r->admit->nonces.burned[i].until != 0;
    }
    return n;
}
