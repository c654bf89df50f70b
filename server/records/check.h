/* One row of an import, checked and brought to its stored form. Pure. What contradicts itself is an error
 * with a name, never a guess: a wrong class is how other companies' customers were shown.
 */
#ifndef TG_CHECK_H
#define TG_CHECK_H

#include "server/records/load.h"
#include "server/records/number.h"
#include "server/records/schema.h"

struct tg_checked {
    enum tg_class class; /* as the home retailer sees it */
    enum tg_record_kind kind;
    unsigned retailer;
    char id[TG_RECORD_ID_BYTES]; /* "" : to be made */
    char area[6];
    struct tg_span value[TG_F_COUNT]; /* the row's own, or one of the next */
    char date[2][11];
    tg_day day[2]; /* contract_start, contract_end; TG_DAY_MIN: none */
    char postcode[9];
    struct tg_digits phone, point, gen_point;
};

struct tg_fault {
    const char *column; /* its name in the file */
    const char *what;   /* static, "日本語 / English"; no personal data */
};

/* TG_E_IMPORT with *fault filled. ret borrows from c. */
enum tg_err tg_check_customer(const struct tg_customer *c, const struct tg_companies *companies,
                              struct tg_checked *ret, struct tg_fault *fault) TG_MUST;

#endif
