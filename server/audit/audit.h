/* The audit journal: nothing is answered before it is durable here.
 *
 *   tg_audit_open(conf) -> tg_audit           recovers the tail, starts the committer thread
 *   tg_lane_open(audit, wake, ctx) -> lane     one per loop; wake() is called from the committer (write an eventfd)
 *   tg_audit_append(lane, record, done, ctx)   copies the record into the queue and returns
 *   … group commit: write, fdatasync, wake …
 *   tg_lane_run(lane)                          in the loop: calls done(ctx, TG_OK, receipt) for each durable record
 *
 * A receipt is issued only here, only after fdatasync, and is consumed by the reply that it allows.
 * Any failed write or fdatasync is fail-stop for the process' disclosures (TG_E_AUDIT_BROKEN, no retry: the page state is
 * unknown). A full disk is met before it happens, when the next segment is preallocated: TG_E_AUDIT_DOWN until space returns.
 */
#ifndef TG_AUDIT_H
#define TG_AUDIT_H

#include "certs/base/blob.h"
#include "certs/base/clock.h"
#include "certs/base/err.h"
#include "certs/jws/jws.h"

struct tg_audit;
struct tg_lane;
struct tg_receipt;

struct tg_audit_conf {
    const char *folder;       /* made when absent, mode 0700 */
    uint64_t segment_bytes;   /* 0: TG_AUDIT_SEGMENT_BYTES */
    tg_jws_signer *sign;      /* signs checkpoints (ES256) */
    void *sign_ctx;
    const char *key_id;       /* kid in the checkpoint header */
};

/* receipt moves to the callee, NULL on error. TG_E_AUDIT_DOWN, TG_E_AUDIT_BROKEN, TG_E_CLOCK, TG_E_BUSY, TG_E_LIMIT. */
typedef void tg_audit_done(void *ctx, enum tg_err err, struct tg_receipt *receipt);

/* TG_E_AUDIT_BROKEN with the place in why when the journal does not verify up to its last checkpoint. */
enum tg_err tg_audit_open(const struct tg_audit_conf *conf, struct tg_audit **ret, char *why, size_t size) TG_MUST;
/* Commits what is queued, writes a last checkpoint, joins. */
void tg_audit_close(struct tg_audit **a);
enum tg_err tg_lane_open(struct tg_audit *a, void (*wake)(void *), void *wake_ctx, struct tg_lane **ret) TG_MUST;
void tg_lane_run(struct tg_lane *l);
void tg_lane_close(struct tg_lane **l);
/* record: one JSON object (see entry.h), at most TG_AUDIT_RECORD_BYTES. done is always called later, from tg_lane_run. */
void tg_audit_append(struct tg_lane *l, struct tg_span record, tg_audit_done *done, void *ctx);
/* Healthy enough to try? TG_E_AUDIT_DOWN, TG_E_AUDIT_BROKEN: refuse before doing the work. */
enum tg_err tg_audit_state(const struct tg_audit *a) TG_MUST;

uint64_t tg_receipt_seq(const struct tg_receipt *r);
void tg_receipt_free(struct tg_receipt **r);

#endif
