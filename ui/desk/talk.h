/* The desk's half of the talk with the gate: a question to it and its answer belong together, whatever thread
 * asks. While a person weighs an approval in the gate's window, the session's own questions go on.
 */
#ifndef TG_TALK_H
#define TG_TALK_H

#include "client/session/session.h"
#include "ui/wire/pipe.h"

struct tg_talk;

/* There is no close, as of the sitting. Takes fd, also when it fails. TG_E_NOMEM. */
enum tg_err tg_talk_open(int fd, struct tg_talk **ret) TG_MUST;
struct tg_pipe *tg_talk_pipe(struct tg_talk *t); /* borrowed: for what needs no answer */
/* want: TG_WIRE_WANT_SIGN_IN or _PRESENCE. Appends the assertion. What the gate says; errors of the pipe. */
enum tg_err tg_talk_prove(struct tg_talk *t, enum tg_wire_type want, const struct tg_challenge *ask,
                          struct tg_buf *jws) TG_MUST;
/* Hands the exact text to the gate and blocks until the person has approved it or not: seconds or minutes.
 * One at a time. Appends the approval. TG_E_PIN_CANCELLED: the person does not; what else the gate says;
 * errors of the pipe.
 */
enum tg_err tg_talk_weigh(struct tg_talk *t, struct tg_span paper, struct tg_buf *jws) TG_MUST;

/* What the gate says unasked: a caller's number (borrowed for the call). gone: the gate is. Both from a thread that
 * this starts. Once the desk is open. TG_E_NOMEM. */
struct tg_talk_ear {
    void (*called)(void *arg, const char *number);
    void (*gone)(void *arg);
    void *arg;
};
enum tg_err tg_talk_listen(struct tg_talk *t, const struct tg_talk_ear *ear) TG_MUST;

#endif
