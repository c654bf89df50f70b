/* A deadline in front of a transport: a hung card blocks SCardTransmit for ever and no call ends that, so
 * each call runs on a worker thread that can be left behind.
 *
 *   tg_guard_new(&tg_pcsc_maker, &g); tg_piv_open(&tg_guard_io, g, reader, &piv); … tg_guard_free(&g);
 *
 * When the deadline passes the caller gets TG_E_CARD_TIMEOUT (TG_E_CARD_BUSY from open: somebody else's
 * transaction looks the same), the command is wiped, and the worker is abandoned with its own transport and
 * its own memory; if it ever returns it ends the connection with RESET, frees everything and is gone. The
 * next open starts a new worker. One thread at a time on one tg_guard.
 */
#ifndef TG_GUARD_H
#define TG_GUARD_H

#include "client/card/reader.h"

/* How a worker gets a transport of its own. */
struct tg_guard_maker {
    const struct tg_reader_io *io;
    enum tg_err (*make)(void *arg, void **ret);
    void (*drop)(void *ctx);
    void *arg;
    unsigned deadline_ms; /* of one command; 0: TG_CARD_DEADLINE_MS */
};

/* PC/SC. */
extern const struct tg_guard_maker tg_pcsc_maker;

struct tg_guard;
void tg_guard_free(struct tg_guard **g);
/* TG_E_NOMEM. The maker is copied. */
enum tg_err tg_guard_new(const struct tg_guard_maker *maker, struct tg_guard **ret) TG_MUST;
/* ctx is the struct tg_guard. */
extern const struct tg_reader_io tg_guard_io;

#endif
