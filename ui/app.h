/* The two processes of the program. Each runs until it ends and gives the exit code. */
#ifndef TG_APP_H
#define TG_APP_H

#include "ui/settings.h"

/* s NULL: the settings cannot be used, and the lock window says so. call: a caller's number (ui/gate/call.h),
 * wiped when the gate has it; "" none. */
int tg_gate_main(const struct tg_settings *s, char *call);
/* fd: the gate's socket. */
int tg_desk_main(const struct tg_settings *s, int fd);

#endif
