/* A hostile card: its replies are the input. First byte even: the parsers alone; odd: a whole sign-in and a
 * key generation against a card that answers with pieces of the input (one length byte before each; 00
 * repeats 61 00 so that endless chains are tried as well). Whatever comes: no crash, no certificate above its
 * ceiling, no endless loop.
 */
#include <stdlib.h>

#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "client/card/atr.h"
#include "client/card/piv.h"
#include "client/card/piv_cert.h"
#include "client/card/piv_reply.h"
#include "client/card/sign.h"
#include "client/card/tlv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A command costs at most itself, its resends and its GET RESPONSEs; a session some twenty commands. */
#define COMMANDS_MAX (20u * (TG_CARD_RETRIES + 1u) * (TG_CARD_GET_RESPONSES + 8u))

struct card {
    struct tg_span left;
    unsigned commands;
};

static void expect(bool ok)
{
    if (!ok)
        abort();
}

static struct tg_span piece(struct card *c)
{
    struct tg_span s = {0};
    size_t n;

    if (c->left.n == 0)
        return s;
    n = c->left.p[0];
    if (n > c->left.n - 1)
        n = c->left.n - 1;
    s = tg_span(c->left.p + 1, n);
    c->left = tg_span(c->left.p + 1 + n, c->left.n - 1 - n);
    return s;
}

static enum tg_err io_open(void *ctx, const char *reader, struct tg_card_link *ret)
{
    struct tg_span atr = piece(ctx);

    (void)reader;
    *ret = (struct tg_card_link){.proto = atr.n % 2 == 0 ? TG_PROTO_T1 : TG_PROTO_T0};
    ret->atr_n = atr.n > TG_ATR_BYTES ? TG_ATR_BYTES : atr.n;
    if (ret->atr_n > 0)
        memcpy(ret->atr, atr.p, ret->atr_n);
    return TG_OK;
}

static enum tg_err io_transmit(void *ctx, struct tg_span command, struct tg_buf *reply)
{
    struct card *c = ctx;
    struct tg_span s;

    (void)command;
    expect(++c->commands <= COMMANDS_MAX);
    if (c->left.n == 0)
        return tg_buf_add(reply, "\x90\x00", 2);
    s = piece(c);
    if (s.n == 0)
        return tg_buf_add(reply, "\x61\x00", 2);
    return s.n == 1 ? TG_E_CARD_RESET : tg_buf_add_span(reply, s);
}

static void io_close(void *ctx, enum tg_card_end end)
{
    (void)ctx;
    expect(end == TG_END_RESET);
}

static const struct tg_reader_io io = {.open = io_open, .transmit = io_transmit, .close = io_close};

static void sign_in(struct tg_piv *piv)
{
    TG_BUF_AUTO der = TG_BUF_INIT(2 * TG_CARD_CERT_INFLATED);
    TG_BUF_AUTO sig = TG_BUF_INIT(TG_SIG_BYTES);
    TG_BUF_AUTO spki = TG_BUF_INIT(1024);
    TG_SECRET_AUTO pin = TG_SECRET_INIT;
    struct tg_card_signer s = {.piv = piv, .slot = TG_SLOT_9A, .pin = &pin, .known_tries = -1};

    expect(tg_secret_init(&pin, 8) == TG_OK && tg_secret_add(&pin, "123456", 6) == TG_OK);
    (void)!tg_piv_cert(piv, TG_SLOT_9A, &der);
    expect(der.n <= TG_CARD_CERT_INFLATED);
    if (tg_sign_with_card(&s, TG_ALG_ES256, tg_span_str("x"), &sig) == TG_OK)
        expect(sig.n == 64);
    (void)!tg_piv_generate(piv, TG_SLOT_9E, TG_PIV_P256, &spki);
}

static void session(struct tg_span in)
{
    struct card c = {.left = in};
    struct tg_piv *piv = NULL;

    if (tg_piv_open(&io, &c, "fuzz", &piv) == TG_OK)
        sign_in(piv);
    tg_piv_close(&piv);
}

static void parsers(struct tg_span in)
{
    TG_BUF_AUTO der = TG_BUF_INIT(2 * TG_CARD_CERT_INFLATED);
    TG_BUF_AUTO spki = TG_BUF_INIT(1024);
    TG_BUF_AUTO sig = TG_BUF_INIT(TG_SIG_BYTES);
    struct tg_span v = {0};

    if (tg_piv_cert_object(in, &der) != TG_OK)
        expect(der.n == 0);
    expect(der.n <= TG_CARD_CERT_INFLATED);
    if (tg_tlv_find(in, 0x70, &v) == TG_OK)
        expect(v.p >= in.p && v.n <= in.n);
    if (tg_piv_auth_template(in, 0x82, &v) == TG_OK && tg_sign_finish(TG_ALG_ES384, v, &sig) == TG_OK)
        expect(sig.n == 96);
    (void)!tg_piv_public_key(in, TG_PIV_P256, &spki);
    (void)!tg_piv_public_key(in, TG_PIV_RSA2048, &spki);
    (void)tg_atr_extended(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 8192)
        return 0;
    if (data[0] % 2 == 0)
        parsers(tg_span(data + 1, size - 1));
    else
        session(tg_span(data + 1, size - 1));
    return 0;
}
