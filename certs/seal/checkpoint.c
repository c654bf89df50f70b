#include "certs/seal/checkpoint.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/seal/signed.h"

static enum tg_err claims_put(const struct tg_checkpoint *c, struct tg_buf *out)
{
    char log[2 * TG_LOG_ID_BYTES + 1], head[2 * TG_HASH_BYTES + 1];
    struct tg_jout j;

    tg_hex(c->log, TG_LOG_ID_BYTES, log);
    tg_hex(c->head, TG_HASH_BYTES, head);
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "log", log);
    tg_jout_member_int(&j, "seq", (int64_t)c->seq);
    tg_jout_member_int(&j, "segment", (int64_t)c->segment);
    tg_jout_member_int(&j, "time", c->time);
    tg_jout_member(&j, "head", head);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_checkpoint_sign(const struct tg_checkpoint *c, const struct tg_checkpoint_signer *by,
                               struct tg_buf *out)
{
    TG_BUF_AUTO claims = TG_BUF_INIT(TG_CHECKPOINT_BYTES);
    enum tg_err err = claims_put(c, &claims);

    if (err == TG_OK)
        err = tg_signed_put(TG_CHECKPOINT_TYP, tg_span_buf(&claims), by, out);
    return err;
}

static enum tg_err claims_get(struct tg_span text, struct tg_checkpoint *ret)
{
    static const struct tg_json_member members[] = {
        {"log", TG_JSON_STRING, true, 2 * TG_LOG_ID_BYTES, 2 * TG_LOG_ID_BYTES},
        {"seq", TG_JSON_INTEGER, true, 1, INT64_MAX},
        {"segment", TG_JSON_INTEGER, true, 1, TG_SEAL_SEGMENTS},
        {"time", TG_JSON_INTEGER, true, 0, INT64_MAX},
        {"head", TG_JSON_STRING, true, 2 * TG_HASH_BYTES, 2 * TG_HASH_BYTES},
    };
    TG_JSON_AUTO *claims = NULL;
    enum tg_err err = tg_json_parse(text, &claims);

    if (err == TG_OK)
        err = tg_json_check(claims, members, sizeof members / sizeof members[0], NULL);
    if (err == TG_OK)
        err = tg_unhex(tg_span_str(tg_json_str(claims, "log")), ret->log, TG_LOG_ID_BYTES);
    if (err == TG_OK)
        err = tg_unhex(tg_span_str(tg_json_str(claims, "head")), ret->head, TG_HASH_BYTES);
    if (err != TG_OK)
        return err;
    ret->seq = (uint64_t)tg_json_int(claims, "seq", 0);
    ret->segment = (uint64_t)tg_json_int(claims, "segment", 0);
    ret->time = tg_json_int(claims, "time", 0);
    return TG_OK;
}

enum tg_err tg_checkpoint_check(struct tg_span jws, EVP_PKEY *key, struct tg_checkpoint *ret)
{
    TG_JWS_AUTO j;
    enum tg_err err = tg_signed_get(jws, TG_CHECKPOINT_TYP, key, &j);

    if (err == TG_OK)
        err = claims_get(tg_span_buf(&j.payload), ret);
    return err;
}

enum tg_err tg_checkpoint_key_load(const char *path, EVP_PKEY **ret)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(TG_CONF_BYTES);
    enum tg_err err = tg_file_read(path, &pem);
    EVP_PKEY *key;
    BIO *bio;

    if (err == TG_OK && pem.n == 0)
        err = TG_E_CERT_KEY;
    if (err != TG_OK)
        return err;
    bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    if (bio == NULL)
        return TG_E_NOMEM;
    key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    BIO_free(bio);
    if (key == NULL || tg_alg_for_key(key) != TG_ALG_ES256) {
        EVP_PKEY_free(key);
        return TG_E_CERT_KEY;
    }
    *ret = key;
    return TG_OK;
}

enum tg_err tg_checkpoint_key_pem(EVP_PKEY *key, struct tg_buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    enum tg_err err = TG_E_CERT_KEY;
    char *text = NULL;
    long n;

    if (bio == NULL)
        return TG_E_NOMEM;
    if (tg_alg_for_key(key) == TG_ALG_ES256 && PEM_write_bio_PUBKEY(bio, key) == 1) {
        n = BIO_get_mem_data(bio, &text);
        err = tg_buf_add(out, text, (size_t)n);
    }
    BIO_free(bio);
    return err;
}
