/* Check first, replace afterwards: the file in the folder changes only when the new table, together with the
 * tables that it leans on or that lean on it, would load.
 */
#include "server/staff/import.h"

#include <unistd.h>

#include "certs/base/file.h"
#include "server/staff/parts.h"

struct kind;

struct tg_import {
    const struct kind *kind;
    const struct tg_hats *hats;
    char *companies, *staff, *cards, *consents, *target; /* paths in the folder */
    struct tg_faults faults;
    struct tg_buf copy;    /* the incoming table as UTF-8 */
    struct tg_source from; /* the file that comes in */
    struct tg_staff_book *was, *is;
};

static enum tg_err read_rest(struct tg_source *from, const char *path)
{
    *from = (struct tg_source){.path = path, .faults = from->faults, .copy = NULL};
    return from->faults->n == 0 ? TG_OK : TG_E_IMPORT;
}

/* The staff and the consents on file must still find their companies; before the first import there are none.
 */
static enum tg_err import_companies(struct tg_import *im)
{
    enum tg_err e = tg_companies_read(&im->from, &im->is->companies);
    struct tg_source rest = im->from;
    if (e == TG_OK && access(im->staff, F_OK) == 0 && (e = read_rest(&rest, im->staff)) == TG_OK)
        e = tg_people_read(&rest, im->is->companies, &im->is->people);
    if (e == TG_OK && access(im->consents, F_OK) == 0 && (e = read_rest(&rest, im->consents)) == TG_OK)
        e = tg_consents_read(&rest, im->is->companies, &im->is->consents);
    return e;
}

/* Cards of people who are gone stay (they sign nobody in), but are pointed out. */
static enum tg_err import_staff(struct tg_import *im)
{
    struct tg_source rest = im->from;
    enum tg_err e = read_rest(&rest, im->companies);
    if (e == TG_OK)
        e = tg_companies_read(&rest, &im->is->companies);
    if (e == TG_OK)
        e = tg_people_read(&im->from, im->is->companies, &im->is->people);
    if (e == TG_OK && im->hats != NULL && tg_book_clashes(im->is, im->hats, &im->faults) > 0)
        e = TG_E_IMPORT;
    if (e != TG_OK || access(im->cards, F_OK) != 0)
        return e;
    e = read_rest(&rest, im->cards);
    return e == TG_OK ? tg_cards_read(&rest, &im->is->people, false, &im->is->cards) : e;
}

static enum tg_err import_cards(struct tg_import *im)
{
    struct tg_source rest = im->from;
    enum tg_err e = read_rest(&rest, im->companies);
    if (e == TG_OK)
        e = tg_companies_read(&rest, &im->is->companies);
    if (e == TG_OK)
        e = read_rest(&rest, im->staff);
    if (e == TG_OK)
        e = tg_people_read(&rest, im->is->companies, &im->is->people);
    return e == TG_OK ? tg_cards_read(&im->from, &im->is->people, true, &im->is->cards) : e;
}

static enum tg_err import_consents(struct tg_import *im)
{
    struct tg_source rest = im->from;
    enum tg_err e = read_rest(&rest, im->companies);
    if (e == TG_OK)
        e = tg_companies_read(&rest, &im->is->companies);
    return e == TG_OK ? tg_consents_read(&im->from, im->is->companies, &im->is->consents) : e;
}

static const struct kind {
    const char *what, *file;
    enum tg_err (*check)(struct tg_import *im);
} kinds[] = {{"companies", "companies.csv", import_companies},
             {"staff", "staff.csv", import_staff},
             {"cards", "cards.csv", import_cards},
             {"consents", "consents.csv", import_consents}};

static const struct kind *find_kind(const char *what)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].what, what) == 0)
            return &kinds[i];
    return NULL;
}

static enum tg_err report_good(const struct tg_import *im, struct tg_buf *out)
{
    const struct tg_staff_book *b = im->is;
    size_t companies = b->companies != NULL ? b->companies->n : 0;
    enum tg_err e = tg_buf_addf(
        out, "取り込みました / imported: companies %zu, people %zu, posts %zu, cards %zu, consents %zu\n",
        companies, b->people.n, b->people.n_posts, b->cards.n, b->consents.n);
    if (e == TG_OK && b->cards.strangers > 0)
        e = tg_buf_addf(
            out,
            "注意: 職員名簿にない人のカードが %zu 枚あります / note: %zu cards of people not on the list\n",
            b->cards.strangers, b->cards.strangers);
    return e;
}

static enum tg_err report_bad(struct tg_import *im, struct tg_buf *out)
{
    enum tg_err e = tg_faults_text(&im->faults, out);
    if (e != TG_OK)
        return e;
    return tg_buf_addf(out, "誤りは %llu 件。何も変更していません / %llu faults; nothing was changed\n",
                       (unsigned long long)im->faults.n, (unsigned long long)im->faults.n);
}

static struct tg_staff_book *book_new(void)
{
    struct tg_staff_book *b = calloc(1, sizeof *b);
    if (b != NULL)
        atomic_init(&b->refs, 1);
    return b;
}

/* What the folder holds, as far as it can be read: an import may be what mends it. */
static enum tg_err read_was(struct tg_import *im, const char *folder, struct tg_buf *out)
{
    char why[512] = "";
    enum tg_err e = tg_book_load(folder, &im->was, why, sizeof why);
    if (e == TG_OK || e == TG_E_NOMEM)
        return e;
    if ((im->was = book_new()) == NULL)
        return TG_E_NOMEM;
    if (e == TG_E_NOT_FOUND) /* the first of its kind */
        return TG_OK;
    return tg_buf_addf(
        out,
        "注意: 今の名簿は読めないので、空として比べます / note: the list in the folder cannot be "
        "read and counts as empty: %s\n",
        why[0] != '\0' ? why : tg_err_en(e));
}

void tg_import_free(struct tg_import **im)
{
    if (*im == NULL)
        return;
    free((*im)->companies);
    free((*im)->staff);
    free((*im)->cards);
    free((*im)->consents);
    free((*im)->target);
    tg_faults_done(&(*im)->faults);
    tg_buf_done(&(*im)->copy);
    tg_book_unref(&(*im)->was);
    tg_book_unref(&(*im)->is);
    free(*im);
    *im = NULL;
}

static struct tg_import *import_new(const char *folder, const struct kind *k, const struct tg_import_ask *ask)
{
    struct tg_import *im = calloc(1, sizeof *im);
    if (im == NULL)
        return NULL;
    im->kind = k;
    im->hats = ask->hats;
    im->copy = TG_BUF_INIT(TG_STAFF_TEXT_BYTES);
    im->companies = tg_path_join(folder, "companies.csv");
    im->staff = tg_path_join(folder, "staff.csv");
    im->cards = tg_path_join(folder, "cards.csv");
    im->consents = tg_path_join(folder, "consents.csv");
    im->target = tg_path_join(folder, k->file);
    im->from = (struct tg_source){.path = ask->file, .faults = &im->faults, .copy = &im->copy};
    im->is = book_new();
    if (im->companies == NULL || im->staff == NULL || im->cards == NULL || im->consents == NULL ||
        im->target == NULL || im->is == NULL)
        tg_import_free(&im);
    return im;
}

static enum tg_err check(struct tg_import *im, const char *folder, struct tg_buf *out)
{
    enum tg_err e = im->kind->check(im);
    enum tg_err said =
        tg_buf_addf(out, "%s: 文字コード / encoding %s\n", im->kind->file, tg_charset_name(im->from.charset));
    if (said == TG_OK)
        said = e == TG_OK ? read_was(im, folder, out) : report_bad(im, out);
    return e == TG_OK || said != TG_OK ? said : e;
}

enum tg_err tg_import_check(const char *folder, const struct tg_import_ask *ask, struct tg_buf *out,
                            struct tg_import **ret)
{
    const struct kind *k = find_kind(ask->what);
    if (k == NULL)
        return TG_E_USAGE;
    struct tg_import *im = import_new(folder, k, ask);
    if (im == NULL)
        return TG_E_NOMEM;
    enum tg_err e = check(im, folder, out);
    if (e == TG_OK)
        *ret = im;
    else
        tg_import_free(&im);
    return e;
}

enum tg_err tg_import_apply(const struct tg_import *im, struct tg_buf *out)
{
    enum tg_err e = tg_file_write(im->target, tg_span_buf(&im->copy), 0600);
    return e == TG_OK ? report_good(im, out) : e;
}

const struct tg_staff_book *tg_import_was(const struct tg_import *im)
{
    return im->was;
}

const struct tg_staff_book *tg_import_is(const struct tg_import *im)
{
    return im->is;
}

enum tg_err tg_book_import(const char *folder, const char *what, const char *file, struct tg_buf *out)
{
    const struct tg_import_ask ask = {.what = what, .file = file, .hats = NULL};
    struct tg_import *im = NULL;
    enum tg_err e = tg_import_check(folder, &ask, out, &im);
    if (e == TG_OK)
        e = tg_import_apply(im, out);
    tg_import_free(&im);
    return e;
}
