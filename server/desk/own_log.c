/* POST /v1/audit/mine: what the journal has of the person who asks, and of nobody else; from the index, which
 * follows within a second. That they looked is on record as well.
 */
#include "server/audit/index.h"
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

#define DAYS 7 /* a week: what one is asked to look through */
#define LIMIT 200u

struct listing {
    struct tg_jout *j;
    const char *person;
};

static bool put(void *ctx, const struct tg_found *f)
{
    struct listing *l = ctx;

    if (strcmp(f->person, l->person) != 0) { /* the index says so already; it is no judge */
        return false;
    }
    tg_jout_open(l->j, '{');
    tg_jout_member_int(l->j, "seq", (int64_t)f->seq);
    tg_jout_member_int(l->j, "at", f->time / 1000000);
    tg_jout_member(l->j, "kind", f->kind);
    tg_jout_member(l->j, "office", f->office);
    tg_jout_member(l->j, "purpose", f->purpose);
    tg_jout_member(l->j, "problem", f->problem);
    tg_jout_close(l->j, '}');
    return true;
}

static enum tg_err list(struct tg_visit *v, struct tg_index *index, struct tg_buf *out)
{
    int64_t days = tg_flat_int(&v->body, TG_MINE_DAYS, DAYS), skip = tg_flat_int(&v->body, TG_MINE_FROM, 0);
    tg_usec since = v->time - days * 86400 * 1000000;
    struct tg_find what = {.person = tg_staff_person(tg_session_staff(v->session)),
                           .from = skip * 1000000 > since ? skip * 1000000 : since,
                           .limit = (uint64_t)tg_flat_int(&v->body, TG_MINE_LIMIT, LIMIT)};
    struct tg_jout j;
    struct listing l = {&j, what.person};
    enum tg_err e;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "person", what.person);
    tg_jout_key(&j, "entries");
    tg_jout_open(&j, '[');
    e = tg_index_find(index, &what, put, &l);
    tg_jout_close(&j, ']');
    tg_jout_close(&j, '}');
    return e == TG_OK ? tg_jout_end(&j) : e;
}

static void tell(struct tg_visit *v, struct tg_receipt *receipt)
{
    tg_reply_written(v->req, receipt, tg_span_buf(&v->answer));
    tg_visit_end(v);
}

void tg_desk_own_log(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_visit_begin(app, req, TG_KIND_OWN_LOG);
    struct tg_index *index = NULL;
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    v->answer = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    if ((e = tg_visit_body(v, &tg_members_mine)) == TG_OK &&
        (v->desk->index_path == NULL || tg_index_open(v->desk->index_path, &index) != TG_OK)) {
        e = TG_E_BUSY;
    }
    if (e == TG_OK && list(v, index, &v->answer) != TG_OK) {
        e = TG_E_BUSY;
    }
    tg_index_close(&index);
    if (e != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_visit_record(v, tell);
}
