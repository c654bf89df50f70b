/* A double for policy's scope.h: any clauses that a test wants, also such as no policy would grant. */
#include "server/policy/scope.h"
#include "tests/unit/records/fixture.h"

struct tg_scope {
    bool drill;
    tg_day day;
    size_t n;
    struct tg_clause clause[TG_CLAUSES];
};

size_t tg_scope_count(const struct tg_scope *s)
{
    return s->n;
}

const struct tg_clause *tg_scope_clause(const struct tg_scope *s, size_t i)
{
    return &s->clause[i];
}

tg_mask tg_scope_catalogue(const struct tg_scope *s, size_t clause)
{
    (void)s;
    (void)clause;
    return TG_MASK_ALL;
}

bool tg_scope_drill(const struct tg_scope *s)
{
    return s->drill;
}

void scope_drill(struct tg_scope *s)
{
    s->drill = true;
}

tg_day tg_scope_day(const struct tg_scope *s)
{
    return s->day;
}

const char *tg_scope_digest(const struct tg_scope *s)
{
    (void)s;
    return "0000";
}

void tg_scope_free(struct tg_scope **s)
{
    free(*s);
    *s = NULL;
}

struct tg_scope *scope_of(size_t n, const struct tg_clause *clause)
{
    struct tg_scope *s = calloc(1, sizeof *s);
    assert_non_null(s);
    assert_true(n <= TG_CLAUSES);
    s->day = 19676; /* 2023-11-15 */
    s->n = n;
    memcpy(s->clause, clause, n * sizeof *clause);
    return s;
}

void scope_at(struct tg_scope *s, const char *day)
{
    assert_int_equal(tg_day_parse(tg_span_str(day), &s->day), TG_OK);
}

struct tg_scope *scope_home(tg_mask fields)
{
    struct tg_clause c[] = {{TG_C_OWN, "HOME", "", fields, "own", NULL, NULL},
                            {TG_C_FORMER, "HOME", "", fields, "former", NULL, NULL}};
    return scope_of(2, c);
}

struct tg_scope *scope_network(tg_mask fields)
{
    struct tg_clause c[] = {{TG_C_OTHER, "NW", "", fields, "other", NULL, NULL},
                            {TG_C_LAST_RESORT, "NW", "", fields, "last", NULL, NULL},
                            {TG_C_GENERATOR_OTHER, "NW", "", fields, "gen", NULL, NULL},
                            {TG_C_VACANT, "NW", "", fields, "vacant", NULL, NULL}};
    return scope_of(4, c);
}
