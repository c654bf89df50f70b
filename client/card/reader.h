/* The reader transport behind four pointers: PC/SC in the product, a script in the tests. A second transport
 * (Windows winscard, macOS) or a dummy card needs nothing but another struct tg_reader_io.
 *
 * Everything here blocks; it is called from a card thread or a command-line program, never from a UI thread.
 * pcsc.h is the real transport, guard.h puts a deadline in front of any transport.
 */
#ifndef TG_READER_H
#define TG_READER_H

#include "certs/base/blob.h"
#include "certs/base/err.h"

#define TG_READER_NAME_BYTES 128u
#define TG_READERS_MAX 16u
#define TG_ATR_BYTES 33u

enum tg_card_proto { TG_PROTO_T0, TG_PROTO_T1 };
enum tg_card_end { TG_END_LEAVE, TG_END_RESET };

/* What open learns about the card and the reader. */
struct tg_card_link {
    enum tg_card_proto proto;
    uint8_t atr[TG_ATR_BYTES];
    size_t atr_n;
    bool short_only; /* the reader says that it cannot carry extended length */
    bool pad;        /* the reader has a PIN pad that verify_pad can use */
};

/* Errors of every function: TG_E_PCSC_DOWN, TG_E_READER_NONE, TG_E_CARD_NONE, TG_E_CARD_REMOVED,
 * TG_E_CARD_BUSY, TG_E_CARD_MUTE, TG_E_CARD_RESET, TG_E_CARD_TIMEOUT, TG_E_LIMIT. TG_E_CARD_RESET promises
 * that the command was not delivered: sending it once more, after a new open, is safe.
 */
struct tg_reader_io {
    /* Connects shared (T=0 or T=1) to the card in the named reader and begins a transaction. */
    enum tg_err (*open)(void *ctx, const char *reader, struct tg_card_link *ret);
    /* One command, one reply (data and SW1 SW2), appended to reply. The command may hold a PIN: keep no copy.
     */
    enum tg_err (*transmit)(void *ctx, struct tg_span command, struct tg_buf *reply);
    /* Ends the transaction with LEAVE or RESET and disconnects. Never fails visibly; harmless when not open.
     */
    void (*close)(void *ctx, enum tg_card_end end);
    /* PIN on the reader's own pad (VERIFY_PIN_DIRECT); NULL, or TG_E_NOT_IMPLEMENTED, when the reader has
     * none. The command is a VERIFY whose 8 data bytes are FF; the pad puts the digits in.
     */
    enum tg_err (*verify_pad)(void *ctx, struct tg_span command, struct tg_buf *reply);
};

#endif
