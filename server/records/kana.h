/* Folding of kana, left to right and by what stands to the left only, so that the folded beginning of a word
 * is the beginning of the folded word (searches are by prefix).
 *
 *   hiragana -> katakana           small -> large (ッ ツ, ャ ヤ, ヶ ケ)
 *   ヴァ ヴィ ヴ -> バ ビ ブ          ヲ オ, ヅ ズ, ヂ ジ, ヰ イ, ヱ エ
 *   long vowels: ー and a dash after kana -> the vowel; オ-row + ウ -> オ; エ-row + イ -> エ
 *   ヶ ヵ ケ カ ガ が after kanji or a digit -> ケ      々 ヽ -> the character before
 */
#ifndef TG_KANA_H
#define TG_KANA_H

#include "server/records/glyph.h"

/* In place. Drops nothing but ゞ-like marks at the beginning and the small vowel of ヴァ. */
void tg_kana_fold(struct tg_glyphs *g);

/* Voicing of one folded kana: TG_KANA_PLAIN カ, TG_KANA_VOICED ガ, TG_KANA_HALF パ. *base is the unvoiced
 * one. */
enum tg_voicing { TG_KANA_PLAIN, TG_KANA_VOICED, TG_KANA_HALF };
enum tg_voicing tg_kana_voicing(int32_t cp, int32_t *base);

#endif
