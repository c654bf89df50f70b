/* Is the card that signed in still there? Any doubt is a removal: an error, an unknown reader, a changed
 * event counter, another ATR, a mute card, pcscd gone, a thread that no longer answers.
 *
 *   tg_presence_find(want, wait_ms, &seen)        before the sign-in: which reader, and its event counter
 *   … tg_piv_open(…, seen.reader, …) … sign-in …
 *   tg_presence_start(&seen, &options, &p)        a swap since find is noticed at once by the counter
 *   tg_presence_stop(&p)
 *
 * A thread waits in SCardGetStatusChange (median 200 ms after a removal, pcscd polls every 400 ms), re-lists
 * the readers after every wake, and wakes at least every 2 s. Where that is too slow a heartbeat sends one
 * light command every beat_ms on a shared connection of its own. A third thread, which never calls PC/SC,
 * notices when either of the others hangs.
 */
#ifndef TG_PRESENCE_H
#define TG_PRESENCE_H

#include "client/card/reader.h"

/* One card in one reader at one moment. Not an identity: only the certificate is. */
struct tg_card_seen {
    char reader[TG_READER_NAME_BYTES];
    uint16_t counter; /* the high word of dwEventState: insertions and removals so far */
    uint8_t atr[TG_ATR_BYTES];
    size_t atr_n;
};

/* The named reader, or with want NULL (or "") the first reader that holds a card. Waits at most wait_ms for a
 * card. TG_E_PCSC_DOWN, TG_E_READER_NONE, TG_E_CARD_NONE, TG_E_CARD_MUTE.
 */
enum tg_err tg_presence_find(const char *want, unsigned wait_ms, struct tg_card_seen *ret) TG_MUST;

struct tg_presence_options {
    /* Called once, from a thread of the watcher, with the reason (TG_E_CARD_REMOVED, TG_E_READER_NONE,
     * TG_E_PCSC_DOWN, TG_E_CARD_MUTE, TG_E_CARD_TIMEOUT). Wipe first, diagnose after. It must not call
     * tg_presence_stop.
     */
    void (*gone)(void *arg, enum tg_err why);
    void *arg;
    unsigned beat_ms; /* 0: no heartbeat; else 50 or more is sensible. A beat is a command to the card. */
};

struct tg_presence;

/* TG_E_NOMEM. Whatever is wrong with the card or pcscd comes through gone. */
enum tg_err tg_presence_start(const struct tg_card_seen *seen, const struct tg_presence_options *o,
                              struct tg_presence **ret) TG_MUST;
/* TG_OK while nothing was noticed, else what gone was told. */
enum tg_err tg_presence_state(struct tg_presence *p) TG_MUST;
/* When this returns gone will not be called any more. SCardCancel is repeated until the thread has ended; a
 * thread that hangs inside PC/SC is left behind after TG_PRESENCE_STOP_MS with memory of its own.
 */
void tg_presence_stop(struct tg_presence **p);

#endif
