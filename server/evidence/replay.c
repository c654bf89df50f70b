#include "server/evidence/replay.h"

#include <inttypes.h>
#include <stdarg.h>

static bool differs(char what[TG_REPLAY_WHAT], const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool differs(char what[TG_REPLAY_WHAT], const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(what, TG_REPLAY_WHAT, fmt, args);
    va_end(args);
    return false;
}

static const char *outcome(enum tg_err e)
{
    return e == TG_OK ? "allow" : tg_err_code(e);
}

static bool same_rules(const struct tg_past *past, const struct tg_verdict *v, char *what)
{
    for (size_t i = 0; i < past->n_rules || i < v->n; i++) {
        const char *then = i < past->n_rules ? past->rules[i] : "-";
        const char *now = i < v->n ? v->clause[i].rule : "-";

        if (strcmp(then, now) != 0)
            return differs(what, "規則 %zu: 記録 %s、今 %s / rule %zu: then %s, now %s", i + 1, then, now,
                           i + 1, then, now);
    }
    return true;
}

static size_t clause_of(const struct tg_verdict *v, enum tg_class class)
{
    size_t i = 0;

    while (i < v->n && v->clause[i].class != class)
        i++;
    return i;
}

static bool same_row(const struct tg_past_row *row, const struct tg_verdict *v, char *what)
{
    const char *class = tg_class_name(row->class);
    size_t i = clause_of(v, row->class);

    if (i == v->n)
        return differs(what, "区分 %s は今は見えない / class %s is not shown now", class, class);
    if (row->hidden != v->hidden[i])
        return differs(what,
                       "%s の非表示: 記録 %" PRIx64 "、今 %" PRIx64 " / hidden of %s: then %" PRIx64
                       ", now %" PRIx64,
                       class, row->hidden, v->hidden[i], class, row->hidden, v->hidden[i]);
    if ((row->clear & ~v->clause[i].fields) != 0)
        return differs(what,
                       "%s の表示: 記録 %" PRIx64 "、今許すのは %" PRIx64 " / shown of %s: then %" PRIx64
                       ", now allowed %" PRIx64,
                       class, row->clear, v->clause[i].fields, class, row->clear, v->clause[i].fields);
    return true;
}

/* A consent that was written down as the basis must still be one. */
static bool same_basis(const struct tg_past *past, const struct tg_verdict *v, char *what)
{
    if (past->basis[0] == '\0')
        return true;
    for (size_t i = 0; i < v->n; i++) {
        if (v->clause[i].basis != NULL)
            return true;
    }
    return differs(what, "同意 %s は今は何も開かない / consent %s opens nothing now", past->basis,
                   past->basis);
}

bool tg_replay_same(const struct tg_past *past, const struct tg_policy *policy, char what[TG_REPLAY_WHAT])
{
    struct tg_verdict v;
    enum tg_err then = past->settled == TG_SETTLED_ALLOWED ? TG_OK : past->problem;
    enum tg_err now = tg_policy_verdict(policy, &past->inputs, &v);

    what[0] = '\0';
    if (then != now)
        return differs(what, "判定: 記録 %s、今 %s / decision: then %s, now %s", outcome(then), outcome(now),
                       outcome(then), outcome(now));
    if (!same_rules(past, &v, what) || !same_basis(past, &v, what))
        return false;
    for (size_t i = 0; i < past->n_rows; i++) {
        if (!same_row(&past->rows[i], &v, what))
            return false;
    }
    return true;
}
