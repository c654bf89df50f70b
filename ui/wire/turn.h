/* Whose turn it is between gate and desk, as a table, the same for both sides. Pure. What the table does not
 * name is out of turn, and then nothing more is believed.
 *
 *   STARTING -ready-> IDLE -sign-in-> ASKED -want-sign-in-> PROVING -signed-> JUDGED -open-> OPEN
 *   ASKED, JUDGED -refused-> IDLE      PROVING -failed-> EXCUSED -refused-> IDLE
 *   OPEN -want-presence-> PRESENT -signed, failed-> OPEN      OPEN, PRESENT -ended, lock-> OVER
 *   OPEN -want-approval-> WEIGHING -approved, declined-> OPEN: the person reads it and types a PIN, or does
 * not; the card is asked whether it is there all the while: WEIGHING -want-presence-> WEIGHING_PRESENT and
 * back
 */
#ifndef TG_TURN_H
#define TG_TURN_H

#include "ui/wire/wire.h"

enum tg_turn {
    TG_TURN_BROKEN,
    TG_TURN_STARTING,
    TG_TURN_IDLE,
    TG_TURN_ASKED,
    TG_TURN_PROVING,
    TG_TURN_JUDGED,
    TG_TURN_EXCUSED,
    TG_TURN_OPEN,
    TG_TURN_PRESENT,
    TG_TURN_WEIGHING,
    TG_TURN_WEIGHING_PRESENT,
    TG_TURN_OVER,
    TG_TURN_COUNT
};

/* Who may say a message at all is tg_wire_says's business. */
enum tg_turn tg_turn_next(enum tg_turn turn, enum tg_wire_type said);

#endif
