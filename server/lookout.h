/* Keeps an eye on files that others replace: whoever changes one need not tell the server.
 *
 * A few times a second, on a thread of its own, each sight is looked at (inode, size, mtime, ctime of every
 * file). changed() is called once for a change, and only when two looks in a row saw the same: what is being
 * copied is let come to rest first. Files that are replaced by rename are never seen half-written at all;
 * what reads them must still refuse a broken one, and the lookout does not call again before the file changes
 * again.
 */
#ifndef TG_LOOKOUT_H
#define TG_LOOKOUT_H

#include <stddef.h>

#include "certs/base/err.h"

#define TG_LOOKOUT_MS 300u /* from one look to the next: seen and at rest within two of them */
#define TG_SIGHTS 8u
#define TG_SIGHT_FILES 256u /* of a whole folder; beyond, only what comes and goes is seen */

struct tg_sight {
    const char *path; /* a file or a folder; borrowed, need not exist */
    const char *const
        *names; /* files of the folder, NULL at the end; or NULL: the folder and what it holds */
    void (*changed)(void *ctx); /* on the lookout's thread */
    void *ctx;
};

struct tg_lookout_conf {
    struct tg_sight sight[TG_SIGHTS];
    size_t n;
    void (*look)(void *ctx); /* NULL, or called after each look: what time alone changes */
    void *ctx;
};

struct tg_lookout;

/* Remembers what stands there now: make it before the files are read for the first time, then no change is
 * lost. TG_E_NOMEM, TG_E_LIMIT.
 */
enum tg_err tg_lookout_new(const struct tg_lookout_conf *conf, struct tg_lookout **ret) TG_MUST;
/* TG_E_NOMEM: no thread. */
enum tg_err tg_lookout_start(struct tg_lookout *l) TG_MUST;
/* One look, by the caller's own hand: for tests, before the start. */
void tg_lookout_look(struct tg_lookout *l);
/* Waits for a call under way. Harmless when it was never started. */
void tg_lookout_free(struct tg_lookout **l);

#endif
