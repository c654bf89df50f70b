/* A walk: the entries of one list that a clause may look at, in order. The clause of a company's contracts
 * and the one of those that are over share a walk where both may use the list; otherwise the day of the
 * decision is the end of its range.
 *
 *   tg_walk_plan -> which entries;  tg_walk_begin -> stands at the first;  tg_walk_step -> at the next
 */
#ifndef TG_WALK_H
#define TG_WALK_H

#include "server/records/cursor.h"
#include "server/records/key.h"
#include "server/records/reader.h"

#define TG_NO_CLAUSE SIZE_MAX

struct tg_walk {
    enum tg_list list;
    struct tg_view view;
    const char *areas;
    unsigned retailer; /* of the clause's company */
    int32_t today;     /* what has an until below it is over */
    size_t now,
        past;   /* the clause of what is not over, and of what is; TG_NO_CLAUSE: neither walked nor met */
    bool by_id; /* of a clause that is limited to a point: the record must have the id that was asked */

    sqlite3_stmt *st;
    const struct tg_key *key;
    uint8_t end[TG_KEY_BYTES + 1]; /* behind the last entry of the key */
    bool done;
    struct tg_span entry; /* where it stands; valid until the next step */
    int32_t until;
    int64_t ref;
};

/* May the list be searched in the clause: is its field visible there? The id is no field. */
bool tg_walk_visible(const struct tg_clause *c, enum tg_list list);
/* What clause i of the scope walks in a list that is visible to it; of a clause that is limited to a point,
 * what is not over. False: nothing, or the walk of an earlier clause has it all. */
bool tg_walk_plan(const struct tg_reader *r, const struct tg_scope *s, size_t i, enum tg_list list,
                  struct tg_walk *ret);
/* The n-th statement of the reader, the key (borrowed), and the mark to begin behind (n == 0: at the
 * beginning); then tg_walk_step. TG_E_STORE_DOWN. */
enum tg_err tg_walk_begin(struct tg_walk *w, struct tg_reader *r, size_t n, const struct tg_key *key,
                          const struct tg_place_mark *mark) TG_MUST;
/* To the next entry that the key accepts, or to done. *seen: there was one with the right letters.
 * TG_E_STORE_DOWN. */
enum tg_err tg_walk_step(struct tg_walk *w, bool loose, bool *seen) TG_MUST;
/* By (key, until, ref). */
int tg_walk_compare(const struct tg_walk *a, const struct tg_walk *b);
/* The clause of the entry where it stands. */
size_t tg_walk_clause(const struct tg_walk *w);
/* A second look at what the entry promised: the row must lie on the walk's shelf, be whose the class says,
 * and end when the entry says. */
bool tg_walk_owns(const struct tg_walk *w, const struct tg_sheet *s);

#endif
