/* The path: our anchors, in force, for this use, and by any number of threads. */
#include <pthread.h>

#include "tests/unit/x509/make.h"

static struct made root, issuer;
static struct tg_trust *trust;

static int setup(void **state)
{
    (void)state;
    make_authorities(&root, &issuer);
    trust = trust_of(&root, &issuer, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tg_trust_free(&trust);
    made_done(&issuer);
    made_done(&root);
    return 0;
}

static void both_slots(void **state)
{
    struct spec auth = spec_auth(&issuer), card = spec_card(&issuer);
    (void)state;
    assert_int_equal(check_leaf(trust, &auth, TG_USE_AUTH), TG_OK);
    assert_int_equal(check_leaf(trust, &card, TG_USE_CARD), TG_OK);
    auth.issuer = &root;
    assert_int_equal(check_leaf(trust, &auth, TG_USE_AUTH), TG_OK);
}

static void one_slot_is_not_the_other(void **state)
{
    struct spec auth = spec_auth(&issuer), card = spec_card(&issuer);
    (void)state;
    assert_int_equal(check_leaf(trust, &auth, TG_USE_CARD), TG_E_CERT_USAGE);
    assert_int_equal(check_leaf(trust, &card, TG_USE_AUTH), TG_E_CERT_USAGE);
    auth.eku = "critical,clientAuth," TG_OID_PIV_CARD_AUTH;
    assert_int_equal(check_leaf(trust, &auth, TG_USE_AUTH), TG_E_CERT_USAGE);
    assert_int_equal(check_leaf(trust, &auth, TG_USE_CARD), TG_E_CERT_USAGE);
    card.eku = TG_OID_PIV_CARD_AUTH; /* FIPS 201 wants it critical */
    assert_int_equal(check_leaf(trust, &card, TG_USE_CARD), TG_E_CERT_USAGE);
    assert_int_equal(check_leaf(trust, &card, (enum tg_cert_use)7), TG_E_CERT_USAGE);
}

static void wrong_extended_usage(void **state)
{
    static const char *const BAD[] = {"serverAuth",          "emailProtection",    "codeSigning",
                                      "anyExtendedKeyUsage", "1.3.6.1.5.5.7.3.21", "1.3.6.1.5.5.7.3.2.1"};
    struct spec s = spec_auth(&issuer);
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        s.eku = BAD[i];
        assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_E_CERT_USAGE);
    }
    s.eku = NULL;
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_E_CERT_USAGE);
    s.eku = "clientAuth,1.3.6.1.4.1.311.20.2.2"; /* smart card log-on beside it is usual */
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
}

static void in_force(void **state)
{
    struct spec s = spec_auth(&issuer);
    (void)state;
    s.from = 0;
    s.to = 100;
    assert_int_equal(check_leaf_at(trust, &s, -1), TG_E_CERT_NOT_YET);
    assert_int_equal(check_leaf_at(trust, &s, 0), TG_OK);
    assert_int_equal(check_leaf_at(trust, &s, 100), TG_OK); /* RFC 5280: inclusive at both ends */
    assert_int_equal(check_leaf_at(trust, &s, 101), TG_E_CERT_EXPIRED);
    assert_int_equal(check_leaf_at(trust, &s, 10000 * (int64_t)DAY), TG_E_CERT_EXPIRED);
}

static void issuers_must_be_in_force_too(void **state)
{
    struct spec s = spec_issuer("Old", &root);
    (void)state;
    s.to = -DAY;
    struct made old = make_cert(&s);
    struct tg_trust *t = trust_of(&root, &old, NULL), *anchor = trust_of(&old, NULL, NULL);
    struct spec leaf = spec_auth(&old);
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_E_CERT_EXPIRED);
    assert_int_equal(check_leaf(anchor, &leaf, TG_USE_AUTH), TG_E_CERT_EXPIRED);
    tg_trust_free(&t);
    tg_trust_free(&anchor);
    made_done(&old);
}

static void foreign_cards(void **state)
{
    struct spec s = spec_root("Root"); /* the same name, another key */
    (void)state;
    struct made twin = make_cert(&s);
    struct spec leaf = spec_auth(&twin);
    assert_int_equal(check_leaf(trust, &leaf, TG_USE_AUTH), TG_E_CERT_UNTRUSTED);
    leaf.no_ids = true;
    assert_int_equal(check_leaf(trust, &leaf, TG_USE_AUTH), TG_E_CERT_UNTRUSTED);
    leaf = spec_auth(NULL); /* signed by itself */
    assert_int_equal(check_leaf(trust, &leaf, TG_USE_AUTH), TG_E_CERT_UNTRUSTED);
    made_done(&twin);
}

static void the_signature_counts(void **state)
{
    struct spec s = spec_auth(&issuer);
    (void)state;
    struct made m = make_cert(&s);
    struct tg_cert *c = NULL;
    unsigned char *der = NULL;
    int n = i2d_X509(m.x, &der);
    der[n - 1] ^= 1;
    assert_int_equal(tg_cert_parse(tg_span(der, (size_t)n), &c), TG_OK);
    assert_int_equal(tg_trust_check(trust, c, TG_NO_HELPERS, TG_USE_AUTH, NOW), TG_E_CERT_UNTRUSTED);
    tg_cert_free(&c);
    OPENSSL_free(der);
    made_done(&m);
}

/* A card's key signs a "certificate" for somebody else. */
static void a_leaf_never_issues(void **state)
{
    struct spec s = spec_auth(&issuer);
    (void)state;
    struct made card = make_cert(&s);
    struct spec forged = spec_auth(&card);
    forged.uri[0] = "urn:tegata:person:BOSS";
    assert_int_equal(check_sent(trust, &forged, &card), TG_E_CERT_UNTRUSTED);
    made_done(&card);
}

static void an_issuer_is_no_card(void **state)
{
    struct spec s = spec_auth(&issuer);
    (void)state;
    s.basic = CA_BASIC;
    s.usage = "critical,digitalSignature,keyCertSign";
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_E_CERT_USAGE);
    s.usage = DIGITAL;
    assert_int_not_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
    s.basic = "critical,CA:FALSE";
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
}

static void the_anchor_itself_is_no_card(void **state)
{
    struct tg_cert *c = parsed(&root);
    (void)state;
    assert_int_not_equal(tg_trust_check(trust, c, TG_NO_HELPERS, TG_USE_AUTH, NOW), TG_OK);
    tg_cert_free(&c);
}

#define LINKS 6

static void chains_are_bounded(void **state)
{
    struct made link[LINKS];
    struct tg_cert *sent[LINKS];
    struct tg_trust *t = trust_of(&root, NULL, NULL);
    (void)state;
    for (size_t i = 0; i < LINKS; i++) {
        char cn[16];
        (void)snprintf(cn, sizeof(cn), "Link %zu", i);
        struct spec s = spec_issuer(cn, i == 0 ? &root : &link[i - 1]);
        link[i] = make_cert(&s);
        sent[i] = parsed(&link[i]);
    }
    for (size_t n = 0; n <= LINKS; n++) {
        struct spec s = spec_auth(n == 0 ? &root : &link[n - 1]);
        struct made m = make_cert(&s);
        struct tg_cert *c = parsed(&m);
        /* leaf + n + anchor must not be more than TG_CHAIN_CERTS */
        enum tg_err want = n + 2 <= TG_CHAIN_CERTS ? TG_OK : TG_E_CERT_UNTRUSTED;
        assert_int_equal(tg_trust_check(t, c, (struct tg_helpers){sent, n}, TG_USE_AUTH, NOW), want);
        tg_cert_free(&c);
        made_done(&m);
    }
    for (size_t i = 0; i < LINKS; i++) {
        tg_cert_free(&sent[i]);
        made_done(&link[i]);
    }
    tg_trust_free(&t);
}

static void too_many_sent_are_refused_unread(void **state)
{
    struct spec s = spec_auth(&issuer);
    (void)state;
    struct made m = make_cert(&s);
    struct tg_cert *c = parsed(&m), *same = parsed(&issuer);
    struct tg_cert *chain[] = {same, same, same, same, same};
    assert_int_equal(
        tg_trust_check(trust, c, (struct tg_helpers){chain, TG_CHAIN_CERTS - 1}, TG_USE_AUTH, NOW), TG_OK);
    assert_int_equal(tg_trust_check(trust, c, (struct tg_helpers){chain, TG_CHAIN_CERTS}, TG_USE_AUTH, NOW),
                     TG_E_CERT_UNTRUSTED);
    tg_cert_free(&c);
    tg_cert_free(&same);
    made_done(&m);
}

static void the_peer_brings_no_anchors(void **state)
{
    struct spec s = spec_root("Elsewhere");
    (void)state;
    struct made other = make_cert(&s);
    struct spec leaf = spec_auth(&other);
    assert_int_equal(check_sent(trust, &leaf, &other), TG_E_CERT_UNTRUSTED);
    made_done(&other);
}

static void an_issuing_ca_can_be_the_anchor(void **state)
{
    struct tg_trust *t = trust_of(&issuer, NULL, NULL);
    struct spec below = spec_auth(&issuer), beside = spec_auth(&root);
    (void)state;
    assert_int_equal(check_leaf(t, &below, TG_USE_AUTH), TG_OK);
    assert_int_equal(check_leaf(t, &beside, TG_USE_AUTH), TG_E_CERT_UNTRUSTED);
    tg_trust_free(&t);
}

static void path_length_is_kept(void **state)
{
    struct spec s = spec_root("Short");
    (void)state;
    s.basic = "critical,CA:TRUE,pathlen:0";
    struct made top = make_cert(&s);
    s = spec_issuer("Below", &top);
    struct made below = make_cert(&s);
    struct tg_trust *t = trust_of(&top, &below, NULL);
    struct spec leaf = spec_auth(&below);
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_E_CERT_UNTRUSTED);
    leaf.issuer = &top;
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_OK);
    tg_trust_free(&t);
    made_done(&below);
    made_done(&top);
}

static void rsa_issuers(void **state)
{
    EVP_PKEY *key = make_rsa(2048);
    struct spec s = spec_root("RSA");
    (void)state;
    s.key = key;
    struct made top = make_cert(&s);
    struct tg_trust *t = trust_of(&top, NULL, NULL);
    struct spec leaf = spec_auth(&top);
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_OK);
    leaf.md = EVP_sha512();
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_OK);
    leaf.md = EVP_sha1();
    assert_int_not_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_OK);
    tg_trust_free(&t);
    made_done(&top);
    EVP_PKEY_free(key);
}

static void weak_digests(void **state)
{
    struct spec s = spec_auth(&issuer);
    (void)state;
    s.md = EVP_sha1();
    assert_int_not_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
    s.md = EVP_sha224();
    assert_int_not_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
    s.md = EVP_sha384();
    assert_int_equal(check_leaf(trust, &s, TG_USE_AUTH), TG_OK);
}

struct job {
    struct tg_cert *good, *foreign;
    int wrong;
};

static void *worker(void *arg)
{
    struct job *job = arg;
    for (int i = 0; i < 100; i++) {
        job->wrong += tg_trust_check(trust, job->good, TG_NO_HELPERS, TG_USE_AUTH, NOW) != TG_OK;
        job->wrong +=
            tg_trust_check(trust, job->foreign, TG_NO_HELPERS, TG_USE_AUTH, NOW) != TG_E_CERT_UNTRUSTED;
    }
    return NULL;
}

static void four_threads_share_one_trust(void **state)
{
    struct spec a = spec_auth(&issuer), b = spec_auth(NULL);
    struct made good = make_cert(&a), foreign = make_cert(&b);
    struct job job[4];
    pthread_t thread[4];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        job[i] = (struct job){.good = parsed(&good), .foreign = parsed(&foreign), .wrong = 0};
        assert_int_equal(pthread_create(&thread[i], NULL, worker, &job[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        assert_int_equal(job[i].wrong, 0);
        tg_cert_free(&job[i].good);
        tg_cert_free(&job[i].foreign);
    }
    made_done(&good);
    made_done(&foreign);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_slots),
        cmocka_unit_test(one_slot_is_not_the_other),
        cmocka_unit_test(wrong_extended_usage),
        cmocka_unit_test(in_force),
        cmocka_unit_test(issuers_must_be_in_force_too),
        cmocka_unit_test(foreign_cards),
        cmocka_unit_test(the_signature_counts),
        cmocka_unit_test(a_leaf_never_issues),
        cmocka_unit_test(an_issuer_is_no_card),
        cmocka_unit_test(the_anchor_itself_is_no_card),
        cmocka_unit_test(chains_are_bounded),
        cmocka_unit_test(too_many_sent_are_refused_unread),
        cmocka_unit_test(the_peer_brings_no_anchors),
        cmocka_unit_test(an_issuing_ca_can_be_the_anchor),
        cmocka_unit_test(path_length_is_kept),
        cmocka_unit_test(rsa_issuers),
        cmocka_unit_test(weak_digests),
        cmocka_unit_test(four_threads_share_one_trust),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
