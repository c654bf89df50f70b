/* The documents that do not change while the server runs. */
#ifndef TG_PUBLISHED_H
#define TG_PUBLISHED_H

#include "server/desk/visit.h"

enum tg_err tg_published_make(struct tg_desk *d) TG_MUST;

#endif
