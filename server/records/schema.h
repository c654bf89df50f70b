/* The database: one file, written once by a load, read-only afterwards.
 *
 *   customer  one row a record; ref is the line of the import (or the sequence), part = retailer number * 8 +
 * kind find      (slot, key, ref): every way to find every record; slot = part * 16 + list company   number
 * of each retailer; meta: format and the key that makes ids
 *
 * Each way to find a record stands in find twice: under the slot of its retailer and kind, and under the slot
 * of TG_RETAILER_ANY and its kind. A scope that is limited to a retailer walks the first and never comes near
 * the records of another one; a scope that is not walks the second, one kind at a time, so that a field which
 * is hidden for one class is not searched in it.
 */
#ifndef TG_SCHEMA_H
#define TG_SCHEMA_H

#include <sqlite3.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"
#include "server/policy/field.h"
#include "server/records/key.h"

#define TG_DB_APPLICATION 0x74674331 /* "tgC1" */
#define TG_DB_FORMAT 1

/* What a record is in itself; own, former, other … is how a company sees it. */
enum tg_record_kind {
    TG_RECORD_SUPPLY,
    TG_RECORD_FORMER,
    TG_RECORD_LAST_RESORT,
    TG_RECORD_GENERATOR,
    TG_RECORD_VACANT,
    TG_RECORD_COUNT
};

#define TG_RETAILER_ANY 0
#define TG_RETAILER_NONE 1                       /* vacant points */
#define TG_RETAILER_FIRST 2                      /* + place in companies.csv */
#define TG_RETAILER_UNKNOWN (TG_COMPANIES + 16u) /* walks the same way, finds nothing */

static inline int64_t tg_part(unsigned retailer, enum tg_record_kind kind)
{
    return (int64_t)retailer * 8 + (int64_t)kind;
}

static inline int64_t tg_slot(unsigned retailer, enum tg_record_kind kind, enum tg_list list)
{
    return tg_part(retailer, kind) * 16 + (int64_t)list;
}

/* How a class is seen: its kinds, and whose. */
enum tg_relation { TG_REL_SAME, TG_REL_NOT_SAME, TG_REL_ANY };
struct tg_view {
    enum tg_relation relation;
    unsigned kinds; /* bit i: kind i */
};
struct tg_view tg_view_of(enum tg_class c);

/* Tables, without the indexes. TG_E_IO. */
enum tg_err tg_schema_create(sqlite3 *db) TG_MUST;
/* Is it ours, and of this format? TG_E_STORE_DOWN. */
enum tg_err tg_schema_check(sqlite3 *db) TG_MUST;
/* One statement without results. TG_E_STORE_DOWN. */
enum tg_err tg_schema_exec(sqlite3 *db, const char *sql) TG_MUST;

#endif
