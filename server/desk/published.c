/* GET /.well-known/oauth-authorization-server (RFC 8414) and GET /.well-known/jwks.json (RFC 7517): how any
 * other system checks our tokens. Made once, served as bytes.
 */
#include "server/desk/published.h"

#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

static void put_list(struct tg_jout *j, const char *name, const char *only)
{
    tg_jout_key(j, name);
    tg_jout_open(j, '[');
    tg_jout_str(j, only);
    tg_jout_close(j, ']');
}

static void put_place(struct tg_jout *j, const char *name, const char *issuer, const char *path)
{
    TG_BUF_AUTO url = TG_BUF_INIT(512);

    if (tg_buf_add_str(&url, issuer) != TG_OK || tg_buf_add_str(&url, path) != TG_OK) {
        j->err = TG_E_LIMIT;
        return;
    }
    tg_jout_key(j, name);
    tg_jout_span(j, tg_span_buf(&url));
}

static enum tg_err metadata_write(const char *issuer, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "issuer", issuer);
    put_place(&j, "token_endpoint", issuer, "/oauth/token");
    put_place(&j, "revocation_endpoint", issuer, "/oauth/revoke");
    put_place(&j, "jwks_uri", issuer, "/.well-known/jwks.json");
    put_place(&j, "challenge_endpoint", issuer, "/oauth/challenge");
    tg_jout_key(&j, "response_types_supported");
    tg_jout_open(&j, '[');
    tg_jout_close(&j, ']');
    put_list(&j, "grant_types_supported", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    put_list(&j, "token_endpoint_auth_methods_supported", "none");
    put_list(&j, "revocation_endpoint_auth_methods_supported", "none");
    tg_jout_key(&j, "ui_locales_supported");
    tg_jout_raw(&j, tg_span_str("[\"ja\",\"en\"]"));
    tg_jout_key(&j, "tls_client_certificate_bound_access_tokens");
    tg_jout_bool(&j, true);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_published_make(struct tg_desk *d)
{
    enum tg_err e = metadata_write(d->issuer, &d->metadata);

    return e != TG_OK ? e : tg_admit_jwks(d->conf.admit, &d->keys);
}

void tg_desk_metadata(void *app, struct tg_req *req)
{
    const struct tg_desk *d = app;

    tg_reply_public(req, tg_span_buf(&d->metadata));
}

void tg_desk_keys(void *app, struct tg_req *req)
{
    const struct tg_desk *d = app;

    tg_reply_public(req, tg_span_buf(&d->keys));
}
