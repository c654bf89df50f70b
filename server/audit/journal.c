/* The journal as others see it. */
#include "certs/base/limits.h"
#include "server/audit/inner.h"

static enum tg_err start(struct tg_audit *a, const struct tg_audit_conf *conf)
{
    enum tg_err err = tg_queue_init(&a->queue);

    if (err != TG_OK)
        return err;
    a->now = conf->now != NULL ? conf->now : tg_now_us;
    a->alarm = conf->alarm;
    a->alarm_ctx = conf->alarm_ctx;
    atomic_store(&a->durable, a->log.durable);
    return pthread_create(&a->thread, NULL, tg_committer_run, a) == 0 ? TG_OK : TG_E_NOMEM;
}

/* The signer's key id must outlive the call. */
static enum tg_err keep_key_id(struct tg_audit *a, const char *key_id)
{
    if (key_id == NULL)
        return TG_OK;
    a->key_id = strdup(key_id);
    a->log.signer.key_id = a->key_id;
    return a->key_id == NULL ? TG_E_NOMEM : TG_OK;
}

static void release(struct tg_audit *a)
{
    tg_queue_done(&a->queue);
    tg_log_close(&a->log);
    free(a->key_id);
    free(a);
}

enum tg_err tg_audit_open(const struct tg_audit_conf *conf, struct tg_audit **ret, char *why, size_t size)
{
    struct tg_audit *a = calloc(1, sizeof *a);
    struct tg_fault fault = {0};
    enum tg_err err;

    if (a == NULL)
        return TG_E_NOMEM;
    err = tg_log_open(&a->log, conf, &fault);
    if (err == TG_OK)
        err = keep_key_id(a, conf->key_id);
    if (err == TG_OK)
        err = start(a, conf);
    if (err == TG_OK) {
        *ret = a;
        return TG_OK;
    }
    if (fault.what[0] == '\0')
        (void)snprintf(fault.what, sizeof fault.what, "%s", tg_err_en(err));
    tg_fault_text(&fault, why, size);
    release(a);
    return err;
}

void tg_audit_close(struct tg_audit **a)
{
    if (*a == NULL)
        return;
    tg_queue_stop(&(*a)->queue);
    (void)pthread_join((*a)->thread, NULL);
    release(*a);
    *a = NULL;
}

enum tg_err tg_audit_state(const struct tg_audit *a)
{
    return (enum tg_err)atomic_load(&a->state);
}

uint64_t tg_audit_durable(const struct tg_audit *a)
{
    return atomic_load(&a->durable);
}
