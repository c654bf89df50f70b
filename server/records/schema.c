#include "server/records/schema.h"

#include <pthread.h>

enum tg_shelf tg_shelf_of(enum tg_record_kind kind)
{
    switch (kind) {
    case TG_RECORD_LAST_RESORT:
        return TG_SHELF_LAST_RESORT;
    case TG_RECORD_GENERATOR:
        return TG_SHELF_GENERATOR;
    case TG_RECORD_VACANT:
        return TG_SHELF_VACANT;
    case TG_RECORD_SUPPLY:
    case TG_RECORD_FORMER:
    case TG_RECORD_COUNT:
    default:
        return TG_SHELF_CONTRACT;
    }
}

struct tg_view tg_view_of(enum tg_class c)
{
    switch (c) {
    case TG_C_OWN:
        return (struct tg_view){TG_REL_SAME, TG_SHELF_CONTRACT, TG_WHEN_NOW, false};
    case TG_C_FORMER:
        return (struct tg_view){TG_REL_SAME, TG_SHELF_CONTRACT, TG_WHEN_PAST, false};
    case TG_C_OTHER:
        return (struct tg_view){TG_REL_NOT_SAME, TG_SHELF_CONTRACT, TG_WHEN_ANY, false};
    case TG_C_LAST_RESORT:
        return (struct tg_view){TG_REL_ANY, TG_SHELF_LAST_RESORT, TG_WHEN_ANY, false};
    case TG_C_GENERATOR_OWN:
        return (struct tg_view){TG_REL_SAME, TG_SHELF_GENERATOR, TG_WHEN_ANY, false};
    case TG_C_GENERATOR_OTHER:
        return (struct tg_view){TG_REL_NOT_SAME, TG_SHELF_GENERATOR, TG_WHEN_ANY, false};
    case TG_C_VACANT:
        return (struct tg_view){TG_REL_ANY, TG_SHELF_VACANT, TG_WHEN_ANY, false};
    case TG_C_COUNT:
    default:
        return (struct tg_view){.none = true};
    }
}

enum tg_err tg_schema_fields(struct tg_buf *out)
{
    enum tg_err err = TG_OK;
    for (unsigned f = 0; err == TG_OK && f < TG_F_COUNT; f++)
        err = tg_buf_addf(out, "%s%s", f > 0 ? " " : "", tg_field_name((enum tg_field)f));
    return err;
}

static void configure(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void tg_schema_setup(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, configure);
}

enum tg_err tg_schema_exec(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? TG_OK : TG_E_STORE_DOWN;
}

enum tg_err tg_schema_create(sqlite3 *db)
{
    static const char sql[] =
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE company(no INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);"
        "CREATE TABLE customer(ref INTEGER PRIMARY KEY, id TEXT NOT NULL, row BLOB NOT NULL);"
        "CREATE TABLE find(slot INTEGER NOT NULL, key BLOB NOT NULL, until INTEGER NOT NULL,"
        " ref INTEGER NOT NULL, retailer INTEGER, area TEXT, twin INTEGER,"
        " PRIMARY KEY(slot, key, until, ref)) WITHOUT ROWID;"
        "PRAGMA application_id = 1952924465;" /* TG_DB_APPLICATION */
        "PRAGMA user_version = 2;";           /* TG_DB_FORMAT */
    return tg_schema_exec(db, sql) == TG_OK ? TG_OK : TG_E_IO;
}

/* -1: cannot be read */
static int number_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    int n = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int(st, 0);
    (void)sqlite3_finalize(st);
    return n;
}

enum tg_err tg_schema_drill(sqlite3 *db, bool *ret)
{
    int n = number_of(db, "SELECT count(*) FROM meta WHERE key = '" TG_META_DRILL "'");
    *ret = n != 0; /* what cannot be read is no real database */
    return n >= 0 ? TG_OK : TG_E_STORE_DOWN;
}

bool tg_schema_is_ours(sqlite3 *db)
{
    return number_of(db, "PRAGMA application_id") == TG_DB_APPLICATION;
}

enum tg_err tg_schema_check(sqlite3 *db)
{
    if (!tg_schema_is_ours(db))
        return TG_E_STORE_DOWN;
    int format = number_of(db, "PRAGMA user_version");
    if (format > 0 && format < TG_DB_FORMAT)
        return TG_E_STORE_OLD;
    /* a load that was cut off has no index on id */
    bool whole = number_of(db, "SELECT count(*) FROM sqlite_master WHERE name = 'customer_id'") == 1;
    return format == TG_DB_FORMAT && whole ? TG_OK : TG_E_STORE_DOWN;
}
