/* Entries read back: any lines give either a fault or decisions, and whatever they say, a decision under an
 * unchanged policy stays as it is, and the page has no line that somebody else wrote. One entry a line.
 */
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "server/default_policy.h"
#include "server/evidence/proof.h"
#include "server/evidence/replay.h"
#include "server/evidence/whatif.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void hold(bool b)
{
    if (!b)
        abort();
}

static const struct tg_policy *policy(void)
{
    static struct tg_policy *p;
    struct tg_policy_fault fault;

    hold(p != NULL || tg_policy_compile(tg_default_policy(), &p, &fault) == TG_OK);
    return p;
}

struct run {
    struct tg_past_reader *reader;
    struct tg_proof proof;
    struct tg_whatif whatif;
};

static void judge(struct run *r, const struct tg_past *past)
{
    char what[TG_REPLAY_WHAT];

    hold(past->n_rows <= TG_PAGE_ROWS && past->n_rules <= TG_ENTRY_RULES);
    hold(tg_proof_add(&r->proof, past) == TG_OK);
    hold(tg_whatif_add(&r->whatif, past, policy()) == TG_OK);
    if (past->settled == TG_SETTLED_NOT || past->gap != TG_GAP_NONE)
        return;
    hold(tg_replay_same(past, policy(), what) == (what[0] == '\0'));
    hold(tg_utf8_ok(tg_span_str(past->terminal)));
}

static void read_line(struct run *r, struct tg_span line)
{
    static uint64_t seq;
    const struct tg_frame f = {
        .type = TG_FRAME_ENTRY, .seq = ++seq, .time = 1763622131000000, .payload = line};
    const struct tg_past *past = NULL;
    enum tg_err e = tg_past_read(r->reader, &f, &past);

    hold(e == TG_OK || (e == TG_E_AUDIT_BROKEN && past == NULL));
    if (past != NULL)
        judge(r, past);
}

static void check_page(struct run *r)
{
    static const struct tg_ground ground = {.first = 1};
    const struct tg_proof_policy one = {.digest = "", .in_force = ""};
    const struct tg_proof_head head = {
        .issuer = "", .ground = &ground, .key = "", .orders = "", .policy = &one, .n_policies = 1};
    struct tg_buf page = TG_BUF_INIT(16u * 1024u * 1024u);
    size_t lines = 0, from = 0;

    hold(tg_proof_write(&r->proof, &head, &page) == TG_OK);
    for (size_t i = 0; i < page.n; i++) {
        if (page.p[i] != '\n')
            continue;
        hold(tg_text_clean(tg_span(page.p + from, i - from)));
        from = i + 1;
        lines++;
    }
    /* Each terminal has one line, each group three, and one for each class that it has seen. */
    hold(lines <= 64 + TG_PROOF_NAMED + r->proof.places.n + r->proof.groups.n * (3 + TG_C_COUNT));
    tg_buf_done(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct run r = {.whatif = {.policy = policy()}};

    hold(tg_past_reader_new(0, &r.reader) == TG_OK);
    while (n > 0) {
        const uint8_t *end = memchr(p, '\n', n);
        size_t line = end != NULL ? (size_t)(end - p) : n;

        read_line(&r, tg_span(p, line));
        line += end != NULL;
        p += line;
        n -= line;
    }
    hold(r.whatif.changed == 0 && r.whatif.n_lines == 0);
    check_page(&r);
    tg_whatif_done(&r.whatif);
    tg_proof_done(&r.proof);
    tg_past_reader_free(&r.reader);
    return 0;
}
