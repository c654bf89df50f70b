/* The thread that keeps the index behind the journal. */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include "server/audit/index.h"

#define PERIOD_US 1000000
/* Records in one go. While others are being written it is one go a period, so that under load the index costs
 * answers a twentieth of a core and catches up afterwards; and a server with a long journal to take in still
 * ends within a moment of being asked.
 */
#define SLICE 5000u
#define NICENESS 19

struct tg_indexer {
    const struct tg_audit *audit;
    char *folder;
    struct tg_index *index;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
    uint64_t durable; /* when it last looked */
    _Atomic int state;
};

/* Waits so long at most; true when it is time to stop. */
static bool rest(struct tg_indexer *i, tg_usec most)
{
    tg_usec until = tg_mono_us() + most;
    struct timespec at = {.tv_sec = until / 1000000, .tv_nsec = until % 1000000 * 1000};
    bool stop;

    (void)pthread_mutex_lock(&i->lock);
    while (!i->stop && tg_mono_us() < until)
        (void)pthread_cond_timedwait(&i->wake, &i->lock, &at);
    stop = i->stop;
    (void)pthread_mutex_unlock(&i->lock);
    return stop;
}

/* Takes in a slice; how long to wait before the next one. */
static tg_usec take_slice(struct tg_indexer *i)
{
    uint64_t seq = tg_index_seq(i->index), durable = tg_audit_durable(i->audit);
    bool quiet = durable == i->durable;
    struct tg_fault fault;
    enum tg_err err;

    i->durable = durable;
    if (durable <= seq)
        return PERIOD_US;
    err = tg_index_catch_up(i->index, i->folder, durable - seq > SLICE ? seq + SLICE : durable, &fault);
    atomic_store(&i->state, (int)err);
    return err == TG_OK && quiet ? 0 : PERIOD_US;
}

static void *indexer_run(void *ctx)
{
    struct tg_indexer *i = ctx;
    tg_usec wait = PERIOD_US;
    bool stop;

    /* On Linux this is the thread's own niceness. Looking up what somebody saw can wait; answers cannot. */
    (void)setpriority(PRIO_PROCESS, 0, NICENESS);
    do {
        stop = rest(i, wait);
        wait = take_slice(i);
    } while (!stop);
    return NULL;
}

static void release(struct tg_indexer *i)
{
    tg_index_close(&i->index);
    (void)pthread_cond_destroy(&i->wake);
    (void)pthread_mutex_destroy(&i->lock);
    free(i->folder);
    free(i);
}

static void init(struct tg_indexer *i, const struct tg_audit *a, const char *folder)
{
    pthread_condattr_t attr;

    i->audit = a;
    i->folder = strdup(folder);
    (void)pthread_mutex_init(&i->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&i->wake, &attr);
    (void)pthread_condattr_destroy(&attr);
}

enum tg_err tg_indexer_start(const struct tg_audit *a, const char *folder, const char *path,
                             struct tg_indexer **ret)
{
    struct tg_indexer *i = calloc(1, sizeof *i);
    enum tg_err err = TG_E_NOMEM;

    if (i == NULL)
        return TG_E_NOMEM;
    init(i, a, folder);
    if (i->folder != NULL)
        err = tg_index_open(path, &i->index);
    if (err == TG_OK && pthread_create(&i->thread, NULL, indexer_run, i) != 0)
        err = TG_E_NOMEM;
    if (err != TG_OK) {
        release(i);
        return err;
    }
    *ret = i;
    return TG_OK;
}

void tg_indexer_stop(struct tg_indexer **i)
{
    if (*i == NULL)
        return;
    (void)pthread_mutex_lock(&(*i)->lock);
    (*i)->stop = true;
    (void)pthread_cond_signal(&(*i)->wake);
    (void)pthread_mutex_unlock(&(*i)->lock);
    (void)pthread_join((*i)->thread, NULL);
    release(*i);
    *i = NULL;
}

enum tg_err tg_indexer_state(const struct tg_indexer *i)
{
    return (enum tg_err)atomic_load(&i->state);
}
