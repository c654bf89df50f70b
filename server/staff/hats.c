#include "server/staff/hats.h"

#include "server/staff/parts.h"

static tg_day sooner(tg_day a, tg_day b)
{
    return a < b ? a : b;
}

struct tg_term tg_post_term(const struct tg_person *p, const struct tg_post *post)
{
    return (struct tg_term){post->from, sooner(post->to, sooner(p->left, p->contract_end))};
}

struct tg_term tg_term_both(struct tg_term a, struct tg_term b)
{
    return (struct tg_term){a.from > b.from ? a.from : b.from, sooner(a.to, b.to)};
}

static bool same_day(const struct tg_person *p, const struct tg_post *a, const struct tg_post *b,
                     tg_day since)
{
    struct tg_term both = tg_term_both(tg_post_term(p, a), tg_post_term(p, b));
    return !tg_term_empty(both) && both.to >= since;
}

static bool ask(const struct tg_hats *hats, const struct tg_post *a, const struct tg_post *b,
                struct tg_faults *faults)
{
    const struct tg_post *first = a->line < b->line ? a : b, *later = first == a ? b : a;
    struct tg_line_fault fault = {
        .file = "staff.csv", .line = later->line, .column = "role", .other = first->line};
    if (!hats->clash(hats->ctx, a->role, b->role, &fault.what, &fault.what_en))
        return false;
    tg_faults_add(faults, fault);
    return true;
}

size_t tg_book_clashes(const struct tg_staff_book *b, const struct tg_hats *hats, struct tg_faults *faults)
{
    size_t found = 0;
    for (size_t i = 0; i < b->people.n; i++) {
        const struct tg_person *p = &b->people.person[i];
        for (size_t k = 1; k < p->n_posts; k++)
            for (size_t j = 0; j < k; j++)
                if (same_day(p, &p->posts[j], &p->posts[k], hats->since))
                    found += ask(hats, &p->posts[j], &p->posts[k], faults);
    }
    return found;
}
