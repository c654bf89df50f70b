/* GET /v1/inquiries/meter: for who stands over people or audits: the time from question to answer beside that
 * of a plain look-up, by office and ISO week. Figures only.
 */
#include "server/inquiry/meter.h"
#include "server/desk/asking.h"
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

static void put_median(struct tg_jout *j, const char *name, tg_usec median, tg_usec unit)
{
    tg_jout_key(j, name);
    if (median >= 0) {
        tg_jout_int(j, (median + unit / 2) / unit);
    } else {
        tg_jout_null(j);
    }
}

static void put_line(struct tg_jout *j, const struct tg_meter_line *l)
{
    static const char *const names[TG_METER_COUNT] = {
        [TG_METER_LOOK] = "lookups",      [TG_METER_ASKED] = "asked",       [TG_METER_FACILITY] = "facility",
        [TG_METER_MISMATCH] = "mismatch", [TG_METER_REFERRED] = "referred", [TG_METER_ANSWERED] = "answered",
        [TG_METER_READ] = "read"};

    tg_jout_open(j, '{');
    tg_jout_member(j, "week", l->week);
    tg_jout_member(j, "company", l->company);
    tg_jout_member(j, "office", l->office);
    for (unsigned i = 0; i < TG_METER_COUNT; i++) {
        tg_jout_member_int(j, names[i], (int64_t)l->n[i]);
    }
    put_median(j, "answer_seconds", l->answer, 1000000);
    put_median(j, "lookup_us", l->look, 1);
    tg_jout_close(j, '}');
}

/* A retailer's own offices; the network company, whose service center it is about, and who audits: all. */
static const char *company_of(const struct tg_visit *v)
{
    const struct tg_staff *s = tg_session_staff(v->session);
    bool all = tg_staff_company_kind(s) == TG_COMPANY_NETWORK ||
               tg_policy_duty(v->policy, tg_staff_role(s)) == TG_DUTY_AUDIT;

    return all ? NULL : tg_staff_company(s);
}

static enum tg_err write_lines(struct tg_visit *v, struct tg_buf *out)
{
    struct tg_meter_line *lines = calloc(TG_METER_CELLS, sizeof *lines);
    struct tg_jout j;

    if (lines == NULL) {
        return TG_E_NOMEM;
    }
    size_t n = tg_meter_lines(v->desk->meter, company_of(v), lines, TG_METER_CELLS);
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_key(&j, "weeks");
    tg_jout_open(&j, '[');
    for (size_t i = n > TG_METER_SHOWN ? n - TG_METER_SHOWN : 0; i < n; i++) {
        put_line(&j, &lines[i]);
    }
    tg_jout_close(&j, ']');
    tg_jout_close(&j, '}');
    free(lines);
    return tg_jout_end(&j);
}

void tg_desk_meter(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_visit_begin(app, req, TG_KIND_INQUIRY);
    TG_BUF_AUTO out = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    enum tg_err e = TG_E_FORBIDDEN;

    if (v == NULL) {
        return;
    }
    if (tg_policy_inquiry_part(v->policy, tg_staff_role(tg_session_staff(v->session))) !=
            TG_INQUIRY_MEASURES ||
        (e = write_lines(v, &out)) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_reply_public(req, tg_span_buf(&out));
    tg_visit_end(v);
}
