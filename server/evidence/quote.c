#include "server/evidence/quote.h"

#include "certs/base/text.h"

/* Controls, spaces that look like others, marks without a shape, and those that turn the direction of
 * writing. */
static bool is_hidden(uint32_t c)
{
    static const uint32_t range[][2] = {
        {0, 0x1f},          {0x7f, 0xa0},       {0xad, 0xad},     {0x61c, 0x61c},   {0x115f, 0x1160},
        {0x180b, 0x180f},   {0x2000, 0x200f},   {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3164, 0x3164},
        {0xd800, 0xf8ff},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xffff},
        {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff}};

    for (size_t i = 0; i < sizeof range / sizeof *range; i++) {
        if (c >= range[i][0] && c <= range[i][1])
            return true;
    }
    return false;
}

static size_t length_of(uint8_t lead)
{
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* One well-formed character. */
static uint32_t decode(const uint8_t *p, size_t n)
{
    uint32_t c = n == 1 ? p[0] : (uint32_t)p[0] & (0x7fu >> n);

    for (size_t i = 1; i < n; i++)
        c = c << 6 | (p[i] & 0x3fu);
    return c;
}

static enum tg_err put_character(const uint8_t *p, size_t n, struct tg_buf *out)
{
    uint32_t c = decode(p, n);

    if (is_hidden(c))
        return tg_buf_addf(out, "\\u{%x}", (unsigned)c);
    if (c == '"' || c == '\\')
        return tg_buf_addf(out, "\\%c", (int)c);
    return tg_buf_add(out, p, n);
}

static enum tg_err put_bytes(struct tg_span s, struct tg_buf *out)
{
    enum tg_err err = TG_OK;

    for (size_t i = 0; i < s.n && err == TG_OK; i++)
        err = tg_buf_addf(out, "\\x%02x", s.p[i]);
    return err;
}

enum tg_err tg_quote(const char *text, struct tg_buf *out)
{
    struct tg_span s = tg_span_str(text);
    enum tg_err err;

    if (s.n == 0)
        return tg_buf_add_str(out, "-");
    err = tg_buf_add_str(out, "\"");
    if (!tg_utf8_ok(s)) {
        if (err == TG_OK)
            err = put_bytes(s, out);
        s.n = 0;
    }
    for (size_t i = 0, n; i < s.n && err == TG_OK; i += n) {
        n = length_of(s.p[i]);
        err = put_character(s.p + i, n, out);
    }
    return err == TG_OK ? tg_buf_add_str(out, "\"") : err;
}

enum tg_err tg_quote_word(const char *text, struct tg_buf *out)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:- ";

    if (text[0] == '\0' || text[0] == ' ' || text[strspn(text, plain)] != '\0')
        return tg_quote(text, out);
    return tg_buf_add_str(out, text);
}
