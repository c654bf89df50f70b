/* The JSON writer of json.h. */
#include <inttypes.h>
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

void tg_jout_key(struct tg_jout *j, const char *name)
{
    tg_jout_str(j, name);
    put(j, ":", 1);
    j->comma = false;
}

void tg_jout_str(struct tg_jout *j, const char *s)
{
    tg_jout_span(j, tg_span_str(s));
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

void tg_jout_span(struct tg_jout *j, struct tg_span s)
{
    size_t from = 0;

    if (j->err == TG_OK && !tg_utf8_ok(s))
        j->err = TG_E_BAD_UTF8;
    begin(j);
    put(j, "\"", 1);
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        put(j, s.p + from, i - from);
        escape(j, c);
        from = i + 1;
    }
    if (s.n > from)
        put(j, s.p + from, s.n - from);
    put(j, "\"", 1);
}

void tg_jout_int(struct tg_jout *j, int64_t v)
{
    begin(j);
    if (j->err == TG_OK)
        j->err = tg_buf_addf(j->to, "%" PRId64, v);
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
