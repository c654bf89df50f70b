/* The reader transport behind four pointers: PC/SC in the product, a script in the tests. A second transport
 * (Windows winscard, macOS) or a dummy card needs nothing but another struct tg_reader_io.
 *
 * Everything here blocks; it is called from a card thread or a command-line program, never from a UI thread.
 */
#ifndef TG_READER_H
#define TG_READER_H

#include "certs/base/blob.h"
#include "certs/base/err.h"

#define TG_READER_NAME_BYTES 128u
#define TG_READERS_MAX 16u

enum tg_card_proto { TG_PROTO_T0, TG_PROTO_T1 };
enum tg_card_end { TG_END_LEAVE, TG_END_RESET };

/* Errors of every function: TG_E_PCSC_DOWN, TG_E_READER_NONE, TG_E_CARD_NONE, TG_E_CARD_REMOVED, TG_E_CARD_BUSY,
 * TG_E_CARD_MUTE, TG_E_CARD_RESET, TG_E_CARD_TIMEOUT, TG_E_LIMIT.
 */
struct tg_reader_io {
    /* Connects shared (T=0 or T=1) to the card in the named reader and begins a transaction. */
    enum tg_err (*open)(void *ctx, const char *reader, enum tg_card_proto *ret_proto);
    /* One command, one reply (data and SW1 SW2), appended to reply. */
    enum tg_err (*transmit)(void *ctx, struct tg_span command, struct tg_buf *reply);
    /* Ends the transaction with LEAVE or RESET and disconnects. Never fails visibly. */
    void (*close)(void *ctx, enum tg_card_end end);
    /* PIN on the reader's own pad (VERIFY_PIN_DIRECT); NULL, or TG_E_NOT_IMPLEMENTED, when the reader has none. */
    enum tg_err (*verify_pad)(void *ctx, struct tg_span command, struct tg_buf *reply);
};

#endif
