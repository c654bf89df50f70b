#include "server/door/codec.h"

#include <stddef.h>

/* The longest line that can still hold a good target: "DELETE " + target + " HTTP/1.1\r\n", and some slack so
 * that a long unknown method is told 501 and not 414. */
#define REQUEST_LINE_BYTES (TG_HTTP_TARGET_BYTES + 64u)

/* More digits than this cannot be a length that we accept, and fewer cannot overflow 32 bits. */
#define LENGTH_DIGITS 9u

enum part { PART_REQUEST, PART_FIELDS, PART_BODY, PART_BAD };

enum {
    HAS_HOST = 1u << 0,
    HAS_LENGTH = 1u << 1,
    HAS_TYPE = 1u << 2,
    HAS_AUTH = 1u << 3,
    HAS_TRANSFER = 1u << 4,
    HAS_EXPECT = 1u << 5,
    HAS_CONNECTION = 1u << 6
};

/* Letter classes, one bit each. */
enum { TOKEN = 1, TARGET = 2, VALUE = 4, HOST = 8, DIGIT = 16, HEX = 32 };

#define ALNUM (TOKEN | TARGET | VALUE | HOST)
#define DIG (ALNUM | DIGIT | HEX)
#define XLET (ALNUM | HEX)
#define MARK (TOKEN | VALUE | TARGET)
#define PATH (VALUE | TARGET)
/* Rows of letters with the same classes. */
/* clang-format off */
static const uint8_t letter[256] = {
    ['\t'] = VALUE, [' '] = VALUE, ['"'] = VALUE, ['<'] = VALUE, ['>'] = VALUE, ['\\'] = VALUE,
    ['{'] = VALUE, ['}'] = VALUE, ['['] = VALUE | HOST, [']'] = VALUE | HOST, ['('] = PATH, [')'] = PATH,
    ['/'] = PATH, [','] = PATH, [';'] = PATH, ['='] = PATH, ['?'] = PATH, ['@'] = PATH,
    [':'] = PATH | HOST,
    /* RFC 9110 5.6.2 tchar; those of RFC 3986 pchar may stand in a target */
    ['!'] = MARK, ['$'] = MARK, ['%'] = MARK, ['&'] = MARK, ['\''] = MARK, ['*'] = MARK, ['+'] = MARK,
    ['#'] = TOKEN | VALUE, ['^'] = TOKEN | VALUE, ['`'] = TOKEN | VALUE, ['|'] = TOKEN | VALUE,
    ['-'] = ALNUM, ['.'] = ALNUM, ['_'] = ALNUM, ['~'] = ALNUM, ['0'] = DIG, ['1'] = DIG, ['2'] = DIG,
    ['3'] = DIG, ['4'] = DIG, ['5'] = DIG, ['6'] = DIG, ['7'] = DIG, ['8'] = DIG, ['9'] = DIG,
    ['A'] = XLET, ['B'] = XLET, ['C'] = XLET, ['D'] = XLET, ['E'] = XLET, ['F'] = XLET, ['a'] = XLET,
    ['b'] = XLET, ['c'] = XLET, ['d'] = XLET, ['e'] = XLET, ['f'] = XLET, ['G'] = ALNUM, ['H'] = ALNUM,
    ['I'] = ALNUM, ['J'] = ALNUM, ['K'] = ALNUM, ['L'] = ALNUM, ['M'] = ALNUM, ['N'] = ALNUM,
    ['O'] = ALNUM, ['P'] = ALNUM, ['Q'] = ALNUM, ['R'] = ALNUM, ['S'] = ALNUM, ['T'] = ALNUM,
    ['U'] = ALNUM, ['V'] = ALNUM, ['W'] = ALNUM, ['X'] = ALNUM, ['Y'] = ALNUM, ['Z'] = ALNUM,
    ['g'] = ALNUM, ['h'] = ALNUM, ['i'] = ALNUM, ['j'] = ALNUM, ['k'] = ALNUM, ['l'] = ALNUM,
    ['m'] = ALNUM, ['n'] = ALNUM, ['o'] = ALNUM, ['p'] = ALNUM, ['q'] = ALNUM, ['r'] = ALNUM,
    ['s'] = ALNUM, ['t'] = ALNUM, ['u'] = ALNUM, ['v'] = ALNUM, ['w'] = ALNUM, ['x'] = ALNUM,
    ['y'] = ALNUM, ['z'] = ALNUM,
};
/* clang-format on */

static const struct method {
    const char *name;
    size_t n;
} methods[TG_METHODS] = {
    [TG_METHOD_GET] = {"GET", 3},
    [TG_METHOD_POST] = {"POST", 4},
    [TG_METHOD_DELETE] = {"DELETE", 6},
};

/* Fields that mean something to the door. once: a second one is refused, even an equal one, because two
 * parsers may each believe another (RFC 9112 11.2). */
static const struct known {
    const char *name;
    size_t n;
    uint16_t bit;
    bool once;
} known[] = {
    {"host", 4, HAS_HOST, true},
    {"content-length", 14, HAS_LENGTH, true},
    {"content-type", 12, HAS_TYPE, true},
    {"authorization", 13, HAS_AUTH, true},
    {"transfer-encoding", 17, HAS_TRANSFER, false},
    {"expect", 6, HAS_EXPECT, false},
    {"connection", 10, HAS_CONNECTION, false},
};

void tg_codec_init(struct tg_codec *c)
{
    memset(c, 0, offsetof(struct tg_codec, field));
}

const char *tg_codec_method_name(enum tg_codec_method m)
{
    return m < TG_METHODS ? methods[m].name : "";
}

static struct tg_span part_of(const uint8_t *p, size_t at, size_t n)
{
    return (struct tg_span){.p = p + at, .n = n};
}

static bool all(struct tg_span s, unsigned class)
{
    for (size_t i = 0; i < s.n; i++)
        if ((letter[s.p[i]] & class) == 0)
            return false;
    return true;
}

/* all(s, VALUE), eight letters at a time: printable ASCII has no letter that is no VALUE. A token is long. */
static bool all_values(struct tg_span s)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t w;
    while (s.n >= sizeof w) {
        memcpy(&w, s.p, sizeof w);
        /* below 0x20, above 0x7e: each sets a top bit; a borrow at worst sends us to the slow way */
        if ((((w - ones * 0x20) | w | (w + ones)) & ones * 0x80) != 0)
            break;
        s = part_of(s.p, sizeof w, s.n - sizeof w);
    }
    return all(s, VALUE);
}

static uint8_t lower(uint8_t ch)
{
    return ch >= 'A' && ch <= 'Z' ? (uint8_t)(ch | 0x20u) : ch;
}

/* name is lower case */
static bool same_name(struct tg_span s, const char *name, size_t n)
{
    if (s.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (lower(s.p[i]) != (uint8_t)name[i])
            return false;
    return true;
}

static enum tg_err check_target(struct tg_span t)
{
    if (t.n > TG_HTTP_TARGET_BYTES)
        return TG_E_TARGET_TOO_LONG;
    if (t.n == 0 || t.p[0] != '/' || !all(t, TARGET))
        return TG_E_BAD_REQUEST;
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] == '%' && (t.n - i < 3 || !all(part_of(t.p, i + 1, 2), HEX)))
            return TG_E_BAD_REQUEST;
    return TG_OK;
}

static enum tg_err check_version(struct tg_span v)
{
    if (v.n != 8 || memcmp(v.p, "HTTP/", 5) != 0)
        return TG_E_BAD_REQUEST;
    if (!all(part_of(v.p, 5, 1), DIGIT) || v.p[6] != '.' || !all(part_of(v.p, 7, 1), DIGIT))
        return TG_E_BAD_REQUEST;
    return v.p[5] == '1' && v.p[7] == '1' ? TG_OK : TG_E_HTTP_VERSION;
}

static enum tg_err check_method(struct tg_codec *c, struct tg_span m)
{
    if (m.n == 0 || !all(m, TOKEN))
        return TG_E_BAD_REQUEST;
    for (unsigned i = 0; i < TG_METHODS; i++) {
        if (m.n == methods[i].n && memcmp(m.p, methods[i].name, m.n) == 0) {
            c->method = (enum tg_codec_method)i;
            return TG_OK;
        }
    }
    return TG_E_NOT_IMPLEMENTED;
}

/* Exactly two spaces, exactly where they belong; the line comes without its CRLF. */
static enum tg_err request_line(struct tg_codec *c, struct tg_span line)
{
    const uint8_t *end = line.p + line.n;
    const uint8_t *a = memchr(line.p, ' ', line.n);
    const uint8_t *b = a == NULL ? NULL : memchr(a + 1, ' ', (size_t)(end - a - 1));
    if (b == NULL)
        return TG_E_BAD_REQUEST;
    struct tg_span target = {.p = a + 1, .n = (size_t)(b - a - 1)};
    enum tg_err e = check_version((struct tg_span){.p = b + 1, .n = (size_t)(end - b - 1)});
    if (e == TG_OK)
        e = check_method(c, (struct tg_span){.p = line.p, .n = (size_t)(a - line.p)});
    if (e == TG_OK)
        e = check_target(target);
    if (e == TG_OK) {
        c->target = (uint16_t)(target.p - line.p);
        c->target_n = (uint16_t)target.n;
    }
    return e;
}

static enum tg_err content_length(struct tg_codec *c, struct tg_span v)
{
    if (v.n == 0 || !all(v, DIGIT) || (v.n > 1 && v.p[0] == '0'))
        return TG_E_BAD_REQUEST;
    uint32_t n = 0;
    if (v.n > LENGTH_DIGITS)
        return TG_E_BODY_TOO_LARGE;
    for (size_t i = 0; i < v.n; i++)
        n = n * 10u + (uint32_t)(v.p[i] - '0');
    c->body_n = n;
    return n > TG_HTTP_BODY_BYTES ? TG_E_BODY_TOO_LARGE : TG_OK;
}

static bool is_blank(uint8_t ch)
{
    return ch == ' ' || ch == '\t';
}

static struct tg_span trim(struct tg_span s)
{
    while (s.n > 0 && is_blank(s.p[0]))
        s = part_of(s.p, 1, s.n - 1);
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* A list of connection options, RFC 9110 7.6.1; only "close" means something here. */
static bool asks_close(struct tg_span v)
{
    while (v.n > 0) {
        const uint8_t *comma = memchr(v.p, ',', v.n);
        size_t n = comma == NULL ? v.n : (size_t)(comma - v.p);
        if (same_name(trim(part_of(v.p, 0, n)), "close", 5))
            return true;
        n = comma == NULL ? n : n + 1;
        v = part_of(v.p, n, v.n - n);
    }
    return false;
}

static enum tg_err known_field(struct tg_codec *c, const struct known *k, struct tg_span v)
{
    if (k->once && (c->has & k->bit) != 0)
        return TG_E_BAD_REQUEST;
    c->has |= k->bit;
    if (k->bit == HAS_HOST)
        return v.n > 0 && all(v, HOST) ? TG_OK : TG_E_BAD_REQUEST;
    if (k->bit == HAS_LENGTH)
        return content_length(c, v);
    if (k->bit == HAS_EXPECT)
        return TG_E_BAD_REQUEST;
    if (k->bit == HAS_CONNECTION && asks_close(v))
        c->close = true;
    return TG_OK;
}

static enum tg_err meaning(struct tg_codec *c, struct tg_span name, struct tg_span value)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (same_name(name, known[i].name, known[i].n))
            return known_field(c, &known[i], value);
    return TG_OK;
}

/* at: where the line starts in the request. A folded line starts with a blank, which is no token: refused. */
static enum tg_err field_line(struct tg_codec *c, struct tg_span line, size_t at)
{
    const uint8_t *colon = memchr(line.p, ':', line.n);
    if (colon == NULL)
        return TG_E_BAD_REQUEST;
    struct tg_span name = {.p = line.p, .n = (size_t)(colon - line.p)};
    struct tg_span value = part_of(line.p, name.n + 1, line.n - name.n - 1);
    if (name.n == 0 || !all(name, TOKEN) || !all_values(value))
        return TG_E_BAD_REQUEST;
    value = trim(value);
    if (c->n_fields == TG_HTTP_HEADERS)
        return TG_E_HEAD_TOO_LARGE;
    c->field[c->n_fields++] = (struct tg_codec_field){
        .name = (uint16_t)at,
        .name_n = (uint16_t)name.n,
        .value = (uint16_t)(at + (size_t)(value.p - line.p)),
        .value_n = (uint16_t)value.n,
    };
    return meaning(c, name, value);
}

static enum tg_err head_end(struct tg_codec *c)
{
    if ((c->has & HAS_HOST) == 0)
        return TG_E_BAD_REQUEST;
    if ((c->has & HAS_TRANSFER) != 0)
        return (c->has & HAS_LENGTH) != 0 ? TG_E_BAD_REQUEST : TG_E_NOT_IMPLEMENTED;
    if (c->method == TG_METHOD_POST && (c->has & HAS_LENGTH) == 0)
        return TG_E_LENGTH_REQUIRED;
    c->head_n = c->line;
    c->part = PART_BODY;
    return TG_OK;
}

static enum tg_codec_state bad(struct tg_codec *c, enum tg_err e)
{
    c->err = e;
    c->part = PART_BAD;
    c->n_fields = 0;
    c->target_n = 0;
    c->body_n = 0;
    c->head_n = 0;
    return TG_CODEC_BAD;
}

/* One line that ends with the LF at lf. A CR elsewhere in it is no VALUE, TOKEN or TARGET letter: refused. */
static enum tg_err take_line(struct tg_codec *c, const uint8_t *p, size_t lf)
{
    size_t at = c->line;
    c->line = c->seen = (uint32_t)(lf + 1);
    if (lf == at || p[lf - 1] != '\r')
        return TG_E_BAD_REQUEST;
    struct tg_span line = part_of(p, at, lf - 1 - at);
    if (c->part == PART_REQUEST) {
        c->part = PART_FIELDS;
        return request_line(c, line);
    }
    return line.n == 0 ? head_end(c) : field_line(c, line, at);
}

enum tg_codec_state tg_codec_feed(struct tg_codec *c, const uint8_t *p, size_t n)
{
    if (c->part == PART_BAD)
        return TG_CODEC_BAD;
    while (c->part != PART_BODY) {
        bool first = c->part == PART_REQUEST;
        size_t limit = first ? REQUEST_LINE_BYTES : TG_HTTP_HEAD_BYTES;
        size_t end = n < limit ? n : limit;
        const uint8_t *lf = end > c->seen ? memchr(p + c->seen, '\n', end - c->seen) : NULL;
        if (lf == NULL) {
            c->seen = (uint32_t)end;
            if (end < limit)
                return TG_CODEC_MORE;
            return bad(c, first ? TG_E_TARGET_TOO_LONG : TG_E_HEAD_TOO_LARGE);
        }
        enum tg_err e = take_line(c, p, (size_t)(lf - p));
        if (e != TG_OK)
            return bad(c, e);
        if (c->part == PART_BODY)
            return TG_CODEC_HEAD;
    }
    return n - c->head_n >= c->body_n ? TG_CODEC_DONE : TG_CODEC_MORE;
}

struct tg_span tg_codec_header(const struct tg_codec *c, const uint8_t *p, const char *name)
{
    size_t n = strlen(name);
    for (unsigned i = 0; i < c->n_fields; i++) {
        const struct tg_codec_field *f = &c->field[i];
        if (same_name(part_of(p, f->name, f->name_n), name, n))
            return part_of(p, f->value, f->value_n);
    }
    return (struct tg_span){.p = NULL, .n = 0};
}

struct tg_span tg_codec_target(const struct tg_codec *c, const uint8_t *p)
{
    return c->target_n == 0 ? (struct tg_span){.p = NULL, .n = 0} : part_of(p, c->target, c->target_n);
}
