/* PC/SC without pcscd: every SCard call of client/card ends here, through -Wl,--wrap. */
#ifndef TG_FAKEPCSC_H
#define TG_FAKEPCSC_H

#include <stdbool.h>
#include <winscard.h>

#include "certs/base/blob.h"

enum fake_call {
    FAKE_CONTEXT,
    FAKE_RELEASE,
    FAKE_LIST,
    FAKE_CONNECT,
    FAKE_RECONNECT,
    FAKE_DISCONNECT,
    FAKE_BEGIN,
    FAKE_END,
    FAKE_STATUS,
    FAKE_TRANSMIT,
    FAKE_CONTROL,
    FAKE_CHANGE,
    FAKE_CANCEL,
    FAKE_CALLS
};

/* Everything as new: one reader "reader 0", a T=1 card in it, event counter 1, every call succeeds, replies
 * are 90 00. */
void fake_reset(void);
/* The next call of this kind returns rv (after those queued before). */
void fake_next(enum fake_call call, LONG rv);
/* Every call of this kind returns rv, until SCARD_S_SUCCESS is given. */
void fake_always(enum fake_call call, LONG rv);
/* One in n calls of any kind fails, decided by a generator that starts at seed; 0: none. */
void fake_fail_rate(unsigned n, unsigned seed);
/* Calls since the reset. */
unsigned fake_count(enum fake_call call);
/* The calls since the reset, as words: "context connect begin …"; end and disconnect name their disposition.
 */
const char *fake_log(void);

/* dwEventState of the reader; wakes whoever waits. */
void fake_event(DWORD state);
#define FAKE_IN(counter) ((DWORD)(counter) << 16 | SCARD_STATE_PRESENT)
#define FAKE_OUT(counter) ((DWORD)(counter) << 16 | SCARD_STATE_EMPTY)
/* The names of SCardListReaders, double NUL at the end. */
void fake_readers(const char *names, size_t n);
void fake_proto(DWORD proto);
/* The features a reader answers to CM_IOCTL_GET_FEATURE_REQUEST, and the reply of every other SCardControl.
 */
void fake_features(const uint8_t *tlv, size_t n, const uint8_t *other, size_t other_n);
/* The last command (transmit or control). */
struct tg_span fake_sent(void);
/* A card behind SCardTransmit; NULL: 90 00. */
typedef LONG fake_card(struct tg_span command, uint8_t *reply, DWORD *n);
void fake_card_is(fake_card *card);
/* Calls of this kind block until fake_release_hung. */
void fake_hang(enum fake_call call);
void fake_release_hung(void);

#endif
