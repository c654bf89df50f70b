/* The JSON writer of json.h. */
#include <string.h>

#include "certs/base/json.h"
#include "certs/base/text.h"

static void put(struct tg_jout *j, const void *p, size_t n)
{
    if (j->err == TG_OK)
        j->err = tg_buf_add(j->to, p, n);
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

static bool plain(uint8_t c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

/* How many bytes from the start need no escape. Most strings need none, so this looks at eight bytes at a
 * time: of a byte below 0x20, or of one that is zero after XOR with the quote or the backslash, the
 * subtraction sets the top bit. A borrow may make it stop too early; then the loop below looks byte by byte.
 */
static size_t plain_run(struct tg_span s)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    size_t i = 0;

    for (; s.n - i >= sizeof ones; i += sizeof ones) {
        uint64_t w, quotes, slashes;

        memcpy(&w, s.p + i, sizeof w);
        quotes = w ^ ones * '"';
        slashes = w ^ ones * '\\';
        if ((((w - ones * 0x20) & ~w) | ((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes)) & tops)
            break;
    }
    while (i < s.n && plain(s.p[i]))
        i++;
    return i;
}

static void put_escaped(struct tg_jout *j, struct tg_span s)
{
    for (size_t at = 0; at < s.n; at++) {
        size_t n = plain_run(tg_span(s.p + at, s.n - at));

        put(j, s.p + at, n);
        at += n;
        if (at < s.n)
            escape(j, s.p[at]);
    }
}

/* A string, and the colon behind it when it is a key. One look for room, one copy, when nothing in it is
 * escaped.
 */
static void quote(struct tg_jout *j, struct tg_span s, bool key)
{
    bool comma = j->comma;

    j->comma = true;
    if (j->err == TG_OK && !tg_utf8_ok(s))
        j->err = TG_E_BAD_UTF8;
    if (j->err == TG_OK)
        j->err = tg_buf_reserve(j->to, s.n + 2 + (comma ? 1 : 0) + (key ? 1 : 0));
    if (j->err != TG_OK)
        return;
    if (comma)
        j->to->p[j->to->n++] = ',';
    j->to->p[j->to->n++] = '"';
    if (plain_run(s) == s.n) {
        if (s.n > 0)
            memcpy(j->to->p + j->to->n, s.p, s.n);
        j->to->n += s.n;
    } else {
        put_escaped(j, s);
    }
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
    begin(j);
    put(j, json.p, json.n);
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
