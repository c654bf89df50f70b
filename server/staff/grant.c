#include "server/staff/grant.h"

#include <string.h>

static const char *const kinds[TG_EVENT_KINDS] = {"outage", "fault", "transition", "drill"};
static const char *const voices[TG_VOICES] = {"", "network", "retail"};

const char *tg_event_kind_name(enum tg_event_kind k)
{
    return k < TG_EVENT_KINDS ? kinds[k] : NULL;
}

enum tg_event_kind tg_event_kind_find(const char *name)
{
    unsigned i = 0;

    while (name != NULL && i < TG_EVENT_KINDS && strcmp(kinds[i], name) != 0) {
        i++;
    }
    return name != NULL ? (enum tg_event_kind)i : TG_EVENT_KINDS;
}

const char *tg_voice_name(enum tg_voice v)
{
    return v < TG_VOICES ? voices[v] : NULL;
}
