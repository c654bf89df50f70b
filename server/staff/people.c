#include "server/staff/parts.h"

enum { PERSON, NAME, COMPANY, SPONSOR, CONTRACT_END, LEFT, POST, ROLE, OFFICE, AREAS, FROM, TO, COLUMNS };
static const char *const columns[COLUMNS] = {"person", "name", "company", "sponsor", "contract_end", "left",
                                             "post",   "role", "office",  "areas",   "from",         "to"};
static const struct tg_table_def def = {.file = "staff.csv", .column = columns, .n = COLUMNS};

/* One line of the file. post.id is "" on the line of a person without a post. */
struct raw {
    struct tg_person person;
    const struct tg_company *sponsor;
    struct tg_post post;
    uint64_t line;
};

struct reader {
    const struct tg_companies *companies;
    struct tg_people *people;
    struct raw *raw;
    size_t n, cap;
};

static bool is_empty(const struct tg_line *l, size_t column)
{
    return l->cell[column].n == 0;
}

static bool read_company(const struct tg_line *l, const struct reader *r, size_t column,
                         const struct tg_company **ret)
{
    if (!tg_line_check(l, column, TG_FORM_CODE))
        return false;
    *ret = tg_companies_find(r->companies, l->cell[column]);
    if (*ret == NULL)
        tg_line_complain(l, column, "登録されていない会社です / not in companies.csv");
    return *ret != NULL;
}

/* A contractor's person works for the sponsor until the contract ends; nobody else has either. */
static bool read_contract(const struct tg_line *l, const struct reader *r, struct raw *raw)
{
    static const char needed[] = "委託先の人には必要です / required for a contractor's person";
    static const char extra[] = "委託先の人だけの項目です / only for a contractor's person";
    if (raw->person.company->kind != TG_COMPANY_CONTRACTOR) {
        if (!is_empty(l, SPONSOR))
            tg_line_complain(l, SPONSOR, extra);
        if (!is_empty(l, CONTRACT_END))
            tg_line_complain(l, CONTRACT_END, extra);
        return is_empty(l, SPONSOR) && is_empty(l, CONTRACT_END);
    }
    if (is_empty(l, CONTRACT_END))
        tg_line_complain(l, CONTRACT_END, needed);
    if (is_empty(l, SPONSOR)) {
        tg_line_complain(l, SPONSOR, needed);
        return false;
    }
    if (!read_company(l, r, SPONSOR, &raw->sponsor))
        return false;
    bool ok = raw->sponsor->kind != TG_COMPANY_CONTRACTOR;
    if (!ok)
        tg_line_complain(l, SPONSOR, "委託元は委託先ではありません / a contractor cannot be a sponsor");
    return ok && !is_empty(l, CONTRACT_END);
}

static bool read_person(const struct tg_line *l, const struct reader *r, struct raw *raw)
{
    bool ok = tg_line_check(l, PERSON, TG_FORM_PERSON);
    ok = tg_line_check(l, NAME, TG_FORM_TEXT) && ok;
    ok = tg_line_day(l, CONTRACT_END, TG_DAY_MAX, &raw->person.contract_end) && ok;
    ok = tg_line_day(l, LEFT, TG_DAY_MAX, &raw->person.left) && ok;
    ok = read_company(l, r, COMPANY, &raw->person.company) && ok;
    return raw->person.company != NULL && read_contract(l, r, raw) && ok;
}

static bool read_no_post(const struct tg_line *l)
{
    bool ok = true;
    for (size_t i = ROLE; i <= TO; i++) {
        if (is_empty(l, i))
            continue;
        tg_line_complain(l, i, "職務（post）がない行では空にします / must be empty on a line without a post");
        ok = false;
    }
    return ok;
}

/* The designated cities (政令指定都市) and the wards of Tokyo as a whole, JIS X 0402: customers are
 * registered under a ward, so such a code would match nobody, and whoever wrote it would believe otherwise.
 */
static bool names_city(struct tg_span code)
{
    static const char cities[][6] = {"01100", "04100", "11100", "12100", "13100", "14100", "14130",
                                     "14150", "15100", "22100", "22130", "23100", "26100", "27100",
                                     "27140", "28100", "33100", "34100", "40100", "40130", "43100"};
    for (size_t i = 0; i < sizeof cities / sizeof *cities; i++)
        if (tg_span_is(code, cities[i]))
            return true;
    return false;
}

static bool read_areas(const struct tg_line *l)
{
    if (!tg_line_check(l, AREAS, TG_FORM_AREAS))
        return false;
    struct tg_span all = l->cell[AREAS];
    for (size_t i = 0; i + 5 <= all.n; i += 6) {
        if (!names_city(tg_span(all.p + i, 5)))
            continue;
        tg_line_complain(l, AREAS,
                         "政令指定都市（と東京 23 区）は、区のコードをすべて書いてください / of a city with "
                         "wards, write the "
                         "codes of its wards");
        return false;
    }
    return true;
}

static bool read_post(const struct tg_line *l, struct raw *raw)
{
    if (is_empty(l, POST))
        return read_no_post(l);
    bool ok = tg_line_check(l, POST, TG_FORM_POST);
    ok = tg_line_check(l, ROLE, TG_FORM_ROLE) && ok;
    ok = tg_line_check(l, OFFICE, TG_FORM_TEXT) && ok;
    ok = read_areas(l) && ok;
    ok = tg_line_day(l, FROM, TG_DAY_MIN, &raw->post.from) && ok;
    ok = tg_line_day(l, TO, TG_DAY_MAX, &raw->post.to) && ok;
    if (ok && raw->post.from > raw->post.to) {
        tg_line_complain(l, TO, "開始日より前です / before the first day");
        return false;
    }
    return ok;
}

static bool keep_texts(const struct tg_line *l, struct tg_arena *a, struct raw *raw)
{
    raw->person.id = tg_arena_text(a, l->cell[PERSON]);
    raw->person.name = tg_arena_text(a, l->cell[NAME]);
    raw->post.id = tg_arena_text(a, l->cell[POST]);
    raw->post.role = tg_arena_text(a, l->cell[ROLE]);
    raw->post.office = tg_arena_text(a, l->cell[OFFICE]);
    raw->post.areas = tg_arena_text(a, l->cell[AREAS]);
    return raw->person.id != NULL && raw->person.name != NULL && raw->post.id != NULL &&
           raw->post.role != NULL && raw->post.office != NULL && raw->post.areas != NULL;
}

static enum tg_err on_row(void *ctx, const struct tg_line *l)
{
    struct reader *r = ctx;
    struct raw raw;
    memset(&raw, 0, sizeof raw);
    bool ok = read_person(l, r, &raw);
    ok = read_post(l, &raw) && ok;
    if (!ok)
        return TG_OK;
    raw.line = raw.post.line = l->line;
    raw.post.works_for = raw.sponsor != NULL ? raw.sponsor : raw.person.company;
    struct raw *p = tg_grow(r->raw, &r->cap, r->n, sizeof *r->raw, TG_STAFF_LINES);
    if (p == NULL)
        return r->n >= TG_STAFF_LINES ? TG_E_LIMIT : TG_E_NOMEM;
    r->raw = p;
    if (!keep_texts(l, &r->people->text, &raw))
        return TG_E_NOMEM;
    r->raw[r->n++] = raw;
    return TG_OK;
}

static int by_person(const void *a, const void *b)
{
    const struct raw *x = a, *y = b;
    int ids = strcmp(x->person.id, y->person.id);
    if (ids != 0)
        return ids;
    return x->line < y->line ? -1 : x->line > y->line;
}

static void complain(struct tg_faults *f, const struct raw *raw, size_t column, const char *what)
{
    tg_faults_add(f, (struct tg_line_fault){
                         .file = def.file, .line = raw->line, .column = columns[column], .what = what});
}

/* A further line of the same person: only the post may differ, and it must. */
static void check_same(struct tg_faults *f, const struct raw *first, const struct raw *next)
{
    static const char differs[] = "同じ人のほかの行と違います / differs from the person's other line";
    if (strcmp(first->person.name, next->person.name) != 0)
        complain(f, next, NAME, differs);
    if (first->person.company != next->person.company)
        complain(f, next, COMPANY, differs);
    if (first->sponsor != next->sponsor)
        complain(f, next, SPONSOR, differs);
    if (first->person.contract_end != next->person.contract_end)
        complain(f, next, CONTRACT_END, differs);
    if (first->person.left != next->person.left)
        complain(f, next, LEFT, differs);
    if (first->post.id[0] == '\0' || next->post.id[0] == '\0')
        complain(f, next, PERSON, "同じ人が 2 度あります / the person is listed twice");
}

static void check_group(struct tg_faults *f, const struct raw *raw, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        check_same(f, &raw[0], &raw[i]);
        if (i == TG_POSTS_PER_PERSON)
            complain(f, &raw[i], POST, "職務が多すぎます / too many posts");
        for (size_t k = 0; k < i && i < TG_POSTS_PER_PERSON; k++)
            if (raw[i].post.id[0] != '\0' && strcmp(raw[k].post.id, raw[i].post.id) == 0)
                complain(f, &raw[i], POST, "同じ職務が 2 度あります / the post is listed twice");
    }
}

static size_t group_size(const struct reader *r, size_t at)
{
    size_t n = 1;
    while (at + n < r->n && strcmp(r->raw[at].person.id, r->raw[at + n].person.id) == 0)
        n++;
    return n;
}

static void take_group(struct tg_people *p, const struct raw *raw, size_t n)
{
    struct tg_person *one = &p->person[p->n++];
    *one = raw[0].person;
    one->posts = &p->post[p->n_posts];
    for (size_t i = 0; i < n; i++)
        if (raw[i].post.id[0] != '\0')
            p->post[p->n_posts++] = raw[i].post;
    one->n_posts = (size_t)(&p->post[p->n_posts] - one->posts);
}

/* One more than needed, so that nobody at all is not "no memory". */
static enum tg_err reserve(struct tg_people *p, size_t persons, size_t posts)
{
    struct tg_person *person = calloc(persons + 1, sizeof *person);
    struct tg_post *post = calloc(posts + 1, sizeof *post);
    if (person == NULL || post == NULL) {
        free(person);
        free(post);
        return TG_E_NOMEM;
    }
    p->person = person;
    p->post = post;
    return TG_OK;
}

static enum tg_err settle(struct reader *r, struct tg_faults *faults, struct tg_people *ret)
{
    size_t persons = 0;
    if (r->n > 1)
        qsort(r->raw, r->n, sizeof *r->raw, by_person);
    for (size_t i = 0; i < r->n; i += group_size(r, i)) {
        check_group(faults, &r->raw[i], group_size(r, i));
        persons++;
    }
    if (faults->n > 0)
        return TG_E_IMPORT;
    if (persons > TG_PEOPLE)
        return TG_E_LIMIT;
    enum tg_err e = reserve(ret, persons, r->n);
    for (size_t i = 0; i < r->n && e == TG_OK; i += group_size(r, i))
        take_group(ret, &r->raw[i], group_size(r, i));
    return e;
}

enum tg_err tg_people_read(struct tg_source *from, const struct tg_companies *companies,
                           struct tg_people *ret)
{
    memset(ret, 0, sizeof *ret);
    struct reader r = {.companies = companies, .people = ret, .raw = NULL, .n = 0, .cap = 0};
    struct tg_table t = {.def = &def, .faults = from->faults, .copy = from->copy, .row = on_row, .ctx = &r};
    enum tg_err e = tg_table_read(&t, from->path);
    from->charset = t.charset;
    if (e == TG_OK)
        e = settle(&r, from->faults, ret);
    free(r.raw);
    if (e != TG_OK)
        tg_people_done(ret);
    return e;
}

static int by_id(const void *key, const void *element)
{
    const struct tg_person *p = element;
    return strcmp(key, p->id);
}

const struct tg_person *tg_people_find(const struct tg_people *p, const char *id)
{
    return p->n == 0 ? NULL : bsearch(id, p->person, p->n, sizeof *p->person, by_id);
}

void tg_people_done(struct tg_people *p)
{
    free(p->person);
    free(p->post);
    tg_arena_done(&p->text);
    memset(p, 0, sizeof *p);
}
