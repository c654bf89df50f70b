/* The virtual card of tests/card as a reader transport, without a reader. */
#ifndef TG_UNIT_VIRTUAL_H
#define TG_UNIT_VIRTUAL_H

#include "client/card/reader.h"
#include "tests/card/vcard.h"

struct virtual_reader {
    struct tg_vcard *card;
    unsigned resets; /* connections ended with RESET */
    bool open;
};
/* ctx is the struct virtual_reader. */
extern const struct tg_reader_io virtual_io;

/* A certificate of exactly so many bytes for the key in 9A, signed by nobody in particular. With gzip true
 * the padding is easy to compress.
 */
void virtual_certify(struct tg_vcard *c, size_t bytes, bool gzip);
/* So many bytes of padding. */
void virtual_fill(struct tg_buf *to, size_t bytes, bool easy);

#endif
