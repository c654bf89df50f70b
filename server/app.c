#include "server/app.h"

#include <unistd.h>

#include "certs/base/secret.h"
#include "server/clash.h"

/* What a reload reads. Everything is read before anything takes effect. */
struct news {
    struct tg_staff_book *book;
    struct tg_trust *trust;
    struct tg_taking *taking;
};

/* What administration did, held against the people and cards of now. What is refused here is on record. */
static enum tg_err acts_read(struct tg_app *a, struct news *n, char *why, size_t size)
{
    const struct tg_act_world people = {.book = n->book, .trust = n->trust};
    enum tg_err e = tg_taking_read(&a->acts, &people, &n->taking, why, size);

    if (e == TG_OK) {
        e = tg_app_acts_lists(&a->acts, a->settings.staff, n->taking, why, size);
    }
    if (e != TG_OK) {
        tg_app_acts_refused(&a->acts, e, why);
    }
    return e;
}

/* Posts that one person may not hold together, by the policy that will be in force. */
static enum tg_err hats_check(const struct news *n, char *why, size_t size)
{
    int64_t number = 0;
    struct tg_policy *policy = tg_taking_policy(n->taking, &number);
    enum tg_err e = tg_policy_hats_check(policy, n->book, why, size);

    tg_policy_unref(&policy);
    return e;
}

static enum tg_err news_read(struct tg_app *a, struct news *n, char *why, size_t size)
{
    const struct tg_settings *s = &a->settings;
    enum tg_err e;

    if ((e = tg_book_load(s->staff, &n->book, why, size)) != TG_OK ||
        (e = tg_trust_load(s->card_trust, &n->trust, why, size)) != TG_OK ||
        (e = acts_read(a, n, why, size)) != TG_OK || (e = hats_check(n, why, size)) != TG_OK ||
        (e = tg_store_columns_check(a->store, why, size)) != TG_OK) {
        return e;
    }
    if ((e = tg_store_reload(a->store)) != TG_OK) {
        (void)snprintf(why, size, "%s: %s", s->store, tg_err_en(e));
        return e;
    }
    if (a->drill != NULL && (e = tg_store_reload(a->drill)) != TG_OK) {
        (void)snprintf(why, size, "%s: %s", s->drill, tg_err_en(e));
        return e;
    }
    if ((e = tg_taking_commit(&a->acts, n->taking)) != TG_OK ||
        (e = tg_app_acts_anchors(&a->acts, s->card_trust)) != TG_OK) {
        (void)snprintf(why, size, "what was done cannot be put on record: %s", tg_err_en(e));
    }
    return e;
}

enum tg_err tg_app_reload(struct tg_app *a, char *why, size_t size)
{
    struct news n = {.book = NULL};
    int64_t number = 0;
    enum tg_err e = news_read(a, &n, why, size);

    if (e == TG_OK) {
        struct tg_policy *policy = tg_taking_policy(n.taking, &number);

        tg_policy_unref(&a->policy);
        a->policy = tg_policy_ref(policy);
        tg_desk_set_policy(a->desk, policy, number);
        tg_admit_set_book(a->admit, n.book);
        tg_admit_set_trust(a->admit, n.trust);
    } else {
        tg_book_unref(&n.book);
        tg_trust_free(&n.trust);
    }
    tg_taking_free(&n.taking);
    return e;
}

enum tg_err tg_app_acts_grown(struct tg_app *a, char *why, size_t size)
{
    struct news n = {.book = NULL};
    bool idle = false;
    enum tg_err e = tg_trust_load(a->settings.card_trust, &n.trust, why, size);

    if (e == TG_OK) {
        const struct tg_act_world nobody = {.trust = n.trust};

        if (tg_taking_read(&a->acts, &nobody, &n.taking, why, size) == TG_OK && tg_taking_is_idle(n.taking)) {
            idle = true;
            e = tg_taking_commit(&a->acts, n.taking);
        }
    }
    tg_taking_free(&n.taking);
    tg_trust_free(&n.trust);
    return e == TG_OK && !idle ? tg_app_reload(a, why, size) : e;
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
    }
    return e;
}

/* Of a folder from before there were drills it need not be there; one that cannot be read is a mistake. */
static enum tg_err open_drill(struct tg_app *a, char *why, size_t size)
{
    const char *path = a->settings.drill;
    enum tg_err e = access(path, F_OK) == 0 ? tg_store_open(path, &a->drill) : TG_OK;

    if (e != TG_OK) {
        (void)snprintf(why, size, "%s: %s (tegata-admin synth customers N --seed S --drill fills it)", path,
                       tg_err_en(e));
    }
    return e;
}

/* On the committer's thread. */
static void audit_alarm(void *ctx, enum tg_err state, const char *what)
{
    (void)ctx;
    (void)fprintf(stderr, "tegata-server: audit: %s: %s\n", tg_err_code(state), what);
}

/* The index only finds what the journal holds: without it the server serves all the same. */
static void open_index(struct tg_app *a)
{
    char *path = tg_path_join(a->settings.audit, "index.db");
    enum tg_err e =
        path != NULL ? tg_indexer_start(a->audit, a->settings.audit, path, &a->indexer) : TG_E_NOMEM;

    if (e != TG_OK) {
        (void)fprintf(stderr, "tegata-server: the audit index does not follow: %s\n", tg_err_en(e));
    }
    free(path);
}

static enum tg_err open_audit(struct tg_app *a, char *why, size_t size)
{
    struct tg_audit_conf conf = {.folder = a->settings.audit,
                                 .segment_bytes = (uint64_t)a->settings.audit_segment,
                                 .sign = tg_jws_sign_with_key,
                                 .sign_ctx = a->audit_key,
                                 .key_id = "audit",
                                 .public_key = a->audit_key,
                                 .alarm = audit_alarm};
    enum tg_err e = tg_audit_open(&conf, &a->audit, why, size);

    if (e == TG_OK) {
        open_index(a);
    }
    return e;
}

static enum tg_err open_admit(struct tg_app *a, char *why, size_t size)
{
    struct tg_admit_conf conf = {.issuer = a->settings.issuer, .key = a->token_key, .note = tg_desk_note};
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
                                .drill = a->drill,
                                .audit = a->audit,
                                .issuer = a->settings.issuer,
                                .query_key = query_key};
    enum tg_err e = tg_desk_open(&conf, &a->desk);

    if (e != TG_OK) {
        (void)snprintf(why, size, "the desk cannot open: %s", tg_err_en(e));
    }
    return e;
}

static void loud(void *ctx, const char *what)
{
    (void)ctx;
    (void)fprintf(stderr, "tegata-server: *** %s ***\n", what);
}

/* Approvals are held against people and anchors, so these are known by now. */
static enum tg_err remember(struct tg_app *a, char *why, size_t size)
{
    const struct tg_desk_past past = {.audit_folder = a->settings.audit, .loud = loud};

    return tg_desk_recount(a->desk, &past, why, size);
}

/* The policy in force is kept by its digest before anything is decided with it: the built-in one of this
 * program may be another one's past.
 */
static enum tg_err open_acts(struct tg_app *a, char *why, size_t size)
{
    enum tg_err e = tg_app_reload(a, why, size);

    if (e == TG_OK && ((e = tg_acts_keep(&a->acts.conf, a->acts.conf.builtin)) != TG_OK ||
                       (e = tg_app_acts_announce(&a->acts)) != TG_OK)) {
        (void)snprintf(why, size, "%s: the policy in force cannot be kept or put on record: %s",
                       a->acts.conf.folder, tg_err_en(e));
    }
    if (e == TG_OK && !a->acts.orders) {
        (void)fprintf(stderr,
                      "tegata-server: *** orders = off: lists and customers are imported on nobody's order; "
                      "for trials only ***\n");
    }
    return e;
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
        (e = open_drill(ret, why, size)) == TG_OK && (e = open_audit(ret, why, size)) == TG_OK && (e = open_admit(ret, why, size)) == TG_OK &&
        (e = tg_app_acts_open(&ret->acts, &ret->settings, ret->audit, why, size)) == TG_OK &&
        (e = open_desk(ret, query_key, why, size)) == TG_OK && (e = open_acts(ret, why, size)) == TG_OK &&
        (e = remember(ret, why, size)) == TG_OK) {
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
    tg_indexer_stop(&a->indexer);
    tg_app_acts_close(&a->acts);
    tg_policy_unref(&a->policy);
    tg_audit_close(&a->audit);
    tg_store_close(&a->store);
    tg_store_close(&a->drill);
    EVP_PKEY_free(a->token_key);
    EVP_PKEY_free(a->audit_key);
    tg_settings_done(&a->settings);
    memset(a, 0, sizeof *a);
}
