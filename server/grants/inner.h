/* The grants in memory; internal to the room. One lock over all of it; steps are rare, and of the look-ups only
 * those under an emergency role come here.
 */
#ifndef TG_GRANTS_INNER_H
#define TG_GRANTS_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/grants/grants.h"

/* Numbers of one prefix that were given out on one day. */
struct tg_counter {
    tg_day day;
    unsigned last;
};

/* Somebody on the roster of an event that was open when the index was made. */
struct tg_named {
    const struct tg_listed *who; /* the event's */
    struct tg_event *event;
};

struct tg_grants {
    pthread_rwlock_t lock;
    _Atomic tg_sec latest; /* moment that was named */
    atomic_uint_fast64_t version;
    uint64_t n_steps; /* that were done: their order, within one second too */
    struct tg_event **event; /* by declaration */
    size_t n_events, cap_events;
    struct tg_named *named; /* by person, then by event: what a look-up asks, however many events there are */
    size_t n_named;
    struct tg_event **owing; /* with views that nobody has reviewed; as much room as for events */
    size_t n_owing, cap_owing;
    struct tg_roster **roster;
    size_t n_rosters, cap_rosters;
    struct tg_alarm **alarm;
    size_t n_alarms, cap_alarms;
    struct tg_seen **view; /* by number */
    size_t n_views, cap_views;
    struct tg_counter events_given, rosters_given;
};

/* What a step comes to, found while it was judged: nothing has been changed yet. */
struct tg_ruling {
    tg_sec now;
    struct tg_event *event;
    struct tg_roster *roster;
    struct tg_alarm *alarm;
    struct tg_plea *plea; /* that is approved */
    enum tg_turn turn;
    enum tg_voice voice;
    bool unconfirmed; /* the past: the approval proves itself, but not that this person could give it */
};

/* now, or the latest moment if that is later; it is the latest from now on. */
tg_sec tg_grants_moment(struct tg_grants *g, tg_sec now);

/* Under the lock: may it be done? Errors as of tg_grants_check. */
enum tg_err tg_step_judge(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                          struct tg_ruling *r) TG_MUST;
enum tg_err tg_step_judge_declare(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                                  struct tg_ruling *r) TG_MUST;
enum tg_err tg_step_judge_propose(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                                  struct tg_ruling *r) TG_MUST;
enum tg_err tg_step_judge_approve(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                                  struct tg_ruling *r) TG_MUST;
enum tg_err tg_step_judge_roster(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                                 struct tg_ruling *r) TG_MUST;
enum tg_err tg_step_judge_review(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                                 struct tg_ruling *r) TG_MUST;
/* Under the lock: done. TG_E_NOMEM, and nothing has changed. */
enum tg_err tg_step_do(struct tg_grants *g, const struct tg_step *s, const struct tg_ruling *r) TG_MUST;
enum tg_err tg_step_do_review(struct tg_grants *g, const struct tg_step *s, const struct tg_ruling *r) TG_MUST;

/* Whose post stands for a company of its own kind: employed there, no contractor. Of the past it is the post of
 * that day. */
bool tg_doer_stands(const struct tg_grant_world *w, const struct tg_doer *by, enum tg_voice side);
struct tg_event *tg_grants_event_of(const struct tg_grants *g, const char *id);
struct tg_roster *tg_grants_roster_of(const struct tg_grants *g, const char *id);

/* A list of persons, sorted. TG_E_BAD_MEMBER: empty, too long, twice the same; TG_E_NOMEM. */
enum tg_err tg_list_read(const char *people, struct tg_list *ret) TG_MUST;
enum tg_err tg_list_dup(const struct tg_list *l, struct tg_list *ret) TG_MUST;
void tg_list_done(struct tg_list *l);
void tg_event_free(struct tg_event **e);
void tg_roster_free(struct tg_roster **r);
void tg_alarm_free(struct tg_alarm **a);
void tg_seen_free(struct tg_seen **s);
/* Room for one more pointer. TG_E_GRANT_FULL at max, TG_E_NOMEM. */
enum tg_err tg_grants_room(void **array, size_t *cap, size_t n, size_t max) TG_MUST;
/* One more event, which moves in: the oldest that is over and owes nothing may be forgotten for it.
 * TG_E_GRANT_FULL, TG_E_NOMEM: the event stays the caller's. */
enum tg_err tg_grants_add(struct tg_grants *g, struct tg_event *e, tg_sec now) TG_MUST;
/* The first of the person's places in named; n_named when there is none. */
size_t tg_grants_place(const struct tg_grants *g, const char *person);
/* Without the lock: forgets views that are reviewed and of events that are over; false: none was. */
bool tg_grants_forget(struct tg_grants *g, tg_sec now);
/* "EV-20261120-001": its day and number. */
bool tg_grant_id_ok(const char *id, const char *prefix);

#endif
