/* The matrix is whole, and every cell of it is what a decision really does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/csv.h"
#include "data.h"
#include "server/admit/staff_make.h"

enum { ROLES = 13 };
static const char *const purposes[] = {"inquiry", "application",  "switching", "moving",
                                       "billing", "construction", "outage"};

/* What decisions show: the purposes (bits) under which the role sees the field, whatever the company's kind.
 */
static unsigned decided(const struct tg_policy *p, const char *role, enum tg_class class, enum tg_field f)
{
    unsigned seen = 0;
    for (unsigned i = 0; i < 7 * 3; i++) {
        struct tg_staff s = {.company = "A", .company_kind = (enum tg_company_kind)(i % 3)};
        struct tg_scope *scope = NULL;
        (void)snprintf(s.role, sizeof s.role, "%s", role);
        if (tg_policy_decide(p, &s, &(struct tg_matter){.purpose = purposes[i / 3], .now = 0}, &scope) !=
            TG_OK)
            continue;
        for (size_t k = 0; k < tg_scope_count(scope); k++)
            if (tg_scope_clause(scope, k)->class == class &&
                (tg_scope_clause(scope, k)->fields & TG_BIT(f)) != 0)
                seen |= 1u << (i / 3);
        tg_scope_free(&scope);
    }
    return seen;
}

static unsigned listed(const char *text)
{
    unsigned seen = 0;
    for (unsigned u = 0; u < 7; u++)
        if (strstr(text, purposes[u]) != NULL)
            seen |= 1u << u;
    return seen;
}

struct walk {
    const struct tg_policy *p;
    size_t rows, shown, grant;
};

static enum tg_err on_cell(void *ctx, const struct tg_csv_record *r)
{
    struct walk *w = ctx;
    assert_int_equal(r->n, 10);
    if (r->line == 1) {
        assert_string_equal(data_cell(r, 3, 0), "state");
        return TG_OK;
    }
    enum tg_class class = (enum tg_class)(w->rows / TG_F_COUNT % TG_C_COUNT);
    enum tg_field f = (enum tg_field)(w->rows % TG_F_COUNT);
    const char *role = data_cell(r, 0, 0), *cell = data_cell(r, 3, 3);
    w->rows++;
    assert_string_equal(data_cell(r, 1, 1), tg_class_name(class));
    assert_string_equal(data_cell(r, 2, 2), tg_field_name(f));
    assert_true(r->field[4].n > 0);
    unsigned seen = decided(w->p, role, class, f);
    assert_int_equal(strcmp(cell, "shown") == 0, seen != 0);
    w->shown += seen != 0;
    if (seen != 0) {
        assert_int_equal(listed(data_cell(r, 9, 4)), seen);
        return TG_OK;
    }
    bool grant = strcmp(cell, "grant") == 0;
    assert_true(grant || strcmp(cell, "hidden") == 0);
    assert_int_equal(grant, r->field[9].n > 0);
    w->grant += grant;
    for (size_t i = 5; i < 9; i++)
        assert_true(r->field[i].n > 10);
    return TG_OK;
}

static void csv(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(4 * 1024 * 1024);
    struct walk w = {.rows = 0};
    struct tg_policy *p = data_policy(NULL);
    struct tg_csv *c = NULL;
    (void)state;
    w.p = p;
    assert_int_equal(tg_policy_matrix(p, true, &out), TG_OK);
    assert_int_equal(tg_csv_new(on_cell, &w, &c), TG_OK);
    assert_int_equal(tg_csv_feed(c, tg_span_buf(&out)), TG_OK);
    assert_int_equal(tg_csv_end(c), TG_OK);
    tg_csv_free(&c);
    assert_int_equal(w.rows, ROLES * TG_C_COUNT * TG_F_COUNT);
    assert_int_equal(w.shown, 20 + 11 + 20 + 11 + 13 + 11 + 16 + 7 + 4 * 20 + 2 * 16 + 10);
    assert_int_equal(w.grant, 6 * 5 + 3);
    tg_policy_unref(&p);
}

static void text(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(4 * 1024 * 1024), tiny = TG_BUF_INIT(1000);
    struct tg_policy *p = data_policy(NULL);
    size_t lines = 0;
    (void)state;
    assert_int_equal(tg_policy_matrix(p, false, &out), TG_OK);
    const char *all = tg_buf_cstr(&out);
    for (const char *s = all; *s != '\0'; s++)
        lines += *s == '\n';
    assert_int_equal(lines, 1 + ROLES * TG_C_COUNT * TG_F_COUNT);
    assert_non_null(strstr(all, tg_policy_digest(p)));
    assert_int_equal(tg_policy_matrix(p, false, &tiny), TG_E_LIMIT);
    tg_policy_unref(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(csv), cmocka_unit_test(text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
