/* The allow-list of public keys. */
#include "certs/jws/key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <stdbool.h>
#include <stdint.h>

#include "certs/base/limits.h"

/* Fewer than 17 bits is below 65537 (FIPS 186-5 section 5.1); above 64 only costs us time. */
#define EXPONENT_BITS_MIN 17
#define EXPONENT_BITS_MAX 64

static void bn_done(BIGNUM **b)
{
    BN_free(*b);
}
#define BN_AUTO __attribute__((cleanup(bn_done))) BIGNUM

static bool in_group_of_65537(unsigned p, unsigned residue)
{
    unsigned step = 65537u % p, power = 1;
    do {
        if (power == residue)
            return true;
        power = power * step % p;
    } while (power != 1);
    return false;
}

/* Nemec et al., "The Return of Coppersmith's Attack" (2017): the flawed generator leaves the modulus a power
 * of 65537 modulo every small prime. A sound key passes all of these by chance once in about 2^28.
 */
static bool roca(const BIGNUM *n)
{
    static const uint8_t PRIMES[] = {3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                                     47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                                     107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
    for (size_t i = 0; i < sizeof(PRIMES); i++)
        if (!in_group_of_65537(PRIMES[i], (unsigned)BN_mod_word(n, PRIMES[i])))
            return false;
    return true;
}

static enum tg_err rsa_check(const EVP_PKEY *key)
{
    BN_AUTO *n = NULL;
    BN_AUTO *e = NULL;
    if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) != 1 ||
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) != 1)
        return TG_E_CERT_KEY;
    int bits = BN_num_bits(n), ebits = BN_num_bits(e);
    if (bits < (int)TG_RSA_BITS_MIN || bits > (int)TG_RSA_BITS_MAX || !BN_is_odd(n))
        return TG_E_CERT_KEY;
    if (ebits < EXPONENT_BITS_MIN || ebits > EXPONENT_BITS_MAX || !BN_is_odd(e))
        return TG_E_CERT_KEY;
    return roca(n) ? TG_E_CERT_KEY : TG_OK;
}

size_t tg_key_half(const EVP_PKEY *key)
{
    char group[32];
    if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
        EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) != 1)
        return 0;
    return strcmp(group, "prime256v1") == 0 ? 32 : strcmp(group, "secp384r1") == 0 ? 48 : 0;
}

static enum tg_err ec_check(const EVP_PKEY *key)
{
    size_t half = tg_key_half(key), n = 0;
    int from_explicit = 1;
    uint8_t point[1 + 2 * 48];
    if (half == 0)
        return TG_E_CERT_KEY;
    if (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &from_explicit) != 1 ||
        from_explicit != 0)
        return TG_E_CERT_KEY;
    /* That the point is on the curve OpenSSL checks when it reads the key; infinity it lets pass, one byte
     * long.
     */
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &n) != 1)
        return TG_E_CERT_KEY;
    return n == 1 + 2 * half || n == 1 + half ? TG_OK : TG_E_CERT_KEY;
}

enum tg_err tg_key_check(const EVP_PKEY *key)
{
    enum tg_err e = TG_E_CERT_KEY;
    int kind = key == NULL ? EVP_PKEY_NONE : EVP_PKEY_get_base_id(key);
    if (kind == EVP_PKEY_RSA)
        e = rsa_check(key);
    else if (kind == EVP_PKEY_EC)
        e = ec_check(key);
    if (e != TG_OK)
        ERR_clear_error();
    return e;
}
