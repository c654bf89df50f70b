/* The matrix is whole, counted cell by cell, and every cell of it is what a decision really does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/csv.h"
#include "data.h"
#include "server/admit/staff_make.h"

enum { ROLES = 15, PURPOSES = 7, NOW = 1700000000, TODAY = 19676, CSV_BYTES = 4 * 1024 * 1024 };
static const char *const purposes[PURPOSES] = {"inquiry", "application",  "switching", "moving",
                                               "billing", "construction", "outage"};
enum state { SHOWN, GRANT, CONSENT, HIDDEN, CLOSED, STATES };
static const char *const states[STATES] = {"shown", "grant", "consent", "hidden", "closed"};

struct walk {
    const struct tg_policy *p;
    char role[ROLES][32];
    size_t roles, about;
    size_t cells[STATES];
    bool seen[ROLES][TG_C_COUNT][TG_F_COUNT][PURPOSES];
};

struct square {
    const char *role;
    enum tg_class class;
    enum tg_field f;
};

static bool opens(const struct tg_scope *s, const struct square *at)
{
    for (size_t k = 0; k < tg_scope_count(s); k++)
        if (tg_scope_clause(s, k)->class == at->class && (tg_scope_clause(s, k)->fields & TG_BIT(at->f)) != 0)
            return true;
    return false;
}

/* What decisions show, in whichever kind of company the role has its rights. */
static enum state decided(const struct tg_policy *p, const struct square *at, const struct tg_matter *m)
{
    enum state best = HIDDEN;
    for (unsigned kind = 0; kind < 3; kind++) {
        struct tg_staff s = {.company = "A", .company_kind = (enum tg_company_kind)kind};
        struct tg_scope *scope = NULL;
        (void)snprintf(s.role, sizeof s.role, "%s", at->role);
        enum tg_err e = tg_policy_decide(p, &s, m, &scope);
        if (e == TG_E_PURPOSE)
            best = CLOSED;
        if (e == TG_OK && opens(scope, at))
            best = SHOWN;
        tg_scope_free(&scope);
    }
    return best;
}

static enum state truth(const struct tg_policy *p, const struct square *at, size_t purpose)
{
    struct tg_consent consent = {
        .ref = "C-1", .company = "A", .point = "0212345678901234567890", .from = TODAY, .to = TODAY};
    struct tg_matter m = {.purpose = purposes[purpose], .now = NOW};
    (void)snprintf(consent.purpose, sizeof consent.purpose, "%s", purposes[purpose]);
    enum state without = decided(p, at, &m);
    m.consent = &consent;
    enum state with = decided(p, at, &m);
    return with != without && with == SHOWN ? CONSENT : without;
}

static enum state state_find(const char *name)
{
    unsigned s = 0;
    while (s < STATES && strcmp(states[s], name) != 0)
        s++;
    return (enum state)s;
}

static bool lists(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

/* Japanese ends with its own full stop, English is plain ASCII and ends with its own. */
static void check_sentence(struct tg_span s, bool japanese)
{
    static const char stop[] = "。";
    size_t n = strlen(stop);
    assert_true(s.n > 10);
    if (japanese) {
        assert_memory_equal(s.p + s.n - n, stop, n);
        return;
    }
    assert_int_equal(s.p[s.n - 1], '.');
    for (size_t i = 0; i < s.n; i++)
        assert_true(s.p[i] >= ' ' && s.p[i] < 0x7F);
}

/* reason, reason_en, next, next_en */
static void check_sentences(const struct tg_csv_record *r)
{
    for (size_t i = 5; i < 9; i++)
        check_sentence(r->field[i], i % 2 == 1);
}

/* What a grant opens is what the matrix says it opens, and without the grant there is nothing at all. */
static enum state granted(const struct tg_policy *p, const struct square *at, size_t purpose)
{
    static const struct tg_grant grant = {
        .n = 1, .id = {"EV-20231115-001"}, .areas = "02203", .from = NOW, .until = NOW + 1};
    struct tg_matter m = {.purpose = purposes[purpose], .now = NOW, .grant = &grant};
    enum state with = decided(p, at, &m);
    return with == SHOWN ? GRANT : with;
}

static void check_state(const struct tg_policy *p, const struct square *at, size_t purpose, enum state said)
{
    enum state really = truth(p, at, purpose);
    if (strncmp(at->role, "emergency.", 10) == 0) {
        assert_int_equal(really, HIDDEN);
        assert_int_equal(said, granted(p, at, purpose));
    } else {
        assert_int_equal(said, really);
    }
}

static void on_cell(struct walk *w, const struct tg_csv_record *r)
{
    enum tg_class class = tg_class_find(data_cell(r, 1, 1));
    enum tg_field f = tg_field_find(data_cell(r, 2, 2));
    enum state state = state_find(data_cell(r, 3, 3));
    const char *list = data_cell(r, 9, 4);
    size_t role = w->roles - 1, n = 0;
    struct square at = {.role = w->role[role], .class = class, .f = f};
    assert_true(class < TG_C_COUNT && f < TG_F_COUNT && state < STATES);
    assert_string_equal(data_cell(r, 0, 0), at.role);
    assert_true(r->field[4].n > 0);
    if (state != SHOWN)
        check_sentences(r);
    for (size_t u = 0; u < PURPOSES; u++) {
        if (!lists(list, purposes[u]))
            continue;
        assert_false(w->seen[role][class][f][u]);
        w->seen[role][class][f][u] = true;
        check_state(w->p, &at, u, state);
        n++;
    }
    assert_true(n > 0);
    w->cells[state] += n;
}

static enum tg_err on_row(void *ctx, const struct tg_csv_record *r)
{
    struct walk *w = ctx;
    assert_int_equal(r->n, 11);
    if (r->line == 1) {
        assert_string_equal(data_cell(r, 3, 0), "state");
        return TG_OK;
    }
    if (strcmp(data_cell(r, 1, 1), "*") != 0) {
        on_cell(w, r);
        return TG_OK;
    }
    assert_string_equal(data_cell(r, 2, 2), "*");
    w->about++;
    if (r->line > 2 && strcmp(data_cell(r, 3, 3), "role") != 0)
        check_sentences(r);
    if (strcmp(data_cell(r, 3, 3), "role") == 0) {
        assert_true(w->roles < ROLES);
        (void)snprintf(w->role[w->roles++], 32, "%s", data_cell(r, 0, 0));
    }
    if (r->line == 2) {
        assert_string_equal(data_cell(r, 3, 3), "policy");
        assert_string_equal(data_cell(r, 4, 4), tg_policy_digest(w->p));
    }
    return TG_OK;
}

static void csv(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(CSV_BYTES);
    static struct walk w;
    struct tg_policy *p = data_policy(NULL);
    struct tg_csv *c = NULL;
    size_t all = 0;
    (void)state;
    w.p = p;
    assert_int_equal(tg_policy_matrix(p, true, &out), TG_OK);
    assert_int_equal(tg_csv_new(on_row, &w, &c), TG_OK);
    assert_int_equal(tg_csv_feed(c, tg_span_buf(&out)), TG_OK);
    assert_int_equal(tg_csv_end(c), TG_OK);
    tg_csv_free(&c);
    for (size_t i = 0; i < STATES; i++)
        all += w.cells[i];
    assert_int_equal(w.roles, ROLES);
    assert_int_equal(all, ROLES * TG_C_COUNT * TG_F_COUNT * PURPOSES);
    /* Roles x purposes x fields: counted by hand from expected.csv. */
    assert_int_equal(w.cells[SHOWN], 2 * (7 * (19 + 10) + 2) + (2 * (12 + 10) + 2) + 5 * (16 + 7) +
                                         6 * (4 * 20 + 2 * 16 + 10));
    /* outage: six classes and the vacant points; fault: own for four purposes; transition: own and former for two */
    assert_int_equal(w.cells[GRANT], 6 * 5 + 3 + 4 * 6 + 2 * 2 * 6);
    assert_int_equal(w.cells[CONSENT], 2 * 7);
    assert_int_equal(w.cells[CLOSED], (5 + 2 + 1 + 6 + 3 + 5) * TG_C_COUNT * TG_F_COUNT);
    /* the policy, fifteen roles, eight caps, two terms, two inquiries, 4 x 6 + 1 + 3 sentences for nothing, three
     * grants and three drills */
    assert_int_equal(w.about, 1 + 15 + 8 + 2 + 2 + 4 * 6 + 1 + 3 + 3 + 3);
    tg_policy_unref(&p);
}

/* The line of one role and state, without its sentences. */
static void says(const char *all, const char *role, const char *state, const char *what)
{
    char head[96];
    (void)snprintf(head, sizeof head, "%-20s %-15s %-15s %-8s", role, "*", "*", state);
    const char *at = strstr(all, head);
    assert_non_null(at);
    const char *end = strchr(at, '\n'), *found = strstr(at, what);
    assert_non_null(found);
    assert_true(found < end);
}

static void text(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(CSV_BYTES), csv_out = TG_BUF_INIT(CSV_BYTES), tiny = TG_BUF_INIT(1000);
    struct tg_policy *p = data_policy(NULL);
    size_t lines = 0, csv_lines = 0;
    (void)state;
    assert_int_equal(tg_policy_matrix(p, false, &out), TG_OK);
    assert_int_equal(tg_policy_matrix(p, true, &csv_out), TG_OK);
    const char *all = tg_buf_cstr(&out);
    for (const char *s = all; *s != '\0'; s++)
        lines += *s == '\n';
    for (size_t i = 0; i < csv_out.n; i++)
        csv_lines += csv_out.p[i] == '\n';
    assert_int_equal(lines + 1, csv_lines);
    says(all, "*", "policy", tg_policy_digest(p));
    says(all, "policy.admin", "role", "kind none duty policy");
    says(all, "retail.supervisor", "role", "kind none side retail");
    says(all, "retail.counter", "role", "kind retail");
    says(all, "retail.contractor", "cap", "looks 300 in hour release-by retail.supervisor");
    says(all, "emergency.responder", "cap", "release-by nw.duty retail.duty");
    says(all, "emergency.transition", "granting",
         "hours 744 of transition declare-by nw.duty approve-by nw.duty retail.duty");
    says(all, "retail.counter", "terms", "days 31");
    says(all, "retail.counter", "inquiry",
         "hours 24 compare name kana fields postcode address point capacity current_limit supply_method meter "
         "read_day night_equipment");
    says(all, "retail.dunning", "nothing", "自社契約なし");
    assert_int_equal(tg_policy_matrix(p, false, &tiny), TG_E_LIMIT);
    tg_policy_unref(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(csv), cmocka_unit_test(text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
