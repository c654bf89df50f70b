/* What the files of this room share. Three owners: the queue (its lock), each lane (its lock), and the log,
 * which only the committer thread touches once tg_audit_open has returned.
 */
#ifndef TG_AUDIT_INNER_H
#define TG_AUDIT_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "certs/seal/verify.h"
#include "server/audit/audit.h"

struct waiter {
    struct tg_lane *lane;
    tg_audit_done *done;
    void *ctx;
    uint32_t offset; /* of its frame in the batch */
    uint32_t size;
};

/* Frames back to back, as they will stand on disk: the record is copied once, into here. */
struct batch {
    uint8_t *bytes;
    size_t used;
    struct waiter *waiters;
    size_t n;
};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct batch batch[2];
    struct batch *filling;
    size_t wanted; /* the committer waits until so many have come: signal it; 0: it does not wait */
    size_t last;   /* how many the batch before held */
    bool stop;
};

enum tg_err tg_queue_init(struct queue *q) TG_MUST;
void tg_queue_done(struct queue *q);
/* TG_E_BUSY, TG_E_LIMIT. */
enum tg_err tg_queue_put(struct queue *q, struct tg_span record, const struct waiter *w) TG_MUST;
/* The batch that has gathered, maybe empty when the deadline (tg_mono_us) passed or stop was asked for. */
struct batch *tg_queue_take(struct queue *q, tg_usec deadline, bool *stop);
void tg_queue_stop(struct queue *q);

struct completion {
    tg_audit_done *done;
    void *ctx;
    uint64_t seq;
    enum tg_err err;
};

struct ring {
    struct completion *c;
    size_t n, cap;
};

struct tg_lane {
    struct tg_audit *audit;
    void (*wake)(void *);
    void *wake_ctx;
    pthread_mutex_t lock;
    pthread_cond_t settled;
    struct ring ready;   /* filled under the lock */
    struct ring running; /* the lane's own thread */
    size_t outstanding;  /* appended, done() not yet called; the lane's own thread */
    bool signalled;      /* wake() was called and tg_lane_run has not come yet */
    bool held;           /* the committer will still touch the lane in this batch */
};

/* From the committer: hand over each record (true: the lane's first since its last wake), then wake the lane
 * once. */
bool tg_lane_complete(const struct waiter *w, enum tg_err err, uint64_t seq);
void tg_lane_wake(struct tg_lane *l);

struct log {
    int dir, lock, file, checkpoints;
    int spare; /* the next segment, allocated; -1: not yet */
    uint64_t spare_zeroed;
    uint64_t segment_bytes;
    uint64_t segment, segment_size; /* the file that is being written */
    uint64_t offset;
    uint64_t seq;
    uint64_t durable;
    uint64_t last_segment; /* where record seq stands */
    uint64_t sealed;       /* last record under a checkpoint */
    uint64_t unsealed;     /* records since, checkpoints not counted */
    uint64_t checkpoints_size;
    tg_usec time;      /* of record seq */
    tg_usec sealed_at; /* monotonic */
    uint8_t id[TG_LOG_ID_BYTES];
    struct tg_chain chain;
    struct tg_checkpoint_signer signer;
};

/* Errors of all these: TG_E_AUDIT_DOWN (no space, may be tried again), TG_E_AUDIT_BROKEN (fail-stop),
 * TG_E_INTERNAL. */
enum tg_err tg_log_spare(struct log *l) TG_MUST;
/* Some more zeros into the spare. */
enum tg_err tg_log_spare_zero(struct log *l) TG_MUST;
enum tg_err tg_log_rotate(struct log *l) TG_MUST;
bool tg_log_fits(const struct log *l, size_t size);
/* Seals the frames that stand in bytes, writes them and, if asked, makes them durable. */
enum tg_err tg_log_write(struct log *l, uint8_t *bytes, size_t size, tg_usec now) TG_MUST;
enum tg_err tg_log_sync(struct log *l) TG_MUST;
enum tg_err tg_log_write_record(struct log *l, enum tg_frame_type type, struct tg_span payload,
                                tg_usec now) TG_MUST;
/* pwrite of the whole; TG_E_AUDIT_DOWN for no space, else TG_E_AUDIT_BROKEN. */
enum tg_err tg_write_all(int fd, const uint8_t *p, size_t n, uint64_t at) TG_MUST;
/* Signs what stands, first into checkpoints.jws, then into the journal. */
enum tg_err tg_log_checkpoint(struct log *l, tg_usec now) TG_MUST;
/* The frame of a checkpoint whose line is already in checkpoints.jws. */
enum tg_err tg_log_checkpoint_record(struct log *l, struct tg_span jws, tg_usec now) TG_MUST;
/* Brings the log of a folder into the state in which the next record can be written. */
enum tg_err tg_log_open(struct log *l, const struct tg_audit_conf *conf, struct tg_fault *fault) TG_MUST;
enum tg_err tg_log_recover(struct log *l, const struct tg_audit_conf *conf, struct tg_fault *fault) TG_MUST;
void tg_log_close(struct log *l);

struct tg_audit {
    struct log log;
    struct queue queue;
    pthread_t thread;
    char *key_id;
    tg_usec (*now)(void);
    void (*alarm)(void *ctx, enum tg_err state, const char *what);
    void *alarm_ctx;
    tg_usec retry_at; /* monotonic; when the state is not TG_OK */
    _Atomic int state;
    _Atomic uint64_t durable;
};

void *tg_committer_run(void *audit);

#endif
