/* A hash-chained log in segment files: the bytes on disk.
 *
 * A segment is a preallocated file "segment-NNNNNNNNNN": a head, frames, and zeros to the end.
 *
 *   head, 128 bytes    "TGSEAL2\n" | number 8 | first seq 8 | file size 8 | log id 16 | chain head before it 32
 *                      | zeros 16 | SHA-256 of those 96 bytes
 *   frame              0x1e 'T' 'G' type | payload length 4 | seq 8 | acked 8 | time 8   (together 32 bytes)
 *                      | payload | zeros to a multiple of 8 | chain head after it 32
 *
 * Integers are big-endian. `acked` is the last sequence number that was durable when the frame was written:
 * it tells a torn tail (nobody was promised it) from damage. No JSON text holds the byte 0x1e, so a payload
 * never looks like a frame.
 *
 *   record = the 32 bytes and the payload
 *   head   = SHA-256(0x02 | previous head | record)
 *   start  = SHA-256(0x03 | log id)
 *
 * A head fixes every byte, length and place of all records before it; each record is hashed once. (TGSEAL1
 * hashed a leaf of RFC 9162 and then a link; the leaves of a tree can be made of the records when they are
 * wanted.)
 */
#ifndef TG_SEAL_H
#define TG_SEAL_H

#include <openssl/evp.h>

#include "certs/base/blob.h"
#include "certs/base/clock.h"
#include "certs/base/err.h"

#define TG_HASH_BYTES 32u
#define TG_LOG_ID_BYTES 16u
#define TG_SEGMENT_HEAD_BYTES 128u
#define TG_FRAME_HEAD_BYTES 32u
#define TG_SEGMENT_NAME_BYTES 32u

/* The chain, with one digest context that is used for every record. */
struct tg_chain {
    EVP_MD_CTX *ctx;
    EVP_MD *md;
    uint8_t head[TG_HASH_BYTES];
};

enum tg_err tg_chain_init(struct tg_chain *c) TG_MUST;
void tg_chain_done(struct tg_chain *c);
/* Sets the head to the start value of a log. */
enum tg_err tg_chain_start(struct tg_chain *c, const uint8_t log[TG_LOG_ID_BYTES]) TG_MUST;
/* Moves the head past the record; unchanged on error (TG_E_INTERNAL). */
enum tg_err tg_chain_add(struct tg_chain *c, struct tg_span record) TG_MUST;

struct tg_segment_head {
    uint64_t number;    /* from 1, without gaps */
    uint64_t first_seq; /* of the first record that goes in here */
    uint64_t bytes;     /* size of the file */
    uint8_t log[TG_LOG_ID_BYTES];
    uint8_t prev[TG_HASH_BYTES];
};

enum tg_err tg_segment_head_put(const struct tg_segment_head *h, uint8_t out[TG_SEGMENT_HEAD_BYTES]) TG_MUST;
/* TG_E_TRUNCATED, TG_E_FORM. */
enum tg_err tg_segment_head_get(struct tg_span file, struct tg_segment_head *ret) TG_MUST;
void tg_segment_name(uint64_t number, char out[TG_SEGMENT_NAME_BYTES]);
/* The number of a segment's file name; 0 when it is not one. */
uint64_t tg_segment_number(const char *name);

enum tg_frame_type { TG_FRAME_ENTRY = 'e', TG_FRAME_CHECKPOINT = 'c', TG_FRAME_RECOVERED = 'r' };

/* A frame as found; spans are borrowed from the file's bytes. */
struct tg_frame {
    enum tg_frame_type type;
    uint64_t seq; /* from 1, without gaps, over all segments */
    uint64_t acked;
    tg_usec time;
    struct tg_span payload;
    struct tg_span record;
    const uint8_t *head; /* the chain head after it, as stored */
    uint64_t offset;
    size_t size; /* whole frame */
};

struct tg_stamp {
    uint64_t seq;
    uint64_t acked;
    tg_usec time;
};

size_t tg_frame_size(size_t payload);
/* Writes a frame of tg_frame_size(payload.n) bytes; sequence, time and chain head are still missing. */
void tg_frame_put(uint8_t *at, enum tg_frame_type type, struct tg_span payload);
/* Fills those in and moves the chain; the frame's size goes to *size. */
enum tg_err tg_frame_seal(uint8_t *at, const struct tg_stamp *stamp, struct tg_chain *c,
                          size_t *size) TG_MUST;
/* Reads the shape only; the hash is the caller's business. TG_E_NOT_FOUND: no frame begins here (zeros, or
 * too near the end); TG_E_FORM, TG_E_TRUNCATED: something else stands here.
 */
enum tg_err tg_frame_get(struct tg_span file, uint64_t offset, struct tg_frame *ret) TG_MUST;
/* Is there, at or after the offset, a frame which says that seq had been acknowledged? Then what stands in
 * seq's place was damaged, not torn.
 */
bool tg_frame_acked_later(struct tg_span file, uint64_t offset, uint64_t seq);
/* Is what stands at the offset the beginning of the next record after `last`, cut off at the end of a page
 * with nothing but zeros behind? That is what a kill -9 in the middle of a write leaves: the kernel stops
 * between two pages.
 */
bool tg_frame_torn(struct tg_span file, uint64_t offset, const struct tg_stamp *last);

#endif
