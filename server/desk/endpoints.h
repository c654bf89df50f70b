/* The handlers of the route table (routes.c), one file each. app is the tg_desk. */
#ifndef TG_ENDPOINTS_H
#define TG_ENDPOINTS_H

#include "server/door/door.h"

struct tg_watcher;

void tg_desk_challenge(void *app, struct tg_req *req); /* POST /oauth/challenge */
void tg_desk_token(void *app, struct tg_req *req);     /* POST /oauth/token */
void tg_desk_revoke(void *app, struct tg_req *req);    /* POST /oauth/revoke */
void tg_desk_metadata(void *app, struct tg_req *req);  /* GET /.well-known/oauth-authorization-server */
void tg_desk_keys(void *app, struct tg_req *req);      /* GET /.well-known/jwks.json */
void tg_desk_policy(void *app, struct tg_req *req);    /* GET /v1/policy */
void tg_desk_whoami(void *app, struct tg_req *req);    /* GET /v1/whoami */
void tg_desk_companies(void *app, struct tg_req *req); /* GET /v1/companies */
void tg_desk_search(void *app, struct tg_req *req);    /* POST /v1/customers/search */
void tg_desk_show(void *app, struct tg_req *req);      /* POST /v1/customers/show */
void tg_desk_release(void *app, struct tg_req *req);   /* POST /v1/caps/release */
void tg_desk_inquiries(void *app, struct tg_req *req); /* GET /v1/inquiries */
void tg_desk_inquire(void *app, struct tg_req *req);   /* POST /v1/inquiries/ask */
void tg_desk_take(void *app, struct tg_req *req);      /* POST /v1/inquiries/take */
void tg_desk_answer(void *app, struct tg_req *req);    /* POST /v1/inquiries/answer */
void tg_desk_read(void *app, struct tg_req *req);      /* POST /v1/inquiries/read */
void tg_desk_withdraw(void *app, struct tg_req *req);  /* POST /v1/inquiries/withdraw */
void tg_desk_own_log(void *app, struct tg_req *req);    /* POST /v1/audit/mine */
void tg_desk_meter(void *app, struct tg_req *req);      /* GET /v1/inquiries/meter */
void tg_desk_bulk_begin(void *app, struct tg_req *req); /* POST /v1/inquiries/bulk/begin */
void tg_desk_bulk_rows(void *app, struct tg_req *req);  /* POST /v1/inquiries/bulk/rows */
void tg_desk_bulk_state(void *app, struct tg_req *req); /* POST /v1/inquiries/bulk/state */
void tg_desk_bulk_end(void *app, struct tg_req *req);   /* POST /v1/inquiries/bulk/end */
void tg_desk_events(void *app, struct tg_req *req);    /* GET /v1/session/events */
void tg_desk_grants(void *app, struct tg_req *req);         /* GET /v1/grants */
void tg_desk_declare(void *app, struct tg_req *req);        /* POST /v1/grants/declare */
void tg_desk_approve(void *app, struct tg_req *req);        /* POST /v1/grants/approve */
void tg_desk_start(void *app, struct tg_req *req);          /* POST /v1/grants/start */
void tg_desk_extend(void *app, struct tg_req *req);         /* POST /v1/grants/extend */
void tg_desk_close_event(void *app, struct tg_req *req);    /* POST /v1/grants/close */
void tg_desk_acknowledge(void *app, struct tg_req *req);    /* POST /v1/grants/acknowledge */
void tg_desk_views(void *app, struct tg_req *req);          /* POST /v1/grants/views */
void tg_desk_review(void *app, struct tg_req *req);         /* POST /v1/grants/review */
void tg_desk_propose(void *app, struct tg_req *req);        /* POST /v1/rosters/propose */
void tg_desk_roster_approve(void *app, struct tg_req *req); /* POST /v1/rosters/approve */
void tg_desk_alarm(void *app, struct tg_req *req);          /* POST /v1/alarms/acknowledge */
void tg_desk_renew(void *app, struct tg_req *req);     /* POST /v1/session/renew */

#endif
