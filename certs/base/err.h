/* The closed list of everything that can go wrong: one enum, and for each value its HTTP status, its wire code
 * (the tail of the RFC 9457 problem type, and the reason written to the audit), and a sentence for the person in
 * Japanese and in English that says what happened and what to do next. The list itself is err_list.h.
 */
#ifndef TG_ERR_H
#define TG_ERR_H

#define TG_MUST __attribute__((warn_unused_result))
/* For a large local of which only what was set is read: the compiler's zeros (-ftrivial-auto-var-init) would
 * cost more than the work. */
#define TG_UNSET __attribute__((uninitialized))
#define TG_PROBLEM_PREFIX "urn:tegata:problem:"

enum tg_err {
    TG_OK = 0,
#define TG_ERR(name, status, code, ja, en) TG_E_##name,
#include "certs/base/err_list.h"
#undef TG_ERR
    TG_ERR_COUNT
};

/* For the rare error that is meant to be ignored: a cast to void does not silence TG_MUST. */
static inline void tg_ignore(enum tg_err e)
{
    (void)e;
}

/* HTTP status for the error; 500 for a value out of range, 200 for TG_OK. */
int tg_err_status(enum tg_err e);
/* "cert-revoked", …; "ok" for TG_OK. Static text. */
const char *tg_err_code(enum tg_err e);
const char *tg_err_ja(enum tg_err e);
const char *tg_err_en(enum tg_err e);
/* The error of a wire code, with or without TG_PROBLEM_PREFIX; TG_E_INTERNAL when unknown. */
enum tg_err tg_err_from_code(const char *code);

#endif
