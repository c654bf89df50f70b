/* Events, standing rosters, alarms and views as tg_grants keeps them: plain data, to be read while they are
 * held (grants.h), and changed by nobody but the room.
 */
#ifndef TG_EVENT_H
#define TG_EVENT_H

#include "certs/jws/sha256.h"
#include "server/grants/life.h"
#include "server/grants/step.h"

/* Somebody who declared, proposed or approved. */
struct tg_signatory {
    char person[TG_PERSON_BYTES];
    char company[16];
    char role[TG_POLICY_WORD_BYTES];
    char office[TG_NAME_BYTES];
    enum tg_voice voice;
    tg_sec at;
};

/* A text that waits for approvals, or has them. */
struct tg_plea {
    unsigned number; /* 0: there is none */
    tg_sec seconds, end;
    char digest[TG_SHA256_HEX]; /* of the exact bytes (tg_event_text) */
    size_t n;
    struct tg_signatory by[2];
};

/* Somebody on a roster. */
struct tg_listed {
    char person[TG_PERSON_BYTES];
    tg_sec acknowledged; /* 0: not yet */
};

struct tg_list {
    struct tg_listed *p; /* by person */
    size_t n;
};

/* Views of an office that nobody has reviewed. */
struct tg_debt {
    char company[16];
    char office[TG_NAME_BYTES];
    size_t open;
};

struct tg_event {
    char id[TG_GRANT_ID_BYTES];
    enum tg_event_kind kind;
    char cause[TG_EVENT_CAUSE_BYTES];
    char role[TG_POLICY_WORD_BYTES];
    char areas[TG_GRANT_AREAS_BYTES];
    struct tg_signatory declared;
    char standing[TG_GRANT_ID_BYTES]; /* "": none */
    struct tg_list roster;
    struct tg_plea first;     /* number 1 */
    struct tg_plea extension; /* that waits; number 0: none */
    unsigned number;          /* of the text in force, and … */
    char digest[TG_SHA256_HEX]; /* … its digest; of the first text until there is another one */
    enum tg_event_state state;  /* as the steps left it: ask tg_event_state */
    enum tg_ended_by ended_by;
    enum tg_event_mode mode;
    bool unconfirmed; /* at the fold an approval could not be confirmed: it opens nothing */
    bool break_glass, one_approver;
    char reason[TG_POLICY_WORD_BYTES]; /* of a start */
    tg_sec from, until;                /* 0: it was never live */
    tg_sec ended;                      /* closed or withdrawn at; 0: not */
    uint64_t began_as, ended_as;       /* by which step of all, for what falls into one second; 0: by none */
    size_t views, open;                /* seen under it; not reviewed yet (of a drill: none is open) */
    size_t late;                       /* views outside its time: must stay 0 */
    struct tg_debt *debt;              /* what open is made of */
    size_t n_debt;
};

struct tg_roster {
    char id[TG_GRANT_ID_BYTES];
    char name[TG_EVENT_CAUSE_BYTES];
    char role[TG_POLICY_WORD_BYTES];
    char areas[TG_GRANT_AREAS_BYTES]; /* the largest that an event on it may have */
    struct tg_signatory proposed;
    struct tg_plea plea; /* seconds: the longest; end: valid until */
    struct tg_list people;
    bool unconfirmed;
};
enum tg_roster_state { TG_ROSTER_PROPOSED, TG_ROSTER_HALF, TG_ROSTER_VALID, TG_ROSTER_ENDED, TG_ROSTER_STATES };
const char *tg_roster_state_name(enum tg_roster_state s); /* "proposed" … */

/* That an event was started without approvers: for everybody who has one of the voices that were skipped. */
struct tg_alarm {
    char id[TG_GRANT_ID_BYTES]; /* AL-…, with the numbers of the event */
    char event[TG_GRANT_ID_BYTES];
    enum tg_event_mode mode; /* one or none */
    tg_sec at;
    bool skipped[TG_VOICES];
    char (*seen)[TG_PERSON_BYTES]; /* by whom */
    size_t n_seen;
};

/* One look-up under grants, as it was answered. */
struct tg_view_of {
    uint64_t seq; /* of its record in the journal */
    tg_sec at;
    const char *person, *office, *company;
    const char *kind; /* "search" or "show" */
    unsigned rows;
    const char *ids; /* space between */
    const char *events; /* ids of the grants, space between */
};
struct tg_seen {
    struct tg_view_of view; /* texts belong to the room */
    enum tg_verdict_of_view verdict;
    char by[TG_PERSON_BYTES]; /* who reviewed it */
};

/* The state at a moment, the clock's turns included. */
enum tg_event_state tg_event_state(const struct tg_event *e, tg_sec now);
enum tg_ended_by tg_event_ended_by(const struct tg_event *e, tg_sec now);
/* When it ended, by whichever turn; 0: not yet. */
tg_sec tg_event_ended(const struct tg_event *e, tg_sec now);
enum tg_roster_state tg_roster_state(const struct tg_roster *r, tg_sec now);
/* What still waits for that voice: the plea, or NULL. */
const struct tg_plea *tg_event_waits(const struct tg_event *e, enum tg_voice voice, tg_sec now);
bool tg_roster_waits(const struct tg_roster *r, enum tg_voice voice, tg_sec now);
/* Appends the exact bytes that are approved: of the first text, or of a later one. TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_event_text(const struct tg_event *e, const struct tg_plea *p, struct tg_buf *out) TG_MUST;
enum tg_err tg_roster_text(const struct tg_roster *r, struct tg_buf *out) TG_MUST;
/* NULL: not on it. The list is in the order of the persons. */
const struct tg_listed *tg_list_find(const struct tg_list *l, const char *person);

#endif
