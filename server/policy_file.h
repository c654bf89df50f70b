/* A policy file, read and compiled: what tegata-server serves by and tegata-admin checks. */
#ifndef TG_POLICY_FILE_H
#define TG_POLICY_FILE_H

#include "server/policy/policy.h"

/* TG_E_NOT_FOUND, TG_E_IO, TG_E_LIMIT, TG_E_POLICY with the place of the fault in why, TG_E_NOMEM. */
enum tg_err tg_policy_file(const char *path, struct tg_policy **ret, char *why, size_t size) TG_MUST;

#endif
