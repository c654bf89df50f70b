/* Romaji, as it is typed without an input method, to katakana: Hepburn, Kunrei and the spellings that input
 * methods take (shi si, tsu tu, fu hu, ji zi, sha sya, la xa). Doubled consonants make ッ, n before a
 * consonant ン (m before b, m, p likewise: shimbashi), - makes ー. "nna" is ンナ, as it is written, not as it
 * is typed into an input method.
 */
#ifndef TG_ROMAJI_H
#define TG_ROMAJI_H

#include "certs/base/blob.h"

/* Appends the katakana of as much as can be read; the rest is what was not: a syllable that is still being
 * typed ("ky"), or the place where this is no romaji. Upper and lower case are alike; spaces stay.
 * TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_romaji_kana(struct tg_span in, struct tg_buf *out, struct tg_span *rest) TG_MUST;

#endif
