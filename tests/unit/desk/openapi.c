/* The interface as the tables have it, in the lines that openapi.awk writes of openapi.yaml; and every code
 * that there is.
 */
#include <stdio.h>

#include "server/desk/members.h"
#include "server/desk/routes.h"

static const char *need_name(enum tg_need need)
{
    switch (need) {
    case TG_NEED_NOTHING:
        return "nothing";
    case TG_NEED_KEY:
        return "key";
    case TG_NEED_SESSION:
        return "session";
    }
    return "?";
}

static const char *type_name(enum tg_json_type type)
{
    switch (type) {
    case TG_JSON_STRING:
        return "string";
    case TG_JSON_INTEGER:
        return "integer";
    case TG_JSON_BOOL:
        return "boolean";
    case TG_JSON_OBJECT:
    case TG_JSON_ARRAY:
        break;
    }
    return "?";
}

int main(void)
{
    for (size_t i = 0; i < tg_desk_routes_count; i++) {
        const struct tg_route *r = &tg_desk_routes[i];

        (void)printf("op %s %s %s %s %zu\n", r->method, r->path, need_name(r->need),
                     r->media != NULL ? r->media : "-", r->body_max);
    }
    for (const struct tg_members *const *t = tg_members_all; *t != NULL; t++) {
        for (size_t i = 0; i < (*t)->n; i++) {
            const struct tg_json_member *m = &(*t)->m[i];

            (void)printf("member %s %s %s %s %lld %lld\n", (*t)->path, m->name, type_name(m->type),
                         m->required ? "required" : "optional", (long long)m->min, (long long)m->max);
        }
    }
    for (enum tg_err e = 1; e < TG_ERR_COUNT; e++) {
        (void)printf("code %s\n", tg_err_code(e));
    }
    return 0;
}
