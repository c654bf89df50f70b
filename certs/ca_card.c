#include "certs/ca_card.h"

#include <openssl/err.h>
#include <openssl/rand.h>

#include "certs/ca.h"
#include "certs/jws/key.h"
#include "certs/jws/verify.h"
#include "client/card/guard.h"
#include "client/card/piv.h"
#include "client/card/presence.h"
#include "client/card/sign.h"

#define FIND_MS 2000
#define CHALLENGE_BYTES 32

struct ca_card {
    const struct ca_card_wish *wish;
    struct tg_card_seen seen;
    struct tg_guard *guard;
    struct tg_piv *piv;
    enum tg_piv_alg alg;
};

static enum tg_piv_slot slot_of(bool nine_e)
{
    return nine_e ? TG_SLOT_9E : TG_SLOT_9A;
}

static enum tg_err failed(enum tg_err e, const char *what, bool nine_e)
{
    return ca_say(e, "%s, slot %s: %s", what, nine_e ? "9E" : "9A", tg_err_en(e));
}

void ca_card_close(struct ca_card **c)
{
    if (*c == NULL)
        return;
    tg_piv_close(&(*c)->piv);
    tg_guard_free(&(*c)->guard);
    free(*c);
    *c = NULL;
}

static enum tg_err read_alg(const char *text, enum tg_piv_alg *ret)
{
    static const struct {
        const char *name;
        enum tg_piv_alg alg;
    } algs[] = {{"p256", TG_PIV_P256}, {"p384", TG_PIV_P384}, {"rsa2048", TG_PIV_RSA2048}};

    for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++)
        if (strcmp(text, algs[i].name) == 0) {
            *ret = algs[i].alg;
            return TG_OK;
        }
    return ca_say(TG_E_USAGE, "--alg is p256, p384 or rsa2048");
}

static enum tg_err check_pin(struct ca_card *c)
{
    int tries = -1;

    if (c->wish->pin.n == 0)
        return TG_OK;
    enum tg_err e = tg_piv_verify(c->piv, &c->wish->pin, -1, false, &tries);
    if (e == TG_E_PIN_WRONG && tries >= 0)
        return ca_say(e, "%s %d tries left; nothing was changed", tg_err_en(e), tries);
    return e == TG_OK ? TG_OK : ca_say(e, "%s Nothing was changed", tg_err_en(e));
}

static enum tg_err check_empty(struct ca_card *c, bool nine_e)
{
    TG_BUF_AUTO der = TG_BUF_INIT(TG_CARD_CERT_INFLATED);
    enum tg_err e = c->wish->replace ? TG_E_CARD_NO_CERT : tg_piv_cert(c->piv, slot_of(nine_e), &der);

    if (e == TG_E_CARD_NO_CERT)
        return TG_OK;
    return ca_say(TG_E_USAGE, "slot %s of this card is not empty; --replace makes new keys over the old ones",
                  nine_e ? "9E" : "9A");
}

static enum tg_err connect_card(struct ca_card *c)
{
    struct tg_guard_maker maker = tg_pcsc_maker;
    enum tg_err e = tg_presence_find(c->wish->reader, FIND_MS, &c->seen);

    maker.deadline_ms = TG_CARD_KEYGEN_MS; /* a card looks for primes for as long as it takes */
    if (e == TG_OK && (e = tg_guard_new(&maker, &c->guard)) == TG_OK)
        e = tg_piv_open(&tg_guard_io, c->guard, c->seen.reader, &c->piv);
    return e == TG_OK ? TG_OK : ca_say(e, "%s", tg_err_en(e));
}

static enum tg_err authenticate(struct ca_card *c)
{
    enum tg_err e = tg_piv_admin_auth(c->piv, &c->wish->key);

    if (e == TG_E_CARD_REFUSED)
        return ca_say(
            e, "the card does not know this management key; give the right one by --management-key-fd");
    return e == TG_OK ? TG_OK : ca_say(e, "%s", tg_err_en(e));
}

enum tg_err ca_card_open(const struct ca_card_wish *w, struct ca_card **ret)
{
    struct ca_card *c = calloc(1, sizeof(*c));
    enum tg_err e = TG_E_NOMEM;

    if (c == NULL)
        return e;
    c->wish = w;
    if ((e = read_alg(w->alg, &c->alg)) == TG_OK && (e = connect_card(c)) == TG_OK &&
        (e = check_empty(c, false)) == TG_OK && (e = check_empty(c, true)) == TG_OK &&
        (e = check_pin(c)) == TG_OK)
        e = authenticate(c);
    if (e != TG_OK)
        ca_card_close(&c);
    else
        *ret = c;
    return e;
}

enum tg_err ca_card_generate(struct ca_card *c, bool nine_e, EVP_PKEY **ret)
{
    TG_BUF_AUTO spki = TG_BUF_INIT(TG_CERT_DER_BYTES);
    enum tg_err e = tg_piv_generate(c->piv, slot_of(nine_e), c->alg, &spki);
    const unsigned char *p = spki.p;

    if (e != TG_OK)
        return failed(e, "the card made no key", nine_e);
    EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)spki.n);
    e = key == NULL ? TG_E_CARD_REPLY : tg_key_check(key);
    ERR_clear_error();
    if (e != TG_OK) {
        EVP_PKEY_free(key);
        return failed(e, "the key that the card made is refused", nine_e);
    }
    *ret = key;
    return TG_OK;
}

enum tg_err ca_card_put(struct ca_card *c, bool nine_e, X509 *x)
{
    unsigned char *der = NULL;
    int n = i2d_X509(x, &der);
    enum tg_err e =
        n > 0 ? tg_piv_put_cert(c->piv, slot_of(nine_e), tg_span(der, (size_t)n), c->wish->gzip) : TG_E_NOMEM;

    OPENSSL_free(der);
    return e == TG_OK ? TG_OK : failed(e, "the certificate could not be written", nine_e);
}

static enum tg_err read_back(struct ca_card *c, bool nine_e, X509 *x)
{
    TG_BUF_AUTO got = TG_BUF_INIT(TG_CARD_CERT_INFLATED);
    unsigned char *der = NULL;
    enum tg_err e = tg_piv_cert(c->piv, slot_of(nine_e), &got);
    int n = i2d_X509(x, &der);

    if (e == TG_OK && (n <= 0 || !tg_span_eq(tg_span_buf(&got), tg_span(der, (size_t)n))))
        e = TG_E_CARD_REPLY;
    OPENSSL_free(der);
    return e == TG_OK ? TG_OK : failed(e, "the certificate does not read back as it was written", nine_e);
}

static enum tg_err sign_once(struct ca_card *c, bool nine_e, X509 *x)
{
    TG_BUF_AUTO sig = TG_BUF_INIT(TG_SIG_BYTES);
    uint8_t challenge[CHALLENGE_BYTES];
    EVP_PKEY *key = X509_get0_pubkey(x);
    enum tg_alg alg = tg_alg_for_key(key);
    struct tg_card_signer signer = {.piv = c->piv,
                                    .slot = slot_of(nine_e),
                                    .pin = nine_e ? NULL : &c->wish->pin,
                                    .known_tries = -1,
                                    .tries_left = -1};
    struct tg_span input = tg_span(challenge, sizeof(challenge));

    if (RAND_bytes(challenge, sizeof(challenge)) != 1)
        return TG_E_INTERNAL;
    enum tg_err e = tg_sign_with_card(&signer, alg, input, &sig);
    if (e == TG_OK)
        e = tg_sig_verify(alg, key, input, tg_span_buf(&sig));
    return e == TG_OK ? TG_OK : failed(e, "the card does not sign as its certificate says", nine_e);
}

enum tg_err ca_card_prove(struct ca_card *c, bool nine_e, X509 *x)
{
    tg_piv_close(&c->piv);
    enum tg_err e = tg_piv_open(&tg_guard_io, c->guard, c->seen.reader, &c->piv);

    if (e != TG_OK)
        return failed(e, "the card cannot be read again", nine_e);
    e = read_back(c, nine_e, x);
    if (e != TG_OK || (!nine_e && c->wish->pin.n == 0))
        return e;
    return sign_once(c, nine_e, x);
}
