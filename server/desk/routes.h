/* The route table as data: served by the door, held against openapi.yaml by a test. */
#ifndef TG_ROUTES_H
#define TG_ROUTES_H

#include "certs/base/limits.h"
#include "server/door/door.h"

extern const struct tg_route tg_desk_routes[];
extern const size_t tg_desk_routes_count;

#endif
