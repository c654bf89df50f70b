#include "certs/base/text.h"
#include "server/staff/keyed.h"
#include "server/staff/parts.h"

enum { CONSENT, COMPANY, POINT, PURPOSE, FROM, TO, COLUMNS };
static const char *const columns[COLUMNS] = {"consent", "company", "point", "purpose", "from", "to"};
static const struct tg_table_def def = {.file = "consents.csv", .column = columns, .n = COLUMNS};

enum { POINT_DIGITS = 22, GAS_DIGITS = 17 };

struct reader {
    const struct tg_companies *companies;
    struct tg_keyed consents;
};

static bool read_company(const struct tg_line *l, const struct tg_companies *companies, char out[16])
{
    const struct tg_company *c = NULL;
    if (!tg_line_check(l, COMPANY, TG_FORM_CODE))
        return false;
    c = tg_companies_find(companies, l->cell[COMPANY]);
    if (c == NULL)
        tg_line_complain(l, COMPANY, "登録されていない会社です / not in companies.csv");
    else if (c->kind != TG_COMPANY_RETAIL)
        tg_line_complain(l, COMPANY, "同意の相手は小売電気事業者です / a consent is given to a retailer");
    return c != NULL && c->kind == TG_COMPANY_RETAIL && tg_copy(out, 16, l->cell[COMPANY]) == TG_OK;
}

/* The digits of the cell: at most 22 are kept, all are counted. SIZE_MAX: something else stands there. */
static size_t digits_of(struct tg_span s, char out[POINT_DIGITS + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '-')
            continue;
        if (s.p[i] < '0' || s.p[i] > '9')
            return SIZE_MAX;
        if (n < POINT_DIGITS)
            out[n] = (char)s.p[i];
        n++;
    }
    out[n < POINT_DIGITS ? n : POINT_DIGITS] = '\0';
    return n;
}

/* The areas 01 Hokkaido … 10 Okinawa; there is no check digit. As server/records/number.c has it. */
static bool read_point(const struct tg_line *l, char out[POINT_DIGITS + 1])
{
    size_t n = digits_of(l->cell[POINT], out);
    if (n == POINT_DIGITS && ((out[0] == '0' && out[1] >= '1') || (out[0] == '1' && out[1] == '0')))
        return true;
    tg_line_complain(
        l, POINT,
        n == GAS_DIGITS
            ? "17 桁はガスの番号です / 17 digits are a gas number; electricity has 22"
            : "22 桁で 01〜10 に始まる番号が必要です / 22 digits that begin with 01 to 10 are needed");
    return false;
}

static bool read_given_day(const struct tg_line *l, size_t column, tg_day *ret)
{
    if (l->cell[column].n > 0)
        return tg_line_day(l, column, TG_DAY_MIN, ret);
    tg_line_complain(l, column, "空です / empty");
    return false;
}

static bool read_days(const struct tg_line *l, struct tg_consent *ret)
{
    bool ok = read_given_day(l, FROM, &ret->from);
    ok = read_given_day(l, TO, &ret->to) && ok;
    const char *what = NULL;
    if (ok && ret->from > ret->to)
        what = "開始日より前です / before the first day";
    else if (ok && ret->to - ret->from >= TG_CONSENT_DAYS)
        what = "31 日を超えています / longer than 31 days";
    if (what != NULL)
        tg_line_complain(l, TO, what);
    return ok && what == NULL;
}

static bool read_consent(const struct tg_line *l, const struct tg_companies *companies,
                         struct tg_consent *ret)
{
    bool ok = tg_line_check(l, CONSENT, TG_FORM_CASE);
    ok = read_company(l, companies, ret->company) && ok;
    ok = read_point(l, ret->point) && ok;
    ok = tg_line_check(l, PURPOSE, TG_FORM_ROLE) && ok;
    ok = read_days(l, ret) && ok;
    return ok && tg_copy(ret->ref, sizeof ret->ref, l->cell[CONSENT]) == TG_OK &&
           tg_copy(ret->purpose, sizeof ret->purpose, l->cell[PURPOSE]) == TG_OK;
}

static enum tg_err on_row(void *ctx, const struct tg_line *l)
{
    struct reader *r = ctx;
    struct tg_consent c;
    memset(&c, 0, sizeof c);
    return read_consent(l, r->companies, &c) ? tg_keyed_add(&r->consents, l->line, &c) : TG_OK;
}

enum tg_err tg_consents_read(struct tg_source *from, const struct tg_companies *companies,
                             struct tg_consents *ret)
{
    struct reader r = {.companies = companies,
                       .consents = {.def = &def,
                                    .column = CONSENT,
                                    .twice = "同じ同意番号が 2 度あります / the reference is used twice",
                                    .size = sizeof(struct tg_consent),
                                    .most = TG_CONSENTS}};
    void *sorted = NULL;
    memset(ret, 0, sizeof *ret);
    enum tg_err e = tg_keyed_read(&r.consents, from, on_row, &r, &sorted);
    if (e == TG_OK)
        *ret = (struct tg_consents){.c = sorted, .n = r.consents.n};
    tg_keyed_done(&r.consents);
    return e;
}

static int by_ref(const void *key, const void *element)
{
    const struct tg_consent *c = element;
    return strcmp(key, c->ref);
}

const struct tg_consent *tg_consents_find(const struct tg_consents *c, const char *ref)
{
    return c->n == 0 ? NULL : bsearch(ref, c->c, c->n, sizeof *c->c, by_ref);
}

void tg_consents_done(struct tg_consents *c)
{
    free(c->c);
    memset(c, 0, sizeof *c);
}
