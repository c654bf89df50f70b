#include "server/fresh.h"

#include <pthread.h>
#include <sys/stat.h>

#include "server/clash.h"
#include "server/lookout.h"

#define WHY 1024

struct tg_fresh {
    struct tg_app *app;
    struct tg_lookout *lookout;
    pthread_mutex_t reading; /* one reading at a time, so that what was read last is what is in force */
    char *ledger;            /* of the acts */
    struct stat seen;        /* of it, when it was read last */
};

static const char *const staff_files[] = {"companies.csv", "staff.csv", "cards.csv", "consents.csv", NULL};
static const char *const trust_files[] = {"anchors.pem", "intermediates.pem", "crl.pem", NULL};

static void say(const char *what, enum tg_err e, const char *why)
{
    if (e == TG_OK) {
        (void)fprintf(stderr, "tegata-server: %s re-read\n", what);
    } else {
        (void)fprintf(stderr, "tegata-server: %s not taken, the old ones stay in force: %s\n", what,
                      why[0] != '\0' ? why : tg_err_en(e));
    }
}

static enum tg_err read_staff(struct tg_fresh *f, char *why, size_t size)
{
    struct tg_staff_book *book = NULL;

    (void)pthread_mutex_lock(&f->reading);
    enum tg_err e = tg_book_load(f->app->settings.staff, &book, why, size);
    if (e == TG_OK && (e = tg_policy_hats_check(f->app->policy, book, why, size)) == TG_OK &&
        (e = tg_app_acts_lists(&f->app->acts, f->app->settings.staff, NULL, why, size)) == TG_OK) {
        tg_admit_set_book(f->app->admit, book);
    } else {
        tg_book_unref(&book);
    }
    if (e == TG_E_ORDER_MISSING) {
        tg_app_acts_refused(&f->app->acts, e, why);
    }
    (void)pthread_mutex_unlock(&f->reading);
    return e;
}

static enum tg_err read_trust(struct tg_fresh *f, char *why, size_t size)
{
    struct tg_trust *trust = NULL;

    (void)pthread_mutex_lock(&f->reading);
    enum tg_err e = tg_trust_load(f->app->settings.card_trust, &trust, why, size);
    if (e == TG_OK && (e = tg_app_acts_anchors(&f->app->acts, f->app->settings.card_trust)) == TG_OK) {
        tg_admit_set_trust(f->app->admit, trust);
    } else {
        tg_trust_free(&trust);
    }
    (void)pthread_mutex_unlock(&f->reading);
    return e;
}

/* A ledger is whole at any moment, so nobody waits for it to come to rest: who reads the journal all day
 * would hold up everybody's acts.
 */
static void acts_follow(struct tg_fresh *f)
{
    struct stat now = {0};
    char why[WHY] = "";

    if (stat(f->ledger, &now) != 0) {
        memset(&now, 0, sizeof now);
    }
    if (now.st_ino == f->seen.st_ino && now.st_size == f->seen.st_size &&
        memcmp(&now.st_mtim, &f->seen.st_mtim, sizeof now.st_mtim) == 0) {
        return;
    }
    f->seen = now;
    (void)pthread_mutex_lock(&f->reading);
    int64_t before = f->app->acts.line;
    enum tg_err e = tg_app_acts_grown(f->app, why, sizeof why);
    bool more = f->app->acts.line > before;
    (void)pthread_mutex_unlock(&f->reading);
    if (e != TG_OK || more) {
        say("acts of administration", e, why);
    }
}

static void staff_changed(void *ctx)
{
    char why[WHY] = "";
    enum tg_err e = read_staff(ctx, why, sizeof why);

    say("people and cards", e, why);
}

static void trust_changed(void *ctx)
{
    char why[WHY] = "";
    enum tg_err e = read_trust(ctx, why, sizeof why);

    say("card trust and revocation lists", e, why);
}

static void review(void *ctx)
{
    struct tg_fresh *f = ctx;
    size_t ended = tg_admit_review(f->app->admit, tg_now());

    acts_follow(f);
    (void)pthread_mutex_lock(&f->reading);
    tg_app_acts_look(&f->app->acts);
    (void)pthread_mutex_unlock(&f->reading);

    if (ended > 0) {
        (void)fprintf(stderr,
                      "tegata-server: %zu open session(s) ended: their posts, cards or lists have changed\n",
                      ended);
    }
}

static enum tg_err lookout_make(struct tg_fresh *f)
{
    const struct tg_settings *s = &f->app->settings;
    struct tg_lookout_conf conf = {
        .sight = {{.path = s->staff, .names = staff_files, .changed = staff_changed, .ctx = f},
                  {.path = s->card_trust, .names = trust_files, .changed = trust_changed, .ctx = f}},
        .n = 2,
        .look = review,
        .ctx = f};

    return tg_lookout_new(&conf, &f->lookout);
}

/* What changed between the opening of the app and the making of the lookout is read now. */
static enum tg_err catch_up(struct tg_fresh *f)
{
    char why[WHY] = "";
    enum tg_err e = read_staff(f, why, sizeof why);

    if (e == TG_OK) {
        e = read_trust(f, why, sizeof why);
    }
    if (e != TG_OK) {
        say("people, cards or lists", e, why);
    }
    return tg_lookout_start(f->lookout);
}

enum tg_err tg_fresh_start(struct tg_app *app, struct tg_fresh **ret)
{
    struct tg_fresh *f = calloc(1, sizeof *f);
    enum tg_err e;

    if (f == NULL) {
        return TG_E_NOMEM;
    }
    if (pthread_mutex_init(&f->reading, NULL) != 0) {
        free(f);
        return TG_E_NOMEM;
    }
    f->app = app;
    if ((f->ledger = tg_path_join(app->settings.acts, "log")) == NULL) {
        tg_fresh_stop(&f);
        return TG_E_NOMEM;
    }
    if ((e = lookout_make(f)) != TG_OK || (e = catch_up(f)) != TG_OK) {
        tg_fresh_stop(&f);
        return e;
    }
    *ret = f;
    return TG_OK;
}

void tg_fresh_stop(struct tg_fresh **f)
{
    if (*f != NULL) {
        tg_lookout_free(&(*f)->lookout);
        (void)pthread_mutex_destroy(&(*f)->reading);
        free((*f)->ledger);
        free(*f);
        *f = NULL;
    }
}

enum tg_err tg_fresh_reload(struct tg_fresh *f, char *why, size_t size)
{
    (void)pthread_mutex_lock(&f->reading);
    enum tg_err e = tg_app_reload(f->app, why, size);
    (void)pthread_mutex_unlock(&f->reading);
    return e;
}
