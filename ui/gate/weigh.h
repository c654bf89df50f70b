/* An approval while the person weighs it: shown by the gate, signed by the gate, over the very text that the
 * gate has read. All of it on the gate's thread; whatever ends the open session ends this too.
 */
#ifndef TG_WEIGH_H
#define TG_WEIGH_H

#include "ui/gate/state.h"

/* The desk hands over a text: what is no grant and no roster is declined at once. Errors of the pipe. */
enum tg_err tg_gate_weigh(struct tg_gate *g, struct tg_span text) TG_MUST;
/* A PIN for the paper of that number (it moves out of n). */
void tg_gate_sign(struct tg_gate *g, struct tg_gate_news *n);
/* The person does not approve. */
void tg_gate_decline(struct tg_gate *g);
/* Nothing is weighed any more, and nothing is left of it. */
void tg_gate_put_away(struct tg_gate *g);

#endif
