/* Bulk inquiries (大量の照会): a file of rows "point,consent,name", sent piece by piece, so that who has to
 * check thousands of switches has a lawful way to. Each row stands on its own consent; what each piece came
 * to is on record before it is answered, and a crash on either side loses nothing: the piece that was
 * answered last may be asked for once more, and no other.
 *
 *   begin (rows, chain)  ->  rows from 0, from 100, …  ->  end (the digest of the result)
 *
 * chain: of no lines ""; of more, the SHA-256 in hex of the chain before and the lines of the piece, one
 * behind the other. The one that is said at the beginning is what was checked and confirmed; the job only
 * ends when it has come to the same.
 *
 *   {"do":"bulk-begun","job":"BK-20261120-000001","at":…,"subject":…,"rows":…,"chain":…}
 *   {"do":"bulk-rows","job":…,"at":…,"from":…,"rows":…,"chain":…,"counts":"97 2 1 0
 * 0","consents":"…","tries":"…"}
 *   {"do":"bulk-ended","job":…,"at":…,"result":…}
 */
#ifndef TG_INQUIRY_BULK_H
#define TG_INQUIRY_BULK_H

#include "server/inquiry/inquiries.h"

enum tg_outcome {
    TG_OUT_ANSWERED,
    TG_OUT_MISMATCH,
    TG_OUT_CONSENT,
    TG_OUT_OWN,
    TG_OUT_TRIES,
    TG_OUT_FORM,
    TG_OUTCOMES
};
const char *tg_outcome_name(enum tg_outcome o); /* "answered" …; NULL out of range */

#define TG_BULK_CHAIN 65u

struct tg_bulk_job {
    char id[TG_INQUIRY_ID_BYTES];
    char person[TG_PERSON_BYTES], company[16];
    char subject[TG_POLICY_WORD_BYTES];
    tg_sec at;           /* begun; it runs out a day later */
    unsigned rows, next; /* of the file; that have been answered */
    unsigned last;       /* where the piece began that was answered last */
    char wanted[TG_BULK_CHAIN], chain[TG_BULK_CHAIN], before[TG_BULK_CHAIN]; /* the last piece's */
    unsigned counts[TG_OUTCOMES], classes[TG_C_COUNT]; /* classes: of what was answered */
    char result[TG_BULK_CHAIN];                        /* as the client says; "" before the end */
};

enum tg_bulk_do { TG_BULK_BEGUN, TG_BULK_ROWS, TG_BULK_ENDED };

struct tg_bulk_step {
    enum tg_bulk_do what;
    tg_sec at;
    char job[TG_INQUIRY_ID_BYTES];
    char person[TG_PERSON_BYTES], company[16];
    char subject[TG_POLICY_WORD_BYTES];
    unsigned from, rows;
    bool again; /* rows: the last piece once more */
    char chain[TG_BULK_CHAIN];
    char result[TG_BULK_CHAIN];
    unsigned counts[TG_OUTCOMES], classes[TG_C_COUNT]; /* classes: of what was answered */
    struct tg_buf consents, tries; /* rows: references and keyed hashes, one blank between; the caller's */
};

struct tg_bulks; /* thread-safe */
enum tg_err tg_bulks_new(struct tg_bulks **ret) TG_MUST;
void tg_bulks_free(struct tg_bulks **b);

/* Checks a step and holds the job. begun: gives it its id. rows: `lines` is the piece, and the chain is made
 * here. *ret is the job before. TG_E_NOT_FOUND (none of this person's), TG_E_INQUIRY_OVER (ended, run out,
 * held, out of order, or, at the end, not what was confirmed), TG_E_INQUIRY_LIMIT (too many rows in a day, or
 * jobs), TG_E_INTERNAL, TG_E_NOMEM.
 */
enum tg_err tg_bulks_begin(struct tg_bulks *b, struct tg_bulk_step *s, struct tg_span lines,
                           struct tg_bulk_job *ret) TG_MUST;
void tg_bulks_done(struct tg_bulks *b, const struct tg_bulk_step *s, struct tg_bulk_job *ret);
void tg_bulks_undo(struct tg_bulks *b, const struct tg_bulk_step *s);
/* A job of this person. TG_E_NOT_FOUND. */
enum tg_err tg_bulks_find(struct tg_bulks *b, const char *id, const struct tg_asker *who,
                          struct tg_bulk_job *ret) TG_MUST;
/* At start. TG_E_AUDIT_BROKEN: no job goes that way. */
enum tg_err tg_bulks_recall(struct tg_bulks *b, const struct tg_bulk_step *s) TG_MUST;

enum tg_err tg_bulk_step_write(const struct tg_bulk_step *s, struct tg_buf *out) TG_MUST;
/* Whether an act is one of these. */
bool tg_bulk_step_is(const json_t *act);
/* tries stays in the act ("tries"), consents too. TG_E_FORM. */
enum tg_err tg_bulk_step_read(const json_t *act, struct tg_bulk_step *ret) TG_MUST;

#endif
