/* Memory, locked pages, OpenSSL, zlib and PC/SC fail now and then; a whole sign-in and a whole
 * personalisation go on or give up in order. Nothing may crash or leak (the sanitizer build watches), and no
 * memory that is given back, nor the stack, may still hold the PIN.
 *
 * One call in RATE fails. A round makes some fifty such calls, so that at 60 two rounds in three fail and one
 * runs through: early and late places are hit alike.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <malloc.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <zlib.h>

#include "certs/base/limits.h"
#include "client/card/guard.h"
#include "client/card/pcsc.h"
#include "client/card/sign.h"
#include "client/card/thread.h"
#include "tests/unit/card/fakepcsc.h"

#define ROUNDS 1500u
#define RATE 60u
#define PIN "13579246"

/* ---- failing ---- */

static atomic_uint dice, failures, leaks;
static atomic_bool on;

static bool unlucky(void)
{
    unsigned now;

    if (!on)
        return false;
    now = atomic_fetch_add(&dice, 1) * 2654435761u; /* Knuth's multiplicative hash of a counter */
    if ((now >> 8) % RATE != 0)
        return false;
    failures++;
    return true;
}

/* The PIN, one byte away from itself, so that the needle is not found. */
static const uint8_t needle[] = {'1' ^ 0x55, '3' ^ 0x55, '5' ^ 0x55, '7' ^ 0x55,
                                 '9' ^ 0x55, '2' ^ 0x55, '4' ^ 0x55, '6' ^ 0x55};

static bool holds_pin(const volatile uint8_t *p, size_t n)
{
    size_t k;

    for (size_t i = 0; i + sizeof(needle) <= n; i++) {
        for (k = 0; k < sizeof(needle) && (p[i + k] ^ 0x55) == needle[k]; k++)
            ;
        if (k == sizeof(needle))
            return true;
    }
    return false;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t m, size_t n);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
int __real_mlock(const void *p, size_t n);
int __real_munmap(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t m, size_t n);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);
int __wrap_mlock(const void *p, size_t n);
int __wrap_munmap(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
    return unlucky() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t m, size_t n)
{
    return unlucky() ? NULL : __real_calloc(m, n);
}

void *__wrap_realloc(void *p, size_t n)
{
    if (p != NULL && holds_pin(p, malloc_usable_size(p)))
        leaks++;
    return unlucky() ? NULL : __real_realloc(p, n);
}

void __wrap_free(void *p)
{
    if (p != NULL && on && holds_pin(p, malloc_usable_size(p)))
        leaks++;
    __real_free(p);
}

int __wrap_mlock(const void *p, size_t n)
{
    return unlucky() ? -1 : __real_mlock(p, n);
}

int __wrap_munmap(void *p, size_t n)
{
    if (on && holds_pin(p, n))
        leaks++;
    return __real_munmap(p, n);
}

#define FAILING(type, bad, name, params, args)         \
    type __real_##name params;                         \
    type __wrap_##name params;                         \
    type __wrap_##name params                          \
    {                                                  \
        return unlucky() ? (bad) : __real_##name args; \
    }

FAILING(int, 0, EVP_Digest,
        (const void *d, size_t n, unsigned char *md, unsigned *size, const EVP_MD *type, ENGINE *e),
        (d, n, md, size, type, e))
FAILING(EVP_CIPHER_CTX *, NULL, EVP_CIPHER_CTX_new, (void), ())
FAILING(int, 0, EVP_EncryptUpdate,
        (EVP_CIPHER_CTX * x, unsigned char *o, int *on_, const unsigned char *i, int n), (x, o, on_, i, n))
FAILING(EVP_PKEY_CTX *, NULL, EVP_PKEY_CTX_new_from_name, (OSSL_LIB_CTX * l, const char *n, const char *q),
        (l, n, q))
FAILING(int, 0, EVP_PKEY_fromdata, (EVP_PKEY_CTX * x, EVP_PKEY **k, int sel, OSSL_PARAM p[]), (x, k, sel, p))
FAILING(OSSL_PARAM_BLD *, NULL, OSSL_PARAM_BLD_new, (void), ())
FAILING(OSSL_PARAM *, NULL, OSSL_PARAM_BLD_to_param, (OSSL_PARAM_BLD * b), (b))
FAILING(int, 0, RAND_bytes, (unsigned char *p, int n), (p, n))
FAILING(int, Z_MEM_ERROR, inflateInit2_, (z_streamp z, int w, const char *v, int n), (z, w, v, n))
FAILING(int, Z_MEM_ERROR, deflateInit2_,
        (z_streamp z, int l, int m, int w, int mem, int s, const char *v, int n), (z, l, m, w, mem, s, v, n))

/* ---- a card that answers everything ---- */

static const uint8_t signature[] = {0x7c, 0x0a, 0x82, 0x08, 0x30, 0x06, 0x02,
                                    0x01, 0x01, 0x02, 0x01, 0x02, 0x90, 0x00};
static const uint8_t challenge[] = {0x7c, 0x0a, 0x81, 0x08, 1, 2, 3, 4, 5, 6, 7, 8, 0x90, 0x00};
static const uint8_t point[] = {0x7f, 0x49, 0x43, 0x86, 0x41, 0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c,
                                0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03,
                                0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98,
                                0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7,
                                0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31,
                                0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5, 0x90, 0x00};
/* gzip of "tegata" */
static const uint8_t object[] = {0x53, 0x21, 0x70, 0x1a, 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                 0x03, 0x2b, 0x49, 0x4d, 0x4f, 0x2c, 0x49, 0x04, 0x00, 0xd8, 0x95, 0xa1, 0xee,
                                 0x06, 0x00, 0x00, 0x00, 0x71, 0x01, 0x01, 0xfe, 0x00, 0x90, 0x00};

static LONG say(const uint8_t *p, size_t len, uint8_t *reply, DWORD *n)
{
    memcpy(reply, p, len);
    *n = len;
    return SCARD_S_SUCCESS;
}

static LONG able_card(struct tg_span c, uint8_t *reply, DWORD *n)
{
    static const uint8_t ok[] = {0x90, 0x00};

    if (c.n < 4)
        return say(ok, 1, reply, n);
    if (c.p[1] == 0xcb)
        return say(object, sizeof(object), reply, n);
    if (c.p[1] == 0x87 && c.p[2] == 0x0a) /* no AES-192 here */
        return say((const uint8_t *)"\x6a\x86", 2, reply, n);
    if (c.p[1] == 0x87 && c.p[3] == 0x9b)
        return c.n > 12 ? say(ok, 2, reply, n) : say(challenge, sizeof(challenge), reply, n);
    if (c.p[1] == 0x87)
        return say(signature, sizeof(signature), reply, n);
    if (c.p[1] == 0x47)
        return say(point, sizeof(point), reply, n);
    return say(ok, 2, reply, n);
}

/* ---- a round ---- */

static enum tg_err sign_in(struct tg_piv *piv, const struct tg_secret *pin)
{
    TG_BUF_AUTO der = TG_BUF_INIT(TG_CARD_CERT_INFLATED);
    TG_BUF_AUTO sig = TG_BUF_INIT(TG_SIG_BYTES);
    struct tg_card_signer s = {.piv = piv, .slot = TG_SLOT_9A, .pin = pin, .known_tries = -1};
    enum tg_err err = tg_piv_cert(piv, TG_SLOT_9A, &der);

    if (err != TG_OK)
        return err;
    return tg_sign_with_card(&s, TG_ALG_ES256, tg_span_buf(&der), &sig);
}

static enum tg_err personalise(struct tg_piv *piv, const struct tg_secret *pin)
{
    TG_BUF_AUTO spki = TG_BUF_INIT(1024);
    TG_SECRET_AUTO key = TG_SECRET_INIT;
    TG_SECRET_AUTO puk = TG_SECRET_INIT;
    int tries = 0;
    enum tg_err err;

    if ((err = tg_secret_init(&key, 24)) != TG_OK || (err = tg_secret_init(&puk, 8)) != TG_OK ||
        (err = tg_secret_add(&key, "123456781234567812345678", 24)) != TG_OK ||
        (err = tg_secret_add(&puk, pin->p, pin->n)) != TG_OK ||
        (err = tg_piv_admin_auth(piv, &key)) != TG_OK ||
        (err = tg_piv_generate(piv, TG_SLOT_9A, TG_PIV_P256, &spki)) != TG_OK ||
        (err = tg_piv_put_cert(piv, TG_SLOT_9A, tg_span_buf(&spki), true)) != TG_OK)
        return err;
    return tg_piv_unblock(piv, &puk, pin, &tries);
}

static enum tg_err both(const struct tg_reader_io *io, void *ctx, const struct tg_secret *pin)
{
    struct tg_piv *piv = NULL;
    enum tg_err err = tg_piv_open(io, ctx, "reader 0", &piv);

    if (err == TG_OK)
        err = sign_in(piv, pin);
    if (err == TG_OK)
        err = personalise(piv, pin);
    tg_piv_close(&piv);
    return err;
}

static enum tg_err round_bare(const struct tg_secret *pin)
{
    struct tg_pcsc *c = NULL;
    enum tg_err err = tg_pcsc_new(&c);

    if (err == TG_OK)
        err = both(&tg_pcsc_io, c, pin);
    tg_pcsc_free(&c);
    return err;
}

static enum tg_err round_guarded(const struct tg_secret *pin)
{
    struct tg_guard *g = NULL;
    enum tg_err err = tg_guard_new(&tg_pcsc_maker, &g);

    if (err == TG_OK)
        err = both(&tg_guard_io, g, pin);
    tg_guard_free(&g);
    return err;
}

/* What the calls before left below us. Only in builds like the product's: under a sanitizer frames lie
 * elsewhere, and its runtime saves registers on the stack, as the resolver of lazy binding does (the product
 * is linked without that).
 */
__attribute__((noinline)) static bool stack_holds_pin(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return false;
#else
    __attribute__((uninitialized)) uint8_t below[64 * 1024];

    __asm__ volatile("" : : "r"(below) : "memory");
    return holds_pin(below, sizeof(below));
#endif
}

static void torture(enum tg_err (*one)(const struct tg_secret *pin), unsigned rounds)
{
    struct tg_secret pin;
    unsigned well = 0, badly = 0;

    assert_int_equal(tg_secret_init(&pin, TG_PIN_MAX), TG_OK);
    assert_int_equal(tg_secret_add(&pin, PIN, TG_PIN_MAX), TG_OK);
    failures = leaks = 0;
    for (unsigned i = 0; i < rounds; i++) {
        fake_reset();
        fake_card_is(able_card);
        fake_fail_rate(RATE, i + 1);
        on = true;
        enum tg_err err = one(&pin);
        on = false;
        well += err == TG_OK;
        badly += err != TG_OK;
        assert_false(stack_holds_pin());
        assert_int_equal(leaks, 0);
    }
    print_message("%u rounds went well, %u failed, %u calls were made to fail\n", well, badly, failures);
    assert_true(well > 0);
    assert_true(badly > rounds / 4);
    tg_secret_done(&pin);
}

static void test_bare(void **state)
{
    (void)state;
    torture(round_bare, ROUNDS);
}

static void test_guarded(void **state)
{
    (void)state;
    torture(round_guarded, ROUNDS / 3);
    tg_card_pause(100); /* workers that were told to go are on their way */
}

/* The look-out itself: it must see a PIN when there is one. */
static void test_the_lookout_sees(void **state)
{
    char *p = __real_malloc(64);

    (void)state;
    memset(p, 0, 64);
    memcpy(p + 7, PIN, TG_PIN_MAX);
    assert_true(holds_pin((uint8_t *)p, 64));
    on = true;
    leaks = 0;
    free(p);
    on = false;
    assert_int_equal(leaks, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_lookout_sees),
        cmocka_unit_test(test_bare),
        cmocka_unit_test(test_guarded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
