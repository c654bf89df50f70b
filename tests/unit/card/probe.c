/* The card room against a real pcscd, one verb a call, for pcsc.sh:
 *
 *   piv-probe sign-in PIN [READER]     certificate, PIN, signature; verifies it; prints the algorithm and the
 * commands sent piv-probe no-pin                   a signature with 9A without a PIN: must be refused
 *   piv-probe sign-9e                  a signature with 9E
 *   piv-probe find MS                  waits for a card, prints its reader
 *   piv-probe tries                    prints the tries left
 *   piv-probe watch BEAT-MS            prints "watching", then "CODE MILLISECONDS" when the card is gone; the
 * time counts from a line on standard input, so that the one who pulls the card can say when piv-probe
 * swap-watch               reads a line between looking for the card and watching it piv-probe recover signs
 * nothing: opens, waits for a line, opens again, prints both results
 *
 * Exit status 0 when it worked; otherwise 1 and the error's code on standard output.
 */
#include <openssl/x509.h>
#include <poll.h>
#include <stdatomic.h>
#include <unistd.h>

#include "certs/base/clock.h"
#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "client/card/guard.h"
#include "client/card/presence.h"
#include "client/card/sign.h"
#include "client/card/thread.h"

static struct tg_guard *guard;

static enum tg_err open_card(const char *want, struct tg_piv **piv)
{
    struct tg_card_seen seen;
    enum tg_err err = tg_presence_find(want, 0, &seen);

    if (err != TG_OK)
        return err;
    if (guard == NULL && (err = tg_guard_new(&tg_pcsc_maker, &guard)) != TG_OK)
        return err;
    return tg_piv_open(&tg_guard_io, guard, seen.reader, piv);
}

static enum tg_err verified(EVP_PKEY *key, enum tg_alg alg, struct tg_card_signer *s)
{
    TG_BUF_AUTO head = TG_BUF_INIT(100);
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
    TG_JWS_AUTO jws = {.head = NULL};
    enum tg_err err;

    if ((err = tg_buf_addf(&head, "{\"alg\":\"%s\"}", tg_alg_name(alg))) != TG_OK ||
        (err = tg_jws_sign(tg_span_buf(&head), tg_span_str("{}"),
                           &(struct tg_signer){alg, tg_sign_with_card, s}, &text)) != TG_OK ||
        (err = tg_jws_parse(tg_span_buf(&text), &jws)) != TG_OK)
        return err;
    return tg_jws_verify(&jws, key);
}

static enum tg_err sign_with(struct tg_piv *piv, enum tg_piv_slot slot, const struct tg_secret *pin)
{
    TG_BUF_AUTO der = TG_BUF_INIT(TG_CARD_CERT_INFLATED);
    struct tg_card_signer s = {.piv = piv, .slot = slot, .pin = pin, .known_tries = -1};
    enum tg_err err = tg_piv_cert(piv, slot, &der);
    const uint8_t *at = der.p;
    X509 *x;
    EVP_PKEY *key;

    if (err != TG_OK)
        return err;
    x = d2i_X509(NULL, &at, (long)der.n);
    key = x == NULL ? NULL : X509_get0_pubkey(x);
    err = key == NULL ? TG_E_CERT_FORM : verified(key, tg_alg_for_key(key), &s);
    if (err == TG_OK)
        (void)printf("%s %zu %u\n", tg_alg_name(tg_alg_for_key(key)), der.n, tg_piv_commands(piv));
    X509_free(x);
    return err;
}

static enum tg_err sign_in(enum tg_piv_slot slot, const char *digits, const char *reader)
{
    TG_SECRET_AUTO pin = TG_SECRET_INIT;
    struct tg_piv *piv = NULL;
    enum tg_err err = tg_secret_init(&pin, 16);

    if (err != TG_OK || (digits != NULL && (err = tg_secret_add(&pin, digits, strlen(digits))) != TG_OK) ||
        (err = open_card(reader, &piv)) != TG_OK)
        return err;
    err = sign_with(piv, slot, digits == NULL ? NULL : &pin);
    tg_piv_close(&piv);
    return err;
}

static enum tg_err tries(void)
{
    struct tg_piv *piv = NULL;
    int left = -1;
    enum tg_err err = open_card(NULL, &piv);

    if (err == TG_OK)
        err = tg_piv_tries(piv, &left);
    tg_piv_close(&piv);
    if (err == TG_OK)
        (void)printf("%d\n", left);
    return err;
}

static enum tg_err find(unsigned ms)
{
    struct tg_card_seen seen;
    enum tg_err err = tg_presence_find(NULL, ms, &seen);

    if (err == TG_OK)
        (void)printf("%s\n", seen.reader);
    return err;
}

static void wait_line(void)
{
    char line[16];

    (void)fflush(stdout);
    (void)!fgets(line, sizeof(line), stdin);
}

/* ---- presence ---- */

static atomic_int reason;
static _Atomic tg_usec when;

static void gone(void *arg, enum tg_err why)
{
    (void)arg;
    when = tg_mono_us();
    reason = (int)why;
}

static enum tg_err watch(unsigned beat_ms, bool swap)
{
    const struct tg_presence_options o = {.gone = gone, .beat_ms = beat_ms};
    struct tg_presence *p = NULL;
    struct tg_card_seen seen;
    tg_usec pulled = 0;
    enum tg_err err = tg_presence_find(NULL, 0, &seen);

    if (err != TG_OK)
        return err;
    if (swap) {
        (void)puts("found");
        wait_line();
    }
    if ((err = tg_presence_start(&seen, &o, &p)) != TG_OK)
        return err;
    (void)puts("watching");
    if (!swap)
        wait_line();
    pulled = tg_mono_us();
    for (unsigned i = 0; reason == TG_OK && i < 10000; i++)
        tg_card_pause(1);
    (void)printf("%s %lld\n", tg_err_code((enum tg_err)reason), (long long)(when - pulled) / 1000);
    tg_presence_stop(&p);
    return reason == TG_OK ? TG_E_TIMEOUT : TG_OK;
}

static enum tg_err recover(void)
{
    struct tg_piv *piv = NULL;
    enum tg_err err = open_card(NULL, &piv);

    (void)printf("%s\n", tg_err_code(err));
    wait_line();
    if (piv != NULL) {
        int left = -1;

        (void)printf("%s\n", tg_err_code(tg_piv_tries(piv, &left)));
        tg_piv_close(&piv);
    }
    (void)printf("%s\n", tg_err_code(open_card(NULL, &piv)));
    tg_piv_close(&piv);
    wait_line();
    err = open_card(NULL, &piv);
    tg_piv_close(&piv);
    (void)printf("%s\n", tg_err_code(err));
    return err;
}

static enum tg_err perform(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";

    if (strcmp(verb, "sign-in") == 0 && argc > 2)
        return sign_in(TG_SLOT_9A, argv[2], argc > 3 ? argv[3] : NULL);
    if (strcmp(verb, "no-pin") == 0)
        return sign_in(TG_SLOT_9A, NULL, NULL);
    if (strcmp(verb, "sign-9e") == 0)
        return sign_in(TG_SLOT_9E, NULL, NULL);
    if (strcmp(verb, "find") == 0 && argc > 2)
        return find((unsigned)strtoul(argv[2], NULL, 10));
    if (strcmp(verb, "tries") == 0)
        return tries();
    if (strcmp(verb, "watch") == 0 && argc > 2)
        return watch((unsigned)strtoul(argv[2], NULL, 10), false);
    if (strcmp(verb, "swap-watch") == 0)
        return watch(0, true);
    if (strcmp(verb, "recover") == 0)
        return recover();
    return TG_E_USAGE;
}

int main(int argc, char **argv)
{
    enum tg_err err;

    tg_process_harden();
    err = perform(argc, argv);
    tg_guard_free(&guard);
    if (err == TG_OK)
        return 0;
    (void)printf("%s\n", tg_err_code(err));
    return 1;
}
