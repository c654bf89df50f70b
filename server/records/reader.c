#include "server/records/reader.h"

#include <sys/stat.h>

#include <openssl/rand.h>

#include "certs/base/text.h"
#include "server/records/cursor.h"

#define TG_MAP_BYTES 2147418112 /* SQLITE_MAX_MMAP_SIZE as it is built everywhere: 2 GiB - 64 KiB */
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

/* The range is one seek and one stop in the primary key, whether it holds rows or not. */
const char tg_walk_sql[] =
    "SELECT key, ref, twin FROM find WHERE slot = ?1 AND (key, ref) > (?2, ?3) AND key < ?4"
    " AND (?5 = '' OR instr(?5, area) > 0) AND retailer IS NOT ?6 ORDER BY key, ref";

static enum tg_err look(const char *path, uint64_t *device, uint64_t *inode)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return TG_E_STORE_DOWN;
    *device = (uint64_t)st.st_dev;
    *inode = (uint64_t)st.st_ino;
    return TG_OK;
}

/* SQLite's own counting of memory takes a lock at every allocation. Too late (somebody has opened a database
 * before) is no harm.
 */
static void configure(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum tg_err open_db(const char *path, sqlite3 **ret)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, configure);
    sqlite3 *db = NULL;
    enum tg_err err = TG_E_STORE_DOWN;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
        err = TG_OK;
    /* Locked in shared mode for good: the file is never written again, and a lock for each read costs 2 us.
     * A large mapping is address space, not memory; the cache is for what lies behind it.
     */
    if (err == TG_OK && sqlite3_busy_timeout(db, 1000) != SQLITE_OK)
        err = TG_E_STORE_DOWN;
    if (err == TG_OK)
        err = tg_schema_exec(db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON;"
                                 "PRAGMA mmap_size = " TEXT(TG_MAP_BYTES) "; PRAGMA cache_size = -4096;"
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

static enum tg_err check_column(const char *name, tg_mask *seen, char *why, size_t size)
{
    if (strcmp(name, "ref") == 0 || strcmp(name, "id") == 0 || strcmp(name, "part") == 0 ||
        strcmp(name, "area") == 0)
        return TG_OK;
    enum tg_field f = tg_field_find(name);
    if (f == TG_F_COUNT) {
        (void)snprintf(why, size, "customers.db: 規則にない列 / column that no policy names: %s", name);
        return TG_E_POLICY;
    }
    *seen |= TG_BIT(f);
    return TG_OK;
}

static enum tg_err check_columns(sqlite3 *db, char *why, size_t size)
{
    sqlite3_stmt *st = NULL;
    tg_mask seen = 0;
    enum tg_err err = TG_OK;
    if (sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_xinfo('customer')", -1, &st, NULL) != SQLITE_OK)
        err = TG_E_STORE_DOWN;
    while (err == TG_OK && sqlite3_step(st) == SQLITE_ROW)
        err = check_column((const char *)sqlite3_column_text(st, 0), &seen, why, size);
    if (sqlite3_finalize(st) != SQLITE_OK && err == TG_OK)
        err = TG_E_STORE_DOWN;
    for (int f = 0; err == TG_OK && f < TG_F_COUNT; f++) {
        if ((seen & TG_BIT(f)) != 0)
            continue;
        (void)snprintf(why, size, "customers.db: 列がない / no such column: %s",
                       tg_field_name((enum tg_field)f));
        err = TG_E_POLICY;
    }
    return err;
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

void tg_reader_drop(struct tg_reader *r)
{
    for (size_t i = 0; i < TG_WALKS; i++) {
        (void)sqlite3_finalize(r->walk[i]);
        r->walk[i] = NULL;
    }
    for (size_t i = 0; i < r->n_fetch; i++) {
        (void)sqlite3_finalize(r->fetch[i].st);
        r->fetch[i].st = NULL;
    }
    r->n_fetch = 0;
    r->next_fetch = 0;
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
        err = read_uid(r);
    if (err != TG_OK) {
        tg_reader_drop(r);
        return err;
    }
    r->generation = now;
    return TG_OK;
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

sqlite3_stmt *tg_reader_walk(struct tg_reader *r, size_t i)
{
    if (i >= TG_WALKS)
        return NULL;
    if (r->walk[i] == NULL &&
        sqlite3_prepare_v3(r->db, tg_walk_sql, -1, SQLITE_PREPARE_PERSISTENT, &r->walk[i], NULL) != SQLITE_OK)
        return NULL;
    return r->walk[i];
}

static sqlite3_stmt *prepare_fetch(sqlite3 *db, tg_mask mask)
{
    TG_BUF_AUTO sql = TG_BUF_INIT(2048);
    enum tg_err err = tg_buf_add_str(&sql, "SELECT id, part");
    for (int f = 0; err == TG_OK && f < TG_F_COUNT; f++)
        if ((mask & TG_BIT(f)) != 0)
            err = tg_buf_addf(&sql, ", %s", tg_field_name((enum tg_field)f));
    if (err == TG_OK)
        err = tg_buf_add_str(&sql, " FROM customer WHERE ref = ?1");
    const char *text = err == TG_OK ? tg_buf_cstr(&sql) : NULL;
    sqlite3_stmt *st = NULL;
    if (text == NULL || sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK)
        return NULL;
    return st;
}

sqlite3_stmt *tg_reader_fetch(struct tg_reader *r, tg_mask mask)
{
    for (size_t i = 0; i < r->n_fetch; i++)
        if (r->fetch[i].mask == mask)
            return r->fetch[i].st;
    sqlite3_stmt *st = prepare_fetch(r->db, mask);
    if (st == NULL)
        return NULL;
    size_t at = r->n_fetch < TG_FETCHES ? r->n_fetch++ : r->next_fetch++ % TG_FETCHES;
    (void)sqlite3_finalize(r->fetch[at].st);
    r->fetch[at] = (struct tg_fetch){.mask = mask, .st = st};
    return st;
}

uint64_t tg_reader_steps(struct tg_reader *r)
{
    uint64_t n = 0;
    for (size_t i = 0; i < TG_WALKS; i++)
        if (r->walk[i] != NULL)
            n += (uint64_t)sqlite3_stmt_status(r->walk[i], SQLITE_STMTSTATUS_VM_STEP, 1);
    for (size_t i = 0; i < r->n_fetch; i++)
        n += (uint64_t)sqlite3_stmt_status(r->fetch[i].st, SQLITE_STMTSTATUS_VM_STEP, 1);
    return n;
}
