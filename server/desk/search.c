/* POST /v1/customers/search: {"by","query","purpose","case","limit","cursor"} -> {"rows","next"}, and of nobody
 * "nothing": whom to refer the caller to. */
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

static void tell(struct tg_visit *v, struct tg_receipt *receipt)
{
    if (v->rows->n == 0 && v->rows->cursor.n == 0) {
        const struct tg_staff *staff = tg_session_staff(v->session);
        struct tg_why why = tg_policy_nothing(v->policy, tg_staff_role(staff), v->purpose);

        tg_reply_nothing(v->req, receipt, &why);
    } else {
        tg_reply_rows(v->req, receipt, v->policy, v->scope, v->rows);
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
    tg_visit_record(v, tell);
}

static enum tg_err read_query(struct tg_visit *v, struct tg_query *q)
{
    const char *by = tg_flat_str(&v->body, TG_SEARCH_BY);
    const char *cursor = tg_flat_str(&v->body, TG_SEARCH_CURSOR);
    int kind = tg_by_find(by != NULL ? by : "auto");

    if (kind < 0) {
        v->member = "by";
        return TG_E_BAD_MEMBER;
    }
    q->by = (enum tg_by)kind;
    q->text = tg_span_str(tg_flat_str(&v->body, TG_SEARCH_QUERY));
    q->limit = (unsigned)tg_flat_int(&v->body, TG_SEARCH_LIMIT, TG_PAGE_ROWS_DEFAULT);
    q->cursor = cursor != NULL ? tg_span_str(cursor) : tg_span(NULL, 0);
    v->asked = q->text;
    v->asked_by = by != NULL ? by : "auto";
    return TG_OK;
}

/* A larger page than usual is as many look-ups as the usual ones that it takes the place of, whether or not
 * there is so much to find: else a cap on look-ups would not be one on what is seen.
 */
static unsigned looks_of(unsigned limit)
{
    return (limit + TG_PAGE_ROWS_DEFAULT - 1) / TG_PAGE_ROWS_DEFAULT;
}

void tg_desk_search(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_visit_begin(app, req, TG_KIND_SEARCH);
    struct tg_reader *reader = NULL;
    struct tg_query query;
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    if ((e = tg_visit_ask(v, &tg_members_search)) != TG_OK || (e = read_query(v, &query)) != TG_OK ||
        (e = tg_visit_decide(v)) != TG_OK || (e = tg_visit_count(v, looks_of(query.limit))) != TG_OK ||
        (e = tg_visit_reader(v, &reader)) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_reader_search(reader, v->scope, &query, found, v);
}
