/* A PIN while it is typed: digits in a tg_secret, and nowhere else. */
#ifndef TG_PIN_H
#define TG_PIN_H

#include "certs/base/secret.h"

/* A digit more. False: it is none, or there are TG_PIN_MAX. pin has room for TG_PIN_MAX. */
bool tg_pin_put(struct tg_secret *pin, char digit);
/* One less; its byte is wiped. */
void tg_pin_rub(struct tg_secret *pin);
/* Long enough to be sent. */
bool tg_pin_whole(const struct tg_secret *pin);

#endif
