/* What the commands that act share: the acts of the folder under their lock, the people and cards who may
 * approve, and the approvals that were handed in.
 */
#ifndef TG_ADMIN_ACTS_H
#define TG_ADMIN_ACTS_H

#include "server/acts/acts.h"
#include "server/admin.h"

struct tg_bench {
    struct tg_acts_conf conf;
    struct tg_acts *acts;
    struct tg_staff_book *book;
    struct tg_trust *trust;
    struct tg_policy *policy; /* in force, as far as the ledger says */
    struct tg_buf text[TG_APPROVALS];
};

/* The acts alone, to be read or added to, and the policy in force. TG_ADMIN_DONE, or TG_ADMIN_NO with a
 * sentence on stderr; tg_bench_close either way.
 */
int tg_bench_open(const struct tg_admin *a, enum tg_ledger_use use, struct tg_bench *ret);
/* People and cards too: who is to approve must be known. */
int tg_bench_people(const struct tg_admin *a, struct tg_bench *b);
void tg_bench_close(struct tg_bench *b);
/* The policy in force by its last activation: digest and number (0: built in). */
const char *tg_bench_in_force(const struct tg_bench *b, int64_t *number);
/* An approval from a file that holds one line; added to act. */
int tg_bench_approval(struct tg_bench *b, const char *path, struct tg_act *act);
/* Unused, by the right people, with the duty: TG_OK with by[] filled. why says what is wrong. */
enum tg_err tg_bench_check(const struct tg_bench *b, const struct tg_act *act,
                           struct tg_approval by[TG_APPROVALS], char *why, size_t size) TG_MUST;
/* The act with this outcome into the ledger: the server puts it on record. */
int tg_bench_add(struct tg_bench *b, struct tg_act *act, enum tg_err outcome);

/* The policy of the file, or (NULL) the one in force, compiled. TG_ADMIN_DONE, or TG_ADMIN_NO and a sentence.
 */
int tg_admin_policy_open(const struct tg_admin *a, const char *file, struct tg_policy **ret);

/* Somebody reads the journal: that is written down first, and then it may be read. TG_ADMIN_DONE, or
 * TG_ADMIN_NO and a sentence. Only where orders are required: a trial has no auditors.
 */
int tg_admin_note_reading(const struct tg_admin *a, const char *what);

/* An import and the order it stands on. */
struct tg_order;
/* Checks that `kind` ("staff" …, "customers") may be replaced by the file now: by the order at order_path
 * (NULL: none was given), or without one at set-up, or when orders are off. *from is what is to be read: a
 * private copy of the very bytes that were ordered, when there is an order. TG_ADMIN_DONE, or TG_ADMIN_NO and
 * a sentence; a refusal is on record.
 */
int tg_order_begin(const struct tg_admin *a, const char *kind, const char *file, const char *order_path,
                   struct tg_order **ret);
/* Has a server ever begun on this folder? */
bool tg_order_served(const struct tg_admin *a);
const char *tg_order_file(const struct tg_order *o);
/* After the import: with TG_OK it becomes an act. TG_ADMIN_DONE, or TG_ADMIN_NO and a sentence. */
int tg_order_end(struct tg_order **o, enum tg_err outcome);

#endif
