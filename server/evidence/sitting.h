/* Who sat where: the sessions of a journal, as their sign-ins say, while one walks over it. A session is kept
 * until none can live that long any more, its end notwithstanding: what it asked for last may be written
 * behind its end.
 */
#ifndef TG_SITTING_H
#define TG_SITTING_H

#include "certs/base/clock.h"
#include "certs/base/err.h"
#include "certs/base/limits.h"
#include "server/staff/company.h"

/* No session is older than this. */
#define TG_SITTING_USEC ((tg_usec)(TG_SESSION_SECONDS + 60) * 1000000)

struct tg_sitting {
    const char *session;
    const char *areas;
    enum tg_company_kind kind;
    tg_usec since;
};

struct tg_sittings {
    void *tree; /* tsearch(3) */
    size_t n;
    size_t sweep_at; /* how many are enough to look for old ones */
};

/* The texts are copied. TG_E_NOMEM. */
enum tg_err tg_sittings_begin(struct tg_sittings *s, const struct tg_sitting *as) TG_MUST;
/* NULL: none. */
const struct tg_sitting *tg_sittings_find(const struct tg_sittings *s, const char *session);
void tg_sittings_done(struct tg_sittings *s);

#endif
