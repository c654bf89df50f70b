#include "server/desk/sight.h"

#include "server/policy/called.h"

static void put_called(struct tg_jout *j, struct tg_called c)
{
    tg_jout_member(j, "ja", c.ja);
    tg_jout_member(j, "en", c.en);
}

static void put_groups(struct tg_jout *j, const struct tg_policy *p, enum tg_class class, tg_mask shown)
{
    struct tg_called called;
    tg_mask fields, has = tg_policy_class_fields(p, class);

    tg_jout_key(j, "groups");
    tg_jout_open(j, '[');
    for (size_t i = 0; tg_policy_group_at(p, i, &called, &fields); i++) {
        if ((fields & shown) == 0) {
            continue;
        }
        tg_jout_open(j, '{');
        put_called(j, called);
        tg_jout_key(j, "part");
        tg_jout_bool(j, (fields & has & ~shown) != 0);
        tg_jout_close(j, '}');
    }
    tg_jout_close(j, ']');
}

static void put_sight(struct tg_jout *j, const struct tg_policy *p, const char *role)
{
    tg_jout_key(j, "sight");
    tg_jout_open(j, '[');
    for (enum tg_class c = 0; c < TG_C_COUNT; c++) {
        tg_mask shown = tg_policy_shown(p, role, c);

        if (shown == 0) {
            continue;
        }
        tg_jout_open(j, '{');
        tg_jout_member(j, "class", tg_class_name(c));
        put_called(j, tg_policy_class_called(p, c));
        put_groups(j, p, c, shown);
        tg_jout_close(j, '}');
    }
    tg_jout_close(j, ']');
}

void tg_sight_write(const struct tg_policy *p, const char *role, struct tg_jout *j)
{
    struct tg_called called = tg_policy_role_called(p, role);

    tg_jout_member(j, "kind", tg_policy_role_kind(p, role));
    tg_jout_member(j, "role_ja", called.ja);
    tg_jout_member(j, "role_en", called.en);
    tg_jout_key(j, "purposes");
    tg_jout_open(j, '[');
    for (size_t i = 0; tg_policy_purpose_at(p, i) != NULL; i++) {
        if (tg_policy_role_has(p, role, i)) {
            tg_jout_str(j, tg_policy_purpose_at(p, i));
        }
    }
    tg_jout_close(j, ']');
    put_sight(j, p, role);
}
