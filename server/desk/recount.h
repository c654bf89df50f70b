/* What a server must remember, from the journal, in one walk: the caps' last hour (a restart gives nobody a new
 * one), and what others make of all of it.
 */
#ifndef TG_RECOUNT_H
#define TG_RECOUNT_H

#include "server/desk/caps.h"

/* Somebody else who is to see every record of the journal, in its order: grants, inquiries. An error ends the
 * walk.
 */
struct tg_frame;
struct tg_rememberer {
    enum tg_err (*take)(void *ctx, const struct tg_frame *frame);
    void *ctx;
};

struct tg_recounting {
    struct tg_caps *caps;
    tg_usec now;
    const struct tg_rememberer *others; /* with any, the whole journal is read; else only the caps' hour */
    size_t n_others;
};

/* Everything counted within TG_CAP_SECONDS before now; what the journal dates later counts as of now.
 * TG_E_AUDIT_BROKEN (why names the place), TG_E_BUSY (more people than the table holds), TG_E_IO, TG_E_NOMEM,
 * and the errors of the others.
 */
enum tg_err tg_recount(const struct tg_recounting *what, const char *audit_folder, char *why,
                       size_t size) TG_MUST;

#endif
