/* The closed list of algorithms, and which key each belongs to. */
#include "certs/jws/alg.h"

#include <openssl/obj_mac.h>

#include "certs/jws/key.h"

static const struct tg_alg_info INFOS[] = {
    {TG_ALG_ES256, "ES256", NID_sha256, 32, 32, false, "P-256", "prime256v1"},
    {TG_ALG_ES384, "ES384", NID_sha384, 48, 48, false, "P-384", "secp384r1"},
    {TG_ALG_RS256, "RS256", NID_sha256, 32, 0, false, NULL, NULL},
    {TG_ALG_PS256, "PS256", NID_sha256, 32, 0, true, NULL, NULL},
};

const struct tg_alg_info *tg_alg_info(enum tg_alg alg)
{
    for (size_t i = 0; i < sizeof(INFOS) / sizeof(INFOS[0]); i++)
        if (INFOS[i].alg == alg)
            return &INFOS[i];
    return NULL;
}

const char *tg_alg_name(enum tg_alg alg)
{
    const struct tg_alg_info *info = tg_alg_info(alg);
    return info == NULL ? NULL : info->name;
}

enum tg_alg tg_alg_from_name(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof(INFOS) / sizeof(INFOS[0]); i++)
        if (strcmp(INFOS[i].name, name) == 0)
            return INFOS[i].alg;
    return TG_ALG_NONE;
}

enum tg_alg tg_alg_for_key(const EVP_PKEY *key)
{
    if (tg_key_check(key) != TG_OK)
        return TG_ALG_NONE;
    size_t half = tg_key_half(key);
    return half == 32 ? TG_ALG_ES256 : half == 48 ? TG_ALG_ES384 : TG_ALG_RS256;
}

enum tg_err tg_alg_fits(const struct tg_alg_info *info, const EVP_PKEY *key)
{
    if (info == NULL || key == NULL)
        return TG_E_ALGORITHM;
    int kind = EVP_PKEY_get_base_id(key);
    bool fits = info->half == 0 ? kind == EVP_PKEY_RSA : tg_key_half(key) == info->half;
    return fits ? TG_OK : TG_E_ALGORITHM;
}
