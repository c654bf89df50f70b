/* How the tables become one book; internal to the room. Each reader adds its faults to t->faults, so
 * one import can report all of them, and makes its result only when there was none.
 */
#ifndef TG_PARTS_H
#define TG_PARTS_H

#include <stdatomic.h>

#include "server/staff/staff.h"
#include "server/staff/table.h"

struct tg_companies {
    struct tg_company *c; /* by code */
    size_t n;
    const struct tg_company *home;
};

struct tg_people {
    struct tg_arena text;
    struct tg_person *person; /* by id */
    size_t n;
    struct tg_post *post; /* of all persons, in their order */
    size_t n_posts;
};

struct tg_card {
    char uuid[37]; /* lower case */
    bool blocked;
    const struct tg_person *person; /* NULL: not on the staff list */
};

struct tg_cards {
    struct tg_card *card; /* by uuid */
    size_t n;
    size_t strangers; /* cards of nobody on the staff list */
};

struct tg_consents {
    struct tg_consent *c; /* by ref */
    size_t n;
};

struct tg_staff_book {
    atomic_uint refs;
    struct tg_companies *companies;
    struct tg_people people;
    struct tg_cards cards;
    struct tg_consents consents;
};

/* Where a table comes from, where faults go, and whether a UTF-8 copy is wanted. */
struct tg_source {
    const char *path;
    struct tg_faults *faults;
    struct tg_buf *copy;     /* or NULL */
    enum tg_charset charset; /* out */
};

/* All: TG_E_IMPORT with at least one fault; TG_E_NOT_FOUND, TG_E_IO, TG_E_NOMEM, TG_E_LIMIT. */
enum tg_err tg_companies_read(struct tg_source *from, struct tg_companies **ret) TG_MUST;
enum tg_err tg_people_read(struct tg_source *from, const struct tg_companies *companies,
                           struct tg_people *ret) TG_MUST;
/* strict: a card of an unknown person is a fault (imports); otherwise it is kept without a person (loading).
 */
enum tg_err tg_cards_read(struct tg_source *from, const struct tg_people *people, bool strict,
                          struct tg_cards *ret) TG_MUST;

enum tg_err tg_consents_read(struct tg_source *from, const struct tg_companies *companies,
                             struct tg_consents *ret) TG_MUST;

const struct tg_person *tg_people_find(const struct tg_people *p, const char *id);
const struct tg_consent *tg_consents_find(const struct tg_consents *c, const char *ref);
void tg_people_done(struct tg_people *p);
void tg_cards_done(struct tg_cards *c);
void tg_consents_done(struct tg_consents *c);

#endif
