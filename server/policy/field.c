#include "server/policy/field.h"

static const char *const fields[TG_F_COUNT] = {
    [TG_F_NAME] = "name",
    [TG_F_KANA] = "kana",
    [TG_F_POSTCODE] = "postcode",
    [TG_F_ADDRESS] = "address",
    [TG_F_PHONE] = "phone",
    [TG_F_POINT] = "point",
    [TG_F_CUSTOMER_NO] = "customer_no",
    [TG_F_CAPACITY] = "capacity",
    [TG_F_CURRENT_LIMIT] = "current_limit",
    [TG_F_SUPPLY_METHOD] = "supply_method",
    [TG_F_METER] = "meter",
    [TG_F_POLE] = "pole",
    [TG_F_READ_DAY] = "read_day",
    [TG_F_NIGHT_EQUIPMENT] = "night_equipment",
    [TG_F_CONTRACT_KIND] = "contract_kind",
    [TG_F_CONTRACT_START] = "contract_start",
    [TG_F_CONTRACT_END] = "contract_end",
    [TG_F_CONTRACT_STATUS] = "contract_status",
    [TG_F_RETAILER] = "retailer",
    [TG_F_USAGE] = "usage",
    [TG_F_ARREARS] = "arrears",
    [TG_F_GEN_POINT] = "gen_point",
    [TG_F_GEN_TERMS] = "gen_terms",
};

static const char *const classes[TG_C_COUNT] = {
    [TG_C_OWN] = "own",
    [TG_C_FORMER] = "former",
    [TG_C_OTHER] = "other",
    [TG_C_LAST_RESORT] = "last-resort",
    [TG_C_GENERATOR_OWN] = "generator-own",
    [TG_C_GENERATOR_OTHER] = "generator-other",
    [TG_C_VACANT] = "vacant",
};

const char *tg_field_name(enum tg_field f)
{
    return f < TG_F_COUNT ? fields[f] : NULL;
}

enum tg_field tg_field_find(const char *name)
{
    for (unsigned i = 0; i < TG_F_COUNT; i++)
        if (strcmp(fields[i], name) == 0)
            return (enum tg_field)i;
    return TG_F_COUNT;
}

const char *tg_class_name(enum tg_class c)
{
    return c < TG_C_COUNT ? classes[c] : NULL;
}

enum tg_class tg_class_find(const char *name)
{
    for (unsigned i = 0; i < TG_C_COUNT; i++)
        if (strcmp(classes[i], name) == 0)
            return (enum tg_class)i;
    return TG_C_COUNT;
}
