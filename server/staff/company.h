/* The companies that the system knows: retailers 小売電気事業者, the network company 一般送配電事業者,
 * contractors 委託先. */
#ifndef TG_COMPANY_H
#define TG_COMPANY_H

#include <stdint.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"
#include "certs/base/limits.h"

enum tg_company_kind { TG_COMPANY_RETAIL, TG_COMPANY_NETWORK, TG_COMPANY_CONTRACTOR, TG_COMPANY_KINDS };
/* "retail" …; NULL out of range. */
const char *tg_company_kind_name(enum tg_company_kind k);
/* TG_COMPANY_KINDS when unknown. */
enum tg_company_kind tg_company_kind_find(const char *name);

struct tg_company {
    char code[16];            /* A-Z a-z 0-9 -, unique: "TOHOKU", "TOHOKU-NW", "R0012" */
    char name[TG_NAME_BYTES]; /* 東北電力 */
    enum tg_company_kind kind;
    char phone[32];             /* for people outside to call; "" when not said */
    bool home; /* exactly one retailer: the one whose customers an import calls "own" */
};

struct tg_companies; /* immutable once loaded */

/* CSV "code,name,kind,home" or "code,name,kind,home,phone": kind retail | network | contractor, home yes | no
 * (or empty), phone digits and dashes (or empty). On error *line
 * (may be NULL) is the line, why a sentence. TG_E_IMPORT, TG_E_NOT_FOUND, TG_E_IO, TG_E_NOMEM.
 */
enum tg_err tg_companies_load(const char *path, struct tg_companies **ret, unsigned *line, char *why,
                              size_t size) TG_MUST;
void tg_companies_free(struct tg_companies **c);
/* Borrowed; NULL when unknown. */
const struct tg_company *tg_companies_find(const struct tg_companies *c, struct tg_span code);
const struct tg_company *tg_companies_home(const struct tg_companies *c);
/* The network company's telephone number, of the first that has one; "": none has. */
const char *tg_companies_network_phone(const struct tg_companies *c);
/* In the order of their codes. */
size_t tg_companies_count(const struct tg_companies *c);
const struct tg_company *tg_companies_at(const struct tg_companies *c, size_t i);

#endif
