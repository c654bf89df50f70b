/* Access tokens: JWT of RFC 9068, bound to the TLS key by cnf (RFC 8705), ES256. Any system with our
 * published key can check them; this server itself goes by its session table on every request.
 */
#include <openssl/rand.h>

#include "certs/base/text.h"
#include "certs/jws/jwk.h"
#include "server/admit/state.h"

#define CLIENT_ID "tegata"

static const struct tg_json_member claim_members[] = {
    {"iss", TG_JSON_STRING, true, 1, 256},
    {"aud", TG_JSON_STRING, true, 1, 256},
    {"sub", TG_JSON_STRING, true, 1, 63},
    {"client_id", TG_JSON_STRING, true, 1, 16},
    {"iat", TG_JSON_INTEGER, true, 0, INT64_MAX / 2},
    {"exp", TG_JSON_INTEGER, true, 0, INT64_MAX / 2},
    {"jti", TG_JSON_STRING, true, 32, 32},
    {"sid", TG_JSON_STRING, true, 32, 32},
    {"cnf", TG_JSON_OBJECT, true, 1, 1},
    {"roles", TG_JSON_ARRAY, true, 1, 1},
    {"post", TG_JSON_STRING, true, 1, 31},
    {"company", TG_JSON_STRING, true, 1, 15},
    {"employer", TG_JSON_STRING, true, 1, 15},
    {"office", TG_JSON_STRING, true, 0, TG_NAME_BYTES},
    {"grants", TG_JSON_ARRAY, true, 0, 16},
    {"policy", TG_JSON_STRING, true, 0, 64},
};

static enum tg_err random_id(char out[33])
{
    uint8_t raw[16];

    if (RAND_bytes(raw, (int)sizeof raw) != 1) {
        return TG_E_INTERNAL;
    }
    tg_hex(raw, sizeof raw, out);
    return TG_OK;
}

static void put_binding(struct tg_jout *j, const uint8_t thumbprint[32])
{
    TG_BUF_AUTO x5t = TG_BUF_INIT(64);

    if (tg_b64u_encode(tg_span(thumbprint, 32), &x5t) != TG_OK) {
        j->err = TG_E_NOMEM;
        return;
    }
    tg_jout_key(j, "cnf");
    tg_jout_open(j, '{');
    tg_jout_key(j, "x5t#S256");
    tg_jout_span(j, tg_span_buf(&x5t));
    tg_jout_close(j, '}');
}

static void put_post(struct tg_jout *j, const struct tg_admit *a, const struct tg_staff *s, tg_sec now)
{
    tg_jout_key(j, "roles");
    tg_jout_open(j, '[');
    tg_jout_str(j, s->role);
    tg_jout_close(j, ']');
    tg_jout_member(j, "post", s->post);
    tg_jout_member(j, "company", s->company);
    tg_jout_member(j, "employer", s->employer);
    tg_jout_member(j, "office", s->office);
    tg_jout_key(j, "grants");
    tg_jout_open(j, '[');
    if (a->grants != NULL) {
        a->grants(a->grants_ctx, s, now, j);
    }
    tg_jout_close(j, ']');
}

static enum tg_err claims_write(const struct tg_admit *a, const struct tg_session *s,
                                const char *policy_digest, tg_sec now, struct tg_buf *out)
{
    struct tg_jout j;
    char jti[33];
    enum tg_err e = random_id(jti);

    if (e != TG_OK) {
        return e;
    }
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "iss", a->issuer);
    tg_jout_member(&j, "aud", a->issuer);
    tg_jout_member(&j, "sub", s->staff.person);
    tg_jout_member(&j, "client_id", CLIENT_ID);
    tg_jout_member_int(&j, "iat", now);
    tg_jout_member_int(&j, "exp", now + TG_TOKEN_SECONDS);
    tg_jout_member(&j, "jti", jti);
    tg_jout_member(&j, "sid", s->staff.session);
    put_binding(&j, s->thumbprint);
    put_post(&j, a, &s->staff, now);
    tg_jout_member(&j, "policy", policy_digest);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_token_make(const struct tg_admit *a, const struct tg_session *s, const char *policy_digest,
                          tg_sec now, struct tg_buf *out)
{
    TG_BUF_AUTO head = TG_BUF_INIT(256);
    TG_BUF_AUTO claims = TG_BUF_INIT(TG_TOKEN_BYTES);
    enum tg_err e;

    if ((e = tg_buf_addf(&head, "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}", a->kid)) != TG_OK ||
        (e = claims_write(a, s, policy_digest, now, &claims)) != TG_OK) {
        return e;
    }
    return tg_jws_sign(tg_span_buf(&head), tg_span_buf(&claims),
                       &(struct tg_signer){TG_ALG_ES256, tg_jws_sign_with_key, a->key}, out);
}

static bool head_ours(const struct tg_admit *a, const json_t *head)
{
    const char *typ = tg_json_str(head, "typ");
    const char *kid = tg_json_str(head, "kid");

    return typ != NULL && strcmp(typ, "at+jwt") == 0 && kid != NULL && strcmp(kid, a->kid) == 0;
}

static bool meant_for_us(const struct tg_admit *a, const json_t *claims)
{
    const char *iss = tg_json_str(claims, "iss");
    const char *aud = tg_json_str(claims, "aud");

    return iss != NULL && aud != NULL && strcmp(iss, a->issuer) == 0 && strcmp(aud, a->issuer) == 0;
}

static enum tg_err claims_read(const struct tg_admit *a, struct tg_span payload, struct tg_token_facts *ret)
{
    TG_JSON_AUTO *claims = NULL;
    TG_BUF_AUTO x5t = TG_BUF_INIT(32);

    if (tg_json_parse(payload, &claims) != TG_OK ||
        tg_json_check(claims, claim_members, sizeof claim_members / sizeof *claim_members, NULL) != TG_OK ||
        !meant_for_us(a, claims)) {
        return TG_E_TOKEN_INVALID;
    }
    const char *bound = tg_json_str(json_object_get(claims, "cnf"), "x5t#S256");
    if (bound == NULL || tg_b64u_decode(tg_span_str(bound), &x5t) != TG_OK || x5t.n != 32) {
        return TG_E_TOKEN_INVALID;
    }
    memcpy(ret->thumbprint, x5t.p, 32);
    ret->exp = tg_json_int(claims, "exp", 0);
    return tg_copy(ret->sid, sizeof ret->sid, tg_span_str(tg_json_str(claims, "sid")));
}

enum tg_err tg_token_read(const struct tg_admit *a, struct tg_span token, struct tg_token_facts *ret)
{
    TG_JWS_AUTO jws = {.alg = TG_ALG_NONE};

    memset(ret, 0, sizeof *ret);
    if (token.n == 0 || token.n > TG_TOKEN_BYTES || tg_jws_parse(token, &jws) != TG_OK ||
        jws.alg != TG_ALG_ES256 || !head_ours(a, jws.head) || tg_jws_verify(&jws, a->key) != TG_OK) {
        return TG_E_TOKEN_INVALID;
    }
    return claims_read(a, tg_span_buf(&jws.payload), ret);
}

enum tg_err tg_admit_jwks(const struct tg_admit *a, struct tg_buf *out)
{
    struct tg_jout j;
    enum tg_err e;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_key(&j, "keys");
    tg_jout_open(&j, '[');
    if ((e = tg_jwk_write(a->key, TG_ALG_ES256, a->kid, &j)) != TG_OK) {
        return e;
    }
    tg_jout_close(&j, ']');
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}
