#include "server/staff/company.h"

#include "certs/base/text.h"
#include "server/staff/parts.h"

enum { CODE, NAME, KIND, HOME, PHONE, COLUMNS };
static const char *const columns[COLUMNS] = {"code", "name", "kind", "home", "phone"};
static const struct tg_table_def def = {
    .file = "companies.csv", .column = columns, .n = COLUMNS, .optional = 1};

struct reader {
    struct tg_companies *companies;
    size_t cap;
};

static const char *const kinds[TG_COMPANY_KINDS] = {
    [TG_COMPANY_RETAIL] = "retail", [TG_COMPANY_NETWORK] = "network", [TG_COMPANY_CONTRACTOR] = "contractor"};

const char *tg_company_kind_name(enum tg_company_kind k)
{
    return (unsigned)k < TG_COMPANY_KINDS ? kinds[k] : NULL;
}

enum tg_company_kind tg_company_kind_find(const char *name)
{
    enum tg_company_kind k = TG_COMPANY_RETAIL;
    while (k < TG_COMPANY_KINDS && strcmp(kinds[k], name) != 0)
        k++;
    return k;
}

static bool read_kind(const struct tg_line *l, enum tg_company_kind *ret)
{
    for (unsigned i = 0; i < TG_COMPANY_KINDS; i++) {
        if (tg_span_is(l->cell[KIND], kinds[i])) {
            *ret = (enum tg_company_kind)i;
            return true;
        }
    }
    tg_line_complain(l, KIND,
                     "retail, network, contractor のどれかです / one of retail, network, contractor");
    return false;
}

static bool read_home(const struct tg_line *l, bool *ret)
{
    *ret = tg_span_is(l->cell[HOME], "yes");
    if (*ret || l->cell[HOME].n == 0 || tg_span_is(l->cell[HOME], "no"))
        return true;
    tg_line_complain(l, HOME, "yes か no です / yes or no");
    return false;
}

static bool home_allowed(const struct tg_line *l, const struct tg_companies *all, const struct tg_company *c)
{
    if (!c->home)
        return true;
    bool second = false;
    for (size_t i = 0; i < all->n; i++)
        second = second || all->c[i].home;
    if (c->kind != TG_COMPANY_RETAIL)
        tg_line_complain(l, HOME, "自社は小売電気事業者です / home must be a retailer");
    else if (second)
        tg_line_complain(l, HOME, "自社は 1 社だけです / there is one home retailer");
    return c->kind == TG_COMPANY_RETAIL && !second;
}

static bool known(const struct tg_companies *all, struct tg_span code)
{
    for (size_t i = 0; i < all->n; i++)
        if (tg_span_is(code, all->c[i].code))
            return true;
    return false;
}

static bool read_company(const struct tg_line *l, const struct tg_companies *all, struct tg_company *ret)
{
    bool ok = tg_line_check(l, CODE, TG_FORM_CODE);
    ok = tg_line_check(l, NAME, TG_FORM_TEXT) && ok;
    ok = read_kind(l, &ret->kind) && ok;
    ok = read_home(l, &ret->home) && ok;
    ok = tg_line_check(l, PHONE, TG_FORM_PHONE) && ok;
    if (!ok || !home_allowed(l, all, ret))
        return false;
    if (known(all, l->cell[CODE])) {
        tg_line_complain(l, CODE, "同じコードの会社がすでにあります / the code is used twice");
        return false;
    }
    return tg_copy(ret->code, sizeof ret->code, l->cell[CODE]) == TG_OK &&
           tg_copy(ret->name, sizeof ret->name, l->cell[NAME]) == TG_OK &&
           tg_copy(ret->phone, sizeof ret->phone, l->cell[PHONE]) == TG_OK;
}

static enum tg_err on_row(void *ctx, const struct tg_line *l)
{
    struct reader *r = ctx;
    struct tg_companies *all = r->companies;
    struct tg_company one;
    memset(&one, 0, sizeof one);
    if (!read_company(l, all, &one))
        return TG_OK;
    struct tg_company *p = tg_grow(all->c, &r->cap, all->n, sizeof *all->c, TG_COMPANIES);
    if (p == NULL)
        return all->n >= TG_COMPANIES ? TG_E_LIMIT : TG_E_NOMEM;
    all->c = p;
    all->c[all->n++] = one;
    return TG_OK;
}

static int by_code(const void *a, const void *b)
{
    const struct tg_company *x = a, *y = b;
    return strcmp(x->code, y->code);
}

static void settle(struct tg_companies *all)
{
    if (all->n > 1)
        qsort(all->c, all->n, sizeof *all->c, by_code);
    for (size_t i = 0; i < all->n; i++)
        if (all->c[i].home)
            all->home = &all->c[i];
}

enum tg_err tg_companies_read(struct tg_source *from, struct tg_companies **ret)
{
    struct reader r = {.companies = calloc(1, sizeof *r.companies), .cap = 0};
    if (r.companies == NULL)
        return TG_E_NOMEM;
    struct tg_table t = {.def = &def, .faults = from->faults, .copy = from->copy, .row = on_row, .ctx = &r};
    enum tg_err e = tg_table_read(&t, from->path);
    from->charset = t.charset;
    if (e == TG_OK) {
        settle(r.companies);
        if (r.companies->home == NULL && from->faults->n == 0)
            tg_faults_add(from->faults,
                          (struct tg_line_fault){.file = def.file,
                                                 .line = 0,
                                                 .column = "home",
                                                 .what = "自社の指定がありません / no home retailer"});
        e = from->faults->n == 0 ? TG_OK : TG_E_IMPORT;
    }
    if (e == TG_OK)
        *ret = r.companies;
    else
        tg_companies_free(&r.companies);
    return e;
}

enum tg_err tg_companies_load(const char *path, struct tg_companies **ret, unsigned *line, char *why,
                              size_t size)
{
    TG_FAULTS_AUTO faults = {.n = 0};
    struct tg_source from = {.path = path, .faults = &faults, .copy = NULL};
    enum tg_err e = tg_companies_read(&from, ret);
    tg_faults_first(&faults, line, why, size);
    return e;
}

void tg_companies_free(struct tg_companies **c)
{
    if (*c != NULL)
        free((*c)->c);
    free(*c);
    *c = NULL;
}

const struct tg_company *tg_companies_find(const struct tg_companies *c, struct tg_span code)
{
    struct tg_company key;
    if (c->n == 0 || tg_copy(key.code, sizeof key.code, code) != TG_OK)
        return NULL;
    return bsearch(&key, c->c, c->n, sizeof *c->c, by_code);
}

const char *tg_companies_network_phone(const struct tg_companies *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->c[i].kind == TG_COMPANY_NETWORK && c->c[i].phone[0] != '\0')
            return c->c[i].phone;
    return "";
}

const struct tg_company *tg_companies_home(const struct tg_companies *c)
{
    return c->home;
}

size_t tg_companies_count(const struct tg_companies *c)
{
    return c->n;
}

const struct tg_company *tg_companies_at(const struct tg_companies *c, size_t i)
{
    return i < c->n ? &c->c[i] : NULL;
}
