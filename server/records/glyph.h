/* Text as code points, ready for folding: NFKC, lower case, variant kanji and look-alike dashes as one. What
 * a clerk types and what a file stores pass through the same door, so either may be in any of these forms.
 */
#ifndef TG_GLYPH_H
#define TG_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"

/* A field has at most TG_CSV_FIELD_BYTES bytes; NFKC makes ㍿ four characters of three bytes, never more of
 * common text. */
#define TG_GLYPHS_MAX 1536u

struct tg_glyphs {
    size_t n;
    int32_t cp[TG_GLYPHS_MAX];
};

/* Reads UTF-8. Control characters, white space of every kind and default-ignorable ones (variation selectors)
 * become one ' ' or nothing; every dash becomes '-', but ー stays. TG_E_BAD_UTF8, TG_E_LIMIT.
 */
enum tg_err tg_glyphs_read(struct tg_span text, struct tg_glyphs *ret) TG_MUST;
/* Old and look-alike kanji to the everyday one (髙 高, 﨑 崎, 齋 斎); others unchanged. */
int32_t tg_glyph_variant(int32_t cp);

bool tg_glyph_is_kanji(int32_t cp); /* with 々 〆 〇 */
bool tg_glyph_is_kana(int32_t cp);  /* katakana letters, without ー */
bool tg_glyph_is_digit(int32_t cp); /* 0-9 */
bool tg_glyph_is_word(int32_t cp);  /* anything that takes part in a key: letters, digits, ー */

/* Does the run of code points s (UTF-8) stand at position at? Its length in code points, or 0. */
size_t tg_glyphs_at(const struct tg_glyphs *g, size_t at, const char *s);
/* Takes n code points out. */
void tg_glyphs_cut(struct tg_glyphs *g, size_t at, size_t n);

#endif
