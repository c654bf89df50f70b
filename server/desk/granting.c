#include "server/desk/granting.h"

#include "certs/base/limits.h"

struct tg_grantee tg_grantee_of(const struct tg_staff *s)
{
    return (struct tg_grantee){tg_staff_person(s), tg_staff_role(s), tg_staff_office(s), tg_staff_company(s)};
}

struct tg_doer tg_doer_of(const struct tg_staff *s)
{
    return (struct tg_doer){.person = tg_staff_person(s),
                            .company = tg_staff_company(s),
                            .employer = tg_staff_employer(s),
                            .role = tg_staff_role(s),
                            .office = tg_staff_office(s)};
}

static void put_or_null(struct tg_jout *j, const char *name, const char *text)
{
    tg_jout_key(j, name);
    if (text != NULL && text[0] != '\0') {
        tg_jout_str(j, text);
    } else {
        tg_jout_null(j);
    }
}

static void put_time(struct tg_jout *j, const char *name, tg_sec at)
{
    tg_jout_key(j, name);
    if (at > 0) {
        tg_jout_int(j, at);
    } else {
        tg_jout_null(j);
    }
}

static void put_flag(struct tg_jout *j, const char *name, bool value)
{
    tg_jout_key(j, name);
    tg_jout_bool(j, value);
}

static const char *name_of(const struct tg_onlooker *o, const char *person)
{
    const struct tg_person *p = o->book != NULL ? tg_book_person(o->book, person) : NULL;

    return p != NULL ? p->name : person;
}

static void put_signer(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_signatory *s)
{
    tg_jout_open(j, '{');
    tg_jout_member(j, "person", s->person);
    tg_jout_member(j, "name", name_of(o, s->person));
    tg_jout_member(j, "company", s->company);
    tg_jout_member(j, "office", s->office);
    if (s->voice != TG_VOICE_NONE) {
        tg_jout_member(j, "side", tg_voice_name(s->voice));
    }
    tg_jout_member_int(j, "at", s->at);
    tg_jout_close(j, '}');
}

static void put_approvals(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_plea *p)
{
    tg_jout_key(j, "approvals");
    tg_jout_open(j, '[');
    for (size_t i = 0; i < p->n; i++) {
        put_signer(j, o, &p->by[i]);
    }
    tg_jout_close(j, ']');
}

/* Empty for a plea that waits for nobody. */
static void put_waits(struct tg_jout *j, const struct tg_plea *p, bool waits)
{
    tg_jout_key(j, "waits_for");
    tg_jout_open(j, '[');
    for (enum tg_voice v = TG_VOICE_NETWORK; v < TG_VOICES && waits; v++) {
        bool given = false;

        for (size_t i = 0; i < p->n; i++) {
            given = given || p->by[i].voice == v;
        }
        if (!given) {
            tg_jout_str(j, tg_voice_name(v));
        }
    }
    tg_jout_close(j, ']');
}

/* The post under which the book has them today; nothing when it has none. */
static const struct tg_post *post_of(const struct tg_person *p, const char *role, tg_day day)
{
    for (size_t i = 0; p != NULL && i < p->n_posts; i++) {
        const struct tg_post *post = &p->posts[i];

        if (strcmp(post->role, role) == 0 && post->from <= day && day <= post->to) {
            return post;
        }
    }
    return NULL;
}

static void put_people(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_list *l,
                       const char *role)
{
    tg_jout_open(j, '[');
    for (size_t i = 0; i < l->n; i++) {
        const struct tg_person *p = o->book != NULL ? tg_book_person(o->book, l->p[i].person) : NULL;
        const struct tg_post *post = post_of(p, role, tg_day_of(o->now));

        tg_jout_open(j, '{');
        tg_jout_member(j, "person", l->p[i].person);
        tg_jout_member(j, "name", name_of(o, l->p[i].person));
        tg_jout_member(j, "office", post != NULL ? post->office : "");
        tg_jout_member(j, "company", post != NULL ? post->works_for->code : "");
        tg_jout_close(j, '}');
    }
    tg_jout_close(j, ']');
}

static void put_flags(struct tg_jout *j, const struct tg_event *e)
{
    tg_jout_key(j, "flags");
    tg_jout_open(j, '[');
    if (e->break_glass) {
        tg_jout_str(j, "break-glass");
    }
    if (e->one_approver) {
        tg_jout_str(j, "one-approver");
    }
    if (e->kind == TG_EVENT_DRILL) {
        tg_jout_str(j, "drill");
    }
    tg_jout_close(j, ']');
}

/* Does this plea wait for anybody? */
static bool plea_waits(const struct tg_event *e, const struct tg_plea *p, tg_sec now)
{
    return tg_event_waits(e, TG_VOICE_NETWORK, now) == p || tg_event_waits(e, TG_VOICE_RETAIL, now) == p;
}

static void put_text(struct tg_jout *j, const struct tg_event *e, const struct tg_plea *p)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_GRANT_TEXT_BYTES);
    enum tg_err err = tg_event_text(e, p, &text);

    if (err != TG_OK) {
        j->err = err;
        return;
    }
    tg_jout_span(j, tg_span_buf(&text));
}

/* The text of the first plea, while it waits; the extension beside it has its own. */
static void put_pleas(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_event *e)
{
    bool first = plea_waits(e, &e->first, o->now);

    put_approvals(j, o, &e->first);
    put_waits(j, &e->first, first);
    tg_jout_member_int(j, "number", e->number);
    tg_jout_key(j, "text");
    if (first) {
        put_text(j, e, &e->first);
    } else {
        tg_jout_null(j);
    }
    tg_jout_key(j, "extension");
    if (e->extension.number == 0 || !plea_waits(e, &e->extension, o->now)) {
        tg_jout_null(j);
        return;
    }
    tg_jout_open(j, '{');
    tg_jout_member_int(j, "seconds", e->extension.seconds);
    tg_jout_member_int(j, "end", e->extension.end);
    tg_jout_member_int(j, "number", e->extension.number);
    tg_jout_member(j, "prior", e->digest);
    put_approvals(j, o, &e->extension);
    put_waits(j, &e->extension, true);
    tg_jout_key(j, "text");
    put_text(j, e, &e->extension);
    tg_jout_close(j, '}');
}

static const struct tg_listed *listed(const struct tg_onlooker *o, const struct tg_event *e)
{
    return strcmp(tg_staff_role(o->staff), e->role) == 0 ? tg_list_find(&e->roster, tg_staff_person(o->staff))
                                                         : NULL;
}

static void put_yours(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_event *e)
{
    const struct tg_listed *me = listed(o, e);
    struct tg_grantee who = tg_grantee_of(o->staff);
    enum tg_err why = me != NULL ? tg_grants_why(o->grants, &who, e, o->now) : TG_E_GRANT_NONE;

    tg_jout_key(j, "yours");
    tg_jout_open(j, '{');
    put_flag(j, "on_roster", me != NULL);
    put_time(j, "acknowledged", me != NULL ? me->acknowledged : 0);
    put_flag(j, "usable", why == TG_OK);
    put_or_null(j, "why", why != TG_OK && me != NULL ? tg_err_code(why) : NULL);
    tg_jout_close(j, '}');
}

static void put_pledge(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_event *e)
{
    const struct tg_granting *g = tg_policy_granting(o->policy, e->role, e->kind);

    tg_jout_key(j, "pledge");
    if (g == NULL) {
        tg_jout_null(j);
        return;
    }
    tg_jout_open(j, '{');
    tg_jout_member(j, "ja", g->pledge_ja);
    tg_jout_member(j, "en", g->pledge_en);
    tg_jout_member(j, "digest", g->pledge);
    tg_jout_close(j, '}');
}

/* How much was seen is no business of those who look. */
static void put_views(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_event *e)
{
    tg_jout_key(j, "views");
    if (tg_policy_by_grant(o->policy, tg_staff_role(o->staff))) {
        tg_jout_null(j);
        return;
    }
    tg_jout_open(j, '{');
    tg_jout_member_int(j, "total", (int64_t)e->views);
    tg_jout_member_int(j, "open", (int64_t)e->open);
    tg_jout_close(j, '}');
}

void tg_put_event(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_event *e)
{
    tg_jout_open(j, '{');
    tg_jout_member(j, "id", e->id);
    tg_jout_member(j, "kind", tg_event_kind_name(e->kind));
    tg_jout_member(j, "cause", e->cause);
    tg_jout_member(j, "role", e->role);
    tg_jout_member(j, "areas", e->areas);
    tg_jout_member_int(j, "seconds", e->first.seconds);
    tg_jout_member_int(j, "end", e->first.end);
    tg_jout_member(j, "state", tg_event_state_name(tg_event_state(e, o->now)));
    put_or_null(j, "mode", tg_event_mode_name(e->mode));
    put_or_null(j, "ended_by", tg_ended_by_name(tg_event_ended_by(e, o->now)));
    put_flags(j, e);
    tg_jout_key(j, "declared");
    put_signer(j, o, &e->declared);
    put_time(j, "from", e->from);
    put_time(j, "until", e->until);
    put_pleas(j, o, e);
    put_or_null(j, "standing", e->standing);
    tg_jout_key(j, "roster");
    put_people(j, o, &e->roster, e->role);
    put_yours(j, o, e);
    put_pledge(j, o, e);
    put_views(j, o, e);
    tg_jout_close(j, '}');
}

void tg_put_roster(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_roster *r)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_GRANT_TEXT_BYTES);
    bool waits = tg_roster_waits(r, TG_VOICE_NETWORK, o->now) || tg_roster_waits(r, TG_VOICE_RETAIL, o->now);

    tg_jout_open(j, '{');
    tg_jout_member(j, "id", r->id);
    tg_jout_member(j, "name", r->name);
    tg_jout_member(j, "role", r->role);
    tg_jout_member(j, "areas", r->areas);
    tg_jout_member_int(j, "seconds", r->plea.seconds);
    tg_jout_member_int(j, "until", r->plea.end);
    tg_jout_member(j, "state", tg_roster_state_name(tg_roster_state(r, o->now)));
    tg_jout_key(j, "text");
    if (waits) {
        j->err = j->err == TG_OK ? tg_roster_text(r, &text) : j->err;
        tg_jout_span(j, tg_span_buf(&text));
    } else {
        tg_jout_null(j);
    }
    put_approvals(j, o, &r->plea);
    put_waits(j, &r->plea, waits);
    tg_jout_key(j, "people");
    put_people(j, o, &r->people, r->role);
    tg_jout_close(j, '}');
}

void tg_put_alarm(struct tg_jout *j, const struct tg_alarm *a)
{
    char ja[512], en[512];
    bool none = a->mode == TG_MODE_NONE;

    (void)snprintf(ja, sizeof ja, "%s は、%s始まりました。内容を確かめ、要らなければ閉じてください。", a->event,
                   none ? "どなたの承認もないまま（緊急開始）" : "あなたの側の承認がないまま");
    (void)snprintf(en, sizeof en, "%s began %s. Look at it, and close it if it is not needed.", a->event,
                   none ? "without any approval (break-glass)" : "without your side's approval");
    tg_jout_open(j, '{');
    tg_jout_member(j, "id", a->id);
    tg_jout_member(j, "event", a->event);
    tg_jout_member(j, "kind", none ? "break-glass" : "one-approver");
    tg_jout_member_int(j, "at", a->at);
    tg_jout_member(j, "text_ja", ja);
    tg_jout_member(j, "text_en", en);
    tg_jout_close(j, '}');
}

/* What the stream says of one: enough for a banner and its countdown. */
static void put_own(struct tg_jout *j, const struct tg_onlooker *o, const struct tg_event *e)
{
    struct tg_grantee who = tg_grantee_of(o->staff);
    const struct tg_listed *me = listed(o, e);

    tg_jout_open(j, '{');
    tg_jout_member(j, "id", e->id);
    tg_jout_member(j, "kind", tg_event_kind_name(e->kind));
    tg_jout_member(j, "cause", e->cause);
    tg_jout_member(j, "areas", e->areas);
    tg_jout_member_int(j, "until", e->until);
    put_flags(j, e);
    put_flag(j, "acknowledged", me != NULL && me->acknowledged > 0);
    put_flag(j, "usable", tg_grants_why(o->grants, &who, e, o->now) == TG_OK);
    tg_jout_close(j, '}');
}

enum tg_err tg_granting_own(struct tg_onlooker *o, struct tg_buf *out, tg_sec *due)
{
    struct tg_jout j;

    *due = INT64_MAX;
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_key(&j, "grants");
    tg_jout_open(&j, '[');
    o->now = tg_grants_hold(o->grants, o->now);
    for (size_t i = 0; i < tg_grants_events(o->grants); i++) {
        const struct tg_event *e = tg_grants_event(o->grants, i);

        if (listed(o, e) != NULL && tg_event_state(e, o->now) == TG_EVENT_LIVE) {
            put_own(&j, o, e);
            *due = e->until < *due ? e->until : *due;
        }
    }
    tg_grants_release(o->grants);
    tg_jout_close(&j, ']');
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}
