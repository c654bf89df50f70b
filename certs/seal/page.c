#include "certs/seal/page.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/jws/sha256.h"
#include "certs/seal/mapped.h"
#include "certs/seal/signed.h"
#include "certs/seal/verify.h"

#define BEGIN_LINE "-----BEGIN TEGATA PAGE SIGNATURE-----\n"
#define END_LINE "\n-----END TEGATA PAGE SIGNATURE-----\n"

static void put_hex(struct tg_jout *j, const char *name, const uint8_t *p, size_t n)
{
    char hex[2 * TG_HASH_BYTES + 1];

    tg_hex(p, n, hex);
    tg_jout_member(j, name, hex);
}

static enum tg_err claims_put(const struct tg_page *p, struct tg_span text, struct tg_buf *out)
{
    char sha256[TG_SHA256_HEX];
    struct tg_jout j;
    enum tg_err err = tg_sha256_hex(text, sha256);

    if (err != TG_OK)
        return err;
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "sha256", sha256);
    tg_jout_member_int(&j, "bytes", (int64_t)text.n);
    tg_jout_member_int(&j, "iat", p->time);
    tg_jout_key(&j, "holds");
    tg_jout_bool(&j, p->holds);
    put_hex(&j, "log", p->at.log, TG_LOG_ID_BYTES);
    tg_jout_member_int(&j, "first", (int64_t)p->first);
    tg_jout_member_int(&j, "last", (int64_t)p->at.seq);
    put_hex(&j, "head", p->at.head, TG_HASH_BYTES);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_page_sign(const struct tg_page *p, const struct tg_checkpoint_signer *by, struct tg_buf *text)
{
    TG_BUF_AUTO claims = TG_BUF_INIT(TG_JWS_PAYLOAD_BYTES);
    TG_BUF_AUTO jws = TG_BUF_INIT(TG_JWS_BYTES);
    enum tg_err err;

    if (text->n == 0 || text->p[text->n - 1] != '\n')
        return TG_E_FORM;
    if ((err = claims_put(p, tg_span_buf(text), &claims)) != TG_OK ||
        (err = tg_signed_put(TG_PAGE_TYP, tg_span_buf(&claims), by, &jws)) != TG_OK ||
        (err = tg_buf_reserve(text, sizeof BEGIN_LINE + jws.n + sizeof END_LINE)) != TG_OK ||
        (err = tg_buf_add_str(text, BEGIN_LINE)) != TG_OK ||
        (err = tg_buf_add_span(text, tg_span_buf(&jws))) != TG_OK)
        return err;
    return tg_buf_add_str(text, END_LINE);
}

static bool ends_with(struct tg_span s, const char *end)
{
    size_t n = strlen(end);

    return s.n >= n && memcmp(s.p + s.n - n, end, n) == 0;
}

/* Text, and behind it the signature: read from the end, so that nothing in the text can pass for a signature.
 */
static enum tg_err take_apart(struct tg_span file, struct tg_span *text, struct tg_span *jws)
{
    struct tg_span s = file;
    size_t at;

    if (!ends_with(s, END_LINE))
        return TG_E_FORM;
    s.n -= strlen(END_LINE);
    for (at = s.n; at > 0 && s.p[at - 1] != '\n';)
        at--;
    *jws = tg_span(s.p + at, s.n - at);
    s.n = at;
    if (!ends_with(s, "\n" BEGIN_LINE))
        return TG_E_FORM;
    *text = tg_span(s.p, s.n - strlen(BEGIN_LINE));
    return TG_OK;
}

static enum tg_err claims_read(const json_t *claims, struct tg_page *ret)
{
    enum tg_err err = tg_unhex(tg_span_str(tg_json_str(claims, "log")), ret->at.log, TG_LOG_ID_BYTES);

    if (err == TG_OK)
        err = tg_unhex(tg_span_str(tg_json_str(claims, "head")), ret->at.head, TG_HASH_BYTES);
    ret->time = tg_json_int(claims, "iat", 0);
    ret->holds = json_is_true(json_object_get(claims, "holds"));
    ret->first = (uint64_t)tg_json_int(claims, "first", 0);
    ret->at.seq = (uint64_t)tg_json_int(claims, "last", 0);
    return err;
}

static enum tg_err claims_get(struct tg_span payload, struct tg_span text, struct tg_page *ret)
{
    static const struct tg_json_member members[] = {
        {"sha256", TG_JSON_STRING, true, 2 * TG_HASH_BYTES, 2 * TG_HASH_BYTES},
        {"bytes", TG_JSON_INTEGER, true, 1, INT64_MAX},
        {"iat", TG_JSON_INTEGER, true, 0, INT64_MAX},
        {"holds", TG_JSON_BOOL, true, 0, 0},
        {"log", TG_JSON_STRING, true, 2 * TG_LOG_ID_BYTES, 2 * TG_LOG_ID_BYTES},
        {"first", TG_JSON_INTEGER, true, 1, INT64_MAX},
        {"last", TG_JSON_INTEGER, true, 1, INT64_MAX},
        {"head", TG_JSON_STRING, true, 2 * TG_HASH_BYTES, 2 * TG_HASH_BYTES},
    };
    TG_JSON_AUTO *claims = NULL;
    char sha256[TG_SHA256_HEX];
    enum tg_err err = tg_json_parse(payload, &claims);

    if (err == TG_OK)
        err = tg_json_check(claims, members, sizeof members / sizeof members[0], NULL);
    if (err == TG_OK)
        err = tg_sha256_hex(text, sha256);
    if (err != TG_OK)
        return err;
    if (strcmp(tg_json_str(claims, "sha256"), sha256) != 0 ||
        tg_json_int(claims, "bytes", 0) != (int64_t)text.n)
        return TG_E_SIGNATURE;
    return claims_read(claims, ret);
}

enum tg_err tg_page_check(struct tg_span file, EVP_PKEY *key, struct tg_page *ret, struct tg_span *text)
{
    struct tg_span body = {0}, signature = {0};
    TG_JWS_AUTO j = {0};
    enum tg_err err = take_apart(file, &body, &signature);

    *ret = (struct tg_page){0};
    if (err == TG_OK)
        err = tg_signed_get(signature, TG_PAGE_TYP, key, &j);
    if (err == TG_OK)
        err = claims_get(tg_span_buf(&j.payload), body, ret);
    if (err == TG_OK && text != NULL)
        *text = body;
    return err;
}

/* Is the line a checkpoint of the page's log, at its record, with its head? */
static bool is_of(struct tg_span line, const struct tg_page *p, EVP_PKEY *key)
{
    struct tg_checkpoint c;

    return tg_checkpoint_check(line, key, &c) == TG_OK && c.seq == p->at.seq &&
           memcmp(c.log, p->at.log, TG_LOG_ID_BYTES) == 0 && memcmp(c.head, p->at.head, TG_HASH_BYTES) == 0;
}

enum tg_err tg_page_rests(const struct tg_page *p, const char *folder, EVP_PKEY *key)
{
    struct tg_mapped file = {0};
    enum tg_err err = tg_mapped_open(folder, TG_CHECKPOINTS_FILE, SIZE_MAX / 2, &file);
    struct tg_span rest = file.bytes;
    const uint8_t *end;

    if (err != TG_OK)
        return err;
    for (err = TG_E_NOT_FOUND; err != TG_OK && rest.n != 0 && (end = memchr(rest.p, '\n', rest.n)) != NULL;) {
        if (is_of(tg_span(rest.p, (size_t)(end - rest.p)), p, key))
            err = TG_OK;
        rest = tg_span(end + 1, rest.n - (size_t)(end - rest.p) - 1);
    }
    tg_mapped_done(&file);
    return err;
}
