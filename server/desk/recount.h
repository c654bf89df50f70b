/* The caps' memory of the last hour, from the journal: a restart gives nobody a new hour. */
#ifndef TG_RECOUNT_H
#define TG_RECOUNT_H

#include "server/desk/caps.h"

/* Everything counted within TG_CAP_SECONDS before now; what the journal dates later counts as of now.
 * TG_E_AUDIT_BROKEN (why names the place), TG_E_BUSY (more people than the table holds), TG_E_IO, TG_E_NOMEM.
 */
enum tg_err tg_recount(struct tg_caps *c, const char *audit_folder, tg_usec now, char *why,
                       size_t size) TG_MUST;

#endif
