/* Taking a compact JWS apart. Nothing of the payload is looked at here. */
#include "certs/jws/jws.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"

void tg_jws_done(struct tg_jws *j)
{
    tg_json_done(&j->head);
    tg_buf_done(&j->payload);
    tg_buf_done(&j->sig);
}

/* Whatever is wrong with the text is "not an assertion" to the caller; only ceilings and memory keep their
 * name.
 */
static enum tg_err as_assertion(enum tg_err e)
{
    return e == TG_OK || e == TG_E_NOMEM || e == TG_E_LIMIT || e == TG_E_ALGORITHM ? e : TG_E_ASSERTION;
}

/* Exactly two dots; a signature must be there, an empty payload is legal. */
static bool split(struct tg_span text, struct tg_span part[3])
{
    const uint8_t *end = text.p + text.n, *at = text.p;
    for (int i = 0; i < 2; i++) {
        const uint8_t *dot = memchr(at, '.', (size_t)(end - at));
        if (dot == NULL)
            return false;
        part[i] = tg_span(at, (size_t)(dot - at));
        at = dot + 1;
    }
    part[2] = tg_span(at, (size_t)(end - at));
    return part[0].n > 0 && part[2].n > 0 && memchr(at, '.', part[2].n) == NULL;
}

/* RFC 7515 section 4.1: members that would change what is verified or with which key. crit may not be
 * ignored, b64 (RFC 7797) changes the signed bytes, zip the payload; keys by value or by address come from
 * whoever wrote the header.
 */
static const char *const REFUSED[] = {"crit", "b64", "zip", "jwk", "jku", "x5u"};

static bool x5c_ok(const json_t *x5c)
{
    size_t i;
    const json_t *v;
    if (x5c == NULL)
        return true;
    if (!json_is_array(x5c) || json_array_size(x5c) == 0 || json_array_size(x5c) > TG_CHAIN_CERTS)
        return false;
    json_array_foreach(x5c, i, v) if (!json_is_string(v) || json_string_length(v) == 0) return false;
    return true;
}

static bool text_or_absent(const json_t *head, const char *name)
{
    const json_t *v = json_object_get(head, name);
    return v == NULL || json_is_string(v);
}

static enum tg_err check_head(const json_t *head, enum tg_alg *alg)
{
    for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++)
        if (json_object_get(head, REFUSED[i]) != NULL)
            return TG_E_ASSERTION;
    if (!text_or_absent(head, "typ") || !text_or_absent(head, "kid") || !text_or_absent(head, "cty"))
        return TG_E_ASSERTION;
    if (!x5c_ok(json_object_get(head, "x5c")))
        return TG_E_ASSERTION;
    const char *name = tg_json_str(head, "alg");
    if (name == NULL)
        return TG_E_ASSERTION;
    *alg = tg_alg_from_name(name);
    return *alg == TG_ALG_NONE ? TG_E_ALGORITHM : TG_OK;
}

static enum tg_err parse_head(struct tg_span b64, struct tg_jws *j)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_HEADER_BYTES);
    enum tg_err e = tg_b64u_decode(b64, &text);
    if (e == TG_OK)
        e = tg_json_parse(tg_span_buf(&text), &j->head);
    if (e == TG_OK)
        e = check_head(j->head, &j->alg);
    return e;
}

enum tg_err tg_jws_parse(struct tg_span text, struct tg_jws *ret)
{
    struct tg_span part[3];
    *ret = (struct tg_jws){
        .alg = TG_ALG_NONE, .payload = TG_BUF_INIT(TG_JWS_PAYLOAD_BYTES), .sig = TG_BUF_INIT(TG_SIG_BYTES)};
    if (text.n > TG_JWS_BYTES)
        return TG_E_LIMIT;
    if (text.n == 0 || !split(text, part))
        return TG_E_ASSERTION;
    ret->input = tg_span(text.p, part[0].n + 1 + part[1].n);
    enum tg_err e = parse_head(part[0], ret);
    if (e == TG_OK)
        e = tg_b64u_decode(part[2], &ret->sig);
    if (e == TG_OK && part[1].n > 0)
        e = tg_b64u_decode(part[1], &ret->payload);
    return as_assertion(e);
}

size_t tg_jws_x5c_count(const struct tg_jws *j)
{
    return json_array_size(json_object_get(j->head, "x5c"));
}

enum tg_err tg_jws_x5c(const struct tg_jws *j, size_t i, struct tg_buf *der)
{
    const json_t *v = json_array_get(json_object_get(j->head, "x5c"), i);
    if (!json_is_string(v))
        return TG_E_ASSERTION;
    return as_assertion(tg_b64_decode(tg_span(json_string_value(v), json_string_length(v)), der));
}
