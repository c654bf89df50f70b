/* Walking over a log folder, record by record; every step checks the chain. Read only, no lock, constant
 * memory.
 *
 *   tg_walk_open(folder, from, &walk, &fault)
 *   while ((err = tg_walk_next(walk, &frame)) == TG_OK) …      frame is valid until the next step
 *   TG_E_NOT_FOUND: the clean end (the walk may be asked again: a live log grows); TG_E_AUDIT_BROKEN:
 * tg_walk_fault tg_walk_close(&walk)
 *
 * Checked: file names without a gap, head, size and log id of each segment, its link to the one before, frame
 * shapes, hashes, sequence numbers, times that never go back, zeros behind the last frame.
 */
#ifndef TG_WALK_H
#define TG_WALK_H

#include "certs/seal/seal.h"

/* A place in a log with all that is needed to go on from there. */
struct tg_mark {
    uint64_t segment;
    uint64_t offset; /* of the next frame; 0: the segment has not been entered */
    uint64_t seq;    /* of the last record passed */
    uint64_t last;   /* segment of the last record passed */
    uint64_t acked;
    tg_usec time;
    uint8_t head[TG_HASH_BYTES];
};

/* Where it does not hold, and what. */
struct tg_fault {
    uint64_t segment;
    uint64_t offset;
    uint64_t seq;
    bool tail; /* bytes in the last segment that are no record: torn, being written, or damaged */
    bool torn; /* … and they look just as a killed writer leaves them (tg_frame_torn): nobody was promised
                  that */
    char what[160];
};

struct tg_walk;

/* from NULL: the beginning. TG_E_NOT_FOUND: no segment in there; TG_E_IO, TG_E_NOMEM, TG_E_AUDIT_BROKEN
 * (*fault). */
enum tg_err tg_walk_open(const char *folder, const struct tg_mark *from, struct tg_walk **ret,
                         struct tg_fault *fault) TG_MUST;
enum tg_err tg_walk_next(struct tg_walk *w, struct tg_frame *ret) TG_MUST;
const struct tg_mark *tg_walk_mark(const struct tg_walk *w);
const struct tg_fault *tg_walk_fault(const struct tg_walk *w);
const uint8_t *tg_walk_log(const struct tg_walk *w);
/* The bytes of the segment at hand; empty between segments. */
struct tg_span tg_walk_segment(const struct tg_walk *w);
void tg_walk_close(struct tg_walk **w);

/* Number of segments; TG_E_NOT_FOUND when none, TG_E_AUDIT_BROKEN with *fault for a gap. */
enum tg_err tg_walk_count(const char *folder, uint64_t *ret, struct tg_fault *fault) TG_MUST;
/* A mark at the beginning of a segment, believing its head. */
enum tg_err tg_walk_mark_segment(const char *folder, uint64_t number, struct tg_mark *ret,
                                 struct tg_fault *fault) TG_MUST;
/* Is a server writing here (does one hold the lock)? */
bool tg_walk_live(const char *folder);

#endif
