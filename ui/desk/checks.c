#include "ui/desk/checks.h"

static bool shown(const json_t *row, const char *field)
{
    const char *value = tg_row_field(row, field);

    return value != NULL && value[0] != '\0';
}

static bool asks_for_name(const struct tg_checks *c)
{
    return c->name != NULL && !c->named;
}

void tg_checks_begin(const json_t *row, struct tg_checks *ret)
{
    /* what callers know by heart comes first */
    static const char *const second[TG_CHECKS_CHOICES] = {"phone", "address", "customer_no", "point"};

    *ret = (struct tg_checks){.state = TG_CHECK_ASKING};
    if (shown(row, "name"))
        ret->name = "name";
    else if (shown(row, "kana"))
        ret->name = "kana";
    for (size_t i = 0; i < TG_CHECKS_CHOICES; i++) {
        if (shown(row, second[i]))
            ret->second[ret->n++] = second[i];
    }
    if (ret->name == NULL && ret->n == 0)
        ret->state = TG_CHECK_PASSED;
}

const char *tg_checks_field(const struct tg_checks *c)
{
    if (c->state != TG_CHECK_ASKING)
        return NULL;
    return asks_for_name(c) ? c->name : c->second[c->at];
}

void tg_checks_step(const struct tg_checks *c, size_t *step, size_t *of)
{
    *of = (c->name != NULL ? 1u : 0u) + (c->n > 0 ? 1u : 0u);
    *step = asks_for_name(c) ? 1 : *of;
}

void tg_checks_said(struct tg_checks *c)
{
    if (c->state != TG_CHECK_ASKING)
        return;
    if (asks_for_name(c) && c->n > 0)
        c->named = true;
    else
        c->state = TG_CHECK_PASSED;
}

void tg_checks_wrong(struct tg_checks *c)
{
    if (c->state == TG_CHECK_ASKING)
        c->state = TG_CHECK_FAILED;
}

void tg_checks_other(struct tg_checks *c)
{
    if (c->state == TG_CHECK_ASKING && !asks_for_name(c) && c->n > 0)
        c->at = (c->at + 1) % c->n;
}
