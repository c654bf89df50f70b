/* POST /v1/inquiries/take, answer, read and withdraw: an inquiry from the queue to its one reading. Each is a
 * step of server/inquiry: begun here, written down, done.
 */
#include "certs/base/text.h"
#include "server/desk/asking.h"
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

static void tell_inquiry(struct tg_visit *v, struct tg_receipt *receipt)
{
    struct tg_jout j;

    tg_jout_init(&j, &v->answer);
    tg_inquiry_put(&j, &v->asking->inquiry);
    if (tg_jout_end(&j) == TG_OK) {
        tg_reply_written(v->req, receipt, tg_span_buf(&v->answer));
    } else {
        tg_receipt_free(&receipt);
        tg_reply_problem(v->req, TG_E_INTERNAL, NULL);
    }
    tg_visit_end(v);
}

/* The inquiry, of a reading its answer, and the row: null when it opens nothing. */
static void tell_row(struct tg_visit *v, struct tg_receipt *receipt)
{
    struct tg_asking *a = v->asking;
    struct tg_disclosure d = {.policy = v->policy, .scope = v->scope, .rows = v->rows};
    const struct tg_answer_code *code = tg_answer_find(a->inquiry.answer);
    struct tg_jout j;

    tg_jout_init(&j, &v->answer);
    tg_jout_key(&j, "inquiry");
    tg_inquiry_put(&j, &a->inquiry);
    if (a->step.what == TG_DO_READ && code != NULL) {
        tg_jout_key(&j, "answer");
        tg_answer_put(&j, code);
    }
    if (tg_jout_end(&j) == TG_OK) {
        d.members = tg_span_buf(&v->answer);
        tg_reply_disclosure(v->req, receipt, &d);
    } else {
        tg_receipt_free(&receipt);
        tg_reply_problem(v->req, TG_E_INTERNAL, NULL);
    }
    tg_visit_end(v);
}

static void found(void *ctx, enum tg_err err, struct tg_rows *rows)
{
    struct tg_visit *v = ctx;

    v->rows = rows;
    if (err != TG_OK) {
        tg_visit_refuse(v, err);
        return;
    }
    tg_visit_record(v, tell_row);
}

/* "IQ-20261120-000001": what else was typed stays out of the journal. */
static bool is_id(const char *s)
{
    static const char form[] = "IQ-########-######";

    for (size_t i = 0; i < sizeof form; i++) {
        if (form[i] == '#' ? s[i] < '0' || s[i] > '9' : s[i] != form[i]) {
            return false;
        }
    }
    return true;
}

static enum tg_err begin(struct tg_visit *v, const struct tg_members *known, enum tg_inquiry_part part)
{
    enum tg_err e = tg_visit_body(v, known);

    if (e != TG_OK) {
        return e;
    }
    if (tg_policy_inquiry_part(v->policy, tg_staff_role(tg_session_staff(v->session))) != part) {
        return TG_E_FORBIDDEN;
    }
    if (!is_id(tg_flat_str(&v->body, TG_INQUIRY_ID))) {
        return TG_E_NOT_FOUND;
    }
    v->asking->noted = true;
    return tg_copy(v->asking->step.id, sizeof v->asking->step.id,
                   tg_span_str(tg_flat_str(&v->body, TG_INQUIRY_ID)));
}

static enum tg_err hold(struct tg_visit *v, enum tg_inquiry_do what)
{
    struct tg_asking *a = v->asking;

    a->step.what = what;
    enum tg_err e = tg_inquiries_begin(v->desk->inquiries, &a->step, &a->inquiry);
    a->begun = e == TG_OK;
    if (e == TG_OK) {
        v->purpose = a->inquiry.purpose;
    }
    return e;
}

static void show(struct tg_visit *v)
{
    tg_reader_show(v->at->reader, v->scope, tg_span_str(v->asking->inquiry.record), found, v);
}

/* What is asked for, and by which point: who answers needs no more to look at. */
static enum tg_err see_asked(struct tg_visit *v)
{
    struct tg_matter m = {.purpose = v->purpose, .now = v->now};
    enum tg_err e = tg_visit_count(v, 1);

    return e == TG_OK ? tg_policy_inquired(v->policy, tg_session_staff(v->session), &m,
                                           v->asking->inquiry.fields | TG_BIT(TG_F_POINT), &v->scope)
                      : e;
}

void tg_desk_take(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_asking_begin(app, req);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    if ((e = begin(v, &tg_members_take, TG_INQUIRY_ANSWERS)) != TG_OK ||
        (e = hold(v, TG_DO_TAKEN)) != TG_OK || (e = see_asked(v)) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    show(v);
}

static enum tg_err read_answer(struct tg_visit *v)
{
    struct tg_asking *a = v->asking;
    const struct tg_answer_code *code = tg_answer_find(tg_flat_str(&v->body, TG_INQUIRY_ANSWER));
    const char *fields = tg_flat_str(&v->body, TG_INQUIRY_FIELDS);

    if (code == NULL) {
        v->member = "answer";
        return TG_E_BAD_MEMBER;
    }
    if (fields != NULL && (!code->opens || tg_fields_read(fields, &a->step.fields) != TG_OK)) {
        v->member = "fields";
        return TG_E_BAD_MEMBER;
    }
    if (fields == NULL && code->opens) {
        a->step.fields = tg_inquiries_fields(v->desk->inquiries, a->step.id);
    }
    return tg_copy(a->step.answer, sizeof a->step.answer, tg_span_str(code->code));
}

void tg_desk_answer(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_asking_begin(app, req);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    if ((e = begin(v, &tg_members_answer, TG_INQUIRY_ANSWERS)) == TG_OK && (e = read_answer(v)) == TG_OK) {
        e = hold(v, TG_DO_ANSWERED);
    }
    if (e != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_visit_record(v, tell_inquiry);
}

/* The policy and the consent once more, as they are now. */
static enum tg_err decide(struct tg_visit *v)
{
    struct tg_asking *a = v->asking;
    struct tg_matter m = {.purpose = v->purpose, .now = v->now, .consent = &a->consent};
    struct tg_question q = {.what = TG_INQUIRE_ANSWER, .fields = a->inquiry.opened};
    enum tg_err e = tg_admit_consent(v->desk->conf.admit, a->inquiry.consent, &a->consent);

    if (e == TG_OK) {
        e = tg_policy_inquire(v->policy, tg_session_staff(v->session), &m, &q, &v->scope);
    }
    v->case_ref = a->inquiry.consent;
    return e == TG_E_NOT_FOUND ? TG_E_INQUIRY_CONSENT : e;
}

void tg_desk_read(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_asking_begin(app, req);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    if ((e = begin(v, &tg_members_read, TG_INQUIRY_ASKS)) == TG_OK && (e = hold(v, TG_DO_READ)) == TG_OK &&
        v->asking->inquiry.opened != 0 && (e = decide(v)) == TG_OK) {
        e = tg_visit_count(v, 1);
    }
    if (e != TG_OK) {
        tg_visit_refuse(v, e);
    } else if (v->asking->inquiry.opened != 0) {
        show(v);
    } else {
        tg_visit_record(v, tell_row);
    }
}

void tg_desk_withdraw(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_asking_begin(app, req);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    if ((e = begin(v, &tg_members_withdraw, TG_INQUIRY_ASKS)) != TG_OK ||
        (e = hold(v, TG_DO_WITHDRAWN)) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_visit_record(v, tell_inquiry);
}
