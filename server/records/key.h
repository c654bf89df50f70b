/* Search keys: what stands in the index, and what a query is turned into.
 *
 * A stored key is  letters [00 marks]:
 *   letters  the loose key, a compact code: ASCII as it is, katakana in one byte (80 + code point - U+30A0),
 * everything else as UTF-8; no code is the beginning of another, none has the byte 00 or FF marks    one byte
 * for each character, 1 + its voicing (kana.h), without the plain ones at the end so one index serves both
 * keys: the letters alone are the loose key (ヤマタ for ヤマダ), letters with marks the strict one, and the
 * order is that of a telephone book.
 *
 * ヅ and ヂ are ズ and ジ strictly, but loosely a clerk may as well mean ツ and チ: they give a second key.
 */
#ifndef TG_KEY_H
#define TG_KEY_H

#include "certs/base/limits.h"
#include "server/records/glyph.h"

/* The searchable lists; the number is part of the database's format. */
enum tg_list {
    TG_LIST_KANA,
    TG_LIST_NAME,
    TG_LIST_ADDRESS,
    TG_LIST_PHONE,
    TG_LIST_POINT,
    TG_LIST_GEN_POINT,
    TG_LIST_CUSTOMER,
    TG_LIST_ID,
    TG_LIST_COUNT
};

struct tg_key {
    uint8_t b[TG_KEY_BYTES]; /* letters */
    size_t n;
    uint8_t mark[TG_KEY_BYTES]; /* voicing by character */
    size_t chars;
    bool alt;   /* the second key of ヅ and ヂ */
    bool exact; /* to be found whole, not as a beginning */
};

#define TG_KEYS_MAX 16u  /* of one value: the whole, a second part or up to 14 ends, ヅ and ヂ */
#define TG_KEYS_ASKED 2u /* of a query */
struct tg_keys {
    size_t n;
    struct tg_key key[TG_KEYS_MAX];
};

/* One entry of the index. */
struct tg_entry {
    uint8_t b[2 * TG_KEY_BYTES + 1];
    size_t n;
    /* A row with several keys must come once. When a smaller key of the row begins the same way, these say
     * how far: twin_loose bytes of letters, twin_strict characters with their marks. A query no longer than
     * that finds the row by the smaller key, and passes over this one.
     */
    unsigned twin_loose, twin_strict;
};
struct tg_entries {
    size_t n;
    struct tg_entry entry[TG_KEYS_MAX];
};

/* What is stored for a value. For numbers the value must be in its stored form already (check.h). TG_OK with
 * n == 0 when there is nothing to find it by; TG_E_BAD_UTF8, TG_E_LIMIT.
 */
enum tg_err tg_keys_stored(enum tg_list list, struct tg_span value, struct tg_entries *ret) TG_MUST;
/* What a query looks for: key[0], and with loose searching key[1] when there is one. TG_E_QUERY,
 * TG_E_QUERY_GAS. */
enum tg_err tg_keys_asked(enum tg_list list, struct tg_span text, struct tg_keys *ret) TG_MUST;

/* Does the entry, already within the letters' range, answer the query? Strictly: the marks too. Also the rule
 * for twins. */
bool tg_key_accepts(const struct tg_key *q, bool loose, struct tg_span entry, unsigned twin_loose,
                    unsigned twin_strict);

#endif
