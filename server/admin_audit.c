#include <inttypes.h>

#include "certs/base/text.h"
#include "certs/seal/verify.h"
#include "server/admin.h"
#include "server/audit/index.h"
#include "server/audit/report.h"

static int broken(enum tg_err e, const struct tg_fault *fault)
{
    char where[512] = "";

    if (e == TG_E_AUDIT_BROKEN) {
        tg_fault_text(fault, where, sizeof where);
    }
    return tg_admin_fail("audit", where[0] != '\0' ? where : tg_err_en(e));
}

int tg_admin_audit_verify(struct tg_admin *a)
{
    struct tg_verified v;
    EVP_PKEY *key = NULL;
    enum tg_err e;

    if (a->argc != 0) {
        return TG_ADMIN_USAGE;
    }
    /* Our own key, not the one that lies in the folder: whoever can write there could have changed both. */
    if (tg_key_load(a->settings.audit_key, &key) != TG_OK) {
        return tg_admin_fail("audit verify", "the audit key cannot be read");
    }
    e = tg_verify_folder(a->settings.audit, key, &v);
    EVP_PKEY_free(key);
    if (e != TG_OK) {
        return broken(e, &v.fault);
    }
    (void)printf("ok: %" PRIu64 " records in %" PRIu64 " segments, %" PRIu64 " checkpoints\n", v.records,
                 v.segments, v.checkpoints);
    return TG_ADMIN_DONE;
}

static bool print_id(void *ctx, const char *id, uint64_t seq)
{
    (void)ctx;
    (void)seq;
    return puts(id) != EOF;
}

int tg_admin_audit_ids(struct tg_admin *a)
{
    struct tg_fault fault = {0};
    enum tg_err e;

    if (a->argc != 0) {
        return TG_ADMIN_USAGE;
    }
    e = tg_audit_ids(a->settings.audit, print_id, NULL, &fault);
    return e == TG_OK ? TG_ADMIN_DONE : broken(e, &fault);
}

static bool print_record(void *ctx, const struct tg_frame *frame)
{
    (void)ctx;
    (void)printf("%" PRIu64 " %.*s\n", frame->seq, (int)frame->payload.n, (const char *)frame->payload.p);
    return true;
}

int tg_admin_audit_tail(struct tg_admin *a)
{
    struct tg_fault fault = {0};
    uint64_t n = 20;
    enum tg_err e;

    if (a->argc > 1 || (a->argc == 1 && tg_u64_parse(tg_span_str(a->argv[0]), 1000000, &n) != TG_OK)) {
        return TG_ADMIN_USAGE;
    }
    e = tg_audit_tail(a->settings.audit, n, print_record, NULL, &fault);
    return e == TG_OK ? TG_ADMIN_DONE : broken(e, &fault);
}

static bool print_found(void *ctx, const struct tg_found *f)
{
    char time[28];

    (void)ctx;
    tg_time_text(f->time, time);
    (void)printf("%" PRIu64 " %s %s %s %s %s %s %s\n", f->seq, time, f->kind, f->person, f->company,
                 f->office, f->purpose, f->problem[0] != '\0' ? f->problem : "allow");
    return true;
}

static bool find_read(const struct tg_admin *a, struct tg_find *what)
{
    if (a->argc % 2 != 0) {
        return false;
    }
    for (int i = 0; i < a->argc; i += 2) {
        if (strcmp(a->argv[i], "--record") == 0) {
            what->record = a->argv[i + 1];
        } else if (strcmp(a->argv[i], "--person") == 0) {
            what->person = a->argv[i + 1];
        } else if (strcmp(a->argv[i], "--limit") != 0 ||
                   tg_u64_parse(tg_span_str(a->argv[i + 1]), 1000000, &what->limit) != TG_OK) {
            return false;
        }
    }
    return true;
}

int tg_admin_audit_find(struct tg_admin *a)
{
    struct tg_find what = {.limit = 100};
    struct tg_fault fault = {0};
    struct tg_index *index = NULL;
    char *path;
    enum tg_err e;

    if (!find_read(a, &what)) {
        return TG_ADMIN_USAGE;
    }
    if ((path = tg_path_join(a->settings.audit, "index.db")) == NULL) {
        return broken(TG_E_NOMEM, &fault);
    }
    if ((e = tg_index_open(path, &index)) == TG_OK &&
        (e = tg_index_catch_up(index, a->settings.audit, UINT64_MAX, &fault)) == TG_OK) {
        e = tg_index_find(index, &what, print_found, NULL);
    }
    tg_index_close(&index);
    free(path);
    return e == TG_OK ? TG_ADMIN_DONE : broken(e, &fault);
}
