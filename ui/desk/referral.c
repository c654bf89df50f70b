#include "ui/desk/referral.h"

void tg_referral_add(struct tg_referral *r, const struct tg_row_why *why)
{
    for (size_t i = 0; i < r->n; i++) {
        if (strcmp(r->line[i].reason, why->reason) == 0 && strcmp(r->line[i].next, why->next) == 0)
            return;
    }
    if (r->n < TG_REFERRAL_LINES)
        r->line[r->n++] = *why;
}

void tg_referral_of_row(const json_t *row, struct tg_referral *ret)
{
    struct tg_row_why why;
    const char *name;
    json_t *hidden;

    *ret = (struct tg_referral){.n = 0};
    json_object_foreach(json_object_get(row, "hidden"), name, hidden)
    {
        if (tg_row_why(row, name, &why))
            tg_referral_add(ret, &why);
    }
}

void tg_referral_of_problem(struct tg_span problem, json_t **doc, struct tg_referral *ret)
{
    json_t *said;
    struct tg_row_why why;

    *ret = (struct tg_referral){.n = 0};
    if (problem.n == 0 || tg_json_parse(problem, doc) != TG_OK)
        return;
    said = json_object_get(*doc, "nothing");
    why = (struct tg_row_why){.reason = tg_json_str(said, "reason"), .next = tg_json_str(said, "next")};
    if (why.reason != NULL && why.next != NULL)
        tg_referral_add(ret, &why);
}
