#include "server/records/supply.h"

#include "server/records/number.h"
#include "server/records/schema.h"

/* Contracts of supply: of a retailer, and the last resort. Only those without an end are in force for good;
 * one that ends and one that follows it may stand side by side.
 */
static bool is_supply(uint32_t slot)
{
    return slot == tg_slot(TG_RETAILER_ANY, TG_RECORD_SUPPLY, TG_LIST_POINT) ||
           slot == tg_slot(TG_RETAILER_ANY, TG_RECORD_LAST_RESORT, TG_LIST_POINT);
}

static enum tg_err prepare(struct tg_supply *s)
{
    if (s->row != NULL)
        return TG_OK;
    bool ok = sqlite3_prepare_v2(s->load->db, "SELECT contract_end IS NULL FROM customer WHERE ref = ?1", -1,
                                 &s->row, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(s->load->db,
                                 "SELECT find.ref FROM find JOIN customer ON customer.ref = find.ref"
                                 " WHERE slot = ?1 AND key = ?2 AND contract_end IS NULL LIMIT 1",
                                 -1, &s->find, NULL) == SQLITE_OK;
    return ok ? TG_OK : TG_E_IO;
}

static enum tg_err is_open(struct tg_supply *s, uint64_t ref, bool *ret)
{
    enum tg_err err = prepare(s);
    if (err != TG_OK)
        return err;
    bool ok = sqlite3_bind_int64(s->row, 1, (int64_t)ref) == SQLITE_OK && sqlite3_step(s->row) == SQLITE_ROW;
    *ret = ok && sqlite3_column_int(s->row, 0) != 0;
    (void)sqlite3_reset(s->row);
    return ok ? TG_OK : TG_E_IO;
}

/* The last resorts come behind all retailers' contracts, which lie in the index by then: they are few. */
static enum tg_err find_retailers(struct tg_supply *s)
{
    enum tg_err err = prepare(s);
    if (err != TG_OK)
        return err;
    bool ok = sqlite3_bind_int64(s->find, 1, tg_slot(TG_RETAILER_ANY, TG_RECORD_SUPPLY, TG_LIST_POINT)) ==
                  SQLITE_OK &&
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

static enum tg_err take_open(struct tg_supply *s, uint64_t ref)
{
    bool open = false;
    enum tg_err err = is_open(s, ref, &open);
    if (err != TG_OK || !open)
        return err;
    if (s->open != 0)
        name_double(s, s->open, ref);
    else
        s->open = ref;
    return TG_OK;
}

static enum tg_err begin_point(struct tg_supply *s, const struct tg_sort_item *e)
{
    if (e->key.n > sizeof s->key)
        return TG_E_INTERNAL;
    s->slot = e->slot;
    memcpy(s->key, e->key.p, e->key.n);
    s->n_key = e->key.n;
    s->first = e->ref;
    s->open = 0;
    s->looked = false;
    if (e->slot == tg_slot(TG_RETAILER_ANY, TG_RECORD_SUPPLY, TG_LIST_POINT))
        return TG_OK;
    enum tg_err err = find_retailers(s);
    if (err != TG_OK || s->open == 0)
        return err;
    s->looked = true;
    return take_open(s, e->ref);
}

enum tg_err tg_supply_take(struct tg_supply *s, const struct tg_sort_item *e)
{
    if (!is_supply(e->slot))
        return TG_OK;
    if (s->first == 0 || s->slot != e->slot || !tg_span_eq(tg_span(s->key, s->n_key), e->key))
        return begin_point(s, e);
    if (!s->looked) {
        s->looked = true;
        enum tg_err err = take_open(s, s->first);
        if (err != TG_OK)
            return err;
    }
    return take_open(s, e->ref);
}

void tg_supply_done(struct tg_supply *s)
{
    (void)sqlite3_finalize(s->row);
    (void)sqlite3_finalize(s->find);
}
