#include "client/card/apdu.h"

#include "certs/base/limits.h"
#include "client/card/atr.h"

#define CLA_CHAIN 0x10
#define INS_GET_RESPONSE 0xc0
/* An extended command is short of one locked page; anything longer is chained. */
#define EXTENDED_DATA 2048u

#define SW_OK 0x9000
#define SW_LENGTH 0x6700

enum tg_err tg_wire_init(struct tg_wire *w, const struct tg_reader_io *io, void *ctx)
{
    *w = (struct tg_wire){.io = io, .ctx = ctx, .ext = TG_EXT_TRY};
    return tg_secret_init(&w->tx, TG_SECRET_BYTES);
}

void tg_wire_done(struct tg_wire *w)
{
    tg_secret_done(&w->tx);
}

void tg_wire_opened(struct tg_wire *w, const struct tg_card_link *card)
{
    w->card = *card;
    w->ext_broke = false;
    if (card->proto == TG_PROTO_T0 || card->short_only || !tg_atr_extended(tg_span(card->atr, card->atr_n)))
        w->ext = TG_EXT_NO;
}

/* ---- one command on the wire ---- */

struct form {
    uint8_t cla;
    struct tg_span data;
    bool extended;
    bool le;
    uint8_t short_le; /* 00: 256 */
};

static enum tg_err add(struct tg_wire *w, const uint8_t *p, size_t n)
{
    return tg_secret_add(&w->tx, p, n);
}

static enum tg_err encode_lengths(struct tg_wire *w, const struct form *f)
{
    uint8_t ext[3] = {0x00, (uint8_t)(f->data.n >> 8), (uint8_t)f->data.n};
    enum tg_err err;

    if (f->data.n > 0) {
        err = f->extended ? add(w, ext, 3) : add(w, ext + 2, 1);
        if (err != TG_OK || (err = add(w, f->data.p, f->data.n)) != TG_OK)
            return err;
    }
    if (!f->le)
        return TG_OK;
    if (f->extended) /* Le 0000: whatever there is; the leading 00 stands only where no Lc has announced the
                        form */
        return f->data.n > 0 ? add(w, (const uint8_t[]){0, 0}, 2) : add(w, (const uint8_t[]){0, 0, 0}, 3);
    /* T=0 must not have Le behind data (ISO/IEC 7816-3 section 12.2): the card offers the answer with 61xx.
     */
    if (f->data.n > 0 && w->card.proto == TG_PROTO_T0)
        return TG_OK;
    return add(w, &f->short_le, 1);
}

static enum tg_err encode(struct tg_wire *w, const struct tg_apdu *c, const struct form *f)
{
    const uint8_t head[4] = {f->cla, c->ins, c->p1, c->p2};
    enum tg_err err;

    tg_secret_wipe(&w->tx);
    if ((err = add(w, head, 4)) != TG_OK)
        return err;
    return encode_lengths(w, f);
}

/* Splits the status word off what arrived behind `before`. */
static enum tg_err split(struct tg_buf *reply, size_t before, uint16_t *sw)
{
    if (reply->n < before + 2)
        return TG_E_CARD_REPLY;
    *sw = (uint16_t)(reply->p[reply->n - 2] << 8 | reply->p[reply->n - 1]);
    reply->n -= 2;
    return TG_OK;
}

static enum tg_err exchange(struct tg_wire *w, const struct tg_apdu *c, const struct form *f,
                            struct tg_buf *reply, uint16_t *sw)
{
    size_t before = reply->n;
    enum tg_err err = encode(w, c, f);

    if (err == TG_OK) {
        w->commands++;
        err = w->io->transmit(w->ctx, tg_secret_span(&w->tx), reply);
    }
    tg_secret_wipe(&w->tx);
    if (err == TG_OK)
        err = split(reply, before, sw);
    if (err != TG_OK)
        reply->n = before;
    return err;
}

/* 6Cxx: the card names the length it wants to be asked for; once. */
static enum tg_err exchange_le(struct tg_wire *w, const struct tg_apdu *c, struct form *f,
                               struct tg_buf *reply, uint16_t *sw)
{
    size_t before = reply->n;
    enum tg_err err = exchange(w, c, f, reply, sw);

    if (err != TG_OK || (*sw & 0xff00) != 0x6c00)
        return err;
    reply->n = before;
    if (c->once || !f->le || (f->data.n > 0 && w->card.proto == TG_PROTO_T0))
        return TG_E_CARD_REPLY;
    f->short_le = (uint8_t)*sw;
    f->extended = false;
    return exchange(w, c, f, reply, sw);
}

/* ---- one command of the caller ---- */

static enum tg_err send_chain(struct tg_wire *w, const struct tg_apdu *c, struct tg_span *rest, uint16_t *sw)
{
    TG_BUF_AUTO none = TG_BUF_INIT(TG_APDU_SHORT_DATA + 2);
    enum tg_err err;

    while (rest->n > TG_APDU_SHORT_DATA) {
        struct form f = {.cla = c->cla | CLA_CHAIN, .data = tg_span(rest->p, TG_APDU_SHORT_DATA)};

        tg_buf_reset(&none);
        if ((err = exchange(w, c, &f, &none, sw)) != TG_OK)
            return err;
        if (*sw != SW_OK)
            return TG_OK;
        *rest = tg_span(rest->p + TG_APDU_SHORT_DATA, rest->n - TG_APDU_SHORT_DATA);
    }
    *sw = SW_OK;
    return TG_OK;
}

static enum tg_err send_short(struct tg_wire *w, const struct tg_apdu *c, struct tg_buf *reply, uint16_t *sw)
{
    struct tg_span rest = c->data;
    enum tg_err err = send_chain(w, c, &rest, sw);
    struct form f = {.cla = c->cla, .data = rest, .le = c->le};

    if (err != TG_OK || *sw != SW_OK)
        return err;
    return exchange_le(w, c, &f, reply, sw);
}

/* The card stumbled over the form, not over the request. On the very first try any strange answer counts as
 * that. */
static bool stumbled(uint16_t sw, bool first)
{
    if (sw == SW_LENGTH || (sw & 0xff00) == 0x6c00 || sw == 0x6d00 || sw == 0x6e00)
        return true;
    return first && sw != SW_OK && (sw & 0xff00) != 0x6100 && sw != 0x6982 && sw != 0x6a82;
}

static enum tg_err send_extended(struct tg_wire *w, const struct tg_apdu *c, struct tg_buf *reply,
                                 uint16_t *sw)
{
    struct form f = {.cla = c->cla, .data = c->data, .le = c->le, .extended = true};
    size_t before = reply->n;
    bool first = w->ext == TG_EXT_TRY;
    enum tg_err err;

    w->ext = TG_EXT_NO; /* until it has worked */
    if ((err = exchange(w, c, &f, reply, sw)) != TG_OK) {
        w->ext_broke = first;
        return err;
    }
    if (stumbled(*sw, first)) {
        if (c->once)
            return TG_OK;
        reply->n = before;
        return send_short(w, c, reply, sw);
    }
    if (*sw == SW_OK)
        w->ext = TG_EXT_YES;
    else if ((*sw & 0xff00) !=
             0x6100) /* 61xx: it answers in parts all the same, so short commands do as well */
        w->ext = first ? TG_EXT_TRY : TG_EXT_YES;
    return TG_OK;
}

static bool wants_extended(const struct tg_wire *w, const struct tg_apdu *c)
{
    if (w->ext == TG_EXT_NO || c->data.n > EXTENDED_DATA)
        return false;
    if (w->ext == TG_EXT_TRY)
        return c->safe && c->big;
    return c->big || c->data.n > TG_APDU_SHORT_DATA;
}

static enum tg_err fetch_rest(struct tg_wire *w, const struct tg_apdu *c, struct tg_buf *reply, uint16_t *sw)
{
    const struct tg_apdu more = {.cla = c->cla, .ins = INS_GET_RESPONSE, .le = true};
    enum tg_err err;

    for (unsigned i = 0; (*sw & 0xff00) == 0x6100; i++) {
        struct form f = {.cla = c->cla, .le = true, .short_le = (uint8_t)*sw};

        if (i == TG_CARD_GET_RESPONSES)
            return TG_E_CARD_REPLY;
        if ((err = exchange_le(w, &more, &f, reply, sw)) != TG_OK)
            return err;
    }
    return TG_OK;
}

enum tg_err tg_apdu_send(struct tg_wire *w, const struct tg_apdu *c, struct tg_buf *reply, uint16_t *sw)
{
    size_t before = reply->n;
    enum tg_err err;

    err = wants_extended(w, c) ? send_extended(w, c, reply, sw) : send_short(w, c, reply, sw);
    if (err == TG_OK && c->le && !c->leave)
        err = fetch_rest(w, c, reply, sw);
    else if (err == TG_OK && (*sw & 0xff00) == 0x6100)
        *sw = SW_OK;
    if (err != TG_OK)
        reply->n = before;
    return err;
}

enum tg_err tg_apdu_pad(struct tg_wire *w, const struct tg_apdu *c, uint16_t *sw)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(TG_APDU_SHORT_DATA + 3);
    struct form f = {.cla = c->cla, .data = c->data};
    enum tg_err err;

    if (w->io->verify_pad == NULL)
        return TG_E_NOT_IMPLEMENTED;
    if ((err = encode(w, c, &f)) != TG_OK)
        return err;
    err = w->io->verify_pad(w->ctx, tg_secret_span(&w->tx), &reply);
    tg_secret_wipe(&w->tx);
    if (err != TG_E_NOT_IMPLEMENTED)
        w->commands++;
    return err != TG_OK ? err : split(&reply, 0, sw);
}
