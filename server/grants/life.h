/* The life of an event, as a table: states, turns, and where each turn leads. The table is the only place that
 * says it; tests print it and hold it against the model (tests/model).
 *
 *   declared ──first──► half ──second──► live ──expire, close──► ended
 *       └──────────start-none, start-one──────►
 */
#ifndef TG_LIFE_H
#define TG_LIFE_H

#include <stdbool.h>
#include <stddef.h>

enum tg_event_state {
    TG_EVENT_NEW, /* not declared: before the first turn */
    TG_EVENT_DECLARED,
    TG_EVENT_HALF, /* one approval of two */
    TG_EVENT_LIVE, /* the only state in which anything is opened */
    TG_EVENT_ENDED,
    TG_EVENT_STATES
};

enum tg_turn {
    TG_TURN_DECLARE,
    TG_TURN_FIRST,      /* an approval, the first of two */
    TG_TURN_SECOND,     /* an approval of the other company: the clock starts */
    TG_TURN_START_ONE,  /* on a standing roster, with one approval */
    TG_TURN_START_NONE, /* break-glass: with none */
    TG_TURN_EXTEND,     /* a new text waits for two approvals; the old end holds */
    TG_TURN_ACKNOWLEDGE,
    TG_TURN_CLOSE,
    TG_TURN_WITHDRAW, /* closed before it was live */
    TG_TURN_EXPIRE,   /* by the clock: until has come */
    TG_TURN_LAPSE,    /* by the clock: the end came before the approvals */
    TG_TURN_REVIEW,
    TG_TURNS
};

struct tg_move {
    enum tg_event_state from;
    enum tg_turn turn;
    enum tg_event_state to;
};

/* How it was opened; none before it is live. */
enum tg_event_mode { TG_MODE_NOT_YET, TG_MODE_FULL, TG_MODE_ONE, TG_MODE_NONE, TG_MODES };
enum tg_ended_by {
    TG_ENDED_NOT,
    TG_ENDED_TIME,
    TG_ENDED_CLOSED,
    TG_ENDED_WITHDRAWN,
    TG_ENDED_LAPSED,
    TG_ENDED_COUNT
};

/* The table, in the order of the states; n in *n. */
const struct tg_move *tg_life_table(size_t *n);
/* False: there is no such turn in this state. */
bool tg_life_move(enum tg_event_state from, enum tg_turn turn, enum tg_event_state *to);

/* "declared", "first", "full", "time" …; NULL out of range and for new, not-yet and not-ended. */
const char *tg_event_state_name(enum tg_event_state s);
const char *tg_turn_name(enum tg_turn t);
const char *tg_event_mode_name(enum tg_event_mode m);
const char *tg_ended_by_name(enum tg_ended_by e);

#endif
