/* The people on the telephone: one who is spoken with, and at most one who was asked to wait. Each has a
 * record (or none yet), how far its check-list is, and the case that the look-ups stand on. So no more than
 * two records are ever kept.
 */
#ifndef TG_CALLERS_H
#define TG_CALLERS_H

#include "certs/base/limits.h"
#include "ui/desk/checks.h"

struct tg_caller {
    json_t *row; /* NULL: no record is open */
    struct tg_checks checks;
    const char *purpose;              /* static; NULL: none yet */
    char case_ref[TG_CASE_BYTES + 1]; /* "": none */
};

struct tg_callers {
    struct tg_caller here, parked;
    bool waiting; /* somebody is parked */
};

/* The record of the one who is spoken with, instead of the one before; keeps a reference, and copies what the
 * look-up stood on (case_ref cut at its limit). The check-list begins. */
void tg_callers_open(struct tg_callers *c, json_t *row, const char *purpose, const char *case_ref);
/* The one who is spoken with is done. */
void tg_callers_close(struct tg_callers *c);
/* One key for both ways: whoever has a record open waits, and who waited is spoken with again. False: nobody
 * to park and nobody waits. */
bool tg_callers_swap(struct tg_callers *c);
/* The check failed: of the record nothing is kept; who waits, waits. */
void tg_callers_fail(struct tg_callers *c);
/* Nobody is left. */
void tg_callers_done(struct tg_callers *c);

#endif
