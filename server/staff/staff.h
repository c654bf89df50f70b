/* People, their cards and their posts. One immutable snapshot, replaced whole (SIGHUP): readers keep the one they hold.
 *
 * staff.csv   person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to    one line a post
 * cards.csv   card,person,status                                                              status active | blocked
 *
 * A post is in force on a business day when from <= day <= to: it ends by its date with nobody acting. A contractor
 * (company of kind contractor) has a sponsor, whose customers the post is for, and a contract_end; both are required.
 */
#ifndef TG_STAFF_DIRECTORY_H
#define TG_STAFF_DIRECTORY_H

#include "certs/base/clock.h"
#include "server/staff/company.h"

struct tg_post {
    char id[32];                       /* unique within the person: "hachinohe-counter" */
    char role[32];                     /* "retail.counter" */
    char office[TG_NAME_BYTES];        /* 八戸営業所 */
    char areas[TG_NAME_BYTES];         /* municipality codes, space separated; "" : no limit */
    const struct tg_company *works_for; /* whose rights the post has: the sponsor for a contractor */
    tg_day from, to;
};

struct tg_person {
    char id[TG_PERSON_BYTES];
    char name[TG_NAME_BYTES];
    const struct tg_company *company; /* the employer */
    tg_day contract_end;              /* TG_DAY_MAX for own staff */
    tg_day left;                      /* last day; TG_DAY_MAX */
    struct tg_post posts[TG_POSTS_PER_PERSON];
    size_t n_posts;
};

struct tg_staff_book; /* people + cards + companies, reference-counted */

/* Reads companies.csv, staff.csv and cards.csv of a folder. TG_E_IMPORT with file, line and sentence in why. */
enum tg_err tg_book_load(const char *folder, struct tg_staff_book **ret, char *why, size_t size) TG_MUST;
struct tg_staff_book *tg_book_ref(struct tg_staff_book *b); /* thread-safe */
void tg_book_unref(struct tg_staff_book **b);
const struct tg_companies *tg_book_companies(const struct tg_staff_book *b);
const struct tg_person *tg_book_person(const struct tg_staff_book *b, const char *id);
/* The person whom the card is registered to. TG_E_CARD_UNKNOWN, TG_E_CARD_BLOCKED, TG_E_PERSON_UNKNOWN. */
enum tg_err tg_book_card(const struct tg_staff_book *b, const char *card, const struct tg_person **ret) TG_MUST;
/* May the person work on that day? TG_E_PERSON_LEFT, TG_E_CONTRACT_OVER. */
enum tg_err tg_person_check(const struct tg_person *p, tg_day day) TG_MUST;
/* The post in force. wanted NULL or "": the only one. TG_E_POST_NONE, TG_E_POST_CHOICE, TG_E_POST_NOT_HELD. */
enum tg_err tg_person_post(const struct tg_person *p, const char *wanted, tg_day day, const struct tg_post **ret) TG_MUST;

/* Import: checks a CSV (UTF-8 or CP932) against the rest of the folder, then replaces the file; all or nothing.
 * what is "staff", "cards" or "companies"; the report goes to out as text by line. TG_E_IMPORT: nothing was changed.
 */
enum tg_err tg_book_import(const char *folder, const char *what, const char *file, struct tg_buf *out) TG_MUST;

#endif
