/* Server-sent events (WHATWG HTML section 9.2), as much as our server sends: "event:" and "data:" lines, an
 * empty line ends one. Pure; lines have a ceiling.
 */
#ifndef TG_SSE_H
#define TG_SSE_H

#include "client/link/link.h"

struct tg_sse {
    tg_link_event *event;
    void *ctx;
    enum tg_err err;    /* of the callback, or TG_E_SERVER_REPLY; sticks */
    struct tg_buf line; /* not yet ended */
    struct tg_buf data;
    char name[32];
};

void tg_sse_init(struct tg_sse *s, tg_link_event *event, void *ctx);
void tg_sse_done(struct tg_sse *s);
/* A curl write callback; arg is the tg_sse. Fewer bytes than given: stop. */
size_t tg_sse_take(char *p, size_t size, size_t n, void *arg);

#endif
