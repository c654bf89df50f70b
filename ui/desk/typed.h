/* What was typed into the one search box, and what it is taken for. */
#ifndef TG_TYPED_H
#define TG_TYPED_H

#include "certs/base/blob.h"

/* "auto" lets the server read the kind off the text; the others are the person's word. */
enum tg_kind {
    TG_KIND_AUTO,
    TG_KIND_KANA,
    TG_KIND_NAME,
    TG_KIND_PHONE,
    TG_KIND_POINT,
    TG_KIND_CUSTOMER,
    TG_KIND_ADDRESS,
    TG_KIND_COUNT
};

const char *tg_kind_name(enum tg_kind k); /* as the server calls it */
const char *tg_kind_text(enum tg_kind k); /* for people, translated */

/* The text to search for: romaji, when the whole of it is (and kana or auto is asked for), as katakana; else
 * itself. Appends to out. *romaji: it was. TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_typed_query(struct tg_span text, enum tg_kind k, struct tg_buf *out, bool *romaji) TG_MUST;
/* The body of POST /v1/customers/search, appended. cursor NULL: the first page; case_ref "": none. */
struct tg_search {
    const char *query, *purpose, *case_ref, *cursor;
    enum tg_kind kind;
};
enum tg_err tg_search_write(const struct tg_search *s, struct tg_buf *out) TG_MUST;
/* The body of POST /v1/customers/show. */
enum tg_err tg_show_write(const char *id, const struct tg_search *s, struct tg_buf *out) TG_MUST;

#endif
