/* Path validation: libcrypto finds and checks the path, profile.c then says whether every certificate on it
 * may be there.
 */
#include "certs/x509/trust.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "certs/x509/path.h"
#include "certs/x509/store.h"

/* PARTIAL_CHAIN: an anchor is an anchor, self-signed or not; whoever trusts only the issuing CA need not
 * trust its root.
 */
#define FLAGS (X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST)
#define AUTH_LEVEL 2 /* 112 bits of security: no SHA-1, no RSA below 2048 */

static const struct tg_purpose PURPOSES[] = {
    [TG_USE_AUTH] = {.eku = TG_OID_CLIENT_AUTH, .never = TG_OID_PIV_CARD_AUTH, .critical = false},
    [TG_USE_CARD] = {.eku = TG_OID_PIV_CARD_AUTH, .never = TG_OID_CLIENT_AUTH, .critical = true},
};

static enum tg_err error_of(int v)
{
    switch (v) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return TG_E_CERT_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return TG_E_CERT_NOT_YET;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_EC_KEY_EXPLICIT_PARAMS:
        return TG_E_CERT_KEY;
    case X509_V_ERR_OUT_OF_MEM:
        return TG_E_NOMEM;
    default:
        return TG_E_CERT_UNTRUSTED;
    }
}

/* RFC 5280 section 4.1.2.5: notBefore and notAfter themselves count. */
static int time_error(const X509 *x, tg_sec now)
{
    int begun = ASN1_TIME_cmp_time_t(X509_get0_notBefore(x), (time_t)now);
    int over = ASN1_TIME_cmp_time_t(X509_get0_notAfter(x), (time_t)now);
    if (begun == -2 || over == -2) /* not a time: for libcrypto a fault of the path */
        return X509_V_ERR_CERT_REJECTED;
    if (begun > 0)
        return X509_V_ERR_CERT_NOT_YET_VALID;
    return over < 0 ? X509_V_ERR_CERT_HAS_EXPIRED : X509_V_OK;
}

struct view {
    const struct tg_trust *t;
    tg_sec now;
};

/* Signatures and dates, from the anchor down, in the place of libcrypto's own walk (internal_verify), which
 * would verify the signatures of our authorities anew for every card. An anchor that is not self-signed has
 * nobody here to prove it: that is what an anchor is.
 */
static int walk(X509_STORE_CTX *ctx)
{
    const struct view *view = X509_STORE_CTX_get_app_data(ctx);
    STACK_OF(X509) *path = X509_STORE_CTX_get0_chain(ctx);
    int last = sk_X509_num(path) - 1;
    for (int i = last; i >= 0; i--) {
        X509 *x = sk_X509_value(path, i), *issuer = sk_X509_value(path, i < last ? i + 1 : i);
        bool self = i == last;
        int error = time_error(x, view->now);
        if ((!self || (X509_get_extension_flags(x) & EXFLAG_SS) != 0) && !tg_proven_cert(view->t, x, issuer))
            error = X509_V_ERR_CERT_SIGNATURE_FAILURE;
        if (error != X509_V_OK) {
            X509_STORE_CTX_set_error(ctx, error);
            X509_STORE_CTX_set_error_depth(ctx, i);
            return 0;
        }
    }
    return 1;
}

static void set_param(X509_STORE_CTX *ctx, const struct tg_path *path, tg_sec now)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    (void)X509_VERIFY_PARAM_set_flags(param, FLAGS);
    X509_VERIFY_PARAM_set_time(param, (time_t)now);
    X509_VERIFY_PARAM_set_depth(param, (int)path->between);
    X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
}

static enum tg_err check_profile(X509_STORE_CTX *ctx, const struct tg_purpose *p)
{
    STACK_OF(X509) *path = X509_STORE_CTX_get0_chain(ctx);
    int n = sk_X509_num(path);
    /* Of one certificate only: the leaf would be its own anchor. */
    if (n < 2 || n > (int)TG_CHAIN_CERTS)
        return TG_E_CERT_UNTRUSTED;
    enum tg_err e = tg_profile_leaf(sk_X509_value(path, 0), p);
    for (int i = 1; i < n && e == TG_OK; i++)
        e = tg_profile_issuer(sk_X509_value(path, i), p);
    return e;
}

static enum tg_err run(X509_STORE_CTX *ctx, const struct tg_trust *t, const struct tg_path *path,
                       STACK_OF(X509) * helpers, tg_sec now)
{
    struct view view = {t, now};
    if (X509_STORE_CTX_init(ctx, t->store, tg_cert_borrow(path->leaf), helpers) != 1 ||
        X509_STORE_CTX_set_app_data(ctx, &view) != 1)
        return TG_E_NOMEM;
    X509_STORE_CTX_set0_trusted_stack(ctx, t->anchors);
    X509_STORE_CTX_set_verify(ctx, walk);
    set_param(ctx, path, now);
    enum tg_err e = X509_verify_cert(ctx) == 1 ? TG_OK : error_of(X509_STORE_CTX_get_error(ctx));
    if (e == TG_OK && !path->then)
        e = tg_revocation_check(t, X509_STORE_CTX_get0_chain(ctx), now);
    (void)X509_STORE_CTX_set_app_data(ctx, NULL);
    return e;
}

enum tg_err tg_path_check(const struct tg_trust *t, const struct tg_path *path, const struct tg_purpose *p,
                          tg_sec now)
{
    if (path->n > TG_CHAIN_CERTS - 1)
        return TG_E_CERT_UNTRUSTED;
    enum tg_err e = TG_E_NOMEM;
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    STACK_OF(X509) *helpers = sk_X509_dup(t->between);
    bool ready = ctx != NULL && helpers != NULL;
    for (size_t i = 0; i < path->n && ready; i++)
        ready = sk_X509_push(helpers, tg_cert_borrow(path->chain[i])) > 0;
    if (ready)
        e = run(ctx, t, path, helpers, now);
    if (e == TG_OK)
        e = check_profile(ctx, p);
    if (e == TG_OK && path->then)
        e = tg_revocation_check_then(t, X509_STORE_CTX_get0_chain(ctx), now);
    X509_STORE_CTX_free(ctx);
    sk_X509_free(helpers);
    ERR_clear_error();
    return e;
}

static enum tg_err check_use(const struct tg_trust *t, const struct tg_path *path, enum tg_cert_use use,
                             tg_sec at)
{
    if (use != TG_USE_AUTH && use != TG_USE_CARD)
        return TG_E_CERT_USAGE;
    return tg_path_check(t, path, &PURPOSES[use], at);
}

enum tg_err tg_trust_check(const struct tg_trust *t, const struct tg_cert *leaf, struct tg_helpers helpers,
                           enum tg_cert_use use, tg_sec now)
{
    const struct tg_path path = {
        .leaf = leaf, .chain = helpers.cert, .n = helpers.n, .between = TG_PATH_BETWEEN};
    return check_use(t, &path, use, now);
}

enum tg_err tg_trust_check_then(const struct tg_trust *t, const struct tg_cert *leaf,
                                struct tg_helpers helpers, enum tg_cert_use use, tg_sec then)
{
    const struct tg_path path = {
        .leaf = leaf, .chain = helpers.cert, .n = helpers.n, .between = TG_PATH_BETWEEN, .then = true};
    return check_use(t, &path, use, then);
}
