/* The database: one file, written once by a load, read-only afterwards.
 *
 *   customer  one row a record: ref is the line of the import (or the sequence), row is its sheet (sheet.h)
 *   find      (slot, key, until, ref): every way to find every record; slot = shelf, whose, and list
 *   company   number of each retailer
 *   meta      the names of the fields in the order of the sheets, the key that makes ids, and whether the
 *             customers are invented ones, for drills only
 *
 * Each way to find a record stands in find twice: under the slot of its retailer and shelf, and under the
 * slot of TG_RETAILER_ANY and its shelf. A scope that is limited to a retailer walks the first and never
 * comes near the records of another one; a scope that is not walks the second, one shelf at a time, so that a
 * field which is hidden for one class is not searched in it. A contract and what it becomes when it is over
 * lie on one shelf, told apart by the last day, which is part of the key: the day of the decision is one end
 * of the range, and what lies beyond it is not looked at.
 */
#ifndef TG_SCHEMA_H
#define TG_SCHEMA_H

#include <sqlite3.h>

#include "certs/base/blob.h"
#include "certs/base/clock.h"
#include "certs/base/err.h"
#include "server/policy/field.h"
#include "server/records/key.h"

#define TG_DB_APPLICATION 0x74674331 /* "tgC1" */
#define TG_DB_FORMAT 2

/* What a record is in itself; own, former, other … is how a company sees it. */
enum tg_record_kind {
    TG_RECORD_SUPPLY,
    TG_RECORD_FORMER,
    TG_RECORD_LAST_RESORT,
    TG_RECORD_GENERATOR,
    TG_RECORD_VACANT,
    TG_RECORD_COUNT
};

/* Where records are found: those of one shelf may be of several classes, by whose they are and by the day. */
enum tg_shelf { TG_SHELF_CONTRACT, TG_SHELF_LAST_RESORT, TG_SHELF_GENERATOR, TG_SHELF_VACANT };
enum tg_shelf tg_shelf_of(enum tg_record_kind kind);

#define TG_RETAILER_ANY 0
#define TG_RETAILER_NONE 1                       /* vacant points */
#define TG_RETAILER_FIRST 2                      /* + place in companies.csv */
#define TG_RETAILER_UNKNOWN (TG_COMPANIES + 16u) /* walks the same way, finds nothing */

static inline unsigned tg_part(unsigned retailer, enum tg_record_kind kind)
{
    return retailer * 8 + (unsigned)kind;
}

static inline int64_t tg_slot(unsigned retailer, enum tg_shelf shelf, enum tg_list list)
{
    return ((int64_t)retailer * 8 + (int64_t)shelf) * 16 + (int64_t)list;
}

/* The last day of a contract, as it stands in the index: in the order of the days, and no byte long for the
 * many that have no end. */
#define TG_UNTIL_OPEN 0          /* no end */
#define TG_UNTIL_GONE (-8388608) /* over, whatever the day: imported as former */
#define TG_UNTIL_MIN INT32_MIN   /* before all of them */
#define TG_UNTIL_FAR 3000000     /* a day behind the year 9999 */

static inline int32_t tg_until(tg_day last)
{
    return last - TG_UNTIL_FAR;
}

/* How a class is seen: from which shelf, whose, and when. */
enum tg_relation { TG_REL_SAME, TG_REL_NOT_SAME, TG_REL_ANY };
enum tg_when { TG_WHEN_ANY, TG_WHEN_NOW, TG_WHEN_PAST }; /* the last day is not before the decision's; is */
struct tg_view {
    enum tg_relation relation;
    enum tg_shelf shelf;
    enum tg_when when;
    bool none; /* not a class */
};
struct tg_view tg_view_of(enum tg_class c);

/* Before the first database is opened. SQLite's own counting of memory takes a lock at every allocation; too
 * late (somebody has opened a database before) is no harm.
 */
void tg_schema_setup(void);
#define TG_META_DRILL "drill"  /* in meta: there, when the customers are invented */
#define TG_DRILL_ID "drill-"   /* how their ids begin, and no others */
/* Are the customers of this database invented? TG_E_STORE_DOWN. */
enum tg_err tg_schema_drill(sqlite3 *db, bool *ret) TG_MUST;
#define TG_META_FIELDS \
    "fields" /* in meta: the names of the sheets' fields, space separated, in their order */
#define TG_FIELD_NAMES_BYTES 2048u
/* What stands there when this program writes it. */
enum tg_err tg_schema_fields(struct tg_buf *out) TG_MUST;
/* Tables, without the indexes. TG_E_IO. */
enum tg_err tg_schema_create(sqlite3 *db) TG_MUST;
/* Is it ours, of this format, and complete? TG_E_STORE_DOWN; TG_E_STORE_OLD for an earlier format: its
 * customers have to be imported again. */
enum tg_err tg_schema_check(sqlite3 *db) TG_MUST;
/* Was it made by this program, in whichever format? */
bool tg_schema_is_ours(sqlite3 *db);
/* One statement without results. TG_E_STORE_DOWN. */
enum tg_err tg_schema_exec(sqlite3 *db, const char *sql) TG_MUST;

#endif
