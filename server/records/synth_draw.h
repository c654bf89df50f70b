/* What the parts of the generator share: one row's dice, the page it is written on, and draws by weight.
 *
 *   synth.c          who sells to whom; ids; the order of a row
 *   synth_text.c     this header's own
 *   synth_place.c    municipality, address, postal code, phone
 *   synth_person.c   people and companies, with kana
 *   synth_supply.c   what is connected: capacity, meter, pole, contract, generators
 */
#ifndef TG_SYNTH_DRAW_H
#define TG_SYNTH_DRAW_H

#include "server/records/synth.h"

#define TG_SYNTH_PAGE_BYTES 4096u
#define TG_SYNTH_PLACE_SLOTS 32768u
#define TG_SYNTH_SURNAME_SLOTS 16384u
#define TG_SYNTH_BODY_SLOTS 2048u
#define TG_SYNTH_SELLERS 64u

/* A counter-based generator (splitmix64): its state is made of seed and row, so no row knows another. */
struct tg_dice {
    uint64_t s;
};

uint64_t tg_dice_mix(uint64_t z); /* a bijection of 64 bits */
/* 0 … below - 1; below at most 2^32. */
unsigned tg_dice_below(struct tg_dice *d, unsigned below);
/* True in about thousandth of 1,000 draws. */
bool tg_dice_hit(struct tg_dice *d, unsigned thousandth);

/* What is written of one row. A text that does not fit sets full and is left out. */
struct tg_page {
    size_t n;
    bool full;
    char text[TG_SYNTH_PAGE_BYTES];
};

void tg_page_put(struct tg_page *p, const char *s);
/* Decimal, with zeros in front up to width (0: none); width at most 20. */
void tg_page_number(struct tg_page *p, uint64_t v, unsigned width);
struct tg_span tg_page_since(const struct tg_page *p, size_t from);

/* Draws by weight: a slot for each entry and the rest by weight, so that the smallest is still drawn. */
void tg_wheel_fill(uint16_t *slot, size_t slots, size_t n, unsigned (*weight)(size_t i));

struct tg_synth {
    uint64_t id_key, point_key, customer_key, row_key;
    const char *home, *network; /* codes, borrowed; network may be NULL */
    size_t n_sellers;
    const char *seller[TG_SYNTH_SELLERS]; /* other retailers */
    uint16_t place[TG_SYNTH_PLACE_SLOTS];
    uint16_t surname[TG_SYNTH_SURNAME_SLOTS];
    uint16_t body[TG_SYNTH_BODY_SLOTS];
    struct tg_page page;
};

/* One row while it is made. */
struct tg_draw {
    struct tg_synth *s;
    struct tg_page *page;
    struct tg_customer *c;
    uint64_t i;
    struct tg_dice dice;
    enum tg_class class;
    bool company;     /* not a household */
    bool high;        /* 6,600 V */
    unsigned place;   /* in the table of places */
    unsigned surname; /* in the table of surnames */
    const char *town; /* its name, for poles */
};

void tg_synth_place_wheel(struct tg_synth *s);
void tg_synth_place(struct tg_draw *d); /* area, postcode, address; place and town */
void tg_synth_phone(struct tg_draw *d);
const char *tg_synth_place_name(const struct tg_draw *d);
const char *tg_synth_place_kana(const struct tg_draw *d);

void tg_synth_person_wheel(struct tg_synth *s);
void tg_synth_person(struct tg_draw *d); /* name, kana */
const char *tg_synth_surname(const struct tg_draw *d);

void tg_synth_supply(struct tg_draw *d);   /* capacity … night_equipment, usage, arrears */
void tg_synth_contract(struct tg_draw *d); /* kind, start, end, status */
void tg_synth_generator(struct tg_draw *d);

#endif
