/* A certificate (or a list) from a stranger: read it, ask whom it names, hold it against one fixed anchor.
 * The anchor's key is gone, so whatever passes is one of the seeds or signed bytes that were never changed.
 */
#include "certs/x509/crl.h"
#include "certs/x509/trust.h"

#define WHEN 1800000000 /* the seeds are in force then */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const char ANCHOR[] = "-----BEGIN CERTIFICATE-----\n"
                             "MIIBfTCCASSgAwIBAgIBATAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAtGdXp6IGFu\n"
                             "Y2hvcjAeFw0yNjEwMDcwODAwMDBaFw0yOTEwMTEwODAwMDBaMBYxFDASBgNVBAMM\n"
                             "C0Z1enogYW5jaG9yMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEzE9g9M9vHYgf\n"
                             "6w6R5APNDbe4dUkc/fv3E9hkbRhJ9kBz43GRIDW4VXMhnysFCw+DWfBNLXg64moQ\n"
                             "pdck/YEvUqNjMGEwHQYDVR0OBBYEFOIXBBs2CPTNvdxVc8Na1RXrRr1zMB8GA1Ud\n"
                             "IwQYMBaAFOIXBBs2CPTNvdxVc8Na1RXrRr1zMA8GA1UdEwEB/wQFMAMBAf8wDgYD\n"
                             "VR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0cAMEQCIH88/T4NG1YRIRbmxSuINC9j\n"
                             "onoPaDtcdos5U5XhhiXBAiAbH+65ycCg3D3pL9/aJPHmnLIiGpZ3F6WNyzpdG9fh\n"
                             "DA==\n"
                             "-----END CERTIFICATE-----\n";

static const struct tg_trust *trust(void)
{
    static struct tg_trust *t;
    if (t == NULL &&
        tg_trust_make(tg_span_str(ANCHOR), tg_span(NULL, 0), tg_span(NULL, 0), false, &t) != TG_OK)
        abort();
    return t;
}

/* Whoever is named is named in plain letters, and always together with a card. */
static void check_identity(const struct tg_cert *c)
{
    struct tg_identity id;
    char holder[TG_NAME_BYTES];
    (void)tg_cert_holder(c, holder, sizeof(holder));
    if (tg_cert_identity(c, &id) != TG_OK)
        return;
    size_t n = strspn(id.person, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    if (id.person[n] != '\0' || strspn(id.card, "0123456789abcdef-") != 36 || id.card[36] != '\0' ||
        id.serial[0] == '\0')
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct tg_cert *c = NULL;
    X509_CRL *crl = NULL;
    if (tg_crl_parse(tg_span(p, n), &crl) == TG_OK)
        X509_CRL_free(crl);
    if (tg_cert_parse(tg_span(p, n), &c) != TG_OK)
        return 0;
    check_identity(c);
    struct tg_cert *chain[] = {c};
    bool person = tg_trust_check(trust(), c, (struct tg_helpers){chain, 1}, TG_USE_AUTH, WHEN) == TG_OK;
    bool card = tg_trust_check(trust(), c, TG_NO_HELPERS, TG_USE_CARD, WHEN) == TG_OK;
    if (person && card)
        abort();
    tg_cert_free(&c);
    return 0;
}
