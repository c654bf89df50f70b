#include "server/app.h"

#include "certs/base/secret.h"

enum tg_err tg_app_policy(const char *path, struct tg_policy **ret, char *why, size_t size)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault = {.line = 0};
    enum tg_err e = tg_file_read(path, &text);

    if (e != TG_OK) {
        (void)snprintf(why, size, "%s: %s", path, tg_err_en(e));
        return e;
    }
    if ((e = tg_policy_compile(tg_span_buf(&text), ret, &fault)) != TG_OK) {
        (void)snprintf(why, size, "%s:%u:%u: %s", path, fault.line, fault.column, fault.what);
    }
    return e;
}

static enum tg_err load_policy(struct tg_app *a, char *why, size_t size)
{
    struct tg_policy *policy = NULL;
    enum tg_err e = tg_app_policy(a->settings.policy, &policy, why, size);

    if (e == TG_OK) {
        tg_desk_set_policy(a->desk, policy);
    }
    return e;
}

static enum tg_err load_book(struct tg_app *a, char *why, size_t size)
{
    struct tg_staff_book *book = NULL;
    enum tg_err e = tg_book_load(a->settings.staff, &book, why, size);

    if (e == TG_OK) {
        tg_admit_set_book(a->admit, book);
    }
    return e;
}

static enum tg_err load_trust(struct tg_app *a, char *why, size_t size)
{
    struct tg_trust *trust = NULL;
    enum tg_err e = tg_trust_load(a->settings.card_trust, &trust, why, size);

    if (e == TG_OK) {
        tg_admit_set_trust(a->admit, trust);
    }
    return e;
}

enum tg_err tg_app_reload(struct tg_app *a, char *why, size_t size)
{
    enum tg_err e;

    if ((e = load_policy(a, why, size)) != TG_OK || (e = load_book(a, why, size)) != TG_OK) {
        return e;
    }
    return load_trust(a, why, size);
}

static enum tg_err open_keys(struct tg_app *a, uint8_t query_key[32], char *why, size_t size)
{
    const struct tg_settings *s = &a->settings;

    (void)snprintf(why, size, "a key cannot be read: %s, %s, %s (tegata-admin init makes them)", s->token_key,
                   s->audit_key, s->query_key);
    if (tg_key_load(s->token_key, &a->token_key) != TG_OK ||
        tg_key_load(s->audit_key, &a->audit_key) != TG_OK ||
        tg_query_key_load(s->query_key, query_key) != TG_OK) {
        return TG_E_CONFIG;
    }
    return TG_OK;
}

static enum tg_err open_store(struct tg_app *a, char *why, size_t size)
{
    enum tg_err e = tg_store_open(a->settings.store, &a->store);

    if (e != TG_OK) {
        (void)snprintf(why, size, "%s: %s (tegata-admin import customers FILE fills it)", a->settings.store,
                       tg_err_en(e));
        return e;
    }
    return tg_store_columns_check(a->store, why, size);
}

static enum tg_err open_audit(struct tg_app *a, char *why, size_t size)
{
    struct tg_audit_conf conf = {.folder = a->settings.audit,
                                 .segment_bytes = (uint64_t)a->settings.audit_segment,
                                 .sign = tg_jws_sign_with_key,
                                 .sign_ctx = a->audit_key,
                                 .key_id = "audit"};

    return tg_audit_open(&conf, &a->audit, why, size);
}

static enum tg_err open_admit(struct tg_app *a, char *why, size_t size)
{
    struct tg_admit_conf conf = {.issuer = a->settings.issuer, .key = a->token_key};
    enum tg_err e = tg_admit_open(&conf, &a->admit);

    if (e != TG_OK) {
        (void)snprintf(why, size, "sign-in cannot start: %s", tg_err_en(e));
    }
    return e;
}

static enum tg_err open_desk(struct tg_app *a, const uint8_t query_key[32], char *why, size_t size)
{
    struct tg_desk_conf conf = {.admit = a->admit,
                                .store = a->store,
                                .audit = a->audit,
                                .issuer = a->settings.issuer,
                                .query_key = query_key};
    enum tg_err e = tg_desk_open(&conf, &a->desk);

    if (e != TG_OK) {
        (void)snprintf(why, size, "the desk cannot open: %s", tg_err_en(e));
        return e;
    }
    return tg_app_reload(a, why, size);
}

static enum tg_err open_door(struct tg_app *a, char *why, size_t size)
{
    const struct tg_settings *s = &a->settings;
    struct tg_door_conf conf = {.host = s->host,
                                .port = s->port,
                                .cert_pem = s->tls_cert,
                                .key_pem = s->tls_key,
                                .loops = (unsigned)s->loops,
                                .connections_max = (unsigned)s->connections};

    tg_desk_serve(a->desk, &conf);
    return tg_door_open(&conf, &a->door, why, size);
}

enum tg_err tg_app_open(const char *settings_path, struct tg_app *ret, char *why, size_t size)
{
    uint8_t query_key[32] = {0};
    enum tg_err e;

    memset(ret, 0, sizeof *ret);
    if ((e = tg_settings_load(settings_path, &ret->settings, why, size)) == TG_OK &&
        (e = open_keys(ret, query_key, why, size)) == TG_OK && (e = open_store(ret, why, size)) == TG_OK &&
        (e = open_audit(ret, why, size)) == TG_OK && (e = open_admit(ret, why, size)) == TG_OK &&
        (e = open_desk(ret, query_key, why, size)) == TG_OK) {
        e = open_door(ret, why, size);
    }
    tg_wipe(query_key, sizeof query_key);
    if (e != TG_OK) {
        tg_app_close(ret);
    }
    return e;
}

void tg_app_close(struct tg_app *a)
{
    tg_door_close(&a->door);
    tg_desk_close(&a->desk);
    tg_admit_close(&a->admit);
    tg_audit_close(&a->audit);
    tg_store_close(&a->store);
    EVP_PKEY_free(a->token_key);
    EVP_PKEY_free(a->audit_key);
    tg_settings_done(&a->settings);
    memset(a, 0, sizeof *a);
}
