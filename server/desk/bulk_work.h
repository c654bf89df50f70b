/* What a request about a bulk inquiry carries; shared by inquiry_bulk.c and inquiry_bulk_rows.c. */
#ifndef TG_BULK_WORK_H
#define TG_BULK_WORK_H

#include "server/desk/asking.h"

/* One line of a piece; texts by their places in the text of the work. */
struct tg_bulk_line {
    size_t point, consent, name;
    bool whole; /* it has three fields with something in each */
    enum tg_outcome outcome;
    struct tg_rows *rows; /* what is shown of it */
};

struct tg_bulk_work {
    struct tg_bulk_step step;
    struct tg_bulk_job job; /* as it stands */
    bool begun;
    struct tg_buf text;
    struct tg_bulk_line line[TG_INQUIRY_BULK_PIECE];
    size_t n, at;         /* lines; the one at hand */
    bool ready, pumping;  /* the store has answered; somebody is going through the lines */
    struct tg_scope *own; /* for STEP1, of the whole piece */
    struct tg_scope *compare;
    struct tg_scope *shown; /* of the last row that is shown; all have the same fields */
    struct tg_inquiry_step tried;
    void (*then)(struct tg_visit *v); /* at the end */
};

const char *tg_bulk_text(const struct tg_bulk_work *w, size_t at);
/* Through the lines, one after the other; then(v) at the end, or the visit is refused. */
void tg_bulk_go(struct tg_visit *v, void (*then)(struct tg_visit *v));

#endif
