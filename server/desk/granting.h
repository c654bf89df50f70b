/* Events, standing rosters and alarms as JSON, and which of them somebody may read. What the pages show, and
 * what the event stream says of a session's own grants. Never a customer's data.
 */
#ifndef TG_DESK_GRANTING_H
#define TG_DESK_GRANTING_H

#include "certs/base/json.h"
#include "server/desk/visit.h"

/* Who reads, under which policy, with whose names. All borrowed. */
struct tg_onlooker {
    struct tg_grants *grants;
    const struct tg_policy *policy;
    const struct tg_staff_book *book;
    const struct tg_staff *staff;
    tg_sec now; /* as tg_grants_hold gave it */
};

struct tg_grantee tg_grantee_of(const struct tg_staff *s);
struct tg_doer tg_doer_of(const struct tg_staff *s);

/* As values, between hold and release. */
void tg_put_event(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_event *e);
void tg_put_roster(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_roster *r);
void tg_put_alarm(struct tg_jout *j, const struct tg_alarm *a);
/* Event, roster, or {} of an alarm, or how many views are still open: what the step of that id came to.
 * TG_E_NOT_FOUND, TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_granting_outcome(const struct tg_onlooker *o, const struct tg_step *step, struct tg_buf *out) TG_MUST;
/* The whole of GET /v1/grants. */
enum tg_err tg_granting_list(const struct tg_onlooker *o, struct tg_buf *out) TG_MUST;
/* {"grants":[…]} of the staff's own, live at o->now. *due: when time alone changes it, at the latest. Takes
 * hold and release by itself.
 */
enum tg_err tg_granting_own(struct tg_onlooker *o, struct tg_buf *out, tg_sec *due) TG_MUST;

#endif
