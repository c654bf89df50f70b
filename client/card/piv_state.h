/* The object behind tg_piv, shared by the piv_*.c files only. */
#ifndef TG_PIV_STATE_H
#define TG_PIV_STATE_H

#include "client/card/apdu.h"
#include "client/card/piv.h"

#define TG_PIV_PIN_APP 0x80
#define TG_PIV_PIN_GLOBAL 0x00
#define TG_PIV_PUK 0x81

struct tg_piv {
    struct tg_wire wire;
    char reader[TG_READER_NAME_BYTES];
    bool open;       /* there is a connection to close */
    bool lost;       /* the card was reset: connect and select anew before anything else */
    bool has_pin;    /* VERIFY was accepted in this transaction */
    bool fresh_pin;  /* … and nothing but that came since (9C) */
    bool managed;    /* the management key was accepted in this transaction */
    bool discovered; /* the discovery object was asked for */
    uint8_t pin_ref;
    uint32_t
        seen_object; /* the certificate object last read, and the hash of its bytes: which card this is */
    uint8_t seen_hash[32];
    int tries; /* last said by the card for pin_ref; -1 unknown */
};

typedef enum tg_err tg_piv_runner(struct tg_piv *p, const struct tg_apdu *c, struct tg_buf *reply,
                                  uint16_t *sw);
/* Sends a command; connects and selects anew when the card had been reset or choked on extended length, at
 * most TG_CARD_RETRIES times, unless a PIN or a management key was lost by it: then TG_E_CARD_RESET.
 */
enum tg_err tg_piv_run(struct tg_piv *p, const struct tg_apdu *c, struct tg_buf *reply, uint16_t *sw) TG_MUST;
/* Connects and selects anew when the card had been reset. */
enum tg_err tg_piv_ready(struct tg_piv *p) TG_MUST;
/* GET DATA of an object named by a tag; the reply is what the card sent. */
enum tg_err tg_piv_get(struct tg_piv *p, uint32_t object, struct tg_buf *reply, uint16_t *sw) TG_MUST;
/* Tag of the certificate object of a slot, SP 800-73-4 part 1 table 3; 0 when there is none. */
uint32_t tg_piv_object(enum tg_piv_slot slot);
/* What a status word means where nothing more special is known. */
enum tg_err tg_piv_sw(uint16_t sw) TG_MUST;

#endif
