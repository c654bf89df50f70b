/* Path validation against our own anchors only: never the system's, nothing fetched, bounded (RFC 5280
 * section 6, X509_V_FLAG_X509_STRICT, and an allow-list profile on top: see trust.c for each rule and the
 * case that asked for it).
 */
#ifndef TG_TRUST_H
#define TG_TRUST_H

#include "certs/x509/cert.h"

enum tg_cert_use {
    TG_USE_AUTH, /* 9A: EKU clientAuth (an empty or absent EKU is refused) */
    TG_USE_CARD, /* 9E: EKU id-PIV-cardAuth */
};

struct tg_trust;

/* Folder with anchors.pem, intermediates.pem (optional) and crl.pem (all CRLs, one per issuing authority).
 * TG_E_CONFIG with a sentence in why (may be NULL, size bytes).
 */
enum tg_err tg_trust_load(const char *folder, struct tg_trust **ret, char *why, size_t size) TG_MUST;
/* The same from memory, for tests: PEM texts; crls may be empty when need_crl is false. */
enum tg_err tg_trust_make(struct tg_span anchors, struct tg_span intermediates, struct tg_span crls,
                          bool need_crl, struct tg_trust **ret) TG_MUST;
void tg_trust_free(struct tg_trust **t);
/* Certificates that the peer sent along: they may help to build a path, and prove nothing. */
struct tg_helpers {
    struct tg_cert *const *cert;
    size_t n; /* at most TG_CHAIN_CERTS - 1 */
};
#define TG_NO_HELPERS ((struct tg_helpers){NULL, 0})

/* Thread-safe on one tg_trust.
 * TG_E_CERT_UNTRUSTED, _EXPIRED, _NOT_YET, _REVOKED, _CRL, _USAGE, _KEY, _FORM; TG_OK last.
 */
enum tg_err tg_trust_check(const struct tg_trust *t, const struct tg_cert *leaf, struct tg_helpers helpers,
                           enum tg_cert_use use, tg_sec now) TG_MUST;
/* Whether a list of ours, in force or not, names the certificate: who is looked at first when a new list has
 * come. No more than that: only tg_trust_check says whether it is revoked.
 */
bool tg_trust_lists(const struct tg_trust *t, const struct tg_cert *leaf);
/* Until when a TG_OK of tg_trust_check stays one if nothing but time passes: the first second at which the
 * leaf, a helper, an issuer of ours or a CRL runs out. Careful rather than exact: what is not on the path
 * counts too. INT64_MAX: nothing of it ends.
 */
tg_sec tg_trust_until(const struct tg_trust *t, const struct tg_cert *leaf, struct tg_helpers helpers,
                      tg_sec now);
/* As it was at an earlier moment, for a signature that was acted on then: dates of that moment; a certificate
 * that today's lists call revoked since then or earlier is refused, one that was revoked later is not, and
 * the lists' own dates do not matter. The same errors but TG_E_CERT_CRL.
 */
enum tg_err tg_trust_check_then(const struct tg_trust *t, const struct tg_cert *leaf,
                                struct tg_helpers helpers, enum tg_cert_use use, tg_sec then) TG_MUST;

#endif
