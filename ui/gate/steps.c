#include "ui/gate/steps.h"

#include <stdbool.h>

/* Rows are states, columns events; what is missing is TG_GATE_EMPTY, which is 0. */
static const enum tg_gate_state table[TG_GATE_STATES][TG_GATE_EVENTS] = {
    [TG_GATE_EMPTY] = {[TG_GATE_CARD_IN] = TG_GATE_PIN, [TG_GATE_CARD_UNFIT] = TG_GATE_UNFIT},
    [TG_GATE_UNFIT] = {[TG_GATE_LOST] = TG_GATE_UNFIT}, /* Enter: back to EMPTY, and looked at once more */
    [TG_GATE_PIN] = {[TG_GATE_PIN_TYPED] = TG_GATE_SIGNING, [TG_GATE_LOST] = TG_GATE_PIN},
    [TG_GATE_SIGNING] = {[TG_GATE_AGAIN] = TG_GATE_PIN,
                         [TG_GATE_POSTS] = TG_GATE_CHOOSE,
                         [TG_GATE_OPENED] = TG_GATE_OPEN,
                         [TG_GATE_DENIED] = TG_GATE_REFUSED,
                         [TG_GATE_BACK] = TG_GATE_PIN,
                         [TG_GATE_LATE] = TG_GATE_REFUSED,
                         [TG_GATE_LOST] = TG_GATE_REFUSED},
    [TG_GATE_CHOOSE] = {[TG_GATE_CHOSEN] = TG_GATE_SIGNING,
                        [TG_GATE_BACK] = TG_GATE_PIN,
                        [TG_GATE_LATE] = TG_GATE_PIN,
                        [TG_GATE_LOST] = TG_GATE_PIN},
    [TG_GATE_OPEN] =
        {[TG_GATE_ENDED] = TG_GATE_REFUSED, [TG_GATE_LOCK] = TG_GATE_PIN, [TG_GATE_LOST] = TG_GATE_REFUSED},
    [TG_GATE_REFUSED] = {[TG_GATE_BACK] = TG_GATE_PIN, [TG_GATE_LOST] = TG_GATE_REFUSED},
};

enum tg_gate_state tg_gate_next(enum tg_gate_state s, enum tg_gate_event e)
{
    if ((unsigned)s >= TG_GATE_STATES || (unsigned)e >= TG_GATE_EVENTS)
        return TG_GATE_EMPTY;
    return table[s][e];
}

/* A desk that has seen a person, or was asked and has not answered, is not used again. */
static bool kills(enum tg_gate_state from, enum tg_gate_event e)
{
    enum tg_gate_state to = tg_gate_next(from, e);
    bool answered = e == TG_GATE_AGAIN || e == TG_GATE_POSTS || e == TG_GATE_DENIED;

    return e == TG_GATE_LOST || e == TG_GATE_CARD_GONE || (from == TG_GATE_OPEN && to != TG_GATE_OPEN) ||
           (from == TG_GATE_SIGNING && to != TG_GATE_OPEN && !answered);
}

unsigned tg_gate_effects(enum tg_gate_state from, enum tg_gate_event e)
{
    enum tg_gate_state to = tg_gate_next(from, e);

    return (to != TG_GATE_SIGNING ? TG_GATE_WIPES : 0u) |
           (to != TG_GATE_SIGNING && to != TG_GATE_CHOOSE ? TG_GATE_RESETS : 0u) |
           (kills(from, e) ? TG_GATE_KILLS : 0u) | (to == TG_GATE_EMPTY ? TG_GATE_DROPS : 0u);
}
