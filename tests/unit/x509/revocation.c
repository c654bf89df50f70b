/* Revocation lists: who is on one, which lists count, and what happens when the right one is not there. */
#include <openssl/pem.h>
#include <pthread.h>

#include "certs/x509/crl.h"
#include "tests/unit/x509/make.h"

static struct made root, issuer, twin;

static int setup(void **state)
{
    (void)state;
    make_authorities(&root, &issuer);
    struct spec s = spec_issuer("Issuing", &root);
    twin = make_cert(&s); /* the same name, another key */
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    made_done(&twin);
    made_done(&issuer);
    made_done(&root);
    return 0;
}

/* A good card against up to two lists. */
static enum tg_err with(const struct crl_spec *a, const struct crl_spec *b)
{
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    struct spec leaf = spec_auth(&issuer);
    if (a != NULL)
        add_crl(a, &crls);
    if (b != NULL)
        add_crl(b, &crls);
    struct tg_trust *t = trust_of(&root, &issuer, &crls);
    enum tg_err e = check_leaf(t, &leaf, TG_USE_AUTH);
    tg_trust_free(&t);
    return e;
}

/* What tg_trust_make says about a list. */
static enum tg_err taken(const struct crl_spec *s)
{
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    TG_BUF_AUTO anchors = TG_BUF_INIT(65536);
    struct tg_trust *t = NULL;
    add_crl(s, &crls);
    add_pem(&root, &anchors);
    enum tg_err e = tg_trust_make(tg_span_buf(&anchors), tg_span(NULL, 0), tg_span_buf(&crls), true, &t);
    assert_int_equal(t != NULL, e == TG_OK);
    tg_trust_free(&t);
    return e;
}

static void on_the_list_or_not(void **state)
{
    struct crl_spec s = spec_crl(&issuer);
    (void)state;
    assert_int_equal(with(&s, NULL), TG_OK);
    s.revoked[0] = 0x2000;
    s.revoked[1] = 0x1001;
    s.revoked[2] = 0x3000;
    assert_int_equal(with(&s, NULL), TG_E_CERT_REVOKED);
    s.revoked[1] = 0x1002;
    assert_int_equal(with(&s, NULL), TG_OK);
}

static void stale_or_from_the_future(void **state)
{
    struct crl_spec s = spec_crl(&issuer);
    (void)state;
    s.next = -1;
    assert_int_equal(with(&s, NULL), TG_E_CERT_CRL);
    s.revoked[0] = 0x1001; /* a stale list does not say "not revoked", but does it still say "revoked"?
                              refused either way */
    assert_int_not_equal(with(&s, NULL), TG_OK);
    s = spec_crl(&issuer);
    s.last = 10;
    assert_int_equal(with(&s, NULL), TG_E_CERT_CRL);
}

static void only_the_issuers_own_list_counts(void **state)
{
    struct crl_spec roots = spec_crl(&root), forged = spec_crl(&twin), named = spec_crl(&root);
    (void)state;
    assert_int_equal(with(&roots, NULL), TG_E_CERT_CRL); /* the card's issuer has none */
    assert_int_equal(with(&forged, NULL), TG_E_CERT_CRL);
    named.name = "Issuing"; /* signed by the root in the issuer's name */
    assert_int_equal(with(&named, NULL), TG_E_CERT_CRL);
    roots.revoked[0] = 0x1001; /* the same number, but another issuer's certificate */
    struct crl_spec own = spec_crl(&issuer);
    assert_int_equal(with(&roots, &own), TG_OK);
}

static void issuers_can_be_revoked(void **state)
{
    struct crl_spec own = spec_crl(&issuer), roots = spec_crl(&root);
    (void)state;
    assert_int_equal(with(&own, &roots), TG_OK);
    roots.revoked[0] = 2;
    assert_int_equal(with(&own, &roots), TG_E_CERT_REVOKED);
    roots.revoked[0] = 0;
    roots.next = -1; /* there is a list of the root's, so it must be good */
    assert_int_equal(with(&own, &roots), TG_E_CERT_CRL);
}

static void lists_that_are_not_taken(void **state)
{
    struct crl_spec s = spec_crl(&root);
    (void)state;
    assert_int_equal(taken(&s), TG_OK);
    s.next = 0;
    assert_int_equal(taken(&s), TG_E_CONFIG);
    s = spec_crl(&root);
    s.number = -1;
    assert_int_equal(taken(&s), TG_E_CONFIG);
    s = spec_crl(&root);
    s.extra = "1.2.3.4=critical,DER:0500"; /* unknown and critical */
    assert_int_equal(taken(&s), TG_E_CONFIG);
    s.extra = "1.2.3.4=DER:0500";
    assert_int_equal(taken(&s), TG_OK);
    s.extra = "2.5.29.28=DER:3003850101"; /* issuingDistributionPoint, not even critical */
    assert_int_equal(taken(&s), TG_E_CONFIG);
    s.extra = "2.5.29.27=DER:020101"; /* deltaCRLIndicator */
    assert_int_equal(taken(&s), TG_E_CONFIG);
    s.extra = "crlNumber=DER:020102"; /* a second one */
    assert_int_equal(taken(&s), TG_E_CONFIG);
    s.extra = NULL;
    s.name = ""; /* an issuer without a name */
    assert_int_equal(taken(&s), TG_E_CONFIG);
}

/* BER in place of DER, and a byte behind the end, which PEM would hide. */
static void lists_have_one_encoding(void **state)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(65536);
    struct crl_spec s = spec_crl(&root);
    unsigned char *der = NULL, ber[1024] = {0};
    X509_CRL *crl = NULL, *again = NULL;
    (void)state;
    add_crl(&s, &pem);
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
    int n = i2d_X509_CRL(crl, &der);
    assert_true(n > 0x80 && n < 0x100 && der[1] == 0x81);
    assert_int_equal(tg_crl_parse(tg_span(der, (size_t)n), &again), TG_OK);
    X509_CRL_free(again);
    memcpy(ber, der, (size_t)n);
    assert_int_equal(tg_crl_parse(tg_span(ber, (size_t)n + 1), &again), TG_E_CERT_CRL);
    memcpy(ber + 1, der, (size_t)n);
    ber[0] = 0x30;
    ber[1] = 0x82;
    ber[2] = 0;
    assert_int_equal(tg_crl_parse(tg_span(ber, (size_t)n + 1), &again), TG_E_CERT_CRL);
    OPENSSL_free(der);
    X509_CRL_free(crl);
    BIO_free(bio);
}

static void entries_that_are_not_taken(void **state)
{
    struct crl_spec s = spec_crl(&root);
    (void)state;
    s.revoked[0] = 7;
    s.entry_extra = "1.2.3.4=critical,DER:0500";
    assert_int_equal(taken(&s), TG_E_CONFIG);
    s.entry_extra = "2.5.29.29=DER:3000"; /* certificateIssuer: an indirect list */
    assert_int_equal(taken(&s), TG_E_CONFIG);
    s.entry_extra = "2.5.29.21=DER:0a0101"; /* reasonCode */
    assert_int_equal(taken(&s), TG_OK);
}

static void a_list_must_be_there(void **state)
{
    TG_BUF_AUTO anchors = TG_BUF_INIT(65536);
    struct tg_trust *t = NULL;
    (void)state;
    add_pem(&root, &anchors);
    assert_int_equal(tg_trust_make(tg_span_buf(&anchors), tg_span(NULL, 0), tg_span(NULL, 0), true, &t),
                     TG_E_CONFIG);
    assert_int_equal(tg_trust_make(tg_span_buf(&anchors), tg_span(NULL, 0), tg_span(NULL, 0), false, &t),
                     TG_OK);
    tg_trust_free(&t);
}

/* Lists that are not needed are used all the same. */
static void optional_lists_are_used(void **state)
{
    TG_BUF_AUTO anchors = TG_BUF_INIT(65536);
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    struct tg_trust *t = NULL;
    struct crl_spec s = spec_crl(&root);
    struct spec leaf = spec_auth(&root);
    (void)state;
    s.revoked[0] = 0x1001;
    add_pem(&root, &anchors);
    add_crl(&s, &crls);
    assert_int_equal(tg_trust_make(tg_span_buf(&anchors), tg_span(NULL, 0), tg_span_buf(&crls), false, &t),
                     TG_OK);
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_E_CERT_REVOKED);
    leaf.serial = 0x1003;
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_OK);
    tg_trust_free(&t);
}

static void an_issuer_without_crl_sign(void **state)
{
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    struct spec s = spec_root("No lists");
    (void)state;
    s.usage = "critical,keyCertSign";
    struct made top = make_cert(&s);
    struct crl_spec list = spec_crl(&top);
    struct spec leaf = spec_auth(&top);
    add_crl(&list, &crls);
    struct tg_trust *t = trust_of(&top, NULL, &crls);
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_E_CERT_CRL);
    tg_trust_free(&t);
    made_done(&top);
}

static void expired_comes_out_as_expired(void **state)
{
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    struct crl_spec list = spec_crl(&issuer);
    struct spec leaf = spec_auth(&issuer);
    (void)state;
    leaf.to = -1;
    add_crl(&list, &crls);
    struct tg_trust *t = trust_of(&root, &issuer, &crls);
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_E_CERT_EXPIRED);
    tg_trust_free(&t);
}

struct job {
    const struct tg_trust *t;
    struct tg_cert *good, *revoked;
    int wrong;
};

static void *worker(void *arg)
{
    struct job *job = arg;
    for (int i = 0; i < 50; i++) {
        job->wrong += tg_trust_check(job->t, job->good, TG_NO_HELPERS, TG_USE_AUTH, NOW) != TG_OK;
        job->wrong +=
            tg_trust_check(job->t, job->revoked, TG_NO_HELPERS, TG_USE_AUTH, NOW) != TG_E_CERT_REVOKED;
    }
    return NULL;
}

static void four_threads_share_one_list(void **state)
{
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    struct crl_spec list = spec_crl(&issuer);
    struct spec a = spec_auth(&issuer), b = spec_auth(&issuer);
    (void)state;
    b.serial = 0x9999;
    list.revoked[0] = 0x9999;
    list.revoked[1] = 0x0042;
    add_crl(&list, &crls);
    struct tg_trust *t = trust_of(&root, &issuer, &crls);
    struct made good = make_cert(&a), revoked = make_cert(&b);
    struct job job[4];
    pthread_t thread[4];
    for (size_t i = 0; i < 4; i++) {
        job[i] = (struct job){.t = t, .good = parsed(&good), .revoked = parsed(&revoked), .wrong = 0};
        assert_int_equal(pthread_create(&thread[i], NULL, worker, &job[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        assert_int_equal(job[i].wrong, 0);
        tg_cert_free(&job[i].good);
        tg_cert_free(&job[i].revoked);
    }
    made_done(&good);
    made_done(&revoked);
    tg_trust_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_the_list_or_not),
        cmocka_unit_test(stale_or_from_the_future),
        cmocka_unit_test(only_the_issuers_own_list_counts),
        cmocka_unit_test(issuers_can_be_revoked),
        cmocka_unit_test(lists_that_are_not_taken),
        cmocka_unit_test(entries_that_are_not_taken),
        cmocka_unit_test(lists_have_one_encoding),
        cmocka_unit_test(a_list_must_be_there),
        cmocka_unit_test(optional_lists_are_used),
        cmocka_unit_test(an_issuer_without_crl_sign),
        cmocka_unit_test(expired_comes_out_as_expired),
        cmocka_unit_test(four_threads_share_one_list),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
