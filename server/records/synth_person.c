#include <string.h>

#include "server/records/synth_draw.h"

struct word {
    const char *name, *kana;
};

struct surname {
    struct word word;
    unsigned weight;
};

static const struct surname surnames[] = {
#define SURNAME(name, kana, weight) {{name, kana}, weight},
#include "server/records/synth_surname.inc"
};

static const struct word givens[] = {
#define GIVEN(name, kana) {name, kana},
#include "server/records/synth_given.inc"
};

enum made_of { OF_TRADE, OF_SURNAME, OF_STEM, OF_PLACE, OF_OFFICE };

struct body {
    struct word before, after;
    enum made_of of;
    unsigned weight;
};

#define STEM(name, kana) {name, kana},
#define TRADE(name, kana)
#define BODY(before, after, kana_before, kana_after, of, weight)
static const struct word stems[] = {
#include "server/records/synth_trade.inc"
};
#undef STEM
#undef TRADE
#define STEM(name, kana)
#define TRADE(name, kana) {name, kana},
static const struct word trades[] = {
#include "server/records/synth_trade.inc"
};
#undef TRADE
#undef BODY
#define TRADE(name, kana)
#define BODY(before, after, kana_before, kana_after, of, weight) \
    {{before, kana_before}, {after, kana_after}, of, weight},
static const struct body bodies[] = {
#include "server/records/synth_trade.inc"
};

#define COUNT(a) ((unsigned)(sizeof(a) / sizeof(a)[0]))

static unsigned surname_weight(size_t i)
{
    return surnames[i].weight;
}

static unsigned body_weight(size_t i)
{
    return bodies[i].weight;
}

void tg_synth_person_wheel(struct tg_synth *s)
{
    tg_wheel_fill(s->surname, TG_SYNTH_SURNAME_SLOTS, COUNT(surnames), surname_weight);
    tg_wheel_fill(s->body, TG_SYNTH_BODY_SLOTS, COUNT(bodies), body_weight);
}

const char *tg_synth_surname(const struct tg_draw *d)
{
    return surnames[d->surname].word.name;
}

static void put_person(struct tg_draw *d)
{
    const struct word *family = &surnames[d->surname].word;
    const struct word *given = &givens[tg_dice_below(&d->dice, COUNT(givens))];
    size_t from = d->page->n;
    tg_page_put(d->page, family->name);
    tg_page_put(d->page, "　");
    tg_page_put(d->page, given->name);
    d->c->value[TG_F_NAME] = tg_page_since(d->page, from);
    from = d->page->n;
    tg_page_put(d->page, family->kana);
    tg_page_put(d->page, "　");
    tg_page_put(d->page, given->kana);
    d->c->value[TG_F_KANA] = tg_page_since(d->page, from);
}

/* The middle of a company's name, at most two words. */
static void middle(struct tg_draw *d, enum made_of of, struct word ret[2])
{
    struct word place = {tg_synth_place_name(d), tg_synth_place_kana(d)};
    size_t n = strlen(place.name);
    bool city = strcmp(place.name + n - 3, "市") == 0 || strcmp(place.name + n - 3, "区") == 0;
    ret[0] = surnames[d->surname].word;
    ret[1] = (struct word){"", ""};
    switch (of) {
    case OF_TRADE:
        if (tg_dice_hit(&d->dice, 600))
            ret[0] = stems[tg_dice_below(&d->dice, COUNT(stems))];
        ret[1] = trades[tg_dice_below(&d->dice, COUNT(trades))];
        break;
    case OF_STEM:
        ret[0] = stems[tg_dice_below(&d->dice, COUNT(stems))];
        break;
    case OF_PLACE:
        ret[0] = place;
        break;
    case OF_OFFICE:
        ret[0] = place;
        ret[1] = city ? (struct word){"役所", "ヤクショ"} : (struct word){"役場", "ヤクバ"};
        break;
    case OF_SURNAME:
    default:
        break;
    }
}

static void put_body(struct tg_draw *d)
{
    const struct body *b = &bodies[d->s->body[tg_dice_below(&d->dice, TG_SYNTH_BODY_SLOTS)]];
    struct word m[2];
    middle(d, b->of, m);
    size_t from = d->page->n;
    tg_page_put(d->page, b->before.name);
    tg_page_put(d->page, m[0].name);
    tg_page_put(d->page, m[1].name);
    tg_page_put(d->page, b->after.name);
    d->c->value[TG_F_NAME] = tg_page_since(d->page, from);
    from = d->page->n;
    tg_page_put(d->page, b->before.kana);
    tg_page_put(d->page, m[0].kana);
    tg_page_put(d->page, m[1].kana);
    tg_page_put(d->page, b->after.kana);
    d->c->value[TG_F_KANA] = tg_page_since(d->page, from);
}

void tg_synth_person(struct tg_draw *d)
{
    if (d->company)
        put_body(d);
    else
        put_person(d);
}
