#include "ui/desk/board.h"

#include <stdlib.h>

#include "certs/base/text.h"
#include "ui/desk/deeds.h"
#include "ui/tr.h"

#define EVENTS_MAX 2048u

struct tg_board {
    json_t *doc;
    char side[16];
    const json_t *event[EVENTS_MAX]; /* in their order */
    size_t n;
};

void tg_board_free(struct tg_board **b)
{
    if (*b == NULL)
        return;
    tg_json_done(&(*b)->doc);
    free(*b);
    *b = NULL;
}

const char *tg_side_of(const char *role)
{
    if (strncmp(role, "nw.", 3) == 0)
        return "network";
    return strncmp(role, "retail.", 7) == 0 ? "retail" : "";
}

/* ---- its shape ---- */

static bool texts_in(const json_t *of, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (tg_json_str(of, names[i]) == NULL)
            return false;
    }
    return true;
}

static bool are_texts(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!json_is_string(json_array_get(list, i)))
            return false;
    }
    return json_is_array(list);
}

static bool text_or_null(const json_t *v)
{
    return json_is_null(v) || json_is_string(v);
}

static bool are_people(const json_t *list)
{
    static const char *const names[] = {"person", "name", "office", "company", NULL};

    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!texts_in(json_array_get(list, i), names))
            return false;
    }
    return json_is_array(list);
}

static bool is_extension(const json_t *v)
{
    return json_is_null(v) ||
           (json_is_integer(json_object_get(v, "seconds")) && are_texts(json_object_get(v, "waits_for")) &&
            text_or_null(json_object_get(v, "text")));
}

static bool is_event(const json_t *e)
{
    static const char *const names[] = {"id", "kind", "cause", "role", "areas", "state", NULL};

    return texts_in(e, names) && json_is_integer(json_object_get(e, "seconds")) &&
           json_is_integer(json_object_get(e, "end")) && are_texts(json_object_get(e, "flags")) &&
           are_texts(json_object_get(e, "waits_for")) && text_or_null(json_object_get(e, "text")) &&
           are_people(json_object_get(e, "approvals")) && are_people(json_object_get(e, "roster")) &&
           is_extension(json_object_get(e, "extension")) && json_is_object(json_object_get(e, "yours"));
}

static bool is_roster(const json_t *r)
{
    static const char *const names[] = {"id", "name", "role", "areas", "state", NULL};

    return texts_in(r, names) && are_texts(json_object_get(r, "waits_for")) &&
           text_or_null(json_object_get(r, "text")) && are_people(json_object_get(r, "people"));
}

static bool is_alarm(const json_t *a)
{
    static const char *const names[] = {"id", "event", "kind", "text_ja", "text_en", NULL};

    return texts_in(a, names);
}

static bool is_debt(const json_t *d)
{
    static const char *const names[] = {"office", "event", NULL};

    return texts_in(d, names) && json_is_integer(json_object_get(d, "views"));
}

static bool all(const json_t *list, bool (*is)(const json_t *))
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!is(json_array_get(list, i)))
            return false;
    }
    return json_is_array(list) && json_array_size(list) <= EVENTS_MAX;
}

static bool is_board(const json_t *doc)
{
    return json_is_integer(json_object_get(doc, "now")) && are_texts(json_object_get(doc, "may")) &&
           all(json_object_get(doc, "events"), is_event) && all(json_object_get(doc, "rosters"), is_roster) &&
           all(json_object_get(doc, "alarms"), is_alarm) && all(json_object_get(doc, "debts"), is_debt);
}

/* ---- its order ---- */

/* 0 waits for this person, 1 is live, 2 is open, 3 is over. */
static int rank(const struct tg_board *b, const json_t *e)
{
    const char *state = tg_json_str(e, "state");

    if (tg_deed_fits(b, e, TG_DEED_APPROVE) || tg_deed_fits(b, e, TG_DEED_ACKNOWLEDGE))
        return 0;
    if (strcmp(state, "live") == 0)
        return 1;
    return strcmp(state, "ended") == 0 ? 3 : 2;
}

/* Newest first within a rank: ids carry their date and number. Few enough to be sorted as they come. */
static bool before(const struct tg_board *b, const json_t *x, const json_t *y)
{
    int rx = rank(b, x), ry = rank(b, y);

    return rx != ry ? rx < ry : strcmp(tg_json_str(x, "id"), tg_json_str(y, "id")) > 0;
}

static void order(struct tg_board *b)
{
    const json_t *events = json_object_get(b->doc, "events");

    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *e = json_array_get(events, i);
        size_t at = b->n++;

        for (; at > 0 && before(b, e, b->event[at - 1]); at--)
            b->event[at] = b->event[at - 1];
        b->event[at] = e;
    }
}

enum tg_err tg_board_read(struct tg_span json, const char *side, struct tg_board **ret)
{
    TG_JSON_AUTO *doc = NULL;
    enum tg_err e = tg_json_parse(json, &doc);
    struct tg_board *b;

    if (e != TG_OK)
        return e == TG_E_NOMEM ? e : TG_E_SERVER_REPLY;
    if (!is_board(doc))
        return TG_E_SERVER_REPLY;
    if ((b = calloc(1, sizeof *b)) == NULL)
        return TG_E_NOMEM;
    tg_ignore(tg_copy(b->side, sizeof b->side, tg_span_str(side))); /* one of three short words */
    b->doc = doc;
    doc = NULL;
    order(b);
    *ret = b;
    return TG_OK;
}

/* ---- reading it ---- */

tg_sec tg_board_now(const struct tg_board *b)
{
    return tg_json_int(b->doc, "now", 0);
}

static bool has(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
            return true;
    }
    return false;
}

bool tg_board_may(const struct tg_board *b, const char *what)
{
    return has(json_object_get(b->doc, "may"), what);
}

size_t tg_board_events(const struct tg_board *b)
{
    return b->n;
}

const json_t *tg_board_event(const struct tg_board *b, size_t i)
{
    return i < b->n ? b->event[i] : NULL;
}

static size_t count(const struct tg_board *b, const char *name)
{
    return json_array_size(json_object_get(b->doc, name));
}

static const json_t *at(const struct tg_board *b, const char *name, size_t i)
{
    return json_array_get(json_object_get(b->doc, name), i);
}

size_t tg_board_rosters(const struct tg_board *b)
{
    return count(b, "rosters");
}

const json_t *tg_board_roster(const struct tg_board *b, size_t i)
{
    return at(b, "rosters", i);
}

size_t tg_board_alarms(const struct tg_board *b)
{
    return count(b, "alarms");
}

const json_t *tg_board_alarm(const struct tg_board *b, size_t i)
{
    return at(b, "alarms", i);
}

size_t tg_board_debts(const struct tg_board *b)
{
    return count(b, "debts");
}

const json_t *tg_board_debt(const struct tg_board *b, size_t i)
{
    return at(b, "debts", i);
}

static const json_t *find_in(const struct tg_board *b, const char *name, const char *id)
{
    for (size_t i = 0; i < count(b, name); i++) {
        if (strcmp(tg_json_str(at(b, name, i), "id"), id) == 0)
            return at(b, name, i);
    }
    return NULL;
}

const json_t *tg_board_find(const struct tg_board *b, const char *id)
{
    const json_t *e = find_in(b, "events", id);

    return e != NULL ? e : find_in(b, "rosters", id);
}

struct tg_span tg_event_paper(const struct tg_board *b, const json_t *event)
{
    const json_t *extension = json_object_get(event, "extension");
    const json_t *of = json_is_object(extension) ? extension : event;
    const char *text = tg_json_str(of, "text");

    if (text == NULL || !tg_board_may(b, "approve") || !has(json_object_get(of, "waits_for"), b->side))
        return tg_span(NULL, 0);
    return tg_span_str(text);
}

bool tg_board_calls(const struct tg_board *b)
{
    bool calls = count(b, "alarms") > 0 || (tg_board_may(b, "review") && count(b, "debts") > 0);

    for (size_t i = 0; i < b->n && !calls; i++)
        calls = rank(b, b->event[i]) == 0;
    for (size_t i = 0; i < tg_board_rosters(b) && !calls; i++)
        calls = tg_event_paper(b, tg_board_roster(b, i)).n > 0;
    return calls;
}

bool tg_event_flag(const json_t *event, const char *flag)
{
    return has(json_object_get(event, "flags"), flag);
}

int64_t tg_event_left(const json_t *event, tg_sec now)
{
    int64_t until = tg_json_int(event, "until", 0);

    if (strcmp(tg_json_str(event, "state"), "live") != 0)
        return -1;
    return until > now ? until - now : 0;
}

/* ---- words ---- */

struct word {
    const char *name, *text;
};

static const char *text_of(const struct word *words, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i].name, name) == 0)
            return _(words[i].text);
    }
    return name;
}

const char *tg_event_kind_text(const char *kind)
{
    static const struct word kinds[] = {{"outage", N_("Power cut")},
                                        {"fault", N_("System fault")},
                                        {"transition", N_("Transition period")},
                                        {"drill", N_("Drill")}};

    return text_of(kinds, sizeof kinds / sizeof *kinds, kind);
}

const char *tg_event_state_text(const json_t *event)
{
    static const struct word states[] = {{"declared", N_("declared, no approval yet")},
                                         {"half", N_("one approval of two")},
                                         {"live", N_("in force")},
                                         {"ended", N_("ended")},
                                         {"proposed", N_("proposed, no approval yet")},
                                         {"valid", N_("valid")}};
    static const struct word ends[] = {{"time", N_("ended by the clock")},
                                       {"closed", N_("closed")},
                                       {"withdrawn", N_("withdrawn")},
                                       {"lapsed", N_("lapsed, never approved")}};
    const char *state = tg_json_str(event, "state"), *by = tg_json_str(event, "ended_by");

    if (strcmp(state, "ended") == 0 && by != NULL)
        return text_of(ends, sizeof ends / sizeof *ends, by);
    return text_of(states, sizeof states / sizeof *states, state);
}

const char *tg_event_waits_text(const json_t *event)
{
    const json_t *extension = json_object_get(event, "extension");
    const json_t *waits = json_object_get(json_is_object(extension) ? extension : event, "waits_for");
    bool network = has(waits, "network"), retail = has(waits, "retail");

    if (network && retail)
        return _("waits for the network company and the retailer");
    if (network)
        return _("waits for the network company");
    return retail ? _("waits for the retailer") : "";
}
