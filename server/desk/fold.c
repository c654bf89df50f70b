#include "server/desk/fold.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "server/audit/entry.h"

/* As the entry's writer puts them, and as nothing else in an entry can: in a string a quote is escaped. */
#define STEP_MARK "\"kind\":\"grant\",\"decision\":\"allow\""
#define VIEW_MARK "\"grants\":[\""

static bool holds(struct tg_span record, const char *mark)
{
    return memmem(record.p, record.n, mark, strlen(mark)) != NULL;
}

static void refuse(struct tg_fold *f, const struct tg_frame *frame, const struct tg_step *s, enum tg_err e)
{
    char what[512];

    f->refused++;
    if (f->loud == NULL) {
        return;
    }
    (void)snprintf(what, sizeof what,
                   "record %llu of the journal: the step \"%s\" of %s is not accepted, and opens nothing: %s (%s)",
                   (unsigned long long)frame->seq, s != NULL ? tg_step_name(s->what) : "?",
                   s != NULL && s->id[0] != '\0' ? s->id : "?", tg_err_en(e), tg_err_code(e));
    f->loud(f->ctx, what);
}

/* The entry says by itself who did it; a step that says somebody else was not written by us. */
static bool same_doer(const json_t *entry, const struct tg_step *s)
{
    const char *person = tg_json_str(entry, "person");

    return person != NULL && strcmp(person, s->by.person) == 0;
}

static enum tg_err take_step(struct tg_fold *f, const struct tg_frame *frame, const json_t *entry)
{
    const json_t *act = json_object_get(entry, "act");
    struct tg_step s = {.what = TG_STEP_DECLARE};
    enum tg_err e;

    if (act == NULL) { /* somebody read views */
        return TG_OK;
    }
    if ((e = tg_step_read(act, &s)) != TG_OK || !same_doer(entry, &s)) {
        refuse(f, frame, NULL, e != TG_OK ? e : TG_E_AUDIT_BROKEN);
        return TG_OK;
    }
    f->steps++;
    if ((e = tg_grants_apply(f->grants, &f->world, &s)) == TG_E_NOMEM || e == TG_E_GRANT_FULL) {
        return e;
    }
    if (e != TG_OK) {
        refuse(f, frame, &s, e);
    }
    return TG_OK;
}

static enum tg_err add_word(struct tg_buf *out, const char *word)
{
    if (word == NULL) {
        return TG_E_AUDIT_BROKEN;
    }
    return tg_buf_addf(out, "%s%s", out->n > 0 ? " " : "", word);
}

/* Texts of a list of strings, or of one member of a list of objects, one blank between. */
static enum tg_err words_of(const json_t *list, const char *member, struct tg_buf *out)
{
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < json_array_size(list) && e == TG_OK; i++) {
        const json_t *one = json_array_get(list, i);

        e = add_word(out, member != NULL ? tg_json_str(one, member) : json_string_value(one));
    }
    return e;
}

static enum tg_err saw(struct tg_fold *f, const struct tg_frame *frame, struct tg_view_of *view)
{
    enum tg_err e;

    view->seq = frame->seq;
    f->views++;
    if ((e = tg_grants_saw(f->grants, view)) == TG_E_NOT_FOUND) {
        refuse(f, frame, NULL, e);
        return TG_OK;
    }
    return e;
}

static enum tg_err take_view(struct tg_fold *f, const struct tg_frame *frame, const json_t *entry)
{
    TG_BUF_AUTO ids = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    TG_BUF_AUTO events = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    const json_t *rows = json_object_get(entry, "rows");
    const char *decision = tg_json_str(entry, "decision");
    struct tg_view_of v = {.person = tg_json_str(entry, "person"),
                           .office = tg_json_str(entry, "office"),
                           .company = tg_json_str(entry, "company"),
                           .kind = tg_json_str(entry, "kind"),
                           .rows = (unsigned)json_array_size(rows)};
    tg_usec time = 0;
    enum tg_err e;

    if (decision == NULL || strcmp(decision, "allow") != 0 || v.rows == 0) {
        return TG_OK;
    }
    if (v.person == NULL || v.office == NULL || v.company == NULL || v.kind == NULL ||
        tg_time_parse(tg_span_str(tg_json_str(entry, "time")), &time) != TG_OK) {
        return TG_E_AUDIT_BROKEN;
    }
    v.at = time / 1000000;
    if ((e = words_of(rows, "id", &ids)) != TG_OK ||
        (e = words_of(json_object_get(entry, "grants"), NULL, &events)) != TG_OK) {
        return e;
    }
    v.ids = tg_buf_cstr(&ids);
    v.events = tg_buf_cstr(&events);
    return v.ids != NULL && v.events != NULL ? saw(f, frame, &v) : TG_E_NOMEM;
}

enum tg_err tg_fold_take(struct tg_fold *f, const struct tg_frame *frame)
{
    TG_JSON_AUTO *entry = NULL;
    bool step, view;
    enum tg_err e;

    if (frame->type != TG_FRAME_ENTRY) {
        return TG_OK;
    }
    f->last = frame->time / 1000000;
    step = holds(frame->payload, STEP_MARK);
    view = !step && holds(frame->payload, VIEW_MARK);
    if (!step && !view) {
        return TG_OK;
    }
    if ((e = tg_json_parse(frame->payload, &entry)) != TG_OK) {
        return e == TG_E_NOMEM ? e : TG_E_AUDIT_BROKEN;
    }
    return step ? take_step(f, frame, entry) : take_view(f, frame, entry);
}

void tg_fold_end(const struct tg_fold *f, tg_sec now)
{
    char what[256];

    now = tg_grants_hold(f->grants, f->last < now ? now : f->last);
    for (size_t i = 0; i < tg_grants_events(f->grants) && f->loud != NULL; i++) {
        const struct tg_event *e = tg_grants_event(f->grants, i);

        if (e->unconfirmed && tg_event_state(e, now) != TG_EVENT_ENDED) {
            (void)snprintf(what, sizeof what,
                           "%s rests on a post that the lists do not confirm any more, and opens nothing", e->id);
            f->loud(f->ctx, what);
        }
    }
    tg_grants_release(f->grants);
}
