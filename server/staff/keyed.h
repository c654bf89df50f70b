/* Rows of which there is one for each text: collected while a table is read, then sorted by the text. It is
 * the first member of a row, an array of char. Internal to the room.
 */
#ifndef TG_KEYED_H
#define TG_KEYED_H

#include "server/staff/parts.h"

struct tg_keyed {
    const struct tg_table_def *def;
    size_t column;     /* of the text */
    const char *twice; /* what is said of a text that stands there again */
    size_t size, most; /* of a row, in bytes; rows at the most */
    uint8_t *rows;     /* each behind its line, which is needed until they are sorted */
    size_t n, cap;
};

/* TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_keyed_add(struct tg_keyed *k, uint64_t line, const void *row) TG_MUST;
/* Reads the table, whose row() calls tg_keyed_add: the n rows in their order, allocated; never NULL.
 * TG_E_IMPORT: there are faults, of these rows or from before. Errors of tg_table_read; TG_E_NOMEM.
 */
enum tg_err tg_keyed_read(struct tg_keyed *k, struct tg_source *from, tg_table_row *row, void *ctx,
                          void **ret) TG_MUST;
void tg_keyed_done(struct tg_keyed *k);

#endif
