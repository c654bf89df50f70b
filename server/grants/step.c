#include "server/grants/step.h"

#include "certs/base/text.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const char *const names[TG_STEPS] = {"declare",     "approve", "start",   "extend",         "close",
                                            "acknowledge", "review",  "propose", "approve-roster", "alarm"};
static const char *const verdicts[TG_VIEW_VERDICTS] = {"open", "explained", "questioned"};

const char *tg_step_name(enum tg_step_what w)
{
    return w < TG_STEPS ? names[w] : NULL;
}

const char *tg_view_verdict_name(enum tg_verdict_of_view v)
{
    return v < TG_VIEW_VERDICTS ? verdicts[v] : NULL;
}

static void put(struct tg_jout *j, const char *name, const char *value)
{
    if (value != NULL) {
        tg_jout_member(j, name, value);
    }
}

static void put_int(struct tg_jout *j, const char *name, int64_t value)
{
    if (value != 0) {
        tg_jout_member_int(j, name, value);
    }
}

static void put_by(struct tg_jout *j, const struct tg_doer *by)
{
    tg_jout_key(j, "by");
    tg_jout_open(j, '{');
    put(j, "person", by->person);
    put(j, "company", by->company);
    put(j, "employer", by->employer);
    put(j, "role", by->role);
    put(j, "office", by->office);
    tg_jout_close(j, '}');
}

enum tg_err tg_step_write(const struct tg_step *s, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member_int(&j, "v", 1);
    put(&j, "step", tg_step_name(s->what));
    tg_jout_member_int(&j, "at", s->at);
    put_by(&j, &s->by);
    tg_jout_member(&j, "id", s->id);
    if (s->what == TG_STEP_DECLARE) {
        put(&j, "kind", tg_event_kind_name(s->kind));
    }
    put(&j, "cause", s->cause);
    put(&j, "role", s->role);
    put(&j, "areas", s->areas);
    put(&j, "people", s->people);
    put(&j, "standing", s->standing);
    put_int(&j, "seconds", s->seconds);
    put_int(&j, "end", s->end);
    put_int(&j, "number", s->number);
    put(&j, "approval", s->approval);
    put(&j, "reason", s->reason);
    put(&j, "pledge", s->pledge);
    put(&j, "views", s->views);
    if (s->what == TG_STEP_REVIEW) {
        put(&j, "verdict", tg_view_verdict_name(s->verdict));
    }
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

#define MOMENT (INT64_C(253402300799)) /* the year 9999 */

static const struct tg_json_member members[] = {
    {"v", TG_JSON_INTEGER, true, 1, 1},
    {"step", TG_JSON_STRING, true, 1, 31},
    {"at", TG_JSON_INTEGER, true, 1, MOMENT},
    {"by", TG_JSON_OBJECT, true, 0, 16},
    {"id", TG_JSON_STRING, true, 1, TG_GRANT_ID_BYTES - 1},
    {"kind", TG_JSON_STRING, false, 1, 31},
    {"cause", TG_JSON_STRING, false, 1, TG_EVENT_CAUSE_BYTES - 1},
    {"role", TG_JSON_STRING, false, 1, TG_POLICY_WORD_BYTES - 1},
    {"areas", TG_JSON_STRING, false, 5, TG_GRANT_AREAS_BYTES - 1},
    {"people", TG_JSON_STRING, false, 1, TG_EVENT_PEOPLE * TG_PERSON_BYTES},
    {"standing", TG_JSON_STRING, false, 1, TG_GRANT_ID_BYTES - 1},
    {"seconds", TG_JSON_INTEGER, false, 1, MOMENT},
    {"end", TG_JSON_INTEGER, false, 1, MOMENT},
    {"number", TG_JSON_INTEGER, false, 1, TG_EVENT_NUMBERS},
    {"approval", TG_JSON_STRING, false, 1, TG_GRANT_APPROVAL_BYTES},
    {"reason", TG_JSON_STRING, false, 1, TG_POLICY_WORD_BYTES - 1},
    {"pledge", TG_JSON_STRING, false, 64, 64},
    {"views", TG_JSON_STRING, false, 1, 21 * TG_GRANT_VIEWS_STEP},
    {"verdict", TG_JSON_STRING, false, 1, 31},
};

static const struct tg_json_member by_members[] = {
    {"person", TG_JSON_STRING, true, 1, TG_PERSON_BYTES - 1},
    {"company", TG_JSON_STRING, true, 1, 15},
    {"employer", TG_JSON_STRING, true, 1, 15},
    {"role", TG_JSON_STRING, true, 1, TG_POLICY_WORD_BYTES - 1},
    {"office", TG_JSON_STRING, true, 0, TG_NAME_BYTES - 1},
};

/* Its place among the names; n: it is none of them, or not there. */
static size_t place(const json_t *obj, const char *member, const char *const *of, size_t n)
{
    const char *said = tg_json_str(obj, member);
    size_t i = 0;

    while (said != NULL && i < n && strcmp(of[i], said) != 0) {
        i++;
    }
    return said != NULL ? i : n;
}

static void read_texts(const json_t *obj, const json_t *by, struct tg_step *s)
{
    s->by = (struct tg_doer){.person = tg_json_str(by, "person"),
                             .company = tg_json_str(by, "company"),
                             .employer = tg_json_str(by, "employer"),
                             .role = tg_json_str(by, "role"),
                             .office = tg_json_str(by, "office")};
    s->cause = tg_json_str(obj, "cause");
    s->role = tg_json_str(obj, "role");
    s->areas = tg_json_str(obj, "areas");
    s->people = tg_json_str(obj, "people");
    s->standing = tg_json_str(obj, "standing");
    s->approval = tg_json_str(obj, "approval");
    s->reason = tg_json_str(obj, "reason");
    s->pledge = tg_json_str(obj, "pledge");
    s->views = tg_json_str(obj, "views");
}

enum tg_err tg_step_read(const json_t *obj, struct tg_step *ret)
{
    const json_t *by = json_object_get(obj, "by");
    struct tg_step s = {.what = (enum tg_step_what)place(obj, "step", names, TG_STEPS)};
    enum tg_err e = tg_json_check(obj, members, COUNT(members), NULL);

    if (e == TG_OK) {
        e = tg_json_check(by, by_members, COUNT(by_members), NULL);
    }
    if (e != TG_OK) {
        return e;
    }
    s.at = tg_json_int(obj, "at", 0);
    s.kind = tg_event_kind_find(tg_json_str(obj, "kind"));
    s.seconds = tg_json_int(obj, "seconds", 0);
    s.end = tg_json_int(obj, "end", 0);
    s.number = (unsigned)tg_json_int(obj, "number", 0);
    s.verdict = (enum tg_verdict_of_view)place(obj, "verdict", verdicts, TG_VIEW_VERDICTS);
    read_texts(obj, by, &s);
    if (s.what == TG_STEPS || (s.what == TG_STEP_DECLARE) != (s.kind < TG_EVENT_KINDS) ||
        (s.what == TG_STEP_REVIEW) != (s.verdict < TG_VIEW_VERDICTS) ||
        tg_copy(s.id, sizeof s.id, tg_span_str(tg_json_str(obj, "id"))) != TG_OK) {
        return TG_E_BAD_MEMBER;
    }
    *ret = s;
    return TG_OK;
}

static const struct {
    const char *code;
    struct tg_start_reason says;
} reasons[] = {
    {"unreachable", {"承認者と連絡がとれない", "the approvers cannot be reached"}},
    {"lines-down", {"通信が途絶えている", "communications are down"}},
    {"danger", {"人命や公衆の安全に危険が迫っている", "people are in danger"}},
    {TG_REASON_DRILL, {"訓練", "a drill"}},
};

const char *tg_start_reason_at(size_t i)
{
    return i < COUNT(reasons) ? reasons[i].code : NULL;
}

bool tg_start_reason(const char *code, struct tg_start_reason *ret)
{
    for (size_t i = 0; code != NULL && i < COUNT(reasons); i++) {
        if (strcmp(reasons[i].code, code) == 0) {
            *ret = reasons[i].says;
            return true;
        }
    }
    return false;
}
