/* The desk's process, as the gate has it: started, killed, reaped. Killing is open to every thread at any
 * time and never waits: it is done by a descriptor of the process, not by a number that another may get.
 */
#ifndef TG_CHILD_H
#define TG_CHILD_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include "certs/base/err.h"

struct tg_child {
    pthread_mutex_t lock;
    pid_t pid;   /* 0: none */
    int process; /* its pidfd */
};

#define TG_CHILD_INIT ((struct tg_child){.lock = PTHREAD_MUTEX_INITIALIZER, .pid = 0, .process = -1})
/* The number of the socket in the child. */
#define TG_CHILD_FD 3

/* Runs program with argv and TG_CHILD_FD as the other end of *socket; nothing else is open in it, no signal
 * is blocked or ignored. TG_E_IO, TG_E_NOMEM. */
enum tg_err tg_child_start(struct tg_child *c, const char *program, char *const argv[], int *socket) TG_MUST;
void tg_child_kill(struct tg_child *c);
/* Kills it, waits until it is gone. */
void tg_child_end(struct tg_child *c);

#endif
