/* Counterpart: client/proof makes what is read here. */
#include "server/admit/assertion.h"

#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "certs/base/text.h"

static const struct tg_json_member head_members[] = {
    {"alg", TG_JSON_STRING, true, 5, 5},
    {"typ", TG_JSON_STRING, true, 1, 32},
    {"x5c", TG_JSON_ARRAY, true, 1, TG_CHAIN_CERTS - 1},
};

static const struct tg_json_member claim_members[] = {
    {"iss", TG_JSON_STRING, true, 1, TG_PERSON_BYTES - 1},
    {"sub", TG_JSON_STRING, true, 1, TG_PERSON_BYTES - 1},
    {"aud", TG_JSON_STRING, true, 1, 256},
    {"iat", TG_JSON_INTEGER, true, 0, INT64_MAX / 2},
    {"exp", TG_JSON_INTEGER, true, 0, INT64_MAX / 2},
    {"jti", TG_JSON_STRING, true, 16, 64},
    {"nonce", TG_JSON_STRING, true, 16, 128},
    {"cnf", TG_JSON_OBJECT, true, 1, 1},
    {"post", TG_JSON_STRING, false, 1, 31},
};

static const struct tg_json_member cnf_members[] = {{"x5t#S256", TG_JSON_STRING, true, 43, 43}};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static enum tg_err malformed(enum tg_err e)
{
    return e == TG_E_NOMEM || e == TG_E_LIMIT || e == TG_E_ALGORITHM ? e : TG_E_ASSERTION;
}

enum tg_err tg_signed_read(struct tg_span text, const struct tg_signed_kind *kind, struct tg_assertion *ret)
{
    enum tg_err e;

    memset(ret, 0, sizeof *ret);
    if ((e = tg_jws_parse(text, &ret->jws)) != TG_OK) {
        return e;
    }
    if (tg_json_check(ret->jws.head, head_members, COUNT(head_members), NULL) != TG_OK) {
        return TG_E_ASSERTION;
    }
    const char *said = tg_json_str(ret->jws.head, "typ");
    if (said == NULL || strcmp(said, kind->typ) != 0) {
        return TG_E_ASSERTION;
    }
    if ((e = tg_json_parse(tg_span_buf(&ret->jws.payload), &ret->claims)) != TG_OK ||
        (e = tg_json_check(ret->claims, kind->claim, kind->n, NULL)) != TG_OK) {
        return malformed(e);
    }
    return TG_OK;
}

enum tg_err tg_assertion_read(struct tg_span text, const char *typ, struct tg_assertion *ret)
{
    const struct tg_signed_kind kind = {typ, claim_members, COUNT(claim_members)};
    enum tg_err e = tg_signed_read(text, &kind, ret);

    if (e == TG_OK &&
        tg_json_check(json_object_get(ret->claims, "cnf"), cnf_members, COUNT(cnf_members), NULL) != TG_OK) {
        e = TG_E_ASSERTION;
    }
    return e;
}

enum tg_err tg_assertion_bound(const struct tg_assertion *a, const uint8_t thumbprint[32])
{
    TG_BUF_AUTO said = TG_BUF_INIT(32);
    const char *text = tg_json_str(json_object_get(a->claims, "cnf"), "x5t#S256");

    if (text == NULL || tg_b64u_decode(tg_span_str(text), &said) != TG_OK || said.n != 32 ||
        !tg_secret_eq(tg_span_buf(&said), tg_span(thumbprint, 32))) {
        return TG_E_ASSERTION_BINDING;
    }
    return TG_OK;
}

static enum tg_err take_cert(const struct tg_assertion *a, size_t i, struct tg_cert **ret)
{
    TG_BUF_AUTO der = TG_BUF_INIT(TG_CERT_DER_BYTES);
    enum tg_err e = tg_jws_x5c(&a->jws, i, &der);

    return e != TG_OK ? (e == TG_E_NOMEM ? e : TG_E_CERT_FORM) : tg_cert_parse(tg_span_buf(&der), ret);
}

enum tg_err tg_assertion_signed(struct tg_assertion *a)
{
    size_t n = tg_jws_x5c_count(&a->jws);
    enum tg_err e;

    if (n < 1 || n > TG_CHAIN_CERTS - 1) {
        return TG_E_ASSERTION;
    }
    if ((e = take_cert(a, 0, &a->leaf)) != TG_OK) {
        return e;
    }
    if ((e = tg_jws_verify(&a->jws, tg_cert_key(a->leaf))) != TG_OK) {
        return e;
    }
    for (size_t i = 1; i < n; i++) {
        if ((e = take_cert(a, i, &a->chain[a->n_chain])) != TG_OK) {
            return e;
        }
        a->n_chain++;
    }
    return TG_OK;
}

enum tg_err tg_assertion_meant(const struct tg_assertion *a, const char *audience, tg_sec now)
{
    const char *aud = tg_json_str(a->claims, "aud");
    tg_sec iat = tg_json_int(a->claims, "iat", 0);
    tg_sec exp = tg_json_int(a->claims, "exp", 0);

    if (aud == NULL || strcmp(aud, audience) != 0) {
        return TG_E_ASSERTION_AUDIENCE;
    }
    if (exp <= iat || exp - iat > TG_ASSERTION_SECONDS || iat > now + TG_CLOCK_SKEW_SECONDS ||
        exp <= now - TG_CLOCK_SKEW_SECONDS) {
        return TG_E_ASSERTION_TIME;
    }
    return TG_OK;
}

void tg_assertion_done(struct tg_assertion *a)
{
    for (size_t i = 0; i < a->n_chain; i++) {
        tg_cert_free(&a->chain[i]);
    }
    tg_cert_free(&a->leaf);
    tg_json_done(&a->claims);
    tg_jws_done(&a->jws);
    memset(a, 0, sizeof *a);
}
