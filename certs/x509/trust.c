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
#define FLAGS                                                                               \
    (X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE | X509_V_FLAG_PARTIAL_CHAIN | \
     X509_V_FLAG_TRUSTED_FIRST)
#define CRL_FLAGS (X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL)
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
    case X509_V_ERR_CERT_REVOKED:
        return TG_E_CERT_REVOKED;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_CRL_NOT_YET_VALID:
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
    case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
    case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
        return TG_E_CERT_CRL;
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

static bool have_crl_of(const struct tg_trust *t, const X509_NAME *issuer)
{
    for (int i = 0; i < sk_X509_CRL_num(t->crls); i++)
        if (X509_NAME_cmp(X509_CRL_get_issuer(sk_X509_CRL_value(t->crls, i)), issuer) == 0)
            return true;
    return false;
}

struct view {
    const struct tg_trust *t;
    tg_sec now;
};

/* The card's own issuer must have a CRL. Issuers above it are checked when there is one; many a root has
 * none.
 */
static bool may_lack_crl(const struct view *view, const X509 *x, int depth)
{
    bool asked = view->t->need_crl && depth == 0;
    return !asked && !have_crl_of(view->t, X509_get_issuer_name(x));
}

/* The two cases in which libcrypto says no and we go on. */
static int on_error(int ok, X509_STORE_CTX *ctx)
{
    const struct view *view = X509_STORE_CTX_get_app_data(ctx);
    const X509 *x = X509_STORE_CTX_get_current_cert(ctx);
    int error = X509_STORE_CTX_get_error(ctx);
    if (ok || x == NULL)
        return ok;
    if (error == X509_V_ERR_UNABLE_TO_GET_CRL)
        ok = may_lack_crl(view, x, X509_STORE_CTX_get_error_depth(ctx));
    else if (error ==
             X509_V_ERR_CERT_HAS_EXPIRED) /* RFC 5280 section 4.1.2.5: notAfter itself still counts */
        ok = ASN1_TIME_cmp_time_t(X509_get0_notAfter(x), (time_t)view->now) == 0;
    if (ok)
        X509_STORE_CTX_set_error(ctx, X509_V_OK);
    return ok;
}

static void set_param(X509_STORE_CTX *ctx, const struct tg_trust *t, const struct tg_path *path, tg_sec now)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    bool crls = !path->then && (t->need_crl || sk_X509_CRL_num(t->crls) > 0);
    (void)X509_VERIFY_PARAM_set_flags(param, crls ? FLAGS | CRL_FLAGS : FLAGS);
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
    X509_STORE_CTX_set0_crls(ctx, t->crls);
    X509_STORE_CTX_set_verify_cb(ctx, on_error);
    set_param(ctx, t, path, now);
    enum tg_err e = X509_verify_cert(ctx) == 1 ? TG_OK : error_of(X509_STORE_CTX_get_error(ctx));
    (void)X509_STORE_CTX_set_app_data(ctx, NULL);
    return e;
}

static bool revoked_by(const struct tg_trust *t, X509 *x, tg_sec then)
{
    for (int i = 0; i < sk_X509_CRL_num(t->crls); i++) {
        X509_CRL *crl = sk_X509_CRL_value(t->crls, i);
        X509_REVOKED *entry = NULL;

        if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(x)) == 0 &&
            X509_CRL_get0_by_cert(crl, &entry, x) == 1 &&
            ASN1_TIME_cmp_time_t(X509_REVOKED_get0_revocationDate(entry), (time_t)then) != 1)
            return true;
    }
    return false;
}

/* The lists of today, asked about an earlier moment; they only take away, so nothing is asked of their dates.
 */
static enum tg_err check_revoked_then(X509_STORE_CTX *ctx, const struct tg_trust *t, tg_sec then)
{
    STACK_OF(X509) *path = X509_STORE_CTX_get0_chain(ctx);

    for (int i = 0; i + 1 < sk_X509_num(path); i++)
        if (revoked_by(t, sk_X509_value(path, i), then))
            return TG_E_CERT_REVOKED;
    return TG_OK;
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
        e = check_revoked_then(ctx, t, now);
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
