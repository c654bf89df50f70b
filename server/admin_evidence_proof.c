/* policy proof: a signed page that says, from the journal, that no terminal ever changed a decision. */
#include <inttypes.h>

#include "certs/base/limits.h"
#include "certs/jws/jwk.h"
#include "certs/jws/sha256.h"
#include "certs/seal/page.h"
#include "server/admin_evidence.h"
#include "server/default_policy.h"
#include "server/evidence/proof.h"

#define POLICIES_MAX 1000u

struct policy_note {
    char matrix[TG_SHA256_HEX]; /* "": the text is not kept */
    struct tg_buf in_force;
};

/* An activation, as the journal has it. */
struct activation {
    uint64_t seq;
    tg_usec time;
    int64_t number;
    char digest[TG_SHA256_HEX];
    char by[2 * TG_PERSON_BYTES + 2];
};

struct run {
    struct tg_evidence evidence;
    struct tg_proof proof;
    struct tg_proof_policy policy[POLICIES_MAX];
    struct policy_note note[POLICIES_MAX];
    size_t n_policies;
    struct activation activation[POLICIES_MAX];
    size_t n_activations;
    uint64_t orders_off; /* the last record of the period that says so; 0: none does */
    char orders[256];
    char builtin[TG_SHA256_HEX]; /* the policy that came with this program */
    enum tg_err err;
};

static enum tg_err add(void *ctx, const struct tg_past *past)
{
    struct run *r = ctx;

    return tg_proof_add(&r->proof, past);
}

/* Activations of all times; each is on record once for everybody who signed it. */
static enum tg_err note_act(void *ctx, const struct tg_past_act *act)
{
    struct run *r = ctx;
    struct activation *a = &r->activation[r->n_activations];

    if (strcmp(act->orders, "off") == 0 && act->time >= r->evidence.what.from) {
        r->orders_off = act->seq;
    }
    if (act->digest[0] == '\0' || (r->n_activations > 0 && a[-1].number == act->number)) {
        return TG_OK;
    }
    if (r->n_activations == POLICIES_MAX) {
        return TG_E_LIMIT;
    }
    *a = (struct activation){.seq = act->seq, .time = act->time, .number = act->number};
    (void)snprintf(a->digest, sizeof a->digest, "%s", act->digest);
    (void)snprintf(a->by, sizeof a->by, "%s", act->by);
    r->n_activations++;
    return TG_OK;
}

/* When the policy came into force, and on whose word. */
static enum tg_err tell_activations(const struct run *r, const char *digest, struct tg_buf *out)
{
    enum tg_err e = TG_OK;
    char time[28];

    for (size_t i = 0; i < r->n_activations && e == TG_OK; i++) {
        const struct activation *a = &r->activation[i];

        if (strcmp(a->digest, digest) == 0) {
            tg_time_text(a->time, time);
            e = tg_buf_addf(out,
                            "     施行 / activation %" PRId64 "  %s  記録 / record %" PRIu64
                            "  署名 / signed by %s\n",
                            a->number, time, a->seq, a->by);
        }
    }
    if (e != TG_OK || out->n > 0) {
        return e;
    }
    return tg_buf_add_str(
        out, strcmp(digest, r->builtin) == 0
                 ? "     プログラムに組み込みの規則 / built into the program\n"
                 : "     施行の記録がない（以前のプログラムに組み込みの規則か）/ no activation is on record "
                   "(built into an earlier program?)\n");
}

/* What the settings say today, and what the journal said during the period. */
static void tell_orders(struct run *r)
{
    int n = snprintf(r->orders, sizeof r->orders, "取込みの指示（署名） / orders for imports: %s",
                     r->evidence.settings->orders ? "必要 / required" : "不要 / not required");

    if (r->orders_off != 0) {
        (void)snprintf(r->orders + n, sizeof r->orders - (size_t)n,
                       "; 期間中に不要だった記録 / the period has a record without: %" PRIu64, r->orders_off);
    }
}

static enum tg_err matrix_digest(const struct tg_policy *policy, char hex[TG_SHA256_HEX])
{
    TG_BUF_AUTO matrix = TG_BUF_INIT(TG_POLICY_MATRIX_BYTES);
    enum tg_err e = tg_policy_matrix(policy, true, &matrix);

    return e == TG_OK ? tg_sha256_hex(tg_span_buf(&matrix), hex) : e;
}

/* The policy of a group, noted once. */
static void note_policy(void *ctx, const struct tg_group *g)
{
    struct run *r = ctx;
    struct policy_note *note = &r->note[r->n_policies];
    const struct tg_policy *policy;
    const char *why;

    for (size_t i = 0; i < r->n_policies; i++) {
        if (strcmp(r->policy[i].digest, g->policy) == 0) {
            return;
        }
    }
    if (r->err != TG_OK || r->n_policies == POLICIES_MAX) {
        r->err = r->err != TG_OK ? r->err : TG_E_LIMIT;
        return;
    }
    policy = tg_shelf_policy(r->evidence.shelf, g->policy, &why);
    if (policy != NULL) {
        r->err = matrix_digest(policy, note->matrix);
    }
    note->in_force = TG_BUF_INIT(TG_CONF_BYTES);
    if (r->err == TG_OK) {
        r->err = tell_activations(r, g->policy, &note->in_force);
    }
    if (r->err == TG_OK && tg_buf_cstr(&note->in_force) == NULL) {
        r->err = TG_E_NOMEM;
    }
    r->policy[r->n_policies++] =
        (struct tg_proof_policy){.digest = g->policy,
                                 .matrix = note->matrix[0] != '\0' ? note->matrix : NULL,
                                 .in_force = tg_buf_cstr(&note->in_force)};
}

static enum tg_err write_page(struct run *r, struct tg_buf *out)
{
    const struct tg_evidence *e = &r->evidence;
    const struct tg_checkpoint_signer by = {.sign = tg_jws_sign_with_key, .ctx = e->key, .key_id = "audit"};
    char thumbprint[TG_JWK_THUMBPRINT];
    struct tg_page page = {.holds = tg_proof_holds(&r->proof),
                           .time = tg_now(),
                           .first = e->ground.first,
                           .at = e->ground.verified.sealed};
    struct tg_proof_head head = {.issuer = e->settings->issuer,
                                 .made = page.time,
                                 .ground = &e->ground,
                                 .key = thumbprint,
                                 .orders = r->orders,
                                 .policy = r->policy};
    enum tg_err err;

    tell_orders(r);
    if (r->err == TG_OK && (r->err = tg_sha256_hex(tg_default_policy(), r->builtin)) == TG_OK) {
        tg_groups_walk(&r->proof.groups, note_policy, r);
    }
    head.n_policies = r->n_policies;
    if ((err = r->err) != TG_OK || (err = tg_jwk_thumbprint(e->key, TG_ALG_ES256, thumbprint)) != TG_OK ||
        (err = tg_proof_write(&r->proof, &head, out)) != TG_OK) {
        return err;
    }
    return tg_page_sign(&page, &by, out);
}

static int give_page(struct run *r, const char *path)
{
    TG_BUF_AUTO page = TG_BUF_INIT(TG_PAGE_BYTES);
    enum tg_err e;

    if (r->evidence.ground.first == 0) {
        return tg_admin_fail("policy proof",
                             "この期間には、封印のある記録がない / no record of this period has a "
                             "checkpoint yet");
    }
    if ((e = write_page(r, &page)) != TG_OK) {
        return tg_admin_fail("policy proof", tg_err_en(e));
    }
    if (path != NULL) {
        e = tg_file_write(path, tg_span_buf(&page), 0600);
    } else if (fwrite(page.p, 1, page.n, stdout) != page.n || fflush(stdout) != 0) {
        e = TG_E_IO;
    }
    if (e != TG_OK) {
        return tg_admin_fail(path != NULL ? path : "policy proof", tg_err_en(e));
    }
    return tg_proof_holds(&r->proof)
               ? TG_ADMIN_DONE
               : tg_admin_fail("policy proof",
                               "証明できない。ページの 1 を見てください / not proven: see 1 on the page");
}

static int prove(const struct tg_admin *a, tg_usec from, const char *path)
{
    struct run *r = calloc(1, sizeof *r);
    int code;

    if (r == NULL) {
        return tg_admin_fail("policy proof", tg_err_en(TG_E_NOMEM));
    }
    code = tg_evidence_open(a, from, &r->evidence);
    if (code == TG_ADMIN_DONE) {
        r->evidence.what.sealed = true;
        r->evidence.what.act = note_act;
        code = tg_evidence_walk(&r->evidence, add, r);
    }
    if (code == TG_ADMIN_DONE) {
        code = give_page(r, path);
    }
    for (size_t i = 0; i < r->n_policies; i++) {
        tg_buf_done(&r->note[i].in_force);
    }
    tg_proof_done(&r->proof);
    tg_evidence_close(&r->evidence);
    free(r);
    return code;
}

int tg_admin_policy_proof(struct tg_admin *a)
{
    const char *path = NULL;
    tg_usec from = 0;

    for (int i = 0; i < a->argc;) {
        if (strcmp(a->argv[i], "--out") == 0 && i + 1 < a->argc) {
            path = a->argv[i + 1];
            i += 2;
        } else if (!tg_evidence_days(a, &i, &from)) {
            return TG_ADMIN_USAGE;
        }
    }
    return prove(a, from, path);
}
