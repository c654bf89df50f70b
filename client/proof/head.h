/* The protected header of everything a card signs here: alg, typ, x5c. For this room's own files. */
#ifndef TG_PROOF_HEAD_H
#define TG_PROOF_HEAD_H

#include "certs/jws/jws.h"
#include "certs/x509/cert.h"

/* Appends the header. TG_E_NOMEM, TG_E_LIMIT. */
enum tg_err tg_proof_head(enum tg_alg alg, const char *typ, const struct tg_cert *cert,
                          struct tg_buf *out) TG_MUST;
/* 128 random bits in hex, for jti. TG_E_INTERNAL. */
enum tg_err tg_proof_jti(char out[33]) TG_MUST;

#endif
