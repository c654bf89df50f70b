/* Bytes: a borrowed view (tg_span) and a growable buffer born with a ceiling (tg_buf). */
#ifndef TG_BLOB_H
#define TG_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "certs/base/err.h"

/* A borrowed view; never freed through the span. An empty span may have p == NULL. */
struct tg_span {
    const uint8_t *p;
    size_t n;
};

/* A growable buffer that never exceeds max bytes. Secrets do not go in here: see secret.h. */
struct tg_buf {
    uint8_t *p;
    size_t n;   /* bytes in use */
    size_t cap; /* bytes allocated */
    size_t max; /* ceiling, fixed at init */
};

#define TG_BUF_INIT(ceiling) ((struct tg_buf){.p = NULL, .n = 0, .cap = 0, .max = (ceiling)})
#define TG_BUF_AUTO __attribute__((cleanup(tg_buf_done))) struct tg_buf

static inline struct tg_span tg_span(const void *p, size_t n)
{
    return (struct tg_span){.p = p, .n = n};
}

static inline struct tg_span tg_span_str(const char *s)
{
    return tg_span(s, s == NULL ? 0 : strlen(s));
}

static inline struct tg_span tg_span_buf(const struct tg_buf *b)
{
    return tg_span(b->p, b->n);
}

bool tg_span_eq(struct tg_span a, struct tg_span b);
bool tg_span_is(struct tg_span a, const char *s);

/* Room for n more bytes; TG_E_LIMIT above the ceiling, TG_E_NOMEM. */
enum tg_err tg_buf_reserve(struct tg_buf *b, size_t n) TG_MUST;
/* Appends; on error nothing was appended. TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_buf_add(struct tg_buf *b, const void *p, size_t n) TG_MUST;
enum tg_err tg_buf_add_str(struct tg_buf *b, const char *s) TG_MUST;
enum tg_err tg_buf_add_span(struct tg_buf *b, struct tg_span s) TG_MUST;
enum tg_err tg_buf_addf(struct tg_buf *b, const char *fmt, ...) TG_MUST __attribute__((format(printf, 2, 3)));
/* A NUL behind the bytes (not counted in n) and the text as a C string; NULL when memory is short. */
const char *tg_buf_cstr(struct tg_buf *b);
/* Empties, keeps the memory. */
void tg_buf_reset(struct tg_buf *b);
/* Frees and empties; harmless on an empty buffer. */
void tg_buf_done(struct tg_buf *b);

#endif
