/* Check first, replace afterwards: the file in the folder changes only when the new table, together with the
 * tables that it leans on or that lean on it, would load.
 */
#include <unistd.h>

#include "certs/base/file.h"
#include "server/staff/parts.h"

struct import {
    char *companies, *staff, *cards, *consents; /* paths in the folder */
    struct tg_source from;                      /* the file that comes in */
    struct tg_buf *out;
    struct tg_staff_book book; /* what has been read so far */
};

static enum tg_err read_rest(struct tg_source *from, const char *path)
{
    *from = (struct tg_source){.path = path, .faults = from->faults, .copy = NULL};
    return from->faults->n == 0 ? TG_OK : TG_E_IMPORT;
}

/* The staff and the consents on file must still find their companies; before the first import there are none.
 */
static enum tg_err import_companies(struct import *im)
{
    enum tg_err e = tg_companies_read(&im->from, &im->book.companies);
    struct tg_source rest = im->from;
    if (e == TG_OK && access(im->staff, F_OK) == 0 && (e = read_rest(&rest, im->staff)) == TG_OK)
        e = tg_people_read(&rest, im->book.companies, &im->book.people);
    if (e == TG_OK && access(im->consents, F_OK) == 0 && (e = read_rest(&rest, im->consents)) == TG_OK)
        e = tg_consents_read(&rest, im->book.companies, &im->book.consents);
    return e;
}

/* Cards of people who are gone stay (they sign nobody in), but are pointed out. */
static enum tg_err import_staff(struct import *im)
{
    struct tg_source rest = im->from;
    enum tg_err e = read_rest(&rest, im->companies);
    if (e == TG_OK)
        e = tg_companies_read(&rest, &im->book.companies);
    if (e == TG_OK)
        e = tg_people_read(&im->from, im->book.companies, &im->book.people);
    if (e != TG_OK || access(im->cards, F_OK) != 0)
        return e;
    e = read_rest(&rest, im->cards);
    return e == TG_OK ? tg_cards_read(&rest, &im->book.people, false, &im->book.cards) : e;
}

static enum tg_err import_cards(struct import *im)
{
    struct tg_source rest = im->from;
    enum tg_err e = read_rest(&rest, im->companies);
    if (e == TG_OK)
        e = tg_companies_read(&rest, &im->book.companies);
    if (e == TG_OK)
        e = read_rest(&rest, im->staff);
    if (e == TG_OK)
        e = tg_people_read(&rest, im->book.companies, &im->book.people);
    return e == TG_OK ? tg_cards_read(&im->from, &im->book.people, true, &im->book.cards) : e;
}

static enum tg_err import_consents(struct import *im)
{
    struct tg_source rest = im->from;
    enum tg_err e = read_rest(&rest, im->companies);
    if (e == TG_OK)
        e = tg_companies_read(&rest, &im->book.companies);
    return e == TG_OK ? tg_consents_read(&im->from, im->book.companies, &im->book.consents) : e;
}

static const struct kind {
    const char *what, *file;
    enum tg_err (*check)(struct import *im);
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

static enum tg_err report_good(const struct import *im)
{
    const struct tg_staff_book *b = &im->book;
    enum tg_err e = tg_buf_addf(
        im->out, "取り込みました / imported: companies %zu, people %zu, posts %zu, cards %zu, consents %zu\n",
        b->companies->n, b->people.n, b->people.n_posts, b->cards.n, b->consents.n);
    if (e == TG_OK && b->cards.strangers > 0)
        e = tg_buf_addf(
            im->out,
            "注意: 職員名簿にない人のカードが %zu 枚あります / note: %zu cards of people not on the list\n",
            b->cards.strangers, b->cards.strangers);
    return e;
}

static enum tg_err report_bad(const struct import *im)
{
    enum tg_err e = tg_faults_text(im->from.faults, im->out);
    if (e != TG_OK)
        return e;
    return tg_buf_addf(im->out, "誤りは %llu 件。何も変更していません / %llu faults; nothing was changed\n",
                       (unsigned long long)im->from.faults->n, (unsigned long long)im->from.faults->n);
}

static enum tg_err check_and_replace(struct import *im, const struct kind *k, const char *target)
{
    enum tg_err e = k->check(im);
    enum tg_err said =
        tg_buf_addf(im->out, "%s: 文字コード / encoding %s\n", k->file, tg_charset_name(im->from.charset));
    if (said != TG_OK)
        return said;
    if (e != TG_OK) {
        said = report_bad(im);
        return said == TG_OK ? e : said;
    }
    e = tg_file_write(target, tg_span_buf(im->from.copy), 0600);
    return e == TG_OK ? report_good(im) : e;
}

static void import_done(struct import *im)
{
    free(im->companies);
    free(im->staff);
    free(im->cards);
    free(im->consents);
    tg_consents_done(&im->book.consents);
    tg_cards_done(&im->book.cards);
    tg_people_done(&im->book.people);
    tg_companies_free(&im->book.companies);
}

enum tg_err tg_book_import(const char *folder, const char *what, const char *file, struct tg_buf *out)
{
    const struct kind *k = find_kind(what);
    if (k == NULL)
        return TG_E_USAGE;
    TG_FAULTS_AUTO faults = {.n = 0};
    TG_BUF_AUTO copy = TG_BUF_INIT(TG_STAFF_TEXT_BYTES);
    struct import im;
    memset(&im, 0, sizeof im);
    im.companies = tg_path_join(folder, "companies.csv");
    im.staff = tg_path_join(folder, "staff.csv");
    im.cards = tg_path_join(folder, "cards.csv");
    im.consents = tg_path_join(folder, "consents.csv");
    im.from = (struct tg_source){.path = file, .faults = &faults, .copy = &copy};
    im.out = out;
    char *target = tg_path_join(folder, k->file);
    enum tg_err e = TG_E_NOMEM;
    if (im.companies != NULL && im.staff != NULL && im.cards != NULL && im.consents != NULL && target != NULL)
        e = check_and_replace(&im, k, target);
    free(target);
    import_done(&im);
    return e;
}
