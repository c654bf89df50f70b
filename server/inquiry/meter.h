/* The meter of the lawful path: how long from a question to its answer, beside how long a plain look-up
 * takes, by office and ISO week. Counts and times, nobody's and no record's. Thread-safe; a look-up costs one
 * look into a small table.
 */
#ifndef TG_INQUIRY_METER_H
#define TG_INQUIRY_METER_H

#include "certs/base/clock.h"
#include "certs/base/limits.h"

struct tg_meter;

enum tg_err tg_meter_new(struct tg_meter **ret) TG_MUST;
void tg_meter_free(struct tg_meter **m);

enum tg_metered {
    TG_METER_LOOK,     /* took: from its beginning until it was on record, µs */
    TG_METER_ASKED,    /* a question into the queue */
    TG_METER_FACILITY, /* answered at once */
    TG_METER_MISMATCH, /* point and name did not fit */
    TG_METER_REFERRED, /* ended in a referral */
    TG_METER_ANSWERED, /* took: from the question, µs; of the asker's office and the week of asking */
    TG_METER_READ,
    TG_METER_COUNT
};

struct tg_meter_where {
    const char *company, *office;
    tg_sec at;
};
/* A full table counts no new office any more: the meter decides nothing. */
void tg_meter_add(struct tg_meter *m, const struct tg_meter_where *w, enum tg_metered what, tg_usec took);

struct tg_meter_line {
    char company[16], office[TG_NAME_BYTES];
    char week[12]; /* "2026-W47" */
    uint64_t n[TG_METER_COUNT];
    tg_usec look, answer; /* medians, to an eighth; -1: none */
};
/* Copies of at most max lines, oldest week first; of one company, or of all with NULL. */
size_t tg_meter_lines(struct tg_meter *m, const char *company, struct tg_meter_line *ret, size_t max);

/* "2026-W47" (ISO 8601) of a business day. */
void tg_week_text(tg_day day, char out[12]);

#endif
