/* What reaches a terminal: text that looks like what it is. Controls could move the cursor and repaint the
 * screen, bidirectional marks could make a name or a reason read as another one.
 */
#include "certs/base/text.h"
#include "client/cli.h"

/* UAX 9: embeddings, overrides, isolates and their ends, and the marks; then line and paragraph separators,
 * zero-width letters and the byte order mark, which hide in a text.
 */
static bool is_treacherous(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

/* One code point of well-formed UTF-8 and its length. */
static size_t decode(const uint8_t *p, uint32_t *c)
{
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

    *c = n == 1 ? p[0] : p[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        *c = *c << 6 | (p[i] & 0x3fu);
    }
    return n;
}

void tg_put_clean(FILE *out, const char *text)
{
    struct tg_span s = tg_span_str(text);
    uint32_t c = 0;

    if (!tg_utf8_ok(s)) {
        (void)fputc('?', out);
        return;
    }
    for (size_t i = 0, n; i < s.n; i += n) {
        n = decode(s.p + i, &c);
        if (is_treacherous(c)) {
            (void)fputc('?', out);
        } else {
            (void)fwrite(s.p + i, 1, n, out);
        }
    }
}

static void put_escape(FILE *out, uint32_t c)
{
    if (c > 0xffff) { /* RFC 8259 section 7: a surrogate pair */
        (void)fprintf(out, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (c >> 10)),
                      (unsigned)(0xdc00 + (c & 0x3ff)));
    } else {
        (void)fprintf(out, "\\u%04x", (unsigned)c);
    }
}

void tg_put_json(FILE *out, struct tg_span json)
{
    uint32_t c = 0;

    for (size_t i = 0, n; i < json.n; i += n) {
        n = decode(json.p + i, &c);
        if (c == '\n' || c == '\r' || c == '\t') { /* between tokens only; in a string they come escaped */
            (void)fputc(' ', out);
        } else if (is_treacherous(c)) {
            put_escape(out, c);
        } else {
            (void)fwrite(json.p + i, 1, n, out);
        }
    }
}
