/* Addresses as keys: 青森県三戸郡南部町大字沖田面字沖中46番地1 and 南部町沖田面沖中四十六－１ are the same
 * place.
 *
 *   prefecture and 郡 are left out     大字, 字, 小字 are left out       漢数字 (十百千 too) -> digits
 *   丁目 番地 番 号 の between numbers -> '-'                            every dash, and ー between digits ->
 * '-'
 */
#ifndef TG_PLACE_H
#define TG_PLACE_H

#include "server/records/glyph.h"

/* In place, from what tg_glyphs_read gave to a folded address. */
void tg_place_fold(struct tg_glyphs *g);
/* Where the part behind the municipality begins in a folded address (八戸市|内丸1-1-1); 0 when there is none.
 */
size_t tg_place_core(const struct tg_glyphs *g);
/* Length of a prefecture's name at the beginning (青森県 3), 0 when there is none. */
size_t tg_place_prefecture(const struct tg_glyphs *g);

#endif
