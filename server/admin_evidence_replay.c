/* audit replay: every decision of the journal made again. */
#include <inttypes.h>

#include "server/admin_evidence.h"
#include "server/evidence/replay.h"

/* How many there are of something, and where to look for the first. */
struct count {
    uint64_t n, first;
};

struct unknown {
    char digest[65];
    const char *why;
    struct count count;
};

#define UNKNOWN_POLICIES 16u

struct run {
    struct tg_evidence evidence;
    uint64_t same;
    struct count different, not_asked, gaps[TG_GAP_COUNT], no_policy;
    struct unknown unknown[UNKNOWN_POLICIES]; /* the first ones by name; all of them count */
    size_t n_unknown;
};

static void add(struct count *c, uint64_t seq)
{
    if (c->n++ == 0) {
        c->first = seq;
    }
}

static void note_unknown(struct run *r, const struct tg_past *past, const char *why)
{
    struct unknown *u = r->unknown;

    add(&r->no_policy, past->seq);
    while (u < r->unknown + r->n_unknown && strcmp(u->digest, past->policy) != 0) {
        u++;
    }
    if (u == r->unknown + UNKNOWN_POLICIES) {
        return;
    }
    if (u == r->unknown + r->n_unknown) {
        r->n_unknown++;
        (void)snprintf(u->digest, sizeof u->digest, "%s", past->policy);
        u->why = why;
    }
    add(&u->count, past->seq);
}

static enum tg_err replay_one(void *ctx, const struct tg_past *past)
{
    struct run *r = ctx;
    const struct tg_policy *policy;
    const char *why = NULL;
    char what[TG_REPLAY_WHAT];

    if (past->settled == TG_SETTLED_NOT) {
        add(&r->not_asked, past->seq);
        return TG_OK;
    }
    if (past->gap != TG_GAP_NONE) {
        add(&r->gaps[past->gap], past->seq);
        return TG_OK;
    }
    policy = tg_shelf_policy(r->evidence.shelf, past->policy, &why);
    if (policy == NULL) {
        note_unknown(r, past, why);
    } else if (tg_replay_same(past, policy, what)) {
        r->same++;
    } else {
        add(&r->different, past->seq);
        (void)printf("%" PRIu64 " %s\n", past->seq, what);
    }
    return TG_OK;
}

static uint64_t count_gaps(const struct run *r)
{
    uint64_t n = 0;

    for (unsigned g = 0; g < TG_GAP_COUNT; g++) {
        n += r->gaps[g].n;
    }
    return n;
}

static void print_missing(const struct run *r)
{
    for (unsigned g = 0; g < TG_GAP_COUNT; g++) {
        const struct count *c = &r->gaps[g];

        if (c->n > 0) {
            (void)printf("入力なし / inputs missing: %s: %s: %" PRIu64 " (最初 / first %" PRIu64 ")\n",
                         tg_gap_name((enum tg_gap)g), tg_gap_text((enum tg_gap)g), c->n, c->first);
        }
    }
    for (size_t i = 0; i < r->n_unknown; i++) {
        const struct unknown *u = &r->unknown[i];

        (void)printf("規則なし / policy missing: %s: %s: %" PRIu64 " (最初 / first %" PRIu64 ")\n",
                     u->digest[0] != '\0' ? u->digest : "-", u->why, u->count.n, u->count.first);
    }
}

static int report(const struct run *r)
{
    const struct tg_ground *g = &r->evidence.ground;
    uint64_t missing = count_gaps(r);
    const char *digest;

    print_missing(r);
    for (size_t i = 0; (digest = tg_shelf_digest(r->evidence.shelf, i)) != NULL; i++) {
        (void)printf("規則 / policy: %s\n", digest);
    }
    (void)printf("記録 / records: %" PRIu64 "-%" PRIu64 "\n", g->first, g->last);
    (void)printf("規則の前の拒否 / refused before the policy was asked: %" PRIu64 "\n", r->not_asked.n);
    (void)printf("再判定 / replayed: %" PRIu64 "; 一致 / agree: %" PRIu64 "; 不一致 / differ: %" PRIu64
                 "; 入力なし / without inputs: %" PRIu64 "; 規則なし / without policy: %" PRIu64 "\n",
                 r->same + r->different.n, r->same, r->different.n, missing, r->no_policy.n);
    return r->different.n + missing + r->no_policy.n == 0 ? TG_ADMIN_DONE : TG_ADMIN_NO;
}

int tg_admin_audit_replay(struct tg_admin *a)
{
    struct run run = {.same = 0};
    tg_usec from = 0;
    int code;

    for (int i = 0; i < a->argc;) {
        if (!tg_evidence_days(a, &i, &from)) {
            return TG_ADMIN_USAGE;
        }
    }
    code = tg_evidence_open(a, from, &run.evidence);
    if (code != TG_ADMIN_DONE) {
        return code;
    }
    code = tg_evidence_walk(&run.evidence, replay_one, &run);
    if (code == TG_ADMIN_DONE) {
        code = report(&run);
    }
    tg_evidence_close(&run.evidence);
    return code;
}
