/* The order of operations is this table: what must be proven before which handler runs. */
#include "server/desk/routes.h"
#include "server/desk/endpoints.h"

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"
#define SMALL 8192u
#define SIGNED 20480u /* with an approval in it */

const struct tg_route tg_desk_routes[] = {
    {"GET", "/.well-known/oauth-authorization-server", TG_NEED_NOTHING, NULL, 0, tg_desk_metadata},
    {"GET", "/.well-known/jwks.json", TG_NEED_NOTHING, NULL, 0, tg_desk_keys},
    {"POST", "/oauth/challenge", TG_NEED_KEY, NULL, 0, tg_desk_challenge},
    {"POST", "/oauth/token", TG_NEED_KEY, FORM, TG_HTTP_BODY_BYTES, tg_desk_token},
    {"POST", "/oauth/revoke", TG_NEED_KEY, FORM, SMALL, tg_desk_revoke},
    {"GET", "/v1/policy", TG_NEED_NOTHING, NULL, 0, tg_desk_policy},
    {"GET", "/v1/whoami", TG_NEED_SESSION, NULL, 0, tg_desk_whoami},
    {"GET", "/v1/companies", TG_NEED_SESSION, NULL, 0, tg_desk_companies},
    {"GET", "/v1/session/events", TG_NEED_SESSION, NULL, 0, tg_desk_events},
    {"POST", "/v1/session/renew", TG_NEED_SESSION, JSON, TG_HTTP_BODY_BYTES, tg_desk_renew},
    {"POST", "/v1/customers/search", TG_NEED_SESSION, JSON, SMALL, tg_desk_search},
    {"POST", "/v1/customers/show", TG_NEED_SESSION, JSON, SMALL, tg_desk_show},
    {"POST", "/v1/caps/release", TG_NEED_SESSION, JSON, SMALL, tg_desk_release},
    {"GET", "/v1/inquiries", TG_NEED_SESSION, NULL, 0, tg_desk_inquiries},
    {"POST", "/v1/audit/mine", TG_NEED_SESSION, JSON, SMALL, tg_desk_own_log},
    {"GET", "/v1/inquiries/meter", TG_NEED_SESSION, NULL, 0, tg_desk_meter},
    {"POST", "/v1/inquiries/ask", TG_NEED_SESSION, JSON, SMALL, tg_desk_inquire},
    {"POST", "/v1/inquiries/take", TG_NEED_SESSION, JSON, SMALL, tg_desk_take},
    {"POST", "/v1/inquiries/answer", TG_NEED_SESSION, JSON, SMALL, tg_desk_answer},
    {"POST", "/v1/inquiries/read", TG_NEED_SESSION, JSON, SMALL, tg_desk_read},
    {"POST", "/v1/inquiries/withdraw", TG_NEED_SESSION, JSON, SMALL, tg_desk_withdraw},
    {"POST", "/v1/inquiries/bulk/begin", TG_NEED_SESSION, JSON, SMALL, tg_desk_bulk_begin},
    {"POST", "/v1/inquiries/bulk/rows", TG_NEED_SESSION, JSON, TG_HTTP_BODY_BYTES, tg_desk_bulk_rows},
    {"POST", "/v1/inquiries/bulk/state", TG_NEED_SESSION, JSON, SMALL, tg_desk_bulk_state},
    {"POST", "/v1/inquiries/bulk/end", TG_NEED_SESSION, JSON, SMALL, tg_desk_bulk_end},
    {"GET", "/v1/grants", TG_NEED_SESSION, NULL, 0, tg_desk_grants},
    {"POST", "/v1/grants/declare", TG_NEED_SESSION, JSON, SMALL, tg_desk_declare},
    {"POST", "/v1/grants/approve", TG_NEED_SESSION, JSON, SIGNED, tg_desk_approve},
    {"POST", "/v1/grants/start", TG_NEED_SESSION, JSON, SMALL, tg_desk_start},
    {"POST", "/v1/grants/extend", TG_NEED_SESSION, JSON, SMALL, tg_desk_extend},
    {"POST", "/v1/grants/close", TG_NEED_SESSION, JSON, SMALL, tg_desk_close_event},
    {"POST", "/v1/grants/acknowledge", TG_NEED_SESSION, JSON, SMALL, tg_desk_acknowledge},
    {"POST", "/v1/grants/views", TG_NEED_SESSION, JSON, SMALL, tg_desk_views},
    {"POST", "/v1/grants/review", TG_NEED_SESSION, JSON, SMALL, tg_desk_review},
    {"POST", "/v1/rosters/propose", TG_NEED_SESSION, JSON, SMALL, tg_desk_propose},
    {"POST", "/v1/rosters/approve", TG_NEED_SESSION, JSON, SIGNED, tg_desk_roster_approve},
    {"POST", "/v1/alarms/acknowledge", TG_NEED_SESSION, JSON, SMALL, tg_desk_alarm},
};
const size_t tg_desk_routes_count = sizeof tg_desk_routes / sizeof *tg_desk_routes;
