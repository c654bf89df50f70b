/* How a server lives by the acts of administration: it reads the ledger, checks for itself what it has not
 * taken yet, writes each line into the journal, and only then does what it says. The journal remembers the
 * last line taken, so a ledger that was cut, changed or put in another order is noticed at the next start.
 */
#ifndef TG_APP_ACTS_H
#define TG_APP_ACTS_H

#include "server/acts/acts.h"
#include "server/scribe.h"
#include "server/settings.h"

#define TG_STORED_LISTS 4u

struct tg_app_acts {
    struct tg_acts_conf conf;
    bool orders; /* required */
    struct tg_audit *audit;
    struct tg_scribe *scribe;
    int64_t line; /* the last one taken; 0: none */
    char hash[TG_SHA256_HEX];
    bool begun;      /* the journal has records of an earlier run */
    tg_sec recorded; /* time of its last record when this run began */
    bool running;    /* acts have been taken in this run */
    uint64_t announced;
    /* What the lists in the staff folder must be, as far as acts say: "staff" … */
    struct {
        char what[16];
        char digest[TG_SHA256_HEX]; /* "": no act has touched it */
    } stored[TG_STORED_LISTS];
    char policy[TG_SHA256_HEX];  /* in force */
    char anchors[TG_SHA256_HEX]; /* of the card authorities' file, as last put on record; "": never */
    int64_t number;
};

/* Looks up in the journal what was taken before. The audit must be open. TG_E_AUDIT_BROKEN, TG_E_NOMEM. */
enum tg_err tg_app_acts_open(struct tg_app_acts *a, const struct tg_settings *s, struct tg_audit *audit,
                             char *why, size_t size) TG_MUST;
void tg_app_acts_close(struct tg_app_acts *a);

struct tg_taking;
/* Reads and checks everything against book and trust of `people`, changes nothing. On success *ret is to be
 * taken or freed. A sentence in why: TG_E_POLICY and TG_E_FORM (the ledger or a text was changed or cut),
 * errors of tg_act_check.
 */
enum tg_err tg_taking_read(const struct tg_app_acts *a, const struct tg_act_world *people,
                           struct tg_taking **ret, char *why, size_t size) TG_MUST;
/* Nothing new but what was refused: to be put on record, and nothing changes. */
bool tg_taking_is_idle(const struct tg_taking *t);
/* The policy that will be in force, a new reference, and its activation. */
struct tg_policy *tg_taking_policy(const struct tg_taking *t, int64_t *number);
/* What the list must be once this is taken: NULL when no act has touched it. */
const char *tg_taking_stored(const struct tg_taking *t, const char *what);
/* Writes every new line into the journal, durably; then they count as taken. */
enum tg_err tg_taking_commit(struct tg_app_acts *a, struct tg_taking *t) TG_MUST;
void tg_taking_free(struct tg_taking **t);

/* Are the lists of the folder what acts left there? Only with orders required. why names the one that is not.
 * TG_E_ORDER_MISSING. stored: tg_taking_stored, or NULL for what was taken already.
 */
enum tg_err tg_app_acts_lists(const struct tg_app_acts *a, const char *folder, const struct tg_taking *t,
                              char *why, size_t size) TG_MUST;
/* Whose cards are believed decides who can sign anything, and no act of administration is needed to change
 * it: so a change is on record before it takes effect. The errors of tg_sha256_file and tg_scribe_write.
 */
enum tg_err tg_app_acts_anchors(struct tg_app_acts *a, const char *card_trust) TG_MUST;
/* That something was not taken, and why, is on record too. */
void tg_app_acts_refused(struct tg_app_acts *a, enum tg_err e, const char *why);
/* Where we stand, into the journal: at the start, and again before so many records have passed that the next
 * start would have to look far for it.
 */
enum tg_err tg_app_acts_announce(struct tg_app_acts *a) TG_MUST;
/* A few times a second: says it again when it is time, and puts on record who read the journal. */
void tg_app_acts_look(struct tg_app_acts *a);

#endif
