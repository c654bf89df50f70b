/* POST /v1/inquiries/bulk/begin, rows, state and end: a file of inquiries, piece by piece
 * (server/inquiry/bulk.h).
 */
#include "certs/base/csv.h"
#include "certs/base/text.h"
#include "server/desk/bulk_work.h"
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

void tg_bulk_work_free(struct tg_bulk_work **w)
{
    if (*w == NULL) {
        return;
    }
    for (size_t i = 0; i < (*w)->n; i++) {
        tg_rows_free(&(*w)->line[i].rows);
    }
    tg_scope_free(&(*w)->own);
    tg_scope_free(&(*w)->compare);
    tg_scope_free(&(*w)->shown);
    if ((*w)->text.p != NULL) {
        tg_wipe((*w)->text.p, (*w)->text.cap); /* names that were typed */
    }
    tg_buf_done(&(*w)->text);
    tg_buf_done(&(*w)->step.consents);
    tg_buf_done(&(*w)->step.tries);
    free(*w);
    *w = NULL;
}

enum tg_err tg_bulk_work_note(const struct tg_bulk_work *w, struct tg_buf *out)
{
    return tg_bulk_step_write(&w->step, out);
}

void tg_bulk_work_settle(struct tg_visit *v, bool written)
{
    struct tg_bulk_work *w = v->asking->bulk;

    if (!w->begun) {
        return;
    }
    w->begun = false;
    if (written) {
        tg_bulks_done(v->desk->bulks, &w->step, &w->job);
    } else {
        tg_bulks_undo(v->desk->bulks, &w->step);
    }
}

const char *tg_bulk_text(const struct tg_bulk_work *w, size_t at)
{
    return (const char *)w->text.p + at;
}

/* The visit, with its body read, of who may ask. NULL: answered. */
static struct tg_visit *begin(void *app, struct tg_req *req, const struct tg_members *known)
{
    struct tg_visit *v = tg_asking_begin(app, req);
    enum tg_err e;

    if (v == NULL) {
        return NULL;
    }
    struct tg_bulk_work *w = v->asking->bulk = calloc(1, sizeof *v->asking->bulk);
    if (w == NULL) {
        tg_visit_refuse(v, TG_E_NOMEM);
        return NULL;
    }
    w->text = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    w->step.consents = w->step.tries = TG_BUF_INIT(TG_INQUIRY_BULK_PIECE * (TG_CASE_BYTES + 2));
    w->step.at = v->now;
    memcpy(w->step.person, v->asking->step.person, sizeof w->step.person);
    memcpy(w->step.company, v->asking->step.company, sizeof w->step.company);
    e = tg_visit_body(v, known);
    if (e == TG_OK &&
        tg_policy_inquiry_part(v->policy, tg_staff_role(tg_session_staff(v->session))) != TG_INQUIRY_ASKS) {
        e = TG_E_FORBIDDEN;
    }
    if (e != TG_OK) {
        tg_visit_refuse(v, e);
        return NULL;
    }
    return v;
}

static bool is_id(const char *s)
{
    static const char form[] = "BK-########-######";

    for (size_t i = 0; i < sizeof form; i++) {
        if (form[i] == '#' ? s[i] < '0' || s[i] > '9' : s[i] != form[i]) {
            return false;
        }
    }
    return true;
}

static enum tg_err read_job(struct tg_visit *v)
{
    struct tg_bulk_work *w = v->asking->bulk;
    const char *id = tg_flat_str(&v->body, TG_BULK_JOB);

    return is_id(id) ? tg_copy(w->step.job, sizeof w->step.job, tg_span_str(id)) : TG_E_NOT_FOUND;
}

static bool is_digest(const char *s)
{
    return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static enum tg_err hold(struct tg_visit *v, struct tg_span lines)
{
    struct tg_bulk_work *w = v->asking->bulk;
    enum tg_err e = tg_bulks_begin(v->desk->bulks, &w->step, lines, &w->job);

    w->begun = e == TG_OK;
    v->asking->noted = v->asking->noted || w->begun;
    return e;
}

static void put_counts(struct tg_jout *j, const struct tg_bulk_job *job)
{
    tg_jout_key(j, "outcomes");
    tg_jout_open(j, '{');
    for (unsigned o = 0; o < TG_OUTCOMES; o++) {
        tg_jout_member_int(j, tg_outcome_name((enum tg_outcome)o), job->counts[o]);
    }
    tg_jout_close(j, '}');
    tg_jout_key(j, "classes");
    tg_jout_open(j, '{');
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        if (job->classes[c] > 0) {
            tg_jout_member_int(j, tg_class_name((enum tg_class)c), job->classes[c]);
        }
    }
    tg_jout_close(j, '}');
}

/* Members without brackets. */
static enum tg_err put_job(struct tg_visit *v, struct tg_buf *out)
{
    const struct tg_bulk_job *job = &v->asking->bulk->job;
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_member(&j, "job", job->id);
    tg_jout_member(&j, "subject", job->subject);
    tg_jout_member_int(&j, "rows", job->rows);
    tg_jout_member_int(&j, "next", job->next);
    tg_jout_member_int(&j, "piece", TG_INQUIRY_BULK_PIECE);
    tg_jout_member(&j, "chain", job->wanted);
    put_counts(&j, job);
    tg_jout_key(&j, "result");
    if (job->result[0] != '\0') {
        tg_jout_str(&j, job->result);
    } else {
        tg_jout_null(&j);
    }
    return tg_jout_end(&j);
}

static void tell_job(struct tg_visit *v, struct tg_receipt *receipt)
{
    TG_BUF_AUTO members = TG_BUF_INIT(4096);
    struct tg_jout j;
    enum tg_err e = put_job(v, &members);

    tg_jout_init(&j, &v->answer);
    tg_jout_open(&j, '{');
    tg_jout_raw(&j, tg_span_buf(&members));
    tg_jout_close(&j, '}');
    if (e == TG_OK && tg_jout_end(&j) == TG_OK) {
        tg_reply_written(v->req, receipt, tg_span_buf(&v->answer));
    } else {
        tg_receipt_free(&receipt);
        tg_reply_problem(v->req, TG_E_INTERNAL, NULL);
    }
    tg_visit_end(v);
}

static enum tg_err read_begin(struct tg_visit *v)
{
    struct tg_bulk_work *w = v->asking->bulk;
    const struct tg_subject *subject = tg_subject_find(tg_flat_str(&v->body, TG_BULK_SUBJECT));
    const char *wanted = tg_flat_str(&v->body, TG_BULK_WANTED);

    if (subject == NULL || !is_digest(wanted)) {
        v->member = subject == NULL ? "subject" : "chain";
        return TG_E_BAD_MEMBER;
    }
    if (subject->ends != TG_ENDS_ANSWER) {
        return TG_E_INQUIRY_SUBJECT;
    }
    if (tg_policy_inquirable(v->policy, tg_staff_role(tg_session_staff(v->session)), subject->purpose)
            .at_once == 0) {
        return TG_E_FORBIDDEN;
    }
    w->step.what = TG_BULK_BEGUN;
    w->step.rows = (unsigned)tg_flat_int(&v->body, TG_BULK_LENGTH, 0);
    enum tg_err e = tg_copy(w->step.subject, sizeof w->step.subject, tg_span_str(subject->code));
    return e == TG_OK ? tg_copy(w->step.chain, sizeof w->step.chain, tg_span_str(wanted)) : e;
}

void tg_desk_bulk_begin(void *app, struct tg_req *req)
{
    struct tg_visit *v = begin(app, req, &tg_members_bulk_begin);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    if ((e = read_begin(v)) != TG_OK || (e = hold(v, tg_span(NULL, 0))) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_visit_record(v, tell_job);
}

void tg_desk_bulk_end(void *app, struct tg_req *req)
{
    struct tg_visit *v = begin(app, req, &tg_members_bulk_end);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    struct tg_bulk_work *w = v->asking->bulk;
    const char *result = tg_flat_str(&v->body, TG_BULK_RESULT);
    w->step.what = TG_BULK_ENDED;
    if (!is_digest(result)) {
        v->member = "result";
        e = TG_E_BAD_MEMBER;
    } else {
        e = tg_copy(w->step.result, sizeof w->step.result, tg_span_str(result));
    }
    if (e != TG_OK || (e = read_job(v)) != TG_OK || (e = hold(v, tg_span(NULL, 0))) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_visit_record(v, tell_job);
}

/* How far a job has come, for who goes on with it: counts, no rows. */
void tg_desk_bulk_state(void *app, struct tg_req *req)
{
    struct tg_visit *v = begin(app, req, &tg_members_bulk_state);
    TG_BUF_AUTO out = TG_BUF_INIT(4096), members = TG_BUF_INIT(4096);
    struct tg_jout j;
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    struct tg_bulk_work *w = v->asking->bulk;
    struct tg_asker who = {w->step.person, w->step.company};
    if ((e = read_job(v)) != TG_OK ||
        (e = tg_bulks_find(v->desk->bulks, w->step.job, &who, &w->job)) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    e = put_job(v, &members);
    tg_jout_init(&j, &out);
    tg_jout_open(&j, '{');
    tg_jout_raw(&j, tg_span_buf(&members));
    tg_jout_close(&j, '}');
    if (e == TG_OK && tg_jout_end(&j) == TG_OK) {
        tg_reply_public(req, tg_span_buf(&out));
    } else {
        tg_reply_problem(req, TG_E_INTERNAL, NULL);
    }
    tg_visit_end(v);
}

static enum tg_err keep(struct tg_bulk_work *w, struct tg_span s, size_t *at)
{
    *at = w->text.n;
    enum tg_err e = tg_buf_add_span(&w->text, s);
    return e == TG_OK ? tg_buf_add(&w->text, "", 1) : e;
}

static enum tg_err on_line(void *ctx, const struct tg_csv_record *r)
{
    struct tg_bulk_work *w = ctx;
    enum tg_err e = TG_OK;

    if (w->n == TG_INQUIRY_BULK_PIECE) {
        return TG_E_LIMIT;
    }
    struct tg_bulk_line *l = &w->line[w->n++];
    l->outcome = TG_OUT_FORM;
    l->whole = r->n == 3 && r->field[0].n > 0 && r->field[1].n > 0 && r->field[2].n > 0;
    if (!l->whole) {
        return TG_OK;
    }
    e = keep(w, r->field[0], &l->point);
    if (e == TG_OK) {
        e = keep(w, r->field[1], &l->consent);
    }
    return e == TG_OK ? keep(w, r->field[2], &l->name) : e;
}

static enum tg_err read_lines(struct tg_visit *v)
{
    struct tg_bulk_work *w = v->asking->bulk;
    struct tg_span lines = tg_span_str(tg_flat_str(&v->body, TG_BULK_LINES));
    struct tg_csv *csv = NULL;
    enum tg_err e = read_job(v);

    if (e == TG_OK && (e = tg_csv_new(on_line, w, &csv)) == TG_OK) {
        e = tg_csv_feed(csv, lines);
        e = e == TG_OK ? tg_csv_end(csv) : e;
        tg_csv_free(&csv);
        if (e != TG_OK && e != TG_E_NOMEM) {
            v->member = "lines";
            e = TG_E_BAD_MEMBER;
        }
    }
    w->step.what = TG_BULK_ROWS;
    w->step.from = (unsigned)tg_flat_int(&v->body, TG_BULK_FROM, 0);
    w->step.rows = (unsigned)w->n;
    return e == TG_OK ? hold(v, lines) : e;
}

static void tell_rows(struct tg_visit *v, struct tg_receipt *receipt)
{
    TG_BUF_AUTO members = TG_BUF_INIT(4096);
    struct tg_bulk_work *w = v->asking->bulk;
    struct tg_result results[TG_INQUIRY_BULK_PIECE];
    struct tg_disclosure d = {.policy = v->policy, .scope = w->shown, .rows = v->rows};

    for (size_t i = 0; i < w->n; i++) {
        const struct tg_bulk_line *l = &w->line[i];

        results[i] =
            (struct tg_result){tg_outcome_name(l->outcome), l->rows != NULL ? &l->rows->row[0] : NULL};
    }
    if (put_job(v, &members) == TG_OK) {
        d.members = tg_span_buf(&members);
        tg_reply_results(v->req, receipt, &d, results, w->n);
    } else {
        tg_receipt_free(&receipt);
        tg_reply_problem(v->req, TG_E_INTERNAL, NULL);
    }
    tg_visit_end(v);
}

/* All rows of the piece as one page, for the record; their texts stay where they are. */
static enum tg_err gather(struct tg_visit *v)
{
    struct tg_bulk_work *w = v->asking->bulk;
    struct tg_rows *all = calloc(1, sizeof *all + w->n * sizeof(struct tg_row));

    if (all == NULL) {
        return TG_E_NOMEM;
    }
    all->row = (struct tg_row *)(all + 1);
    for (size_t i = 0; i < w->n; i++) {
        struct tg_bulk_line *l = &w->line[i];

        w->step.counts[l->outcome]++;
        if (l->rows != NULL) {
            w->step.classes[l->rows->row[0].class]++;
            all->row[all->n++] = l->rows->row[0];
        }
    }
    v->rows = all;
    return TG_OK;
}

static void gone_through(struct tg_visit *v)
{
    enum tg_err e = gather(v);

    if (e != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_visit_record(v, tell_rows);
}

void tg_desk_bulk_rows(void *app, struct tg_req *req)
{
    struct tg_visit *v = begin(app, req, &tg_members_bulk_rows);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    if ((e = read_lines(v)) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_bulk_go(v, gone_through);
}
