/* Does a log hold, from its first byte to its last? Needs the folder and the checkpoints' public key, nothing
 * else. */
#ifndef TG_VERIFY_H
#define TG_VERIFY_H

#include "certs/seal/checkpoint.h"
#include "certs/seal/walk.h"

#define TG_CHECKPOINTS_FILE "checkpoints.jws"
#define TG_CHECKPOINT_KEY_FILE "checkpoint.pub.pem"

struct tg_verified {
    uint64_t segments;
    uint64_t records; /* all of them: the last sequence number */
    uint64_t checkpoints;
    uint64_t unsealed; /* records behind the last checkpoint: nothing but the chain holds those */
    tg_usec last;      /* time of the last record */
    bool torn; /* behind the last record stands half of one, as a killed server leaves it; it will be cut off
                */
    bool live; /* a server is writing: what it wrote behind the last checkpoint we found at the start is not
                  judged */
    struct tg_checkpoint sealed; /* the last checkpoint; seq 0: there is none */
    struct tg_fault fault;
};

/* Beyond the walk: each checkpoint in the log is signed by the key, tells the truth, and stands in
 * checkpoints.jws, in order, with nothing between; at most one line there is ahead of the log; never more
 * than TG_AUDIT_CHECKPOINT_RECORDS records without a checkpoint. A half-written record, or half a
 * line in checkpoints.jws, is accepted only in the one shape that a kill leaves: cut at the end of a page.
 * key NULL: the one in the folder, which proves only what the folder's keeper admits. TG_OK,
 * TG_E_AUDIT_BROKEN (ret->fault), TG_E_NOT_FOUND (no log), TG_E_CERT_KEY, TG_E_IO, TG_E_NOMEM.
 */
enum tg_err tg_verify_folder(const char *folder, EVP_PKEY *key, struct tg_verified *ret) TG_MUST;
/* One sentence, "segment-0000000001 offset 1240 record 7: …". */
void tg_fault_text(const struct tg_fault *f, char *out, size_t size);

#endif
