#include "server/desk/members.h"

#include "certs/base/limits.h"

#define MEMBERS(path, table)                         \
    {                                                \
        path, table, sizeof(table) / sizeof *(table) \
    }

#define PEOPLE_BYTES 2047       /* numbers of people, or of views, one blank between */
#define LATEST 9007199254740991 /* what every reader of JSON keeps exactly */

/* RFC 7523 section 2.1 */
static const struct tg_json_member token[] = {
    {"grant_type", TG_JSON_STRING, true, 1, 128},
    {"assertion", TG_JSON_STRING, true, 1, TG_JWS_BYTES},
};

/* RFC 7009 section 2.1 */
static const struct tg_json_member revoke[] = {
    {"token", TG_JSON_STRING, true, 1, TG_TOKEN_BYTES},
    {"token_type_hint", TG_JSON_STRING, false, 1, 32},
};

static const struct tg_json_member renew[] = {
    [TG_RENEW_ASSERTION] = {"assertion", TG_JSON_STRING, true, 1, TG_JWS_BYTES},
    [TG_RENEW_TOKEN] = {"token", TG_JSON_BOOL, false, 0, 1},
};

static const struct tg_json_member search[] = {
    [TG_ASK_PURPOSE] = {"purpose", TG_JSON_STRING, false, 1, 32},
    [TG_ASK_CASE] = {"case", TG_JSON_STRING, false, 1, TG_CASE_BYTES},
    [TG_SEARCH_BY] = {"by", TG_JSON_STRING, false, 1, 16},
    [TG_SEARCH_QUERY] = {"query", TG_JSON_STRING, true, 1, TG_QUERY_BYTES},
    [TG_SEARCH_LIMIT] = {"limit", TG_JSON_INTEGER, false, 1, TG_PAGE_ROWS},
    [TG_SEARCH_CURSOR] = {"cursor", TG_JSON_STRING, false, 1, TG_CURSOR_BYTES},
};

static const struct tg_json_member show[] = {
    [TG_ASK_PURPOSE] = {"purpose", TG_JSON_STRING, false, 1, 32},
    [TG_ASK_CASE] = {"case", TG_JSON_STRING, false, 1, TG_CASE_BYTES},
    [TG_SHOW_ID] = {"id", TG_JSON_STRING, true, 1, TG_RECORD_ID_BYTES - 1},
};

static const struct tg_json_member release[] = {
    [TG_RELEASE_PERSON] = {"person", TG_JSON_STRING, true, 1, TG_PERSON_BYTES - 1},
    [TG_RELEASE_CASE] = {"reason-case", TG_JSON_STRING, false, 1, TG_CASE_BYTES},
};

static const struct tg_json_member ask[] = {
    [TG_INQUIRE_SUBJECT] = {"subject", TG_JSON_STRING, true, 1, TG_POLICY_WORD_BYTES},
    [TG_INQUIRE_POINT] = {"point", TG_JSON_STRING, false, 1, 64},
    [TG_INQUIRE_ID] = {"id", TG_JSON_STRING, false, 1, TG_RECORD_ID_BYTES - 1},
    [TG_INQUIRE_NAME] = {"name", TG_JSON_STRING, false, 1, TG_QUERY_BYTES},
    [TG_INQUIRE_CONSENT] = {"consent", TG_JSON_STRING, false, 1, TG_CASE_BYTES},
    [TG_INQUIRE_FIELDS] = {"fields", TG_JSON_STRING, false, 1, 512},
    [TG_INQUIRE_STEP] = {"step", TG_JSON_STRING, false, 1, 16},
};

static const struct tg_json_member inquiry[] = {
    [TG_INQUIRY_ID] = {"inquiry", TG_JSON_STRING, true, 1, 31},
};

static const struct tg_json_member answer[] = {
    [TG_INQUIRY_ID] = {"inquiry", TG_JSON_STRING, true, 1, 31},
    [TG_INQUIRY_ANSWER] = {"answer", TG_JSON_STRING, true, 1, TG_POLICY_WORD_BYTES},
    [TG_INQUIRY_FIELDS] = {"fields", TG_JSON_STRING, false, 1, 512},
};

/* The order is that of the slots in grants_step.c. */
static const struct tg_json_member declare[] = {
    {"kind", TG_JSON_STRING, true, 1, 16},
    {"cause", TG_JSON_STRING, true, 1, TG_EVENT_CAUSE_BYTES - 1},
    {"role", TG_JSON_STRING, false, 1, TG_POLICY_WORD_BYTES - 1},
    {"areas", TG_JSON_STRING, true, 5, TG_GRANT_AREAS_BYTES - 1},
    {"seconds", TG_JSON_INTEGER, true, TG_GRANT_SECONDS_MIN, TG_GRANT_TRANSITION_SECONDS},
    {"end", TG_JSON_INTEGER, true, 1, LATEST},
    {"roster", TG_JSON_STRING, false, 1, PEOPLE_BYTES},
    {"standing", TG_JSON_STRING, false, 1, TG_GRANT_ID_BYTES - 1},
};

static const struct tg_json_member approve[] = {
    {"event", TG_JSON_STRING, true, 1, TG_GRANT_ID_BYTES - 1},
    {"approval", TG_JSON_STRING, true, 1, TG_GRANT_APPROVAL_BYTES},
};

static const struct tg_json_member start[] = {
    {"event", TG_JSON_STRING, true, 1, TG_GRANT_ID_BYTES - 1},
    {"reason", TG_JSON_STRING, true, 1, TG_POLICY_WORD_BYTES - 1},
};

static const struct tg_json_member extend[] = {
    {"event", TG_JSON_STRING, true, 1, TG_GRANT_ID_BYTES - 1},
    {"seconds", TG_JSON_INTEGER, true, TG_GRANT_SECONDS_MIN, TG_GRANT_TRANSITION_SECONDS},
    {"end", TG_JSON_INTEGER, true, 1, LATEST},
};

static const struct tg_json_member only_event[] = {
    {"event", TG_JSON_STRING, true, 1, TG_GRANT_ID_BYTES - 1},
};

static const struct tg_json_member acknowledge[] = {
    {"event", TG_JSON_STRING, true, 1, TG_GRANT_ID_BYTES - 1},
    {"pledge", TG_JSON_STRING, true, 64, 64},
};

static const struct tg_json_member views[] = {
    [TG_VIEWS_EVENT] = {"event", TG_JSON_STRING, true, 1, TG_GRANT_ID_BYTES - 1},
    [TG_VIEWS_AFTER] = {"after", TG_JSON_INTEGER, false, 0, LATEST},
};

static const struct tg_json_member review[] = {
    {"event", TG_JSON_STRING, true, 1, TG_GRANT_ID_BYTES - 1},
    {"views", TG_JSON_STRING, true, 1, PEOPLE_BYTES},
    {"verdict", TG_JSON_STRING, true, 1, 16},
};

static const struct tg_json_member propose[] = {
    {"name", TG_JSON_STRING, true, 1, TG_EVENT_CAUSE_BYTES - 1},
    {"role", TG_JSON_STRING, false, 1, TG_POLICY_WORD_BYTES - 1},
    {"areas", TG_JSON_STRING, true, 5, TG_GRANT_AREAS_BYTES - 1},
    {"people", TG_JSON_STRING, true, 1, PEOPLE_BYTES},
    {"seconds", TG_JSON_INTEGER, true, TG_GRANT_SECONDS_MIN, TG_GRANT_TRANSITION_SECONDS},
    {"until", TG_JSON_INTEGER, true, 1, LATEST},
};

static const struct tg_json_member roster_approve[] = {
    {"roster", TG_JSON_STRING, true, 1, TG_GRANT_ID_BYTES - 1},
    {"approval", TG_JSON_STRING, true, 1, TG_GRANT_APPROVAL_BYTES},
};

static const struct tg_json_member alarm[] = {
    {"alarm", TG_JSON_STRING, true, 1, TG_GRANT_ID_BYTES - 1},
};

static const struct tg_json_member bulk_begin[] = {
    [TG_BULK_SUBJECT] = {"subject", TG_JSON_STRING, true, 1, TG_POLICY_WORD_BYTES},
    [TG_BULK_LENGTH] = {"rows", TG_JSON_INTEGER, true, 1, TG_INQUIRY_BULK_ROWS},
    [TG_BULK_WANTED] = {"chain", TG_JSON_STRING, true, 64, 64},
};

static const struct tg_json_member bulk_rows[] = {
    [TG_BULK_JOB] = {"job", TG_JSON_STRING, true, 1, 31},
    [TG_BULK_FROM] = {"from", TG_JSON_INTEGER, true, 0, TG_INQUIRY_BULK_ROWS},
    [TG_BULK_LINES] = {"lines", TG_JSON_STRING, true, 1, 49152},
};

static const struct tg_json_member bulk_state[] = {
    [TG_BULK_JOB] = {"job", TG_JSON_STRING, true, 1, 31},
};

static const struct tg_json_member mine[] = {
    [TG_MINE_DAYS] = {"days", TG_JSON_INTEGER, false, 1, 400},
    [TG_MINE_FROM] = {"from", TG_JSON_INTEGER, false, 0, 253402300799},
    [TG_MINE_LIMIT] = {"limit", TG_JSON_INTEGER, false, 1, 1000},
};

static const struct tg_json_member bulk_end[] = {
    [TG_BULK_JOB] = {"job", TG_JSON_STRING, true, 1, 31},
    [TG_BULK_RESULT] = {"result", TG_JSON_STRING, true, 64, 64},
};

const struct tg_members tg_members_token = MEMBERS("/oauth/token", token);
const struct tg_members tg_members_revoke = MEMBERS("/oauth/revoke", revoke);
const struct tg_members tg_members_renew = MEMBERS("/v1/session/renew", renew);
const struct tg_members tg_members_search = MEMBERS("/v1/customers/search", search);
const struct tg_members tg_members_show = MEMBERS("/v1/customers/show", show);
const struct tg_members tg_members_release = MEMBERS("/v1/caps/release", release);
const struct tg_members tg_members_ask = MEMBERS("/v1/inquiries/ask", ask);
const struct tg_members tg_members_take = MEMBERS("/v1/inquiries/take", inquiry);
const struct tg_members tg_members_answer = MEMBERS("/v1/inquiries/answer", answer);
const struct tg_members tg_members_read = MEMBERS("/v1/inquiries/read", inquiry);
const struct tg_members tg_members_withdraw = MEMBERS("/v1/inquiries/withdraw", inquiry);
const struct tg_members tg_members_bulk_begin = MEMBERS("/v1/inquiries/bulk/begin", bulk_begin);
const struct tg_members tg_members_bulk_rows = MEMBERS("/v1/inquiries/bulk/rows", bulk_rows);
const struct tg_members tg_members_bulk_state = MEMBERS("/v1/inquiries/bulk/state", bulk_state);
const struct tg_members tg_members_bulk_end = MEMBERS("/v1/inquiries/bulk/end", bulk_end);
const struct tg_members tg_members_mine = MEMBERS("/v1/audit/mine", mine);

const struct tg_members tg_members_declare = MEMBERS("/v1/grants/declare", declare);
const struct tg_members tg_members_approve = MEMBERS("/v1/grants/approve", approve);
const struct tg_members tg_members_start = MEMBERS("/v1/grants/start", start);
const struct tg_members tg_members_extend = MEMBERS("/v1/grants/extend", extend);
const struct tg_members tg_members_close = MEMBERS("/v1/grants/close", only_event);
const struct tg_members tg_members_acknowledge = MEMBERS("/v1/grants/acknowledge", acknowledge);
const struct tg_members tg_members_views = MEMBERS("/v1/grants/views", views);
const struct tg_members tg_members_review = MEMBERS("/v1/grants/review", review);
const struct tg_members tg_members_propose = MEMBERS("/v1/rosters/propose", propose);
const struct tg_members tg_members_roster_approve = MEMBERS("/v1/rosters/approve", roster_approve);
const struct tg_members tg_members_alarm = MEMBERS("/v1/alarms/acknowledge", alarm);

const struct tg_members *const tg_members_all[] = {
    &tg_members_token,     &tg_members_revoke,         &tg_members_renew,    &tg_members_search,
    &tg_members_show,      &tg_members_release,        &tg_members_ask,      &tg_members_take,
    &tg_members_answer,    &tg_members_read,           &tg_members_withdraw, &tg_members_bulk_begin,
    &tg_members_bulk_rows, &tg_members_bulk_state,     &tg_members_bulk_end, &tg_members_mine,
    &tg_members_declare,   &tg_members_approve,        &tg_members_start,    &tg_members_extend,
    &tg_members_close,     &tg_members_acknowledge,    &tg_members_views,    &tg_members_review,
    &tg_members_propose,   &tg_members_roster_approve, &tg_members_alarm,    NULL,
};
