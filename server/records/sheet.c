#include "server/records/sheet.h"

#include "certs/base/json.h"
#include "certs/base/text.h"

static void store(uint8_t *p, uint32_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

static inline uint32_t load16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline int32_t load32(const uint8_t *p)
{
    return (int32_t)(load16(p) | load16(p + 2) << 16);
}

/* The comma is in front, so that members stand one behind the other in any choice. */
static enum tg_err add_member(struct tg_buf *out, enum tg_field f, struct tg_span value)
{
    struct tg_jout j;
    enum tg_err err = tg_buf_add(out, ",", 1);
    tg_jout_init(&j, out);
    tg_jout_key(&j, tg_field_name(f));
    tg_jout_span(&j, value);
    return err == TG_OK ? tg_jout_end(&j) : err;
}

#define SUM 12u
#define PLACES 16u
#define ID (PLACES + 2u * TG_F_COUNT)
#define ID_BYTES (TG_RECORD_ID_BYTES - 1u)

/* Every step can be undone, so whatever changes one word changes what comes out. */
uint32_t tg_sheet_sum(const uint8_t head[TG_SHEET_HEAD])
{
    uint8_t copy[TG_SHEET_HEAD];
    uint64_t h = 0x9e3779b97f4a7c15;
    memcpy(copy, head, sizeof copy);
    memset(copy + SUM, 0, 4);
    for (size_t i = 0; i < sizeof copy; i += 8) {
        uint64_t word;
        memcpy(&word, copy + i, sizeof word);
        h = (h ^ word) * 0xff51afd7ed558ccd;
        h ^= h >> 32;
    }
    return (uint32_t)h;
}

static enum tg_err add_head(const struct tg_sheet *s, struct tg_buf *out)
{
    uint8_t head[TG_SHEET_HEAD] = {TG_F_COUNT};
    size_t id = strlen(s->id);
    head[1] = (uint8_t)id;
    store(head + 2, s->part, 2);
    store(head + 4, (uint32_t)s->until, 4);
    store(head + 8, (uint32_t)s->since, 4);
    memcpy(head + ID, s->id, id);
    return tg_buf_add(out, head, sizeof head);
}

enum tg_err tg_sheet_write(const struct tg_sheet *s, const struct tg_span value[TG_F_COUNT],
                           struct tg_buf *out)
{
    tg_buf_reset(out);
    enum tg_err err = s->id[0] != 0 && s->part <= UINT16_MAX ? add_head(s, out) : TG_E_INTERNAL;
    size_t begin = out->n;
    for (unsigned f = 0; err == TG_OK && f < TG_F_COUNT; f++) {
        if (value[f].n > 0)
            err = add_member(out, (enum tg_field)f, value[f]);
        if (err == TG_OK && out->n - begin > UINT16_MAX)
            err = TG_E_LIMIT;
        if (err == TG_OK)
            store(out->p + PLACES + 2 * (size_t)f, (uint32_t)(out->n - begin), 2);
    }
    if (err == TG_OK)
        store(out->p + SUM, tg_sheet_sum(out->p), 4);
    return err;
}

/* Where the members lie: none ends before it begins, the last one ends the blob. */
static bool read_places(const uint8_t *p, size_t total, struct tg_sheet *ret)
{
    ret->fields = 0;
    ret->at[0] = TG_SHEET_HEAD;
    for (unsigned f = 0; f < TG_F_COUNT; f++, p += 2) {
        ret->at[f + 1] = TG_SHEET_HEAD + load16(p);
        if (ret->at[f + 1] < ret->at[f])
            return false;
        ret->fields |= (tg_mask)(ret->at[f + 1] > ret->at[f]) << f;
    }
    return ret->at[TG_F_COUNT] == total;
}

static bool read_id(const uint8_t *p, size_t n, char ret[TG_RECORD_ID_BYTES])
{
    memcpy(ret, p, ID_BYTES);
    ret[ID_BYTES] = 0;
    return n > 0 && strlen(ret) == n;
}

enum tg_err tg_sheet_read(const uint8_t head[TG_SHEET_HEAD], size_t total, struct tg_sheet *ret)
{
    ret->part = load16(head + 2);
    ret->until = load32(head + 4);
    ret->since = load32(head + 8);
    bool ok = (uint32_t)load32(head + SUM) == tg_sheet_sum(head) && head[0] == TG_F_COUNT &&
              read_id(head + ID, head[1], ret->id) && read_places(head + PLACES, total, ret);
    return ok ? TG_OK : TG_E_STORE_DOWN;
}
