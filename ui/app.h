/* The two processes of the program. Each runs until it ends and gives the exit code. */
#ifndef TG_APP_H
#define TG_APP_H

#include "ui/settings.h"

/* s NULL: the settings cannot be used, and the lock window says so. */
int tg_gate_main(const struct tg_settings *s);
/* fd: the gate's socket. */
int tg_desk_main(const struct tg_settings *s, int fd);

#endif
