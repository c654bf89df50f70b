/* tegata-admin: one function per command; each prints its own report and gives the exit code (0 done, 1 no, 2
 * usage). */
#ifndef TG_ADMIN_H
#define TG_ADMIN_H

#include "server/settings.h"

enum { TG_ADMIN_DONE = 0, TG_ADMIN_NO = 1, TG_ADMIN_USAGE = 2 };

struct tg_admin {
    const char *config; /* path of the settings file */
    struct tg_settings settings;
    int argc; /* the words behind the command */
    char **argv;
};

int tg_admin_init(struct tg_admin *a);   /* before there are settings */
int tg_admin_import(struct tg_admin *a); /* staff|cards|companies|consents|customers FILE [--order ORDER] | …
                                            --dry-run [--csv] */
int tg_admin_synth(struct tg_admin *a);  /* customers N --seed S [--out FILE.csv] */
int tg_admin_policy_check(struct tg_admin *a);    /* [FILE] */
int tg_admin_policy_activate(struct tg_admin *a); /* FILE --approval A --approval B */
int tg_admin_policy_list(struct tg_admin *a);
int tg_admin_policy_show(struct tg_admin *a);    /* [DIGEST] */
int tg_admin_policy_matrix(struct tg_admin *a);  /* [--csv] [FILE] */
int tg_admin_policy_what_if(struct tg_admin *a); /* NEW.policy [--days N] [--csv] */
int tg_admin_policy_proof(struct tg_admin *a);   /* [--days N] [--out FILE] */
int tg_admin_audit_verify(struct tg_admin *a);
int tg_admin_audit_ids(struct tg_admin *a);
int tg_admin_audit_tail(struct tg_admin *a);   /* [N] */
int tg_admin_audit_replay(struct tg_admin *a); /* [--days N] */
int tg_admin_audit_find(struct tg_admin *a);   /* [--record ID] [--person ID] [--limit N] */
int tg_admin_grants_list(struct tg_admin *a);
int tg_admin_grants_leftovers(struct tg_admin *a);
int tg_admin_canary(struct tg_admin *a);        /* [--json]; before there are settings; exit codes of its own */
int tg_admin_canary_decoys(struct tg_admin *a); /* CUSTOMERS.csv [N] */

/* "tegata-admin: what: sentence" on stderr; TG_ADMIN_NO. */
int tg_admin_fail(const char *what, const char *why);

#endif
