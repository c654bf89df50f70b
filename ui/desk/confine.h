/* What the desk's process may not do any more once its window is made, whatever somebody makes it run: start
 * programs or processes, open a file for writing, make, rename or remove one, or look into other processes.
 * A seccomp filter over all of its threads, which nothing takes off again; what is refused fails with EPERM.
 */
#ifndef TG_CONFINE_H
#define TG_CONFINE_H

#include "certs/base/err.h"

/* TG_E_NOT_IMPLEMENTED: this kernel or machine has no such filter, and nothing has changed. */
enum tg_err tg_confine(void) TG_MUST;

#endif
