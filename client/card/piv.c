#include "client/card/piv.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "client/card/piv_state.h"
#include "client/card/tlv.h"

#define INS_SELECT 0xa4
#define INS_GET_DATA 0xcb
#define SW_OK 0x9000

/* The PIV application, version-independent part, SP 800-73-4 part 1 section 2.2. */
static const uint8_t piv_aid[] = {0xa0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00};

/* A card that accepts any SELECT is not a PIV card: the property template, when it comes at once, names
 * NIST's RID. */
static bool names_piv(struct tg_span reply)
{
    return reply.n == 0 || memmem(reply.p, reply.n, piv_aid, 5) != NULL;
}

/* Always short: a card that cannot do extended length may die of an extended SELECT. */
static enum tg_err select_piv(struct tg_piv *p)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(2 * TG_APDU_SHORT_DATA);
    const struct tg_apdu c = {
        .ins = INS_SELECT, .p1 = 0x04, .data = tg_span(piv_aid, sizeof(piv_aid)), .le = true, .leave = true};
    uint16_t sw = 0;
    enum tg_err err = tg_apdu_send(&p->wire, &c, &reply, &sw);

    if (err != TG_OK)
        return err;
    return sw == SW_OK && names_piv(tg_span_buf(&reply)) ? TG_OK : TG_E_CARD_NOT_PIV;
}

static void forget(struct tg_piv *p)
{
    p->has_pin = false;
    p->fresh_pin = false;
    p->managed = false;
}

static void hang_up(struct tg_piv *p)
{
    if (p->open)
        p->wire.io->close(p->wire.ctx, TG_END_RESET);
    p->open = false;
    forget(p);
}

static bool same_atr(const struct tg_card_link *a, const struct tg_card_link *b)
{
    return a->atr_n == b->atr_n && memcmp(a->atr, b->atr, a->atr_n) == 0;
}

/* Without tg_piv_run's second chances: what runs while connecting. */
static enum tg_err run_plain(struct tg_piv *p, const struct tg_apdu *c, struct tg_buf *reply, uint16_t *sw)
{
    return tg_apdu_send(&p->wire, c, reply, sw);
}

static enum tg_err get(struct tg_piv *p, uint32_t object, tg_piv_runner *run, struct tg_buf *reply,
                       uint16_t *sw)
{
    TG_BUF_AUTO name = TG_BUF_INIT(8);
    const uint8_t tag[3] = {(uint8_t)(object >> 16), (uint8_t)(object >> 8), (uint8_t)object};
    size_t skip = object > 0xffff ? 0 : 2; /* the objects of PIV have names of three bytes or, 7E, of one */
    struct tg_apdu c = {.ins = INS_GET_DATA, .p1 = 0x3f, .p2 = 0xff, .le = true, .big = true, .safe = true};
    enum tg_err err = tg_tlv_add(&name, 0x5c, tg_span(tag + skip, 3 - skip));

    if (err != TG_OK)
        return err;
    c.data = tg_span_buf(&name);
    return run(p, &c, reply, sw);
}

/* A PIN meant for one card must not go to another that took its place while the reader was away: the
 * certificate read before is read again. An equal ATR alone is shared by all cards of a make.
 */
static enum tg_err same_card(struct tg_piv *p, const struct tg_card_link *card)
{
    TG_BUF_AUTO object = TG_BUF_INIT(TG_CARD_REPLY_BYTES);
    uint8_t hash[32];
    uint16_t sw = 0;
    enum tg_err err;

    if (!same_atr(card, &p->wire.card))
        return TG_E_CARD_REMOVED;
    if (p->seen_object == 0)
        return TG_OK;
    if ((err = get(p, p->seen_object, run_plain, &object, &sw)) != TG_OK)
        return err;
    if (EVP_Digest(object.p, object.n, hash, NULL, EVP_sha256(), NULL) != 1)
        return TG_E_NOMEM;
    return sw == SW_OK && memcmp(hash, p->seen_hash, sizeof(hash)) == 0 ? TG_OK : TG_E_CARD_REMOVED;
}

/* A connection and a selected application; again: only if it is the card of before. */
static enum tg_err connect_card(struct tg_piv *p, bool again)
{
    struct tg_card_link card = {0}, old = p->wire.card;
    enum tg_err err;

    hang_up(p);
    if ((err = p->wire.io->open(p->wire.ctx, p->reader, &card)) != TG_OK)
        return err;
    p->open = true;
    if (card.atr_n > TG_ATR_BYTES)
        return TG_E_CARD_REPLY;
    tg_wire_opened(&p->wire, &card);
    if ((err = select_piv(p)) == TG_OK && again)
        err = same_card(p, &old);
    p->lost = err != TG_OK;
    return err;
}

static enum tg_err connect_bounded(struct tg_piv *p, bool again)
{
    enum tg_err err = TG_E_CARD_RESET;

    for (unsigned i = 0; err == TG_E_CARD_RESET && i <= TG_CARD_RETRIES; i++)
        err = connect_card(p, again || i > 0);
    return err;
}

enum tg_err tg_piv_open(const struct tg_reader_io *io, void *ctx, const char *reader, struct tg_piv **ret)
{
    struct tg_piv *p = calloc(1, sizeof(*p));
    enum tg_err err;

    if (p == NULL)
        return TG_E_NOMEM;
    p->tries = -1;
    p->pin_ref = TG_PIV_PIN_APP;
    err = tg_wire_init(&p->wire, io, ctx);
    if (err == TG_OK)
        err = tg_copy(p->reader, sizeof(p->reader), tg_span_str(reader));
    if (err == TG_OK)
        err = connect_bounded(p, false);
    if (err != TG_OK) {
        tg_piv_close(&p);
        return err;
    }
    *ret = p;
    return TG_OK;
}

void tg_piv_close(struct tg_piv **p)
{
    if (*p == NULL)
        return;
    hang_up(*p);
    tg_wire_done(&(*p)->wire);
    free(*p);
    *p = NULL;
}

enum tg_err tg_piv_ready(struct tg_piv *p)
{
    return p->lost ? connect_bounded(p, true) : TG_OK;
}

bool tg_piv_has_pad(const struct tg_piv *p)
{
    return p->wire.card.pad && p->wire.io->verify_pad != NULL;
}

/* One try; true in *again when the command did not reach the card and nothing was lost that only the person
 * can give. */
static enum tg_err run_once(struct tg_piv *p, const struct tg_apdu *c, struct tg_buf *reply, uint16_t *sw,
                            bool *again)
{
    bool lost_login = p->has_pin || p->managed;
    enum tg_err err;

    *again = false;
    if ((err = tg_piv_ready(p)) != TG_OK)
        return err;
    err = tg_apdu_send(&p->wire, c, reply, sw);
    if (err == TG_E_CARD_RESET || p->wire.ext_broke) {
        forget(p);
        p->lost = true;
        *again = !lost_login;
    }
    return err;
}

enum tg_err tg_piv_run(struct tg_piv *p, const struct tg_apdu *c, struct tg_buf *reply, uint16_t *sw)
{
    enum tg_err err = TG_E_CARD_RESET;
    bool again = true;

    p->fresh_pin = false;
    for (unsigned i = 0; again && i <= TG_CARD_RETRIES; i++)
        err = run_once(p, c, reply, sw, &again);
    return err;
}

enum tg_err tg_piv_get(struct tg_piv *p, uint32_t object, struct tg_buf *reply, uint16_t *sw)
{
    return get(p, object, tg_piv_run, reply, sw);
}

uint32_t tg_piv_object(enum tg_piv_slot slot)
{
    switch (slot) {
    case TG_SLOT_9A:
        return 0x5fc105;
    case TG_SLOT_9C:
        return 0x5fc10a;
    case TG_SLOT_9D:
        return 0x5fc10b;
    case TG_SLOT_9E:
        return 0x5fc101;
    }
    return 0;
}

enum tg_err tg_piv_sw(uint16_t sw)
{
    switch (sw) {
    case SW_OK:
        return TG_OK;
    case 0x6983:
        return TG_E_PIN_BLOCKED;
    case 0x6f00: /* the card itself does not know what is wrong */
        return TG_E_CARD_REPLY;
    default:
        return TG_E_CARD_REFUSED;
    }
}

unsigned tg_piv_commands(const struct tg_piv *p)
{
    return p->wire.commands;
}
