/* The server put together: opens the rooms in the order in which they need each other, and closes them the
 * other way. */
#ifndef TG_APP_H
#define TG_APP_H

#include "server/app_acts.h"
#include "server/audit/index.h"
#include "server/desk/desk.h"

struct tg_app {
    struct tg_settings settings;
    EVP_PKEY *token_key, *audit_key;
    struct tg_store *store;
    struct tg_store *drill; /* NULL: no invented customers are there, which holds nothing but drills up */
    struct tg_audit *audit;
    struct tg_indexer *indexer; /* NULL: it could not start, which holds nothing up */
    struct tg_app_acts acts;
    struct tg_policy *policy; /* in force, for who reads lists beside the desk */
    struct tg_admit *admit;
    struct tg_desk *desk;
    struct tg_door *door;
};

/* Everything checked, nothing listening half-ready: an error leaves nothing open and says why. */
enum tg_err tg_app_open(const char *settings_path, struct tg_app *ret, char *why, size_t size) TG_MUST;
/* SIGHUP: acts (with the policy), staff, anchors and CRLs, customers. When one of them cannot be read all
 * stay as they were, and why says which. */
enum tg_err tg_app_reload(struct tg_app *a, char *why, size_t size) TG_MUST;
/* The ledger of acts has grown: as tg_app_reload, but when something was only refused, that is put on record
 * and nothing is read again. */
enum tg_err tg_app_acts_grown(struct tg_app *a, char *why, size_t size) TG_MUST;
void tg_app_close(struct tg_app *a);

#endif
