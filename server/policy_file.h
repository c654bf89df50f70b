/* Policies of a server's folder: any file, read and compiled, and where the ones in force are kept. */
#ifndef TG_POLICY_FILE_H
#define TG_POLICY_FILE_H

#include "server/acts/acts.h"
#include "server/settings.h"

/* TG_E_NOT_FOUND, TG_E_IO, TG_E_LIMIT, TG_E_POLICY with the place of the fault in why, TG_E_NOMEM. */
enum tg_err tg_policy_file(const char *path, struct tg_policy **ret, char *why, size_t size) TG_MUST;

/* The acts of the folder, with the built-in policy; borrows from the settings. */
struct tg_acts_conf tg_policy_acts(const struct tg_settings *s);

#endif
