/* grants list, grants leftovers: the grants as the journal has them, made again from it as a starting server does
 * (desk/fold.h), with every approval verified again. Nothing is asked of a running server, and nothing is
 * believed but the journal, the card authorities and the lists of people.
 */
#include "certs/base/text.h"
#include "certs/seal/verify.h"
#include "server/admin_acts.h"
#include "server/audit/report.h"
#include "server/desk/fold.h"

struct look {
    struct tg_bench bench;
    struct tg_fold fold;
    enum tg_err err; /* of the fold */
    uint64_t seq;
};

static void loud(void *ctx, const char *what)
{
    (void)ctx;
    (void)printf("refused: %s\n", what);
}

static bool each(void *ctx, const struct tg_frame *frame)
{
    struct look *l = ctx;

    l->seq = frame->seq;
    l->err = tg_fold_take(&l->fold, frame);
    return l->err == TG_OK;
}

static int walk(const struct tg_admin *a, struct look *l)
{
    struct tg_fault fault = {0};
    char why[512] = "";
    enum tg_err e = tg_audit_walk(a->settings.audit, 0, each, l, &fault);

    if (e == TG_E_AUDIT_BROKEN) {
        tg_fault_text(&fault, why, sizeof why);
    } else if (e == TG_OK && (e = l->err) != TG_OK) {
        (void)snprintf(why, sizeof why, "record %llu: %s", (unsigned long long)l->seq, tg_err_en(e));
    }
    return e == TG_OK ? TG_ADMIN_DONE : tg_admin_fail("grants", why[0] != '\0' ? why : tg_err_en(e));
}

static void look_close(struct look *l)
{
    tg_grants_free(&l->fold.grants);
    tg_bench_close(&l->bench);
}

/* TG_ADMIN_DONE: folded, and to be closed. */
static int look_open(const struct tg_admin *a, struct look *l)
{
    int code = tg_bench_open(a, TG_LEDGER_READ, &l->bench);

    if (code == TG_ADMIN_DONE) {
        code = tg_bench_people(a, &l->bench);
    }
    if (code == TG_ADMIN_DONE && tg_grants_new(&l->fold.grants) != TG_OK) {
        code = tg_admin_fail("grants", tg_err_en(TG_E_NOMEM));
    }
    if (code == TG_ADMIN_DONE) {
        l->fold.world = (struct tg_grant_world){.book = l->bench.book,
                                                .trust = l->bench.trust,
                                                .policy = l->bench.policy,
                                                .audience = a->settings.issuer,
                                                .past = true};
        l->fold.loud = loud;
        code = walk(a, l);
    }
    if (code != TG_ADMIN_DONE) {
        look_close(l);
    }
    return code;
}

static const char *or_dash(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : "-";
}

static void print_time(const char *name, tg_sec at)
{
    char text[28];

    if (at > 0) {
        tg_time_text(at * 1000000, text);
        (void)printf(" %s %s", name, text);
    }
}

static void print_event(const struct tg_event *e, tg_sec now)
{
    (void)printf("%s %s %s %s mode %s ended-by %s areas %s", e->id, tg_event_kind_name(e->kind), e->cause,
                 tg_event_state_name(tg_event_state(e, now)), or_dash(tg_event_mode_name(e->mode)),
                 or_dash(tg_ended_by_name(tg_event_ended_by(e, now))), e->areas);
    print_time("from", e->from);
    print_time("until", e->until);
    (void)printf(" declared-by %s", e->declared.person);
    for (size_t i = 0; i < e->first.n; i++) {
        (void)printf(" approved-by %s", e->first.by[i].person);
    }
    (void)printf(" people %zu views %zu open %zu%s%s%s\n", e->roster.n, e->views, e->open,
                 e->break_glass ? " break-glass" : "", e->one_approver ? " one-approver" : "",
                 e->unconfirmed ? " UNCONFIRMED" : "");
}

int tg_admin_grants_list(struct tg_admin *a)
{
    struct look l = {.err = TG_OK};
    int code;

    if (a->argc != 0) {
        return TG_ADMIN_USAGE;
    }
    if ((code = look_open(a, &l)) != TG_ADMIN_DONE) {
        return code;
    }
    tg_sec now = tg_grants_hold(l.fold.grants, tg_now());
    for (size_t i = 0; i < tg_grants_events(l.fold.grants); i++) {
        print_event(tg_grants_event(l.fold.grants, i), now);
    }
    for (size_t i = 0; i < tg_grants_rosters(l.fold.grants); i++) {
        const struct tg_roster *r = tg_grants_roster(l.fold.grants, i);

        (void)printf("%s roster %s %s areas %s people %zu", r->id, r->name,
                     tg_roster_state_name(tg_roster_state(r, now)), r->areas, r->people.n);
        print_time("until", r->plea.end);
        (void)putchar('\n');
    }
    tg_grants_release(l.fold.grants);
    look_close(&l);
    return TG_ADMIN_DONE;
}

static void print_debt(void *ctx, const char *company, const char *office, const struct tg_event *e,
                       size_t views)
{
    (void)ctx;
    (void)printf("not reviewed: %s %s, %s: %zu\n", company, office, e->id, views);
}

/* Which events they are of. */
static void print_odd(const struct tg_grants *g)
{
    for (size_t i = 0; i < tg_grants_events(g); i++) {
        const struct tg_event *e = tg_grants_event(g, i);

        if (e->late > 0) {
            (void)printf("views outside its time: %s: %zu\n", e->id, e->late);
        }
        if (e->unconfirmed) {
            (void)printf("not confirmed: %s\n", e->id);
        }
    }
}

int tg_admin_grants_leftovers(struct tg_admin *a)
{
    struct look l = {.err = TG_OK};
    int code;

    if (a->argc != 0) {
        return TG_ADMIN_USAGE;
    }
    if ((code = look_open(a, &l)) != TG_ADMIN_DONE) {
        return code;
    }
    struct tg_leftovers left = tg_grants_leftovers(l.fold.grants, tg_now());
    tg_sec now = tg_grants_hold(l.fold.grants, tg_now());
    print_odd(l.fold.grants);
    tg_grants_debts(l.fold.grants, now, print_debt, NULL);
    tg_grants_release(l.fold.grants);
    size_t sum = left.late + left.groundless + left.overdue + left.unreviewed + left.unconfirmed + l.fold.refused;
    (void)printf("leftovers: %zu (views outside the time of their event %zu, live without approvals %zu, live behind "
                 "their end %zu, not reviewed %zu, not confirmed %zu, steps not accepted %zu); %zu steps, %zu views\n",
                 sum, left.late, left.groundless, left.overdue, left.unreviewed, left.unconfirmed, l.fold.refused,
                 l.fold.steps, l.fold.views);
    look_close(&l);
    return sum == 0 ? TG_ADMIN_DONE : TG_ADMIN_NO;
}
