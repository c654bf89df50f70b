/* tegata-admin canary decoys CUSTOMERS.csv [N]: a list to begin with, drawn by lot from the file that is
 * imported: N records of other retailers and of last resort supply, and two of our own. The store is not
 * asked: nothing there reads without a scope.
 */
#include <openssl/rand.h>

#include "certs/base/csv_file.h"
#include "certs/base/text.h"
#include "server/admin_canary.h"
#include "server/policy/field.h"

#define DECOYS 20u
#define DECOYS_MOST 200u
#define OWN 2u
#define VALUE_BYTES 64u

/* What a record can be asked for by, and its column. An id finds one record and no other. */
enum { BY_ID, BY_POINT, BY_PHONE, BY_CUSTOMER, BY_COUNT };
static const char *const kinds[BY_COUNT] = {"id", "point", "phone", "customer"};
static const char *const columns[BY_COUNT] = {"id", "point", "phone", "customer_no"};

struct pick {
    char value[BY_COUNT][VALUE_BYTES];
    bool spoilt[BY_COUNT]; /* one of ours has the same value */
};

/* So many of those that were seen, each as likely as any other. */
struct draw {
    size_t n, want;
    uint64_t seen;
    struct pick pick[DECOYS_MOST];
};

struct reading {
    size_t n_columns, class, column[BY_COUNT]; /* 0: not there, else its place + 1 */
    bool second;                               /* the second time through: what our own have is struck out */
    struct draw decoys, own;
};

static size_t place_of(const struct tg_csv_record *rec, const char *name)
{
    for (size_t i = 0; i < rec->n; i++) {
        if (tg_span_is(rec->field[i], name)) {
            return i + 1;
        }
    }
    return 0;
}

static enum tg_err take_head(struct reading *r, const struct tg_csv_record *rec)
{
    r->n_columns = rec->n;
    r->class = place_of(rec, "class");
    for (size_t b = 0; b < BY_COUNT; b++) {
        r->column[b] = place_of(rec, columns[b]);
    }
    return r->class > 0 && r->column[BY_POINT] > 0 ? TG_OK : TG_E_IMPORT;
}

static struct tg_span value_of(const struct reading *r, const struct tg_csv_record *rec, size_t by)
{
    return r->column[by] > 0 ? rec->field[r->column[by] - 1] : tg_span(NULL, 0);
}

/* Reservoir sampling: the k-th of those seen takes a place with probability want / k. */
static enum tg_err maybe_take(struct draw *d, const struct reading *r, const struct tg_csv_record *rec)
{
    uint64_t lot = 0;

    if (RAND_bytes((unsigned char *)&lot, sizeof lot) != 1) {
        return TG_E_INTERNAL;
    }
    size_t at = d->n < d->want ? d->n++ : (size_t)(lot % (d->seen + 1));
    d->seen++;
    if (at >= d->want) {
        return TG_OK;
    }
    memset(&d->pick[at], 0, sizeof d->pick[at]);
    for (size_t b = 0; b < BY_COUNT; b++) {
        tg_ignore(tg_copy(d->pick[at].value[b], VALUE_BYTES, value_of(r, rec, b))); /* too long: left out */
    }
    return TG_OK;
}

/* The same number however it is written. */
static bool same_digits(const char *a, struct tg_span b)
{
    size_t i = 0;
    bool any = false;

    for (; *a != '\0'; a++) {
        if (*a < '0' || *a > '9') {
            continue;
        }
        while (i < b.n && (b.p[i] < '0' || b.p[i] > '9')) {
            i++;
        }
        if (i == b.n || b.p[i++] != (uint8_t)*a) {
            return false;
        }
        any = true;
    }
    return any;
}

static void strike_out(struct reading *r, const struct tg_csv_record *rec)
{
    for (size_t i = 0; i < r->decoys.n; i++) {
        struct pick *p = &r->decoys.pick[i];

        for (size_t b = BY_POINT; b < BY_COUNT; b++) {
            p->spoilt[b] = p->spoilt[b] || same_digits(p->value[b], value_of(r, rec, b));
        }
    }
}

static enum tg_err take_row(void *ctx, const struct tg_csv_record *rec)
{
    struct reading *r = ctx;

    if (rec->line == 1) {
        return take_head(r, rec);
    }
    if (rec->n != r->n_columns) {
        return TG_E_IMPORT;
    }
    struct tg_span class = rec->field[r->class - 1];
    bool ours = tg_span_is(class, tg_class_name(TG_C_OWN)) || tg_span_is(class, tg_class_name(TG_C_FORMER));
    if (r->second) {
        if (ours) {
            strike_out(r, rec);
        }
        return TG_OK;
    }
    if (tg_span_is(class, tg_class_name(TG_C_OTHER)) || tg_span_is(class, tg_class_name(TG_C_LAST_RESORT))) {
        return maybe_take(&r->decoys, r, rec);
    }
    return tg_span_is(class, tg_class_name(TG_C_OWN)) ? maybe_take(&r->own, r, rec) : TG_OK;
}

/* Each by the kind whose turn it is, or the next one that it has for itself. */
static void print(const struct draw *d, const char *expect)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct pick *p = &d->pick[i];

        for (size_t k = 0; k < BY_COUNT; k++) {
            size_t b = (i + k) % BY_COUNT;

            if (p->value[b][0] != '\0' && !p->spoilt[b] && strpbrk(p->value[b], "\",\r\n") == NULL) {
                (void)printf("%s,%s,%s\n", expect, kinds[b], p->value[b]);
                break;
            }
        }
    }
}

static int pick(const char *file, struct reading *r)
{
    struct tg_csv_info info;
    enum tg_err e = tg_csv_file(file, take_row, r, &info);

    if (e == TG_OK) {
        r->second = true;
        e = tg_csv_file(file, take_row, r, &info);
    }
    if (e != TG_OK) {
        return tg_admin_fail("canary decoys", e == TG_E_IMPORT
                                                  ? "お客さまの CSV ではない / not a CSV of customers"
                                                  : tg_err_en(e));
    }
    if (r->decoys.n == 0 || r->own.n == 0) {
        return tg_admin_fail("canary decoys",
                             "他社か自社のお客さまがない / no customer of others, or none of ours");
    }
    (void)printf("expect,by,query\n");
    print(&r->decoys, "nothing");
    print(&r->own, "found");
    return TG_ADMIN_DONE;
}

int tg_admin_canary_decoys(struct tg_admin *a)
{
    struct reading *r = calloc(1, sizeof *r);
    uint64_t n = DECOYS;
    int code = TG_ADMIN_USAGE;

    if (r == NULL) {
        return tg_admin_fail("canary decoys", tg_err_en(TG_E_NOMEM));
    }
    if ((a->argc == 1 || (a->argc == 2 && tg_u64_parse(tg_span_str(a->argv[1]), DECOYS_MOST, &n) == TG_OK)) &&
        n > 0) {
        r->decoys.want = (size_t)n;
        r->own.want = OWN;
        code = pick(a->argv[0], r);
    }
    free(r);
    return code;
}
