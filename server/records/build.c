/* The second half of a load: the index entries in order, the index on ids, statistics. */
#include "server/records/load_put.h"
#include "server/records/supply.h"

static bool bind_entry(sqlite3_stmt *st, const struct tg_sort_item *e)
{
    bool ok = sqlite3_bind_int64(st, 1, e->slot) == SQLITE_OK &&
              sqlite3_bind_blob(st, 2, e->key.p, (int)e->key.n, SQLITE_STATIC) == SQLITE_OK &&
              sqlite3_bind_int(st, 3, e->until) == SQLITE_OK &&
              sqlite3_bind_int64(st, 4, (int64_t)e->ref) == SQLITE_OK;
    if (ok && e->retailer == 0)
        ok = sqlite3_bind_null(st, 5) == SQLITE_OK;
    else if (ok)
        ok = sqlite3_bind_int(st, 5, e->retailer) == SQLITE_OK;
    if (ok && e->area[0] == 0)
        ok = sqlite3_bind_null(st, 6) == SQLITE_OK;
    else if (ok)
        ok = sqlite3_bind_text(st, 6, e->area, -1, SQLITE_STATIC) == SQLITE_OK;
    if (ok && e->twin == 0)
        return sqlite3_bind_null(st, 7) == SQLITE_OK;
    return ok && sqlite3_bind_int(st, 7, e->twin) == SQLITE_OK;
}

/* Behind all others, in a slot that nobody walks: so that every walk ends at an entry, and none at the end of
 * the index, which is less work.
 */
static enum tg_err write_last(sqlite3_stmt *st)
{
    struct tg_sort_item last = {.slot = UINT32_MAX, .key = tg_span("\xff", 1)};
    bool ok = bind_entry(st, &last) && sqlite3_step(st) == SQLITE_DONE;
    (void)sqlite3_reset(st);
    return ok ? TG_OK : TG_E_IO;
}

/* IGNORE: a name whose two parts fold alike gives the same entry twice. */
static enum tg_err write_entries(struct tg_load *l, struct tg_buf *out)
{
    struct tg_supply supply = {.load = l, .out = out};
    sqlite3_stmt *st = NULL;
    struct tg_sort_item item;
    bool got = true;
    if (sqlite3_prepare_v2(l->db, "INSERT OR IGNORE INTO find VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", -1, &st,
                           NULL) != SQLITE_OK)
        return TG_E_IO;
    enum tg_err err = tg_sort_finish(l->sort);
    while (err == TG_OK && got) {
        err = tg_sort_next(l->sort, &item, &got);
        if (err != TG_OK || !got)
            break;
        if (!bind_entry(st, &item) || sqlite3_step(st) != SQLITE_DONE)
            err = TG_E_IO;
        (void)sqlite3_reset(st);
        if (err == TG_OK)
            err = tg_supply_take(&supply, &item);
    }
    if (err == TG_OK)
        err = write_last(st);
    (void)sqlite3_finalize(st);
    tg_supply_done(&supply);
    l->duplicates += supply.doubles;
    return err == TG_OK && supply.doubles > 0 ? TG_E_IMPORT : err;
}

/* Which lines share an id. */
static void name_duplicates(struct tg_load *l, struct tg_buf *out)
{
    sqlite3_stmt *st = NULL;
    static const char sql[] = "SELECT min(ref), max(ref) FROM customer GROUP BY id HAVING count(*) > 1"
                              " ORDER BY 1 LIMIT ?1";
    if (sqlite3_prepare_v2(l->db, sql, -1, &st, NULL) != SQLITE_OK ||
        sqlite3_bind_int64(st, 1, TG_CSV_ERRORS_SHOWN) != SQLITE_OK)
        return;
    enum tg_err err = TG_OK;
    while (err == TG_OK && sqlite3_step(st) == SQLITE_ROW) {
        l->duplicates++;
        long long first = sqlite3_column_int64(st, 0);
        long long last = sqlite3_column_int64(st, 1);
        err = tg_buf_addf(out, "行 line %lld, 列 column id: 行 %lld と同じ id です / same id as line %lld\n",
                          last, first, first);
    }
    (void)sqlite3_finalize(st);
}

static enum tg_err index_ids(struct tg_load *l, struct tg_buf *out)
{
    int rc = sqlite3_exec(l->db, "CREATE UNIQUE INDEX customer_id ON customer(id)", NULL, NULL, NULL);
    if (rc != SQLITE_CONSTRAINT)
        return rc == SQLITE_OK ? TG_OK : TG_E_IO;
    if (out != NULL)
        name_duplicates(l, out);
    return TG_E_IMPORT;
}

enum tg_err tg_load_build(struct tg_load *l, struct tg_buf *out)
{
    if (l->refused > 0)
        return TG_E_IMPORT;
    enum tg_err err = index_ids(l, out);
    if (err == TG_OK)
        err = write_entries(l, out);
    if (err == TG_OK && tg_schema_exec(l->db, "COMMIT; PRAGMA analysis_limit = 400; ANALYZE;") != TG_OK)
        err = TG_E_IO;
    return err;
}
