/* What the desk's process may not do from its first line on, before any thread is started: start programs,
 * make or remove files, write to any but those that a toolkit writes to while it starts (/dev/null, shared
 * memory, the graphics device, dconf's own), wait for connections, or send a signal to a process that is not
 * its own. By Landlock: it holds for every thread and child that comes after, and nothing takes it off again.
 * confine.h goes further, once the window is made.
 */
#ifndef TG_FENCE_H
#define TG_FENCE_H

#include "certs/base/err.h"

/* TG_E_NOT_IMPLEMENTED: this kernel has no Landlock, or has it switched off, and nothing has changed. An
 * older one without signals or connections in it fences what it can.
 */
enum tg_err tg_fence(void) TG_MUST;

#endif
