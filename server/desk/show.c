/* POST /v1/customers/show: {"id","purpose","case"} -> one row; 404 for what is not there and for what is not
 * yours alike. */
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

static void tell(struct tg_visit *v, struct tg_receipt *receipt)
{
    tg_reply_row(v->req, receipt, v->policy, v->scope, v->rows);
    tg_visit_end(v);
}

static void found(void *ctx, enum tg_err err, struct tg_rows *rows)
{
    struct tg_visit *v = ctx;

    v->rows = rows;
    if (err == TG_OK && rows->n != 1) {
        err = TG_E_NOT_FOUND;
    }
    if (err != TG_OK) {
        tg_visit_refuse(v, err);
        return;
    }
    tg_visit_record(v, tell);
}

void tg_desk_show(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_visit_begin(app, req, TG_KIND_SHOW);
    struct tg_reader *reader = NULL;
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    if ((e = tg_visit_ask(v, &tg_members_show)) == TG_OK) {
        v->asked = tg_span_str(tg_flat_str(&v->body, TG_SHOW_ID));
        v->asked_by = "id";
        e = tg_visit_decide(v);
    }
    if (e == TG_OK) {
        e = tg_visit_count(v, 1);
    }
    if (e == TG_OK) {
        e = tg_visit_reader(v, &reader);
    }
    if (e != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_reader_show(reader, v->scope, v->asked, found, v);
}
