#include "client/card/pcsc.h"

#include <stdlib.h>
#include <string.h>

#include "certs/base/text.h"
#include "client/card/pcsc_state.h"

/* GET DATA of the discovery object: reads nothing that matters, changes nothing, and any answer will do. */
static const uint8_t beat_command[] = {0x00, 0xcb, 0x3f, 0xff, 0x03, 0x5c, 0x01, 0x7e, 0x00};

enum tg_err tg_pcsc_new(struct tg_pcsc **ret)
{
    struct tg_pcsc *c = calloc(1, sizeof(*c));

    if (c == NULL)
        return TG_E_NOMEM;
    *ret = c;
    return TG_OK;
}

static void hang_up(struct tg_pcsc *c, DWORD disposition)
{
    if (c->transaction)
        (void)SCardEndTransaction(c->card, disposition);
    if (c->connected)
        (void)SCardDisconnect(c->card, disposition);
    c->transaction = false;
    c->connected = false;
}

static void drop_context(struct tg_pcsc *c)
{
    hang_up(c, SCARD_RESET_CARD);
    if (c->has_context)
        (void)SCardReleaseContext(c->context);
    c->has_context = false;
}

void tg_pcsc_free(struct tg_pcsc **c)
{
    if (*c == NULL)
        return;
    drop_context(*c);
    free(*c);
    *c = NULL;
}

static LONG need_context(struct tg_pcsc *c)
{
    LONG rv;

    if (c->has_context)
        return SCARD_S_SUCCESS;
    rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &c->context);
    c->has_context = rv == SCARD_S_SUCCESS;
    return rv;
}

/* Runs step with a context; a stale one is dropped and step gets one more chance with a new one. */
static LONG with_context(struct tg_pcsc *c, LONG (*step)(struct tg_pcsc *c, void *arg), void *arg)
{
    LONG rv = SCARD_F_INTERNAL_ERROR;

    for (unsigned i = 0; i < TG_CARD_RETRIES; i++) {
        rv = need_context(c);
        if (rv == SCARD_S_SUCCESS)
            rv = step(c, arg);
        if (!tg_pcsc_stale(rv))
            return rv;
        drop_context(c);
    }
    return rv;
}

/* ---- readers ---- */

struct listing {
    char names[TG_READERS_MAX * TG_READER_NAME_BYTES];
    DWORD n;
};

static LONG list_step(struct tg_pcsc *c, void *arg)
{
    struct listing *l = arg;

    l->n = sizeof(l->names);
    return SCardListReaders(c->context, NULL, l->names, &l->n);
}

enum tg_err tg_pcsc_readers(struct tg_pcsc *c, struct tg_readers *ret)
{
    struct listing l = {.n = 0};
    LONG rv = with_context(c, list_step, &l);
    size_t len;

    ret->n = 0;
    if (rv != SCARD_S_SUCCESS)
        return tg_pcsc_err(rv);
    for (size_t at = 0; at < l.n && l.names[at] != '\0' && ret->n < TG_READERS_MAX; at += len + 1) {
        len = strnlen(l.names + at, l.n - at);
        if (tg_copy(ret->name[ret->n], TG_READER_NAME_BYTES, tg_span(l.names + at, len)) == TG_OK)
            ret->n++;
    }
    return ret->n > 0 ? TG_OK : TG_E_READER_NONE;
}

/* ---- the transport ---- */

static LONG connect_step(struct tg_pcsc *c, void *arg)
{
    LONG rv;

    hang_up(c, SCARD_RESET_CARD);
    rv = SCardConnect(c->context, arg, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &c->card,
                      &c->proto);
    c->connected = rv == SCARD_S_SUCCESS;
    return rv;
}

/* Somebody else's RESET since our connection shows here first: take note of it and begin again. */
static LONG begin_transaction(struct tg_pcsc *c)
{
    LONG rv = SCardBeginTransaction(c->card);

    for (unsigned i = 0; rv == SCARD_W_RESET_CARD && i < TG_CARD_RETRIES; i++) {
        rv = SCardReconnect(c->card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                            SCARD_LEAVE_CARD, &c->proto);
        if (rv == SCARD_S_SUCCESS)
            rv = SCardBeginTransaction(c->card);
    }
    c->transaction = rv == SCARD_S_SUCCESS;
    return rv;
}

static LONG open_step(struct tg_pcsc *c, void *arg)
{
    LONG rv = connect_step(c, arg);

    return rv == SCARD_S_SUCCESS ? begin_transaction(c) : rv;
}

static LONG read_atr(struct tg_pcsc *c, struct tg_card_link *ret)
{
    BYTE atr[TG_ATR_BYTES];
    DWORD n = sizeof(atr), state = 0, proto = 0;
    LONG rv = SCardStatus(c->card, NULL, NULL, &state, &proto, atr, &n);

    if (rv != SCARD_S_SUCCESS)
        return rv;
    if (n > TG_ATR_BYTES)
        return SCARD_E_INSUFFICIENT_BUFFER;
    memcpy(ret->atr, atr, n);
    ret->atr_n = n;
    return SCARD_S_SUCCESS;
}

static enum tg_err io_open(void *ctx, const char *reader, struct tg_card_link *ret)
{
    struct tg_pcsc *c = ctx;
    char name[TG_READER_NAME_BYTES] = "";
    struct tg_card_link link = {0};
    enum tg_err err = tg_copy(name, sizeof(name), tg_span_str(reader));
    LONG rv;

    if (err != TG_OK)
        return TG_E_READER_NONE;
    rv = with_context(c, open_step, name);
    if (rv == SCARD_S_SUCCESS)
        rv = read_atr(c, &link);
    if (rv != SCARD_S_SUCCESS) {
        hang_up(c, SCARD_RESET_CARD);
        return tg_pcsc_err(rv);
    }
    link.proto = c->proto == SCARD_PROTOCOL_T0 ? TG_PROTO_T0 : TG_PROTO_T1;
    tg_pcsc_features(c, &link);
    *ret = link;
    return TG_OK;
}

static LONG transmit(struct tg_pcsc *c, struct tg_span command, DWORD *n)
{
    const SCARD_IO_REQUEST *pci = c->proto == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;

    *n = sizeof(c->rx);
    return SCardTransmit(c->card, pci, command.p, command.n, NULL, c->rx, n);
}

static enum tg_err io_transmit(void *ctx, struct tg_span command, struct tg_buf *reply)
{
    struct tg_pcsc *c = ctx;
    DWORD n = 0;
    LONG rv;

    if (!c->connected || !c->transaction)
        return TG_E_CARD_REMOVED;
    rv = transmit(c, command, &n);
    if (tg_pcsc_stale(rv))
        drop_context(c);
    if (rv != SCARD_S_SUCCESS)
        return tg_pcsc_err(rv);
    return tg_buf_add(reply, c->rx, n);
}

static void io_close(void *ctx, enum tg_card_end end)
{
    hang_up(ctx, end == TG_END_RESET ? SCARD_RESET_CARD : SCARD_LEAVE_CARD);
}

const struct tg_reader_io tg_pcsc_io = {
    .open = io_open,
    .transmit = io_transmit,
    .close = io_close,
    .verify_pad = tg_pcsc_verify_pad,
};

/* ---- the heartbeat ---- */

static LONG beat_once(struct tg_pcsc *c)
{
    size_t n = c->proto == SCARD_PROTOCOL_T0 ? sizeof(beat_command) - 1 : sizeof(beat_command);
    DWORD got = 0;
    LONG rv = transmit(c, tg_span(beat_command, n), &got);

    if (rv != SCARD_W_RESET_CARD) /* our own sign-in or renewal has ended with RESET: still the same card */
        return rv;
    rv = SCardReconnect(c->card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, SCARD_LEAVE_CARD,
                        &c->proto);
    return rv == SCARD_S_SUCCESS ? transmit(c, tg_span(beat_command, n), &got) : rv;
}

enum tg_err tg_pcsc_beat(struct tg_pcsc *c, const char *reader)
{
    char name[TG_READER_NAME_BYTES] = "";
    LONG rv = SCARD_S_SUCCESS;

    if (tg_copy(name, sizeof(name), tg_span_str(reader)) != TG_OK)
        return TG_E_READER_NONE;
    if (!c->connected)
        rv = with_context(c, connect_step, name);
    if (rv == SCARD_S_SUCCESS)
        rv = beat_once(c);
    if (rv == SCARD_W_RESET_CARD) /* reset twice within a beat: the next beat decides */
        return TG_E_CARD_BUSY;
    return tg_pcsc_err(rv);
}
