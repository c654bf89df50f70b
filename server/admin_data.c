/* import and synth. */
#include <getopt.h>
#include <inttypes.h>
#include <unistd.h>

#include "certs/base/text.h"
#include "server/admin_acts.h"
#include "server/admin_csv.h"
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

static enum tg_err import_it(const struct tg_admin *a, const char *kind, const char *file)
{
    TG_BUF_AUTO report = TG_BUF_INIT(REPORT_BYTES);
    enum tg_err e = strcmp(kind, "customers") == 0 ? import_customers(a, file, &report)
                                                   : tg_book_import(a->settings.staff, kind, file, &report);

    if (report.n > 0) {
        (void)fwrite(report.p, 1, report.n, e == TG_OK ? stdout : stderr);
    }
    return e;
}

/* KIND FILE [--order ORDER] */
int tg_admin_import(struct tg_admin *a)
{
    bool ordered = a->argc == 4 && strcmp(a->argv[2], "--order") == 0;
    struct tg_order *order = NULL;
    enum tg_err e;
    int code;

    if ((a->argc != 2 && !ordered) || !kind_known(a->argv[0])) {
        return TG_ADMIN_USAGE;
    }
    code = tg_order_begin(a, a->argv[0], a->argv[1], ordered ? a->argv[3] : NULL, &order);
    if (code != TG_ADMIN_DONE) {
        return code;
    }
    e = import_it(a, a->argv[0], tg_order_file(order));
    code = tg_order_end(&order, e);
    return e == TG_OK ? code : tg_admin_fail("import", tg_err_en(e));
}

struct synth_job {
    uint64_t n, seed;
    const char *out; /* NULL: into the store */
};

static enum tg_err synth_load(const struct tg_admin *a, struct tg_synth *s,
                              const struct tg_companies *companies, uint64_t n)
{
    struct tg_load *load = NULL;
    struct tg_customer c;
    const char *why = NULL;
    enum tg_err e = tg_load_begin(a->settings.store, companies, &load);

    for (uint64_t i = 0; e == TG_OK && i < n; i++) {
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
        e = job->out != NULL ? synth_csv(s, job) : synth_load(a, s, companies, job->n);
    }
    tg_synth_free(&s);
    tg_companies_free(&companies);
    return e;
}

/* customers N --seed S [--out FILE] */
static bool synth_read(struct tg_admin *a, struct synth_job *job)
{
    uint64_t seed = UINT64_MAX;

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
    return seed != UINT64_MAX;
}

int tg_admin_synth(struct tg_admin *a)
{
    struct synth_job job = {.n = 0};
    enum tg_err e;

    if (!synth_read(a, &job)) {
        return TG_ADMIN_USAGE;
    }
    if (job.out == NULL && a->settings.orders && tg_order_served(a)) {
        return tg_admin_fail(
            "synth", "a server has run on this folder, and orders are required: invented customers are for "
                     "trials (orders = off)");
    }
    e = synth_run(a, &job);
    return e == TG_OK ? TG_ADMIN_DONE : tg_admin_fail("synth", tg_err_en(e));
}
