#include "server/records/key.h"

#include "certs/base/text.h"
#include "server/records/corp.h"
#include "server/records/kana.h"
#include "server/records/number.h"
#include "server/records/place.h"

#define KATAKANA 0x30a0
#define DZU 0x30c5 /* ヅ */
#define DJI 0x30c2 /* ヂ */
#define TSU 0x30c4 /* ツ */
#define CHI 0x30c1 /* チ */

/* The code of one character; its length. */
static size_t encode(int32_t cp, uint8_t out[4])
{
    uint32_t u = (uint32_t)cp;
    if (u < 0x80) {
        out[0] = (uint8_t)u;
        return 1;
    }
    if (u > KATAKANA && u <= 0x30fe) {
        out[0] = (uint8_t)(0x80 + (u - KATAKANA));
        return 1;
    }
    if (u < 0x800) { /* two bytes of UTF-8 would collide with katakana's codes */
        out[0] = 0xf8;
        out[1] = (uint8_t)(0x80 | (u >> 6));
        out[2] = (uint8_t)(0x80 | (u & 0x3f));
        return 3;
    }
    size_t n = u < 0x10000 ? 3 : 4;
    out[0] = n == 3 ? (uint8_t)(0xe0 | (u >> 12)) : (uint8_t)(0xf0 | (u >> 18));
    if (n == 4)
        out[1] = (uint8_t)(0x80 | ((u >> 12) & 0x3f));
    out[n - 2] = (uint8_t)(0x80 | ((u >> 6) & 0x3f));
    out[n - 1] = (uint8_t)(0x80 | (u & 0x3f));
    return n;
}

/* False when it does not fit any more: a key is cut there, stored and asked alike. */
static bool add_char(struct tg_key *k, int32_t cp)
{
    int32_t base = cp;
    enum tg_voicing voicing = tg_kana_voicing(cp, &base);
    uint8_t code[4];
    size_t n = encode(base, code);
    if (k->n + n > sizeof k->b)
        return false;
    memcpy(k->b + k->n, code, n);
    k->n += n;
    k->mark[k->chars++] = (uint8_t)voicing;
    return true;
}

static void make(const struct tg_glyphs *g, size_t from, struct tg_key *k)
{
    k->n = 0;
    k->chars = 0;
    k->alt = false;
    k->exact = false;
    for (size_t i = from; i < g->n; i++)
        if (tg_glyph_is_word(g->cp[i]) || g->cp[i] == '-')
            if (!add_char(k, g->cp[i]))
                return;
}

/* ヅ and ヂ are still to be told from ズ and ジ in the unfolded text: they are marked before folding. */
static bool has_dzu(const struct tg_glyphs *g)
{
    for (size_t i = 0; i < g->n; i++)
        if (g->cp[i] == DZU || g->cp[i] == DJI || g->cp[i] == DZU - 0x60 || g->cp[i] == DJI - 0x60)
            return true;
    return false;
}

/* Brackets stay for the legal forms; every other sign and space goes, so that folding looks at letters only.
 */
static void words_only(struct tg_glyphs *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        int32_t cp = g->cp[i];
        bool hira =
            (cp >= 0x3041 && cp <= 0x3096) || cp == 0x309d || cp == 0x309e || cp == 0x30fd || cp == 0x30fe;
        if (hira || cp == '-' || cp == '(' || cp == ')' || tg_glyph_is_word(cp))
            g->cp[n++] = cp;
    }
    g->n = n;
}

static void no_dashes(struct tg_glyphs *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++)
        if (g->cp[i] != '-')
            g->cp[n++] = g->cp[i];
    g->n = n;
}

/* The alternative spelling: ヅ as ツ, ヂ as チ, so that the loose key is that of ツ and チ. */
static void to_clear(struct tg_glyphs *g)
{
    for (size_t i = 0; i < g->n; i++) {
        int32_t cp = g->cp[i];
        if (cp == DZU || cp == DZU - 0x60)
            g->cp[i] = TSU;
        else if (cp == DJI || cp == DJI - 0x60)
            g->cp[i] = CHI;
    }
}

/* In the alternative key the letters are clear, but its strict reading is still voiced: no strict query may
 * find it. */
static void mark_alt(const struct tg_key *strict, struct tg_key *alt)
{
    alt->alt = true;
    for (size_t i = 0; i < alt->chars && i < strict->chars; i++)
        alt->mark[i] = strict->mark[i];
}

/* A name as it is compared: folded, without signs and legal forms. clear: ヅ and ヂ as ツ and チ. True: had a
 * legal form. */
static bool fold_name(const struct tg_glyphs *raw, bool clear, struct tg_glyphs *ret)
{
    ret->n = raw->n;
    memcpy(ret->cp, raw->cp, raw->n * sizeof raw->cp[0]);
    words_only(ret);
    if (clear)
        to_clear(ret);
    tg_kana_fold(ret);
    bool form = tg_corp_strip(ret);
    no_dashes(ret);
    return form;
}

static void add_key(const struct tg_glyphs *folded, size_t from, struct tg_keys *ret)
{
    if (ret->n == TG_KEYS_MAX)
        return;
    make(folded, from, &ret->key[ret->n]);
    if (ret->key[ret->n].n > 0)
        ret->n++;
}

/* The key of a whole text, and the second one when there is ヅ or ヂ in it. */
static void add_whole(const struct tg_glyphs *raw, const struct tg_glyphs *folded, struct tg_keys *ret)
{
    size_t first = ret->n;
    add_key(folded, 0, ret);
    if (ret->n == first || ret->n == TG_KEYS_MAX || !has_dzu(raw))
        return;
    struct tg_glyphs cleared TG_UNSET;
    (void)fold_name(raw, true, &cleared);
    make(&cleared, 0, &ret->key[ret->n]);
    mark_alt(&ret->key[first], &ret->key[ret->n]);
    ret->n++;
}

static bool is_part_gap(int32_t cp)
{
    return cp == ' ' || cp == 0x30fb || cp == '=' || cp == '&' || cp == '/';
}

/* Where the second part of a name begins (山田 太郎, ジョン・スミス); 0 when there is none. */
static size_t second_part(const struct tg_glyphs *g)
{
    size_t i = 0;
    while (i < g->n && is_part_gap(g->cp[i]))
        i++;
    while (i < g->n && !is_part_gap(g->cp[i]))
        i++;
    while (i < g->n && is_part_gap(g->cp[i]))
        i++;
    return i < g->n ? i : 0;
}

static bool same_key(const struct tg_key *a, const struct tg_key *b)
{
    return a->n == b->n && memcmp(a->b, b->b, a->n) == 0 && a->chars == b->chars &&
           memcmp(a->mark, b->mark, a->chars) == 0;
}

static void add_second_part(const struct tg_glyphs *g, size_t at, struct tg_keys *ret)
{
    struct tg_glyphs rest TG_UNSET;
    struct tg_glyphs folded TG_UNSET;
    rest.n = g->n - at;
    memcpy(rest.cp, g->cp + at, rest.n * sizeof rest.cp[0]);
    (void)fold_name(&rest, false, &folded);
    size_t whole = ret->n;
    add_whole(&rest, &folded, ret);
    if (ret->n > whole && same_key(&ret->key[0], &ret->key[whole]))
        ret->n = whole; /* 株式会社 東北: the second part is all there is */
}

/* Every end of two characters or more: 電工 finds 東北電工. */
static void add_ends(const struct tg_glyphs *folded, struct tg_keys *ret)
{
    for (size_t i = 1; i + 2 <= folded->n; i++)
        add_key(folded, i, ret);
}

/* A person is found by either part of the name. A company, and a name that is written in one piece, by any
 * place in it. */
static void name_keys(enum tg_list list, const struct tg_glyphs *g, bool parts, struct tg_keys *ret)
{
    struct tg_glyphs folded TG_UNSET;
    bool company = fold_name(g, false, &folded);
    add_whole(g, &folded, ret);
    if (!parts || ret->n == 0)
        return;
    size_t at = second_part(g);
    if (company || (at == 0 && list == TG_LIST_NAME))
        add_ends(&folded, ret);
    else if (at > 0)
        add_second_part(g, at, ret);
}

static void place_keys(struct tg_glyphs *g, bool parts, struct tg_keys *ret)
{
    tg_place_fold(g);
    make(g, 0, &ret->key[0]);
    ret->n = ret->key[0].n > 0 ? 1 : 0;
    size_t core = parts ? tg_place_core(g) : 0;
    if (core == 0 || ret->n == 0)
        return;
    make(g, core, &ret->key[1]);
    ret->n = ret->key[1].n > 0 ? 2 : 1;
}

/* Two digits a byte; an odd one is filled up with F. */
static void pack(const struct tg_digits *d, struct tg_key *k)
{
    k->n = 0;
    k->chars = 0;
    k->alt = false;
    k->exact = true;
    for (size_t i = 0; i < d->n && k->n < sizeof k->b; i += 2) {
        unsigned hi = (unsigned)(d->s[i] - '0');
        unsigned lo = i + 1 < d->n ? (unsigned)(d->s[i + 1] - '0') : 0xfu;
        k->b[k->n++] = (uint8_t)(hi << 4 | lo);
    }
}

/* Letters and digits of a number that is no number: customer numbers like C-0012345. */
static enum tg_err code_key(const struct tg_glyphs *g, struct tg_key *k)
{
    make(g, 0, k);
    size_t n = 0;
    for (size_t i = 0; i < k->n; i++)
        if (k->b[i] != '-')
            k->b[n++] = k->b[i];
    k->n = n;
    k->chars = 0;
    k->exact = true;
    return n > 0 ? TG_OK : TG_E_FORM;
}

static enum tg_err id_key(struct tg_span text, struct tg_key *k)
{
    k->n = 0;
    k->chars = 0;
    k->alt = false;
    k->exact = true;
    if (text.n == 0 || text.n >= TG_RECORD_ID_BYTES)
        return TG_E_FORM;
    memcpy(k->b, text.p, text.n);
    k->n = text.n;
    return TG_OK;
}

static enum tg_err number_key(enum tg_list list, const struct tg_glyphs *g, struct tg_key *k)
{
    struct tg_digits d;
    enum tg_err err = list == TG_LIST_PHONE ? tg_phone_read(g, &d) : tg_point_read(g, &d);
    if (err == TG_OK)
        pack(&d, k);
    return err;
}

/* parts: also what a row may be found by besides its beginning. */
static enum tg_err keys_of(enum tg_list list, struct tg_span text, bool parts, struct tg_keys *ret)
{
    ret->n = 0;
    if (list == TG_LIST_ID) {
        ret->n = 1;
        return id_key(text, &ret->key[0]);
    }
    struct tg_glyphs g TG_UNSET;
    enum tg_err err = tg_glyphs_read(text, &g);
    if (err != TG_OK)
        return err;
    switch (list) {
    case TG_LIST_KANA:
    case TG_LIST_NAME:
        name_keys(list, &g, parts, ret);
        return TG_OK;
    case TG_LIST_ADDRESS:
        place_keys(&g, parts, ret);
        return TG_OK;
    case TG_LIST_PHONE:
    case TG_LIST_POINT:
    case TG_LIST_GEN_POINT:
        ret->n = 1;
        return number_key(list, &g, &ret->key[0]);
    case TG_LIST_CUSTOMER:
        ret->n = 1;
        return code_key(&g, &ret->key[0]);
    case TG_LIST_ID:
    case TG_LIST_COUNT:
    default:
        return TG_E_INTERNAL;
    }
}

static void seal_entry(const struct tg_key *k, struct tg_entry *e)
{
    memcpy(e->b, k->b, k->n);
    e->n = k->n;
    e->twin_loose = 0;
    e->twin_strict = 0;
    size_t marks = k->exact ? 0 : k->chars;
    while (marks > 0 && k->mark[marks - 1] == TG_KANA_PLAIN)
        marks--;
    if (marks == 0)
        return;
    e->b[e->n++] = 0;
    for (size_t i = 0; i < marks; i++)
        e->b[e->n++] = (uint8_t)(1 + k->mark[i]);
}

/* Bytes of letters in common, and characters in common with their marks too. */
static void common(const struct tg_key *a, const struct tg_key *b, unsigned *loose, unsigned *strict)
{
    unsigned n = 0;
    while (n < a->n && n < b->n && a->b[n] == b->b[n])
        n++;
    unsigned chars = 0;
    unsigned bytes = 0;
    while (chars < a->chars && chars < b->chars && a->mark[chars] == b->mark[chars]) {
        unsigned len = a->b[bytes] < 0xe0 ? 1 : a->b[bytes] < 0xf0 || a->b[bytes] == 0xf8 ? 3 : 4;
        if (bytes + len > n)
            break;
        bytes += len;
        chars++;
    }
    *loose = n > *loose ? n : *loose;
    *strict = chars > *strict ? chars : *strict;
}

static int compare_entries(const struct tg_entry *a, const struct tg_entry *b)
{
    int c = memcmp(a->b, b->b, a->n < b->n ? a->n : b->n);
    if (c != 0)
        return c;
    return a->n < b->n ? -1 : a->n > b->n ? 1 : 0;
}

enum tg_err tg_keys_stored(enum tg_list list, struct tg_span value, struct tg_entries *ret)
{
    struct tg_keys keys TG_UNSET;
    ret->n = 0;
    enum tg_err err = keys_of(list, value, true, &keys);
    if (err != TG_OK)
        return err;
    for (size_t i = 0; i < keys.n; i++)
        seal_entry(&keys.key[i], &ret->entry[i]);
    for (size_t i = 0; i < keys.n; i++)
        for (size_t j = 0; j < keys.n; j++)
            if (j != i && compare_entries(&ret->entry[j], &ret->entry[i]) < 0)
                common(&keys.key[j], &keys.key[i], &ret->entry[i].twin_loose, &ret->entry[i].twin_strict);
    ret->n = keys.n;
    return TG_OK;
}

enum tg_err tg_keys_asked(enum tg_list list, struct tg_span text, struct tg_keys *ret)
{
    ret->n = 0;
    if (text.n == 0 || text.n > TG_QUERY_BYTES || !tg_utf8_ok(text) || tg_utf8_count(text) > TG_QUERY_CHARS)
        return TG_E_QUERY;
    enum tg_err err = keys_of(list, text, false, ret);
    if (err == TG_E_QUERY_GAS || err == TG_E_NOMEM || err == TG_E_INTERNAL)
        return err;
    return err == TG_OK && ret->n > 0 ? TG_OK : TG_E_QUERY;
}

static uint8_t mark_of(struct tg_span entry, size_t letters, size_t i)
{
    return letters + 1 + i < entry.n ? (uint8_t)(entry.p[letters + 1 + i] - 1) : (uint8_t)TG_KANA_PLAIN;
}

/* The alternative key of a query finds what its first key does not. That one has already found the entries
 * which are voiced at ツ and チ just where the query is: they are passed over.
 */
static bool alt_accepts(const struct tg_key *q, struct tg_span entry, size_t letters)
{
    size_t at = 0;
    for (size_t i = 0; i < q->chars && at < q->n; i++) {
        uint8_t b = q->b[at];
        bool clear = b == 0x80 + (TSU - KATAKANA) || b == 0x80 + (CHI - KATAKANA);
        if (clear && mark_of(entry, letters, i) != q->mark[i])
            return true;
        at += b < 0xe0 ? 1 : b < 0xf0 || b == 0xf8 ? 3 : 4;
    }
    return false;
}

bool tg_key_accepts(const struct tg_key *q, bool loose, struct tg_span entry, unsigned twin_loose,
                    unsigned twin_strict)
{
    if (q->exact)
        return entry.n == q->n;
    if (twin_loose > 0 && (loose ? twin_loose >= q->n : twin_strict >= q->chars))
        return false;
    const uint8_t *nul = memchr(entry.p, 0, entry.n);
    size_t letters = nul == NULL ? entry.n : (size_t)(nul - entry.p);
    if (loose)
        return !q->alt || alt_accepts(q, entry, letters);
    for (size_t i = 0; i < q->chars; i++)
        if (mark_of(entry, letters, i) != q->mark[i])
            return false;
    return true;
}
