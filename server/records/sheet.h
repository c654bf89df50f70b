/* A record as it lies in the database: one blob. Each field that is there is already as it leaves, a JSON
 * member, so that answering is copying. All numbers little-endian:
 *
 *   0  u8   fields: as many as the catalogue has, in its order
 *   1  u8   bytes of the id, 1 to 31
 *   2  u16  part: retailer number * 8 + kind
 *   4  i32  until: the last day (schema.h)
 *   8  i32  since: the first day, TG_DAY_MIN when there is none
 *  12  u32  check sum of the head, as if it were 0 here: against damage, not against people
 *  16  u16  for each field: where its member ends, counted from the end of the head; an absent field ends
 *           where it begins
 *      31 bytes: the id, filled up with zeros; and zeros up to the next multiple of 8
 *      the members: ,"name":"…"
 *
 * A reader looks at the head, which is of one length, and then takes the members of the mask, and only those:
 * the others never leave the page that they lie on.
 */
#ifndef TG_SHEET_H
#define TG_SHEET_H

#include "certs/base/blob.h"
#include "certs/base/clock.h"
#include "certs/base/limits.h"
#include "server/policy/field.h"

#define TG_SHEET_HEAD ((16u + 2u * TG_F_COUNT + TG_RECORD_ID_BYTES - 1u + 7u) / 8u * 8u)

struct tg_sheet {
    unsigned part;
    int32_t until;
    tg_day since;
    char id[TG_RECORD_ID_BYTES];
    tg_mask fields;              /* that are there */
    uint32_t at[TG_F_COUNT + 1]; /* member f lies in the blob from at[f] to at[f + 1] */
};

/* Replaces what is in out. at and fields of s are not looked at; the values must be well-formed UTF-8 without
 * control characters (check.h). TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_sheet_write(const struct tg_sheet *s, const struct tg_span value[TG_F_COUNT],
                           struct tg_buf *out) TG_MUST;
/* head: TG_SHEET_HEAD bytes; total: of the whole blob. TG_E_STORE_DOWN unless the sum is right and every
 * length agrees with every other.
 */
enum tg_err tg_sheet_read(const uint8_t head[TG_SHEET_HEAD], size_t total, struct tg_sheet *ret) TG_MUST;
/* What stands at 12. For who makes sheets by hand, as tests do. */
uint32_t tg_sheet_sum(const uint8_t head[TG_SHEET_HEAD]);

#endif
