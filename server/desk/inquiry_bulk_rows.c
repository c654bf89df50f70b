/* The lines of a piece, each through the steps of inquiry_ask.c: own contract, consent, point and name,
 * facility. The store may answer at once or later: whoever finds its answer goes on.
 */
#include "certs/base/text.h"
#include "server/desk/bulk_work.h"
#include "server/inquiry/codes.h"

static struct tg_bulk_line *line_of(struct tg_visit *v)
{
    struct tg_bulk_work *w = v->asking->bulk;

    return &w->line[w->at];
}

static void pump(struct tg_visit *v);

/* The line is done. */
static void next(struct tg_visit *v, enum tg_outcome outcome)
{
    struct tg_bulk_work *w = v->asking->bulk;

    line_of(v)->outcome = outcome;
    tg_scope_free(&w->compare);
    w->at++;
    w->ready = true;
    pump(v);
}

/* Nothing of the piece is told when the store fails in the middle of it. */
static void fail(struct tg_visit *v, enum tg_err err)
{
    struct tg_bulk_work *w = v->asking->bulk;

    v->verdict = err;
    w->at = TG_INQUIRY_BULK_PIECE + 1; /* behind the end: told by pump, from the outside */
    w->ready = true;
    pump(v);
}

static enum tg_err add_word(struct tg_buf *to, const char *word)
{
    return tg_buf_addf(to, "%s%s", to->n > 0 ? " " : "", word);
}

static void shown(void *ctx, enum tg_err err, struct tg_rows *rows)
{
    struct tg_visit *v = ctx;
    struct tg_bulk_work *w = v->asking->bulk;

    if (err == TG_OK && rows->n == 1) {
        err = add_word(&w->step.consents, tg_bulk_text(w, line_of(v)->consent));
    }
    if (err != TG_OK || rows->n != 1) {
        bool gone = err == TG_OK;

        tg_rows_free(&rows);
        if (gone) {
            next(v, TG_OUT_MISMATCH);
        } else {
            fail(v, err);
        }
        return;
    }
    line_of(v)->rows = rows;
    next(v, TG_OUT_ANSWERED);
}

static void show(struct tg_visit *v, const char *record)
{
    struct tg_bulk_work *w = v->asking->bulk;

    tg_reader_show(v->at->reader, w->shown, tg_span_str(record), shown, v);
}

/* A piece that is asked for again tries no new names. */
static void untry(struct tg_visit *v)
{
    struct tg_bulk_work *w = v->asking->bulk;

    if (!w->step.again) {
        tg_inquiries_untry(v->desk->inquiries, &w->tried);
    }
}

static void compared(void *ctx, enum tg_err err, struct tg_rows *rows)
{
    struct tg_visit *v = ctx;
    struct tg_bulk_work *w = v->asking->bulk;
    char record[TG_RECORD_ID_BYTES] = "";

    if (err != TG_OK) {
        untry(v);
        fail(v, err);
        return;
    }
    bool fits =
        tg_row_is_named(rows->n == 1 ? rows->row : NULL, tg_span_str(tg_bulk_text(w, line_of(v)->name)));
    if (fits) {
        memcpy(record, rows->row[0].id, sizeof record);
    }
    tg_rows_free(&rows);
    if (fits) {
        untry(v);
        show(v, record);
    } else if (!w->step.again && (err = add_word(&w->step.tries, w->tried.tried)) != TG_OK) {
        fail(v, err);
    } else {
        next(v, TG_OUT_MISMATCH);
    }
}

static enum tg_err decide(struct tg_visit *v)
{
    struct tg_bulk_work *w = v->asking->bulk;
    struct tg_asking *a = v->asking;
    const struct tg_staff *s = tg_session_staff(v->session);
    struct tg_matter m = {.purpose = v->purpose, .now = v->now, .consent = &a->consent};
    struct tg_question compare = {.what = TG_INQUIRE_COMPARE};
    struct tg_question at_once = {.what = TG_INQUIRE_AT_ONCE,
                                  .fields =
                                      tg_policy_inquirable(v->policy, tg_staff_role(s), v->purpose).at_once};
    struct tg_scope *scope = NULL;
    enum tg_err e = tg_policy_inquire(v->policy, s, &m, &at_once, &scope);

    if (e == TG_OK) {
        tg_scope_free(&w->shown);
        w->shown = scope;
        e = tg_policy_inquire(v->policy, s, &m, &compare, &w->compare);
    }
    return e;
}

static enum tg_err try_name(struct tg_visit *v)
{
    struct tg_bulk_work *w = v->asking->bulk;
    unsigned left = 0;
    enum tg_err e;

    w->tried = v->asking->step;
    w->tried.what = TG_DO_TRIED;
    w->tried.many = true;
    e = tg_query_hash(v->at->hasher, "point", tg_span_str(v->asking->consent.point), w->tried.tried);
    return e == TG_OK && !w->step.again ? tg_inquiries_try(v->desk->inquiries, &w->tried, &left) : e;
}

static void compare(struct tg_visit *v)
{
    struct tg_bulk_work *w = v->asking->bulk;
    struct tg_asking *a = v->asking;
    struct tg_query q = {.by = TG_BY_POINT, .limit = 2};
    enum tg_err e = tg_admit_consent(v->desk->conf.admit, tg_bulk_text(w, line_of(v)->consent), &a->consent);

    if (e == TG_OK && !tg_point_is(a->consent.point, tg_span_str(tg_bulk_text(w, line_of(v)->point)))) {
        e = TG_E_NOT_FOUND;
    }
    if (e == TG_OK) {
        e = decide(v);
    }
    if (e == TG_E_NOT_FOUND || e == TG_E_INQUIRY_CONSENT) {
        next(v, TG_OUT_CONSENT);
        return;
    }
    if (e == TG_OK && (e = try_name(v)) == TG_E_INQUIRY_TRIES) {
        next(v, TG_OUT_TRIES);
        return;
    }
    if (e != TG_OK) {
        fail(v, e);
        return;
    }
    q.text = tg_span_str(a->consent.point);
    tg_reader_search(v->at->reader, w->compare, &q, compared, v);
}

static void looked_own(void *ctx, enum tg_err err, struct tg_rows *rows)
{
    struct tg_visit *v = ctx;

    if (err == TG_E_QUERY || err == TG_E_QUERY_GAS) {
        next(v, TG_OUT_FORM);
        return;
    }
    if (err != TG_OK) {
        fail(v, err);
        return;
    }
    bool own = rows->n > 0 && rows->row[0].class == TG_C_OWN;
    tg_rows_free(&rows);
    if (own) {
        next(v, TG_OUT_OWN);
    } else {
        compare(v);
    }
}

static void begin_line(struct tg_visit *v)
{
    struct tg_bulk_work *w = v->asking->bulk;
    struct tg_query q = {.by = TG_BY_POINT, .limit = 2};

    if (!line_of(v)->whole || !tg_visit_reference(tg_bulk_text(w, line_of(v)->consent))) {
        next(v, TG_OUT_FORM);
        return;
    }
    q.text = tg_span_str(tg_bulk_text(w, line_of(v)->point));
    tg_reader_search(v->at->reader, w->own, &q, looked_own, v);
}

/* Only the outermost goes on: a store that answers at once must not be a stack of a hundred lines. */
static void pump(struct tg_visit *v)
{
    struct tg_bulk_work *w = v->asking->bulk;

    if (w->pumping) {
        return;
    }
    w->pumping = true;
    while (w->ready && w->at < w->n) {
        w->ready = false;
        begin_line(v);
    }
    w->pumping = false;
    if (!w->ready) {
        return;
    }
    w->ready = false;
    if (w->at > w->n) {
        tg_visit_refuse(v, v->verdict);
    } else {
        w->then(v);
    }
}

void tg_bulk_go(struct tg_visit *v, void (*then)(struct tg_visit *v))
{
    struct tg_bulk_work *w = v->asking->bulk;
    const struct tg_subject *subject = tg_subject_find(w->job.subject);
    enum tg_err e = TG_E_INTERNAL;

    w->then = then;
    if (subject != NULL && subject->purpose != NULL) {
        v->purpose = subject->purpose;
        struct tg_matter m = {.purpose = v->purpose, .now = v->now};
        e = tg_policy_decide(v->policy, tg_session_staff(v->session), &m, &w->own);
    }
    if (e != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    w->ready = true;
    pump(v);
}
