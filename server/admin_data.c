/* import and synth. */
#include <getopt.h>
#include <inttypes.h>
#include <unistd.h>

#include "certs/base/text.h"
#include "server/admin_acts.h"
#include "server/admin_csv.h"
#include "server/admin_staff.h"
#include "server/clash.h"
#include "server/records/load.h"
#include "server/records/synth.h"
#include "server/staff/staff.h"

#define REPORT_BYTES (4u * 1024u * 1024u)

static struct tg_companies *companies_of(const struct tg_admin *a)
{
    struct tg_companies *companies = NULL;
    char *path = tg_path_join(a->settings.staff, "companies.csv");
    char why[256] = "";
    unsigned line = 0;

    if (path == NULL || tg_companies_load(path, &companies, &line, why, sizeof why) != TG_OK) {
        (void)fprintf(stderr, "tegata-admin: companies.csv:%u: %s\n", line, why);
    }
    free(path);
    return companies;
}

static enum tg_err import_customers(const struct tg_admin *a, const char *file, struct tg_buf *report)
{
    struct tg_companies *companies = companies_of(a);
    enum tg_err e = TG_E_CONFIG;

    if (companies != NULL) {
        e = tg_load_csv(file, a->settings.store, companies, report);
    }
    tg_companies_free(&companies);
    return e;
}

static bool kind_known(const char *kind)
{
    static const char *const kinds[] = {"staff", "cards", "companies", "consents", "customers"};
    bool known = false;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        known = known || strcmp(kind, kinds[i]) == 0;
    }
    return known;
}

struct import_words {
    const char *kind, *file, *order;
    bool dry, csv;
};

/* KIND FILE [--order ORDER] | KIND FILE --dry-run [--csv] */
static bool words_read(const struct tg_admin *a, struct import_words *w)
{
    if (a->argc < 2 || !kind_known(a->argv[0])) {
        return false;
    }
    *w = (struct import_words){.kind = a->argv[0], .file = a->argv[1]};
    for (int i = 2; i < a->argc; i++) {
        if (strcmp(a->argv[i], "--order") == 0 && w->order == NULL && i + 1 < a->argc) {
            w->order = a->argv[++i];
        } else if (strcmp(a->argv[i], "--dry-run") == 0 && !w->dry) {
            w->dry = true;
        } else if (strcmp(a->argv[i], "--csv") == 0 && !w->csv) {
            w->csv = true;
        } else {
            return false;
        }
    }
    return w->dry ? w->order == NULL && strcmp(w->kind, "customers") != 0 : !w->csv;
}

static enum tg_err import_it(const struct tg_admin *a, const struct tg_import_ask *ask,
                             const struct tg_policy *p)
{
    TG_BUF_AUTO report = TG_BUF_INIT(REPORT_BYTES);
    enum tg_err e;

    if (strcmp(ask->what, "customers") != 0) {
        return tg_admin_list_import(a, ask, p);
    }
    e = import_customers(a, ask->file, &report);
    if (report.n > 0) {
        (void)fwrite(report.p, 1, report.n, e == TG_OK ? stdout : stderr);
    }
    return e;
}

static int import_ordered(const struct tg_admin *a, const struct import_words *w, struct tg_import_ask *ask,
                          const struct tg_policy *p)
{
    struct tg_order *order = NULL;
    enum tg_err e;
    int code = tg_order_begin(a, w->kind, w->file, w->order, &order);

    if (code != TG_ADMIN_DONE) {
        return code;
    }
    ask->file = tg_order_file(order);
    e = import_it(a, ask, p);
    code = tg_order_end(&order, e);
    return e == TG_OK ? code : tg_admin_fail("import", tg_err_en(e));
}

int tg_admin_import(struct tg_admin *a)
{
    struct import_words w;
    struct tg_policy *policy = NULL;
    int code;

    if (!words_read(a, &w)) {
        return TG_ADMIN_USAGE;
    }
    if ((code = tg_admin_policy_open(a, NULL, &policy)) == TG_ADMIN_DONE) {
        struct tg_hats hats = tg_policy_hats(policy, tg_day_of(tg_now()));
        struct tg_import_ask ask = {.what = w.kind, .file = w.file, .hats = &hats};

        if (!w.dry) {
            code = import_ordered(a, &w, &ask, policy);
        } else {
            enum tg_err e = tg_admin_list_dry_run(a, &ask, policy, w.csv);

            code = e == TG_OK ? TG_ADMIN_DONE : tg_admin_fail("import --dry-run", tg_err_en(e));
        }
    }
    tg_policy_unref(&policy);
    return code;
}

struct synth_job {
    uint64_t n, seed;
    const char *out; /* NULL: into the store */
    bool drill;      /* the store of drills */
};

static enum tg_err synth_load(const struct tg_admin *a, struct tg_synth *s,
                              const struct tg_companies *companies, const struct synth_job *job)
{
    struct tg_load *load = NULL;
    struct tg_customer c;
    const char *why = NULL;
    enum tg_err e = tg_load_begin(job->drill ? a->settings.drill : a->settings.store, companies, &load);

    if (e == TG_OK && job->drill) {
        e = tg_load_drill(load);
    }
    for (uint64_t i = 0; e == TG_OK && i < job->n; i++) {
        if ((e = tg_synth_row(s, i, &c)) == TG_OK && (e = tg_load_add(load, &c, &why)) != TG_OK) {
            (void)fprintf(stderr, "tegata-admin: row %" PRIu64 ": %s\n", i, why != NULL ? why : tg_err_en(e));
        }
    }
    if (e != TG_OK) {
        tg_load_abort(&load);
        return e;
    }
    for (unsigned k = 0; k < TG_C_COUNT; k++) {
        (void)printf("%s %" PRIu64 "\n", tg_class_name((enum tg_class)k),
                     tg_load_count(load, (enum tg_class)k));
    }
    return tg_load_commit(&load);
}

static enum tg_err synth_csv(struct tg_synth *s, const struct synth_job *job)
{
    struct tg_customer c;
    FILE *out = fopen(job->out, "wx");
    enum tg_err e = out != NULL ? TG_OK : TG_E_IO;

    if (e == TG_OK) {
        e = tg_admin_csv_head(out);
    }
    for (uint64_t i = 0; e == TG_OK && i < job->n; i++) {
        if ((e = tg_synth_row(s, i, &c)) == TG_OK) {
            e = tg_admin_csv_row(out, &c);
        }
    }
    if (out != NULL && fclose(out) != 0) {
        e = TG_E_IO;
    }
    return e;
}

static enum tg_err synth_run(const struct tg_admin *a, const struct synth_job *job)
{
    struct tg_companies *companies = companies_of(a);
    struct tg_synth *s = NULL;
    enum tg_err e = TG_E_CONFIG;

    if (companies != NULL && (e = tg_synth_new(companies, job->seed, &s)) == TG_OK) {
        e = job->out != NULL ? synth_csv(s, job) : synth_load(a, s, companies, job);
    }
    tg_synth_free(&s);
    tg_companies_free(&companies);
    return e;
}

/* customers N --seed S [--out FILE | --drill] */
static bool synth_read(struct tg_admin *a, struct synth_job *job)
{
    uint64_t seed = UINT64_MAX;

    if (a->argc > 4 && strcmp(a->argv[a->argc - 1], "--drill") == 0) {
        job->drill = true;
        a->argc--;
    }
    if (a->argc < 4 || a->argc % 2 != 0 || strcmp(a->argv[0], "customers") != 0 ||
        tg_u64_parse(tg_span_str(a->argv[1]), 100000000, &job->n) != TG_OK) {
        return false;
    }
    for (int i = 2; i + 1 < a->argc; i += 2) {
        if (strcmp(a->argv[i], "--out") == 0) {
            job->out = a->argv[i + 1];
        } else if (strcmp(a->argv[i], "--seed") != 0 ||
                   tg_u64_parse(tg_span_str(a->argv[i + 1]), UINT32_MAX, &seed) != TG_OK) {
            return false;
        }
    }
    job->seed = seed;
    return seed != UINT64_MAX && (job->out == NULL || !job->drill);
}

int tg_admin_synth(struct tg_admin *a)
{
    struct synth_job job = {.n = 0};
    enum tg_err e;

    if (!synth_read(a, &job)) {
        return TG_ADMIN_USAGE;
    }
    if (job.out == NULL && !job.drill && a->settings.orders && tg_order_served(a)) {
        return tg_admin_fail(
            "synth", "a server has run on this folder, and orders are required: invented customers are for "
                     "trials (orders = off)");
    }
    e = synth_run(a, &job);
    return e == TG_OK ? TG_ADMIN_DONE : tg_admin_fail("synth", tg_err_en(e));
}
