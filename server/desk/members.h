/* What the bodies may hold, member by member, in one place: checked on every request, and held against
 * openapi.yaml by a test. A form's fields are written down like the members of an object.
 */
#ifndef TG_MEMBERS_H
#define TG_MEMBERS_H

#include "certs/base/json.h"

struct tg_members {
    const char *path; /* of the route whose body it is */
    const struct tg_json_member *m;
    size_t n;
};

extern const struct tg_members tg_members_token, tg_members_revoke, tg_members_renew, tg_members_search,
    tg_members_show;
/* All of them, NULL at the end. */
extern const struct tg_members *const tg_members_all[];

#endif
