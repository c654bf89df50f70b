#include "server/records/schema.h"

struct tg_view tg_view_of(enum tg_class c)
{
    switch (c) {
    case TG_C_OWN:
        return (struct tg_view){TG_REL_SAME, 1u << TG_RECORD_SUPPLY};
    case TG_C_FORMER:
        return (struct tg_view){TG_REL_SAME, 1u << TG_RECORD_FORMER};
    case TG_C_OTHER:
        return (struct tg_view){TG_REL_NOT_SAME, 1u << TG_RECORD_SUPPLY | 1u << TG_RECORD_FORMER};
    case TG_C_LAST_RESORT:
        return (struct tg_view){TG_REL_ANY, 1u << TG_RECORD_LAST_RESORT};
    case TG_C_GENERATOR_OWN:
        return (struct tg_view){TG_REL_SAME, 1u << TG_RECORD_GENERATOR};
    case TG_C_GENERATOR_OTHER:
        return (struct tg_view){TG_REL_NOT_SAME, 1u << TG_RECORD_GENERATOR};
    case TG_C_VACANT:
        return (struct tg_view){TG_REL_ANY, 1u << TG_RECORD_VACANT};
    case TG_C_COUNT:
    default:
        return (struct tg_view){TG_REL_SAME, 0};
    }
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
        "CREATE TABLE customer(ref INTEGER PRIMARY KEY, id TEXT NOT NULL,"
        " part INTEGER NOT NULL CHECK(part > 7 AND part % 8 <= 4), area TEXT,"
        " name TEXT, kana TEXT, postcode TEXT, address TEXT, phone TEXT, point TEXT, customer_no TEXT,"
        " capacity TEXT, current_limit TEXT, supply_method TEXT, meter TEXT, pole TEXT, read_day TEXT,"
        " night_equipment TEXT, contract_kind TEXT, contract_start TEXT, contract_end TEXT,"
        " contract_status TEXT, retailer TEXT, usage TEXT, arrears TEXT, gen_point TEXT, gen_terms TEXT);"
        "CREATE TABLE find(slot INTEGER NOT NULL, key BLOB NOT NULL, ref INTEGER NOT NULL, retailer INTEGER,"
        " area TEXT, twin INTEGER, PRIMARY KEY(slot, key, ref)) WITHOUT ROWID;"
        "PRAGMA application_id = 1952924465;" /* TG_DB_APPLICATION */
        "PRAGMA user_version = 1;";           /* TG_DB_FORMAT */
    return tg_schema_exec(db, sql) == TG_OK ? TG_OK : TG_E_IO;
}

static enum tg_err pragma_is(sqlite3 *db, const char *sql, int wanted)
{
    sqlite3_stmt *st = NULL;
    enum tg_err err = TG_E_STORE_DOWN;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW &&
        sqlite3_column_int(st, 0) == wanted)
        err = TG_OK;
    (void)sqlite3_finalize(st);
    return err;
}

enum tg_err tg_schema_check(sqlite3 *db)
{
    enum tg_err err = pragma_is(db, "PRAGMA application_id", TG_DB_APPLICATION);
    if (err == TG_OK)
        err = pragma_is(db, "PRAGMA user_version", TG_DB_FORMAT);
    if (err == TG_OK) /* a load that was cut off has no index on id */
        err = pragma_is(db, "SELECT count(*) FROM sqlite_master WHERE name = 'customer_id'", 1);
    return err;
}
