/* What the lock window says: each state and each reason as a sentence, with what to do now. No window. */
#ifndef TG_GATE_WORDS_H
#define TG_GATE_WORDS_H

#include "ui/gate/gate.h"

struct tg_gate_words {
    const char *title;
    char detail[512]; /* "" nothing more to say */
    const char *keys; /* what can be pressed; "" nothing */
    bool alarm;       /* it went wrong: say it louder */
};

void tg_gate_words(const struct tg_gate_view *view, struct tg_gate_words *ret);

#endif
