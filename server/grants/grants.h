/* The grants: declared events, their rosters and approvals, and what of it is in force for whom. Pure: no I/O,
 * no clock of its own (the time is a parameter), nothing stored: the journal is the store.
 *
 *   tg_grants_check(g, world, &step)     may it be done now? Fills in the id of what is declared or proposed
 *   … the step is written into the journal (tg_step_write), and its receipt awaited …
 *   tg_grants_apply(g, world, &step)     checked once more, and done
 *   tg_grants_of(g, &who, now, …)        on every look-up under an emergency role, and on no other
 *   tg_grants_saw(g, &view)              once the look-up is on record
 *
 * At the start the same steps and views come out of the journal, in its order, with world.past set.
 * Thread-safe. Time never runs backwards in here: every moment that was named counts at least as the latest
 * one before, so a clock that is set back brings no grant back to life.
 */
#ifndef TG_GRANTS_H
#define TG_GRANTS_H

#include "certs/x509/trust.h"
#include "server/grants/event.h"
#include "server/policy/granting.h"
#include "server/staff/staff.h"

struct tg_grants;

enum tg_err tg_grants_new(struct tg_grants **ret) TG_MUST;
void tg_grants_free(struct tg_grants **g);

/* What steps are held against. All borrowed. */
struct tg_grant_world {
    const struct tg_staff_book *book;
    const struct tg_trust *trust;
    const struct tg_policy *policy;
    const char *audience; /* our issuer */
    bool past;            /* the fold: certificates and posts of then (tg_approval_check_then) */
};

/* May the step be done? TG_E_BAD_MEMBER: a member has a wrong value. TG_E_NOT_FOUND: no such event, roster or
 * alarm. TG_E_FORBIDDEN: this role may not do that. TG_E_GRANT_STATE, _ENDED (the state has no such turn),
 * TG_E_GRANT_ROSTER (declares or approves for oneself), TG_E_GRANT_LENGTH, TG_E_GRANT_STANDING,
 * TG_E_GRANT_PLEDGE, TG_E_GRANT_REVIEWER, TG_E_GRANT_FULL, TG_E_CLOCK. Of approvals also TG_E_APPROVAL_USED (the person
 * has approved this text), TG_E_GRANT_VOICE (this side has), TG_E_APPROVAL_PEOPLE (the same company, or the
 * approval is not of who gives it), TG_E_APPROVAL_DUTY (the role does not approve it), and the errors of
 * tg_approval_check.
 */
enum tg_err tg_grants_check(struct tg_grants *g, const struct tg_grant_world *w,
                            struct tg_step *step) TG_MUST;
/* Checks again and does it. The same errors: then nothing was done; TG_E_NOMEM. An approval that proves itself
 * but whose person's post book and policy no longer confirm (past only) leaves an event behind that opens
 * nothing.
 */
enum tg_err tg_grants_apply(struct tg_grants *g, const struct tg_grant_world *w,
                            const struct tg_step *step) TG_MUST;

/* Who asks, under which post. */
struct tg_grantee {
    const char *person, *role, *office, *company;
};
/* All that the person may use now under this role, as one: on the roster, live, acknowledged, no review debt; of
 * who stands on the roster of a live event no drill. It holds from now on, until the first of them ends.
 * TG_E_GRANT_NONE, TG_E_GRANT_UNACKNOWLEDGED, TG_E_GRANT_REVIEW_DEBT: why there is none (*ret is not set).
 * TG_E_GRANT_FULL: no view could be kept. TG_E_CLOCK: the clock was set back.
 */
enum tg_err tg_grants_of(struct tg_grants *g, const struct tg_grantee *who, tg_sec now,
                         struct tg_grant *ret) TG_MUST;
/* The same of one event: TG_OK, or why a look-up under it alone would be refused. For pages. */
enum tg_err tg_grants_why(struct tg_grants *g, const struct tg_grantee *who, const struct tg_event *e,
                          tg_sec now) TG_MUST;
/* Changes with every step and view (not with time). Cheap: no lock. */
uint64_t tg_grants_version(const struct tg_grants *g);

/* A look-up was answered under grants; texts are copied. TG_E_NOT_FOUND (no such event), TG_E_GRANT_FULL,
 * TG_E_NOMEM. */
enum tg_err tg_grants_saw(struct tg_grants *g, const struct tg_view_of *view) TG_MUST;

/* Reading: between hold and release everything below may be asked, and what is borrowed stays. hold returns
 * the moment that counts for now. No other function of this header inside but tg_grants_why and version.
 */
tg_sec tg_grants_hold(struct tg_grants *g, tg_sec now);
void tg_grants_release(struct tg_grants *g);
size_t tg_grants_events(const struct tg_grants *g); /* oldest first */
const struct tg_event *tg_grants_event(const struct tg_grants *g, size_t i);
const struct tg_event *tg_grants_find(const struct tg_grants *g, const char *id); /* NULL */
size_t tg_grants_rosters(const struct tg_grants *g);
const struct tg_roster *tg_grants_roster(const struct tg_grants *g, size_t i);
const struct tg_roster *tg_grants_find_roster(const struct tg_grants *g, const char *id); /* NULL */
size_t tg_grants_alarms(const struct tg_grants *g);
const struct tg_alarm *tg_grants_alarm(const struct tg_grants *g, size_t i);
/* Is the alarm for somebody with this voice who has not seen it? */
bool tg_alarm_for(const struct tg_alarm *a, const char *person, enum tg_voice voice);
/* Views of an event whose number is above `after`, oldest first. */
typedef bool tg_seen_each(void *ctx, const struct tg_seen *s); /* false: enough */
void tg_grants_views(const struct tg_grants *g, const char *event, uint64_t after, tg_seen_each *each,
                     void *ctx);
/* Offices with views of ended events that nobody has reviewed. */
typedef void tg_debt_each(void *ctx, const char *company, const char *office, const struct tg_event *e,
                          size_t views);
void tg_grants_debts(const struct tg_grants *g, tg_sec now, tg_debt_each *each, void *ctx);
/* May this role review what that company's people saw? */
bool tg_grants_reviews(const struct tg_policy *p, const struct tg_doer *reviewer, const char *company);

/* What must read zero. */
struct tg_leftovers {
    size_t late;       /* views outside the time of their event */
    size_t groundless; /* live without approvals, and neither started nor flagged */
    size_t overdue;     /* live behind their end */
    size_t unreviewed;  /* views of ended events */
    size_t unconfirmed; /* in force but for an approval that the fold could not confirm: they open nothing */
};
struct tg_leftovers tg_grants_leftovers(struct tg_grants *g, tg_sec now);

#endif
