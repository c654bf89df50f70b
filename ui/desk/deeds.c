#include "ui/desk/deeds.h"

#include "ui/tr.h"

static const struct {
    char key;
    const char *text;
} deeds[TG_DEEDS] = {
    [TG_DEED_ACKNOWLEDGE] = {'k', N_("I have read the rule and keep to it (K)")},
    [TG_DEED_APPROVE] = {'a', N_("Approve with your card (A)")},
    [TG_DEED_START] = {'s', N_("Start without all approvals (S)")},
    [TG_DEED_EXTEND] = {'e', N_("Ask for an extension (E)")},
    [TG_DEED_CLOSE] = {'c', N_("End it now (C)")},
    [TG_DEED_REVIEW] = {'r', N_("Review what was seen (R)")},
};

char tg_deed_key(enum tg_deed d)
{
    return (unsigned)d < TG_DEEDS ? deeds[d].key : '\0';
}

const char *tg_deed_text(enum tg_deed d)
{
    return (unsigned)d < TG_DEEDS && deeds[d].text != NULL ? _(deeds[d].text) : "";
}

static bool in_state(const json_t *event, const char *a, const char *b)
{
    const char *state = tg_json_str(event, "state");

    return state != NULL && (strcmp(state, a) == 0 || strcmp(state, b) == 0);
}

static bool rule_unread(const json_t *event)
{
    const json_t *yours = json_object_get(event, "yours");

    return json_is_true(json_object_get(yours, "on_roster")) &&
           json_is_null(json_object_get(yours, "acknowledged")) && !in_state(event, "ended", "ended") &&
           tg_json_str(json_object_get(event, "pledge"), "digest") != NULL;
}

bool tg_deed_fits(const struct tg_board *b, const json_t *event, enum tg_deed d)
{
    const json_t *views = json_object_get(event, "views");
    bool is_event = json_is_object(json_object_get(event, "yours"));

    switch (d) {
    case TG_DEED_APPROVE:
        return tg_event_paper(b, event).n > 0;
    case TG_DEED_ACKNOWLEDGE:
        return is_event && rule_unread(event);
    case TG_DEED_START:
        return is_event && tg_board_may(b, "declare") && in_state(event, "declared", "half") &&
               tg_json_str(event, "standing") != NULL;
    case TG_DEED_EXTEND:
        return is_event && tg_board_may(b, "declare") && in_state(event, "live", "live") &&
               !json_is_object(json_object_get(event, "extension"));
    case TG_DEED_CLOSE:
        return is_event && tg_board_may(b, "declare") && !in_state(event, "ended", "ended");
    case TG_DEED_REVIEW:
        return is_event && tg_board_may(b, "review") && tg_json_int(views, "open", 0) > 0;
    case TG_DEED_NONE:
    case TG_DEEDS:
        break;
    }
    return false;
}

enum tg_deed tg_deed_of(const struct tg_board *b, const json_t *event, char key)
{
    for (unsigned d = TG_DEED_NONE + 1; d < TG_DEEDS; d++) {
        if (deeds[d].key == key && tg_deed_fits(b, event, (enum tg_deed)d))
            return (enum tg_deed)d;
    }
    return TG_DEED_NONE;
}

enum tg_err tg_members_write(const struct tg_member *members, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    for (size_t i = 0; members[i].name != NULL; i++)
        tg_jout_member(&j, members[i].name, members[i].value);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_declare_write(const struct tg_declaring *d, struct tg_buf *out)
{
    bool standing = d->standing[0] != '\0';
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "kind", d->kind);
    tg_jout_member(&j, "cause", d->cause);
    tg_jout_member(&j, "areas", d->areas);
    tg_jout_member_int(&j, "seconds", d->seconds);
    tg_jout_member_int(&j, "end", d->end);
    tg_jout_member(&j, standing ? "standing" : "roster", standing ? d->standing : d->people);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_extend_write(const char *id, int64_t seconds, tg_sec end, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "event", id);
    tg_jout_member_int(&j, "seconds", seconds);
    tg_jout_member_int(&j, "end", end);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

/* Counterpart: server/grants/step.c takes these codes. */
struct tg_reason tg_reason_at(size_t i)
{
    static const struct tg_reason reasons[] = {
        {"unreachable", N_("The approvers do not answer")},
        {"lines-down", N_("Telephone and network are down")},
        {"danger", N_("People are in danger: there is no time to ask")},
        {"drill", N_("This is a drill")},
    };

    if (i >= sizeof reasons / sizeof *reasons)
        return (struct tg_reason){NULL, NULL};
    return (struct tg_reason){reasons[i].code, _(reasons[i].text)};
}
