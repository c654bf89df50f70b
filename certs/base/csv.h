/* CSV as RFC 4180 has it, strictly, piece by piece: a pure tokenizer over bytes in constant memory.
 *
 *   tg_csv_new(row, ctx) -> csv
 *   tg_csv_feed(csv, bytes) …  calls row(ctx, record) for each whole record
 *   tg_csv_end(csv)            the last record needs no line end
 *
 * Separator ',', lines end with CRLF or LF. A quote may only open a field at its first byte and only be
 * followed, when closed, by a separator or a line end; "" inside quotes is one quote. A bare CR, a NUL or a
 * stray quote is a fault, never a guess. An empty line is a record of one empty field, so that it shows up as
 * a wrong number of columns. The bytes are not looked at otherwise: decode to UTF-8 first (charset.h),
 * because the second byte of a CP932 character can look like a quote's neighbour. Files as a whole:
 * csv_file.h.
 */
#ifndef TG_CSV_H
#define TG_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"
#include "certs/base/limits.h"

struct tg_csv;

struct tg_csv_record {
    uint64_t line;               /* on which the record begins, from 1 (a quoted field may hold line ends) */
    size_t n;                    /* 1 … TG_CSV_COLUMNS */
    const struct tg_span *field; /* valid until the callback returns */
};

/* Where and why the reading stopped. */
struct tg_csv_fault {
    uint64_t line, column; /* from 1; the column counts bytes */
    const char *what;      /* static, "日本語 / English"; "" when the row callback stopped it */
};

/* Anything but TG_OK stops the reading and comes out of tg_csv_feed or tg_csv_end. */
typedef enum tg_err tg_csv_row(void *ctx, const struct tg_csv_record *r);

void tg_csv_free(struct tg_csv **c);
/* TG_E_NOMEM. */
enum tg_err tg_csv_new(tg_csv_row *row, void *ctx, struct tg_csv **ret) TG_MUST;
/* TG_E_FORM: not RFC 4180. TG_E_LIMIT: a field over TG_CSV_FIELD_BYTES, a record over TG_CSV_COLUMNS columns
 * or TG_CSV_RECORD_BYTES. Errors stick.
 */
enum tg_err tg_csv_feed(struct tg_csv *c, struct tg_span bytes) TG_MUST;
/* As tg_csv_feed, and TG_E_TRUNCATED when a quote is still open. Once; nothing may be fed afterwards
 * (TG_E_TRAILING). */
enum tg_err tg_csv_end(struct tg_csv *c) TG_MUST;
/* After an error. */
struct tg_csv_fault tg_csv_fault(const struct tg_csv *c);

#endif
