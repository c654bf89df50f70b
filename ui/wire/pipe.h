/* One end of the socket pair between gate and desk (SOCK_SEQPACKET: whole messages). It keeps the turn: what
 * is out of turn, from the wrong side, cut off or not well formed is neither said nor heard, and after that
 * nothing is. Saying is open to every thread, hearing to one at a time.
 */
#ifndef TG_PIPE_H
#define TG_PIPE_H

#include "ui/wire/turn.h"

struct tg_pipe;

void tg_pipe_close(struct tg_pipe **p);
/* Takes fd, also when it fails. TG_E_NOMEM. */
enum tg_err tg_pipe_open(int fd, enum tg_wire_side us, struct tg_pipe **ret) TG_MUST;
int tg_pipe_fd(const struct tg_pipe *p); /* borrowed, to wait on */
enum tg_turn tg_pipe_turn(struct tg_pipe *p);
/* Never blocks. TG_E_FORM: not ours to say now; TG_E_SESSION_ENDED: the other side is gone or does not read;
 * TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_pipe_say(struct tg_pipe *p, const struct tg_wire *m) TG_MUST;
/* Blocks. ret->jws is borrowed until the next hearing. TG_E_FORM: not what may come now (the pipe is broken);
 * TG_E_SESSION_ENDED: the other side is gone. */
enum tg_err tg_pipe_hear(struct tg_pipe *p, struct tg_wire *ret) TG_MUST;

#endif
