/* What the record tests share: scopes of any shape (a double for policy's scope.h), a scratch folder, a small
 * company list, and searching as a plain call.
 */
#ifndef TG_TEST_RECORDS_FIXTURE_H
#define TG_TEST_RECORDS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/records/load.h"
#include "server/records/store.h"

/* A folder of its own below the system's scratch folder; removed with all files by scratch_remove. */
const char *scratch(void);
void scratch_remove(void);
/* scratch() + "/" + name, in a static buffer that the next call but three overwrites. */
const char *in_scratch(const char *name);
void write_text(const char *path, const char *text);

/* HOME (home), R0001, R0002 (retailers), NW (network), CC (contractor). */
const struct tg_companies *companies(void);

/* The double: a scope is whatever clauses a test says. */
struct tg_scope *scope_of(size_t n, const struct tg_clause *clause);
void scope_at(struct tg_scope *s, const char *day); /* else 2023-11-15 */
void scope_drill(struct tg_scope *s);               /* from now on that of a drill */
struct tg_scope *scope_home(tg_mask fields);        /* own and former of HOME */
struct tg_scope *
scope_network(tg_mask fields); /* other, last-resort, generator-other, vacant, seen from NW */

/* "class=own;id=a1;name=山田 太郎;kana=…": one row. Fails the test when it is refused. */
void load_line(struct tg_load *l, const char *line);
/* A database of such lines, NULL at the end. */
void load_lines(const char *path, const char *const *lines);
/* A database and one reader of it; close both. */
void open_store(const char *path, struct tg_store **store, struct tg_reader **reader);
void close_store(struct tg_store **store, struct tg_reader **reader);

/* What came back; free with tg_rows_free. */
struct answer {
    enum tg_err err;
    struct tg_rows *rows;
    unsigned calls;
};
struct answer search_page(struct tg_reader *r, const struct tg_scope *s, struct tg_query q);
struct answer search_for(struct tg_reader *r, const struct tg_scope *s, enum tg_by by, const char *text);
struct answer show_id(struct tg_reader *r, const struct tg_scope *s, const char *id);
/* The ids of the rows, comma separated, in a static buffer. Frees the answer. */
const char *ids_of(struct answer a);

#endif
