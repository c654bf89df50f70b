/* The allow-list, rule by rule. Each rule either closes something that OpenSSL 3.0 accepts in strict mode
 * (the public x509-limbo cases show which), or narrows what an employee card may look like.
 */
#include "certs/x509/profile.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "certs/base/limits.h"
#include "certs/jws/key.h"
#include "certs/x509/names.h"

#define OID_ANY_USAGE "2.5.29.37.0"
#define OID_CHARS 64

bool tg_profile_sigalg(int nid)
{
    return nid == NID_ecdsa_with_SHA256 || nid == NID_ecdsa_with_SHA384 || nid == NID_ecdsa_with_SHA512 ||
           nid == NID_sha256WithRSAEncryption || nid == NID_sha384WithRSAEncryption ||
           nid == NID_sha512WithRSAEncryption;
}

/* RFC 5280 section 4.1.2.2: positive, at most 20 bytes. The encoding is known to be the shortest. */
static bool serial_ok(const X509 *x)
{
    const ASN1_INTEGER *s = X509_get0_serialNumber(x);
    int n = ASN1_STRING_length(s);
    if (ASN1_STRING_type(s) != V_ASN1_INTEGER || n < 1)
        return false;
    const unsigned char *v = ASN1_STRING_get0_data(s);
    /* The twentieth byte's top bit would need a twenty-first byte in DER. */
    return n < 20 ? n > 1 || v[0] != 0 : n == 20 && (v[0] & 0x80) == 0;
}

/* Critical means "refuse me unless you act on me", so only what is acted on may be critical. */
static bool may_be_critical(int nid)
{
    return nid == NID_basic_constraints || nid == NID_key_usage || nid == NID_ext_key_usage ||
           nid == NID_subject_alt_name || nid == NID_name_constraints || nid == NID_certificate_policies;
}

/* Policy processing is not done here (RFC 5280 section 6.1.2: any policy will do), so nobody may count on it.
 */
static bool never_here(int nid)
{
    return nid == NID_policy_constraints || nid == NID_policy_mappings || nid == NID_inhibit_any_policy;
}

static bool repeated(const X509 *x, int i)
{
    const ASN1_OBJECT *o = X509_EXTENSION_get_object(X509_get_ext(x, i));
    for (int k = 0; k < i; k++)
        if (OBJ_cmp(o, X509_EXTENSION_get_object(X509_get_ext(x, k))) == 0)
            return true;
    return false;
}

static bool extensions_ok(const X509 *x)
{
    int n = X509_get_ext_count(x);
    if (n < 1 || n > (int)TG_CERT_EXTENSIONS)
        return false;
    for (int i = 0; i < n; i++) {
        X509_EXTENSION *ext = X509_get_ext(x, i);
        int nid = OBJ_obj2nid(X509_EXTENSION_get_object(ext));
        if (never_here(nid) || repeated(x, i) || (X509_EXTENSION_get_critical(ext) && !may_be_critical(nid)))
            return false;
    }
    return true;
}

/* RFC 5280 section 4.2.1.1: every certificate names its issuer's key, only a self-signed one may leave it
 * out.
 */
static bool names_its_issuer_key(X509 *x)
{
    return X509_get0_authority_key_id(x) != NULL || (X509_get_extension_flags(x) & EXFLAG_SS) != 0;
}

static enum tg_err check_common(X509 *x)
{
    if (X509_get_version(x) != X509_VERSION_3 || !serial_ok(x) || !extensions_ok(x) ||
        !names_its_issuer_key(x))
        return TG_E_CERT_FORM;
    if (X509_NAME_entry_count(X509_get_issuer_name(x)) == 0 || !tg_profile_sigalg(X509_get_signature_nid(x)))
        return TG_E_CERT_FORM;
    enum tg_err e = tg_names_san(x);
    return e == TG_OK ? tg_key_check(X509_get0_pubkey(x)) : e;
}

static bool holds(const EXTENDED_KEY_USAGE *eku, const char *oid)
{
    for (int i = 0; oid != NULL && i < sk_ASN1_OBJECT_num(eku); i++) {
        char text[OID_CHARS];
        int n = OBJ_obj2txt(text, sizeof(text), sk_ASN1_OBJECT_value(eku, i), 1);
        if (n > 0 && n < OID_CHARS && strcmp(text, oid) == 0)
            return true;
    }
    return false;
}

static enum tg_err check_leaf_usage(const X509 *x, const struct tg_purpose *p)
{
    int critical = -1;
    EXTENDED_KEY_USAGE *eku = X509_get_ext_d2i(x, NID_ext_key_usage, &critical, NULL);
    enum tg_err e = TG_E_CERT_USAGE;
    if (eku != NULL && holds(eku, p->eku) && !holds(eku, p->never) && (!p->critical || critical == 1))
        e = TG_OK;
    EXTENDED_KEY_USAGE_free(eku);
    return e;
}

enum tg_err tg_profile_leaf(X509 *x, const struct tg_purpose *p)
{
    uint32_t flags = X509_get_extension_flags(x), usage = X509_get_key_usage(x);
    enum tg_err e = check_common(x);
    if (e != TG_OK)
        return e;
    if ((flags & EXFLAG_CA) != 0 || X509_get_ext_by_NID(x, NID_name_constraints, -1) >= 0)
        return TG_E_CERT_USAGE;
    if ((flags & EXFLAG_KUSAGE) == 0 || (usage & KU_DIGITAL_SIGNATURE) == 0 ||
        (usage & (KU_KEY_CERT_SIGN | KU_CRL_SIGN)) != 0)
        return TG_E_CERT_USAGE;
    return check_leaf_usage(x, p);
}

/* An issuer with an extKeyUsage issues for nothing else; without one it is not limited. */
static enum tg_err check_issuer_usage(const X509 *x, const struct tg_purpose *p)
{
    int critical = -1;
    EXTENDED_KEY_USAGE *eku = X509_get_ext_d2i(x, NID_ext_key_usage, &critical, NULL);
    enum tg_err e = TG_E_CERT_USAGE;
    if (eku == NULL ? critical == -1 : holds(eku, p->eku) || holds(eku, OID_ANY_USAGE))
        e = TG_OK;
    EXTENDED_KEY_USAGE_free(eku);
    return e;
}

static bool basic_constraints_critical(const X509 *x)
{
    int at = X509_get_ext_by_NID(x, NID_basic_constraints, -1);
    return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(x, at));
}

enum tg_err tg_profile_issuer(X509 *x, const struct tg_purpose *p)
{
    uint32_t flags = X509_get_extension_flags(x);
    enum tg_err e = check_common(x);
    if (e != TG_OK)
        return e;
    if ((flags & EXFLAG_CA) == 0 || !basic_constraints_critical(x) || X509_get0_subject_key_id(x) == NULL ||
        X509_NAME_entry_count(X509_get_subject_name(x)) == 0)
        return TG_E_CERT_FORM;
    if ((flags & EXFLAG_KUSAGE) == 0 || (X509_get_key_usage(x) & KU_KEY_CERT_SIGN) == 0)
        return TG_E_CERT_FORM;
    e = tg_names_constraints(x);
    return e == TG_OK ? check_issuer_usage(x, p) : e;
}
