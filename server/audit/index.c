/* Building the index: journal in, rows out, the place reached in the same transaction. */
#include "server/audit/index.h"

#include <unistd.h>

#include "certs/base/json.h"
#include "server/audit/gist.h"
#include "server/audit/index_inner.h"
#include "server/audit/report.h"

/* Raise it when the tables change: an older file is thrown away. */
#define VERSION "1"
/* Records a transaction: small enough that a reader never waits long. */
#define STEP 5000u

static const char schema[] =
    "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    "CREATE TABLE IF NOT EXISTS entry(seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT, person "
    "TEXT, company TEXT,"
    " office TEXT, purpose TEXT, problem TEXT, segment INTEGER NOT NULL, offset INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS seen(record TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(record, seq)) "
    "WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS mark(one INTEGER PRIMARY KEY CHECK(one = 1), segment INTEGER, offset "
    "INTEGER, seq INTEGER,"
    " last INTEGER, acked INTEGER, time INTEGER, head BLOB);"
    "CREATE INDEX IF NOT EXISTS entry_person ON entry(person, seq);"
    "CREATE INDEX IF NOT EXISTS entry_time ON entry(time);"
    "PRAGMA user_version=" VERSION ";";

static enum tg_err run(struct tg_index *x, const char *sql)
{
    return sqlite3_exec(x->db, sql, NULL, NULL, NULL) == SQLITE_OK ? TG_OK : TG_E_IO;
}

static enum tg_err prepare(struct tg_index *x, const char *sql, sqlite3_stmt **ret)
{
    return sqlite3_prepare_v3(x->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) == SQLITE_OK ? TG_OK
                                                                                                 : TG_E_IO;
}

static enum tg_err mark_load(struct tg_index *x)
{
    sqlite3_stmt *s = NULL;
    enum tg_err err = prepare(x, "SELECT segment, offset, seq, last, acked, time, head FROM mark", &s);

    x->mark = (struct tg_mark){0};
    if (err == TG_OK && sqlite3_step(s) == SQLITE_ROW && sqlite3_column_bytes(s, 6) == TG_HASH_BYTES) {
        x->mark.segment = (uint64_t)sqlite3_column_int64(s, 0);
        x->mark.offset = (uint64_t)sqlite3_column_int64(s, 1);
        x->mark.seq = (uint64_t)sqlite3_column_int64(s, 2);
        x->mark.last = (uint64_t)sqlite3_column_int64(s, 3);
        x->mark.acked = (uint64_t)sqlite3_column_int64(s, 4);
        x->mark.time = sqlite3_column_int64(s, 5);
        memcpy(x->mark.head, sqlite3_column_blob(s, 6), TG_HASH_BYTES);
    }
    (void)sqlite3_finalize(s);
    return err;
}

static enum tg_err mark_save(struct tg_index *x)
{
    const uint64_t v[] = {x->mark.segment, x->mark.offset, x->mark.seq,
                          x->mark.last,    x->mark.acked,  (uint64_t)x->mark.time};
    sqlite3_stmt *s = NULL;
    enum tg_err err = prepare(x, "INSERT OR REPLACE INTO mark VALUES(1, ?, ?, ?, ?, ?, ?, ?)", &s);

    for (int i = 0; err == TG_OK && i < 6; i++)
        (void)sqlite3_bind_int64(s, i + 1, (sqlite3_int64)v[i]);
    if (err == TG_OK) {
        (void)sqlite3_bind_blob(s, 7, x->mark.head, TG_HASH_BYTES, SQLITE_STATIC);
        err = sqlite3_step(s) == SQLITE_DONE ? TG_OK : TG_E_IO;
    }
    (void)sqlite3_finalize(s);
    return err;
}

static int version(struct tg_index *x)
{
    sqlite3_stmt *s = NULL;
    int v = -1;

    if (prepare(x, "PRAGMA user_version", &s) == TG_OK && sqlite3_step(s) == SQLITE_ROW)
        v = sqlite3_column_int(s, 0);
    (void)sqlite3_finalize(s);
    return v;
}

static enum tg_err open_db(struct tg_index *x, const char *path)
{
    enum tg_err err;
    int v;

    if (sqlite3_open_v2(path, &x->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return TG_E_IO;
    v = version(x);
    if (v != 0 && v != (VERSION)[0] - '0')
        return TG_E_FORM;
    err = run(x, schema);
    if (err == TG_OK)
        err = prepare(x, "INSERT OR REPLACE INTO entry VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", &x->put_entry);
    if (err == TG_OK)
        err = prepare(x, "INSERT OR IGNORE INTO seen VALUES(?, ?)", &x->put_seen);
    return err == TG_OK ? mark_load(x) : err;
}

static void close_db(struct tg_index *x)
{
    (void)sqlite3_finalize(x->put_entry);
    (void)sqlite3_finalize(x->put_seen);
    (void)sqlite3_close(x->db);
    *x = (struct tg_index){0};
}

static void drop_files(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    char name[4096];

    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

enum tg_err tg_index_open(const char *path, struct tg_index **ret)
{
    struct tg_index *x = calloc(1, sizeof *x);
    enum tg_err err;

    if (x == NULL)
        return TG_E_NOMEM;
    err = open_db(x, path);
    if (err != TG_OK) {
        /* Nothing is lost with it: everything in it came from the journal. */
        close_db(x);
        drop_files(path);
        err = open_db(x, path);
    }
    if (err != TG_OK) {
        tg_index_close(&x);
        return TG_E_IO;
    }
    *ret = x;
    return TG_OK;
}

void tg_index_close(struct tg_index **x)
{
    if (*x == NULL)
        return;
    close_db(*x);
    free(*x);
    *x = NULL;
}

static enum tg_err put(sqlite3_stmt *s)
{
    int done = sqlite3_step(s);

    (void)sqlite3_reset(s);
    return done == SQLITE_DONE ? TG_OK : TG_E_IO;
}

static void bind_text(sqlite3_stmt *s, int at, struct tg_span text)
{
    (void)sqlite3_bind_text(s, at, text.n != 0 ? (const char *)text.p : "", (int)text.n, SQLITE_STATIC);
}

static enum tg_err put_entry(struct tg_index *x, const struct tg_frame *f, const struct tg_gist *g,
                             uint64_t segment)
{
    sqlite3_stmt *s = x->put_entry;

    (void)sqlite3_bind_int64(s, 1, (sqlite3_int64)f->seq);
    (void)sqlite3_bind_int64(s, 2, f->time);
    for (int i = 0; i < (int)TG_GIST_MEMBERS; i++)
        bind_text(s, i + 3, g->member[i]);
    (void)sqlite3_bind_int64(s, 9, (sqlite3_int64)segment);
    (void)sqlite3_bind_int64(s, 10, (sqlite3_int64)f->offset);
    return put(s);
}

struct seen {
    struct tg_index *index;
    uint64_t seq;
};

static enum tg_err put_seen(void *ctx, struct tg_span id)
{
    const struct seen *s = ctx;
    sqlite3_stmt *st = s->index->put_seen;

    bind_text(st, 1, id);
    (void)sqlite3_bind_int64(st, 2, (sqlite3_int64)s->seq);
    return put(st);
}

/* What is not plain: as the parser sees it. */
static enum tg_err take_tree(struct tg_index *x, const struct tg_frame *f, uint64_t segment)
{
    TG_JSON_AUTO *entry = NULL;
    struct seen seen = {.index = x, .seq = f->seq};
    struct tg_gist g = {.rows = {.p = NULL, .n = 0}};
    /* What cannot be read is listed by its place, so that counts still agree; audit ids names it as damage.
     */
    enum tg_err err = tg_json_parse(f->payload, &entry);

    if (err == TG_E_NOMEM)
        return err;
    for (size_t i = 0; i < TG_GIST_MEMBERS; i++)
        g.member[i] = tg_span_str(tg_json_str(entry, tg_gist_members[i]));
    err = put_entry(x, f, &g, segment);
    const json_t *rows = json_object_get(entry, "rows");
    for (size_t i = 0; err == TG_OK && i < json_array_size(rows); i++)
        err = put_seen(&seen, tg_span_str(tg_json_str(json_array_get(rows, i), "id")));
    return err;
}

static enum tg_err take_in(struct tg_index *x, const struct tg_frame *f, uint64_t segment)
{
    struct seen seen = {.index = x, .seq = f->seq};
    struct tg_gist g;
    enum tg_err err;

    if (f->type != TG_FRAME_ENTRY)
        return TG_OK;
    if (!tg_gist_read(f->payload, &g))
        return take_tree(x, f, segment);
    err = put_entry(x, f, &g, segment);
    return err == TG_OK ? tg_gist_rows(&g, put_seen, &seen) : err;
}

/* One transaction. *more: there may be further records. */
static enum tg_err step(struct tg_index *x, struct tg_walk *w, uint64_t until, bool *more)
{
    struct tg_frame f;
    enum tg_err err = TG_OK, end;

    *more = false;
    for (unsigned i = 0; err == TG_OK && x->mark.seq < until; i++) {
        *more = i == STEP;
        if (*more)
            break;
        err = tg_walk_next(w, &f);
        if (err == TG_OK)
            err = take_in(x, &f, tg_walk_mark(w)->segment);
        if (err == TG_OK)
            x->mark = *tg_walk_mark(w);
    }
    end = err;
    err = end == TG_OK || end == TG_E_NOT_FOUND || end == TG_E_AUDIT_BROKEN ? mark_save(x) : end;
    return err == TG_OK ? end : err;
}

static enum tg_err steps(struct tg_index *x, struct tg_walk *w, uint64_t until)
{
    bool more = true;
    enum tg_err err = TG_OK, end = TG_OK;

    while (err == TG_OK && end == TG_OK && more) {
        err = run(x, "BEGIN IMMEDIATE");
        if (err == TG_OK)
            end = step(x, w, until, &more);
        if (err == TG_OK)
            err = run(x, "COMMIT");
        if (err != TG_OK)
            (void)run(x, "ROLLBACK");
    }
    return err == TG_OK ? end : err;
}

static enum tg_err forget(struct tg_index *x)
{
    x->mark = (struct tg_mark){0};
    return run(x, "BEGIN; DELETE FROM entry; DELETE FROM seen; DELETE FROM mark; COMMIT");
}

static enum tg_err catch_up(struct tg_index *x, const char *folder, uint64_t until, struct tg_fault *fault)
{
    struct tg_walk *w = NULL;
    enum tg_err err = tg_walk_open(folder, x->mark.segment == 0 ? NULL : &x->mark, &w, fault);

    if (err != TG_OK)
        return err;
    err = steps(x, w, until);
    *fault = *tg_walk_fault(w);
    tg_walk_close(&w);
    return err == TG_E_NOT_FOUND ? TG_OK : err;
}

enum tg_err tg_index_catch_up(struct tg_index *x, const char *folder, uint64_t until, struct tg_fault *fault)
{
    uint64_t had = x->mark.seq;
    enum tg_err err = catch_up(x, folder, until, fault);

    /* Broken exactly where we stopped last time: it may be that the index and not the journal is from
     * elsewhere. */
    if (err == TG_E_AUDIT_BROKEN && had != 0 && x->mark.seq == had) {
        err = forget(x);
        if (err == TG_OK)
            err = catch_up(x, folder, until, fault);
    }
    if (err == TG_E_AUDIT_BROKEN && (fault->torn || (fault->tail && tg_walk_live(folder))))
        return TG_OK;
    return err;
}

uint64_t tg_index_seq(const struct tg_index *x)
{
    return x->mark.seq;
}
