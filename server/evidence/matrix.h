/* Two policies side by side, cell by cell: what a log cannot show, because nobody has used it yet. Taken from
 * the matrix that auditors read (tg_policy_matrix), so that everything in it counts: cells, caps, terms of
 * consents, roles.
 */
#ifndef TG_MATRIX_H
#define TG_MATRIX_H

#include "server/policy/policy.h"

struct tg_matrix;

/* TG_E_LIMIT, TG_E_FORM (not the matrix that we know), TG_E_NOMEM. */
enum tg_err tg_matrix_of(const struct tg_policy *p, struct tg_matrix **ret) TG_MUST;
void tg_matrix_free(struct tg_matrix **m);

struct tg_change {
    const char *what; /* "cell", or what is said of the role as a whole: "role", "cap", "terms", "nothing" */
    const char *role;
    enum tg_class class; /* of a cell */
    tg_mask fields;      /* of a cell: those that change in the same way */
    bool gains, loses;   /* of a cell: more is open for some purpose; less is */
    /* A cell: purposes and states, "inquiry billing: - > shown", where "-" is not open in any way. Else "was
     * > is". */
    const char *text;
};
/* Borrowed for the call. The first error ends the comparison. */
typedef enum tg_err tg_change_each(void *ctx, const struct tg_change *change);

/* In the order of roles, classes, fields; what is said of roles comes last. TG_E_NOMEM, TG_E_LIMIT. */
enum tg_err tg_matrix_compare(const struct tg_matrix *was, const struct tg_matrix *is, tg_change_each *each,
                              void *ctx) TG_MUST;

#endif
