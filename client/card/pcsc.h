/* The PC/SC transport (PC/SC Workgroup part 5; pcsc-lite here, winscard and macOS offer the same calls).
 *
 *   tg_pcsc_new(&c)                   nothing is opened yet: pcscd may still be down
 *   tg_pcsc_io.open(c, reader, …)     a context if there is none, SHARED connection, transaction
 *
 * pcscd gone: TG_E_PCSC_DOWN, the context is dropped, and the next call makes a new one; SCardIsValidContext
 * is not asked, it says yes to a dead one. Every call may block as long as the card does: use guard.h where
 * that matters. One thread at a time on one tg_pcsc.
 */
#ifndef TG_PCSC_H
#define TG_PCSC_H

#include "client/card/reader.h"

struct tg_pcsc;

void tg_pcsc_free(struct tg_pcsc **c);
/* TG_E_NOMEM. */
enum tg_err tg_pcsc_new(struct tg_pcsc **ret) TG_MUST;
/* ctx is the struct tg_pcsc. */
extern const struct tg_reader_io tg_pcsc_io;

struct tg_readers {
    size_t n;
    char name[TG_READERS_MAX][TG_READER_NAME_BYTES];
};
/* TG_E_PCSC_DOWN, TG_E_READER_NONE (none at all). Names too long and readers beyond the ceiling are left out.
 */
enum tg_err tg_pcsc_readers(struct tg_pcsc *c, struct tg_readers *ret) TG_MUST;

/* One light command on a connection of its own, without a transaction: is the card still there? Noticed by
 * the first beat after a removal, sooner than pcscd's 400 ms poll. The reply does not matter, only that there
 * is one. TG_E_CARD_BUSY (somebody's transaction: no doubt about the card), else as tg_reader_io.
 */
enum tg_err tg_pcsc_beat(struct tg_pcsc *c, const char *reader) TG_MUST;

#endif
