/* The people as they were before an import of theirs: who ordered it is judged by the lists that were in
 * force then, not by those that the order brought. The folder before-N beside the ledger keeps companies.csv,
 * staff.csv and cards.csv as they stood when line N was done, until the server has taken that line.
 */
#ifndef TG_BEFORE_H
#define TG_BEFORE_H

#include "server/acts/acts.h"

/* Keeps the lists of the staff folder for the line that comes next (hard links: imports replace files).
 * TG_E_IO, TG_E_NOMEM. */
enum tg_err tg_before_keep(const struct tg_acts_conf *conf, const char *staff, int64_t line) TG_MUST;
/* The people that line was done under: of the first folder at or after it. Every list that an act before it
 * touched must be what that act left. TG_E_NOT_FOUND: the lists have not changed since; TG_E_ORDER_MISSING:
 * they are not those; errors of tg_book_load.
 */
enum tg_err tg_before_book(const struct tg_acts *acts, int64_t line, struct tg_staff_book **ret, char *why,
                           size_t size) TG_MUST;
/* Forgets the folders of all lines up to this one. */
void tg_before_drop(const struct tg_acts_conf *conf, int64_t line);

#endif
