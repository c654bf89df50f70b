/* 株式会社, ㈱, (株), カブシキガイシャ, カ) …: legal forms say nothing about which customer it is, stand
 * before or behind the name, and are spelled in a dozen ways; a search key is made without them.
 */
#ifndef TG_CORP_H
#define TG_CORP_H

#include "server/records/glyph.h"

/* Takes every legal form out of kana-folded text that still has its brackets. True when there was one. */
bool tg_corp_strip(struct tg_glyphs *g);

#endif
