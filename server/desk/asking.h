/* What a visit about an inquiry carries besides, and what the desk has to do with the room server/inquiry: a
 * step is begun before it is written down, and done or undone by whether it was.
 */
#ifndef TG_ASKING_H
#define TG_ASKING_H

#include "server/desk/visit.h"
#include "server/inquiry/codes.h"
#include "server/policy/inquire.h"

struct tg_frame; /* certs/seal/seal.h */

struct tg_bulk_work; /* inquiry_bulk.c */

struct tg_asking {
    struct tg_inquiry_step step;
    bool noted;                /* the step stands in the record, as its act */
    bool begun;                /* … and is held until that is written */
    struct tg_inquiry inquiry; /* as it stands */
    const struct tg_subject *subject;
    struct tg_consent consent;
    struct tg_question question;
    struct tg_scope *scope;    /* of the question, while v->scope is for comparing */
    unsigned left;             /* names that may still be tried */
    struct tg_buf act;         /* the step as written */
    struct tg_bulk_work *bulk; /* of a bulk; NULL: of one inquiry */
};

/* A visit of kind inquiry with an asking; the step names its person. NULL: answered already. */
struct tg_visit *tg_asking_begin(struct tg_desk *d, struct tg_req *req);
void tg_asking_free(struct tg_asking **a);
/* The act of the record. */
enum tg_err tg_asking_note(const struct tg_visit *v, struct tg_span *act) TG_MUST;
/* Done, when it is on record; else nothing has happened. Once: again does nothing. */
void tg_asking_settle(struct tg_visit *v, bool written);

/* A tg_rememberer's: one record of the journal, at start. Of lately only: what is older has run out. */
enum tg_err tg_asking_recall(void *desk, const struct tg_frame *f) TG_MUST;

/* What a stream has been told last. */
struct tg_asking_told {
    bool once;
    unsigned version, pulses, open, answered;
};
/* True: there is something new for who holds the session, and here it is. */
bool tg_asking_event(struct tg_desk *d, const struct tg_session *s, struct tg_asking_told *told,
                     struct tg_buf *event);

/* Shapes of openapi.yaml, as values. */
void tg_inquiry_put(struct tg_jout *j, const struct tg_inquiry *i);
void tg_answer_put(struct tg_jout *j, const struct tg_answer_code *c);
void tg_fields_put(struct tg_jout *j, tg_mask fields); /* names as an array */
void tg_referral_put(struct tg_jout *j, struct tg_desk *d, const struct tg_subject *s);

/* The same of a bulk (inquiry_bulk.c). */
void tg_bulk_work_free(struct tg_bulk_work **w);
enum tg_err tg_bulk_work_note(const struct tg_bulk_work *w, struct tg_buf *out) TG_MUST;
void tg_bulk_work_settle(struct tg_visit *v, bool written);

#endif
