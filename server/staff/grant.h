/* A grant (災害時などの承認) as a decision sees it: areas and a time, nothing else. server/grants makes it out of a
 * declared event that is live, for one person who is on its roster; what it opens there says the policy.
 */
#ifndef TG_GRANT_H
#define TG_GRANT_H

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

struct tg_grant {
    char id[TG_GRANT_ID_BYTES]; /* of the event */
    char areas[TG_GRANT_AREAS_BYTES]; /* municipality codes, one space between; never empty */
    tg_sec from, until;               /* from <= now < until */
    bool drill;
};

/* "outage" …; NULL out of range. */
const char *tg_event_kind_name(enum tg_event_kind k);
/* TG_EVENT_KINDS when unknown. */
enum tg_event_kind tg_event_kind_find(const char *name);
/* "network", "retail"; "" for none; NULL out of range. */
const char *tg_voice_name(enum tg_voice v);

#endif
