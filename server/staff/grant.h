/* A grant (災害時などの承認) as a decision sees it: areas and a time, nothing else. server/grants makes it out of the
 * declared events that are live, for one person who is on their rosters; what it opens there says the policy.
 */
#ifndef TG_GRANT_H
#define TG_GRANT_H

#include <stdbool.h>

#include "certs/base/clock.h"
#include "certs/base/limits.h"

/* What an event is about. A drill runs the same flow over invented customers only. */
enum tg_event_kind {
    TG_EVENT_OUTAGE,
    TG_EVENT_FAULT,
    TG_EVENT_TRANSITION,
    TG_EVENT_DRILL,
    TG_EVENT_KINDS
};

/* For which side an approver speaks. */
enum tg_voice { TG_VOICE_NONE, TG_VOICE_NETWORK, TG_VOICE_RETAIL, TG_VOICES };

/* What all events together open for the person: large, so never on the path of other roles. */
struct tg_grant {
    size_t n;
    char id[TG_GRANTS_HELD][TG_GRANT_ID_BYTES]; /* of the events */
    char areas[TG_SCOPE_AREAS_BYTES]; /* of all of them: municipality codes in order, one space between; never
                                         empty */
    tg_sec from, until;               /* from <= now < until: then another one is to be made */
    bool drill;                       /* invented customers only */
};

/* "outage" …; NULL out of range. */
const char *tg_event_kind_name(enum tg_event_kind k);
/* TG_EVENT_KINDS when unknown. */
enum tg_event_kind tg_event_kind_find(const char *name);
/* Municipality codes of 5 digits, each once, one space between: true also for "". */
bool tg_areas_ok(const char *areas);
/* Adds the codes of more to those in the array (size TG_SCOPE_AREAS_BYTES), in order, each once.
 * TG_E_BAD_MEMBER: no such list; TG_E_LIMIT: *areas is as it was. */
enum tg_err tg_areas_add(char areas[TG_SCOPE_AREAS_BYTES], const char *more) TG_MUST;
/* The same list, and its codes ascend: as tg_areas_add leaves it. In one pass. */
bool tg_areas_sorted(const char *areas);
/* Is each code of part in whole? */
bool tg_areas_within(const char *part, const char *whole);

/* "network", "retail"; "" for none; NULL out of range. */
const char *tg_voice_name(enum tg_voice v);

#endif
