#include "server/staff/diff.h"

#include "server/staff/parts.h"

/* What a hat is, apart from its days. */
static bool same_hat(const struct tg_person *p, const struct tg_post *a, const struct tg_person *q,
                     const struct tg_post *b)
{
    return strcmp(a->role, b->role) == 0 && strcmp(a->office, b->office) == 0 &&
           strcmp(a->areas, b->areas) == 0 && strcmp(a->works_for->code, b->works_for->code) == 0 &&
           a->works_for->kind == b->works_for->kind && strcmp(p->company->code, q->company->code) == 0;
}

struct pair {
    struct tg_person_shift *to;
    const struct tg_post *was, *is;
};

static void add(const struct pair *of, enum tg_shift shift, struct tg_term term)
{
    struct tg_person_shift *to = of->to;
    if (!tg_term_empty(term))
        to->shift[to->n++] = (struct tg_post_shift){.shift = shift,
                                                    .term = term,
                                                    .was_person = to->was,
                                                    .is_person = to->is,
                                                    .was = shift == TG_SHIFT_GAINS ? NULL : of->was,
                                                    .is = shift == TG_SHIFT_LOSES ? NULL : of->is};
}

/* The days of a that are not days of b: before it, and after it. */
static void add_rest(const struct pair *of, enum tg_shift shift, struct tg_term a, struct tg_term b)
{
    if (tg_term_empty(tg_term_both(a, b))) {
        add(of, shift, a);
        return;
    }
    if (a.from < b.from)
        add(of, shift, (struct tg_term){a.from, b.from - 1});
    if (a.to > b.to)
        add(of, shift, (struct tg_term){b.to + 1, a.to});
}

static const struct tg_term never = {TG_DAY_MAX, TG_DAY_MIN};

static struct tg_term term_of(const struct tg_person *p, const struct tg_post *post, tg_day since)
{
    const struct tg_term coming = {since, TG_DAY_MAX};
    return post == NULL ? never : tg_term_both(tg_post_term(p, post), coming);
}

static void compare(const struct pair *of, tg_day since)
{
    struct tg_term was = term_of(of->to->was, of->was, since), is = term_of(of->to->is, of->is, since);
    add_rest(of, TG_SHIFT_LOSES, was, is);
    if (of->was != NULL && of->is != NULL && !same_hat(of->to->was, of->was, of->to->is, of->is))
        add(of, TG_SHIFT_CHANGES, tg_term_both(was, is));
    add_rest(of, TG_SHIFT_GAINS, is, was);
}

static const struct tg_post *post_of(const struct tg_person *p, const char *id)
{
    for (size_t i = 0; p != NULL && i < p->n_posts; i++)
        if (strcmp(p->posts[i].id, id) == 0)
            return &p->posts[i];
    return NULL;
}

static int by_day(const void *a, const void *b)
{
    const struct tg_post_shift *x = a, *y = b;
    if (x->term.from != y->term.from)
        return x->term.from < y->term.from ? -1 : 1;
    int posts = strcmp((x->was != NULL ? x->was : x->is)->id, (y->was != NULL ? y->was : y->is)->id);
    return posts != 0 ? posts : (int)x->shift - (int)y->shift;
}

static bool is_idle(const struct tg_person *p, tg_day since)
{
    for (size_t i = 0; p != NULL && i < p->n_posts; i++)
        if (!tg_term_empty(term_of(p, &p->posts[i], since)))
            return false;
    return p != NULL;
}

static void shifts_of(struct tg_person_shift *to, tg_day since)
{
    to->n = 0;
    for (size_t i = 0; to->was != NULL && i < to->was->n_posts; i++)
        compare(&(struct pair){to, &to->was->posts[i], post_of(to->is, to->was->posts[i].id)}, since);
    for (size_t i = 0; to->is != NULL && i < to->is->n_posts; i++)
        if (post_of(to->was, to->is->posts[i].id) == NULL)
            compare(&(struct pair){to, NULL, &to->is->posts[i]}, since);
    if (to->n > 1)
        qsort(to->shift, to->n, sizeof *to->shift, by_day);
    to->idle = is_idle(to->is, since);
}

/* Which of two sorted lists goes on: below 0 the first, above 0 the second, 0 both. */
static int next_of(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == NULL ? 1 : -1;
    return strcmp(a, b);
}

enum tg_err tg_people_diff(const struct tg_staff_book *was, const struct tg_staff_book *is, tg_day since,
                           tg_person_shift_each *each, void *ctx)
{
    struct tg_person_shift *one = malloc(sizeof *one);
    enum tg_err e = one != NULL ? TG_OK : TG_E_NOMEM;
    size_t a = 0, b = 0;
    while (e == TG_OK && (a < was->people.n || b < is->people.n)) {
        const struct tg_person *p = a < was->people.n ? &was->people.person[a] : NULL;
        const struct tg_person *q = b < is->people.n ? &is->people.person[b] : NULL;
        int next = next_of(p != NULL ? p->id : NULL, q != NULL ? q->id : NULL);
        one->was = next <= 0 ? p : NULL;
        one->is = next >= 0 ? q : NULL;
        a += next <= 0;
        b += next >= 0;
        shifts_of(one, since);
        e = each(ctx, one);
    }
    free(one);
    return e;
}

static bool card_differs(const struct tg_card *p, const struct tg_card *q)
{
    const char *was = p != NULL && p->person != NULL ? p->person->id : "";
    const char *is = q != NULL && q->person != NULL ? q->person->id : "";
    return p == NULL || q == NULL || p->blocked != q->blocked || strcmp(was, is) != 0;
}

static struct tg_card_shift card_shift(const struct tg_card *p, const struct tg_card *q)
{
    return (struct tg_card_shift){.card = p != NULL ? p->uuid : q->uuid,
                                  .was = p != NULL ? p->person : NULL,
                                  .is = q != NULL ? q->person : NULL,
                                  .was_listed = p != NULL,
                                  .is_listed = q != NULL,
                                  .was_blocked = p != NULL && p->blocked,
                                  .is_blocked = q != NULL && q->blocked};
}

enum tg_err tg_cards_diff(const struct tg_staff_book *was, const struct tg_staff_book *is,
                          tg_card_shift_each *each, void *ctx)
{
    enum tg_err e = TG_OK;
    size_t a = 0, b = 0;
    while (e == TG_OK && (a < was->cards.n || b < is->cards.n)) {
        const struct tg_card *p = a < was->cards.n ? &was->cards.card[a] : NULL;
        const struct tg_card *q = b < is->cards.n ? &is->cards.card[b] : NULL;
        int next = next_of(p != NULL ? p->uuid : NULL, q != NULL ? q->uuid : NULL);
        p = next <= 0 ? p : NULL;
        q = next >= 0 ? q : NULL;
        a += next <= 0;
        b += next >= 0;
        if (card_differs(p, q)) {
            struct tg_card_shift shift = card_shift(p, q);
            e = each(ctx, &shift);
        }
    }
    return e;
}

static bool company_differs(const struct tg_company *p, const struct tg_company *q)
{
    return p == NULL || q == NULL || p->kind != q->kind || p->home != q->home ||
           strcmp(p->name, q->name) != 0;
}

enum tg_err tg_companies_diff(const struct tg_staff_book *was, const struct tg_staff_book *is,
                              tg_company_shift_each *each, void *ctx)
{
    size_t n = was->companies != NULL ? tg_companies_count(was->companies) : 0;
    size_t m = is->companies != NULL ? tg_companies_count(is->companies) : 0;
    enum tg_err e = TG_OK;
    size_t a = 0, b = 0;
    while (e == TG_OK && (a < n || b < m)) {
        const struct tg_company *p = a < n ? tg_companies_at(was->companies, a) : NULL;
        const struct tg_company *q = b < m ? tg_companies_at(is->companies, b) : NULL;
        int next = next_of(p != NULL ? p->code : NULL, q != NULL ? q->code : NULL);
        p = next <= 0 ? p : NULL;
        q = next >= 0 ? q : NULL;
        a += next <= 0;
        b += next >= 0;
        if (company_differs(p, q))
            e = each(ctx, p, q);
    }
    return e;
}
