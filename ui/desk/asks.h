/* Inquiries (照会) as the server tells them to one person (GET /v1/inquiries): what may be asked and how it
 * ends, one's own questions, the queue of whoever answers. No window, no value of any customer.
 */
#ifndef TG_ASKS_H
#define TG_ASKS_H

#include "certs/base/clock.h"
#include "certs/base/json.h"

struct tg_asks;

void tg_asks_free(struct tg_asks **a);
/* TG_E_SERVER_REPLY when it has not that shape; TG_E_NOMEM. */
enum tg_err tg_asks_read(struct tg_span json, struct tg_asks **ret) TG_MUST;
tg_sec tg_asks_now(const struct tg_asks *a);                 /* by the server's clock */
bool tg_asks_may(const struct tg_asks *a, const char *what); /* "ask", "answer" */

/* Borrowed; NULL out of range. */
size_t tg_asks_subjects(const struct tg_asks *a);
const json_t *tg_asks_subject(const struct tg_asks *a, size_t i);
const json_t *tg_asks_subject_named(const struct tg_asks *a, const char *code);
/* The first subject that may ask for that field; NULL: none may. */
const json_t *tg_asks_subject_for(const struct tg_asks *a, const char *field);
size_t tg_asks_answers(const struct tg_asks *a);
const json_t *tg_asks_answer(const struct tg_asks *a, size_t i);
/* Oldest first: who has waited longest is next. */
size_t tg_asks_queue(const struct tg_asks *a);
const json_t *tg_asks_queued(const struct tg_asks *a, size_t i);
/* What can be read first, then what waits, then the rest; each newest first. */
size_t tg_asks_mine(const struct tg_asks *a);
const json_t *tg_asks_own(const struct tg_asks *a, size_t i);
/* Seconds; -1: none. Of the queue: open questions, the oldest's wait, the median from question to answer. */
int64_t tg_asks_meter(const struct tg_asks *a, const char *what);

/* Of a subject, an answer, a referral: its sentence in the language of the window. */
const char *tg_sentence(const json_t *of);
const char *tg_inquiry_state_text(const json_t *inquiry);
bool tg_inquiry_is(const json_t *inquiry, const char *state);
/* How long it has waited, or waited before it was answered. */
int64_t tg_inquiry_waited(const json_t *inquiry, tg_sec now);
/* Names of fields for people, ", " between; list is an array of machine names. Appended. */
enum tg_err tg_fields_text(const json_t *list, struct tg_buf *out) TG_MUST;

/* What is asked: a NULL or "" is left out. */
struct tg_asking {
    const char *subject, *point, *id, *name, *consent;
    const char *fields; /* machine names, a space between */
    const char *step;   /* "question": STEP3 at once */
};
enum tg_err tg_asking_write(const struct tg_asking *q, struct tg_buf *out) TG_MUST;

/* What became of it. TG_ASKED_NONE: not one of these. */
enum tg_asked {
    TG_ASKED_NONE,
    TG_ASKED_OWN,
    TG_ASKED_FACILITY,
    TG_ASKED_QUESTION,
    TG_ASKED_MISMATCH,
    TG_ASKED_REFERRAL
};
enum tg_asked tg_asked_of(const json_t *answer);

#endif
