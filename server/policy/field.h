/* The fields of a customer record, by machine name, and the record classes. The policy file must name each
 * one: a column that it does not name cannot leave the server (the server does not even start).
 */
#ifndef TG_FIELD_H
#define TG_FIELD_H

#include <stdint.h>

typedef uint64_t tg_mask; /* bit i: field i */

enum tg_field {
    TG_F_NAME,
    TG_F_KANA,
    TG_F_POSTCODE,
    TG_F_ADDRESS,
    TG_F_PHONE,
    TG_F_POINT,
    TG_F_CUSTOMER_NO,
    TG_F_CAPACITY,
    TG_F_CURRENT_LIMIT,
    TG_F_SUPPLY_METHOD,
    TG_F_METER,
    TG_F_POLE,
    TG_F_READ_DAY,
    TG_F_NIGHT_EQUIPMENT,
    TG_F_CONTRACT_KIND,
    TG_F_CONTRACT_START,
    TG_F_CONTRACT_END,
    TG_F_CONTRACT_STATUS,
    TG_F_RETAILER,
    TG_F_USAGE,
    TG_F_ARREARS,
    TG_F_GEN_POINT,
    TG_F_GEN_TERMS,
    TG_F_COUNT
};
#define TG_BIT(f) ((tg_mask)1 << (f))
#define TG_MASK_ALL ((TG_BIT(TG_F_COUNT)) - 1)

/* "customer_no"; NULL out of range. */
const char *tg_field_name(enum tg_field f);
/* TG_F_COUNT when unknown. */
enum tg_field tg_field_find(const char *name);

/* Record classes, seen from the company that the post works for (DESIGN 5). Never unknown. */
enum tg_class {
    TG_C_OWN,
    TG_C_FORMER,
    TG_C_OTHER,
    TG_C_LAST_RESORT,
    TG_C_GENERATOR_OWN,
    TG_C_GENERATOR_OTHER,
    TG_C_VACANT,
    TG_C_COUNT
};
const char *tg_class_name(enum tg_class c); /* "last-resort" */
enum tg_class tg_class_find(const char *name);

#endif
