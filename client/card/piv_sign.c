/* GENERAL AUTHENTICATE as a signature: 7C { 82, 81 input } -> 7C { 82 result } (SP 800-73-4 part 2
 * section 3.2.4). */
#include "certs/base/limits.h"
#include "client/card/piv_reply.h"
#include "client/card/piv_state.h"
#include "client/card/tlv.h"

#define INS_GENERAL_AUTHENTICATE 0x87

static size_t input_bytes(enum tg_piv_alg alg)
{
    switch (alg) {
    case TG_PIV_RSA2048:
        return 256;
    case TG_PIV_P256:
        return 32;
    case TG_PIV_P384:
        return 48;
    }
    return 0;
}

enum tg_err tg_piv_auth_template(struct tg_span reply, uint32_t tag, struct tg_span *ret)
{
    struct tg_span in = {0};

    if (tg_tlv_only(reply, 0x7c, &in) != TG_OK || tg_tlv_only(in, tag, ret) != TG_OK || ret->n == 0)
        return TG_E_CARD_REPLY;
    return TG_OK;
}

static enum tg_err make_template(struct tg_span input, struct tg_buf *to)
{
    TG_BUF_AUTO in = TG_BUF_INIT(to->max);
    enum tg_err err;

    if ((err = tg_tlv_add(&in, 0x82, tg_span(NULL, 0))) != TG_OK ||
        (err = tg_tlv_add(&in, 0x81, input)) != TG_OK)
        return err;
    return tg_tlv_add(to, 0x7c, tg_span_buf(&in));
}

enum tg_err tg_piv_sign(struct tg_piv *p, enum tg_piv_slot slot, enum tg_piv_alg alg, struct tg_span input,
                        struct tg_buf *ret)
{
    TG_BUF_AUTO data = TG_BUF_INIT(TG_SIG_BYTES);
    TG_BUF_AUTO reply = TG_BUF_INIT(2 * TG_SIG_BYTES);
    struct tg_apdu c = {.ins = INS_GENERAL_AUTHENTICATE, .p1 = (uint8_t)alg, .p2 = (uint8_t)slot, .le = true};
    struct tg_span result = {0};
    uint16_t sw = 0;
    enum tg_err err;

    if (input.n == 0 || input.n != input_bytes(alg))
        return TG_E_CARD_ALGORITHM;
    if (slot == TG_SLOT_9C && !p->fresh_pin)
        return TG_E_CARD_REFUSED;
    if ((err = make_template(input, &data)) != TG_OK)
        return err;
    c.data = tg_span_buf(&data);
    c.big = alg == TG_PIV_RSA2048;
    if ((err = tg_piv_run(p, &c, &reply, &sw)) != TG_OK || (err = tg_piv_sw(sw)) != TG_OK)
        return err;
    if ((err = tg_piv_auth_template(tg_span_buf(&reply), 0x82, &result)) != TG_OK)
        return err;
    return tg_buf_add_span(ret, result);
}
