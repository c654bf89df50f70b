#include "server/records/supply.h"

#include "server/records/number.h"
#include "server/records/schema.h"

/* Contracts of supply: of a retailer, and the last resort. Only those without an end are in force for good;
 * one that ends and one that follows it may stand side by side.
 */
static bool is_retailers(uint32_t slot)
{
    return slot == tg_slot(TG_RETAILER_ANY, TG_SHELF_CONTRACT, TG_LIST_POINT);
}

static bool is_supply(uint32_t slot)
{
    return is_retailers(slot) || slot == tg_slot(TG_RETAILER_ANY, TG_SHELF_LAST_RESORT, TG_LIST_POINT);
}

/* The last resorts come behind all retailers' contracts, which lie in the index by then: they are few. */
static enum tg_err find_retailers(struct tg_supply *s)
{
    static const char sql[] = "SELECT ref FROM find WHERE slot = ?1 AND key = ?2 AND until = 0 LIMIT 1";
    if (s->find == NULL && sqlite3_prepare_v2(s->load->db, sql, -1, &s->find, NULL) != SQLITE_OK)
        return TG_E_IO;
    int64_t slot = tg_slot(TG_RETAILER_ANY, TG_SHELF_CONTRACT, TG_LIST_POINT);
    bool ok = sqlite3_bind_int64(s->find, 1, slot) == SQLITE_OK &&
              sqlite3_bind_blob(s->find, 2, s->key, (int)s->n_key, SQLITE_STATIC) == SQLITE_OK;
    int rc = ok ? sqlite3_step(s->find) : SQLITE_ERROR;
    if (rc == SQLITE_ROW)
        s->open = (uint64_t)sqlite3_column_int64(s->find, 0);
    (void)sqlite3_reset(s->find);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? TG_OK : TG_E_IO;
}

static void name_double(struct tg_supply *s, uint64_t a, uint64_t b)
{
    unsigned long long first = a < b ? a : b;
    unsigned long long last = a < b ? b : a;
    if (s->doubles++ < TG_CSV_ERRORS_SHOWN && s->out != NULL)
        tg_ignore(tg_buf_addf(
            s->out,
            "行 line %llu, 列 column point: 行 %llu と同じ供給地点に、終わりのない契約が 2 つあります"
            " / duplicate point: a second contract without an end, as line %llu\n",
            last, first, first));
}

static enum tg_err begin_point(struct tg_supply *s, const struct tg_sort_item *e)
{
    if (e->key.n > sizeof s->key)
        return TG_E_INTERNAL;
    s->slot = e->slot;
    memcpy(s->key, e->key.p, e->key.n);
    s->n_key = e->key.n;
    s->open = 0;
    return is_retailers(e->slot) ? TG_OK : find_retailers(s);
}

enum tg_err tg_supply_take(struct tg_supply *s, const struct tg_sort_item *e)
{
    if (!is_supply(e->slot) || e->until != TG_UNTIL_OPEN)
        return TG_OK;
    if (s->slot != e->slot || !tg_span_eq(tg_span(s->key, s->n_key), e->key)) {
        enum tg_err err = begin_point(s, e);
        if (err != TG_OK)
            return err;
    }
    if (s->open != 0)
        name_double(s, s->open, e->ref);
    else
        s->open = e->ref;
    return TG_OK;
}

void tg_supply_done(struct tg_supply *s)
{
    (void)sqlite3_finalize(s->find);
}
