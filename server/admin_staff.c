#include "server/admin_staff.h"

#define REPORT_BYTES (4u * 1024u * 1024u)

static void say(const struct tg_buf *report, FILE *to)
{
    if (report->n > 0) {
        (void)fwrite(report->p, 1, report->n, to);
    }
}

enum tg_err tg_admin_list_import(const struct tg_admin *a, const struct tg_import_ask *ask,
                                 const struct tg_policy *p)
{
    TG_BUF_AUTO report = TG_BUF_INIT(REPORT_BYTES);
    struct tg_staff_report r = {.policy = p, .out = stdout, .quiet = true};
    struct tg_import *im = NULL;
    enum tg_err e = tg_import_check(a->settings.staff, ask, &report, &im);

    if (e == TG_OK) {
        e = tg_import_apply(im, &report);
    }
    say(&report, e == TG_OK ? stdout : stderr);
    if (e == TG_OK) { /* done: what cannot be told any more does not undo it */
        tg_ignore(tg_staff_report(&r, ask->what, im));
    }
    tg_import_free(&im);
    return e;
}

enum tg_err tg_admin_list_dry_run(const struct tg_admin *a, const struct tg_import_ask *ask,
                                  const struct tg_policy *p, bool csv)
{
    TG_BUF_AUTO report = TG_BUF_INIT(REPORT_BYTES);
    struct tg_staff_report r = {.policy = p, .out = stdout, .csv = csv};
    struct tg_import *im = NULL;
    enum tg_err e = tg_import_check(a->settings.staff, ask, &report, &im);

    say(&report, e == TG_OK && !csv ? stdout : stderr);
    if (e == TG_OK) {
        e = tg_staff_report(&r, ask->what, im);
    }
    if (e == TG_OK && !csv) {
        (void)printf("試しただけです。何も変更していません / a dry run: nothing was changed\n");
    }
    tg_import_free(&im);
    if (fflush(stdout) != 0 && e == TG_OK) {
        e = TG_E_IO;
    }
    return e;
}
