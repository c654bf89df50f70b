/* What the bodies may hold, member by member, in one place: checked on every request, and held against
 * openapi.yaml by a test. A form's fields are written down like the members of an object.
 */
#ifndef TG_MEMBERS_H
#define TG_MEMBERS_H

#include "certs/base/flat.h"

struct tg_members {
    const char *path; /* of the route whose body it is */
    const struct tg_json_member *m;
    size_t n;
};

/* The places of the members in their tables, and so of the values in a tg_flat. */
enum { TG_RENEW_ASSERTION, TG_RENEW_TOKEN };
enum { TG_ASK_PURPOSE, TG_ASK_CASE, TG_ASK_MORE }; /* every look-up begins with these two */
enum { TG_SEARCH_BY = TG_ASK_MORE, TG_SEARCH_QUERY, TG_SEARCH_LIMIT, TG_SEARCH_CURSOR };
enum { TG_SHOW_ID = TG_ASK_MORE };
enum { TG_RELEASE_PERSON, TG_RELEASE_CASE };
enum {
    TG_INQUIRE_SUBJECT,
    TG_INQUIRE_POINT,
    TG_INQUIRE_ID,
    TG_INQUIRE_NAME,
    TG_INQUIRE_CONSENT,
    TG_INQUIRE_FIELDS,
    TG_INQUIRE_STEP
};
enum { TG_INQUIRY_ID, TG_INQUIRY_ANSWER, TG_INQUIRY_FIELDS };
enum { TG_BULK_SUBJECT, TG_BULK_LENGTH, TG_BULK_WANTED };
enum { TG_BULK_JOB, TG_BULK_FROM, TG_BULK_LINES };
enum { TG_BULK_RESULT = 1 };
enum { TG_MINE_DAYS, TG_MINE_FROM, TG_MINE_LIMIT };

enum { TG_VIEWS_EVENT, TG_VIEWS_AFTER };

extern const struct tg_members tg_members_token, tg_members_revoke, tg_members_renew, tg_members_search,
    tg_members_show, tg_members_release, tg_members_ask, tg_members_take, tg_members_answer, tg_members_read,
    tg_members_withdraw, tg_members_bulk_begin, tg_members_bulk_rows, tg_members_bulk_state,
    tg_members_bulk_end, tg_members_mine;
/* Steps of grants: where each member goes is said beside their handlers (grants_step.c). */
extern const struct tg_members tg_members_declare, tg_members_approve, tg_members_start, tg_members_extend,
    tg_members_close, tg_members_acknowledge, tg_members_views, tg_members_review, tg_members_propose,
    tg_members_roster_approve, tg_members_alarm;
/* All of them, NULL at the end. */
extern const struct tg_members *const tg_members_all[];

#endif
