/* 復唱: how a value is read aloud over the telephone. Digits one by one in groups, 0 ゼロ, 4 ヨン, 7 ナナ,
 * 9 キュウ, with nothing between the digits but a pause between the groups (の is heard as 5, a final 番 as
 * 3). Kana by the Japanese phonetic alphabet, 和文通話表 (無線局運用規則 別表第五号).
 */
#ifndef TG_READBACK_H
#define TG_READBACK_H

#include "certs/base/blob.h"

#define TG_READBACK_PIECES 64u

/* One line of the view: what is seen, large, and how it is said. Both are borrowed from the readback. */
struct tg_readback_piece {
    const char *seen, *said;
};

struct tg_readback; /* owns the texts of its pieces */

/* Digits (gaps allowed: they are the groups; none: groups of sizes, NULL-ended by 0, or fours) or kana
 * (others stand for themselves). TG_E_LIMIT: more than TG_READBACK_PIECES; TG_E_FORM: not UTF-8; TG_E_NOMEM.
 */
enum tg_err tg_readback_digits(struct tg_span text, const unsigned *sizes, struct tg_readback **ret) TG_MUST;
enum tg_err tg_readback_kana(struct tg_span text, struct tg_readback **ret) TG_MUST;
size_t tg_readback_count(const struct tg_readback *r);
struct tg_readback_piece tg_readback_at(const struct tg_readback *r, size_t i);
void tg_readback_free(struct tg_readback **r);

/* 2-4-4-4-4-4, as 供給地点特定番号 are printed. */
extern const unsigned tg_readback_point[];

#endif
