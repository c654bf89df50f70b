#include "server/grants/life.h"

static const struct tg_move moves[] = {
    {TG_EVENT_NEW, TG_TURN_DECLARE, TG_EVENT_DECLARED},

    {TG_EVENT_DECLARED, TG_TURN_FIRST, TG_EVENT_HALF},
    {TG_EVENT_DECLARED, TG_TURN_START_NONE, TG_EVENT_LIVE},
    {TG_EVENT_DECLARED, TG_TURN_WITHDRAW, TG_EVENT_ENDED},
    {TG_EVENT_DECLARED, TG_TURN_LAPSE, TG_EVENT_ENDED},

    {TG_EVENT_HALF, TG_TURN_SECOND, TG_EVENT_LIVE},
    {TG_EVENT_HALF, TG_TURN_START_ONE, TG_EVENT_LIVE},
    {TG_EVENT_HALF, TG_TURN_WITHDRAW, TG_EVENT_ENDED},
    {TG_EVENT_HALF, TG_TURN_LAPSE, TG_EVENT_ENDED},

    /* Approvals that come after a start, and those of an extension. */
    {TG_EVENT_LIVE, TG_TURN_FIRST, TG_EVENT_LIVE},
    {TG_EVENT_LIVE, TG_TURN_SECOND, TG_EVENT_LIVE},
    {TG_EVENT_LIVE, TG_TURN_EXTEND, TG_EVENT_LIVE},
    {TG_EVENT_LIVE, TG_TURN_ACKNOWLEDGE, TG_EVENT_LIVE},
    {TG_EVENT_LIVE, TG_TURN_REVIEW, TG_EVENT_LIVE},
    {TG_EVENT_LIVE, TG_TURN_CLOSE, TG_EVENT_ENDED},
    {TG_EVENT_LIVE, TG_TURN_EXPIRE, TG_EVENT_ENDED},

    {TG_EVENT_ENDED, TG_TURN_REVIEW, TG_EVENT_ENDED},
};

const struct tg_move *tg_life_table(size_t *n)
{
    *n = sizeof moves / sizeof moves[0];
    return moves;
}

bool tg_life_move(enum tg_event_state from, enum tg_turn turn, enum tg_event_state *to)
{
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        if (moves[i].from == from && moves[i].turn == turn) {
            *to = moves[i].to;
            return true;
        }
    }
    return false;
}

const char *tg_event_state_name(enum tg_event_state s)
{
    static const char *const names[TG_EVENT_STATES] = {NULL, "declared", "half", "live", "ended"};
    return s < TG_EVENT_STATES ? names[s] : NULL;
}

const char *tg_turn_name(enum tg_turn t)
{
    static const char *const names[TG_TURNS] = {"declare", "first",       "second", "start-one",
                                                "start-none", "extend",   "acknowledge", "close",
                                                "withdraw",   "expire",   "lapse",  "review"};
    return t < TG_TURNS ? names[t] : NULL;
}

const char *tg_event_mode_name(enum tg_event_mode m)
{
    static const char *const names[TG_MODES] = {NULL, "full", "one", "none"};
    return m < TG_MODES ? names[m] : NULL;
}

const char *tg_ended_by_name(enum tg_ended_by e)
{
    static const char *const names[TG_ENDED_COUNT] = {NULL, "time", "closed", "withdrawn", "lapsed"};
    return e < TG_ENDED_COUNT ? names[e] : NULL;
}
