#include "server/desk/members.h"

#include "certs/base/limits.h"

#define MEMBERS(path, table)                         \
    {                                                \
        path, table, sizeof(table) / sizeof *(table) \
    }

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

const struct tg_members *const tg_members_all[] = {
    &tg_members_token,  &tg_members_revoke,  &tg_members_renew,    &tg_members_search,
    &tg_members_show,   &tg_members_release, &tg_members_ask,      &tg_members_take,
    &tg_members_answer, &tg_members_read,    &tg_members_withdraw, NULL,
};
