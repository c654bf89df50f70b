/* What presence.c and presence_find.c share. */
#ifndef TG_PRESENCE_STATE_H
#define TG_PRESENCE_STATE_H

#include <winscard.h>

#include "client/card/presence.h"
#include "client/card/thread.h"

/* Counter and ATR of a reader's state. TG_E_READER_NONE, TG_E_CARD_NONE, TG_E_CARD_MUTE. */
enum tg_err tg_presence_read(const SCARD_READERSTATE *s, struct tg_card_seen *ret) TG_MUST;

#endif
