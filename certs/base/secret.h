/* Secrets have a type: memory of their own that is locked, never dumped or printed, wiped on every path. */
#ifndef TG_SECRET_H
#define TG_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"

struct tg_secret {
    uint8_t *p; /* whole locked pages, mmap'ed with MADV_DONTDUMP | MADV_WIPEONFORK */
    size_t n;
    size_t cap;
};

#define TG_SECRET_INIT ((struct tg_secret){.p = NULL, .n = 0, .cap = 0})
#define TG_SECRET_AUTO __attribute__((cleanup(tg_secret_done))) struct tg_secret

/* Room for cap bytes, at most TG_SECRET_BYTES. TG_E_LIMIT; TG_E_NOMEM, also when pages cannot be locked. */
enum tg_err tg_secret_init(struct tg_secret *s, size_t cap) TG_MUST;
/* Appends; TG_E_LIMIT when it does not fit: a secret never moves behind the caller's back. */
enum tg_err tg_secret_add(struct tg_secret *s, const void *p, size_t n) TG_MUST;
/* Empties and wipes, keeps the pages. */
void tg_secret_wipe(struct tg_secret *s);
/* Wipes, unlocks, unmaps. */
void tg_secret_done(struct tg_secret *s);
/* Constant time in the contents (not in the lengths). */
bool tg_secret_eq(struct tg_span a, struct tg_span b);
struct tg_span tg_secret_span(const struct tg_secret *s);
/* Wipes bytes that were not in a tg_secret. */
void tg_wipe(void *p, size_t n);
/* First thing in every program: no core file, not dumpable, umask 077. */
void tg_process_harden(void);

#endif
