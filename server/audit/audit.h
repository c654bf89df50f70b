/* The audit journal: nothing is answered before it is durable here.
 *
 *   tg_audit_open(conf) -> tg_audit           recovers the tail, starts the committer thread
 *   tg_lane_open(audit, wake, ctx) -> lane     one per loop; wake() is called from the committer (write an
 * eventfd) tg_audit_append(lane, record, done, ctx)   copies the record into the queue and returns … group
 * commit: write, fdatasync, wake … tg_lane_run(lane)                          in the loop: calls done(ctx,
 * TG_OK, receipt) for each durable record
 *
 * A receipt is issued only here, only after fdatasync, and is consumed by the reply that it allows.
 * Any failed write or fdatasync is fail-stop for the process' disclosures (TG_E_AUDIT_BROKEN, no retry: the
 * page state is unknown). A full disk is met before it happens, when the next segment is preallocated:
 * TG_E_AUDIT_DOWN until space returns (tried again each second). A clock that stands more than
 * TG_CLOCK_SKEW_SECONDS before the last record: TG_E_CLOCK until it has caught up.
 *
 * The folder: lock · segment-NNNNNNNNNN (certs/seal/seal.h) · spare (the next segment) · checkpoints.jws ·
 * checkpoint.pub.pem
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
    const char *folder;     /* made when absent, mode 0700 */
    uint64_t segment_bytes; /* 0: TG_AUDIT_SEGMENT_BYTES; TG_SEAL_SEGMENT_MIN … TG_SEAL_SEGMENT_MAX */
    tg_jws_signer *sign;    /* signs checkpoints (ES256); called from the committer thread */
    void *sign_ctx;
    const char *key_id;   /* kid in the checkpoint header; NULL: none */
    EVP_PKEY *public_key; /* the P-256 key that checkpoints verify with; borrowed during tg_audit_open */
    tg_usec (*now)(void); /* NULL: tg_now_us; for tests of the clock */
    /* Called from the committer thread when the state changes, back to TG_OK included; may be NULL. Log it.
     */
    void (*alarm)(void *ctx, enum tg_err state, const char *what);
    void *alarm_ctx;
};

/* receipt moves to the callee, NULL on error. TG_E_AUDIT_DOWN, TG_E_AUDIT_BROKEN, TG_E_CLOCK, TG_E_BUSY
 * (queue full), TG_E_LIMIT (record empty or too long), TG_E_NOMEM.
 */
typedef void tg_audit_done(void *ctx, enum tg_err err, struct tg_receipt *receipt);

/* TG_E_AUDIT_BROKEN with the place in why when the journal does not verify up to its last checkpoint;
 * TG_E_BUSY when another process writes there; TG_E_AUDIT_DOWN when there is no space to begin; TG_E_CONFIG
 * (segment size, key), TG_E_IO. Above TG_AUDIT_OPEN_SEGMENTS segments only the last ones are walked:
 * tg_verify_folder is for the whole.
 */
enum tg_err tg_audit_open(const struct tg_audit_conf *conf, struct tg_audit **ret, char *why,
                          size_t size) TG_MUST;
/* Commits what is queued, writes a last checkpoint, joins. Lanes may be run and closed afterwards. */
void tg_audit_close(struct tg_audit **a);
enum tg_err tg_lane_open(struct tg_audit *a, void (*wake)(void *), void *wake_ctx,
                         struct tg_lane **ret) TG_MUST;
/* Only on the lane's own thread, never from inside a done(). Durable records come in the order they were
 * appended. */
void tg_lane_run(struct tg_lane *l);
/* Waits for what is in flight and calls its done(). */
void tg_lane_close(struct tg_lane **l);
/* record: one JSON object (see entry.h), at most TG_AUDIT_RECORD_BYTES. done is called later, from
 * tg_lane_run; only when the lane has TG_AUDIT_LANE_OUTSTANDING records in flight, or memory is short, is it
 * called at once (TG_E_BUSY, TG_E_NOMEM).
 */
void tg_audit_append(struct tg_lane *l, struct tg_span record, tg_audit_done *done, void *ctx);
/* Healthy enough to try? TG_E_AUDIT_DOWN, TG_E_AUDIT_BROKEN, TG_E_CLOCK: refuse before doing the work. Any
 * thread. */
enum tg_err tg_audit_state(const struct tg_audit *a) TG_MUST;
/* The last sequence number that is durable. Any thread. */
uint64_t tg_audit_durable(const struct tg_audit *a);

uint64_t tg_receipt_seq(const struct tg_receipt *r);
void tg_receipt_free(struct tg_receipt **r);

#endif
