/* What is verified once and what for every card: the signatures of our own authorities cost nothing any more,
 * and no forged one gains by it. Verifications are counted at the link (--wrap).
 */
#include "tests/unit/x509/make.h"

static int certs, lists;

int __real_X509_verify(X509 *x, EVP_PKEY *key);
int __wrap_X509_verify(X509 *x, EVP_PKEY *key);
int __real_X509_CRL_verify(X509_CRL *crl, EVP_PKEY *key);
int __wrap_X509_CRL_verify(X509_CRL *crl, EVP_PKEY *key);

int __wrap_X509_verify(X509 *x, EVP_PKEY *key)
{
    certs++;
    return __real_X509_verify(x, key);
}

int __wrap_X509_CRL_verify(X509_CRL *crl, EVP_PKEY *key)
{
    lists++;
    return __real_X509_CRL_verify(crl, key);
}

static struct made root, issuer, twin; /* twin: the issuer's name, another key, signed by the root too */

static int setup(void **state)
{
    (void)state;
    make_authorities(&root, &issuer);
    struct spec s = spec_issuer("Issuing", &root);
    s.serial = 3;
    twin = make_cert(&s);
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

static struct tg_trust *trust_with(const struct made *anchor, const struct made *between[2],
                                   const struct crl_spec *list, size_t n)
{
    TG_BUF_AUTO a = TG_BUF_INIT(65536);
    TG_BUF_AUTO b = TG_BUF_INIT(65536);
    TG_BUF_AUTO c = TG_BUF_INIT(65536);
    struct tg_trust *t = NULL;
    add_pem(anchor, &a);
    for (size_t i = 0; i < 2 && between[i] != NULL; i++)
        add_pem(between[i], &b);
    for (size_t i = 0; i < n; i++)
        add_crl(&list[i], &c);
    assert_int_equal(tg_trust_make(tg_span_buf(&a), tg_span_buf(&b), tg_span_buf(&c), n > 0, &t), TG_OK);
    return t;
}

/* The card's signature and no other, however many lists and authorities there are. */
static void a_card_costs_its_own_signature(void **state)
{
    const struct made *between[2] = {&issuer, &twin};
    struct crl_spec list[3] = {spec_crl(&root), spec_crl(&issuer), spec_crl(&twin)};
    struct spec leaf = spec_auth(&issuer);
    struct made m = make_cert(&leaf);
    struct tg_cert *c = parsed(&m), *sent = parsed(&issuer);
    struct tg_cert *chain[] = {sent};
    (void)state;
    struct tg_trust *t = trust_with(&root, between, list, 3);
    for (int i = 0; i < 3; i++) {
        certs = lists = 0;
        assert_int_equal(tg_trust_check(t, c, TG_NO_HELPERS, TG_USE_AUTH, NOW), TG_OK);
        assert_int_equal(certs, 1);
        assert_int_equal(lists, 0);
    }
    certs = lists = 0; /* a copy of ours is ours */
    assert_int_equal(tg_trust_check(t, c, (struct tg_helpers){chain, 1}, TG_USE_AUTH, NOW), TG_OK);
    assert_int_equal(certs, 1);
    assert_int_equal(lists, 0);
    tg_trust_free(&t);
    /* An issuer that only the card brings is nobody's memory: it is verified each time, and so is its list.
     */
    const struct made *none[2] = {NULL, NULL};
    t = trust_with(&root, none, list, 3);
    for (int i = 0; i < 2; i++) {
        certs = lists = 0;
        assert_int_equal(tg_trust_check(t, c, (struct tg_helpers){chain, 1}, TG_USE_AUTH, NOW), TG_OK);
        assert_int_equal(certs, 2);
        assert_true(lists >= 1);
    }
    tg_trust_free(&t);
    tg_cert_free(&sent);
    tg_cert_free(&c);
    made_done(&m);
}

/* A folder may hold what the anchor never signed: it is loaded (it may be of use tomorrow) and opens nothing.
 */
static void a_forged_authority_opens_nothing(void **state)
{
    struct spec s = spec_root("Root"); /* the root's name, another key */
    (void)state;
    struct made stranger = make_cert(&s);
    s = spec_issuer("Issuing", &root);
    s.key = issuer.key;
    struct made forged = make_cert(&s);
    sign_again(&forged, &stranger); /* says it is the root's, and is the stranger's */
    const struct made *alone[2] = {&forged, NULL};
    struct spec leaf = spec_auth(&forged);
    struct tg_trust *t = trust_with(&root, alone, NULL, 0);
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_E_CERT_UNTRUSTED);
    tg_trust_free(&t);
    /* Sent along by the peer, it is no better. */
    const struct made *none[2] = {NULL, NULL};
    t = trust_with(&root, none, NULL, 0);
    assert_int_equal(check_sent(t, &leaf, &forged), TG_E_CERT_UNTRUSTED);
    tg_trust_free(&t);
    made_done(&forged);
    made_done(&stranger);
}

/* A self-signed anchor must be signed by itself. */
static void an_anchor_with_a_broken_signature(void **state)
{
    struct spec s = spec_root("Broken");
    (void)state;
    struct made top = make_cert(&s);
    struct spec leaf = spec_auth(&top);
    const struct made *none[2] = {NULL, NULL};
    struct tg_trust *t = trust_with(&top, none, NULL, 0);
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_OK);
    tg_trust_free(&t);
    sign_again(&top, &root);
    t = trust_with(&top, none, NULL, 0);
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_E_CERT_UNTRUSTED);
    tg_trust_free(&t);
    made_done(&top);
}

/* A key that was changed: two authorities of one name, each with its own list. */
static void two_keys_of_one_name(void **state)
{
    const struct made *between[2] = {&issuer, &twin};
    struct crl_spec list[2] = {spec_crl(&issuer), spec_crl(&twin)};
    struct spec old = spec_auth(&issuer), new = spec_auth(&twin);
    (void)state;
    list[1].revoked[0] = 0x1001; /* both cards have this number; only the twin's is revoked */
    struct tg_trust *t = trust_with(&root, between, list, 2);
    assert_int_equal(check_leaf(t, &old, TG_USE_AUTH), TG_OK);
    assert_int_equal(check_leaf(t, &new, TG_USE_AUTH), TG_E_CERT_REVOKED);
    tg_trust_free(&t);
    list[0].next = -1; /* the other one's list does not stand in for a stale one */
    t = trust_with(&root, between, list, 2);
    assert_int_equal(check_leaf(t, &old, TG_USE_AUTH), TG_E_CERT_CRL);
    tg_trust_free(&t);
}

/* An old list and a new one of the same issuer: one in force is enough, and either may revoke. */
static void two_lists_of_one_issuer(void **state)
{
    const struct made *between[2] = {&issuer, NULL};
    struct crl_spec list[2] = {spec_crl(&issuer), spec_crl(&issuer)};
    struct spec leaf = spec_auth(&issuer);
    (void)state;
    list[1].number = 2;
    for (int first = 0; first < 2; first++) {
        list[first].next = -1;
        list[!first].next = 7 * DAY;
        struct tg_trust *t = trust_with(&root, between, list, 2);
        assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_OK);
        tg_trust_free(&t);
        list[first].next = 7 * DAY;
        list[first].revoked[0] = 0x1001;
        t = trust_with(&root, between, list, 2);
        assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_E_CERT_REVOKED);
        tg_trust_free(&t);
        list[first].revoked[0] = 0;
    }
}

/* The bounds of both ends, second by second. */
static void a_list_to_the_second(void **state)
{
    const struct made *between[2] = {&issuer, NULL};
    struct crl_spec list[1] = {spec_crl(&issuer)};
    struct spec leaf = spec_auth(&issuer);
    (void)state;
    leaf.from = -1000;
    list[0].last = 10;
    list[0].next = 20;
    struct tg_trust *t = trust_with(&root, between, list, 1);
    assert_int_equal(check_leaf_at(t, &leaf, 9), TG_E_CERT_CRL);
    assert_int_equal(check_leaf_at(t, &leaf, 10), TG_OK);
    assert_int_equal(check_leaf_at(t, &leaf, 19), TG_OK);
    assert_int_equal(check_leaf_at(t, &leaf, 20), TG_E_CERT_CRL);
    tg_trust_free(&t);
}

/* tg_trust_until names the second at which the answer turns, whatever makes it turn. */
static void until(void **state)
{
    static const struct {
        int64_t leaf, issuer, root, list, want; /* ends; the first second that is over */
    } cases[] = {{100, 900, 900, 900, 101},
                 {900, 100, 900, 900, 101},
                 {900, 900, 100, 900, 101},
                 {900, 900, 900, 100, 100}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct spec s = spec_root("Until");
        s.to = cases[i].root;
        struct made top = make_cert(&s);
        s = spec_issuer("Below", &top);
        s.to = cases[i].issuer;
        struct made below = make_cert(&s);
        const struct made *between[2] = {&below, NULL};
        struct crl_spec list = spec_crl(&below);
        list.next = cases[i].list;
        struct tg_trust *t = trust_with(&top, between, &list, 1);
        struct spec leaf = spec_auth(&below);
        leaf.to = cases[i].leaf;
        struct made m = make_cert(&leaf);
        struct tg_cert *c = parsed(&m);
        assert_int_equal(tg_trust_until(t, c, TG_NO_HELPERS, NOW), NOW + cases[i].want);
        assert_int_equal(tg_trust_check(t, c, TG_NO_HELPERS, TG_USE_AUTH, NOW + cases[i].want - 1), TG_OK);
        assert_int_not_equal(tg_trust_check(t, c, TG_NO_HELPERS, TG_USE_AUTH, NOW + cases[i].want), TG_OK);
        tg_cert_free(&c);
        made_done(&m);
        tg_trust_free(&t);
        made_done(&below);
        made_done(&top);
    }
}

static void listed(void **state)
{
    const struct made *between[2] = {&issuer, NULL};
    struct crl_spec list[2] = {spec_crl(&issuer), spec_crl(&root)};
    struct spec leaf = spec_auth(&issuer);
    struct made m = make_cert(&leaf);
    struct tg_cert *c = parsed(&m);
    (void)state;
    list[1].revoked[0] = 0x1001; /* the root's list says nothing about the issuer's cards */
    struct tg_trust *t = trust_with(&root, between, list, 2);
    assert_false(tg_trust_lists(t, c));
    tg_trust_free(&t);
    list[0].revoked[0] = 0x1001;
    t = trust_with(&root, between, list, 2);
    assert_true(tg_trust_lists(t, c));
    tg_trust_free(&t);
    tg_cert_free(&c);
    made_done(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_costs_its_own_signature),
        cmocka_unit_test(a_forged_authority_opens_nothing),
        cmocka_unit_test(an_anchor_with_a_broken_signature),
        cmocka_unit_test(two_keys_of_one_name),
        cmocka_unit_test(two_lists_of_one_issuer),
        cmocka_unit_test(a_list_to_the_second),
        cmocka_unit_test(until),
        cmocka_unit_test(listed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
