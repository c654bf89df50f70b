/* Who approved an act, and whether they may. */
#include <stdio.h>

#include "server/acts/acts.h"

static size_t wanted(enum tg_act_kind k)
{
    return k == TG_ACT_POLICY ? 2 : 1;
}

static enum tg_duty duty_of(enum tg_act_kind k)
{
    switch (k) {
    case TG_ACT_POLICY:
        return TG_DUTY_POLICY;
    case TG_ACT_CARDS:
        return TG_DUTY_CARDS;
    case TG_ACT_DATA:
        return TG_DUTY_DATA;
    case TG_ACT_KINDS:
        break;
    }
    return TG_DUTY_NONE;
}

/* Posts that one person may not hold together do not sign, whichever of them was chosen. */
static bool posts_clash(const struct tg_act_world *w, const struct tg_approval *by)
{
    const struct tg_person *p = tg_book_person(w->book, by->person);
    tg_day day = tg_day_of(w->now);

    for (size_t i = 0; p != NULL && i < p->n_posts; i++) {
        const struct tg_post *post = &p->posts[i];

        if (post->from <= day && day <= post->to &&
            tg_policy_clash(w->policy, by->role, post->role) != TG_CLASH_NONE) {
            return true;
        }
    }
    return p == NULL;
}

static enum tg_err one_check(const struct tg_act_world *w, const struct tg_act *act, size_t i,
                             struct tg_approval *by)
{
    const struct tg_approval_ask ask = {.text = tg_span_str(act->approval[i]),
                                        .audience = w->audience,
                                        .act = tg_act_name(act->kind),
                                        .digest = act->digest,
                                        .prior = act->number != 0 ? act->prior : NULL,
                                        .seq = act->number,
                                        .now = w->now};
    enum tg_err e = w->past ? tg_approval_check_then(w->book, w->trust, &ask, by)
                            : tg_approval_check(w->book, w->trust, &ask, by);

    if (e != TG_OK || w->book == NULL) { /* without the book nobody's role is known: on record already */
        return e;
    }
    return tg_policy_duty(w->policy, by->role) == duty_of(act->kind) && !posts_clash(w, by)
               ? TG_OK
               : TG_E_APPROVAL_DUTY;
}

enum tg_err tg_act_check(const struct tg_act_world *w, const struct tg_act *act,
                         struct tg_approval by[TG_APPROVALS], char *why, size_t size)
{
    enum tg_err e = act->n_approvals == wanted(act->kind) ? TG_OK : TG_E_APPROVAL_PEOPLE;
    size_t i = 0;

    if (e != TG_OK) {
        (void)snprintf(why, size, "%zu approvals, %zu are needed", act->n_approvals, wanted(act->kind));
        return act->n_approvals == 0 ? TG_E_ORDER_MISSING : e;
    }
    for (; i < act->n_approvals && e == TG_OK; i++) {
        e = one_check(w, act, i, &by[i]);
    }
    if (e != TG_OK) {
        (void)snprintf(why, size, "approval %zu%s%s: %s", i,
                       act->claim[i - 1].person[0] != '\0' ? ", of " : "", act->claim[i - 1].person,
                       tg_err_en(e));
        return e;
    }
    if (act->n_approvals == 2 && strcmp(by[0].person, by[1].person) == 0) {
        (void)snprintf(why, size, "both approvals are of %s: %s", by[0].person,
                       tg_err_en(TG_E_APPROVAL_PEOPLE));
        return TG_E_APPROVAL_PEOPLE;
    }
    return TG_OK;
}

static bool names_same(const struct tg_act *a, const struct tg_act *b)
{
    for (size_t i = 0; i < a->n_approvals; i++) {
        for (size_t k = 0; k < b->n_approvals; k++) {
            if (strcmp(a->claim[i].jti, b->claim[k].jti) == 0 &&
                strcmp(a->claim[i].person, b->claim[k].person) == 0) {
                return true;
            }
        }
    }
    return false;
}

enum tg_err tg_act_unused(const struct tg_acts *a, const struct tg_act *act)
{
    for (size_t i = 0; i < tg_acts_count(a); i++) {
        const struct tg_act *other = tg_acts_at(a, i);

        bool earlier = act->line == 0 || other->line < act->line;

        if (earlier && other->outcome == TG_OK && names_same(act, other)) {
            return TG_E_APPROVAL_USED;
        }
    }
    return TG_OK;
}

enum tg_err tg_act_way_back(const struct tg_policy *next, const struct tg_approval by[TG_APPROVALS],
                            char *why, size_t size)
{
    for (size_t i = 0; i < TG_APPROVALS; i++) {
        if (tg_policy_duty(next, by[i].role) != TG_DUTY_POLICY) {
            (void)snprintf(
                why, size,
                "under this policy the role %s could not sign the next one: there would be no way back",
                by[i].role);
            return TG_E_APPROVAL_DUTY;
        }
    }
    return TG_OK;
}
