#include "server/records/reader.h"

#include <sys/stat.h>

#include <openssl/rand.h>

#include "certs/base/text.h"
#include "server/records/cursor.h"

#define TG_MAP_BYTES 2147418112 /* SQLITE_MAX_MMAP_SIZE as it is built everywhere: 2 GiB - 64 KiB */
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

/* The range is one seek and one stop in the primary key, whether it holds rows or not. An exact one is
 * bounded by the last day too: what is over on the day is behind the range, not in it.
 */
#define EXACT \
    "SELECT until, ref FROM find WHERE slot = ?1 AND key = ?2 AND (until, ref) > (?3, ?4) AND until < ?5"
#define PREFIX                                                                                    \
    "SELECT until, ref, key, twin FROM find WHERE slot = ?1 AND (key, until, ref) > (?2, ?3, ?4)" \
    " AND key < ?6 AND until >= ?7 AND until < ?5"
#define LIMITS " AND (?8 = '' OR instr(?8, area) > 0) AND retailer IS NOT ?9"

static const char *const walk_sql[TG_SHAPES] = {
    [0] = PREFIX " ORDER BY key, until, ref",
    [TG_SHAPE_EXACT] = EXACT " ORDER BY until, ref",
    [TG_SHAPE_LIMITED] = PREFIX LIMITS " ORDER BY key, until, ref",
    [TG_SHAPE_EXACT | TG_SHAPE_LIMITED] = EXACT LIMITS " ORDER BY until, ref",
};

static enum tg_err look(const char *path, uint64_t *device, uint64_t *inode)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return TG_E_STORE_DOWN;
    *device = (uint64_t)st.st_dev;
    *inode = (uint64_t)st.st_ino;
    return TG_OK;
}

static enum tg_err open_db(const char *path, sqlite3 **ret)
{
    sqlite3 *db = NULL;
    tg_schema_setup();
    enum tg_err err = TG_E_STORE_DOWN;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
        err = TG_OK;
    /* Locked in shared mode for good: the file is never written again, and a lock for each read costs 2 us.
     * A large mapping is address space, not memory; the cache is for what lies behind it.
     */
    if (err == TG_OK && sqlite3_busy_timeout(db, 1000) != SQLITE_OK)
        err = TG_E_STORE_DOWN;
    if (err == TG_OK)
        err =
            tg_schema_exec(db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON;"
                               "PRAGMA mmap_size = " TEXT(
                                   TG_MAP_BYTES) "; PRAGMA cache_size = -4096;"
                                                 "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;");
    if (err == TG_OK)
        err = tg_schema_check(db);
    if (err == TG_OK) /* one read transaction for all of the connection's life */
        err = tg_schema_exec(db, "BEGIN");
    if (err != TG_OK) {
        (void)sqlite3_close_v2(db);
        return err;
    }
    *ret = db;
    return TG_OK;
}

enum tg_err tg_store_open(const char *path, struct tg_store **ret)
{
    struct tg_store *s = calloc(1, sizeof *s);
    if (s == NULL)
        return TG_E_NOMEM;
    uint8_t key[TG_CURSOR_KEY_BYTES];
    (void)pthread_mutex_init(&s->lock, NULL);
    atomic_init(&s->generation, 1);
    s->path = strdup(path);
    sqlite3 *db = NULL;
    enum tg_err err = s->path == NULL ? TG_E_NOMEM : look(path, &s->device, &s->inode);
    if (err == TG_OK)
        err = open_db(path, &db);
    (void)sqlite3_close_v2(db);
    if (err == TG_OK && RAND_bytes(key, sizeof key) != 1)
        err = TG_E_INTERNAL;
    if (err == TG_OK)
        err = tg_secret_init(&s->cursor_key, sizeof key);
    if (err == TG_OK)
        err = tg_secret_add(&s->cursor_key, key, sizeof key);
    tg_wipe(key, sizeof key);
    if (err != TG_OK) {
        tg_store_close(&s);
        return err;
    }
    *ret = s;
    return TG_OK;
}

void tg_store_close(struct tg_store **s)
{
    if (s == NULL || *s == NULL)
        return;
    tg_secret_done(&(*s)->cursor_key);
    (void)pthread_mutex_destroy(&(*s)->lock);
    free((*s)->path);
    free(*s);
    *s = NULL;
}

/* What meta says that the sheets hold. */
static enum tg_err read_fields(sqlite3 *db, struct tg_buf *ret)
{
    sqlite3_stmt *st = NULL;
    enum tg_err err = TG_E_STORE_DOWN;
    if (sqlite3_prepare_v2(db, "SELECT value FROM meta WHERE key = '" TG_META_FIELDS "'", -1, &st, NULL) ==
            SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        err = tg_buf_add(ret, sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0));
    (void)sqlite3_finalize(st);
    return err == TG_OK || err == TG_E_NOMEM ? err : TG_E_STORE_DOWN;
}

/* The same fields in the same order as ours: else no sheet could be read. */
static enum tg_err check_fields(sqlite3 *db)
{
    TG_BUF_AUTO theirs = TG_BUF_INIT(TG_FIELD_NAMES_BYTES);
    TG_BUF_AUTO ours = TG_BUF_INIT(TG_FIELD_NAMES_BYTES);
    enum tg_err err = tg_schema_fields(&ours);
    if (err == TG_OK)
        err = read_fields(db, &theirs);
    if (err == TG_OK && !tg_span_eq(tg_span_buf(&ours), tg_span_buf(&theirs)))
        err = TG_E_STORE_DOWN;
    return err;
}

enum tg_err tg_store_reload(struct tg_store *s)
{
    uint64_t device = 0;
    uint64_t inode = 0;
    enum tg_err err = look(s->path, &device, &inode);
    if (err != TG_OK)
        return err;
    (void)pthread_mutex_lock(&s->lock);
    if (device != s->device || inode != s->inode) {
        sqlite3 *db = NULL;
        err = open_db(s->path, &db);
        if (err == TG_OK)
            err = check_fields(db);
        (void)sqlite3_close_v2(db);
        if (err == TG_OK) {
            s->device = device;
            s->inode = inode;
            (void)atomic_fetch_add(&s->generation, 1);
        }
    }
    (void)pthread_mutex_unlock(&s->lock);
    return err;
}

static enum tg_err say(char *why, size_t size, const char *what, const char *name)
{
    (void)snprintf(why, size, "customers.db: %s: %s", what, name);
    return TG_E_POLICY;
}

/* The column that holds the sheets, and what is beside it: a further one is data that no policy names. */
static enum tg_err check_table(sqlite3 *db, char *why, size_t size)
{
    static const char sql[] = "SELECT name FROM pragma_table_xinfo('customer')"
                              " WHERE name NOT IN ('ref', 'id', 'row')";
    sqlite3_stmt *st = NULL;
    enum tg_err err = TG_OK;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        return TG_E_STORE_DOWN;
    int rc = sqlite3_step(st);
    if (rc == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(st, 0);
        err = say(why, size, "規則にない列 / column that no policy names", name != NULL ? name : "?");
    }
    if (sqlite3_finalize(st) != SQLITE_OK || (rc != SQLITE_ROW && rc != SQLITE_DONE))
        err = TG_E_STORE_DOWN;
    return err;
}

static enum tg_err explain_fields(char *names, char *why, size_t size)
{
    tg_mask seen = 0;
    unsigned n = 0;
    bool ordered = true;
    char *rest = NULL;
    for (char *name = strtok_r(names, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest)) {
        enum tg_field f = tg_field_find(name);
        if (f == TG_F_COUNT)
            return say(why, size, "規則にない項目 / field that no policy names", name);
        seen |= TG_BIT(f);
        ordered = ordered && (unsigned)f == n++;
    }
    for (unsigned f = 0; f < TG_F_COUNT; f++)
        if ((seen & TG_BIT(f)) == 0)
            return say(why, size, "項目がない / no such field", tg_field_name((enum tg_field)f));
    if (!ordered || n != TG_F_COUNT)
        return say(why, size, "項目の順が違います / the fields are in another order", "meta");
    return TG_OK;
}

static enum tg_err check_columns(sqlite3 *db, char *why, size_t size)
{
    TG_BUF_AUTO names = TG_BUF_INIT(TG_FIELD_NAMES_BYTES);
    enum tg_err err = check_table(db, why, size);
    if (err == TG_OK)
        err = read_fields(db, &names);
    if (err != TG_OK)
        return err;
    if (tg_buf_cstr(&names) == NULL)
        return TG_E_NOMEM;
    return explain_fields((char *)names.p, why, size);
}

enum tg_err tg_store_columns_check(struct tg_store *s, char *why, size_t size)
{
    sqlite3 *db = NULL;
    if (size > 0)
        why[0] = 0;
    enum tg_err err = open_db(s->path, &db);
    if (err == TG_OK)
        err = check_columns(db, why, size);
    (void)sqlite3_close_v2(db);
    return err;
}

enum tg_err tg_reader_open(struct tg_store *s, struct tg_reader **ret)
{
    struct tg_reader *r = calloc(1, sizeof *r);
    if (r == NULL)
        return TG_E_NOMEM;
    r->store = s;
    enum tg_err err = tg_reader_ready(r);
    if (err != TG_OK) {
        tg_reader_close(&r);
        return err;
    }
    *ret = r;
    return TG_OK;
}

static void drop_row(struct tg_reader *r)
{
    (void)sqlite3_blob_close(r->row);
    r->row = NULL;
}

void tg_reader_drop(struct tg_reader *r)
{
    for (size_t i = 0; i < TG_SHAPES * TG_WALKS; i++) {
        (void)sqlite3_finalize(r->walk[i / TG_WALKS][i % TG_WALKS]);
        r->walk[i / TG_WALKS][i % TG_WALKS] = NULL;
    }
    drop_row(r);
    free(r->retailer);
    r->retailer = NULL;
    r->n_retailers = 0;
    (void)sqlite3_close_v2(r->db);
    r->db = NULL;
}

void tg_reader_close(struct tg_reader **r)
{
    if (r == NULL || *r == NULL)
        return;
    tg_reader_drop(*r);
    free(*r);
    *r = NULL;
}

static enum tg_err add_retailer(struct tg_reader *r, sqlite3_stmt *st)
{
    if (r->n_retailers >= TG_COMPANIES)
        return TG_E_STORE_DOWN;
    struct tg_retailer *t = &r->retailer[r->n_retailers];
    t->no = (unsigned)sqlite3_column_int(st, 0);
    const void *code = sqlite3_column_text(st, 1);
    if (code == NULL || tg_copy(t->code, sizeof t->code, tg_span_str(code)) != TG_OK)
        return TG_E_STORE_DOWN;
    r->n_retailers++;
    return TG_OK;
}

static enum tg_err read_retailers(struct tg_reader *r)
{
    sqlite3_stmt *st = NULL;
    enum tg_err err = TG_OK;
    r->retailer = calloc(TG_COMPANIES, sizeof *r->retailer);
    if (r->retailer == NULL)
        return TG_E_NOMEM;
    if (sqlite3_prepare_v2(r->db, "SELECT no, code FROM company ORDER BY code", -1, &st, NULL) != SQLITE_OK)
        err = TG_E_STORE_DOWN;
    while (err == TG_OK && sqlite3_step(st) == SQLITE_ROW)
        err = add_retailer(r, st);
    if (sqlite3_finalize(st) != SQLITE_OK && err == TG_OK)
        err = TG_E_STORE_DOWN;
    return err;
}

static enum tg_err read_uid(struct tg_reader *r)
{
    sqlite3_stmt *st = NULL;
    enum tg_err err = TG_E_STORE_DOWN;
    if (sqlite3_prepare_v2(r->db, "SELECT value FROM meta WHERE key = 'uid'", -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW && sqlite3_column_bytes(st, 0) == TG_UID_BYTES) {
        memcpy(r->uid, sqlite3_column_blob(st, 0), TG_UID_BYTES);
        err = TG_OK;
    }
    (void)sqlite3_finalize(st);
    return err;
}

enum tg_err tg_reader_ready(struct tg_reader *r)
{
    unsigned now = atomic_load(&r->store->generation);
    if (r->db != NULL && r->generation == now)
        return TG_OK;
    tg_reader_drop(r);
    enum tg_err err = open_db(r->store->path, &r->db);
    if (err == TG_OK)
        err = read_retailers(r);
    if (err == TG_OK)
        err = check_fields(r->db);
    if (err == TG_OK)
        err = read_uid(r);
    if (err == TG_OK)
        err = tg_schema_drill(r->db, &r->drill);
    if (err != TG_OK) {
        tg_reader_drop(r);
        return err == TG_E_STORE_OLD ? TG_E_STORE_DOWN : err;
    }
    r->generation = now;
    return TG_OK;
}

enum tg_err tg_reader_ready_for(struct tg_reader *r, const struct tg_scope *scope)
{
    enum tg_err err = tg_reader_ready(r);
    return err == TG_OK && r->drill != tg_scope_drill(scope) ? TG_E_INTERNAL : err;
}

static int compare_code(const void *key, const void *item)
{
    return strcmp(key, ((const struct tg_retailer *)item)->code);
}

void tg_reader_rest(struct tg_reader *r)
{
    sqlite3_int64 none = 0;
    sqlite3_int64 all = TG_MAP_BYTES;
    if (r->db == NULL)
        return;
    drop_row(r); /* it holds on to its page */
    (void)sqlite3_db_release_memory(r->db);
    /* unmapping and mapping again lets go of every page; the address space costs nothing */
    (void)sqlite3_file_control(r->db, "main", SQLITE_FCNTL_MMAP_SIZE, &none);
    (void)sqlite3_file_control(r->db, "main", SQLITE_FCNTL_MMAP_SIZE, &all);
}

unsigned tg_reader_retailer(const struct tg_reader *r, const char *code)
{
    if (r->n_retailers == 0)
        return TG_RETAILER_UNKNOWN;
    const struct tg_retailer *t = bsearch(code, r->retailer, r->n_retailers, sizeof *t, compare_code);
    return t == NULL ? TG_RETAILER_UNKNOWN : t->no;
}

sqlite3_stmt *tg_reader_walk(struct tg_reader *r, unsigned shape, size_t i)
{
    if (i >= TG_WALKS || shape >= TG_SHAPES)
        return NULL;
    sqlite3_stmt **st = &r->walk[shape][i];
    if (*st == NULL &&
        sqlite3_prepare_v3(r->db, walk_sql[shape], -1, SQLITE_PREPARE_PERSISTENT, st, NULL) != SQLITE_OK)
        return NULL;
    return *st;
}

/* By the handle of a blob, not by a statement: that reads the bytes asked for straight from the page, where a
 * statement first copies the whole sheet, hidden members and all.
 */
enum tg_err tg_reader_seek(struct tg_reader *r, int64_t ref, struct tg_sheet *ret)
{
    uint8_t head[TG_SHEET_HEAD];
    int rc = r->row != NULL ? sqlite3_blob_reopen(r->row, ref)
                            : sqlite3_blob_open(r->db, "main", "customer", "row", ref, 0, &r->row);
    if (rc != SQLITE_OK)
        return TG_E_STORE_DOWN;
    /* of a blob that is shorter nothing is read, and that is an error */
    if (sqlite3_blob_read(r->row, head, sizeof head, 0) != SQLITE_OK)
        return TG_E_STORE_DOWN;
    return tg_sheet_read(head, (size_t)sqlite3_blob_bytes(r->row), ret);
}

static enum tg_err take_run(struct tg_reader *r, uint32_t from, uint32_t to, struct tg_buf *out)
{
    enum tg_err err = tg_buf_reserve(out, to - from);
    if (err != TG_OK)
        return err;
    if (sqlite3_blob_read(r->row, out->p + out->n, (int)(to - from), (int)from) != SQLITE_OK)
        return TG_E_STORE_DOWN;
    uint8_t *p = out->p + out->n;
    out->n += to - from;
    /* members begin and end like that */
    return p[0] == ',' && p[to - from - 1] == '"' ? TG_OK : TG_E_STORE_DOWN;
}

/* Neighbours in the mask in one piece. */
enum tg_err tg_reader_take(struct tg_reader *r, const struct tg_sheet *s, tg_mask fields, struct tg_buf *to)
{
    enum tg_err err = TG_OK;
    tg_mask rest = fields & TG_MASK_ALL;
    while (rest != 0 && err == TG_OK) {
        unsigned first = (unsigned)__builtin_ctzll(rest);
        unsigned behind = first + (unsigned)__builtin_ctzll(~(rest >> first));
        if (s->at[behind] > s->at[first])
            err = take_run(r, s->at[first], s->at[behind], to);
        rest &= ~(TG_BIT(behind) - 1);
    }
    return err;
}

uint64_t tg_reader_steps(struct tg_reader *r)
{
    uint64_t n = 0;
    for (size_t i = 0; i < TG_SHAPES * TG_WALKS; i++) {
        sqlite3_stmt *st = r->walk[i / TG_WALKS][i % TG_WALKS];
        if (st != NULL)
            n += (uint64_t)sqlite3_stmt_status(st, SQLITE_STMTSTATUS_VM_STEP, 1);
    }
    return n;
}
