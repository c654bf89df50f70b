#include "server/admin_staff.h"

/* Noon of a business day (UTC+9). */
static tg_sec noon(tg_day day)
{
    return (tg_sec)day * 86400 + 3 * 3600;
}

static void add_purpose(struct tg_sight_of *s, const struct tg_policy *p, struct tg_inputs *in, size_t i)
{
    struct tg_verdict v;

    in->matter.purpose = tg_policy_purpose_at(p, i);
    if (tg_policy_verdict(p, in, &v) != TG_OK) {
        return;
    }
    s->purposes |= (uint32_t)1 << i;
    for (size_t k = 0; k < v.n; k++) {
        s->fields[v.clause[k].class] |= v.clause[k].fields;
    }
}

struct tg_sight_of tg_sight_of(const struct tg_policy *p, const struct tg_post *post, tg_day day)
{
    struct tg_sight_of s = {.known = false};

    if (post == NULL) {
        return s;
    }
    struct tg_inputs in = {.role = post->role,
                           .company = post->works_for->code,
                           .kind = post->works_for->kind,
                           .areas = post->areas,
                           .matter = {.now = noon(day)}};
    s.known = tg_policy_has_role(p, post->role);
    s.duty = tg_policy_duty(p, post->role);
    for (size_t i = 0; tg_policy_purpose_at(p, i) != NULL; i++) {
        add_purpose(&s, p, &in, i);
    }
    return s;
}
