#include <string.h>

#include "server/records/synth_draw.h"

struct place {
    const char *code, *county, *name, *kana;
    const char *post;     /* prefixes of three digits, one behind the other */
    const char *dial;     /* 市外局番 */
    const char *exchange; /* first digits of 市内局番 */
    unsigned people;      /* hundreds */
};

static const struct place places[] = {
#define PLACE(code, county, name, kana, post, dial, exchange, people) \
    {code, county, name, kana, post, dial, exchange, people},
#include "server/records/synth_place.inc"
#undef PLACE
};

#define TOWN(s) s,
#define RURAL(s)
#define LOCAL(s)
#define FLATS(s)
static const char *const towns[] = {
#include "server/records/synth_town.inc"
};
#undef TOWN
#undef RURAL
#define TOWN(s)
#define RURAL(s) s,
static const char *const rurals[] = {
#include "server/records/synth_town.inc"
};
#undef RURAL
#undef LOCAL
#define RURAL(s)
#define LOCAL(s) s,
static const char *const locals[] = {
#include "server/records/synth_town.inc"
};
#undef LOCAL
#undef FLATS
#define LOCAL(s)
#define FLATS(s) s,
static const char *const flats[] = {
#include "server/records/synth_town.inc"
};

#define COUNT(a) ((unsigned)(sizeof(a) / sizeof(a)[0]))
#define PREFECTURES 7u
#define LOCALS_EACH (COUNT(locals) / PREFECTURES)
#define CITY_PEOPLE 300u /* below, most addresses have a 大字 */

static unsigned people(size_t i)
{
    return places[i].people;
}

void tg_synth_place_wheel(struct tg_synth *s)
{
    tg_wheel_fill(s->place, TG_SYNTH_PLACE_SLOTS, COUNT(places), people);
}

const char *tg_synth_place_name(const struct tg_draw *d)
{
    return places[d->place].name;
}

const char *tg_synth_place_kana(const struct tg_draw *d)
{
    return places[d->place].kana;
}

/* 02 … 07 and 15 -> 0 … 6. */
static unsigned prefecture(const struct place *p)
{
    return p->code[0] == '1' ? PREFECTURES - 1 : (unsigned)(p->code[1] - '2');
}

static void put_postcode(struct tg_draw *d, const struct place *p)
{
    size_t from = d->page->n;
    unsigned which = tg_dice_below(&d->dice, (unsigned)strlen(p->post) / 3);
    for (unsigned i = 0; i < 3; i++)
        tg_page_number(d->page, (unsigned)(p->post[3 * which + i] - '0'), 1);
    tg_page_put(d->page, "-");
    tg_page_number(d->page, tg_dice_below(&d->dice, 10000), 4);
    d->c->value[TG_F_POSTCODE] = tg_page_since(d->page, from);
}

static void put_chome(struct tg_draw *d)
{
    static const char *const kanji[] = {"一", "二", "三", "四", "五", "六"};
    unsigned chome = tg_dice_below(&d->dice, COUNT(kanji));
    unsigned style = tg_dice_below(&d->dice, 8);
    if (style == 0)
        tg_page_put(d->page, kanji[chome]);
    else
        tg_page_number(d->page, chome + 1, 0);
    tg_page_put(d->page, style < 3 ? "丁目" : "-");
}

/* 12番3号, 12-3 */
static void put_block(struct tg_draw *d)
{
    bool words = tg_dice_hit(&d->dice, 200);
    tg_page_number(d->page, 1 + tg_dice_below(&d->dice, 40), 0);
    tg_page_put(d->page, words ? "番" : "-");
    tg_page_number(d->page, 1 + tg_dice_below(&d->dice, 30), 0);
    if (words)
        tg_page_put(d->page, "号");
}

/* 46番地1, 46番地, 46-1 */
static void put_lot(struct tg_draw *d)
{
    unsigned style = tg_dice_below(&d->dice, 6);
    tg_page_number(d->page, 1 + tg_dice_below(&d->dice, 300), 0);
    tg_page_put(d->page, style < 3 ? "番地" : style < 5 ? "-" : "番");
    if (style > 0)
        tg_page_number(d->page, 1 + tg_dice_below(&d->dice, 60), 0);
}

static void put_flat(struct tg_draw *d)
{
    unsigned room = 100 * (1 + tg_dice_below(&d->dice, 9)) + 1 + tg_dice_below(&d->dice, 12);
    tg_page_put(d->page, "　");
    tg_page_put(d->page, flats[tg_dice_below(&d->dice, COUNT(flats))]);
    tg_page_put(d->page, tg_dice_hit(&d->dice, 500) ? d->town : tg_synth_surname(d));
    tg_page_put(d->page, tg_dice_hit(&d->dice, 500) ? "　" : "");
    tg_page_number(d->page, room, 0);
    tg_page_put(d->page, tg_dice_hit(&d->dice, 400) ? "号室" : "");
}

static void put_city(struct tg_draw *d, const struct place *p)
{
    bool own = tg_dice_hit(&d->dice, p->people > 5 * CITY_PEOPLE ? 350 : 100);
    d->town = own ? locals[prefecture(p) * LOCALS_EACH + tg_dice_below(&d->dice, LOCALS_EACH)]
                  : towns[tg_dice_below(&d->dice, COUNT(towns))];
    tg_page_put(d->page, d->town);
    if (tg_dice_hit(&d->dice, 650)) {
        put_chome(d);
        put_block(d);
    } else {
        put_lot(d);
    }
    if (tg_dice_hit(&d->dice, d->company ? 60 : 280))
        put_flat(d);
}

static void put_country(struct tg_draw *d)
{
    unsigned style = tg_dice_below(&d->dice, 8);
    d->town = rurals[tg_dice_below(&d->dice, COUNT(rurals))];
    tg_page_put(d->page, style < 5 ? "大字" : "");
    tg_page_put(d->page, d->town);
    if (style != 7) {
        tg_page_put(d->page, "字");
        tg_page_put(d->page, rurals[tg_dice_below(&d->dice, COUNT(rurals))]);
    }
    put_lot(d);
}

void tg_synth_place(struct tg_draw *d)
{
    static const char *const names[PREFECTURES] = {"青森県", "岩手県", "宮城県", "秋田県",
                                                   "山形県", "福島県", "新潟県"};
    d->place = d->s->place[tg_dice_below(&d->dice, TG_SYNTH_PLACE_SLOTS)];
    const struct place *p = &places[d->place];
    d->c->area = tg_span(p->code, 5);
    put_postcode(d, p);
    size_t from = d->page->n;
    tg_page_put(d->page, names[prefecture(p)]);
    tg_page_put(d->page, p->county);
    tg_page_put(d->page, p->name);
    if (tg_dice_hit(&d->dice, p->people < CITY_PEOPLE ? 700 : 150))
        put_country(d);
    else
        put_city(d, p);
    d->c->value[TG_F_ADDRESS] = tg_page_since(d->page, from);
}

static void put_mobile(struct tg_draw *d)
{
    static const char *const head[] = {"090-", "080-", "070-"};
    unsigned which = tg_dice_below(&d->dice, 10);
    tg_page_put(d->page, head[which < 5 ? 0 : which < 9 ? 1 : 2]);
    tg_page_number(d->page, 1000 + tg_dice_below(&d->dice, 9000), 4);
    tg_page_put(d->page, "-");
    tg_page_number(d->page, tg_dice_below(&d->dice, 10000), 4);
}

/* 市外局番 and 市内局番 have six digits together. */
static void put_line(struct tg_draw *d, const struct place *p)
{
    unsigned rest = 5 - (unsigned)strlen(p->dial); /* digits behind the exchange's first */
    unsigned range = rest == 2 ? 100 : 10;
    tg_page_put(d->page, p->dial);
    tg_page_put(d->page, "-");
    unsigned first = tg_dice_below(&d->dice, (unsigned)strlen(p->exchange));
    tg_page_number(d->page, (unsigned)(p->exchange[first] - '0'), 1);
    tg_page_number(d->page, tg_dice_below(&d->dice, range), rest);
    tg_page_put(d->page, "-");
    tg_page_number(d->page, tg_dice_below(&d->dice, 10000), 4);
}

void tg_synth_phone(struct tg_draw *d)
{
    size_t from = d->page->n;
    if (!d->company && tg_dice_hit(&d->dice, 480)) {
        put_mobile(d);
    } else if (d->company && tg_dice_hit(&d->dice, 50)) {
        tg_page_put(d->page, "0120-");
        tg_page_number(d->page, tg_dice_below(&d->dice, 1000000), 6);
    } else {
        put_line(d, &places[d->place]);
    }
    d->c->value[TG_F_PHONE] = tg_page_since(d->page, from);
}
