/* Reading the journal for people: streams over the segments themselves, not over the index. Works beside a
 * running server: what is being written at that moment, or was when a server was killed, is left out.
 */
#ifndef TG_AUDIT_REPORT_H
#define TG_AUDIT_REPORT_H

#include "certs/seal/walk.h"

/* Return false to stop (the walk then ends with TG_OK). */
typedef bool tg_audit_each(void *ctx, const struct tg_frame *frame);
typedef bool tg_audit_each_id(void *ctx, const char *id, uint64_t seq);

/* Every record from sequence number `from` on. TG_E_NOT_FOUND (no journal), TG_E_AUDIT_BROKEN (*fault),
 * TG_E_IO, TG_E_NOMEM. */
enum tg_err tg_audit_walk(const char *folder, uint64_t from, tg_audit_each *each, void *ctx,
                          struct tg_fault *fault) TG_MUST;
/* Every record written at that moment or later; as tg_audit_walk, but what lies before is only believed. */
enum tg_err tg_audit_since(const char *folder, tg_usec from, tg_audit_each *each, void *ctx,
                           struct tg_fault *fault) TG_MUST;
/* The last n records; as tg_audit_walk. */
enum tg_err tg_audit_tail(const char *folder, uint64_t n, tg_audit_each *each, void *ctx,
                          struct tg_fault *fault) TG_MUST;
/* The ids that one entry shows. TG_E_AUDIT_BROKEN when it is no entry of ours. */
enum tg_err tg_audit_entry_ids(const struct tg_frame *f, tg_audit_each_id *each, void *ctx) TG_MUST;
/* Every record id ever shown, in the order of showing: an id comes as often as it was shown. An entry that is
 * no JSON of ours is TG_E_AUDIT_BROKEN: the chain says that we wrote it.
 */
enum tg_err tg_audit_ids(const char *folder, tg_audit_each_id *each, void *ctx,
                         struct tg_fault *fault) TG_MUST;

#endif
