#include "client/session/machine.h"

/* Rows are states, columns events; what is missing is TG_S_LOCKED, which is 0. */
static const enum tg_state table[TG_S_COUNT][TG_EV_COUNT] = {
    [TG_S_LOCKED] = {[TG_EV_CARD_IN] = TG_S_CARD},
    [TG_S_CARD] = {[TG_EV_PIN] = TG_S_SIGNING},
    [TG_S_SIGNING] = {[TG_EV_PIN_AGAIN] = TG_S_CARD, [TG_EV_ADMITTED] = TG_S_OPEN},
    [TG_S_OPEN] = {[TG_EV_ADMITTED] = TG_S_LOCKED},
};

enum tg_state tg_machine_next(enum tg_state s, enum tg_event e)
{
    if ((unsigned)s >= TG_S_COUNT || (unsigned)e >= TG_EV_COUNT) {
        return TG_S_LOCKED;
    }
    return table[s][e];
}

bool tg_machine_poisons(enum tg_state from, enum tg_state to)
{
    return (from == TG_S_SIGNING || from == TG_S_OPEN) && to == TG_S_LOCKED;
}
