/* Writes into the journal from a thread that has no loop, and waits until the record is durable: for acts of
 * administration, which must be on record before they take effect.
 */
#ifndef TG_SCRIBE_H
#define TG_SCRIBE_H

#include "server/audit/audit.h"
#include "server/audit/entry.h"

struct tg_scribe;

/* The audit is borrowed. TG_E_NOMEM. */
enum tg_err tg_scribe_open(struct tg_audit *audit, struct tg_scribe **ret) TG_MUST;
/* Before the audit is closed. */
void tg_scribe_close(struct tg_scribe **s);
/* TG_OK: it is durable. From any thread, one at a time. The errors of tg_audit_done and tg_entry_write. */
enum tg_err tg_scribe_write(struct tg_scribe *s, const struct tg_entry *e) TG_MUST;

#endif
