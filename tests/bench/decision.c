/* What a decision costs: the scope of a look-up, and of one row the fields that are shown and the reason of
 * each that is not.
 *
 *   tegata-decision POLICY               a table: nanoseconds, the best of many rounds
 *   tegata-decision POLICY ROLE CLASS N  N of them and nothing else, for a tool that counts instructions;
 * prints how often memory was allocated for them
 */
#include <time.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "server/admit/staff_make.h"
#include "server/policy/policy.h"

enum { ROUNDS = 200, BATCH = 2000 };

static const struct case_of {
    const char *role, *purpose;
    enum tg_company_kind kind;
    enum tg_class class;
} cases[] = {
    {"retail.counter", "inquiry", TG_COMPANY_RETAIL, TG_C_OWN},
    {"retail.counter", "inquiry", TG_COMPANY_RETAIL, TG_C_FORMER},
    {"retail.contractor", "inquiry", TG_COMPANY_RETAIL, TG_C_OWN},
    {"retail.contractor", "inquiry", TG_COMPANY_RETAIL, TG_C_FORMER},
    {"nw.operator", "outage", TG_COMPANY_NETWORK, TG_C_OTHER},
};
#define CASES (sizeof cases / sizeof *cases)

static volatile uint64_t seen; /* what was decided is used */

/* One row of the class: its mask, and why each hidden field of it is hidden. */
static uint64_t row(const struct tg_policy *p, const struct tg_scope *scope, enum tg_class class)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < tg_scope_count(scope); i++) {
        const struct tg_clause *c = tg_scope_clause(scope, i);
        if (c->class != class)
            continue;
        sum += c->fields;
        for (tg_mask hidden = tg_scope_catalogue(scope, i) & ~c->fields; hidden != 0; hidden &= hidden - 1)
            sum += (uintptr_t)tg_policy_why(p, scope, i, (enum tg_field)__builtin_ctzll(hidden)).reason_ja;
    }
    return sum;
}

static void decide(const struct tg_policy *p, const struct tg_staff *s, const struct case_of *c, bool rows)
{
    struct tg_matter m = {.purpose = c->purpose, .now = 1700000000};
    struct tg_scope *scope = NULL;
    if (tg_policy_decide(p, s, &m, &scope) != TG_OK)
        abort();
    seen += rows ? row(p, scope, c->class) : tg_scope_count(scope);
    tg_scope_free(&scope);
}

static struct tg_staff staff_of(const struct case_of *c)
{
    struct tg_staff s = {.person = "E1001", .company = "TOHOKU", .areas = "", .company_kind = c->kind};
    (void)snprintf(s.role, sizeof s.role, "%s", c->role);
    return s;
}

/* Nanoseconds of one: the fastest of many batches, which is the one that nothing disturbed. */
static double cost(const struct tg_policy *p, const struct case_of *c, bool rows)
{
    struct tg_staff s = staff_of(c);
    double best = 1e9;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct timespec from, to;
        (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        for (unsigned i = 0; i < BATCH; i++)
            decide(p, &s, c, rows);
        (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
        double ns = ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / BATCH;
        best = ns < best ? ns : best;
    }
    return best;
}

static unsigned bits(tg_mask m)
{
    return (unsigned)__builtin_popcountll(m);
}

static void line(const struct tg_policy *p, const struct case_of *c)
{
    struct tg_staff s = staff_of(c);
    struct tg_matter m = {.purpose = c->purpose, .now = 1700000000};
    struct tg_scope *scope = NULL;
    tg_mask shown = 0, all = 0;
    if (tg_policy_decide(p, &s, &m, &scope) != TG_OK)
        abort();
    for (size_t i = 0; i < tg_scope_count(scope); i++) {
        if (tg_scope_clause(scope, i)->class == c->class) {
            shown = tg_scope_clause(scope, i)->fields;
            all = tg_scope_catalogue(scope, i);
        }
    }
    tg_scope_free(&scope);
    (void)printf("%-18s %-8s %3u shown %3u hidden   decision %5.1f ns   with the row %5.1f ns\n", c->role,
                 tg_class_name(c->class), bits(shown), bits(all & ~shown), cost(p, c, false),
                 cost(p, c, true));
}

static int work(const struct tg_policy *p, char **what)
{
    uint64_t n = 0;
    size_t i = 0;
    while (i < CASES &&
           (strcmp(cases[i].role, what[0]) != 0 || strcmp(tg_class_name(cases[i].class), what[1]) != 0))
        i++;
    if (i == CASES || tg_u64_parse(tg_span_str(what[2]), 100000000, &n) != TG_OK)
        return 2;
    struct tg_staff s = staff_of(&cases[i]);
    for (uint64_t k = 0; k < n; k++)
        decide(p, &s, &cases[i], true);
    return 0;
}

int main(int argc, char **argv)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy *p = NULL;
    struct tg_policy_fault fault;
    int code = 0;
    if ((argc != 2 && argc != 5) || tg_file_read(argv[1], &text) != TG_OK ||
        tg_policy_compile(tg_span_buf(&text), &p, &fault) != TG_OK) {
        (void)fprintf(stderr, "usage: tegata-decision POLICY [ROLE CLASS N]\n");
        return 2;
    }
    if (argc == 5)
        code = work(p, argv + 2);
    for (size_t i = 0; i < CASES && argc == 2; i++)
        line(p, &cases[i]);
    tg_policy_unref(&p);
    return code;
}
