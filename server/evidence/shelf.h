/* The policies that the decisions of a journal were made with, by digest, each compiled once. */
#ifndef TG_SHELF_H
#define TG_SHELF_H

#include "server/policy/policy.h"

/* Appends the text of the policy with this digest. TG_E_NOT_FOUND: it is not kept; TG_E_POLICY: another text
 * is, under this digest. */
typedef enum tg_err tg_shelf_read(void *ctx, const char *digest, struct tg_buf *text);

struct tg_shelf;

enum tg_err tg_shelf_new(tg_shelf_read *read, void *ctx, struct tg_shelf **ret) TG_MUST;
/* Borrowed; NULL, and why says so in "日本語 / English": not kept, kept under a wrong digest, or no policy
 * for this program. TG_E_NOMEM is one of those reasons. An unknown digest is asked for once.
 */
const struct tg_policy *tg_shelf_policy(struct tg_shelf *s, const char *digest, const char **why);
/* The digests that were asked for, in that order; NULL behind the last. */
const char *tg_shelf_digest(const struct tg_shelf *s, size_t i);
void tg_shelf_free(struct tg_shelf **s);

#endif
