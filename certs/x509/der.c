#include "certs/x509/der.h"

#include "certs/base/limits.h"

enum tag {
    BOOLEAN = 1,
    INTEGER = 2,
    BIT_STRING = 3,
    NUL = 5,
    OID = 6,
    ENUMERATED = 10,
    SEQUENCE = 16,
    SET = 17
};

#define CLASS_MASK 0xc0u
#define CONSTRUCTED 0x20u
#define NUMBER_MASK 0x1fu

/* Length at *at, which moves behind it. */
static bool take_length(struct tg_span der, size_t *at, size_t *ret)
{
    if (*at >= der.n)
        return false;
    size_t n = der.p[(*at)++];
    if (n >= 0x80) {
        size_t bytes = n & 0x7f;
        /* 80 is the indefinite form; more than four bytes cannot fit any ceiling of ours. */
        if (bytes == 0 || bytes > 4 || bytes > der.n - *at || der.p[*at] == 0)
            return false;
        for (n = 0; bytes > 0; bytes--)
            n = n << 8 | der.p[(*at)++];
        if (n < 0x80)
            return false;
    }
    *ret = n;
    return n <= der.n - *at;
}

static bool integer_ok(const uint8_t *v, size_t n)
{
    if (n == 0)
        return false;
    return n == 1 || !((v[0] == 0x00 && (v[1] & 0x80) == 0) || (v[0] == 0xff && (v[1] & 0x80) != 0));
}

static bool bit_string_ok(const uint8_t *v, size_t n)
{
    if (n == 0 || v[0] > 7 || (n == 1 && v[0] != 0))
        return false;
    return n == 1 || (v[n - 1] & ((1u << v[0]) - 1)) == 0;
}

static bool oid_ok(const uint8_t *v, size_t n)
{
    if (n == 0 || (v[n - 1] & 0x80) != 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (v[i] == 0x80 && (i == 0 || (v[i - 1] & 0x80) == 0))
            return false; /* a number with zeros in front */
    return true;
}

/* Universal class, primitive. */
static bool primitive_ok(unsigned number, const uint8_t *v, size_t n)
{
    switch (number) {
    case BOOLEAN:
        return n == 1 && (v[0] == 0x00 || v[0] == 0xff);
    case INTEGER:
    case ENUMERATED:
        return integer_ok(v, n);
    case BIT_STRING:
        return bit_string_ok(v, n);
    case NUL:
        return n == 0;
    case OID:
        return oid_ok(v, n);
    case SEQUENCE:
    case SET:
        return false;
    default:
        return number != 0;
    }
}

bool tg_der_ok(struct tg_span der)
{
    size_t end[TG_DER_DEPTH], depth = 0, at = 0;
    do {
        if (at >= der.n)
            return false;
        unsigned tag = der.p[at++], number = tag & NUMBER_MASK;
        size_t n = 0, limit = depth > 0 ? end[depth - 1] : der.n;
        bool universal = (tag & CLASS_MASK) == 0;
        if (number == NUMBER_MASK || !take_length(tg_span(der.p, limit), &at, &n))
            return false;
        if ((tag & CONSTRUCTED) != 0) {
            if ((universal && number != SEQUENCE && number != SET) || depth == TG_DER_DEPTH)
                return false;
            end[depth++] = at + n;
        } else {
            if (universal && !primitive_ok(number, der.p + at, n))
                return false;
            at += n;
        }
        while (depth > 0 && at == end[depth - 1])
            depth--;
    } while (depth > 0);
    return at == der.n;
}
