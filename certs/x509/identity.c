/* Who a certificate names: the URIs of its subjectAltName, read as bytes, never as C strings. */
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <strings.h>

#include "certs/base/text.h"
#include "certs/x509/cert.h"

#define SERIAL_BYTES 20 /* RFC 5280 section 4.1.2.2 */
#define UUID_CHARS 36u

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_id_char(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
           c == '-';
}

static enum tg_err set_person(struct tg_span v, struct tg_identity *id)
{
    if (id->person[0] != '\0' || v.n == 0 || v.n >= sizeof(id->person))
        return TG_E_CERT_IDENTITY;
    for (size_t i = 0; i < v.n; i++)
        if (!is_id_char(v.p[i]))
            return TG_E_CERT_IDENTITY;
    return tg_copy(id->person, sizeof(id->person), v);
}

/* RFC 9562 section 4: read in either case, kept in lower case. */
static enum tg_err set_card(struct tg_span v, struct tg_identity *id)
{
    if (id->card[0] != '\0' || v.n != UUID_CHARS)
        return TG_E_CERT_IDENTITY;
    for (size_t i = 0; i < UUID_CHARS; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        uint8_t c = v.p[i];
        if (dash ? c != '-' : !is_hex(c))
            return TG_E_CERT_IDENTITY;
        id->card[i] = (char)(c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);
    }
    id->card[UUID_CHARS] = '\0';
    return TG_OK;
}

/* A prefix in another spelling is the same URN (RFC 8141 section 3.1), so it may not slip by as "some other
 * URI".
 */
static bool strip(struct tg_span uri, const char *prefix, struct tg_span *rest)
{
    size_t n = strlen(prefix);
    if (uri.n < n || strncasecmp((const char *)uri.p, prefix, n) != 0)
        return false;
    *rest = tg_span(uri.p + n, uri.n - n);
    return true;
}

static enum tg_err read_uri(struct tg_span uri, struct tg_identity *id)
{
    struct tg_span rest;
    if (strip(uri, TG_URI_PERSON, &rest))
        return memcmp(uri.p, TG_URI_PERSON, uri.n - rest.n) == 0 ? set_person(rest, id) : TG_E_CERT_IDENTITY;
    if (strip(uri, TG_URI_CARD, &rest))
        return memcmp(uri.p, TG_URI_CARD, uri.n - rest.n) == 0 ? set_card(rest, id) : TG_E_CERT_IDENTITY;
    return TG_OK;
}

static enum tg_err read_names(const GENERAL_NAMES *names, struct tg_identity *id)
{
    int n = names == NULL ? 0 : sk_GENERAL_NAME_num(names);
    if (n > (int)TG_CERT_NAMES)
        return TG_E_CERT_IDENTITY;
    for (int i = 0; i < n; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI)
            continue;
        const ASN1_IA5STRING *v = name->d.uniformResourceIdentifier;
        enum tg_err e = read_uri(tg_span(ASN1_STRING_get0_data(v), (size_t)ASN1_STRING_length(v)), id);
        if (e != TG_OK)
            return e;
    }
    return id->card[0] != '\0' ? TG_OK : TG_E_CERT_IDENTITY;
}

static enum tg_err read_serial(const X509 *x, struct tg_identity *id)
{
    uint8_t bytes[SERIAL_BYTES];
    BIGNUM *bn = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
    enum tg_err e = TG_E_CERT_IDENTITY;
    if (bn != NULL && !BN_is_negative(bn) && !BN_is_zero(bn) && BN_num_bytes(bn) <= SERIAL_BYTES) {
        tg_hex(bytes, (size_t)BN_bn2bin(bn, bytes), id->serial);
        e = TG_OK;
    }
    BN_free(bn);
    return e;
}

enum tg_err tg_cert_identity(const struct tg_cert *c, struct tg_identity *ret)
{
    struct tg_identity id = {.person = "", .card = "", .serial = ""};
    GENERAL_NAMES *names = X509_get_ext_d2i(tg_cert_borrow(c), NID_subject_alt_name, NULL, NULL);
    enum tg_err e = read_names(names, &id);
    GENERAL_NAMES_free(names);
    if (e == TG_OK)
        e = read_serial(tg_cert_borrow(c), &id);
    ERR_clear_error();
    if (e == TG_OK)
        *ret = id;
    return e;
}
