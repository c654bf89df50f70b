/* A CSV file from disk, streaming: one pass to tell the encoding, one to decode and tokenize. Constant
 * memory. */
#ifndef TG_CSV_FILE_H
#define TG_CSV_FILE_H

#include "certs/base/charset.h"
#include "certs/base/csv.h"

struct tg_csv_info {
    enum tg_charset charset;   /* what the file was taken for */
    struct tg_csv_fault fault; /* on error */
};

/* Calls row for every record, the header line included; the fields are well-formed UTF-8. The file must be a
 * regular one (it is read twice). TG_E_NOT_FOUND, TG_E_IO, TG_E_NOMEM; the errors of csv.h and charset.h with
 * info->fault; and whatever row returned.
 */
enum tg_err tg_csv_file(const char *path, tg_csv_row *row, void *ctx, struct tg_csv_info *info) TG_MUST;

#endif
