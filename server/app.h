/* The server put together: opens the rooms in the order in which they need each other, and closes them the
 * other way. */
#ifndef TG_APP_H
#define TG_APP_H

#include "server/desk/desk.h"
#include "server/settings.h"

struct tg_app {
    struct tg_settings settings;
    EVP_PKEY *token_key, *audit_key;
    struct tg_store *store;
    struct tg_audit *audit;
    struct tg_admit *admit;
    struct tg_desk *desk;
    struct tg_door *door;
};

/* Everything checked, nothing listening half-ready: an error leaves nothing open and says why. */
enum tg_err tg_app_open(const char *settings_path, struct tg_app *ret, char *why, size_t size) TG_MUST;
/* SIGHUP: policy, staff, anchors and CRLs, customers. What cannot be read stays as it was, and why says so.
 */
enum tg_err tg_app_reload(struct tg_app *a, char *why, size_t size) TG_MUST;
void tg_app_close(struct tg_app *a);
/* A policy file, compiled; the place of the fault in why. */
enum tg_err tg_app_policy(const char *path, struct tg_policy **ret, char *why, size_t size) TG_MUST;

#endif
