#include "certs/x509/names.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "certs/base/blob.h"
#include "certs/base/limits.h"

#define HOST_CHARS 253u
#define LABEL_CHARS 63u

static struct tg_span span_of(const ASN1_STRING *s)
{
    return tg_span(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
}

static bool is_alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* RFC 1034 section 3.5 as relaxed by RFC 1123: letters, digits, inner hyphens. */
static bool label_ok(struct tg_span l)
{
    if (l.n == 0 || l.n > LABEL_CHARS || !is_alnum(l.p[0]) || !is_alnum(l.p[l.n - 1]))
        return false;
    for (size_t i = 0; i < l.n; i++)
        if (!is_alnum(l.p[i]) && l.p[i] != '-')
            return false;
    return true;
}

static bool host_ok(struct tg_span h)
{
    bool letter = false;
    size_t from = 0;
    if (h.n == 0 || h.n > HOST_CHARS)
        return false;
    for (size_t i = 0; i <= h.n; i++) {
        if (i < h.n && h.p[i] != '.') {
            letter = letter || (is_alnum(h.p[i]) && (h.p[i] < '0' || h.p[i] > '9'));
            continue;
        }
        if (!label_ok(tg_span(h.p + from, i - from)))
            return false;
        from = i + 1;
    }
    return letter; /* digits and dots alone would be an address in the wrong place */
}

static bool printable(struct tg_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= 0x20 || s.p[i] >= 0x7f)
            return false;
    return s.n > 0;
}

/* local@host with exactly one @; the local part is compared byte for byte, so any printable one will do. */
static bool mailbox_ok(struct tg_span s)
{
    const uint8_t *at = s.n > 0 ? memchr(s.p, '@', s.n) : NULL;
    if (at == NULL || at == s.p || !printable(s))
        return false;
    size_t local = (size_t)(at - s.p);
    return host_ok(tg_span(at + 1, s.n - local - 1));
}

static bool name_ok(const GENERAL_NAME *name)
{
    switch (name->type) {
    case GEN_DNS:
        return host_ok(span_of(name->d.dNSName));
    case GEN_EMAIL:
        return mailbox_ok(span_of(name->d.rfc822Name));
    case GEN_URI:
        return printable(span_of(name->d.uniformResourceIdentifier));
    case GEN_IPADD:
        return ASN1_STRING_length(name->d.iPAddress) == 4 || ASN1_STRING_length(name->d.iPAddress) == 16;
    case GEN_DIRNAME:
        return X509_NAME_entry_count(name->d.directoryName) > 0;
    case GEN_OTHERNAME:
        return true;
    default:
        return false;
    }
}

enum tg_err tg_names_san(const X509 *x)
{
    int critical = -1;
    enum tg_err e = TG_E_CERT_FORM;
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, &critical, NULL);
    int n = names == NULL ? 0 : sk_GENERAL_NAME_num(names);
    if (names == NULL && critical == -1)
        e = TG_OK; /* absent; -2 would be two of them, 0 or 1 one that cannot be read */
    else if (n > 0 && n <= (int)TG_CERT_NAMES)
        e = TG_OK;
    for (int i = 0; i < n && e == TG_OK; i++)
        if (!name_ok(sk_GENERAL_NAME_value(names, i)))
            e = TG_E_CERT_FORM;
    /* RFC 5280 section 4.1.2.6: without a subject these names are the only ones, and must be critical. */
    if (e == TG_OK && X509_NAME_entry_count(X509_get_subject_name(x)) == 0 && critical != 1)
        e = TG_E_CERT_FORM;
    GENERAL_NAMES_free(names);
    ERR_clear_error();
    return e;
}

/* Address and mask, the mask's ones all in front. */
static bool subnet_ok(struct tg_span s)
{
    bool ended = false;
    if (s.n != 8 && s.n != 32)
        return false;
    for (size_t i = s.n * 4; i < s.n * 8; i++) {
        bool one = (s.p[i / 8] >> (7 - i % 8) & 1) != 0;
        if (one && ended)
            return false;
        ended = ended || !one;
    }
    return true;
}

/* A host, or ".host" for everything below it (allowed in mailboxes and URIs, not in dNSName). */
static bool domain_ok(struct tg_span s)
{
    return s.n > 0 && s.p[0] == '.' ? host_ok(tg_span(s.p + 1, s.n - 1)) : host_ok(s);
}

static bool base_ok(const GENERAL_NAME *name)
{
    switch (name->type) {
    case GEN_DNS:
        return host_ok(span_of(name->d.dNSName));
    case GEN_EMAIL:
        return mailbox_ok(span_of(name->d.rfc822Name)) || domain_ok(span_of(name->d.rfc822Name));
    case GEN_URI:
        return domain_ok(span_of(name->d.uniformResourceIdentifier));
    case GEN_IPADD:
        return subnet_ok(span_of(name->d.iPAddress));
    case GEN_DIRNAME:
        return X509_NAME_entry_count(name->d.directoryName) > 0;
    default:
        return false; /* RFC 5280 section 4.2.1.10: what cannot be processed must be refused */
    }
}

static bool subtrees_ok(const STACK_OF(GENERAL_SUBTREE) * trees)
{
    int n = trees == NULL ? 0 : sk_GENERAL_SUBTREE_num(trees);
    if (n > (int)TG_CERT_NAMES)
        return false;
    for (int i = 0; i < n; i++) {
        const GENERAL_SUBTREE *t = sk_GENERAL_SUBTREE_value(trees, i);
        if (t->maximum != NULL || (t->minimum != NULL && ASN1_INTEGER_get(t->minimum) != 0) ||
            !base_ok(t->base))
            return false;
    }
    return true;
}

enum tg_err tg_names_constraints(const X509 *x)
{
    int critical = -1;
    enum tg_err e = TG_E_CERT_FORM;
    NAME_CONSTRAINTS *nc = X509_get_ext_d2i(x, NID_name_constraints, &critical, NULL);
    if (nc == NULL && critical == -1)
        e = TG_OK;
    else if (nc != NULL && critical == 1 && (nc->permittedSubtrees != NULL || nc->excludedSubtrees != NULL) &&
             subtrees_ok(nc->permittedSubtrees) && subtrees_ok(nc->excludedSubtrees))
        e = TG_OK;
    NAME_CONSTRAINTS_free(nc);
    ERR_clear_error();
    return e;
}
