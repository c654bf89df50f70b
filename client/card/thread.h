/* The few things about threads that guard.c and presence.c share. */
#ifndef TG_CARD_THREAD_H
#define TG_CARD_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

/* A detached thread that takes no signals: those belong to the program. */
bool tg_card_thread(void *(*run)(void *arg), void *arg);
/* A condition whose timed waits run on the monotonic clock: setting the clock must not keep a card's data on
 * the screen. */
void tg_card_cond_init(pthread_cond_t *c);
/* The monotonic moment in ms from now. */
struct timespec tg_card_moment(unsigned ms);
void tg_card_pause(unsigned ms);

#endif
