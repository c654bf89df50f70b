#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/text.h"
#include "server/staff/parts.h"

static void book_free(struct tg_staff_book *b)
{
    tg_consents_done(&b->consents);
    tg_cards_done(&b->cards);
    tg_people_done(&b->people);
    tg_companies_free(&b->companies);
    free(b);
}

struct tg_staff_book *tg_book_ref(struct tg_staff_book *b)
{
    atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
    return b;
}

void tg_book_unref(struct tg_staff_book **b)
{
    if (*b != NULL && atomic_fetch_sub_explicit(&(*b)->refs, 1, memory_order_acq_rel) == 1)
        book_free(*b);
    *b = NULL;
}

static enum tg_err read_all(struct tg_staff_book *b, char *const path[4], struct tg_faults *faults)
{
    struct tg_source from = {.path = path[0], .faults = faults, .copy = NULL};
    enum tg_err e = tg_companies_read(&from, &b->companies);
    if (e != TG_OK)
        return e;
    from.path = path[1];
    e = tg_people_read(&from, b->companies, &b->people);
    if (e != TG_OK)
        return e;
    from.path = path[2];
    e = tg_cards_read(&from, &b->people, false, &b->cards);
    if (e != TG_OK || access(path[3], F_OK) != 0)
        return e;
    from.path = path[3];
    return tg_consents_read(&from, b->companies, &b->consents);
}

static enum tg_err load(struct tg_staff_book *b, const char *folder, struct tg_faults *faults)
{
    char *path[4] = {tg_path_join(folder, "companies.csv"), tg_path_join(folder, "staff.csv"),
                     tg_path_join(folder, "cards.csv"), tg_path_join(folder, "consents.csv")};
    enum tg_err e = TG_E_NOMEM;
    if (path[0] != NULL && path[1] != NULL && path[2] != NULL && path[3] != NULL)
        e = read_all(b, path, faults);
    for (size_t i = 0; i < 4; i++)
        free(path[i]);
    return e;
}

enum tg_err tg_book_load(const char *folder, struct tg_staff_book **ret, char *why, size_t size)
{
    TG_FAULTS_AUTO faults = {.n = 0};
    struct tg_staff_book *b = calloc(1, sizeof *b);
    if (size > 0)
        why[0] = '\0';
    if (b == NULL)
        return TG_E_NOMEM;
    atomic_init(&b->refs, 1);
    enum tg_err e = load(b, folder, &faults);
    tg_faults_first(&faults, NULL, why, size);
    if (e == TG_OK)
        *ret = b;
    else
        book_free(b);
    return e;
}

const struct tg_companies *tg_book_companies(const struct tg_staff_book *b)
{
    return b->companies;
}

const struct tg_person *tg_book_person(const struct tg_staff_book *b, const char *id)
{
    return tg_people_find(&b->people, id);
}

const struct tg_consent *tg_book_consent(const struct tg_staff_book *b, const char *ref)
{
    return tg_consents_find(&b->consents, ref);
}

static int by_uuid(const void *key, const void *element)
{
    const struct tg_card *c = element;
    return strcmp(key, c->uuid);
}

static const struct tg_card *find_card(const struct tg_staff_book *b, const char *uuid)
{
    char key[37];
    if (b->cards.n == 0 || tg_copy(key, sizeof key, tg_span_str(uuid)) != TG_OK)
        return NULL;
    for (char *c = key; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'F')
            *c = (char)(*c - 'A' + 'a');
    return bsearch(key, b->cards.card, b->cards.n, sizeof *b->cards.card, by_uuid);
}

enum tg_err tg_book_card(const struct tg_staff_book *b, const char *card, const struct tg_person **ret)
{
    const struct tg_card *c = find_card(b, card);
    if (c == NULL)
        return TG_E_CARD_UNKNOWN;
    if (c->blocked)
        return TG_E_CARD_BLOCKED;
    if (c->person == NULL)
        return TG_E_PERSON_UNKNOWN;
    *ret = c->person;
    return TG_OK;
}

enum tg_err tg_person_check(const struct tg_person *p, tg_day day)
{
    if (day > p->left)
        return TG_E_PERSON_LEFT;
    if (day > p->contract_end)
        return TG_E_CONTRACT_OVER;
    return TG_OK;
}

static bool in_force(const struct tg_post *p, tg_day day)
{
    return p->from <= day && day <= p->to;
}

enum tg_err tg_person_post(const struct tg_person *p, const char *wanted, tg_day day,
                           const struct tg_post **ret)
{
    bool any = wanted == NULL || wanted[0] == '\0';
    const struct tg_post *found = NULL;
    size_t held = 0;
    for (size_t i = 0; i < p->n_posts; i++) {
        if (!in_force(&p->posts[i], day))
            continue;
        held++;
        if (any || strcmp(p->posts[i].id, wanted) == 0)
            found = &p->posts[i];
    }
    if (held == 0)
        return TG_E_POST_NONE;
    if (any && held > 1)
        return TG_E_POST_CHOICE;
    if (found == NULL)
        return TG_E_POST_NOT_HELD;
    *ret = found;
    return TG_OK;
}
