/* Orders: an import stands on the signature of the person whose duty it is, over the very bytes that come in.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "server/acts/before.h"
#include "server/admin_acts.h"
#include "server/audit/report.h"

#define PART 65536u

struct tg_order {
    const struct tg_admin *a;
    struct tg_bench bench;
    struct tg_act act;
    const char *file; /* borrowed, or copy */
    char *copy;       /* a private one, removed at the end; NULL: none */
};

const char *tg_order_file(const struct tg_order *o)
{
    return o->file;
}

static bool copy_bytes(int from, int to)
{
    uint8_t *part = malloc(PART);
    ssize_t n = part != NULL ? 1 : -1;

    while (n > 0 && (n = read(from, part, PART)) > 0) {
        for (ssize_t at = 0, put; at < n; at += put) {
            if ((put = write(to, part + at, (size_t)(n - at))) <= 0) {
                n = -1;
                break;
            }
        }
    }
    free(part);
    return n == 0;
}

/* Nobody can change between the check and the import what nobody else has. */
static enum tg_err copy_make(struct tg_order *o, const char *file)
{
    int from = open(file, O_RDONLY | O_CLOEXEC), to = -1;
    enum tg_err e = from >= 0 ? TG_OK : errno == ENOENT ? TG_E_NOT_FOUND : TG_E_IO;

    if (e == TG_OK && (o->copy = tg_path_join(o->bench.conf.folder, "incoming.XXXXXX")) == NULL) {
        e = TG_E_NOMEM;
    }
    if (e == TG_OK && ((to = mkostemp(o->copy, O_CLOEXEC)) < 0 || !copy_bytes(from, to))) {
        e = TG_E_IO;
    }
    if (from >= 0) {
        (void)close(from);
    }
    if (to >= 0 && close(to) != 0) {
        e = TG_E_IO;
    }
    o->file = o->copy;
    return e;
}

static void order_free(struct tg_order **o)
{
    if ((*o)->copy != NULL) {
        (void)unlink((*o)->copy);
        free((*o)->copy);
    }
    tg_bench_close(&(*o)->bench);
    free(*o);
    *o = NULL;
}

bool tg_order_served(const struct tg_admin *a)
{
    struct tg_fault fault;
    uint64_t segments = 0;

    return tg_walk_count(a->settings.audit, &segments, &fault) != TG_E_NOT_FOUND;
}

/* The first of its kind, before anybody could have ordered it: the server asks the same. */
static bool at_set_up(const struct tg_order *o)
{
    const struct tg_acts *acts = o->bench.acts;
    size_t n = tg_acts_count(acts);
    bool people = tg_acts_last(acts, TG_ACT_CARDS, "staff", n) != NULL &&
                  tg_acts_last(acts, TG_ACT_CARDS, "cards", n) != NULL;

    return tg_acts_last(acts, o->act.kind, o->act.what, n) == NULL && (!tg_order_served(o->a) || !people);
}

/* Which basis there is; whether it carries the act is checked afterwards. */
static enum tg_act_basis basis_of(const struct tg_order *o, const char *order_path)
{
    if (order_path != NULL) {
        return TG_BASIS_APPROVALS;
    }
    if (at_set_up(o)) {
        return TG_BASIS_SET_UP;
    }
    return o->a->settings.orders ? TG_BASIS_APPROVALS : TG_BASIS_OFF;
}

static int refuse(struct tg_order *o, enum tg_err e, const char *why)
{
    (void)tg_bench_add(&o->bench, &o->act, e); /* said below in any case */
    return tg_admin_fail("order", why);
}

static int order_check(struct tg_order *o)
{
    struct tg_approval by[TG_APPROVALS];
    char why[1024] = "";
    enum tg_err e;

    if (o->act.basis != TG_BASIS_APPROVALS) {
        return TG_ADMIN_DONE;
    }
    if ((e = tg_bench_check(&o->bench, &o->act, by, why, sizeof why)) == TG_OK) {
        return TG_ADMIN_DONE;
    }
    if (e == TG_E_ORDER_MISSING) {
        (void)snprintf(why, sizeof why, "%s: tegata-cli approve --act %s FILE, then --order", tg_err_en(e),
                       tg_act_name(o->act.kind));
    }
    return refuse(o, e, why);
}

static int order_open(struct tg_order *o, const char *file, const char *order_path)
{
    enum tg_err e = TG_OK;
    int code = tg_bench_open(o->a, TG_LEDGER_WRITE, &o->bench);

    if (code != TG_ADMIN_DONE) {
        return code;
    }
    o->file = file;
    o->act.basis = basis_of(o, order_path);
    if (order_path != NULL) {
        e = copy_make(o, file);
    }
    if (e != TG_OK || (e = tg_sha256_file(o->file, o->act.digest)) != TG_OK) {
        return tg_admin_fail(file, tg_err_en(e));
    }
    if (order_path != NULL && ((code = tg_bench_people(o->a, &o->bench)) != TG_ADMIN_DONE ||
                               (code = tg_bench_approval(&o->bench, order_path, &o->act)) != TG_ADMIN_DONE)) {
        return code;
    }
    if ((code = order_check(o)) == TG_ADMIN_DONE && o->act.kind == TG_ACT_CARDS) {
        e = tg_before_keep(&o->bench.conf, o->a->settings.staff, (int64_t)tg_acts_count(o->bench.acts) + 1);
        if (e != TG_OK) {
            code = tg_admin_fail("order: the lists in force cannot be kept", tg_err_en(e));
        }
    }
    return code;
}

int tg_order_begin(const struct tg_admin *a, const char *kind, const char *file, const char *order_path,
                   struct tg_order **ret)
{
    struct tg_order *o = calloc(1, sizeof *o);
    int code;

    if (o == NULL) {
        return tg_admin_fail("order", tg_err_en(TG_E_NOMEM));
    }
    o->a = a;
    o->act.kind = strcmp(kind, "customers") == 0 ? TG_ACT_DATA : TG_ACT_CARDS;
    (void)snprintf(o->act.what, sizeof o->act.what, "%s", kind);
    if ((code = order_open(o, file, order_path)) != TG_ADMIN_DONE) {
        order_free(&o);
        return code;
    }
    *ret = o;
    return TG_ADMIN_DONE;
}

/* The list as it now stands: its hash goes into the act, so that a change by hand is noticed. */
static enum tg_err stored_take(struct tg_order *o)
{
    char name[32];
    char *path;
    enum tg_err e;

    if (o->act.kind != TG_ACT_CARDS) {
        return TG_OK;
    }
    (void)snprintf(name, sizeof name, "%s.csv", o->act.what);
    path = tg_path_join(o->a->settings.staff, name);
    e = path != NULL ? tg_sha256_file(path, o->act.stored) : TG_E_NOMEM;
    free(path);
    return e;
}

int tg_order_end(struct tg_order **o, enum tg_err outcome)
{
    int code = TG_ADMIN_DONE;

    if (outcome == TG_OK) {
        enum tg_err e = stored_take(*o);

        code =
            e == TG_OK ? tg_bench_add(&(*o)->bench, &(*o)->act, TG_OK) : tg_admin_fail("order", tg_err_en(e));
    }
    order_free(o);
    return code;
}
