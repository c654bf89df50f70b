/* The page of a proof. Whoever reads it has no program at hand: every line says in both languages what it is.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "certs/base/text.h"
#include "server/evidence/proof.h"
#include "server/evidence/quote.h"

/* Errors stick, so that the page can be written without looking at each line. */
struct page {
    const struct tg_proof *proof;
    struct tg_buf *out;
    enum tg_err err;
    uint64_t number;        /* of the group */
    uint64_t shared_groups; /* seen from more than one terminal */
};

static void say(struct page *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(struct page *p, const char *fmt, ...)
{
    char line[2048];
    va_list args;
    int n;

    if (p->err != TG_OK)
        return;
    va_start(args, fmt);
    n = vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    p->err = n < 0 || (size_t)n >= sizeof line ? TG_E_LIMIT : tg_buf_add(p->out, line, (size_t)n);
}

static void say_quoted(struct page *p, const char *text)
{
    if (p->err == TG_OK)
        p->err = tg_quote(text, p->out);
}

static void say_word(struct page *p, const char *text)
{
    if (p->err == TG_OK)
        p->err = tg_quote_word(text, p->out);
}

static void say_sum(struct page *p, const char *ja, const char *en, uint64_t n)
{
    say(p, "  %12" PRIu64 "  %s / %s\n", n, ja, en);
}

static void put_head(struct page *p, const struct tg_proof_head *h)
{
    const struct tg_checkpoint *c = &h->ground->verified.sealed;
    char made[28], sealed[28], log[2 * TG_LOG_ID_BYTES + 1], chain[2 * TG_HASH_BYTES + 1];

    tg_time_text(h->made * 1000000, made);
    tg_time_text(c->time, sealed);
    tg_hex(c->log, TG_LOG_ID_BYTES, log);
    tg_hex(c->head, TG_HASH_BYTES, chain);
    say(p, "手形　判定の証明 / tegata: proof of the decisions\n\n");
    say(p, "作成 / made            %s\n", made);
    say(p, "サーバー / server      ");
    say_quoted(p, h->issuer);
    say(p, "\n監査記録 / journal     %s\n", log);
    say(p, "記録番号 / records     %" PRIu64 " - %" PRIu64 "\n", h->ground->first, c->seq);
    say(p, "封印 / checkpoint      記録 / record %" PRIu64 ", %s\n", c->seq, sealed);
    say(p, "鎖の先頭 / chain head  %s\n", chain);
    say(p, "署名の鍵 / key         %s (RFC 7638)\n", h->key);
}

static void put_gaps(struct page *p)
{
    for (unsigned g = 0; g < TG_GAP_COUNT; g++) {
        if (p->proof->gaps[g] > 0)
            say(p, "                判断できない / not judged: %s: %" PRIu64 "\n",
                tg_gap_text((enum tg_gap)g), p->proof->gaps[g]);
    }
}

static void count_shared(void *ctx, const struct tg_group *g)
{
    struct page *p = ctx;

    p->shared_groups += g->places.n > 1;
}

/* Never more than the sums carry. */
static const char *conclusion(const struct page *p)
{
    if (p->proof->decisions == 0)
        return "結論：この期間に判定はない。/ Conclusion: there was no decision in this period.";
    if (!tg_proof_holds(p->proof))
        return "結論：証明できない。/ Conclusion: this is NOT proven.";
    if (p->shared_groups == 0)
        return "結論：違う判定はない。ただし、二つ以上の端末から問われた組がないので、端末を比べてはいない。/"
               " Conclusion: no decision "
               "differed, but no group was asked from more than one terminal, so terminals were not "
               "compared.";
    return "結論：どの判定も端末に左右されていない。/ Conclusion: no decision depended on the terminal.";
}

static void put_sums(struct page *p)
{
    const struct tg_proof *f = p->proof;
    uint64_t missing = 0;

    for (unsigned g = 0; g < TG_GAP_COUNT; g++)
        missing += f->gaps[g];
    tg_groups_walk(&f->groups, count_shared, p);
    say(p, "\n同じ入力（職務・会社・地域・目的・日・同意・規則）からは、どの端末でも同じ判定（許可か拒否か、"
           "規則、非表示の項目）に\n"
           "ならなければならない。このページは、期間中のすべての判定を入力ごとにまとめ、問われた端末と並べた"
           "ものである。\n"
           "From equal inputs (role, company, areas, purpose, day, consent, policy) every terminal must get "
           "the same\n"
           "decision (allowed or refused, rules, hidden fields). This page groups all decisions of the "
           "period by their\n"
           "inputs, beside the terminals that they were asked from.\n");
    say(p, "\n1. 結果 / result\n\n");
    say_sum(p, "判定", "decisions", f->decisions);
    say_sum(p, "そのうち、お客さまを表示した回答", "of those, answers that showed customers", f->answers);
    say_sum(p, "表示した記録（延べ）", "records shown, each time", f->records);
    say_sum(p, "判定の前の拒否（形式の誤りなど）", "refused before a decision (malformed and the like)",
            f->not_asked);
    say_sum(p, "端末（名乗った名前とアドレスの組）", "terminals (claimed name and address)", f->places.n);
    say_sum(p, "同じ入力の組", "groups of equal inputs", f->groups.n);
    say_sum(p, "二つ以上の端末から問われた組", "groups asked from more than one terminal", p->shared_groups);
    say_sum(p, "入力の記録がない判定", "decisions whose inputs are not on record", missing);
    put_gaps(p);
    say_sum(p, "組の中で違う判定", "decisions that differ within their group", f->differing);
    say(p, "\n  %s\n", conclusion(p));
}

static void put_faults(struct page *p)
{
    const struct tg_proof *f = p->proof;

    if (f->differing == 0)
        return;
    say(p, "\n  違う判定の記録番号 / records of the decisions that differ:\n");
    for (size_t i = 0; i < f->n_faults; i++)
        say(p, "    %" PRIu64 "  %s\n", f->fault[i].seq, f->fault[i].what);
    if (f->differing > f->n_faults)
        say(p, "    … %" PRIu64 " more\n", f->differing - f->n_faults);
}

static void put_policies(struct page *p, const struct tg_proof_head *h)
{
    say(p, "\n2. 規則 / policies\n\n  %s\n", h->orders);
    for (size_t i = 0; i < h->n_policies; i++) {
        const struct tg_proof_policy *k = &h->policy[i];

        say(p, "\n  P%zu ", i + 1);
        say_word(p, k->digest);
        say(p, "\n     一覧表 / matrix  %s\n",
            k->matrix != NULL ? k->matrix : "規則の本文がない / the text is not kept");
        say(p, "%s", k->in_force);
    }
}

static void put_places(struct page *p)
{
    const struct tg_places *all = &p->proof->places;

    say(p, "\n3. 端末 / terminals\n\n");
    for (uint32_t i = 0; i < all->n; i++) {
        say(p, "  T%-6" PRIu32 " ", i + 1);
        say_quoted(p, all->list[i]->name);
        say(p, " ");
        say_word(p, all->list[i]->address);
        say(p, "  %" PRIu64 "\n", all->list[i]->answers);
    }
}

static void put_fields(struct page *p, tg_mask m)
{
    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        if ((m >> f & 1) != 0)
            say(p, " %s", tg_field_name((enum tg_field)f));
    }
    say(p, "%s\n", m == 0 ? " -" : "");
}

static void put_outcome(struct page *p, const struct tg_group *g)
{
    if (g->refusal != TG_OK) {
        say(p, "     拒否 / refused: %s\n", tg_err_code(g->refusal));
        return;
    }
    say(p, "     許可 / allowed: ");
    say_word(p, g->rules);
    say(p, "\n");
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        if ((g->seen >> c & 1) == 0)
            continue;
        say(p, "     %s 非表示 / hidden:", tg_class_name((enum tg_class)c));
        put_fields(p, g->hidden[c]);
    }
}

static size_t policy_number(const struct tg_proof_head *h, const char *digest)
{
    size_t i = 0;

    while (i < h->n_policies && strcmp(h->policy[i].digest, digest) != 0)
        i++;
    return i + 1;
}

struct listing {
    struct page *page;
    const struct tg_proof_head *head;
};

static void put_group(void *ctx, const struct tg_group *g)
{
    const struct listing *l = ctx;
    struct page *p = l->page;
    char day[11];

    tg_day_text(g->day, day);
    say(p, "  #%" PRIu64 " %s ", ++p->number, day);
    say_word(p, g->role);
    say(p, " ");
    say_word(p, g->company);
    say(p, " (%s) P%zu", tg_company_kind_name(g->kind), policy_number(l->head, g->policy));
    say(p, " 目的 / purpose ");
    say_quoted(p, g->purpose);
    say(p, " 地域 / areas ");
    say_quoted(p, g->areas);
    say(p, " 同意 / consent ");
    say_quoted(p, g->basis);
    say(p, "\n     判定 / decisions %" PRIu64 " 違い / differing %" PRIu64 " 最初 / first %" PRIu64,
        g->decisions, g->differing, g->first_seq);
    say(p, " 端末 / terminals");
    for (uint32_t i = 0; i < g->places.n; i++)
        say(p, " T%" PRIu32, g->places.number[i] + 1);
    say(p, "\n");
    put_outcome(p, g);
}

enum tg_err tg_proof_write(const struct tg_proof *proof, const struct tg_proof_head *head, struct tg_buf *out)
{
    struct page p = {.proof = proof, .out = out, .err = TG_OK};
    struct listing l = {.page = &p, .head = head};

    put_head(&p, head);
    put_sums(&p);
    put_faults(&p);
    put_policies(&p, head);
    put_places(&p);
    say(&p, "\n4. 同じ入力の組 / groups of equal inputs\n\n");
    tg_groups_walk(&proof->groups, put_group, &l);
    say(&p, "\n確かめ方 / to check: tegata-verify --proof PAGE JOURNAL-FOLDER --key PEM\n");
    return p.err;
}
