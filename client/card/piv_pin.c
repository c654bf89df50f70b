/* VERIFY and RESET RETRY COUNTER (SP 800-73-4 part 2 sections 3.2.1 and 3.2.3). */
#include <limits.h>
#include <string.h>

#include "certs/base/limits.h"
#include "client/card/piv_state.h"
#include "client/card/tlv.h"

#define INS_VERIFY 0x20
#define INS_RESET_RETRY_COUNTER 0x2c
#define OBJECT_DISCOVERY 0x7e
#define PUK_BYTES 8u

#define SW_OK 0x9000
#define SW_NO_REFERENCE 0x6a88
#define SW_BLOCKED 0x6983

/* 63Cx, and 630x of old cards (6300 there means: wrong, number not told). */
static int tries_of(uint16_t sw)
{
    if ((sw & 0xfff0) == 0x63c0 || ((sw & 0xfff0) == 0x6300 && sw != 0x6300))
        return sw & 0x0f;
    return -1;
}

/* What became of a PIN or PUK that was sent. */
static enum tg_err judge(uint16_t sw, int *tries)
{
    *tries = tries_of(sw);
    switch (sw) {
    case SW_OK:
        return TG_OK;
    case SW_BLOCKED:
        *tries = 0;
        return TG_E_PIN_BLOCKED;
    case 0x6982: /* a PIN is not taken over the contactless side (SP 800-73-4 part 2 section 3.2.1) */
        return TG_E_CARD_CONTACT_ONLY;
    case 0x6400: /* PC/SC part 10 section 2.5.2: nobody typed */
    case 0x6401: /* … cancelled at the pad */
        return TG_E_PIN_CANCELLED;
    default:
        break;
    }
    if ((sw & 0xff00) != 0x6300)
        return tg_piv_sw(sw);
    return *tries == 0 ? TG_E_PIN_BLOCKED : TG_E_PIN_WRONG;
}

/* ---- what the card says without a PIN ---- */

/* 7E { 4F AID, 5F2F usage policy }: first byte which PINs exist (20 global), second which is primary (20
 * global). */
static enum tg_err read_policy(struct tg_span object, uint8_t *ref)
{
    struct tg_span in = {0}, policy = {0};
    enum tg_err err = tg_tlv_only(object, OBJECT_DISCOVERY, &in);

    if (err == TG_OK)
        err = tg_tlv_find(in, 0x5f2f, &policy);
    if (err == TG_E_NOT_FOUND)
        return TG_OK;
    if (err != TG_OK || policy.n != 2)
        return TG_E_CARD_REPLY;
    *ref = (policy.p[0] & 0x20) != 0 && policy.p[1] == 0x20 ? TG_PIV_PIN_GLOBAL : TG_PIV_PIN_APP;
    return TG_OK;
}

enum tg_err tg_piv_discover(struct tg_piv *p)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(2 * TG_APDU_SHORT_DATA);
    uint8_t ref = p->pin_ref;
    uint16_t sw = 0;
    enum tg_err err;

    if (p->discovered)
        return TG_OK;
    if ((err = tg_piv_get(p, OBJECT_DISCOVERY, &reply, &sw)) != TG_OK)
        return err;
    p->discovered = true;
    if (sw == SW_OK && (err = read_policy(tg_span_buf(&reply), &ref)) != TG_OK)
        return err;
    if (ref != p->pin_ref)
        p->tries = -1;
    p->pin_ref = ref;
    return TG_OK;
}

static enum tg_err send_verify(struct tg_piv *p, struct tg_span block, uint16_t *sw)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(TG_APDU_SHORT_DATA + 3);
    const struct tg_apdu c = {.ins = INS_VERIFY, .p2 = p->pin_ref, .data = block, .once = true};

    return tg_piv_run(p, &c, &reply, sw);
}

static bool unusable(uint16_t sw)
{
    return sw == SW_NO_REFERENCE || sw == SW_BLOCKED || tries_of(sw) == 0;
}

static enum tg_err ask_tries(struct tg_piv *p)
{
    uint8_t asked = p->pin_ref;
    uint16_t sw = 0;
    enum tg_err err = send_verify(p, tg_span(NULL, 0), &sw);

    if (err == TG_OK && unusable(sw) && !p->discovered) { /* perhaps it is not the PIN that counts */
        err = tg_piv_discover(p);
        if (err == TG_OK && p->pin_ref != asked)
            err = send_verify(p, tg_span(NULL, 0), &sw);
    }
    if (err != TG_OK)
        return err;
    p->tries = sw == SW_BLOCKED ? 0 : tries_of(sw); /* 9000: logged in, so no number */
    return TG_OK;
}

enum tg_err tg_piv_tries(struct tg_piv *p, int *ret)
{
    enum tg_err err = ask_tries(p);

    *ret = p->tries;
    if (err != TG_OK)
        return err;
    return p->tries == 0 ? TG_E_PIN_BLOCKED : TG_OK;
}

/* ---- before a PIN is sent ---- */

/* After this many commands the PIN and the signature make exactly six: no question fits (piv.h, "The last
 * try"). */
static bool question_fits(const struct tg_piv *p)
{
    return p->wire.commands != TG_CARD_SIGNIN_COMMANDS - 2;
}

static enum tg_err guard_last_try(struct tg_piv *p, int known, bool confirm_last)
{
    enum tg_err err;

    if (confirm_last)
        return TG_OK;
    if (p->tries >= 0) /* fresher than what the caller knows */
        known = p->tries;
    if (known < 0 && question_fits(p)) {
        if ((err = ask_tries(p)) != TG_OK)
            return err;
        known = p->tries;
    }
    if (known == 0)
        return TG_E_PIN_BLOCKED;
    return known == 1 ? TG_E_PIN_LAST_TRY : TG_OK;
}

/* ---- the PIN itself ---- */

/* 6 to 8 ASCII digits, FF behind them to 8 bytes: wrong padding could cost a try. */
static enum tg_err pad_pin(const struct tg_secret *pin, struct tg_secret *block)
{
    static const uint8_t fill[TG_PIN_MAX] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    enum tg_err err;

    if (pin->n < TG_PIN_MIN || pin->n > TG_PIN_MAX)
        return TG_E_PIN_FORMAT;
    for (size_t i = 0; i < pin->n; i++) {
        if (pin->p[i] < '0' || pin->p[i] > '9')
            return TG_E_PIN_FORMAT;
    }
    if ((err = tg_secret_add(block, pin->p, pin->n)) != TG_OK)
        return err;
    return tg_secret_add(block, fill, TG_PIN_MAX - pin->n);
}

static void verified(struct tg_piv *p)
{
    p->has_pin = true;
    p->fresh_pin = true;
    p->tries = -1; /* back at the card's maximum, which it has not told */
}

static enum tg_err submit(struct tg_piv *p, struct tg_span block, int *tries_left)
{
    uint16_t sw = 0;
    enum tg_err err;

    p->has_pin = false;
    if ((err = send_verify(p, block, &sw)) != TG_OK)
        return err;
    err = judge(sw, tries_left);
    p->tries = *tries_left;
    if (err == TG_OK)
        verified(p);
    return sw == SW_NO_REFERENCE ? TG_E_NOT_FOUND : err;
}

/* The application PIN is not there, blocked, or not what was typed: perhaps the card's primary PIN is the
 * global one, and then this PIN has not been sent to where it belongs.
 */
static enum tg_err other_reference(struct tg_piv *p, struct tg_span block, bool confirm_last, int *tries_left)
{
    uint8_t before = p->pin_ref;
    enum tg_err err;

    if ((err = tg_piv_discover(p)) != TG_OK && err != TG_E_CARD_REPLY)
        return err;
    if (p->pin_ref == before)
        return TG_E_NOT_FOUND;
    if ((err = guard_last_try(p, -1, confirm_last)) != TG_OK) {
        *tries_left = p->tries;
        return err;
    }
    return submit(p, block, tries_left);
}

static enum tg_err submit_where_it_belongs(struct tg_piv *p, struct tg_span block, bool confirm_last,
                                           int *tries_left)
{
    enum tg_err second, err = submit(p, block, tries_left);

    if ((err == TG_E_NOT_FOUND || err == TG_E_PIN_WRONG || err == TG_E_PIN_BLOCKED) && !p->discovered) {
        second = other_reference(p, block, confirm_last, tries_left);
        if (second != TG_E_NOT_FOUND)
            return second;
    }
    return err == TG_E_NOT_FOUND ? TG_E_CARD_REFUSED : err;
}

enum tg_err tg_piv_verify(struct tg_piv *p, const struct tg_secret *pin, int known_tries, bool confirm_last,
                          int *tries_left)
{
    TG_SECRET_AUTO block = TG_SECRET_INIT;
    enum tg_err err;

    *tries_left = -1;
    if ((err = tg_secret_init(&block, TG_PIN_MAX)) != TG_OK || (err = pad_pin(pin, &block)) != TG_OK)
        return err;
    err = guard_last_try(p, known_tries, confirm_last);
    if (err == TG_E_PIN_BLOCKED && !p->discovered)
        err = TG_OK; /* of the application PIN; submit finds out whether that is the one that counts */
    if (err != TG_OK) {
        *tries_left = err == TG_E_PIN_LAST_TRY ? 1 : p->tries;
        return err;
    }
    return submit_where_it_belongs(p, tg_secret_span(&block), confirm_last, tries_left);
}

static enum tg_err submit_pad(struct tg_piv *p, int *tries_left)
{
    static const uint8_t fill[TG_PIN_MAX] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const struct tg_apdu c = {
        .ins = INS_VERIFY, .p2 = p->pin_ref, .data = tg_span(fill, sizeof(fill)), .once = true};
    uint16_t sw = 0;
    enum tg_err err;

    p->has_pin = false;
    p->fresh_pin = false;
    if ((err = tg_apdu_pad(&p->wire, &c, &sw)) != TG_OK) {
        p->lost = p->lost || err == TG_E_CARD_RESET;
        return err;
    }
    err = judge(sw, tries_left);
    p->tries = *tries_left;
    if (err == TG_OK)
        verified(p);
    return err;
}

enum tg_err tg_piv_verify_pad(struct tg_piv *p, int known_tries, bool confirm_last, int *tries_left)
{
    enum tg_err err = TG_OK;

    *tries_left = -1;
    if (!tg_piv_has_pad(p))
        return TG_E_NOT_IMPLEMENTED;
    if ((err = tg_piv_ready(p)) != TG_OK)
        return err;
    /* The digits cannot be sent to another reference afterwards, so which PIN it is comes first, where it
     * fits. */
    if (question_fits(p))
        err = tg_piv_discover(p);
    if (err == TG_OK || err == TG_E_CARD_REPLY)
        err = guard_last_try(p, known_tries, confirm_last);
    if (err != TG_OK) {
        *tries_left = err == TG_E_PIN_LAST_TRY ? 1 : p->tries;
        return err;
    }
    return submit_pad(p, tries_left);
}

enum tg_err tg_piv_unblock(struct tg_piv *p, const struct tg_secret *puk, const struct tg_secret *pin,
                           int *tries_left)
{
    TG_SECRET_AUTO both = TG_SECRET_INIT;
    TG_BUF_AUTO reply = TG_BUF_INIT(TG_APDU_SHORT_DATA + 3);
    struct tg_apdu c = {.ins = INS_RESET_RETRY_COUNTER, .p2 = TG_PIV_PIN_APP, .once = true};
    uint16_t sw = 0;
    enum tg_err err;

    *tries_left = -1;
    if (puk->n != PUK_BYTES)
        return TG_E_PIN_FORMAT;
    if ((err = tg_secret_init(&both, PUK_BYTES + TG_PIN_MAX)) != TG_OK ||
        (err = tg_secret_add(&both, puk->p, puk->n)) != TG_OK || (err = pad_pin(pin, &both)) != TG_OK)
        return err;
    c.data = tg_secret_span(&both);
    p->has_pin = false;
    if ((err = tg_piv_run(p, &c, &reply, &sw)) != TG_OK)
        return err;
    return judge(sw, tries_left);
}
