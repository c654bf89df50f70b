/* The desk: one file per endpoint, each read aloud as door -> admit -> policy -> records -> audit -> reply.
 *
 * tg_desk holds what the endpoints share; tg_desk_loop is one loop's part of it. The program opens the rooms,
 * hands them in, and gives tg_desk_routes() and the hooks to the door.
 */
#ifndef TG_DESK_H
#define TG_DESK_H

#include "server/admit/admit.h"
#include "server/audit/audit.h"
#include "server/door/door.h"
#include "server/policy/policy.h"
#include "server/records/store.h"

struct tg_desk;

struct tg_desk_conf {
    struct tg_admit *admit; /* all borrowed */
    struct tg_store *store;
    struct tg_store *drill; /* invented customers, which only drills read; NULL: there are none */
    struct tg_audit *audit;
    const char *issuer;
    const uint8_t *query_key; /* 32 bytes: keys the hash of what was asked */
};

enum tg_err tg_desk_open(const struct tg_desk_conf *conf, struct tg_desk **ret) TG_MUST;
void tg_desk_close(struct tg_desk **d);
/* Before anybody is served, and after people, anchors and policy were set: how much each person has looked up in
 * the last hour, and every grant, read from the journal, so that no restart forgets a cap, an end, or a review
 * that is owed. TG_E_AUDIT_BROKEN and others with why: then nobody must be served. loud (may be NULL) is told
 * of each step that is not accepted; it opens nothing.
 */
struct tg_desk_past {
    const char *audit_folder;
    void (*loud)(void *ctx, const char *what);
    void *ctx;
};
enum tg_err tg_desk_recount(struct tg_desk *d, const struct tg_desk_past *past, char *why,
                            size_t size) TG_MUST;
/* Taken over (moves); requests in flight keep the policy that they began with. seq is the number of its
 * activation, 0 for the built-in one. */
void tg_desk_set_policy(struct tg_desk *d, struct tg_policy *policy, int64_t seq);
/* For tg_admit_conf: what is written of the person into every record of a session. */
enum tg_err tg_desk_note(const struct tg_staff *s, struct tg_buf *out) TG_MUST;
/* Fills routes, app and hooks of a door's settings. */
void tg_desk_serve(struct tg_desk *d, struct tg_door_conf *conf);

#endif
