/* What was typed into the one search box, what it is taken for, and the bodies of the requests. The desk
 * decides and asks the server for just that kind: what the person reads before Enter is what is done.
 */
#ifndef TG_TYPED_H
#define TG_TYPED_H

#include "certs/base/limits.h"
#include "ui/text/kind.h"
#include "ui/text/plain.h"
#include "ui/text/wareki.h"

const char *tg_kind_name(enum tg_kind k); /* as the server calls it; NULL: no search of its own (a date) */
const char *tg_kind_text(enum tg_kind k); /* for people, translated */

/* What there is to say beneath the box while somebody types. */
enum tg_typed_note {
    TG_TYPED_NOTHING,
    TG_TYPED_ROMAJI, /* it goes out as kana */
    TG_TYPED_SHORT,  /* of a telephone or supply point number: digits are missing */
    TG_TYPED_LONG,   /* more digits than such a number has */
    TG_TYPED_GAS,    /* 17 digits */
    TG_TYPED_AREA,   /* no supply area begins like that */
    TG_TYPED_DATE,   /* a day */
    TG_TYPED_WHICH   /* a date that may be several days */
};

struct tg_typed {
    enum tg_kind kind;
    enum tg_typed_note note;
    size_t digits; /* of a number */
    bool ready;    /* it can be searched for, or (a date) narrow what is there */
    struct tg_wareki days;
    char query[4 * TG_QUERY_BYTES];  /* "": nothing to search for */
    char point[2 * TG_DIGITS_TYPED]; /* of a supply point: grouped; else "" */
};

/* text as the widget has it. chosen TG_KIND_AUTO: by its looks; else a person's word, which counts as long as
 * the text can be that. latest: the last day that a short year may mean. TG_E_FORM, TG_E_LIMIT, TG_E_NOMEM:
 * then *ret is of an empty box.
 */
enum tg_err tg_typed_read(struct tg_span text, enum tg_kind chosen, tg_day latest,
                          struct tg_typed *ret) TG_MUST;
/* The next that the text can be, round and round: what the one key chooses. */
enum tg_kind tg_typed_other(struct tg_span text, enum tg_kind now);
/* The sentence to its note, translated; "" for none. of: of several days, the one that is chosen; 0 none yet.
 */
#define TG_TYPED_SAY_BYTES 512u
void tg_typed_say(const struct tg_typed *t, size_t of, char out[TG_TYPED_SAY_BYTES]);

/* The body of POST /v1/customers/search, appended. cursor NULL: the first page; case_ref "": none. */
struct tg_search {
    const char *query, *purpose, *case_ref, *cursor;
    enum tg_kind kind;
};
enum tg_err tg_search_write(const struct tg_search *s, struct tg_buf *out) TG_MUST;
/* The body of POST /v1/customers/show. */
enum tg_err tg_show_write(const char *id, const struct tg_search *s, struct tg_buf *out) TG_MUST;

#endif
