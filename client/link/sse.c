#include "client/link/sse.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"

void tg_sse_init(struct tg_sse *s, tg_link_event *event, void *ctx)
{
    memset(s, 0, sizeof *s);
    s->event = event;
    s->ctx = ctx;
    s->line = TG_BUF_INIT(TG_EVENT_BYTES);
    s->data = TG_BUF_INIT(TG_EVENT_BYTES);
}

void tg_sse_done(struct tg_sse *s)
{
    tg_buf_done(&s->line);
    tg_buf_done(&s->data);
}

/* The value of "field: value"; one space behind the colon belongs to the form. */
static bool field_is(struct tg_span line, const char *field, struct tg_span *value)
{
    size_t n = strlen(field);

    if (line.n <= n || memcmp(line.p, field, n) != 0 || line.p[n] != ':') {
        return false;
    }
    n += line.n > n + 1 && line.p[n + 1] == ' ' ? 2 : 1;
    *value = tg_span(line.p + n, line.n - n);
    return true;
}

static enum tg_err line_take(struct tg_sse *s, struct tg_span line)
{
    struct tg_span value;
    enum tg_err e = TG_OK;

    if (line.n > 0 && line.p[line.n - 1] == '\r') {
        line.n--;
    }
    if (line.n == 0) {
        if (s->name[0] != '\0') {
            e = s->event(s->ctx, s->name, tg_span_buf(&s->data));
        }
        s->name[0] = '\0';
        tg_buf_reset(&s->data);
        return e;
    }
    if (field_is(line, "event", &value)) {
        return tg_copy(s->name, sizeof s->name, value) == TG_OK ? TG_OK : TG_E_SERVER_REPLY;
    }
    if (field_is(line, "data", &value)) {
        return tg_buf_add_span(&s->data, value) == TG_OK ? TG_OK : TG_E_SERVER_REPLY;
    }
    return TG_OK; /* comments and fields that we do not know */
}

static enum tg_err bytes_take(struct tg_sse *s, struct tg_span bytes)
{
    enum tg_err e = TG_OK;

    while (bytes.n > 0 && e == TG_OK) {
        const uint8_t *lf = memchr(bytes.p, '\n', bytes.n);
        size_t n = lf != NULL ? (size_t)(lf - bytes.p) : bytes.n;

        if (tg_buf_add(&s->line, bytes.p, n) != TG_OK) {
            return TG_E_SERVER_REPLY;
        }
        if (lf == NULL) {
            return TG_OK;
        }
        e = line_take(s, tg_span_buf(&s->line));
        tg_buf_reset(&s->line);
        bytes = tg_span(bytes.p + n + 1, bytes.n - n - 1);
    }
    return e;
}

size_t tg_sse_take(char *p, size_t size, size_t n, void *arg)
{
    struct tg_sse *s = arg;

    if (s->err == TG_OK) {
        s->err = bytes_take(s, tg_span(p, size * n));
    }
    return s->err == TG_OK ? size * n : 0;
}
