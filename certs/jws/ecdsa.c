/* ECDSA signatures: DER <-> r || s. Written out by hand because libcrypto's reader forgives what must not be
 * forgiven.
 */
#include "certs/jws/ecdsa.h"

#define TAG_INTEGER 0x02
#define TAG_SEQUENCE 0x30

/* Group orders, to refuse r or s outside [1, n-1] before anybody computes with them (FIPS 186-5
 * section 6.4.2).
 */
static const uint8_t ORDER_256[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                      0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
static const uint8_t ORDER_384[48] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2,
                                      0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73};

static bool in_range(const uint8_t *v, size_t half)
{
    static const uint8_t ZERO[48];
    const uint8_t *order = half == 32 ? ORDER_256 : ORDER_384;
    return memcmp(v, ZERO, half) != 0 && memcmp(v, order, half) < 0;
}

/* One INTEGER off the front of *in, right-aligned into out. Both halves fit one length byte. */
static bool take_integer(struct tg_span *in, uint8_t *out, size_t half)
{
    if (in->n < 3 || in->p[0] != TAG_INTEGER)
        return false;
    const uint8_t *v = in->p + 2;
    size_t n = in->p[1];
    if (n == 0 || n > half + 1 || n > in->n - 2)
        return false;
    *in = tg_span(v + n, in->n - 2 - n);
    if ((v[0] & 0x80) != 0)
        return false; /* negative */
    if (v[0] == 0) {
        if (n < 2 || (v[1] & 0x80) == 0)
            return false; /* zero, or a zero too many in front */
        v++;
        n--;
    }
    if (n > half)
        return false;
    memset(out, 0, half);
    memcpy(out + half - n, v, n);
    return in_range(out, half);
}

enum tg_err tg_ecdsa_der_to_jose(struct tg_span der, size_t half, struct tg_buf *out)
{
    uint8_t both[2 * 48];
    if ((half != 32 && half != 48) || der.n < 2 || der.p[0] != TAG_SEQUENCE)
        return TG_E_FORM;
    /* The longest body is 2 * (2 + 49) = 102 bytes, so the long form of the length is never DER here. */
    if (der.p[1] >= 0x80 || der.p[1] != der.n - 2)
        return TG_E_FORM;
    struct tg_span body = tg_span(der.p + 2, der.n - 2);
    if (!take_integer(&body, both, half) || !take_integer(&body, both + half, half) || body.n != 0)
        return TG_E_FORM;
    return tg_buf_add(out, both, 2 * half);
}

static size_t put_integer(const uint8_t *v, size_t half, uint8_t *out)
{
    size_t skip = 0;
    while (skip < half - 1 && v[skip] == 0)
        skip++;
    size_t pad = (v[skip] & 0x80) != 0 ? 1 : 0, n = half - skip;
    out[0] = TAG_INTEGER;
    out[1] = (uint8_t)(n + pad);
    out[2] = 0;
    memcpy(out + 2 + pad, v + skip, n);
    return 2 + pad + n;
}

size_t tg_ecdsa_jose_to_der(struct tg_span sig, uint8_t out[TG_ECDSA_DER_BYTES])
{
    size_t half = sig.n / 2;
    if (sig.n != 64 && sig.n != 96)
        return 0;
    if (!in_range(sig.p, half) || !in_range(sig.p + half, half))
        return 0;
    size_t n = put_integer(sig.p, half, out + 2);
    n += put_integer(sig.p + half, half, out + 2 + n);
    out[0] = TAG_SEQUENCE;
    out[1] = (uint8_t)n;
    return n + 2;
}
