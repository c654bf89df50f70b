#include "certs/base/blob.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first allocation; most texts here are a line or two. */
#define FIRST_BYTES 64u

bool tg_span_eq(struct tg_span a, struct tg_span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool tg_span_is(struct tg_span a, const char *s)
{
    return tg_span_eq(a, tg_span_str(s));
}

/* Doubles, but never beyond the ceiling; need is known to be within it. */
static size_t next_cap(const struct tg_buf *b, size_t need)
{
    size_t cap = b->cap < FIRST_BYTES ? FIRST_BYTES : b->cap;

    while (cap < need)
        cap = cap > b->max / 2 ? b->max : cap * 2;
    return cap > b->max ? b->max : cap;
}

/* One byte more than cap is always allocated: the NUL of tg_buf_cstr and of vsnprintf. */
static enum tg_err grow(struct tg_buf *b, size_t cap)
{
    uint8_t *p;

    if (cap == SIZE_MAX)
        return TG_E_LIMIT;
    p = realloc(b->p, cap + 1);
    if (p == NULL)
        return TG_E_NOMEM;
    b->p = p;
    b->cap = cap;
    return TG_OK;
}

enum tg_err tg_buf_reserve(struct tg_buf *b, size_t n)
{
    if (b->n > b->max || n > b->max - b->n)
        return TG_E_LIMIT;
    if (b->p != NULL && n <= b->cap - b->n)
        return TG_OK;
    return grow(b, next_cap(b, b->n + n));
}

enum tg_err tg_buf_add(struct tg_buf *b, const void *p, size_t n)
{
    enum tg_err err = tg_buf_reserve(b, n);

    if (err != TG_OK)
        return err;
    if (n > 0)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    return TG_OK;
}

enum tg_err tg_buf_add_str(struct tg_buf *b, const char *s)
{
    return tg_buf_add_span(b, tg_span_str(s));
}

enum tg_err tg_buf_add_span(struct tg_buf *b, struct tg_span s)
{
    return tg_buf_add(b, s.p, s.n);
}

static enum tg_err addv(struct tg_buf *b, int n, const char *fmt, va_list args)
    __attribute__((format(printf, 3, 0)));

static enum tg_err addv(struct tg_buf *b, int n, const char *fmt, va_list args)
{
    enum tg_err err;

    if (n < 0)
        return TG_E_INTERNAL;
    err = tg_buf_reserve(b, (size_t)n);
    if (err != TG_OK)
        return err;
    if (vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, args) != n)
        return TG_E_INTERNAL;
    b->n += (size_t)n;
    return TG_OK;
}

enum tg_err tg_buf_addf(struct tg_buf *b, const char *fmt, ...)
{
    enum tg_err err;
    va_list args;
    int n;

    va_start(args, fmt);
    n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    va_start(args, fmt);
    err = addv(b, n, fmt, args);
    va_end(args);
    return err;
}

const char *tg_buf_cstr(struct tg_buf *b)
{
    if (tg_buf_reserve(b, 0) != TG_OK)
        return NULL;
    b->p[b->n] = 0;
    return (const char *)b->p;
}

void tg_buf_reset(struct tg_buf *b)
{
    b->n = 0;
}

void tg_buf_done(struct tg_buf *b)
{
    free(b->p);
    b->p = NULL;
    b->n = 0;
    b->cap = 0;
}
