/* Keys and texts for the tests of this room. */
#ifndef TG_TEST_JWS_TOOLS_H
#define TG_TEST_JWS_TOOLS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/jws/jws.h"

static inline void b64u(const void *p, size_t n, struct tg_buf *out)
{
    assert_int_equal(tg_b64u_encode(tg_span(p, n), out), TG_OK);
}

/* header.payload of plain texts, with any signature text behind it. */
static inline void compact(const char *header, const char *payload, const char *sig, struct tg_buf *out)
{
    b64u(header, strlen(header), out);
    assert_int_equal(tg_buf_add_str(out, "."), TG_OK);
    b64u(payload, strlen(payload), out);
    assert_int_equal(tg_buf_add_str(out, "."), TG_OK);
    assert_int_equal(tg_buf_add_str(out, sig), TG_OK);
}

/* Parses the header alone, with a payload and a signature of the right shape around it. */
static inline enum tg_err parse_header(const char *header)
{
    TG_BUF_AUTO text = TG_BUF_INIT(2u * 1024u * 1024u);
    TG_JWS_AUTO j;
    compact(header, "{}", "AAAA", &text);
    return tg_jws_parse(tg_span_buf(&text), &j);
}

/* A valid JWS by the key. */
static inline void sign(const char *header, const char *payload, enum tg_alg alg, EVP_PKEY *key,
                        struct tg_buf *out)
{
    assert_int_equal(tg_jws_sign(tg_span_str(header), tg_span_str(payload),
                                 &(struct tg_signer){alg, tg_jws_sign_with_key, key}, out),
                     TG_OK);
}

static inline enum tg_err check(struct tg_span text, EVP_PKEY *key)
{
    TG_JWS_AUTO j;
    enum tg_err e = tg_jws_parse(text, &j);
    return e == TG_OK ? tg_jws_verify(&j, key) : e;
}

#endif
