#include "client/proof/head.h"

#include <openssl/rand.h>

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"

enum tg_err tg_proof_head(enum tg_alg alg, const char *typ, const struct tg_cert *cert, struct tg_buf *out)
{
    TG_BUF_AUTO x5c = TG_BUF_INIT(TG_CERT_DER_BYTES * 2);
    struct tg_jout j;
    enum tg_err e;

    if ((e = tg_b64_encode(tg_cert_der(cert), &x5c)) != TG_OK) {
        return e;
    }
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "alg", tg_alg_name(alg));
    tg_jout_member(&j, "typ", typ);
    tg_jout_key(&j, "x5c");
    tg_jout_open(&j, '[');
    tg_jout_span(&j, tg_span_buf(&x5c));
    tg_jout_close(&j, ']');
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_proof_jti(char out[33])
{
    uint8_t raw[16];

    if (RAND_bytes(raw, (int)sizeof raw) != 1) {
        return TG_E_INTERNAL;
    }
    tg_hex(raw, sizeof raw, out);
    return TG_OK;
}
