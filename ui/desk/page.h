/* An answer of the server, looked at before anything of it is shown: rows with their fields, and for what is
 * hidden the reason and the next step. Nothing is masked or added here.
 */
#ifndef TG_PAGE_H
#define TG_PAGE_H

#include "certs/base/clock.h"
#include "certs/base/json.h"

struct tg_page;

void tg_page_free(struct tg_page **p);
/* What search answers, or (one: true) show. TG_E_SERVER_REPLY when it has not that shape; TG_E_NOMEM. */
enum tg_err tg_page_read(struct tg_span json, bool one, struct tg_page **ret) TG_MUST;
size_t tg_page_count(const struct tg_page *p);
/* Borrowed; keep one with json_incref. */
json_t *tg_page_row(const struct tg_page *p, size_t i);
/* The cursor of the next page; NULL: this is the last. Borrowed. */
const char *tg_page_next(const struct tg_page *p);

struct tg_row_why {
    const char *reason, *next;
};
/* With no rows: what the policy says of that, and where to refer the caller. False: it says nothing. */
bool tg_page_nothing(const struct tg_page *p, struct tg_row_why *ret);

/* The whole answer, for who keeps what it says (json_incref); borrowed. */
json_t *tg_page_json(const struct tg_page *p);

/* Of a row that tg_page_row gave. All borrowed. */
const char *tg_row_id(const json_t *row);
const char *tg_row_class(const json_t *row);
const char *tg_row_field(const json_t *row, const char *name); /* NULL: empty, or not to be seen */
/* False: it is not hidden. */
bool tg_row_why(const json_t *row, const char *name, struct tg_row_why *ret);

/* Who is signed in, as the server sees it. What an older server does not say is "". TG_E_SERVER_REPLY. */
struct tg_who {
    char person[64], post[64], role[64], office[256], company[64];
    char company_name[256], role_name[256];
    char network[256], network_phone[32]; /* whom callers are referred to */
    char purposes[256];                   /* what may be looked up for, one space between; "": not said */
    char sight[8192];                     /* what may be seen, in words, line by line */
    tg_sec now;                           /* the server's clock; 0: not said */
};
enum tg_err tg_who_read(struct tg_span json, struct tg_who *ret) TG_MUST;

#endif
