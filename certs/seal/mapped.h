/* A file mapped for reading. Segments and checkpoints never shrink while they are read, so a mapping is safe.
 */
#ifndef TG_SEAL_MAPPED_H
#define TG_SEAL_MAPPED_H

#include "certs/base/blob.h"

struct tg_mapped {
    struct tg_span bytes;
};
/* An empty file maps to an empty span. TG_E_NOT_FOUND, TG_E_IO, TG_E_LIMIT. */
enum tg_err tg_mapped_open(const char *folder, const char *name, size_t max, struct tg_mapped *ret) TG_MUST;
void tg_mapped_done(struct tg_mapped *m);

#endif
