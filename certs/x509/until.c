/* When the parts of a trust run out, worked out once when it is filled. */
#include <limits.h>
#include <time.h>

#include "certs/x509/store.h"

/* INT64_MIN: not a time, which ends nothing later than it has begun to. */
static tg_sec seconds_of(const ASN1_TIME *t)
{
    struct tm tm;
    if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
        return INT64_MIN;
    return (tg_sec)timegm(&tm);
}

/* RFC 5280 section 4.1.2.5: notAfter itself still counts. */
static tg_sec cert_end(const X509 *x)
{
    tg_sec at = seconds_of(X509_get0_notAfter(x));
    return at == INT64_MIN ? at : at + 1;
}

void tg_trust_note_times(struct tg_trust *t)
{
    int anchors = sk_X509_num(t->anchors);
    for (int i = 0; i < anchors; i++)
        t->end[i] = cert_end(sk_X509_value(t->anchors, i));
    for (int i = 0; i < sk_X509_num(t->between); i++)
        t->end[anchors + i] = cert_end(sk_X509_value(t->between, i));
    for (int i = 0; i < sk_X509_CRL_num(t->crls); i++) {
        const X509_CRL *crl = sk_X509_CRL_value(t->crls, i);
        t->list[i].until = seconds_of(X509_CRL_get0_nextUpdate(crl));
        tg_sec from = seconds_of(X509_CRL_get0_lastUpdate(crl));
        t->list[i].from = from != INT64_MIN ? from : INT64_MAX;
    }
}

static tg_sec sooner(tg_sec known, tg_sec end, tg_sec now)
{
    return end > now && end < known ? end : known;
}

tg_sec tg_trust_until(const struct tg_trust *t, const struct tg_cert *leaf, struct tg_helpers helpers,
                      tg_sec now)
{
    tg_sec until = sooner(INT64_MAX, cert_end(tg_cert_borrow(leaf)), now);
    for (size_t i = 0; i < helpers.n; i++)
        until = sooner(until, cert_end(tg_cert_borrow(helpers.cert[i])), now);
    for (int i = 0; i < sk_X509_num(t->anchors) + sk_X509_num(t->between); i++)
        until = sooner(until, t->end[i], now);
    for (int i = 0; i < sk_X509_CRL_num(t->crls); i++)
        until = sooner(until, t->list[i].until, now);
    return until;
}
