/* The mark "go on from here". To the client it is opaque: AES-256-GCM under a key of this process, bound to
 * the query, to everything that the scope says and to the database, so that it can be neither read (it holds
 * a search key, which is personal data), nor made up, nor used under another scope.
 */
#ifndef TG_CURSOR_H
#define TG_CURSOR_H

#include "certs/base/secret.h"
#include "server/records/key.h"
#include "server/records/store.h"

#define TG_CURSOR_KEY_BYTES 32u

/* The last entry shown. */
struct tg_place_mark {
    bool loose;
    int32_t until;
    int64_t ref;
    size_t n;
    uint8_t entry[2 * TG_KEY_BYTES + 1];
};

/* What a cursor is good for: SHA-256 over the query without its cursor, all clauses, the policy's digest, the
 * database. */
struct tg_cursor_bond {
    uint8_t sha[32];
};
enum tg_err tg_cursor_bind(const struct tg_query *q, const struct tg_scope *s, struct tg_span database,
                           struct tg_cursor_bond *ret) TG_MUST;

/* base64url into out. TG_E_INTERNAL, TG_E_NOMEM. */
enum tg_err tg_cursor_seal(struct tg_span key, const struct tg_cursor_bond *bond,
                           const struct tg_place_mark *m, struct tg_buf *out) TG_MUST;
/* TG_E_CURSOR for anything that tg_cursor_seal did not make for this bond. */
enum tg_err tg_cursor_open(struct tg_span key, const struct tg_cursor_bond *bond, struct tg_span text,
                           struct tg_place_mark *ret) TG_MUST;

#endif
