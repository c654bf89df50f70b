/* An append-only file of JSON objects, one a line, each naming the SHA-256 of the line before it:
 *
 *   {"line":1,"prev":"000…","time":"2026-11-20T01:02:03.000000Z",…}
 *
 * Nothing in it is ever changed. A changed, missing or re-ordered line breaks the chain; that the end was not
 * cut off is known by whoever remembers the hash of a line (the audit journal does). What stands behind the
 * last newline was never finished, so nobody was told of it: it is not read, and the next append replaces it.
 *
 *   tg_ledger_open(path, TG_LEDGER_READ, &l, …)     tg_ledger_count, tg_ledger_line … tg_ledger_close(&l)
 *   tg_ledger_open(path, TG_LEDGER_WRITE, &l, …)    the same under an exclusive lock, then tg_ledger_append
 */
#ifndef TG_LEDGER_H
#define TG_LEDGER_H

#include <jansson.h>

#include "certs/base/blob.h"
#include "certs/base/clock.h"
#include "certs/jws/sha256.h"

struct tg_ledger;

enum tg_ledger_use { TG_LEDGER_READ, TG_LEDGER_WRITE };

struct tg_ledger_line {
    char hash[TG_SHA256_HEX]; /* of the line without its newline */
    tg_usec time;
    json_t *doc; /* the object; borrowed */
};

/* A file that is not there is an empty ledger. TG_E_FORM with the line and what is wrong with it in why;
 * TG_E_BUSY (somebody else is writing), TG_E_LIMIT, TG_E_IO, TG_E_NOMEM.
 */
enum tg_err tg_ledger_open(const char *path, enum tg_ledger_use use, struct tg_ledger **ret, char *why,
                           size_t size) TG_MUST;
void tg_ledger_close(struct tg_ledger **l);
size_t tg_ledger_count(const struct tg_ledger *l);
/* Line i + 1; borrowed until the next append. */
const struct tg_ledger_line *tg_ledger_line(const struct tg_ledger *l, size_t i);
/* Adds a line with these members (their JSON without the brackets, "\"act\":\"policy\",…"; not line, prev,
 * time), durable when it returns; on error the file is as it was. Needs TG_LEDGER_WRITE. TG_E_IO, TG_E_LIMIT,
 * TG_E_FORM, TG_E_NOMEM.
 */
enum tg_err tg_ledger_append(struct tg_ledger *l, struct tg_span members, tg_usec now) TG_MUST;

#endif
