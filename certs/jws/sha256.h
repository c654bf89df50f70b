/* SHA-256 in hex: what approvals, policies and the policy store name bytes by. */
#ifndef TG_SHA256_H
#define TG_SHA256_H

#include "certs/base/blob.h"

#define TG_SHA256_HEX 65u /* 64 lower-case digits and a NUL */

/* TG_E_INTERNAL. */
enum tg_err tg_sha256_hex(struct tg_span bytes, char out[TG_SHA256_HEX]) TG_MUST;
/* Of a file of any length, read in parts. TG_E_NOT_FOUND, TG_E_IO, TG_E_NOMEM, TG_E_INTERNAL. */
enum tg_err tg_sha256_file(const char *path, char out[TG_SHA256_HEX]) TG_MUST;
/* 64 lower-case hex digits and nothing else. */
bool tg_sha256_is(const char *text);

#endif
