/* On what grounds something was decided, as members of an audit entry: "rules" and "policy". The same few
 * again and again, so each loop writes them once and keeps them.
 */
#ifndef TG_GROUNDS_H
#define TG_GROUNDS_H

#include "server/policy/policy.h"

struct tg_grounds;

enum tg_err tg_grounds_new(struct tg_grounds **ret) TG_MUST;
void tg_grounds_free(struct tg_grounds **g);
/* tg_entry_why of the scope that this policy decided; scope NULL: nothing was decided, only the policy is
 * named. *ret is borrowed until the next call. TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_grounds_find(struct tg_grounds *g, struct tg_policy *policy, const struct tg_scope *scope,
                            struct tg_span *ret) TG_MUST;

#endif
