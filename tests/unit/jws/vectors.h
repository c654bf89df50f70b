/* Reading the public vector files where they are present. */
#ifndef TG_TEST_VECTORS_H
#define TG_TEST_VECTORS_H

#include <jansson.h>
#include <openssl/evp.h>

#include "certs/base/blob.h"

#define SKIPPED 77 /* what meson counts as skipped */
#define VECTOR_BYTES (8u * 1024u * 1024u)

/* The file of the folder; ends the program with SKIPPED when it is not there, with 1 when it cannot be read.
 */
json_t *vectors_load(const char *folder, const char *name);
/* Text member; ends the program with 1 when absent. */
const char *vectors_str(const json_t *obj, const char *name);
/* Hex text -> bytes, in a buffer the caller empties. */
void vectors_unhex(const char *hex, struct tg_buf *out);

#endif
