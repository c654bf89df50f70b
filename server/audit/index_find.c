/* Questions to the index. */
#include "server/audit/index_inner.h"

static const char by_record[] =
    "SELECT e.seq, e.time, kind, person, company, office, purpose, problem, segment, offset"
    " FROM seen s JOIN entry e ON e.seq = s.seq WHERE s.record = ?1 AND (?2 IS NULL OR person = ?2)"
    " AND time >= ?3 AND time < ?4 ORDER BY e.seq LIMIT ?5";
static const char by_person[] =
    "SELECT e.seq, e.time, kind, person, company, office, purpose, problem, segment, offset"
    " FROM entry e WHERE ?1 IS NULL AND person = ?2 AND time >= ?3 AND time < ?4 ORDER BY e.seq LIMIT ?5";
static const char by_time[] =
    "SELECT e.seq, e.time, kind, person, company, office, purpose, problem, segment, offset"
    " FROM entry e WHERE ?1 IS NULL AND ?2 IS NULL AND time >= ?3 AND time < ?4 ORDER BY e.seq LIMIT ?5";

static const char *plan(const struct tg_find *f)
{
    if (f->record != NULL)
        return by_record;
    return f->person != NULL ? by_person : by_time;
}

static const char *text(sqlite3_stmt *s, int column)
{
    const unsigned char *t = sqlite3_column_text(s, column);

    return t != NULL ? (const char *)t : "";
}

static bool give(sqlite3_stmt *s, tg_index_each *each, void *ctx)
{
    const struct tg_found found = {
        .seq = (uint64_t)sqlite3_column_int64(s, 0),
        .time = sqlite3_column_int64(s, 1),
        .kind = text(s, 2),
        .person = text(s, 3),
        .company = text(s, 4),
        .office = text(s, 5),
        .purpose = text(s, 6),
        .problem = text(s, 7),
        .segment = (uint64_t)sqlite3_column_int64(s, 8),
        .offset = (uint64_t)sqlite3_column_int64(s, 9),
    };

    return each(ctx, &found);
}

enum tg_err tg_index_find(struct tg_index *x, const struct tg_find *what, tg_index_each *each, void *ctx)
{
    sqlite3_stmt *s = NULL;
    int step = SQLITE_DONE;

    if (sqlite3_prepare_v2(x->db, plan(what), -1, &s, NULL) != SQLITE_OK)
        return TG_E_IO;
    if (what->record != NULL)
        (void)sqlite3_bind_text(s, 1, what->record, -1, SQLITE_STATIC);
    if (what->person != NULL)
        (void)sqlite3_bind_text(s, 2, what->person, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(s, 3, what->from);
    (void)sqlite3_bind_int64(s, 4, what->to != 0 ? what->to : INT64_MAX);
    (void)sqlite3_bind_int64(s, 5,
                             what->limit != 0 && what->limit < INT64_MAX ? (sqlite3_int64)what->limit : -1);
    while ((step = sqlite3_step(s)) == SQLITE_ROW) {
        if (!give(s, each, ctx)) {
            step = SQLITE_DONE;
            break;
        }
    }
    (void)sqlite3_finalize(s);
    return step == SQLITE_DONE ? TG_OK : TG_E_IO;
}
