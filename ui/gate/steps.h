/* What the lock window shows and what may follow what, as a table. Pure: no card, no desk, no window. What
 * the table does not name leads to TG_GATE_EMPTY, where nothing is held: doubt is a removal.
 */
#ifndef TG_STEPS_H
#define TG_STEPS_H

enum tg_gate_state {
    TG_GATE_EMPTY, /* insert your card */
    TG_GATE_UNFIT, /* a card is in that is none of ours, or cannot be used: told before a PIN is asked for */
    TG_GATE_PIN,   /* a card is in; its PIN is asked for */
    TG_GATE_SIGNING, /* card and server are being asked */
    TG_GATE_CHOOSE,  /* several posts: which one? */
    TG_GATE_OPEN,    /* the desk's window is before this one */
    TG_GATE_REFUSED, /* a sentence: why not, and what to do now */
    TG_GATE_STATES
};

enum tg_gate_event {
    TG_GATE_CARD_IN,
    TG_GATE_CARD_UNFIT, /* it has no PIV application, no certificate, no try left … */
    TG_GATE_CARD_GONE,  /* or any doubt about it */
    TG_GATE_PIN_TYPED,
    TG_GATE_AGAIN,  /* the PIN was wrong, and tries are left */
    TG_GATE_POSTS,  /* the person holds several */
    TG_GATE_CHOSEN, /* one of them */
    TG_GATE_OPENED,
    TG_GATE_DENIED,
    TG_GATE_ENDED, /* an open session, by itself */
    TG_GATE_LOCK,  /* an open session, by the person */
    TG_GATE_BACK,  /* the person has read the sentence, or chooses nothing */
    TG_GATE_LATE,  /* nobody answered, nobody chose */
    TG_GATE_LOST,  /* the desk's process is gone, or did not keep to its turn */
    TG_GATE_EVENTS
};

enum tg_gate_effect {
    TG_GATE_WIPES = 1, /* the PIN */
    TG_GATE_KILLS = 2, /* the desk: what it has shown goes with its memory */
    TG_GATE_DROPS = 4, /* the card: it must be seen anew */
    TG_GATE_RESETS = 8 /* the card: it forgets that it has taken the PIN */
};

enum tg_gate_state tg_gate_next(enum tg_gate_state s, enum tg_gate_event e);
/* The enum tg_gate_effect of a step, or-ed. */
unsigned tg_gate_effects(enum tg_gate_state from, enum tg_gate_event e);

#endif
