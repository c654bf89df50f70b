#include "certs/base/text.h"
#include "server/staff/keyed.h"
#include "server/staff/parts.h"

enum { CARD, PERSON, STATUS, COLUMNS };
static const char *const columns[COLUMNS] = {"card", "person", "status"};
static const struct tg_table_def def = {.file = "cards.csv", .column = columns, .n = COLUMNS};

struct reader {
    const struct tg_people *people;
    bool strict;
    struct tg_keyed cards;
};

static bool read_status(const struct tg_line *l, bool *blocked)
{
    *blocked = tg_span_is(l->cell[STATUS], "blocked");
    if (*blocked || tg_span_is(l->cell[STATUS], "active"))
        return true;
    tg_line_complain(l, STATUS, "active か blocked です / active or blocked");
    return false;
}

static bool read_card(const struct tg_line *l, const struct reader *r, struct tg_card *ret)
{
    bool ok = tg_line_check(l, CARD, TG_FORM_UUID);
    ok = tg_line_check(l, PERSON, TG_FORM_PERSON) && ok;
    ok = read_status(l, &ret->blocked) && ok;
    char person[TG_PERSON_BYTES];
    if (!ok || tg_copy(person, sizeof person, l->cell[PERSON]) != TG_OK ||
        tg_copy(ret->uuid, sizeof ret->uuid, l->cell[CARD]) != TG_OK)
        return false;
    for (char *c = ret->uuid; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'F')
            *c = (char)(*c - 'A' + 'a');
    ret->person = tg_people_find(r->people, person);
    if (ret->person == NULL && r->strict)
        tg_line_complain(l, PERSON, "職員名簿にない人です / not in staff.csv");
    return ret->person != NULL || !r->strict;
}

static enum tg_err on_row(void *ctx, const struct tg_line *l)
{
    struct reader *r = ctx;
    struct tg_card c;
    memset(&c, 0, sizeof c);
    return read_card(l, r, &c) ? tg_keyed_add(&r->cards, l->line, &c) : TG_OK;
}

enum tg_err tg_cards_read(struct tg_source *from, const struct tg_people *people, bool strict,
                          struct tg_cards *ret)
{
    struct reader r = {.people = people,
                       .strict = strict,
                       .cards = {.def = &def,
                                 .column = CARD,
                                 .twice = "同じカードが 2 度あります / the card is listed twice",
                                 .size = sizeof(struct tg_card),
                                 .most = TG_CARDS}};
    void *sorted = NULL;
    memset(ret, 0, sizeof *ret);
    enum tg_err e = tg_keyed_read(&r.cards, from, on_row, &r, &sorted);
    if (e == TG_OK)
        *ret = (struct tg_cards){.card = sorted, .n = r.cards.n};
    for (size_t i = 0; i < ret->n; i++)
        ret->strangers += ret->card[i].person == NULL;
    tg_keyed_done(&r.cards);
    return e;
}

void tg_cards_done(struct tg_cards *c)
{
    free(c->card);
    memset(c, 0, sizeof *c);
}
