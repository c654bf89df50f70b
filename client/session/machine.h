/* The states of a desk and what may follow what, as a table. Pure: no card, no network, no clock. Whatever
 * the table does not name leads to LOCKED: doubt is a removal.
 */
#ifndef TG_MACHINE_H
#define TG_MACHINE_H

#include <stdbool.h>

enum tg_state {
    TG_S_LOCKED,  /* nothing is held */
    TG_S_CARD,    /* a card is in; whose, is not known */
    TG_S_SIGNING, /* the PIN was given; card and server are being asked */
    TG_S_OPEN,    /* signed in */
    TG_S_COUNT
};

enum tg_event {
    TG_EV_CARD_IN,
    TG_EV_PIN,       /* the person gave a PIN */
    TG_EV_PIN_AGAIN, /* it was wrong, and tries are left */
    TG_EV_ADMITTED,
    TG_EV_REFUSED,   /* by card or server */
    TG_EV_CARD_GONE, /* or any doubt about it */
    TG_EV_ENDED,     /* by the server, or the stream broke */
    TG_EV_LOCK,      /* by the person */
    TG_EV_COUNT
};

enum tg_state tg_machine_next(enum tg_state s, enum tg_event e);
/* Every credential must be poisoned when this step is taken: from a state that holds one to a state that does
 * not. */
bool tg_machine_poisons(enum tg_state from, enum tg_state to);

#endif
