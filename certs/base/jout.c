/* The JSON writer of json.h. */
#include <string.h>

#include "certs/base/json.h"
#include "certs/base/text.h"

/* Where n bytes may be written; NULL: there is an error. */
static uint8_t *room(struct tg_jout *j, size_t n)
{
    struct tg_buf *b = j->to;

    if (j->err == TG_OK && (b->p == NULL || n > b->cap - b->n))
        j->err = tg_buf_reserve(b, n);
    return j->err == TG_OK ? b->p + b->n : NULL;
}

static void put(struct tg_jout *j, const void *p, size_t n)
{
    uint8_t *to = room(j, n);

    if (to == NULL || n == 0)
        return;
    memcpy(to, p, n);
    j->to->n += n;
}

/* Every value and every key begins here, so the commas have one owner. */
static void begin(struct tg_jout *j)
{
    if (j->comma)
        put(j, ",", 1);
    j->comma = true;
}

void tg_jout_init(struct tg_jout *j, struct tg_buf *to)
{
    *j = (struct tg_jout){.to = to, .err = TG_OK, .comma = false, .depth = 0};
}

void tg_jout_open(struct tg_jout *j, char bracket)
{
    begin(j);
    put(j, &bracket, 1);
    j->comma = false;
    j->depth++;
}

void tg_jout_close(struct tg_jout *j, char bracket)
{
    put(j, &bracket, 1);
    j->comma = true;
    if (j->depth == 0 && j->err == TG_OK)
        j->err = TG_E_INTERNAL;
    j->depth -= j->depth > 0;
}

static void escape(struct tg_jout *j, uint8_t c)
{
    static const char named[] = "\"\\\n\r\t";
    static const char letter[] = "\"\\nrt";
    const char *at = memchr(named, c, sizeof named - 1);

    if (j->err != TG_OK)
        return;
    if (at != NULL)
        j->err = tg_buf_addf(j->to, "\\%c", letter[at - named]);
    else
        j->err = tg_buf_addf(j->to, "\\u%04x", c);
}

#define ONES 0x0101010101010101u
#define TOPS 0x8080808080808080u

/* What must be looked at byte by byte: what is escaped; and, with high, what is not ASCII. */
static bool plain(uint8_t c, uint8_t high)
{
    return c >= 0x20 && c != '"' && c != '\\' && (c & high) == 0;
}

/* The same for eight bytes: of a byte below 0x20, or of one that is zero after XOR with the quote or the
 * backslash, the subtraction sets the top bit. A borrow may make it say no too often; never yes.
 */
static inline bool plain_word(uint64_t w, uint64_t highs)
{
    uint64_t quotes = w ^ ONES * '"', slashes = w ^ ONES * '\\';
    uint64_t found = ((w - ONES * 0x20) & ~w) | ((quotes - ONES) & ~quotes) | ((slashes - ONES) & ~slashes);

    return ((found & TOPS) | (w & highs)) == 0;
}

static inline uint64_t word_at(const uint8_t *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof w);
    return w;
}

/* One to seven bytes as a word; some stand in it twice, and plain letters fill it up. */
static inline uint64_t short_word(const uint8_t *p, size_t n)
{
    uint32_t low, high;

    if (n < 4)
        return (ONES * 'a') << 24 | (uint64_t)p[0] | (uint64_t)p[n / 2] << 8 | (uint64_t)p[n - 1] << 16;
    memcpy(&low, p, sizeof low);
    memcpy(&high, p + n - sizeof high, sizeof high);
    return low | (uint64_t)high << 32;
}

/* How many bytes from the start are plain. high: 0, or 0x80 to stop at what is not ASCII. */
static size_t plain_run(struct tg_span s, uint8_t high)
{
    const uint64_t highs = ONES * high;
    size_t i = 0;

    while (s.n - i >= 8 && plain_word(word_at(s.p + i), highs))
        i += 8;
    if (s.n - i < 8 && (i == s.n || plain_word(short_word(s.p + i, s.n - i), highs)))
        return s.n;
    while (i < s.n && plain(s.p[i], high))
        i++;
    return i;
}

static void put_escaped(struct tg_jout *j, struct tg_span s)
{
    for (size_t at = 0; at < s.n; at++) {
        size_t n = plain_run(tg_span(s.p + at, s.n - at), 0);

        put(j, s.p + at, n);
        at += n;
        if (at < s.n)
            escape(j, s.p[at]);
    }
}

/* In one piece, when nothing in it is escaped. */
static void put_plain(struct tg_jout *j, struct tg_span s, bool comma, bool key)
{
    uint8_t *p = room(j, s.n + 2 + (comma ? 1 : 0) + (key ? 1 : 0));

    if (p == NULL)
        return;
    if (comma)
        *p++ = ',';
    *p++ = '"';
    if (s.n > 0)
        memcpy(p, s.p, s.n);
    p += s.n;
    *p++ = '"';
    if (key)
        *p++ = ':';
    j->to->n = (size_t)(p - j->to->p);
}

/* A string, and the colon behind it when it is a key. Most are ASCII and plain: then one look is enough. */
static void quote(struct tg_jout *j, struct tg_span s, bool key)
{
    bool comma = j->comma;
    size_t run = plain_run(s, 0x80);

    j->comma = true;
    if (j->err == TG_OK && run < s.n) {
        struct tg_span rest = tg_span(s.p + run, s.n - run);

        if (!tg_utf8_ok(rest))
            j->err = TG_E_BAD_UTF8;
        run += plain_run(rest, 0);
    }
    if (run == s.n) {
        put_plain(j, s, comma, key);
        return;
    }
    put(j, comma ? ",\"" : "\"", comma ? 2 : 1);
    put_escaped(j, s);
    put(j, "\":", key ? 2 : 1);
}

void tg_jout_key(struct tg_jout *j, const char *name)
{
    quote(j, tg_span_str(name), true);
    j->comma = false;
}

void tg_jout_str(struct tg_jout *j, const char *s)
{
    tg_jout_span(j, tg_span_str(s));
}

void tg_jout_span(struct tg_jout *j, struct tg_span s)
{
    quote(j, s, false);
}

void tg_jout_int(struct tg_jout *j, int64_t v)
{
    char digits[20]; /* INT64_MIN: a sign and 19 */
    size_t at = sizeof digits;
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (v < 0)
        digits[--at] = '-';
    begin(j);
    put(j, digits + at, sizeof digits - at);
}

void tg_jout_bool(struct tg_jout *j, bool v)
{
    tg_jout_raw(j, tg_span_str(v ? "true" : "false"));
}

void tg_jout_null(struct tg_jout *j)
{
    tg_jout_raw(j, tg_span_str("null"));
}

void tg_jout_raw(struct tg_jout *j, struct tg_span json)
{
    uint8_t *p = room(j, json.n + j->comma);

    if (p == NULL)
        return;
    if (j->comma)
        *p++ = ',';
    if (json.n > 0)
        memcpy(p, json.p, json.n);
    j->to->n = (size_t)(p - j->to->p) + json.n;
    j->comma = true;
}

void tg_jout_raw_key(struct tg_jout *j, struct tg_span key)
{
    tg_jout_raw(j, key);
    j->comma = false;
}

void tg_jout_member(struct tg_jout *j, const char *name, const char *s)
{
    tg_jout_key(j, name);
    tg_jout_str(j, s);
}

void tg_jout_member_int(struct tg_jout *j, const char *name, int64_t v)
{
    tg_jout_key(j, name);
    tg_jout_int(j, v);
}

enum tg_err tg_jout_end(struct tg_jout *j)
{
    if (j->err == TG_OK && j->depth != 0)
        j->err = TG_E_INTERNAL;
    return j->err;
}
