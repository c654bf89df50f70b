/* policy activate, list, show: the life of a policy. */
#include <inttypes.h>

#include "server/admin_acts.h"
#include "server/clash.h"
#include "server/default_policy.h"
#include "server/policy_file.h"

#define WHY 1024

struct wish {
    const char *file, *approval[TG_APPROVALS];
    size_t n;
    struct tg_buf text;
    struct tg_policy *next;
    struct tg_approval by[TG_APPROVALS]; /* who signed, once that is known */
    char why[WHY];                       /* why not */
};

/* FILE --approval A --approval B, in any order. */
static bool wish_read(const struct tg_admin *a, struct wish *w)
{
    for (int i = 0; i < a->argc; i++) {
        if (strcmp(a->argv[i], "--approval") == 0) {
            if (++i == a->argc || w->n == TG_APPROVALS) {
                return false;
            }
            w->approval[w->n++] = a->argv[i];
        } else if (w->file == NULL && strncmp(a->argv[i], "--", 2) != 0) {
            w->file = a->argv[i];
        } else {
            return false;
        }
    }
    return w->file != NULL;
}

/* The very bytes that are hashed are compiled and kept. */
static enum tg_err wish_compile(struct wish *w, struct tg_act *act)
{
    struct tg_policy_fault fault = {.line = 0};
    enum tg_err e = tg_file_read(w->file, &w->text);

    if (e != TG_OK || (e = tg_sha256_hex(tg_span_buf(&w->text), act->digest)) != TG_OK) {
        (void)snprintf(w->why, sizeof w->why, "%s: %s", w->file, tg_err_en(e));
        return e;
    }
    if ((e = tg_policy_compile(tg_span_buf(&w->text), &w->next, &fault)) != TG_OK) {
        (void)snprintf(w->why, sizeof w->why, "%s:%u:%u: %s", w->file, fault.line, fault.column, fault.what);
    }
    return e;
}

static enum tg_err judge(const struct tg_bench *b, struct wish *w, const struct tg_act *act)
{
    enum tg_err e;

    if (strcmp(act->digest, act->prior) == 0) {
        (void)snprintf(w->why, sizeof w->why, "this policy is in force already");
        return TG_E_APPROVAL_ORDER;
    }
    /* what the server would not live by is not activated: people whose posts clash under it */
    if ((e = tg_policy_hats_check(w->next, b->book, w->why, sizeof w->why)) != TG_OK) {
        return e;
    }
    e = tg_bench_check(b, act, w->by, w->why, sizeof w->why);
    if (e == TG_E_APPROVAL_ORDER) {
        size_t n = strlen(w->why);

        (void)snprintf(w->why + n, sizeof w->why - n,
                       " (tegata-cli approve --act policy --prior %s --seq %" PRId64 " %s)", act->prior,
                       act->number, w->file);
    }
    return e == TG_OK ? tg_act_way_back(w->next, w->by, w->why, sizeof w->why) : e;
}

static int activate(struct tg_bench *b, struct wish *w, struct tg_act *act)
{
    enum tg_err e = wish_compile(w, act);

    if (e == TG_OK) {
        e = judge(b, w, act);
    }
    if (e != TG_OK) {
        if (act->digest[0] != '\0') {
            (void)tg_bench_add(b, act, e); /* said below in any case */
        }
        return tg_admin_fail("policy activate", w->why);
    }
    if ((e = tg_acts_keep(&b->conf, b->conf.builtin)) != TG_OK ||
        (e = tg_acts_keep(&b->conf, tg_span_buf(&w->text))) != TG_OK) {
        return tg_admin_fail("policy activate: the text could not be kept", tg_err_en(e));
    }
    if (tg_bench_add(b, act, TG_OK) != TG_ADMIN_DONE) {
        return TG_ADMIN_NO;
    }
    (void)printf("activated: %" PRId64 " %s by %s and %s\na running server takes it within two seconds\n",
                 act->number, act->digest, w->by[0].person, w->by[1].person);
    return TG_ADMIN_DONE;
}

int tg_admin_policy_activate(struct tg_admin *a)
{
    struct wish w = {.text = TG_BUF_INIT(TG_POLICY_BYTES)};
    struct tg_act act = {.kind = TG_ACT_POLICY, .basis = TG_BASIS_APPROVALS};
    struct tg_bench b;
    int code;

    if (!wish_read(a, &w)) {
        return TG_ADMIN_USAGE;
    }
    if ((code = tg_bench_open(a, TG_LEDGER_WRITE, &b)) == TG_ADMIN_DONE) {
        code = tg_bench_people(a, &b);
    }
    for (size_t i = 0; i < w.n && code == TG_ADMIN_DONE; i++) {
        code = tg_bench_approval(&b, w.approval[i], &act);
    }
    if (code == TG_ADMIN_DONE) {
        int64_t number = 0;

        (void)snprintf(act.prior, sizeof act.prior, "%s", tg_bench_in_force(&b, &number));
        act.number = number + 1;
        code = activate(&b, &w, &act);
    }
    tg_bench_close(&b);
    tg_policy_unref(&w.next);
    tg_buf_done(&w.text);
    return code;
}

static void print_act(const struct tg_act *act, bool in_force)
{
    char time[28];

    tg_time_text((tg_usec)act->time * 1000000, time);
    if (act->outcome == TG_OK) {
        (void)printf("%" PRId64 " %s %s", act->number, time, act->digest);
    } else {
        (void)printf("- %s %s", time, act->digest);
    }
    for (size_t i = 0; i < act->n_approvals; i++) {
        (void)printf(" %s", act->claim[i].person[0] != '\0' ? act->claim[i].person : "?");
    }
    (void)printf("%s%s%s\n", act->outcome != TG_OK ? " refused: " : "",
                 act->outcome != TG_OK ? tg_err_code(act->outcome) : "", in_force ? " (in force)" : "");
}

int tg_admin_policy_list(struct tg_admin *a)
{
    struct tg_bench b;
    int64_t number = 0;
    int code;

    if (a->argc != 0) {
        return TG_ADMIN_USAGE;
    }
    if ((code = tg_bench_open(a, TG_LEDGER_READ, &b)) == TG_ADMIN_DONE) {
        (void)tg_bench_in_force(&b, &number);
        (void)printf("0 built-in %s%s\n", tg_acts_builtin(b.acts), number == 0 ? " (in force)" : "");
        for (size_t i = 0; i < tg_acts_count(b.acts); i++) {
            const struct tg_act *act = tg_acts_at(b.acts, i);

            if (act->kind == TG_ACT_POLICY) {
                print_act(act, act->outcome == TG_OK && act->number == number);
            }
        }
    }
    tg_bench_close(&b);
    return code;
}

int tg_admin_policy_show(struct tg_admin *a)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_bench b;
    int64_t number = 0;
    int code;

    if (a->argc > 1) {
        return TG_ADMIN_USAGE;
    }
    if ((code = tg_bench_open(a, TG_LEDGER_READ, &b)) == TG_ADMIN_DONE) {
        const char *digest = a->argc == 1 ? a->argv[0] : tg_bench_in_force(&b, &number);
        enum tg_err e = tg_acts_text(&b.conf, digest, &text);

        if (e != TG_OK) {
            code = tg_admin_fail("policy show", tg_err_en(e));
        } else if (fwrite(text.p, 1, text.n, stdout) != text.n) {
            code = TG_ADMIN_NO;
        }
    }
    tg_bench_close(&b);
    return code;
}
