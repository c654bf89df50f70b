/* How many look-ups a person has made under a role, and how many more are left (CAPABILITIES B15).
 *
 *   tg_caps_count       before each look-up: one more, or TG_E_VOLUME_CAP
 *   tg_caps_release     a supervisor gives one more cap's worth for the hour; only to whom it has just
 * stopped tg_caps_recall      at start: what the journal has of the last hour, in its order
 *
 * The count belongs to the person and the role: sessions, cards, connections and posts of one role share it.
 * Time is counted in minutes, so that an entry is small; whatever this rounds, it rounds against the person:
 * a look-up counts until its whole minute has left the stretch, a release lasts until its minute begins to.
 * The caller's clock is one that does not go back; should it, time stands still here until it has caught up.
 *
 * A table that is full refuses (TG_E_BUSY): nobody is forgotten to make room for another. Every function is
 * safe to call from every loop.
 */
#ifndef TG_CAPS_H
#define TG_CAPS_H

#include "certs/base/limits.h"
#include "server/audit/entry.h"
#include "server/policy/policy.h"

struct tg_caps;

enum tg_err tg_caps_new(struct tg_caps **ret) TG_MUST;
void tg_caps_free(struct tg_caps **c);

/* Who looks, or who releases. */
struct tg_looker {
    const char *person, *role;
    const char *company; /* whose rights the post has */
    bool contractor;     /* employed by another company */
};

struct tg_looking {
    tg_sec now;
    unsigned looks; /* that it counts as; at least 1 */
    tg_sec wait;    /* out, with TG_E_VOLUME_CAP: when to try again */
};

/* Counted, or refused and not counted. TG_E_VOLUME_CAP, TG_E_BUSY, TG_E_NOMEM; TG_E_INTERNAL for a cap over
 * more than TG_CAP_SECONDS.
 */
enum tg_err tg_caps_count(struct tg_caps *c, const struct tg_looker *who, const struct tg_cap *cap,
                          struct tg_looking *l) TG_MUST;

struct tg_release {
    const char *person;
    tg_sec now; /* out: the moment that it counts from */
    unsigned n; /* out: the roles that were stopped and may go on */
    char role[TG_ENTRY_LIFTED][TG_POLICY_WORD_BYTES];
};

/* One more cap's worth for each role of the person that this supervisor may release and that is stopped at
 * this moment. TG_E_CAP_RELEASE when there is none: the same for oneself, for people of another company, of a
 * role that is not the supervisor's to release, for staff when the supervisor is a contractor, and for who is
 * not stopped.
 */
enum tg_err tg_caps_release(struct tg_caps *c, const struct tg_policy *p, const struct tg_looker *by,
                            struct tg_release *r) TG_MUST;
/* It could not be written down: undone. */
void tg_caps_take_back(struct tg_caps *c, const struct tg_release *r);

/* What happened at a moment, as the journal says. */
enum tg_recalled { TG_RECALL_LOOKS, TG_RECALL_STOP, TG_RECALL_RELEASE };
struct tg_recall {
    enum tg_recalled what;
    unsigned looks;
    tg_sec at;
};
/* For a release only person and role are looked at. TG_E_BUSY, TG_E_NOMEM. */
enum tg_err tg_caps_recall(struct tg_caps *c, const struct tg_looker *who, const struct tg_recall *r) TG_MUST;

/* Gives back the memory of those who have not looked for an hour. */
void tg_caps_sweep(struct tg_caps *c, tg_sec now);
/* How many are remembered. */
size_t tg_caps_lookers(struct tg_caps *c);

#endif
