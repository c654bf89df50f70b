#include "certs/seal/signed.h"

#include "certs/base/limits.h"

static enum tg_err header_put(const char *typ, const char *key_id, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "alg", tg_alg_name(TG_ALG_ES256));
    tg_jout_member(&j, "typ", typ);
    if (key_id != NULL)
        tg_jout_member(&j, "kid", key_id);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_signed_put(const char *typ, struct tg_span claims, const struct tg_checkpoint_signer *by,
                          struct tg_buf *out)
{
    TG_BUF_AUTO header = TG_BUF_INIT(TG_JWS_HEADER_BYTES);
    enum tg_err err = header_put(typ, by->key_id, &header);

    if (err == TG_OK)
        err = tg_jws_sign(tg_span_buf(&header), claims, &(struct tg_signer){TG_ALG_ES256, by->sign, by->ctx},
                          out);
    return err;
}

enum tg_err tg_signed_get(struct tg_span jws, const char *typ, EVP_PKEY *key, struct tg_jws *ret)
{
    const char *said;
    enum tg_err err = tg_jws_parse(jws, ret);

    if (err == TG_OK)
        err = tg_jws_verify(ret, key);
    if (err != TG_OK)
        return err;
    said = tg_json_str(ret->head, "typ");
    return ret->alg == TG_ALG_ES256 && said != NULL && strcmp(said, typ) == 0 ? TG_OK : TG_E_ASSERTION;
}
