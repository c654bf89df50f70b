/* The inquiries of a server, in memory: their life, their queue, and the names that were tried.
 *
 *                     take            answer            read
 *     ask ──► asked ────────► taken ──────────► answered ──────► read
 *               │  ◄──lease over── │                │
 *               └──────────────────┴── withdraw ────┴──► withdrawn        time: expired
 *
 * A step is begun (checked, and the inquiry held), written down durably, and then done; or undone when it
 * could not be written. So two steps at one inquiry never pass each other, and a second reading at the same
 * moment is refused. What the journal has is done, whether or not its answer arrived.
 *
 * Every moment is a parameter; every function is safe to call from every loop.
 */
#ifndef TG_INQUIRIES_H
#define TG_INQUIRIES_H

#include "server/inquiry/step.h"

struct tg_inquiries;

enum tg_inquiry_state {
    TG_INQ_ASKED,
    TG_INQ_TAKEN,
    TG_INQ_ANSWERED,
    TG_INQ_READ,
    TG_INQ_EXPIRED,
    TG_INQ_WITHDRAWN,
    TG_INQ_STATES
};
const char *tg_inquiry_state_name(enum tg_inquiry_state s);

struct tg_inquiry {
    char id[TG_INQUIRY_ID_BYTES];
    enum tg_inquiry_state state;
    char person[TG_PERSON_BYTES], company[16], office[TG_NAME_BYTES]; /* the asker's */
    char subject[TG_POLICY_WORD_BYTES], purpose[TG_POLICY_WORD_BYTES];
    char record[TG_RECORD_ID_BYTES], consent[TG_CASE_BYTES + 1];
    char by[TG_PERSON_BYTES]; /* who took it; "" before */
    char answer[TG_POLICY_WORD_BYTES];
    tg_mask fields, opened;
    int64_t seconds;
    tg_sec asked, taken, answered, read, over; /* 0: not yet */
    tg_sec until;                              /* strict: at that second it has expired */
};

enum tg_err tg_inquiries_new(struct tg_inquiries **ret) TG_MUST;
void tg_inquiries_free(struct tg_inquiries **q);

/* Checks a step of asked … withdrawn as of step->at and holds the inquiry. An asked one is given its id here.
 * *ret is a copy as it stands before the step. TG_E_NOT_FOUND (none, or not the person's to take this step
 * at), TG_E_INQUIRY_OVER (not in this state, or held by another step), TG_E_INQUIRY_FIELDS (more opened than
 * asked), TG_E_INQUIRY_LIMIT (too many open), TG_E_BUSY, TG_E_NOMEM.
 */
enum tg_err tg_inquiries_begin(struct tg_inquiries *q, struct tg_inquiry_step *step,
                               struct tg_inquiry *ret) TG_MUST;
/* It is on record. *ret as it stands now. */
void tg_inquiries_done(struct tg_inquiries *q, const struct tg_inquiry_step *step, struct tg_inquiry *ret);
/* It is not, and nothing has happened. */
void tg_inquiries_undo(struct tg_inquiries *q, const struct tg_inquiry_step *step);
/* At start, what the journal says, in its order. What no life of an inquiry holds is TG_E_AUDIT_BROKEN; a
 * step at an inquiry that began before the journal was read is passed over. TG_E_NOMEM.
 */
enum tg_err tg_inquiries_recall(struct tg_inquiries *q, const struct tg_inquiry_step *step) TG_MUST;

/* Names that did not fit, within TG_INQUIRY_TRY_SECONDS: few for one point, by one person or one company
 * together, and not many for one person at all. Counted before the store is asked; *left is what remains for
 * the point after this one. TG_E_INQUIRY_TRIES, TG_E_BUSY (table full), TG_E_NOMEM.
 */
enum tg_err tg_inquiries_try(struct tg_inquiries *q, const struct tg_inquiry_step *step,
                             unsigned *left) TG_MUST;
/* The name did fit. */
void tg_inquiries_untry(struct tg_inquiries *q, const struct tg_inquiry_step *step);

/* A person, for the company whose rights the post has. */
struct tg_asker {
    const char *person, *company;
};

/* Copies, at most max; the number. Of one person: open ones, and those that ended last, newest first. */
size_t tg_inquiries_mine(struct tg_inquiries *q, const struct tg_asker *who, tg_sec now,
                         struct tg_inquiry *ret, size_t max);
/* The queue, oldest first: asked, and taken by whoever asks or with the lease over. */
size_t tg_inquiries_queue(struct tg_inquiries *q, const char *person, tg_sec now, struct tg_inquiry *ret,
                          size_t max);

struct tg_inquiry_gauge {
    unsigned open;     /* asked or taken */
    unsigned answered; /* of the person: to be read */
    tg_sec oldest;     /* seconds that the oldest open one has waited; -1: none */
    tg_sec median;     /* seconds from question to answer, of the last TG_INQUIRY_RECENT; -1: none yet */
};
void tg_inquiries_gauge(struct tg_inquiries *q, const struct tg_asker *who, tg_sec now,
                        struct tg_inquiry_gauge *ret);
/* A copy of one; false: there is none of that id. */
bool tg_inquiries_peek(struct tg_inquiries *q, const char *id, struct tg_inquiry *ret);
/* What an inquiry asks for; 0: there is none of that id. */
tg_mask tg_inquiries_fields(struct tg_inquiries *q, const char *id);
/* Another number whenever something has changed. */
unsigned tg_inquiries_version(struct tg_inquiries *q);

#endif
