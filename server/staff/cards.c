#include "certs/base/text.h"
#include "server/staff/parts.h"

enum { CARD, PERSON, STATUS, COLUMNS };
static const char *const columns[COLUMNS] = {"card", "person", "status"};
static const struct tg_table_def def = {.file = "cards.csv", .column = columns, .n = COLUMNS};

/* The line stays with the card until duplicates have been looked for. */
struct raw {
    struct tg_card card;
    uint64_t line;
};

struct reader {
    const struct tg_people *people;
    bool strict;
    struct raw *raw;
    size_t n, cap;
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
    struct raw raw;
    memset(&raw, 0, sizeof raw);
    if (!read_card(l, r, &raw.card))
        return TG_OK;
    raw.line = l->line;
    struct raw *p = tg_grow(r->raw, &r->cap, r->n, sizeof *r->raw, TG_CARDS);
    if (p == NULL)
        return r->n >= TG_CARDS ? TG_E_LIMIT : TG_E_NOMEM;
    r->raw = p;
    r->raw[r->n++] = raw;
    return TG_OK;
}

static int by_card(const void *a, const void *b)
{
    const struct raw *x = a, *y = b;
    int ids = strcmp(x->card.uuid, y->card.uuid);
    if (ids != 0)
        return ids;
    return x->line < y->line ? -1 : x->line > y->line;
}

static enum tg_err settle(struct reader *r, struct tg_faults *faults, struct tg_cards *ret)
{
    if (r->n > 1)
        qsort(r->raw, r->n, sizeof *r->raw, by_card);
    for (size_t i = 1; i < r->n; i++)
        if (strcmp(r->raw[i - 1].card.uuid, r->raw[i].card.uuid) == 0)
            tg_faults_add(faults, (struct tg_line_fault){
                                      .file = def.file,
                                      .line = r->raw[i].line,
                                      .column = columns[CARD],
                                      .what = "同じカードが 2 度あります / the card is listed twice"});
    if (faults->n > 0)
        return TG_E_IMPORT;
    ret->card = calloc(r->n + 1, sizeof *ret->card);
    if (ret->card == NULL)
        return TG_E_NOMEM;
    for (ret->n = 0; ret->n < r->n; ret->n++) {
        ret->card[ret->n] = r->raw[ret->n].card;
        ret->strangers += ret->card[ret->n].person == NULL;
    }
    return TG_OK;
}

enum tg_err tg_cards_read(struct tg_source *from, const struct tg_people *people, bool strict,
                          struct tg_cards *ret)
{
    struct reader r = {.people = people, .strict = strict, .raw = NULL, .n = 0, .cap = 0};
    struct tg_table t = {.def = &def, .faults = from->faults, .copy = from->copy, .row = on_row, .ctx = &r};
    memset(ret, 0, sizeof *ret);
    enum tg_err e = tg_table_read(&t, from->path);
    from->charset = t.charset;
    if (e == TG_OK)
        e = settle(&r, from->faults, ret);
    free(r.raw);
    return e;
}

void tg_cards_done(struct tg_cards *c)
{
    free(c->card);
    memset(c, 0, sizeof *c);
}
