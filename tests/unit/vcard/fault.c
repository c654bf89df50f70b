/* Faults: that each one strikes, when it is told to, and nothing else. */
#include "drive.h"

#include <openssl/x509.h>
#include <time.h>

#include "tests/card/inner.h"

static struct tg_vcard *faulty(const char *spec)
{
    struct tg_vcard *c = card_usual();
    give_cert(c, 0x9a, TG_VCARD_NONE, 0);
    give_cert(c, 0x9e, TG_VCARD_NONE, 0);
    assert_int_equal(tg_vcard_fault(c, spec), TG_OK);
    return c;
}

static void grammar(void **state)
{
    static const char *const bad[] = {"",       "hung",   "hang=1",   "hang@0",   "hang@",
                                      "hang@x", "sw=90",  "sw=9g00",  "slow=x",   "slow=99999",
                                      "swap",   "swap=",  "hang:1",   "hang:zz",  "hang ",
                                      " hang",  "cut=-1", "hang@1@2", "length=+1"};
    (void)state;
    struct tg_vcard *c = card_usual();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(tg_vcard_fault(c, bad[i]), TG_E_USAGE);
    assert_int_equal(sw(c, GET_CHUID "00"), 0x9000);
    for (int i = 0; i < 16; i++)
        assert_int_equal(tg_vcard_fault(c, "sw=6f00:CB@2"), TG_OK);
    assert_int_equal(tg_vcard_fault(c, "hang"), TG_E_LIMIT);
    assert_int_equal(tg_vcard_fault(c, "none"), TG_OK);
    assert_int_equal(tg_vcard_fault(c, "hang@9"), TG_OK);
    tg_vcard_free(&c);
}

static void counting(void **state)
{
    (void)state;
    struct tg_vcard *c = faulty("sw=6F00:CB@2");
    assert_int_equal(sw(c, GET_CHUID "00"), 0x9000);
    assert_int_equal(sw(c, "00200080"), 0x63c3); /* another instruction does not count */
    assert_int_equal(sw(c, GET_CHUID "00"), 0x6f00);
    assert_int_equal(sw(c, GET_CHUID "00"), 0x9000); /* once */
    for (int i = 0; i < 40; i++) {                   /* a fault that has struck leaves its place to another */
        assert_int_equal(tg_vcard_fault(c, "sw=6F00@1"), TG_OK);
        assert_int_equal(sw(c, GET_CHUID "00"), 0x6f00);
    }
    assert_int_equal(tg_vcard_fault(c, "sw=6581"), TG_OK);
    assert_int_equal(sw(c, PIN_WRONG), 0x6581);
    assert_int_equal(sw(c, GET_CHUID "00"), 0x6581);
    assert_int_equal(tg_vcard_tries(c, 0x80), 3); /* the command did not run */
    tg_vcard_free(&c);
}

static void hang(void **state)
{
    (void)state;
    struct tg_vcard *c = faulty("hang@2");
    assert_int_equal(sw(c, GET_CHUID "00"), 0x9000);
    assert_int_equal(ask(c, PIN_WRONG).fate, TG_VCARD_HANGS);
    assert_int_equal(ask(c, GET_CHUID "00").fate, TG_VCARD_HANGS);
    assert_int_equal(tg_vcard_tries(c, 0x80), 3);
    tg_vcard_power(c, TG_VCARD_OFF);
    tg_vcard_power(c, TG_VCARD_ON);
    assert_int_equal(sw(c, SELECT_PIV), 0x9000);
    tg_vcard_free(&c);
}

static void lost_contact(void **state)
{
    (void)state;
    /* drop: the command ran, half of its answer came. */
    struct tg_vcard *c = faulty("drop:20@1");
    struct reply r = ask(c, PIN_WRONG);
    assert_int_equal(r.fate, TG_VCARD_DROPPED);
    assert_int_equal(r.n, 1);
    assert_int_equal(tg_vcard_tries(c, 0x80), 2);
    tg_vcard_free(&c);
    /* reset: it did not run, and the PIN is forgotten. */
    c = faulty("reset:24@1");
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    assert_int_equal(ask(c, "0024008010393939393939FFFF373737373737FFFF").fate, TG_VCARD_RESET);
    assert_int_equal(tg_vcard_tries(c, 0x80), 3);
    tg_vcard_power(c, TG_VCARD_ON);
    assert_int_equal(sw(c, SELECT_PIV), 0x9000);
    assert_int_equal(sign(c, 0x11, 0x9a, 32).sw, 0x6982);
    /* forget: as that, and nobody is told. */
    assert_int_equal(tg_vcard_fault(c, "forget:87@1"), TG_OK);
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    assert_int_equal(sign(c, 0x11, 0x9a, 32).sw, 0x6d00);
    tg_vcard_free(&c);
}

static void slow(void **state)
{
    (void)state;
    struct tg_vcard *c = faulty("slow=120");
    struct timespec a, b;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &a), 0);
    assert_int_equal(sw(c, GET_CHUID "00"), 0x9000);
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &b), 0);
    assert_true((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 >= 119);
    tg_vcard_free(&c);
}

static void replies(void **state)
{
    (void)state;
    struct tg_vcard *c = faulty("truncate=1");
    struct reply r = ask(c, GET_CHUID "00");
    assert_int_equal(r.n, 1); /* no status word came */
    assert_int_equal(r.sw, 0);
    assert_int_equal(tg_vcard_fault(c, "none"), TG_OK);
    assert_int_equal(tg_vcard_fault(c, "truncate=0"), TG_OK);
    assert_int_equal(ask(c, GET_CHUID "00").n, 0);
    assert_int_equal(tg_vcard_fault(c, "none"), TG_OK);
    assert_int_equal(tg_vcard_fault(c, "overlong=300"), TG_OK);
    r = ask(c, GET_CHUID "00");
    assert_int_equal(r.n, 361);
    assert_int_equal(r.sw, 0x9000);
    tg_vcard_free(&c);
}

static void objects(void **state)
{
    (void)state;
    struct tg_vcard *c = card_usual();
    struct reply good = ask_all(c, GET_CHUID "00");
    assert_int_equal(tg_vcard_fault(c, "trailing@1"), TG_OK);
    struct reply r = ask_all(c, GET_CHUID "00");
    assert_int_equal(r.n, good.n + 4);
    assert_memory_equal(r.data, good.data, good.n);
    assert_int_equal(tg_vcard_fault(c, "garbage@1"), TG_OK);
    r = ask_all(c, GET_CHUID "00");
    assert_int_equal(r.n, good.n + 4);
    assert_int_equal(r.data[1], good.data[1] + 4);
    assert_int_equal(tg_vcard_fault(c, "length=3@1"), TG_OK);
    r = ask_all(c, GET_CHUID "00");
    assert_int_equal(r.n, good.n);
    assert_int_equal(r.data[1], good.data[1] + 3);
    assert_int_equal(tg_vcard_fault(c, "cut=5@1"), TG_OK);
    r = ask_all(c, GET_CHUID "00");
    assert_int_equal(r.n, good.n - 5);
    assert_int_equal(r.sw, 0x9000);
    r = ask_all(c, GET_CHUID "00");
    assert_int_equal(r.n, good.n);
    assert_memory_equal(r.data, good.data, good.n);
    tg_vcard_free(&c);
}

static EVP_PKEY *key_in_object(const struct reply *r)
{
    struct tg_span cert = tg_vc_tlv_find(tg_vc_tlv_find(tg_span(r->data, r->n), 0x53), 0x70);
    const uint8_t *p = cert.p;
    X509 *x = d2i_X509(NULL, &p, (long)cert.n);
    assert_non_null(x);
    EVP_PKEY *k = X509_get_pubkey(x);
    X509_free(x);
    return k;
}

static void forgeries(void **state)
{
    (void)state;
    struct tg_vcard *c = faulty("wrong-certificate:CB@2");
    struct reply good = ask_all(c, GET_9A "00"), forged = ask_all(c, GET_9A "00");
    EVP_PKEY *a = key_in_object(&good), *b = key_in_object(&forged);
    assert_int_equal(forged.sw, 0x9000);
    assert_int_equal(EVP_PKEY_eq(a, b), 0);
    assert_int_equal(tg_vcard_fault(c, "bad-signature"), TG_OK);
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    struct reply r = sign(c, 0x11, 0x9a, 32);
    struct tg_span sig = tg_vc_tlv_find(tg_vc_tlv_find(tg_span(r.data, r.n), 0x7c), 0x82);
    uint8_t hash[32];
    memset(hash, 0x11, sizeof hash);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(a, NULL);
    assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
    assert_int_equal(EVP_PKEY_verify(ctx, sig.p, sig.n, hash, sizeof hash),
                     0); /* 0: wrong; < 0 would be malformed */
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(a);
    EVP_PKEY_free(b);
    tg_vcard_free(&c);
}

static void held_over_the_reader(void **state)
{
    (void)state;
    struct tg_vcard *c = faulty("contactless");
    assert_int_equal(sw(c, PIN_123456), 0x6982);
    assert_int_equal(sw(c, "00200080"), 0x6982);
    assert_int_equal(tg_vcard_tries(c, 0x80), 3);
    assert_int_equal(sign(c, 0x11, 0x9a, 32).sw, 0x6982);
    assert_int_equal(sign(c, 0x11, 0x9e, 32).sw, 0x9000);
    assert_int_equal(ask_all(c, GET_9A "00").sw, 0x9000);
    assert_int_equal(tg_vcard_fault(c, "none"), TG_OK);
    assert_int_equal(tg_vcard_fault(c, "contactless=2"), TG_OK);
    assert_int_equal(sw(c, GET_9A "00"), 0x6982);
    assert_int_equal(ask_all(c, GET_9E "00").sw, 0x9000);
    tg_vcard_free(&c);
}

static void strangers(void **state)
{
    struct tg_vcard_options o;
    (void)state;
    tg_vcard_defaults(&o);
    o.kind = TG_VCARD_FELICA;
    struct tg_vcard *c = card_ready(&o);
    struct reply r = ask(c, "FFCA000000");
    assert_int_equal(r.sw, 0x9000);
    assert_int_equal(r.n, 8);
    assert_int_equal(sw(c, "FFCA010000"), 0x6a81);
    assert_int_equal(sw(c, SELECT_PIV), 0x6a82);
    assert_int_equal(sw(c, PIN_123456), 0x6d00);
    assert_int_equal(sign(c, 0x11, 0x9e, 32).sw, 0x6d00);
    assert_int_equal(tg_vcard_atr(c).n, 20);
    tg_vcard_free(&c);
    o.kind = TG_VCARD_MUTE;
    c = card_ready(&o);
    assert_int_equal(tg_vcard_atr(c).n, 0);
    assert_int_equal(ask(c, SELECT_PIV).fate, TG_VCARD_HANGS);
    tg_vcard_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grammar),   cmocka_unit_test(counting),
        cmocka_unit_test(hang),      cmocka_unit_test(lost_contact),
        cmocka_unit_test(slow),      cmocka_unit_test(replies),
        cmocka_unit_test(objects),   cmocka_unit_test(forgeries),
        cmocka_unit_test(strangers), cmocka_unit_test(held_over_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
