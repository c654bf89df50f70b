/* init: everything a server needs that can be made here. Certificates come from an authority (tegata-ca, or
 * your own). */
#include <errno.h>
#include <libgen.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/admin.h"
#include "server/records/load.h"

static const char companies_csv[] = "code,name,kind,home\n"
                                    "HOME,自社（小売電気事業者）,retail,yes\n"
                                    "NETWORK,一般送配電事業者,network,no\n";
static const char staff_csv[] =
    "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n";
static const char cards_csv[] = "card,person,status\n";

/* A path below the settings file's folder. */
static bool make_folder(const char *folder, const char *name)
{
    char *path = tg_path_join(folder, name);
    bool ok = path != NULL && (mkdir(path, 0700) == 0 || errno == EEXIST);

    free(path);
    return ok;
}

/* What is there stays as it is: init is safe to run again. */
static enum tg_err make_file(const char *folder, const char *name, struct tg_span text)
{
    char *path = tg_path_join(folder, name);
    enum tg_err e = path == NULL ? TG_E_NOMEM : TG_OK;

    if (e == TG_OK && access(path, F_OK) != 0) {
        e = tg_file_write(path, text, 0600);
    }
    free(path);
    return e;
}

static enum tg_err make_secret(const char *folder, const char *name, enum tg_err (*make)(const char *path))
{
    char *path = tg_path_join(folder, name);
    enum tg_err e = path == NULL ? TG_E_NOMEM : TG_OK;

    if (e == TG_OK && access(path, F_OK) != 0) {
        e = make(path);
    }
    free(path);
    return e;
}

static bool make_folders(const char *folder)
{
    static const char *const names[] = {"keys", "staff", "tls", "card-trust", "audit", "acts"};

    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        return false;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!make_folder(folder, names[i])) {
            return false;
        }
    }
    return true;
}

static enum tg_err make_files(const char *folder)
{
    enum tg_err e;

    if ((e = make_secret(folder, "keys/token.key", tg_key_make)) != TG_OK ||
        (e = make_secret(folder, "keys/audit.key", tg_key_make)) != TG_OK ||
        (e = make_secret(folder, "keys/query.hex", tg_query_key_make)) != TG_OK ||
        (e = make_file(folder, "staff/companies.csv", tg_span_str(companies_csv))) != TG_OK ||
        (e = make_file(folder, "staff/staff.csv", tg_span_str(staff_csv))) != TG_OK) {
        return e;
    }
    return make_file(folder, "staff/cards.csv", tg_span_str(cards_csv));
}

/* An empty customer store, so that the server starts; and one of no invented customers. */
static enum tg_err make_store(const struct tg_settings *s, const char *store, bool drill)
{
    struct tg_companies *companies = NULL;
    struct tg_load *load = NULL;
    char *path;
    char why[256];
    unsigned line = 0;
    enum tg_err e;

    if (access(store, F_OK) == 0) {
        return TG_OK;
    }
    if ((path = tg_path_join(s->staff, "companies.csv")) == NULL) {
        return TG_E_NOMEM;
    }
    if ((e = tg_companies_load(path, &companies, &line, why, sizeof why)) == TG_OK &&
        (e = tg_load_begin(store, companies, &load)) == TG_OK &&
        (!drill || (e = tg_load_drill(load)) == TG_OK)) {
        e = tg_load_commit(&load);
    }
    tg_load_abort(&load);
    tg_companies_free(&companies);
    free(path);
    return e;
}

int tg_admin_init(struct tg_admin *a)
{
    char why[1024] = "";
    char *copy = strdup(a->config);
    const char *folder = copy != NULL ? dirname(copy) : NULL;
    enum tg_err e = TG_E_IO;

    if (a->argc != 0) {
        free(copy);
        return TG_ADMIN_USAGE;
    }
    if (folder != NULL && make_folders(folder) && (e = make_files(folder)) == TG_OK &&
        access(a->config, F_OK) != 0) {
        e = tg_file_write(a->config, tg_span_str(tg_settings_template), 0600);
    }
    free(copy);
    if (e == TG_OK && (e = tg_settings_load(a->config, &a->settings, why, sizeof why)) == TG_OK) {
        e = make_store(&a->settings, a->settings.store, false);
    }
    if (e == TG_OK) {
        e = make_store(&a->settings, a->settings.drill, true);
    }
    if (e != TG_OK) {
        return tg_admin_fail("init", why[0] != '\0' ? why : tg_err_en(e));
    }
    (void)printf("ready: %s\nnext: a TLS certificate in tls/, the card authority in card-trust/ (tegata-ca "
                 "makes both),\n"
                 "then tegata-admin import companies, staff, cards and customers\n",
                 a->config);
    return TG_ADMIN_DONE;
}
