/* Keeps a running server as fresh as its folders: people, cards, consents, anchors and revocation lists take
 * effect within two seconds of their files, on open sessions too, and so do midnight and a list that gets
 * stale. Nobody sends a signal. A folder that cannot be read whole leaves what is in force in force, and is
 * named once on stderr.
 */
#ifndef TG_FRESH_H
#define TG_FRESH_H

#include "server/app.h"

struct tg_fresh;

/* The app is borrowed and must be open. TG_E_NOMEM. */
enum tg_err tg_fresh_start(struct tg_app *app, struct tg_fresh **ret) TG_MUST;
void tg_fresh_stop(struct tg_fresh **f);
/* tg_app_reload, but never beside a reading of the lookout: an older book could follow a newer one. */
enum tg_err tg_fresh_reload(struct tg_fresh *f, char *why, size_t size) TG_MUST;

#endif
