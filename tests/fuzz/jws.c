/* A compact JWS from a stranger: take it apart, read its certificates, check it against keys that never
 * signed anything.
 */
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/jws/jws.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static EVP_PKEY *key_for(enum tg_alg alg)
{
    static EVP_PKEY *p256, *p384, *rsa;
    if (p256 == NULL) {
        p256 = EVP_EC_gen("P-256");
        p384 = EVP_EC_gen("P-384");
        rsa = EVP_RSA_gen(2048);
    }
    return alg == TG_ALG_ES256 ? p256 : alg == TG_ALG_ES384 ? p384 : rsa;
}

/* What was read has one spelling: writing the parts again gives the same text behind the header. */
static void same_again(const struct tg_jws *j, struct tg_span text)
{
    TG_BUF_AUTO again = TG_BUF_INIT(TG_JWS_BYTES);
    const uint8_t *dot = memchr(text.p, '.', text.n);
    bool ok = tg_b64u_encode(tg_span_buf(&j->payload), &again) == TG_OK &&
              tg_buf_add_str(&again, ".") == TG_OK && tg_b64u_encode(tg_span_buf(&j->sig), &again) == TG_OK;
    size_t head = (size_t)(dot - text.p) + 1;
    if (!ok || !tg_span_eq(tg_span_buf(&again), tg_span(text.p + head, text.n - head)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    TG_JWS_AUTO j;
    TG_BUF_AUTO sig = TG_BUF_INIT(TG_SIG_BYTES);
    (void)tg_ecdsa_der_to_jose(tg_span(p, n), 32, &sig);
    if (tg_jws_parse(tg_span(p, n), &j) != TG_OK)
        return 0;
    same_again(&j, tg_span(p, n));
    for (size_t i = 0; i < tg_jws_x5c_count(&j); i++) {
        TG_BUF_AUTO der = TG_BUF_INIT(TG_CERT_DER_BYTES);
        (void)tg_jws_x5c(&j, i, &der);
    }
    if (tg_jws_verify(&j, key_for(j.alg)) == TG_OK)
        abort();
    return 0;
}
