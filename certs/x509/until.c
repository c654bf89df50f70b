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

void tg_trust_note_ends(struct tg_trust *t)
{
    size_t n = 0;
    for (int i = 0; i < sk_X509_num(t->anchors); i++)
        t->end[n++] = cert_end(sk_X509_value(t->anchors, i));
    for (int i = 0; i < sk_X509_num(t->between); i++)
        t->end[n++] = cert_end(sk_X509_value(t->between, i));
    for (int i = 0; i < sk_X509_CRL_num(t->crls); i++)
        t->end[n++] = seconds_of(X509_CRL_get0_nextUpdate(sk_X509_CRL_value(t->crls, i)));
    t->n_ends = n;
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
    for (size_t i = 0; i < t->n_ends; i++)
        until = sooner(until, t->end[i], now);
    return until;
}
