#include "certs/base/file.h"
#include "certs/base/json.h"
#include "certs/base/text.h"
#include "certs/x509/pem.h"
#include "tests/bench/load.h"

#include <openssl/pem.h>

#define GRANT "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="

static enum tg_err take_cert(void *ctx, struct tg_span der)
{
    struct tg_cert **slot = ctx;

    return *slot == NULL ? tg_cert_parse(der, slot) : TG_E_TRAILING;
}

static bool slot_open(struct badge *b, int slot, const char *prefix)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(64 * 1024);
    char path[TG_PATH_BYTES];
    BIO *in;

    (void)snprintf(path, sizeof path, "%s-%s.key", prefix, slot == 0 ? "9a" : "9e");
    if ((in = BIO_new_file(path, "r")) == NULL) {
        return false;
    }
    b->key[slot] = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    BIO_free(in);
    (void)snprintf(path, sizeof path, "%s-%s.pem", prefix, slot == 0 ? "9a" : "9e");
    return b->key[slot] != NULL && tg_file_read(path, &pem) == TG_OK &&
           tg_pem_each(tg_span_buf(&pem), "CERTIFICATE", take_cert, &b->cert[slot]) == TG_OK;
}

void badge_open(struct badge *b, const char *prefix, const char *issuer)
{
    memset(b, 0, sizeof *b);
    b->issuer = issuer;
    if (!slot_open(b, 0, prefix)) {
        load_die("no such card", prefix);
    }
    (void)slot_open(b, 1, prefix);
}

void badge_close(struct badge *b)
{
    for (int slot = 0; slot < 2; slot++) {
        EVP_PKEY_free(b->key[slot]);
        tg_cert_free(&b->cert[slot]);
    }
}

static struct tg_assertion_ask ask_of(const struct badge *b, int slot, const char *nonce,
                                      const uint8_t *thumbprint)
{
    if (b->cert[slot] == NULL) {
        load_die("no such key on the card", slot == 0 ? "9A" : "9E");
    }
    return (struct tg_assertion_ask){
        .nonce = nonce, .audience = b->issuer, .thumbprint = thumbprint, .cert = b->cert[slot]};
}

void badge_form(const struct badge *b, const struct tg_proof *proof, struct tg_span challenge,
                struct tg_buf *form)
{
    TG_JSON_AUTO *json = NULL;
    uint8_t thumbprint[32];

    tg_proof_thumbprint(proof, thumbprint);
    if (tg_json_parse(challenge, &json) != TG_OK || tg_json_str(json, "nonce") == NULL) {
        load_die("challenge", "no nonce");
    }
    struct tg_assertion_ask a = ask_of(b, 0, tg_json_str(json, "nonce"), thumbprint);
    if (tg_buf_add_str(form, GRANT) != TG_OK ||
        tg_assertion_sign(&a, tg_now(), tg_jws_sign_with_key, b->key[0], form) != TG_OK) {
        load_die("sign-in", "cannot be signed");
    }
}

void badge_presence(const struct badge *b, const struct tg_proof *proof, const char *nonce,
                    struct tg_buf *json)
{
    uint8_t thumbprint[32];

    tg_proof_thumbprint(proof, thumbprint);
    struct tg_assertion_ask a = ask_of(b, 1, nonce, thumbprint);
    if (tg_buf_add_str(json, "{\"assertion\":\"") != TG_OK ||
        tg_presence_sign(&a, tg_now(), tg_jws_sign_with_key, b->key[1], json) != TG_OK ||
        tg_buf_add_str(json, "\"}") != TG_OK) {
        load_die("renewal", "cannot be signed");
    }
}
