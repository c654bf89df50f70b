#include "server/desk/asking.h"

#include "certs/base/text.h"
#include "server/audit/gist.h"
#include "server/audit/report.h"

#define TOLD_PULSES 30u /* a minute: what only time has changed */
#define MARK "\"kind\":\"inquiry\",\"decision\":\"allow\""

static enum tg_err fill_person(struct tg_inquiry_step *s, const struct tg_staff *staff)
{
    enum tg_err e = tg_copy(s->person, sizeof s->person, tg_span_str(tg_staff_person(staff)));

    if (e == TG_OK) {
        e = tg_copy(s->company, sizeof s->company, tg_span_str(tg_staff_company(staff)));
    }
    return e == TG_OK ? tg_copy(s->office, sizeof s->office, tg_span_str(tg_staff_office(staff))) : e;
}

struct tg_visit *tg_asking_begin(struct tg_desk *d, struct tg_req *req)
{
    struct tg_visit *v = tg_visit_begin(d, req, TG_KIND_INQUIRY);

    if (v == NULL) {
        return NULL;
    }
    if ((v->asking = calloc(1, sizeof *v->asking)) == NULL) {
        tg_visit_refuse(v, TG_E_NOMEM);
        return NULL;
    }
    v->asking->act = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    v->asking->step.at = v->now;
    if (fill_person(&v->asking->step, tg_session_staff(v->session)) != TG_OK) {
        tg_visit_refuse(v, TG_E_INTERNAL);
        return NULL;
    }
    return v;
}

void tg_asking_free(struct tg_asking **a)
{
    if (*a != NULL) {
        tg_scope_free(&(*a)->scope);
        tg_buf_done(&(*a)->act);
        tg_bulk_work_free(&(*a)->bulk);
        free(*a);
        *a = NULL;
    }
}

enum tg_err tg_asking_note(const struct tg_visit *v, struct tg_span *act)
{
    struct tg_asking *a = v->asking;

    if (!a->noted) {
        return TG_OK;
    }
    tg_buf_reset(&a->act);
    enum tg_err e =
        a->bulk != NULL ? tg_bulk_work_note(a->bulk, &a->act) : tg_inquiry_step_write(&a->step, &a->act);
    if (e == TG_OK) {
        *act = tg_span_buf(&a->act);
    }
    return e;
}

/* For the meter: of the office that asked, in the week of asking. */
static void measure(struct tg_desk *d, const struct tg_inquiry_step *s)
{
    static const int metered[TG_DO_COUNT] = {
        [TG_DO_ASKED] = TG_METER_ASKED,   [TG_DO_ANSWERED] = TG_METER_ANSWERED,
        [TG_DO_READ] = TG_METER_READ,     [TG_DO_TRIED] = TG_METER_MISMATCH,
        [TG_DO_SEEN] = TG_METER_FACILITY, [TG_DO_REFERRED] = TG_METER_REFERRED};
    struct tg_meter_where w = {s->company, s->office, s->at};
    struct tg_inquiry i;

    if (metered[s->what] == TG_METER_LOOK) {
        return;
    }
    if (s->what > TG_DO_WITHDRAWN) {
        tg_meter_add(d->meter, &w, (enum tg_metered)metered[s->what], 0);
    } else if (tg_inquiries_peek(d->inquiries, s->id, &i)) {
        w = (struct tg_meter_where){i.company, i.office, i.asked};
        tg_meter_add(d->meter, &w, (enum tg_metered)metered[s->what], (s->at - i.asked) * 1000000);
    }
}

/* A name that was tried stays counted, written or not: that costs its asker a try at worst. */
void tg_asking_settle(struct tg_visit *v, bool written)
{
    struct tg_asking *a = v->asking;

    if (a->bulk != NULL) {
        tg_bulk_work_settle(v, written);
    }
    if (a->begun && written) {
        tg_inquiries_done(v->desk->inquiries, &a->step, &a->inquiry);
    } else if (a->begun) {
        tg_inquiries_undo(v->desk->inquiries, &a->step);
    }
    a->begun = false;
    if (written && a->noted && a->bulk == NULL) {
        measure(v->desk, &a->step);
    }
}

static bool holds(struct tg_span record, const char *mark)
{
    return memmem(record.p, record.n, mark, strlen(mark)) != NULL;
}

static bool copy_person(const json_t *entry, struct tg_inquiry_step *s)
{
    const char *person = tg_json_str(entry, "person"), *company = tg_json_str(entry, "company");
    const char *office = tg_json_str(entry, "office");

    return person != NULL && company != NULL &&
           tg_copy(s->person, sizeof s->person, tg_span_str(person)) == TG_OK &&
           tg_copy(s->company, sizeof s->company, tg_span_str(company)) == TG_OK &&
           tg_copy(s->office, sizeof s->office, tg_span_str(office != NULL ? office : "")) == TG_OK;
}

/* The names that did not fit, each a keyed hash. */
static enum tg_err recall_tries(struct tg_desk *d, const char *tries, struct tg_inquiry_step *s)
{
    enum tg_err e = TG_OK;

    s->what = TG_DO_TRIED;
    s->many = true;
    for (const char *at = tries; at != NULL && *at != '\0' && e == TG_OK;) {
        size_t n = strcspn(at, " ");

        e = tg_copy(s->tried, sizeof s->tried, tg_span(at, n)) == TG_OK ? tg_inquiries_recall(d->inquiries, s)
                                                                        : TG_E_AUDIT_BROKEN;
        at += n + (at[n] != '\0' ? 1 : 0);
    }
    return e;
}

static enum tg_err recall_bulk(struct tg_desk *d, const json_t *act, struct tg_inquiry_step *s)
{
    struct tg_bulk_step b;
    enum tg_err e = tg_bulk_step_read(act, &b);

    if (e != TG_OK) {
        return TG_E_AUDIT_BROKEN;
    }
    memcpy(b.person, s->person, sizeof b.person);
    memcpy(b.company, s->company, sizeof b.company);
    s->at = b.at;
    e = tg_bulks_recall(d->bulks, &b);
    return e == TG_OK && !b.again ? recall_tries(d, tg_json_str(act, "tries"), s) : e;
}

/* The entry says who did it, its act what. */
static enum tg_err recall(struct tg_desk *d, struct tg_span record)
{
    TG_JSON_AUTO *entry = NULL;
    struct tg_inquiry_step who = {.at = 0}, s;
    enum tg_err e = tg_json_parse(record, &entry);

    if (e != TG_OK) {
        return e == TG_E_NOMEM ? e : TG_E_AUDIT_BROKEN;
    }
    const json_t *act = json_object_get(entry, "act");
    if (!copy_person(entry, &who)) {
        return TG_E_AUDIT_BROKEN;
    }
    if (tg_bulk_step_is(act)) {
        return recall_bulk(d, act, &who);
    }
    if (tg_inquiry_step_read(act, &s) != TG_OK) {
        return TG_E_AUDIT_BROKEN;
    }
    memcpy(s.person, who.person, sizeof s.person);
    memcpy(s.company, who.company, sizeof s.company);
    memcpy(s.office, who.office, sizeof s.office);
    if ((e = tg_inquiries_recall(d->inquiries, &s)) == TG_OK) {
        measure(d, &s);
    }
    return e;
}

/* A look-up of lately: how long it took is the time between the two that its record has. */
static void recall_look(struct tg_desk *d, const struct tg_frame *f)
{
    static const char *const names[] = {"kind", "decision", "time", "company", "office"};
    struct tg_span v[5];
    char company[16], office[TG_NAME_BYTES];
    tg_usec began = 0;

    if (!tg_gist_pick(f->payload, names, 5, v) ||
        !(tg_span_is(v[0], "\"search\"") || tg_span_is(v[0], "\"show\"")) || !tg_span_is(v[1], "\"allow\"")) {
        return;
    }
    for (size_t i = 2; i < 5; i++) {
        if (v[i].n < 2) {
            return;
        }
        v[i] = tg_span(v[i].p + 1, v[i].n - 2);
    }
    if (tg_time_parse(v[2], &began) != TG_OK || tg_copy(company, sizeof company, v[3]) != TG_OK ||
        tg_copy(office, sizeof office, v[4]) != TG_OK) {
        return;
    }
    struct tg_meter_where w = {company, office, began / 1000000};
    tg_meter_add(d->meter, &w, TG_METER_LOOK, f->time - began);
}

enum tg_err tg_asking_recall(void *desk, const struct tg_frame *f)
{
    struct tg_desk *d = desk;

    if (f->type != TG_FRAME_ENTRY || f->time < d->began - (tg_usec)TG_METER_SECONDS * 1000000) {
        return TG_OK;
    }
    if (!holds(f->payload, MARK)) {
        recall_look(d, f);
        return TG_OK;
    }
    return recall(d, f->payload);
}

static bool concerns(struct tg_desk *d, const struct tg_staff *s)
{
    struct tg_policy *p = tg_visit_policy(d, NULL);
    enum tg_inquiry_part part = tg_policy_inquiry_part(p, tg_staff_role(s));

    tg_policy_unref(&p);
    return part == TG_INQUIRY_ASKS || part == TG_INQUIRY_ANSWERS;
}

static enum tg_err write_event(const struct tg_inquiry_gauge *g, struct tg_buf *event)
{
    char oldest[24] = "null";

    if (g->oldest >= 0) {
        (void)snprintf(oldest, sizeof oldest, "%lld", (long long)g->oldest);
    }
    return tg_buf_addf(event,
                       "event: inquiries\ndata: {\"mine\":{\"answered\":%u},\"queue\":{\"open\":%u,"
                       "\"oldest\":%s}}\n\n",
                       g->answered, g->open, oldest);
}

bool tg_asking_event(struct tg_desk *d, const struct tg_session *s, struct tg_asking_told *told,
                     struct tg_buf *event)
{
    const struct tg_staff *staff = tg_session_staff(s);
    struct tg_asker who = {tg_staff_person(staff), tg_staff_company(staff)};
    unsigned version = tg_inquiries_version(d->inquiries);
    struct tg_inquiry_gauge g;

    if (told->once && version == told->version && ++told->pulses % TOLD_PULSES != 0) {
        return false;
    }
    told->version = version;
    if (!concerns(d, staff)) {
        told->once = true;
        return false;
    }
    tg_inquiries_gauge(d->inquiries, &who, tg_now(), &g);
    if (told->once && g.open == told->open && g.answered == told->answered) {
        return false;
    }
    told->once = true;
    told->open = g.open;
    told->answered = g.answered;
    return write_event(&g, event) == TG_OK;
}
