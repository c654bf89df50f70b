/* What kind of search a clerk means who has just typed something into the one box (CAPABILITIES G1). Pure. */
#ifndef TG_GUESS_H
#define TG_GUESS_H

#include "server/records/store.h"

/* Never TG_BY_GUESS. Anything that is nothing else is a name. */
enum tg_by tg_guess(struct tg_span text);

#endif
