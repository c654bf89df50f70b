/* One request on its way through the rooms. A visit starts with nobody admitted and nothing decided; each
 * step fills in its room's answer, and the trail writes down whatever is there when the answer is ready.
 */
#ifndef TG_VISIT_H
#define TG_VISIT_H

#include <pthread.h>

#include "server/audit/entry.h"
#include "server/desk/baton.h"
#include "server/desk/caps.h"
#include "server/desk/desk.h"
#include "server/desk/members.h"
#include "server/desk/noise.h"
#include "server/grants/grants.h"
#include "server/inquiry/bulk.h"
#include "server/inquiry/meter.h"

struct tg_asking; /* asking.h */

struct tg_desk {
    struct tg_desk_conf conf;
    char *issuer;
    uint8_t query_key[32];
    struct tg_buf metadata; /* RFC 8414, made once */
    struct tg_buf keys;     /* JWK set, made once */
    struct tg_noise noise;
    struct tg_caps *caps;
    struct tg_grants *grants; /* folded from the journal: its steps take effect one after the other */
    struct tg_baton baton;
    struct tg_inquiries *inquiries;
    struct tg_bulks *bulks;
    struct tg_meter *meter;
    char *index_path; /* of the journal's index; NULL: none */
    tg_usec began, began_mono; /* what caps go by: the clock of the start, and what has passed since */
    pthread_mutex_t lock;      /* the fields below */
    struct tg_policy *policy;
    int64_t policy_seq; /* its activation; 0: built in */
    struct tg_desk_loop *loops;
    bool announced; /* that this server has begun is on record */
};

#define TG_SPARE_VISITS 64u

/* One loop's part: touched only by that loop's thread. It stays until tg_desk_close, because the end of a
 * session may name it from another thread a moment after its own loop has ended.
 */
struct tg_desk_loop {
    struct tg_desk_loop *next;
    struct tg_desk *desk;
    struct tg_loop *loop;
    struct tg_reader *reader;
    struct tg_reader *drill; /* opened when the first drill asks */
    struct tg_lane *lane;
    struct tg_query_hasher *hasher;
    struct tg_reasons *reasons;
    struct tg_grounds *grounds;
    struct tg_buf entry;    /* where records are written; its memory stays */
    struct tg_buf aside;    /* a part of one: what grants opened, or a step of theirs */
    struct tg_visit *spare; /* ended visits with their memory, at most TG_SPARE_VISITS */
    unsigned n_spare;
    bool busy; /* a request since the last pulse */
    unsigned idle_pulses, pulses;
    struct tg_timer *pulse;
    struct tg_watcher *watchers;
    struct tg_timer *grants_pulse;
    uint64_t grants_version; /* that the watchers have been told, … */
    int64_t grants_policy;   /* … under which policy, … */
    tg_sec grants_due;       /* … and when time alone makes it another one */
    const struct tg_policy *decided; /* the policy of the visit that is being answered; NULL: of none */
};

struct tg_visit {
    struct tg_visit *next; /* spare */
    struct tg_desk *desk;
    struct tg_desk_loop *at;
    struct tg_req *req;
    tg_usec time;               /* when it began; every decision of the visit is one of this moment */
    tg_sec now;                 /* the second of it */
    struct tg_session *session; /* NULL: nobody admitted */
    struct tg_policy *policy;
    enum tg_kind kind;
    struct tg_flat body;
    const char *purpose, *case_ref; /* borrowed from body */
    struct tg_span asked;           /* what was asked for: only its keyed hash is written down */
    const char *asked_by;           /* kind of query */
    struct tg_scope *scope;
    unsigned looks;           /* that it counts as */
    const struct tg_cap *cap; /* the policy's, of a look-up that it stopped */
    tg_sec wait;              /* seconds until one would be let through again */
    struct tg_rows *rows;
    struct tg_sign_in_facts facts; /* sign-in only */
    struct tg_release release;     /* a release only */
    struct tg_grant *grant;        /* that a look-up under an emergency role rests on; NULL: there is none */
    struct tg_step step;   /* of a grant only */
    bool steps;            /* there is one, as far as it was read */
    bool holds_baton;      /* given back at the end */
    tg_baton_run *run;     /* when it has come round */
    const char *detail;    /* for the record; static or borrowed from body */
    struct tg_asking *asking;      /* of an inquiry only */
    const char *claimed;           /* session named by a misused token */
    struct tg_buf answer;          /* a prepared answer (token), wiped */
    enum tg_err verdict;           /* TG_OK: disclosed as in rows */
    const char *member;            /* expected member that was wrong; for TG_E_BAD_MEMBER */
    void (*then)(struct tg_visit *v, struct tg_receipt *receipt);
};

/* The visit of a request whose session was proven (or of one that needs none). NULL: already answered with
 * 503. */
struct tg_visit *tg_visit_begin(struct tg_desk *d, struct tg_req *req, enum tg_kind kind);
void tg_visit_end(struct tg_visit *v);
/* Reads and checks the JSON body. */
enum tg_err tg_visit_body(struct tg_visit *v, const struct tg_members *known) TG_MUST;
/* The same of a look-up: with its purpose and case. */
enum tg_err tg_visit_ask(struct tg_visit *v, const struct tg_members *known) TG_MUST;
/* What the person may see for the purpose of the body, now: the visit's scope. */
enum tg_err tg_visit_decide(struct tg_visit *v) TG_MUST;
/* Where the scope's customers are: of a drill the invented ones, else the real ones; each store refuses the
 * other's scope besides. TG_E_STORE_DOWN: no invented customers are there. TG_E_NOMEM.
 */
enum tg_err tg_visit_reader(struct tg_visit *v, struct tg_reader **ret) TG_MUST;
/* Whom caps count: the person of the session, under its post. */
struct tg_looker tg_visit_looker(const struct tg_visit *v);
/* Seconds by a clock that starts with the real one and is never set. */
tg_sec tg_visit_steady(const struct tg_desk *d);
/* Counts the look-up as so many against the person's cap; before the store is asked. TG_E_VOLUME_CAP. */
enum tg_err tg_visit_count(struct tg_visit *v, unsigned looks) TG_MUST;
/* A reference of a complaint or an application, a number of a person, never free text: what people write
 * about customers has no place in the journal. [A-Za-z0-9._:/#-]; the length is the member table's.
 */
bool tg_visit_reference(const char *s);
/* The visit's case, or NULL when it was not given. TG_E_BAD_MEMBER: it is free text. */
enum tg_err tg_visit_case(struct tg_visit *v, const char *text, const char *member) TG_MUST;
/* Writes the visit down as it stands; then(v, receipt) once that is durable, or an answer of 503 when it
 * cannot be. */
void tg_visit_record(struct tg_visit *v, void (*then)(struct tg_visit *v, struct tg_receipt *receipt));
/* The end of a refused request: written down, then told. */
void tg_visit_refuse(struct tg_visit *v, enum tg_err err);

/* The policy in force, with a reference of the caller's, and the number of its activation unless seq is NULL. */
struct tg_policy *tg_visit_policy(struct tg_desk *d, int64_t *seq) TG_MUST;

/* At the end of a loop: the memory of its visits. */
void tg_visit_forget(struct tg_desk_loop *at);

/* The token that the connection shows; false when it was answered here. The door calls it before every
 * session route. */
bool tg_visit_session(void *app, struct tg_req *req);
/* The session that was proven for this request: moves to the caller, once. NULL: none. */
struct tg_session *tg_visit_take_session(struct tg_req *req);
/* What the connection remembers of its token. */
struct tg_bearer **tg_visit_bearer(struct tg_req *req);

#endif
