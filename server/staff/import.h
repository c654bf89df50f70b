/* An import in two steps: what it would be, and then (or not) doing it.
 *
 *   tg_import_check   the file against the rest of the folder; changes nothing
 *   tg_import_was, _is   the books before and after, to be compared (diff.h)
 *   tg_import_apply   replaces the file, as UTF-8
 */
#ifndef TG_STAFF_IMPORT_H
#define TG_STAFF_IMPORT_H

#include "server/staff/hats.h"

struct tg_import;

struct tg_import_ask {
    const char *what;           /* "staff", "cards", "companies" or "consents" */
    const char *file;           /* CSV, UTF-8 or CP932 */
    const struct tg_hats *hats; /* posts that one person may not hold together; NULL: not asked. Borrowed */
};

/* The report (encoding; faults as FILE:LINE: column: sentence, and their sum) goes to out. TG_E_IMPORT:
 * faults. TG_E_USAGE: no such what. TG_E_NOT_FOUND, TG_E_IO, TG_E_NOMEM, TG_E_LIMIT. A folder that cannot be
 * read whole counts as empty, and the report says so.
 */
enum tg_err tg_import_check(const char *folder, const struct tg_import_ask *ask, struct tg_buf *out,
                            struct tg_import **ret) TG_MUST;
/* Borrowed from the import. Of the book after, only what the import was checked against is filled in: with
 * companies the cards are not.
 */
const struct tg_staff_book *tg_import_was(const struct tg_import *im);
const struct tg_staff_book *tg_import_is(const struct tg_import *im);
/* What came in takes the place of what was there; the sum goes to out. TG_E_IO, TG_E_NOMEM, TG_E_LIMIT. */
enum tg_err tg_import_apply(const struct tg_import *im, struct tg_buf *out) TG_MUST;
void tg_import_free(struct tg_import **im);

#endif
