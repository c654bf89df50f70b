/* People, their cards and their posts. One immutable snapshot, replaced whole: readers keep the one
 * they hold.
 *
 * staff.csv   person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to   one line a post
 * cards.csv   card,person,status                                                   status: active or blocked
 * consents.csv                                                                     optional: consent.h
 *
 * The header line is required as it stands here. Dates are 2023-01-13; an empty from, to or left means no
 * limit. The lines of one person must agree in everything but the post; a person without any post has one
 * line with empty post columns.
 *
 * A post is in force on a business day when from <= day <= to: it ends by its date with nobody acting. A
 * contractor (company of kind contractor) has a sponsor, whose customers the post is for, and a contract_end;
 * both are required.
 */
#ifndef TG_STAFF_DIRECTORY_H
#define TG_STAFF_DIRECTORY_H

#include "certs/base/clock.h"
#include "server/staff/company.h"
#include "server/staff/consent.h"

/* Texts belong to the book. They fit, with their NUL, the arrays of a tg_staff (server/admit/staff_make.h).
 */
struct tg_post {
    const char *id;     /* unique within the person: "hachinohe-counter"; < 32 bytes */
    const char *role;   /* "retail.counter": a-z 0-9 . -; < 32 bytes */
    const char *office; /* 八戸営業所; < TG_NAME_BYTES */
    const char *areas;  /* municipality codes of 5 digits, one space between, of a city with wards the wards';
                           "": no limit */
    const struct tg_company *works_for; /* whose rights the post has: the sponsor for a contractor */
    tg_day from, to;                    /* both inclusive */
    uint64_t line;                      /* of staff.csv */
};

struct tg_person {
    const char *id; /* A-Z a-z 0-9 . _ -; < TG_PERSON_BYTES */
    const char *name;
    const struct tg_company *company; /* the employer */
    tg_day contract_end;              /* last day; TG_DAY_MAX for own staff */
    tg_day left;                      /* last day; TG_DAY_MAX */
    const struct tg_post *posts;
    size_t n_posts; /* at most TG_POSTS_PER_PERSON */
};

struct tg_staff_book; /* people + cards + companies + consents, reference-counted */

/* Reads companies.csv, staff.csv, cards.csv and, when there is one, consents.csv of a folder. TG_E_IMPORT,
 * TG_E_NOT_FOUND, TG_E_IO, TG_E_NOMEM with file, line and sentence in why. A card of somebody who is not on
 * the staff list is kept (it signs nobody in): a leaver's card must never stop the server from starting.
 */
enum tg_err tg_book_load(const char *folder, struct tg_staff_book **ret, char *why, size_t size) TG_MUST;
struct tg_staff_book *tg_book_ref(struct tg_staff_book *b); /* thread-safe */
void tg_book_unref(struct tg_staff_book **b);
const struct tg_companies *tg_book_companies(const struct tg_staff_book *b);
const struct tg_person *tg_book_person(const struct tg_staff_book *b, const char *id);
/* The consent of that reference; borrowed, NULL when there is none. Whether it fits is the policy's business.
 */
const struct tg_consent *tg_book_consent(const struct tg_staff_book *b, const char *ref);
/* The person whom the card (UUID, any case) is registered to. TG_E_CARD_UNKNOWN, TG_E_CARD_BLOCKED,
 * TG_E_PERSON_UNKNOWN.
 */
enum tg_err tg_book_card(const struct tg_staff_book *b, const char *card,
                         const struct tg_person **ret) TG_MUST;
/* May the person work on that day? TG_E_PERSON_LEFT, TG_E_CONTRACT_OVER. */
enum tg_err tg_person_check(const struct tg_person *p, tg_day day) TG_MUST;
/* The post in force. wanted NULL or "": the only one. TG_E_POST_NONE (none is in force), TG_E_POST_CHOICE,
 * TG_E_POST_NOT_HELD.
 */
enum tg_err tg_person_post(const struct tg_person *p, const char *wanted, tg_day day,
                           const struct tg_post **ret) TG_MUST;

/* Import: checks a CSV (UTF-8 or CP932) against the rest of the folder, then replaces the file (as UTF-8);
 * all or nothing. what is "staff", "cards", "companies" or "consents"; the report (encoding, then FILE:LINE:
 * column: sentence, then the sum) goes to out. TG_E_IMPORT: nothing was changed. TG_E_USAGE: no such what.
 * TG_E_NOT_FOUND, TG_E_IO, TG_E_NOMEM, TG_E_LIMIT.
 */
enum tg_err tg_book_import(const char *folder, const char *what, const char *file,
                           struct tg_buf *out) TG_MUST;

#endif
