/* Names that did not fit, of the last day. Internal to the room; the caller holds the lock. */
#ifndef TG_INQUIRY_TRIES_H
#define TG_INQUIRY_TRIES_H

#include "server/inquiry/step.h"

struct tg_try {
    tg_sec at;
    char person[TG_PERSON_BYTES], company[16];
    uint8_t point[32]; /* keyed hash */
    bool many;         /* one of a bulk: thousands of rows have their share of misprints */
};

struct tg_tries {
    struct tg_try *t; /* in the order of trying */
    size_t n, cap;
};

/* TG_E_INQUIRY_TRIES, TG_E_BUSY, TG_E_NOMEM, TG_E_FORM (no hash). *left: for the point, after this one. */
enum tg_err tg_tries_add(struct tg_tries *t, const struct tg_inquiry_step *s, unsigned *left) TG_MUST;
/* The same from the journal: counted, whatever the limits say. */
enum tg_err tg_tries_recall(struct tg_tries *t, const struct tg_inquiry_step *s) TG_MUST;
/* Takes the last one of this person, point and moment out again. */
void tg_tries_remove(struct tg_tries *t, const struct tg_inquiry_step *s);
void tg_tries_done(struct tg_tries *t);

#endif
