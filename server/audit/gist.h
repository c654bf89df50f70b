/* What the index keeps of a record, read without building a tree: records are written by tg_entry_write, so
 * nearly all of them are plain. What is not plain (an escape, a space, a fraction, one of these members
 * twice) is left to certs/base/json.h. Stricter than that, but for the members that nobody looks for here:
 * one of them may stand twice.
 */
#ifndef TG_GIST_H
#define TG_GIST_H

#include "certs/base/blob.h"

/* In this order: kind person company office purpose problem. */
#define TG_GIST_MEMBERS 6u
extern const char *const tg_gist_members[TG_GIST_MEMBERS];

struct tg_gist {
    struct tg_span member[TG_GIST_MEMBERS]; /* empty when absent; borrowed from the record */
    struct tg_span rows;                    /* "[…]", for tg_gist_rows; empty when absent */
};

/* False: not plain. */
bool tg_gist_read(struct tg_span record, struct tg_gist *ret) TG_MUST;

/* Some other members, as they stand in the text, quotes and brackets included; empty when absent. False: not
 * plain, or one of them twice.
 */
bool tg_gist_pick(struct tg_span record, const char *const *names, size_t n, struct tg_span *values) TG_MUST;

/* Calls each for every row's id (empty when it has none); its first error ends it. */
typedef enum tg_err tg_gist_row(void *ctx, struct tg_span id);
enum tg_err tg_gist_rows(const struct tg_gist *g, tg_gist_row *each, void *ctx) TG_MUST;

#endif
