#include "server/lookout.h"

#include <dirent.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "certs/base/file.h"

struct seen {
    uint64_t taken; /* what changed() has been told of */
    uint64_t last;  /* at the last look */
};

struct tg_lookout {
    struct tg_lookout_conf conf;
    struct seen seen[TG_SIGHTS];
    pthread_t thread;
    bool started;
    pthread_mutex_t lock; /* stop */
    pthread_cond_t wake;
    bool stop;
};

/* FNV-1a: nobody gains anything by a collision but a look that comes one change later. */
static uint64_t mix(uint64_t h, const void *p, size_t n)
{
    const uint8_t *b = p;

    for (size_t i = 0; i < n; i++) {
        h = (h ^ b[i]) * 1099511628211u;
    }
    return h;
}

static uint64_t stamp_of_stat(const char *name, const struct stat *st)
{
    const uint64_t facts[] = {(uint64_t)st->st_dev,          (uint64_t)st->st_ino,
                              (uint64_t)st->st_size,         (uint64_t)st->st_mtim.tv_sec,
                              (uint64_t)st->st_mtim.tv_nsec, (uint64_t)st->st_ctim.tv_sec,
                              (uint64_t)st->st_ctim.tv_nsec, (uint64_t)st->st_mode};

    return mix(mix(14695981039346656037u, name, strlen(name)), facts, sizeof facts);
}

/* A file that is not there is a state like any other. */
static uint64_t stamp_of_file(const char *folder, const char *name)
{
    char *path = tg_path_join(folder, name);
    struct stat st;
    uint64_t stamp = 0;

    if (path != NULL && stat(path, &st) == 0) {
        stamp = stamp_of_stat(name, &st);
    }
    free(path);
    return stamp;
}

/* The folder's own times tell what comes and goes. The sum does not depend on the order in which it names its
 * files.
 */
static uint64_t stamp_of_folder(const char *path)
{
    DIR *d = opendir(path);
    const struct dirent *e;
    uint64_t sum = stamp_of_file(".", path);

    for (size_t n = 0; d != NULL && n < TG_SIGHT_FILES && (e = readdir(d)) != NULL;) {
        if (e->d_name[0] != '.') {
            sum += stamp_of_file(path, e->d_name);
            n++;
        }
    }
    if (d != NULL) {
        (void)closedir(d);
    }
    return sum;
}

static uint64_t stamp_of(const struct tg_sight *s)
{
    struct stat st;
    uint64_t sum = 0;

    if (s->names == NULL && stat(s->path, &st) == 0 && S_ISDIR(st.st_mode)) {
        return stamp_of_folder(s->path);
    }
    if (s->names == NULL) {
        return stamp_of_file(".", s->path);
    }
    for (size_t i = 0; s->names[i] != NULL; i++) {
        sum += stamp_of_file(s->path, s->names[i]);
    }
    return sum;
}

void tg_lookout_look(struct tg_lookout *l)
{
    for (size_t i = 0; i < l->conf.n; i++) {
        const struct tg_sight *s = &l->conf.sight[i];
        uint64_t now = stamp_of(s);
        bool at_rest = now == l->seen[i].last;

        l->seen[i].last = now;
        if (at_rest && now != l->seen[i].taken) {
            l->seen[i].taken = now; /* taken before it is read: what changes meanwhile is seen next time */
            s->changed(s->ctx);
        }
    }
    if (l->conf.look != NULL) {
        l->conf.look(l->conf.ctx);
    }
}

/* False when it is time to go. */
static bool rest(struct tg_lookout *l)
{
    struct timespec until;
    int e = 0;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)TG_LOOKOUT_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&l->lock);
    while (!l->stop && e == 0) {
        e = pthread_cond_timedwait(&l->wake, &l->lock, &until);
    }
    bool go_on = !l->stop;
    (void)pthread_mutex_unlock(&l->lock);
    return go_on;
}

static void *watch(void *arg)
{
    while (rest(arg)) {
        tg_lookout_look(arg);
    }
    return NULL;
}

static bool make_cond(pthread_cond_t *c)
{
    pthread_condattr_t attr;

    if (pthread_condattr_init(&attr) != 0) {
        return false;
    }
    bool ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 && pthread_cond_init(c, &attr) == 0;
    (void)pthread_condattr_destroy(&attr);
    return ok;
}

enum tg_err tg_lookout_new(const struct tg_lookout_conf *conf, struct tg_lookout **ret)
{
    struct tg_lookout *l;

    if (conf->n > TG_SIGHTS) {
        return TG_E_LIMIT;
    }
    if ((l = calloc(1, sizeof *l)) == NULL) {
        return TG_E_NOMEM;
    }
    if (pthread_mutex_init(&l->lock, NULL) != 0) {
        free(l);
        return TG_E_NOMEM;
    }
    if (!make_cond(&l->wake)) {
        (void)pthread_mutex_destroy(&l->lock);
        free(l);
        return TG_E_NOMEM;
    }
    l->conf = *conf;
    for (size_t i = 0; i < conf->n; i++) {
        l->seen[i].taken = l->seen[i].last = stamp_of(&conf->sight[i]);
    }
    *ret = l;
    return TG_OK;
}

enum tg_err tg_lookout_start(struct tg_lookout *l)
{
    l->started = pthread_create(&l->thread, NULL, watch, l) == 0;
    return l->started ? TG_OK : TG_E_NOMEM;
}

void tg_lookout_free(struct tg_lookout **l)
{
    if (*l == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&(*l)->lock);
    (*l)->stop = true;
    (void)pthread_cond_signal(&(*l)->wake);
    (void)pthread_mutex_unlock(&(*l)->lock);
    if ((*l)->started) {
        (void)pthread_join((*l)->thread, NULL);
    }
    (void)pthread_cond_destroy(&(*l)->wake);
    (void)pthread_mutex_destroy(&(*l)->lock);
    free(*l);
    *l = NULL;
}
