#include "server/records/synth.h"

#include <stdlib.h>
#include <string.h>

#include "server/records/synth_draw.h"

#define ROWS_MAX 100000000u
#define CUSTOMER_BITS 27u         /* the first power of two over ROWS_MAX */
#define CUSTOMER_FIRST 100000000u /* nine digits, and none that a phone number begins with */

/* Thousandths of each class, and of the companies in it. */
static const struct {
    enum tg_class class;
    unsigned share, companies;
} mix[] = {
    {TG_C_OWN, 620, 110},         {TG_C_OTHER, 220, 150},        {TG_C_FORMER, 70, 100},
    {TG_C_VACANT, 40, 80},        {TG_C_GENERATOR_OWN, 25, 120}, {TG_C_GENERATOR_OTHER, 15, 250},
    {TG_C_LAST_RESORT, 10, 1000},
};

void tg_synth_free(struct tg_synth **s)
{
    free(*s);
    *s = NULL;
}

static void find_sellers(struct tg_synth *s, const struct tg_companies *companies)
{
    for (size_t i = 0; i < tg_companies_count(companies); i++) {
        const struct tg_company *c = tg_companies_at(companies, i);
        if (c->home)
            s->home = c->code;
        else if (c->kind == TG_COMPANY_NETWORK && s->network == NULL)
            s->network = c->code;
        else if (c->kind == TG_COMPANY_RETAIL && s->n_sellers < TG_SYNTH_SELLERS)
            s->seller[s->n_sellers++] = c->code;
    }
}

enum tg_err tg_synth_new(const struct tg_companies *companies, uint64_t seed, struct tg_synth **ret)
{
    struct tg_synth *s = calloc(1, sizeof *s);
    if (s == NULL)
        return TG_E_NOMEM;
    find_sellers(s, companies);
    if (s->home == NULL || s->n_sellers == 0) {
        tg_synth_free(&s);
        return TG_E_CONFIG;
    }
    /* four independent keys out of one seed */
    s->row_key = tg_dice_mix(seed + 0x9e3779b97f4a7c15u);
    s->id_key = tg_dice_mix(s->row_key + 1);
    s->point_key = tg_dice_mix(s->row_key + 2);
    s->customer_key = tg_dice_mix(s->row_key + 3);
    tg_synth_place_wheel(s);
    tg_synth_person_wheel(s);
    *ret = s;
    return TG_OK;
}

/* Thirteen letters are a bijection of the row; the rest only makes it look like the ids of an import. */
static void put_id(struct tg_draw *d)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint64_t z = tg_dice_mix(d->i ^ d->s->id_key);
    uint64_t more = tg_dice_mix(z ^ d->s->row_key);
    char id[22] = "c";
    for (unsigned k = 0; k < 13; k++, z >>= 5)
        id[1 + k] = letters[z & 31];
    for (unsigned k = 13; k < 20; k++, more >>= 5)
        id[1 + k] = letters[more & 31];
    size_t from = d->page->n;
    tg_page_put(d->page, id);
    d->c->id = tg_page_since(d->page, from);
}

/* 02 and twenty digits, a bijection of 2 i (what is drawn) or 2 i + 1 (what is fed in). */
static void put_point(struct tg_draw *d, enum tg_field f)
{
    uint64_t which = 2 * d->i + (f == TG_F_GEN_POINT ? 1 : 0);
    size_t from = d->page->n;
    tg_page_put(d->page, "02");
    tg_page_number(d->page, tg_dice_mix(which ^ d->s->point_key), 20);
    d->c->value[f] = tg_page_since(d->page, from);
}

/* Odd factors and shifts to the right are bijections of CUSTOMER_BITS bits. */
static void put_customer(struct tg_draw *d)
{
    const uint64_t mask = ((uint64_t)1 << CUSTOMER_BITS) - 1;
    uint64_t z = (d->i ^ d->s->customer_key) & mask;
    for (unsigned round = 0; round < 3; round++) {
        z = (z * (d->s->customer_key >> 32 | 1)) & mask;
        z ^= z >> 14;
    }
    size_t from = d->page->n;
    tg_page_number(d->page, CUSTOMER_FIRST + z, 9);
    d->c->value[TG_F_CUSTOMER_NO] = tg_page_since(d->page, from);
}

/* The first sells most: each one after it a share less, as in a young market. */
static const char *seller(struct tg_draw *d)
{
    size_t a = tg_dice_below(&d->dice, (unsigned)d->s->n_sellers);
    size_t b = tg_dice_below(&d->dice, (unsigned)d->s->n_sellers);
    return d->s->seller[a < b ? a : b];
}

static void put_retailer(struct tg_draw *d)
{
    const char *code = d->s->home;
    if (d->class == TG_C_VACANT)
        return;
    if (d->class == TG_C_OTHER || d->class == TG_C_GENERATOR_OTHER || d->class == TG_C_LAST_RESORT)
        code = seller(d);
    /* the network company supplies as a last resort, and buys from most small plants */
    bool network =
        d->class == TG_C_LAST_RESORT || (d->class == TG_C_GENERATOR_OTHER && tg_dice_hit(&d->dice, 500));
    if (network && d->s->network != NULL)
        code = d->s->network;
    d->c->value[TG_F_RETAILER] = tg_span_str(code);
}

static void choose_class(struct tg_draw *d)
{
    unsigned at = tg_dice_below(&d->dice, 1000);
    unsigned k = 0;
    while (at >= mix[k].share) {
        at -= mix[k].share;
        k++;
    }
    d->class = mix[k].class;
    d->company = tg_dice_hit(&d->dice, mix[k].companies);
    bool large = d->company && d->class != TG_C_GENERATOR_OWN && d->class != TG_C_GENERATOR_OTHER;
    d->high = d->class == TG_C_LAST_RESORT || (large && tg_dice_hit(&d->dice, 150));
    d->surname = d->s->surname[tg_dice_below(&d->dice, TG_SYNTH_SURNAME_SLOTS)];
    d->c->class = tg_span_str(tg_class_name(d->class));
}

static void put_row(struct tg_draw *d)
{
    bool generator = d->class == TG_C_GENERATOR_OWN || d->class == TG_C_GENERATOR_OTHER;
    put_id(d);
    tg_synth_place(d);
    put_point(d, TG_F_POINT);
    put_retailer(d);
    if (d->class != TG_C_VACANT) {
        tg_synth_person(d);
        tg_synth_phone(d);
        put_customer(d);
    }
    tg_synth_supply(d);
    tg_synth_contract(d);
    if (generator) {
        put_point(d, TG_F_GEN_POINT);
        tg_synth_generator(d);
    }
}

enum tg_err tg_synth_row(struct tg_synth *s, uint64_t i, struct tg_customer *ret)
{
    struct tg_draw d = {.s = s, .page = &s->page, .c = ret, .i = i};
    if (i >= ROWS_MAX)
        return TG_E_LIMIT;
    memset(ret, 0, sizeof *ret);
    s->page.n = 0;
    s->page.full = false;
    d.dice.s = tg_dice_mix(i ^ s->row_key);
    choose_class(&d);
    put_row(&d);
    return s->page.full ? TG_E_LIMIT : TG_OK;
}
