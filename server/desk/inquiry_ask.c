/* POST /v1/inquiries/ask: STEP1 own contract -> STEP2 point, name and consent -> STEP3 the service center's
 * queue. What is typed is compared and forgotten; absent, hidden and misnamed are one and the same answer.
 */
#include "certs/base/text.h"
#include "server/desk/asking.h"
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

static void answer_open(struct tg_jout *j, struct tg_visit *v, const char *result)
{
    tg_buf_reset(&v->answer);
    tg_jout_init(j, &v->answer);
    tg_jout_open(j, '{');
    tg_jout_member(j, "result", result);
}

static void answer_send(struct tg_jout *j, struct tg_visit *v, struct tg_receipt *receipt)
{
    tg_jout_close(j, '}');
    if (tg_jout_end(j) == TG_OK) {
        tg_reply_written(v->req, receipt, tg_span_buf(&v->answer));
    } else {
        tg_receipt_free(&receipt);
        tg_reply_problem(v->req, TG_E_INTERNAL, NULL);
    }
    tg_visit_end(v);
}

static void tell_referral(struct tg_visit *v, struct tg_receipt *receipt)
{
    struct tg_jout j;

    answer_open(&j, v, "referral");
    tg_jout_key(&j, "referral");
    tg_referral_put(&j, v->desk, v->asking->subject);
    answer_send(&j, v, receipt);
}

static void tell_own(struct tg_visit *v, struct tg_receipt *receipt)
{
    struct tg_jout j;

    answer_open(&j, v, "own");
    tg_jout_member(&j, "record", v->rows->row[0].id);
    answer_send(&j, v, receipt);
}

static void tell_mismatch(struct tg_visit *v, struct tg_receipt *receipt)
{
    struct tg_jout j;

    answer_open(&j, v, "mismatch");
    tg_jout_key(&j, "explain");
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "ja", tg_mismatch_ja);
    tg_jout_member(&j, "en", tg_mismatch_en);
    tg_jout_close(&j, '}');
    tg_jout_member_int(&j, "tries", v->asking->left);
    answer_send(&j, v, receipt);
}

static void tell_question(struct tg_visit *v, struct tg_receipt *receipt)
{
    struct tg_jout j;

    answer_open(&j, v, "question");
    tg_jout_key(&j, "inquiry");
    tg_inquiry_put(&j, &v->asking->inquiry);
    answer_send(&j, v, receipt);
}

static void tell_facility(struct tg_visit *v, struct tg_receipt *receipt)
{
    TG_BUF_AUTO members = TG_BUF_INIT(4096);
    struct tg_disclosure d = {.policy = v->policy, .scope = v->scope, .rows = v->rows};
    struct tg_jout j;

    tg_jout_init(&j, &members);
    tg_jout_member(&j, "result", "facility");
    tg_jout_key(&j, "missing");
    tg_fields_put(&j, v->asking->question.fields & ~v->rows->row[0].fields);
    if (tg_jout_end(&j) != TG_OK) {
        tg_receipt_free(&receipt);
        tg_reply_problem(v->req, TG_E_INTERNAL, NULL);
    } else {
        d.members = tg_span_buf(&members);
        tg_reply_disclosure(v->req, receipt, &d);
    }
    tg_visit_end(v);
}

static void seen(void *ctx, enum tg_err err, struct tg_rows *rows)
{
    struct tg_visit *v = ctx;

    v->rows = rows;
    if (err == TG_OK && rows->n != 1) {
        err = TG_E_NOT_FOUND; /* gone between two looks */
    }
    if (err != TG_OK) {
        tg_visit_refuse(v, err);
        return;
    }
    tg_visit_record(v, tell_facility);
}

static void queue(struct tg_visit *v)
{
    struct tg_asking *a = v->asking;
    const char *role = tg_staff_role(tg_session_staff(v->session));
    enum tg_err e;

    a->step.what = TG_DO_ASKED;
    a->step.seconds = tg_policy_inquirable(v->policy, role, v->purpose).seconds;
    if ((e = tg_inquiries_begin(v->desk->inquiries, &a->step, &a->inquiry)) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    a->begun = true;
    tg_visit_record(v, tell_question);
}

/* From here on v->scope is what was asked, and no more. */
static void fitted(struct tg_visit *v, const char *record)
{
    struct tg_asking *a = v->asking;
    enum tg_err e = tg_copy(a->step.record, sizeof a->step.record, tg_span_str(record));

    if (e != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_inquiries_untry(v->desk->inquiries, &a->step);
    a->step.tried[0] = '\0';
    tg_scope_free(&v->scope);
    v->scope = a->scope;
    a->scope = NULL;
    if (a->question.what == TG_INQUIRE_ANSWER) {
        queue(v);
        return;
    }
    a->step.what = TG_DO_SEEN;
    tg_reader_show(v->at->reader, v->scope, tg_span_str(a->step.record), seen, v);
}

static void compared(void *ctx, enum tg_err err, struct tg_rows *rows)
{
    struct tg_visit *v = ctx;
    const char *name = tg_flat_str(&v->body, TG_INQUIRE_NAME), *id = tg_flat_str(&v->body, TG_INQUIRE_ID);
    char record[TG_RECORD_ID_BYTES] = "";

    if (err != TG_OK) { /* no name was tried */
        tg_inquiries_untry(v->desk->inquiries, &v->asking->step);
        tg_visit_refuse(v, err);
        return;
    }
    const struct tg_row *row =
        rows->n == 1 && (id == NULL || strcmp(rows->row[0].id, id) == 0) ? rows->row : NULL;
    bool fits = tg_row_is_named(row, tg_span_str(name));
    if (fits) {
        memcpy(record, row->id, sizeof record);
    }
    tg_rows_free(&rows);
    if (fits) {
        fitted(v, record);
        return;
    }
    v->asking->step.what = TG_DO_TRIED;
    v->asking->step.record[0] = '\0';
    v->asking->step.fields = 0;
    tg_visit_record(v, tell_mismatch);
}

static enum tg_err find_consent(struct tg_visit *v)
{
    struct tg_asking *a = v->asking;
    const char *point = tg_flat_str(&v->body, TG_INQUIRE_POINT);
    enum tg_err e = tg_admit_consent(v->desk->conf.admit, a->step.consent, &a->consent);

    if (e == TG_E_NOT_FOUND ||
        (e == TG_OK && point != NULL && !tg_point_is(a->consent.point, tg_span_str(point)))) {
        return TG_E_INQUIRY_CONSENT;
    }
    return e;
}

/* Whether it may be asked at all is settled before the store is looked into. */
static enum tg_err may_ask(struct tg_visit *v)
{
    struct tg_asking *a = v->asking;
    const struct tg_staff *s = tg_session_staff(v->session);
    struct tg_matter m = {.purpose = v->purpose, .now = v->now, .consent = &a->consent};
    struct tg_question compare = {.what = TG_INQUIRE_COMPARE};
    enum tg_err e = find_consent(v);

    if (e == TG_OK) {
        e = tg_policy_inquire(v->policy, s, &m, &a->question, &a->scope);
    }
    if (e == TG_OK) {
        e = tg_policy_inquire(v->policy, s, &m, &compare, &v->scope);
    }
    if (e == TG_OK) {
        e = tg_query_hash(v->at->hasher, "point", tg_span_str(a->consent.point), a->step.tried);
    }
    if (e == TG_OK) {
        e = tg_inquiries_try(v->desk->inquiries, &a->step, &a->left);
    }
    return e;
}

/* STEP2 */
static void compare(struct tg_visit *v)
{
    struct tg_query q = {.by = TG_BY_POINT, .limit = 2};
    enum tg_err e = may_ask(v);

    if (e != TG_OK) {
        v->asking->step.tried[0] = '\0';
        v->asking->step.what = TG_DO_REFUSED;
        tg_visit_refuse(v, e);
        return;
    }
    q.text = tg_span_str(v->asking->consent.point);
    tg_reader_search(v->at->reader, v->scope, &q, compared, v);
}

static bool is_own(const struct tg_rows *rows)
{
    return rows->n > 0 && rows->row[0].class == TG_C_OWN;
}

static void looked_own(void *ctx, enum tg_err err, struct tg_rows *rows)
{
    struct tg_visit *v = ctx;

    if (err != TG_OK) {
        tg_visit_refuse(v, err);
        return;
    }
    if (!is_own(rows)) {
        tg_rows_free(&rows);
        tg_scope_free(&v->scope);
        compare(v);
        return;
    }
    v->rows = rows;
    rows->n = 1;
    rows->row[0].fields = 0; /* which record it is, and nothing of it */
    v->asking->step.what = TG_DO_OWN;
    v->asking->step.fields = 0;
    tg_visit_record(v, tell_own);
}

/* STEP1 */
static void look_own(struct tg_visit *v)
{
    const char *point = tg_flat_str(&v->body, TG_INQUIRE_POINT);
    struct tg_query q = {.by = TG_BY_POINT, .limit = 2, .text = tg_span_str(point)};
    struct tg_matter m = {.purpose = v->purpose, .now = v->now};
    enum tg_err e;

    if (point == NULL) { /* a record that only a consent has shown is not the company's own */
        compare(v);
        return;
    }
    v->asked = q.text;
    v->asked_by = "point";
    if ((e = tg_policy_decide(v->policy, tg_session_staff(v->session), &m, &v->scope)) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_reader_search(v->at->reader, v->scope, &q, looked_own, v);
}

static enum tg_err want(struct tg_visit *v, bool there, const char *member)
{
    v->member = there ? v->member : member;
    return there ? TG_OK : TG_E_BAD_MEMBER;
}

/* What comes at once, unless more is asked for; then it is a question. */
static enum tg_err read_fields(struct tg_visit *v)
{
    struct tg_asking *a = v->asking;
    const char *fields = tg_flat_str(&v->body, TG_INQUIRE_FIELDS),
               *step = tg_flat_str(&v->body, TG_INQUIRE_STEP);
    struct tg_inquirable may =
        tg_policy_inquirable(v->policy, tg_staff_role(tg_session_staff(v->session)), v->purpose);

    if (may.askable == 0) {
        return TG_E_FORBIDDEN;
    }
    a->question.fields = may.at_once;
    if (fields != NULL && tg_fields_read(fields, &a->question.fields) != TG_OK) {
        return want(v, false, "fields");
    }
    a->question.what = (a->question.fields & ~may.at_once) != 0 ? TG_INQUIRE_ANSWER : TG_INQUIRE_AT_ONCE;
    if (step != NULL) {
        a->question.what = strcmp(step, "question") == 0 ? TG_INQUIRE_ANSWER : TG_INQUIRE_AT_ONCE;
        if (a->question.what == TG_INQUIRE_AT_ONCE && strcmp(step, "facility") != 0) {
            return want(v, false, "step");
        }
    }
    a->step.fields = a->question.fields;
    return TG_OK;
}

static enum tg_err read_question(struct tg_visit *v)
{
    struct tg_asking *a = v->asking;
    const char *consent = tg_flat_str(&v->body, TG_INQUIRE_CONSENT);
    bool point = tg_flat_str(&v->body, TG_INQUIRE_POINT) != NULL;
    bool id = tg_flat_str(&v->body, TG_INQUIRE_ID) != NULL;
    enum tg_err e = want(v, point != id, "point");

    if (e == TG_OK) {
        e = want(v, tg_flat_str(&v->body, TG_INQUIRE_NAME) != NULL, "name");
    }
    if (e == TG_OK) {
        e = want(v, consent != NULL && tg_visit_reference(consent), "consent");
    }
    if (e != TG_OK) {
        return e;
    }
    v->case_ref = consent;
    e = tg_copy(a->step.consent, sizeof a->step.consent, tg_span_str(consent));
    if (e == TG_OK) {
        e = tg_copy(a->step.purpose, sizeof a->step.purpose, tg_span_str(v->purpose));
    }
    return e == TG_OK ? read_fields(v) : e;
}

static enum tg_err read_subject(struct tg_visit *v)
{
    struct tg_asking *a = v->asking;
    enum tg_err e = tg_visit_body(v, &tg_members_ask);

    if (e != TG_OK) {
        return e;
    }
    if ((a->subject = tg_subject_find(tg_flat_str(&v->body, TG_INQUIRE_SUBJECT))) == NULL) {
        return want(v, false, "subject");
    }
    if (tg_policy_inquiry_part(v->policy, tg_staff_role(tg_session_staff(v->session))) != TG_INQUIRY_ASKS) {
        return TG_E_FORBIDDEN;
    }
    a->noted = true;
    a->step.what = TG_DO_REFUSED;
    v->purpose = a->subject->purpose;
    return tg_copy(a->step.subject, sizeof a->step.subject, tg_span_str(a->subject->code));
}

void tg_desk_inquire(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_asking_begin(app, req);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    e = read_subject(v);
    if (e == TG_OK && v->asking->subject->ends == TG_ENDS_REFERRAL) {
        v->asking->step.what = TG_DO_REFERRED;
        tg_visit_record(v, tell_referral);
        return;
    }
    if (e == TG_OK) {
        e = v->asking->subject->ends == TG_ENDS_NOWHERE ? TG_E_INQUIRY_SUBJECT : read_question(v);
    }
    if (e == TG_OK) {
        e = tg_visit_count(v, 1);
    }
    if (e != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    look_own(v);
}
