/* import staff|cards|companies|consents, for real or as a dry run: who gains, who loses, what and when. */
#ifndef TG_ADMIN_STAFF_H
#define TG_ADMIN_STAFF_H

#include "server/admin.h"
#include "server/policy/called.h"
#include "server/staff/diff.h"
#include "server/staff/import.h"

/* The real import, its report and the sums of what it changes on stdout, faults on stderr. The errors of
 * tg_import_check and tg_import_apply.
 */
enum tg_err tg_admin_list_import(const struct tg_admin *a, const struct tg_import_ask *ask,
                                 const struct tg_policy *p) TG_MUST;
/* The same without doing it, and person by person. */
enum tg_err tg_admin_list_dry_run(const struct tg_admin *a, const struct tg_import_ask *ask,
                                  const struct tg_policy *p, bool csv) TG_MUST;

/* ---- admin_staff_sight.c: what a hat opens under the policy, for some purpose ---- */
struct tg_sight_of {
    tg_mask fields[TG_C_COUNT]; /* for one of its purposes at least */
    uint32_t purposes;          /* bit i: tg_policy_purpose_at(p, i) */
    bool known;                 /* the policy has the role */
    enum tg_duty duty;
};
/* post NULL: nothing. */
struct tg_sight_of tg_sight_of(const struct tg_policy *p, const struct tg_post *post, tg_day day);

/* ---- admin_staff_report.c ---- */
struct tg_staff_report {
    const struct tg_policy *policy;
    FILE *out;
    bool csv, quiet; /* quiet: only the sums */
    size_t gaining, losing, changing, unchanged, come, gone, idle, unknown_roles;
};
/* Everything that the import of `what` would change; sums behind it unless csv. */
enum tg_err tg_staff_report(struct tg_staff_report *r, const char *what, const struct tg_import *im) TG_MUST;

/* ---- admin_staff_text.c, admin_staff_csv.c ---- */
void tg_staff_text_person(const struct tg_staff_report *r, const struct tg_person_shift *p);
void tg_staff_text_sums(const struct tg_staff_report *r);
void tg_staff_csv_head(FILE *out, const char *what);
void tg_staff_csv_person(const struct tg_staff_report *r, const struct tg_person_shift *p);
void tg_staff_csv_cells(FILE *out, const char *const *cell, size_t n);

#endif
