/* What the signed-in post may see, in words: what the server says of the policy in force, as lines to read.
 */
#ifndef TG_DESK_SIGHT_H
#define TG_DESK_SIGHT_H

#include "certs/base/json.h"

/* Of a whoami answer; a line for each class. An older server says nothing of it: then out is "". Cut at size,
 * at the end of a line. */
void tg_sight_text(const json_t *whoami, char *out, size_t size);

#endif
