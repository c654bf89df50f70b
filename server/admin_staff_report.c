#include "server/admin_staff.h"

static bool has_unknown_role(const struct tg_staff_report *r, const struct tg_person_shift *p)
{
    for (size_t i = 0; p->is != NULL && i < p->is->n_posts; i++) {
        if (!tg_policy_has_role(r->policy, p->is->posts[i].role)) {
            return true;
        }
    }
    return false;
}

static void count(struct tg_staff_report *r, const struct tg_person_shift *p)
{
    bool has[TG_SHIFT_COUNT] = {false};

    for (size_t i = 0; i < p->n; i++) {
        has[p->shift[i].shift] = true;
    }
    r->gaining += has[TG_SHIFT_GAINS];
    r->losing += has[TG_SHIFT_LOSES];
    r->changing += has[TG_SHIFT_CHANGES];
    r->unchanged += p->n == 0 && p->was != NULL && p->is != NULL;
    r->come += p->was == NULL;
    r->gone += p->is == NULL;
    r->idle += p->idle;
    r->unknown_roles += has_unknown_role(r, p);
}

static enum tg_err each_person(void *ctx, const struct tg_person_shift *p)
{
    struct tg_staff_report *r = ctx;

    count(r, p);
    if (r->quiet || (p->n == 0 && !p->idle && p->was != NULL && p->is != NULL)) {
        return TG_OK;
    }
    if (r->csv) {
        tg_staff_csv_person(r, p);
    } else {
        tg_staff_text_person(r, p);
    }
    return TG_OK;
}

static const char *card_effect(const struct tg_card_shift *c, const char **ja)
{
    if (!c->was_listed || !c->is_listed) {
        *ja = c->is_listed ? "加わる" : "外れる";
        return c->is_listed ? "added" : "removed";
    }
    if (c->was_blocked != c->is_blocked) {
        *ja = c->is_blocked ? "止まる" : "また使える";
        return c->is_blocked ? "blocked" : "unblocked";
    }
    *ja = "持ち主が変わる";
    return "handed-over";
}

static enum tg_err each_card(void *ctx, const struct tg_card_shift *c)
{
    struct tg_staff_report *r = ctx;
    const char *ja = "", *was = c->was != NULL ? c->was->id : "", *is = c->is != NULL ? c->is->id : "";
    const char *effect = card_effect(c, &ja);

    r->changing++;
    if (r->csv) {
        const char *const cells[] = {effect, c->card, was, is};

        tg_staff_csv_cells(r->out, cells, sizeof cells / sizeof *cells);
    } else if (!r->quiet) {
        (void)fprintf(r->out, "%s %s / %s: %s%s%s%s\n", c->card, ja, effect, was[0] != '\0' ? was : is,
                      strcmp(was, is) != 0 && was[0] != '\0' && is[0] != '\0' ? " → " : "",
                      strcmp(was, is) != 0 && was[0] != '\0' ? is : "",
                      c->is_listed && c->is_blocked && !c->was_listed ? "（止まっている / blocked）" : "");
    }
    return TG_OK;
}

static const char *kind_of(const struct tg_company *c)
{
    static const char *const kinds[] = {"retail", "network", "contractor"};

    return c != NULL ? kinds[c->kind] : "";
}

static enum tg_err each_company(void *ctx, const struct tg_company *was, const struct tg_company *is)
{
    struct tg_staff_report *r = ctx;
    const char *effect = was == NULL ? "added" : is == NULL ? "removed" : "changed";
    const char *ja = was == NULL ? "加わる" : is == NULL ? "外れる" : "変わる";
    const char *code = is != NULL ? is->code : was->code;

    r->changing++;
    if (r->csv) {
        const char *const cells[] = {effect,
                                     code,
                                     kind_of(was),
                                     kind_of(is),
                                     was != NULL ? was->name : "",
                                     is != NULL ? is->name : ""};

        tg_staff_csv_cells(r->out, cells, sizeof cells / sizeof *cells);
    } else if (!r->quiet) {
        (void)fprintf(r->out, "%s %s / %s: %s %s → %s %s%s\n", code, ja, effect, kind_of(was),
                      was != NULL ? was->name : "-", kind_of(is), is != NULL ? is->name : "-",
                      is != NULL && is->home && (was == NULL || !was->home) ? "（自社 / home）" : "");
    }
    return TG_OK;
}

static void sum_of_lines(const struct tg_staff_report *r)
{
    (void)fprintf(r->out, "変わるもの / changes: %zu\n", r->changing);
}

enum tg_err tg_staff_report(struct tg_staff_report *r, const char *what, const struct tg_import *im)
{
    const struct tg_staff_book *was = tg_import_was(im), *is = tg_import_is(im);
    bool staff = strcmp(what, "staff") == 0;
    enum tg_err e = TG_OK;

    if (r->csv) {
        tg_staff_csv_head(r->out, what);
    }
    if (staff) {
        e = tg_people_diff(was, is, tg_day_of(tg_now()), each_person, r);
    } else if (strcmp(what, "cards") == 0) {
        e = tg_cards_diff(was, is, each_card, r);
    } else if (strcmp(what, "companies") == 0) {
        e = tg_companies_diff(was, is, each_company, r);
    } else {
        return TG_OK;
    }
    if (e == TG_OK && !r->csv) {
        (staff ? tg_staff_text_sums : sum_of_lines)(r);
    }
    return e;
}
