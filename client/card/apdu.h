/* Commands and replies (ISO/IEC 7816-4): one tg_apdu in, all its data and the last status word out, whatever
 * chaining, GET RESPONSE, Le rule or length form it takes on this card.
 */
#ifndef TG_APDU_H
#define TG_APDU_H

#include "certs/base/secret.h"
#include "client/card/reader.h"

enum tg_extended {
    TG_EXT_NO,  /* T=0, not announced, or it failed */
    TG_EXT_TRY, /* announced, not yet seen to work */
    TG_EXT_YES  /* an extended Le was answered */
};

/* The line to one card. */
struct tg_wire {
    const struct tg_reader_io *io;
    void *ctx;
    struct tg_card_link card;
    enum tg_extended ext;
    bool ext_broke; /* the connection failed on the very first extended command: worth a new one without it */
    unsigned commands;   /* handed to the transport, GET RESPONSE and chained ones included */
    struct tg_secret tx; /* the command being sent; wiped after each one */
};

struct tg_apdu {
    uint8_t cla, ins, p1, p2;
    struct tg_span data;
    bool le;    /* an answer is expected */
    bool leave; /* what does not come at once is not fetched: 61xx is as good as 9000 */
    bool big;   /* that may be longer than 256 bytes */
    bool safe;  /* changes nothing on the card: may be the first to try extended length */
    bool once;  /* holds a PIN or counts tries: never sent again on 6Cxx or 6700 */
};

/* TG_E_NOMEM. */
enum tg_err tg_wire_init(struct tg_wire *w, const struct tg_reader_io *io, void *ctx) TG_MUST;
void tg_wire_done(struct tg_wire *w);
/* After each open: what this card and reader may be asked. ext stays NO once it has failed. */
void tg_wire_opened(struct tg_wire *w, const struct tg_card_link *card);

/* Appends the data of the reply (all parts) and sets *sw. Errors of the transport; TG_E_CARD_REPLY (no status
 * word, 6Cxx where it makes no sense, more than TG_CARD_GET_RESPONSES parts), TG_E_LIMIT (ceiling of reply).
 * On an error reply is as it was.
 */
enum tg_err tg_apdu_send(struct tg_wire *w, const struct tg_apdu *c, struct tg_buf *reply,
                         uint16_t *sw) TG_MUST;
/* The same through the reader's PIN pad: one short command, one status word. TG_E_NOT_IMPLEMENTED. */
enum tg_err tg_apdu_pad(struct tg_wire *w, const struct tg_apdu *c, uint16_t *sw) TG_MUST;

#endif
