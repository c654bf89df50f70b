/* Which of the two languages people read here: the catalogue's, so that sentences which bring both along
 * (errors, what the server says) go with the rest of the window. */
#ifndef TG_TONGUE_H
#define TG_TONGUE_H

#include <stdbool.h>

#include "certs/base/err.h"

bool tg_tongue_english(void);
/* The sentence of an error. Static. */
const char *tg_tongue_err(enum tg_err e);

#endif
