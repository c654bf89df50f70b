/* What the text in the one search box is taken for (CAPABILITIES G1). Pure; plain text (plain.h). */
#ifndef TG_KIND_H
#define TG_KIND_H

#include "certs/base/blob.h"

enum tg_kind {
    TG_KIND_AUTO, /* nothing yet */
    TG_KIND_KANA, /* katakana, hiragana, or romaji that can be read to its end */
    TG_KIND_NAME,
    TG_KIND_PHONE,
    TG_KIND_POINT,
    TG_KIND_CUSTOMER,
    TG_KIND_ADDRESS,
    TG_KIND_DATE,
    TG_KIND_COUNT
};

/* The likeliest; of nothing TG_KIND_AUTO. What is nothing else is a name. */
enum tg_kind tg_kind_guess(struct tg_span plain);
/* Whether it can be that at all: a person may choose among these. */
bool tg_kind_may(enum tg_kind k, struct tg_span plain);
/* Letters that are romaji to the end. */
bool tg_kind_romaji(struct tg_span plain);

#endif
