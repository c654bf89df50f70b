/* Readers with a keypad (PC/SC part 10): the PIN goes from the pad to the card and never comes here. */
#include <arpa/inet.h>
#include <reader.h>
#include <string.h>

#include "client/card/pcsc_state.h"

#define FEATURES_MAX 32u
#define VERIFY_BYTES 13u /* 00 20 00 ref 08 and eight FF */

static DWORD ioctl_of(const uint8_t *tlv, size_t n, uint8_t feature)
{
    uint32_t code;

    /* Entries of six bytes: tag, length 4, code in big-endian (part 10 section 2.2). */
    for (size_t at = 0; at + 6 <= n; at += 6) {
        if (tlv[at] == feature && tlv[at + 1] == 4) {
            memcpy(&code, tlv + at + 2, 4);
            return ntohl(code);
        }
    }
    return 0;
}

/* dwMaxAPDUDataSize, property 10 of FEATURE_GET_TLV_PROPERTIES: 0 means short commands only (part 10
 * section 2.6.14). */
static bool says_short_only(struct tg_pcsc *c, DWORD code)
{
    uint8_t out[256];
    DWORD n = 0;

    if (code == 0 || SCardControl(c->card, code, NULL, 0, out, sizeof(out), &n) != SCARD_S_SUCCESS ||
        n > sizeof(out))
        return false;
    for (size_t at = 0; at + 2 <= n && at + 2 + out[at + 1] <= n; at += 2u + out[at + 1]) {
        if (out[at] == PCSCv2_PART10_PROPERTY_dwMaxAPDUDataSize && out[at + 1] == 4)
            return out[at + 2] == 0 && out[at + 3] == 0 && out[at + 4] == 0 && out[at + 5] == 0;
    }
    return false;
}

void tg_pcsc_features(struct tg_pcsc *c, struct tg_card_link *link)
{
    uint8_t tlv[FEATURES_MAX * 6];
    DWORD n = 0;

    c->verify_ioctl = 0;
    if (SCardControl(c->card, CM_IOCTL_GET_FEATURE_REQUEST, NULL, 0, tlv, sizeof(tlv), &n) !=
            SCARD_S_SUCCESS ||
        n > sizeof(tlv))
        return;
    c->verify_ioctl = ioctl_of(tlv, n, FEATURE_VERIFY_PIN_DIRECT);
    link->pad = c->verify_ioctl != 0;
    link->short_only = says_short_only(c, ioctl_of(tlv, n, FEATURE_GET_TLV_PROPERTIES));
}

/* PIN_VERIFY_STRUCTURE, part 10 section 2.5.2, host byte order, without padding between members. */
static size_t verify_structure(struct tg_span command, uint8_t out[19 + VERIFY_BYTES])
{
    const uint16_t digits = TG_PIN_MIN << 8 | TG_PIN_MAX, japanese = 0x0411;
    const uint32_t n = (uint32_t)command.n;

    memset(out, 0, 19);
    out[0] = TG_CARD_PAD_MS / 1000 / 2; /* seconds to the first key */
    out[1] = TG_CARD_PAD_MS / 1000 / 2; /* seconds after it */
    out[2] = 0x82;                      /* ASCII, left justified, bytes, at position 0 of the data */
    out[3] = 0x08;                      /* a block of 8 bytes, no length inside */
    out[4] = 0x00;
    memcpy(out + 5, &digits, 2);
    out[7] = 0x02; /* the validation key ends the entry */
    out[8] = 0x01; /* one message */
    memcpy(out + 9, &japanese, 2);
    memcpy(out + 15, &n, 4);
    memcpy(out + 19, command.p, command.n);
    return 19 + command.n;
}

enum tg_err tg_pcsc_verify_pad(void *ctx, struct tg_span command, struct tg_buf *reply)
{
    struct tg_pcsc *c = ctx;
    uint8_t in[19 + VERIFY_BYTES];
    DWORD n = 0;
    LONG rv;

    if (c->verify_ioctl == 0 || command.n != VERIFY_BYTES)
        return TG_E_NOT_IMPLEMENTED;
    if (!c->connected || !c->transaction)
        return TG_E_CARD_REMOVED;
    rv = SCardControl(c->card, c->verify_ioctl, in, verify_structure(command, in), c->rx, TG_APDU_SHORT_DATA,
                      &n);
    if (rv != SCARD_S_SUCCESS)
        return tg_pcsc_err(rv);
    return n <= TG_APDU_SHORT_DATA ? tg_buf_add(reply, c->rx, n) : TG_E_LIMIT;
}
