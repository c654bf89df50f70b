/* Events with real approvals: an authority, people of three companies with a card each, the shipped policy, and the
 * grants. Time is a number that tests move.
 */
#ifndef TG_TEST_GRANTS_RIG_H
#define TG_TEST_GRANTS_RIG_H

#include <stdio.h>
#include <stdlib.h>

#include "client/proof/approval.h"
#include "server/grants/grants.h"
#include "tests/unit/x509/make.h"

#define AUDIENCE "https://localhost:8443"
#define HOUR 3600
#define PEOPLE "X1 X2"

/* N: duty of the network company; R: of the home retailer, Q: of another one; X: responders; T, C: posts that are
 * mistakes (the network's duty in a retail company, a contractor's); S: supervisor of the retailer. */
enum who { N1, N2, R1, R2, Q1, X1, X2, X3, T1, C1, S1, DUTY_ON_ROSTER, WHOS };

struct rig {
    char folder[64];
    struct made root, issuing, card[WHOS];
    struct tg_cert *cert[WHOS];
    struct tg_trust *trust;
    struct tg_staff_book *book;
    struct tg_policy *policy;
    struct tg_grants *grants;
    struct tg_grant_world world;
    tg_sec now; /* NOW at first */
    uint64_t seq;
    char id[TG_GRANT_ID_BYTES]; /* what was declared or proposed last */
};

int rig_setup(void **state);
int rig_teardown(void **state);
/* staff.csv with `was` replaced; taken over at once. */
void rig_staff(struct rig *r, const char *was, const char *is);
/* The book with this person and nobody else's changes. */
const char *rig_person(enum who w);
struct tg_doer rig_doer(enum who w);

/* Check and apply, as the desk does. */
enum tg_err rig_step(struct rig *r, struct tg_step *s);
/* A right outage of one hour in 02203 02207, end in three hours, roster PEOPLE; changes go into *s first. */
struct tg_step rig_outage(enum who by, struct rig *r);
enum tg_err rig_declare(struct rig *r, enum who by);
/* The approval of the text that waits for this person (number 0), or of the first (1) …; act NULL: "grant". */
enum tg_err rig_approve(struct rig *r, enum who by);
enum tg_err rig_approve_roster(struct rig *r, enum who by);
/* What may be bent in an approval before it is signed; NULL and 0 stand for what is right. */
struct bent {
    const char *act, *digest, *prior, *audience;
    int64_t seq;
    tg_sec at;
    enum who card; /* with `other`: whose card signs */
    bool other;
    const char *text; /* instead of all of it */
    unsigned number;
};
enum tg_err rig_approve_bent(struct rig *r, enum who by, const struct bent *b);
/* The JWS itself; allocated. */
char *rig_sign(struct rig *r, enum who by, const struct bent *b);
enum tg_err rig_start(struct rig *r, enum who by, const char *reason);
enum tg_err rig_extend(struct rig *r, enum who by, tg_sec seconds, tg_sec end);
enum tg_err rig_close(struct rig *r, enum who by);
enum tg_err rig_acknowledge(struct rig *r, enum who by);
enum tg_err rig_review(struct rig *r, enum who by, const char *views, enum tg_verdict_of_view v);
enum tg_err rig_alarm(struct rig *r, enum who by, const char *id);
/* A standing roster of PEOPLE for 02203 02207, approved by N1 and R1, valid for 30 days; its id. */
const char *rig_standing(struct rig *r);
/* Declared by N1, approved by N1 and R1, acknowledged by X1 and X2. */
void rig_live(struct rig *r);
/* What the person may use now; the grant may be NULL. */
enum tg_err rig_of(struct rig *r, enum who w, struct tg_grant *g);
/* A look-up of one row under those grants. */
void rig_saw(struct rig *r, enum who w, const char *events);
enum tg_event_state rig_state(struct rig *r);
const struct tg_event *rig_event(struct rig *r); /* of r->id */

#endif
