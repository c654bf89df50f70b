/* 本人確認: what the caller says is compared with the record, one thing at a time, before the record opens:
 * the name, and one thing more. A guard at the desk, for people who are tired: what the record holds at all,
 * the server decided.
 */
#ifndef TG_CHECKS_H
#define TG_CHECKS_H

#include "ui/desk/page.h"

#define TG_CHECKS_CHOICES 4u

enum tg_check_state { TG_CHECK_ASKING, TG_CHECK_PASSED, TG_CHECK_FAILED };

struct tg_checks {
    enum tg_check_state state;
    bool named;                            /* the name has been said, or the record shows none */
    const char *second[TG_CHECKS_CHOICES]; /* fields that can be asked for beside the name; static */
    size_t n, at;                          /* how many; the one that is asked for */
    const char *name;                      /* "name" or "kana"; NULL: the record shows neither */
};

/* From what can be seen of the row. A record that shows nothing to ask for is passed. */
void tg_checks_begin(const json_t *row, struct tg_checks *ret);
/* The field that is asked for now; NULL: none any more. Static. */
const char *tg_checks_field(const struct tg_checks *c);
/* Which of how many, from 1. */
void tg_checks_step(const struct tg_checks *c, size_t *step, size_t *of);
/* It was said as it stands there. */
void tg_checks_said(struct tg_checks *c);
/* It was not: for good, whatever comes then. */
void tg_checks_wrong(struct tg_checks *c);
/* Asks for something else beside the name, if there is something. */
void tg_checks_other(struct tg_checks *c);

#endif
