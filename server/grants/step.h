/* One step in the life of an event, a standing roster or an alarm: what somebody did, as the journal keeps it
 * (the member act of an entry of kind grant) and as the fold at the start reads it again.
 *
 *   {"v":1,"step":"declare","at":…,"by":{"person":…,"company":…,"employer":…,"role":…,"office":…},
 *    "id":"EV-20261120-001", …what the step is about}
 *
 * Lists are texts with one space between. All texts are borrowed; NULL or 0: not part of the step.
 */
#ifndef TG_STEP_H
#define TG_STEP_H

#include "certs/base/json.h"
#include "server/staff/grant.h"

enum tg_step_what {
    TG_STEP_DECLARE,        /* kind cause role areas seconds end, and people or standing; id is given out */
    TG_STEP_APPROVE,        /* id number approval */
    TG_STEP_START,          /* id reason; told what was skipped */
    TG_STEP_EXTEND,         /* id seconds end */
    TG_STEP_CLOSE,          /* id */
    TG_STEP_ACKNOWLEDGE,    /* id pledge */
    TG_STEP_REVIEW,         /* id views verdict */
    TG_STEP_PROPOSE,        /* a roster: cause (its name) role areas seconds end people; id is given out */
    TG_STEP_ROSTER_APPROVE, /* id approval */
    TG_STEP_ALARM,          /* id: the alarm was seen */
    TG_STEPS
};
/* "declare" …; NULL out of range. */
const char *tg_step_name(enum tg_step_what w);

/* Who does it, as admitted (tg_staff): post and company of that moment. */
struct tg_doer {
    const char *person;
    const char *company;  /* whose rights the post has */
    const char *employer; /* who employs the person */
    const char *role, *office;
};

enum tg_verdict_of_view { TG_VIEW_OPEN, TG_VIEW_EXPLAINED, TG_VIEW_QUESTIONED, TG_VIEW_VERDICTS };
/* "open" …; NULL out of range. */
const char *tg_view_verdict_name(enum tg_verdict_of_view v);

struct tg_step {
    enum tg_step_what what;
    tg_sec at; /* when it was done: what the clock of the event goes by */
    struct tg_doer by;
    char id[TG_GRANT_ID_BYTES]; /* EV-, RO- or AL-YYYYMMDD-NNN */
    enum tg_event_kind kind;
    const char *cause, *role, *areas, *people, *standing;
    tg_sec seconds, end;
    unsigned number;      /* of the text that is approved: 1, of an extension more */
    const char *approval; /* JWS */
    const char *reason, *pledge;
    const char *views; /* numbers of journal records */
    enum tg_verdict_of_view verdict;
};

/* The step as a JSON object, for the entry's act; appended. TG_E_LIMIT, TG_E_NOMEM, TG_E_INTERNAL. */
enum tg_err tg_step_write(const struct tg_step *s, struct tg_buf *out) TG_MUST;
/* Back again; the step borrows from obj. TG_E_BAD_MEMBER: unknown, missing, wrong or beyond its bounds. */
enum tg_err tg_step_read(const json_t *obj, struct tg_step *ret) TG_MUST;

/* Of a drill, and of nothing else. */
#define TG_REASON_DRILL "drill"
/* Why both approvers could not be asked. NULL behind the last. */
const char *tg_start_reason_at(size_t i);
struct tg_start_reason {
    const char *ja, *en;
};
/* Texts for a code; false: no such code. */
bool tg_start_reason(const char *code, struct tg_start_reason *ret);

#endif
