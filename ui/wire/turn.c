#include "ui/wire/turn.h"

/* Rows are turns, columns messages; what is missing is TG_TURN_BROKEN, which is 0. */
static const enum tg_turn table[TG_TURN_COUNT][TG_WIRE_TYPES] = {
    [TG_TURN_STARTING] = {[TG_WIRE_READY] = TG_TURN_IDLE},
    [TG_TURN_IDLE] = {[TG_WIRE_SIGN_IN] = TG_TURN_ASKED},
    [TG_TURN_ASKED] = {[TG_WIRE_WANT_SIGN_IN] = TG_TURN_PROVING, [TG_WIRE_REFUSED] = TG_TURN_IDLE},
    [TG_TURN_PROVING] = {[TG_WIRE_SIGNED] = TG_TURN_JUDGED, [TG_WIRE_FAILED] = TG_TURN_EXCUSED},
    [TG_TURN_JUDGED] = {[TG_WIRE_OPEN] = TG_TURN_OPEN, [TG_WIRE_REFUSED] = TG_TURN_IDLE},
    [TG_TURN_EXCUSED] = {[TG_WIRE_REFUSED] = TG_TURN_IDLE},
    [TG_TURN_OPEN] = {[TG_WIRE_CALL] = TG_TURN_OPEN,
                      [TG_WIRE_WANT_PRESENCE] = TG_TURN_PRESENT,
                      [TG_WIRE_WANT_APPROVAL] = TG_TURN_WEIGHING,
                      [TG_WIRE_ENDED] = TG_TURN_OVER,
                      [TG_WIRE_LOCK] = TG_TURN_OVER},
    [TG_TURN_PRESENT] = {[TG_WIRE_CALL] = TG_TURN_PRESENT,
                         [TG_WIRE_SIGNED] = TG_TURN_OPEN,
                         [TG_WIRE_FAILED] = TG_TURN_OPEN,
                         [TG_WIRE_ENDED] = TG_TURN_OVER,
                         [TG_WIRE_LOCK] = TG_TURN_OVER},
    [TG_TURN_WEIGHING] = {[TG_WIRE_CALL] = TG_TURN_WEIGHING,
                          [TG_WIRE_APPROVED] = TG_TURN_OPEN,
                          [TG_WIRE_DECLINED] = TG_TURN_OPEN,
                          [TG_WIRE_WANT_PRESENCE] = TG_TURN_WEIGHING_PRESENT,
                          [TG_WIRE_ENDED] = TG_TURN_OVER,
                          [TG_WIRE_LOCK] = TG_TURN_OVER},
    [TG_TURN_WEIGHING_PRESENT] = {[TG_WIRE_CALL] = TG_TURN_WEIGHING_PRESENT,
                                  [TG_WIRE_SIGNED] = TG_TURN_WEIGHING,
                                  [TG_WIRE_FAILED] = TG_TURN_WEIGHING,
                                  [TG_WIRE_APPROVED] = TG_TURN_PRESENT, /* they have crossed */
                                  [TG_WIRE_DECLINED] = TG_TURN_PRESENT,
                                  [TG_WIRE_ENDED] = TG_TURN_OVER,
                                  [TG_WIRE_LOCK] = TG_TURN_OVER},
};

enum tg_turn tg_turn_next(enum tg_turn turn, enum tg_wire_type said)
{
    if ((unsigned)turn >= TG_TURN_COUNT || (unsigned)said >= TG_WIRE_TYPES)
        return TG_TURN_BROKEN;
    return table[turn][said];
}
