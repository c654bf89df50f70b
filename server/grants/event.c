/* What an event says of itself: its state at a moment, what it waits for, and the bytes that are approved. */
#include "server/grants/event.h"

#include <stdlib.h>

enum tg_event_state tg_event_state(const struct tg_event *e, tg_sec now)
{
    enum tg_event_state to = e->state;

    if (e->state == TG_EVENT_LIVE && now >= e->until) {
        (void)tg_life_move(e->state, TG_TURN_EXPIRE, &to);
    } else if (e->state != TG_EVENT_LIVE && e->state != TG_EVENT_ENDED && now >= e->first.end) {
        (void)tg_life_move(e->state, TG_TURN_LAPSE, &to);
    }
    return to;
}

enum tg_ended_by tg_event_ended_by(const struct tg_event *e, tg_sec now)
{
    if (e->state == TG_EVENT_ENDED) {
        return e->ended_by;
    }
    if (tg_event_state(e, now) != TG_EVENT_ENDED) {
        return TG_ENDED_NOT;
    }
    return e->state == TG_EVENT_LIVE ? TG_ENDED_TIME : TG_ENDED_LAPSED;
}

tg_sec tg_event_ended(const struct tg_event *e, tg_sec now)
{
    if (e->state == TG_EVENT_ENDED) {
        return e->ended;
    }
    if (tg_event_state(e, now) != TG_EVENT_ENDED) {
        return 0;
    }
    return e->state == TG_EVENT_LIVE ? e->until : e->first.end;
}

static bool lacks(const struct tg_plea *p, enum tg_voice voice)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->by[i].voice == voice) {
            return false;
        }
    }
    return p->number != 0 && p->n < 2 && voice != TG_VOICE_NONE;
}

const struct tg_plea *tg_event_waits(const struct tg_event *e, enum tg_voice voice, tg_sec now)
{
    if (tg_event_state(e, now) == TG_EVENT_ENDED) {
        return NULL;
    }
    if (lacks(&e->first, voice)) {
        return &e->first;
    }
    return lacks(&e->extension, voice) ? &e->extension : NULL;
}

enum tg_roster_state tg_roster_state(const struct tg_roster *r, tg_sec now)
{
    if (now >= r->plea.end) {
        return TG_ROSTER_ENDED;
    }
    return r->plea.n == 0 ? TG_ROSTER_PROPOSED : r->plea.n == 1 ? TG_ROSTER_HALF : TG_ROSTER_VALID;
}

const char *tg_roster_state_name(enum tg_roster_state s)
{
    static const char *const names[TG_ROSTER_STATES] = {"proposed", "half", "valid", "ended"};
    return s < TG_ROSTER_STATES ? names[s] : NULL;
}

bool tg_roster_waits(const struct tg_roster *r, enum tg_voice voice, tg_sec now)
{
    return tg_roster_state(r, now) != TG_ROSTER_ENDED && lacks(&r->plea, voice);
}

static int by_person(const void *a, const void *b)
{
    return strcmp(((const struct tg_listed *)a)->person, ((const struct tg_listed *)b)->person);
}

const struct tg_listed *tg_list_find(const struct tg_list *l, const char *person)
{
    struct tg_listed key;

    if (l->n == 0 || strlen(person) >= sizeof key.person) {
        return NULL;
    }
    memcpy(key.person, person, strlen(person) + 1);
    return bsearch(&key, l->p, l->n, sizeof *l->p, by_person);
}

static void put_people(struct tg_jout *j, const char *name, const struct tg_list *l)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_EVENT_PEOPLE * TG_PERSON_BYTES);
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < l->n && e == TG_OK; i++) {
        e = tg_buf_addf(&text, "%s%s", i > 0 ? " " : "", l->p[i].person);
    }
    if (e != TG_OK && j->err == TG_OK) {
        j->err = e;
    }
    tg_jout_key(j, name);
    tg_jout_span(j, tg_span_buf(&text));
}

enum tg_err tg_event_text(const struct tg_event *e, const struct tg_plea *p, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "grant", e->id);
    tg_jout_member_int(&j, "number", p->number);
    tg_jout_member(&j, "kind", tg_event_kind_name(e->kind));
    tg_jout_member(&j, "cause", e->cause);
    tg_jout_member(&j, "role", e->role);
    tg_jout_member(&j, "areas", e->areas);
    tg_jout_member_int(&j, "seconds", p->seconds);
    tg_jout_member_int(&j, "end", p->end);
    put_people(&j, "roster", &e->roster);
    tg_jout_member(&j, "standing", e->standing);
    tg_jout_member(&j, "declared_by", e->declared.person);
    tg_jout_member_int(&j, "declared_at", e->declared.at);
    if (p->number > 1) {
        tg_jout_member(&j, "prior", e->digest);
    }
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_roster_text(const struct tg_roster *r, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "roster", r->id);
    tg_jout_member(&j, "name", r->name);
    tg_jout_member(&j, "role", r->role);
    tg_jout_member(&j, "areas", r->areas);
    tg_jout_member_int(&j, "seconds", r->plea.seconds);
    tg_jout_member_int(&j, "until", r->plea.end);
    put_people(&j, "people", &r->people);
    tg_jout_member(&j, "proposed_by", r->proposed.person);
    tg_jout_member_int(&j, "proposed_at", r->proposed.at);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}
