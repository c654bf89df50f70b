/* The HTTP codec. The first byte chooses how the rest is cut; the verdict must not depend on it, offsets must
 * lie inside what was fed, and what was accepted must keep the promises of codec.h.
 */
#include <strings.h>

#include "server/door/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define REQUIRE(x)   \
    do {             \
        if (!(x))    \
            abort(); \
    } while (0)

/* Feeds a copy of exactly n bytes, so that the address sanitizer sees a look beyond them. */
static enum tg_codec_state feed(struct tg_codec *c, const uint8_t *p, size_t n)
{
    uint8_t *copy = malloc(n == 0 ? 1 : n);
    REQUIRE(copy != NULL);
    memcpy(copy, p, n);
    enum tg_codec_state s = tg_codec_feed(c, copy, n);
    if (s == TG_CODEC_HEAD)
        s = tg_codec_feed(c, copy, n);
    REQUIRE(s != TG_CODEC_HEAD);
    free(copy);
    return s;
}

static enum tg_codec_state feed_cut(struct tg_codec *c, const uint8_t *p, size_t n, size_t step)
{
    enum tg_codec_state s = TG_CODEC_MORE;
    tg_codec_init(c);
    for (size_t i = 0; i < n && s == TG_CODEC_MORE; i += step)
        s = feed(c, p, i);
    return s == TG_CODEC_MORE ? feed(c, p, n) : s;
}

static void check_fields(const struct tg_codec *c, const uint8_t *p)
{
    unsigned hosts = 0;
    for (unsigned i = 0; i < c->n_fields; i++) {
        const struct tg_codec_field *f = &c->field[i];
        REQUIRE(f->name_n > 0 && f->name + f->name_n < f->value);
        REQUIRE(f->value + f->value_n <= c->head_n);
        REQUIRE(memchr(p + f->name, ':', f->name_n) == NULL && memchr(p + f->name, ' ', f->name_n) == NULL);
        for (unsigned k = 0; k < f->value_n; k++)
            REQUIRE((p[f->value + k] >= 0x20 && p[f->value + k] < 0x7f) || p[f->value + k] == '\t');
        hosts += f->name_n == 4 && strncasecmp((const char *)p + f->name, "host", 4) == 0;
    }
    REQUIRE(hosts == 1);
}

static void check_accepted(const struct tg_codec *c, const uint8_t *p, size_t n)
{
    REQUIRE(c->head_n <= TG_HTTP_HEAD_BYTES && c->body_n <= TG_HTTP_BODY_BYTES);
    REQUIRE((size_t)c->head_n + c->body_n <= n && c->head_n >= 4);
    REQUIRE(memcmp(p + c->head_n - 4, "\r\n\r\n", 4) == 0 && memchr(p, 0, c->head_n) == NULL);
    REQUIRE(c->target_n > 0 && c->target_n <= TG_HTTP_TARGET_BYTES && p[c->target] == '/');
    REQUIRE(tg_codec_header(c, p, "transfer-encoding").p == NULL &&
            tg_codec_header(c, p, "expect").p == NULL);
    REQUIRE(c->method != TG_METHOD_POST || tg_codec_header(c, p, "content-length").p != NULL);
    check_fields(c, p);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct tg_codec whole, cut;
    if (n == 0)
        return 0;
    size_t step = p[0] + 1u;
    p++;
    n--;
    tg_codec_init(&whole);
    enum tg_codec_state a = feed(&whole, p, n);
    enum tg_codec_state b = feed_cut(&cut, p, n, step);
    REQUIRE(a == b && whole.err == cut.err && whole.head_n == cut.head_n && whole.body_n == cut.body_n);
    REQUIRE(whole.method == cut.method && whole.target == cut.target && whole.target_n == cut.target_n);
    REQUIRE(whole.close == cut.close && whole.n_fields == cut.n_fields);
    REQUIRE(memcmp(whole.field, cut.field, whole.n_fields * sizeof whole.field[0]) == 0);
    if (a == TG_CODEC_DONE)
        check_accepted(&whole, p, n);
    return 0;
}
