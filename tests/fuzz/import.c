/* CSV bytes through the checks of an import row and into search keys, without a database. What was accepted
 * must be clean, and must be found by typing what is stored.
 */
#include <unistd.h>

#include "certs/base/csv.h"
#include "certs/base/text.h"
#include "server/records/check.h"
#include "server/records/guess.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static const struct tg_companies *companies(void)
{
    static struct tg_companies *list;
    static const char text[] =
        "code,name,kind,home\nH,h,retail,yes\nR,r,retail,\nN,n,network,\nC,c,contractor,\n";
    char path[] = "/tmp/tegata-fuzz-XXXXXX";
    if (list != NULL)
        return list;
    int fd = mkstemp(path);
    must(fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)sizeof text - 1);
    (void)close(fd);
    must(tg_companies_load(path, &list, NULL, NULL, 0) == TG_OK);
    (void)unlink(path);
    return list;
}

/* The stored value, typed as it stands, finds itself: strictly, and loosely. */
static void found_again(enum tg_list list, struct tg_span value)
{
    struct tg_entries stored;
    struct tg_keys asked;
    enum tg_err err = tg_keys_stored(list, value, &stored);
    if (err != TG_OK || stored.n == 0)
        return;
    if (tg_keys_asked(list, value, &asked) != TG_OK)
        return;
    struct tg_span entry = tg_span(stored.entry[0].b, stored.entry[0].n);
    must(asked.key[0].n <= entry.n && memcmp(entry.p, asked.key[0].b, asked.key[0].n) == 0);
    must(tg_key_accepts(&asked.key[0], false, entry, 0, 0));
    must(tg_key_accepts(&asked.key[0], true, entry, 0, 0));
}

static enum tg_err row(void *ctx, const struct tg_csv_record *r)
{
    (void)ctx;
    struct tg_customer c = {.id = r->field[0]};
    struct tg_checked checked;
    struct tg_fault fault = {0};
    if (r->n > 1)
        c.class = r->field[1];
    if (r->n > 2)
        c.area = r->field[2];
    for (size_t i = 3; i < r->n && i < 3 + TG_F_COUNT; i++)
        c.value[i - 3] = r->field[i];
    for (size_t i = 0; i < r->n; i++)
        (void)tg_guess(r->field[i]);
    enum tg_err err = tg_check_customer(&c, companies(), &checked, &fault);
    must(err == TG_OK ? fault.what == NULL
                      : err == TG_E_IMPORT && fault.what != NULL && fault.column != NULL);
    for (int list = 0; list < TG_LIST_ID; list++)
        for (size_t i = 0; i < r->n; i++)
            found_again((enum tg_list)list, r->field[i]);
    if (err != TG_OK)
        return TG_OK;
    for (int f = 0; f < TG_F_COUNT; f++)
        must(tg_text_clean(checked.value[f]));
    must(checked.value[TG_F_POINT].n == 0 || checked.value[TG_F_POINT].n == TG_POINT_DIGITS);
    must(checked.class == TG_C_VACANT || checked.retailer >= TG_RETAILER_FIRST);
    return TG_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tg_csv *csv = NULL;
    if (tg_csv_new(row, NULL, &csv) != TG_OK)
        return 0;
    enum tg_err err = tg_csv_feed(csv, tg_span(data, size));
    if (err == TG_OK)
        err = tg_csv_end(csv);
    (void)err;
    tg_csv_free(&csv);
    return 0;
}
