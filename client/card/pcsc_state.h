/* The object behind tg_pcsc, shared by the pcsc*.c files only. */
#ifndef TG_PCSC_STATE_H
#define TG_PCSC_STATE_H

#include <winscard.h>

#include "certs/base/limits.h"
#include "client/card/pcsc.h"

struct tg_pcsc {
    SCARDCONTEXT context;
    bool has_context;
    SCARDHANDLE card;
    bool connected;
    bool transaction;
    DWORD proto;
    DWORD verify_ioctl; /* FEATURE_VERIFY_PIN_DIRECT; 0: no pad */
    uint8_t rx[TG_CARD_REPLY_BYTES];
};

/* A PC/SC result as one of ours; what has no better name is a removal. */
enum tg_err tg_pcsc_err(LONG rv) TG_MUST;
/* True when only a new context can help. */
bool tg_pcsc_stale(LONG rv);
/* Asks the connected reader for its features: PIN pad, and whether it can carry extended length. */
void tg_pcsc_features(struct tg_pcsc *c, struct tg_card_link *link);
enum tg_err tg_pcsc_verify_pad(void *ctx, struct tg_span command, struct tg_buf *reply) TG_MUST;

#endif
