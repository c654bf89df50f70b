#include "server/records/load.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "certs/base/secret.h"
#include "server/records/load_put.h"
#include "server/records/reader.h"

static char *with_suffix(const char *path, const char *suffix)
{
    size_t n = strlen(path) + strlen(suffix) + 1;
    char *s = malloc(n);
    if (s != NULL)
        (void)snprintf(s, n, "%s%s", path, suffix);
    return s;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

/* Opens and empties the new file under a lock, so that two loads cannot write it at once. What an earlier
 * load left that was killed is simply overwritten. After taking the lock the name must still be ours: the
 * load before us may have renamed the very file we opened into service.
 */
static enum tg_err claim(struct tg_load *l)
{
    struct stat mine;
    struct stat named;
    l->fd = open(l->fresh, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (l->fd < 0)
        return TG_E_IO;
    if (flock(l->fd, LOCK_EX | LOCK_NB) != 0)
        return TG_E_BUSY;
    if (fstat(l->fd, &mine) != 0 || stat(l->fresh, &named) != 0 || mine.st_ino != named.st_ino)
        return TG_E_BUSY;
    return ftruncate(l->fd, 0) == 0 ? TG_OK : TG_E_IO;
}

/* The key that makes ids goes from database to database, of an earlier format too, so that a record keeps its
 * id when it is imported again. */
static bool key_of_old(const char *path, uint8_t key[TG_ID_KEY_BYTES])
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    bool ok =
        sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK && tg_schema_is_ours(db) &&
        sqlite3_prepare_v2(db, "SELECT value FROM meta WHERE key = 'id-key'", -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW && sqlite3_column_bytes(st, 0) == TG_ID_KEY_BYTES;
    if (ok)
        memcpy(key, sqlite3_column_blob(st, 0), TG_ID_KEY_BYTES);
    (void)sqlite3_finalize(st);
    (void)sqlite3_close_v2(db);
    return ok;
}

static enum tg_err put_meta(sqlite3 *db, const char *key, const void *value, size_t n)
{
    sqlite3_stmt *st = NULL;
    enum tg_err err = TG_E_IO;
    if (sqlite3_prepare_v2(db, "INSERT INTO meta VALUES(?1, ?2)", -1, &st, NULL) == SQLITE_OK &&
        sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_bind_blob(st, 2, value, (int)n, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_DONE)
        err = TG_OK;
    (void)sqlite3_finalize(st);
    return err;
}

static enum tg_err put_companies(struct tg_load *l)
{
    sqlite3_stmt *st = NULL;
    enum tg_err err = TG_OK;
    if (sqlite3_prepare_v2(l->db, "INSERT INTO company VALUES(?1, ?2)", -1, &st, NULL) != SQLITE_OK)
        err = TG_E_IO;
    for (size_t i = 0; err == TG_OK && i < tg_companies_count(l->companies); i++) {
        const struct tg_company *c = tg_companies_at(l->companies, i);
        if (sqlite3_bind_int64(st, 1, (int64_t)(TG_RETAILER_FIRST + i)) != SQLITE_OK ||
            sqlite3_bind_text(st, 2, c->code, -1, SQLITE_STATIC) != SQLITE_OK ||
            sqlite3_step(st) != SQLITE_DONE)
            err = TG_E_IO;
        (void)sqlite3_reset(st);
    }
    (void)sqlite3_finalize(st);
    return err;
}

/* What the sheets hold, in their order: a database that has other fields than the policy is told by it. */
static enum tg_err put_fields(sqlite3 *db)
{
    TG_BUF_AUTO names = TG_BUF_INIT(TG_FIELD_NAMES_BYTES);
    enum tg_err err = tg_schema_fields(&names);
    return err == TG_OK ? put_meta(db, TG_META_FIELDS, names.p, names.n) : err;
}

static enum tg_err open_fresh(struct tg_load *l)
{
    uint8_t uid[TG_UID_BYTES];
    if (RAND_bytes(uid, sizeof uid) != 1)
        return TG_E_INTERNAL;
    if (!key_of_old(l->path, l->id_key) && RAND_bytes(l->id_key, sizeof l->id_key) != 1)
        return TG_E_INTERNAL;
    if (sqlite3_open_v2(l->fresh, &l->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return TG_E_IO;
    /* No journal and no syncs: until the rename at the end nobody reads this file. */
    if (tg_schema_exec(l->db, "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                              "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536;") != TG_OK)
        return TG_E_IO;
    enum tg_err err = tg_schema_create(l->db);
    if (err == TG_OK && tg_schema_exec(l->db, "BEGIN") != TG_OK)
        err = TG_E_IO;
    if (err == TG_OK)
        err = put_meta(l->db, "uid", uid, sizeof uid);
    if (err == TG_OK)
        err = put_meta(l->db, "id-key", l->id_key, sizeof l->id_key);
    if (err == TG_OK)
        err = put_fields(l->db);
    if (err == TG_OK)
        err = put_companies(l);
    if (err == TG_OK && sqlite3_prepare_v2(l->db, "INSERT INTO customer VALUES(?1, ?2, ?3)", -1, &l->insert,
                                           NULL) != SQLITE_OK)
        err = TG_E_IO;
    return err;
}

enum tg_err tg_load_begin(const char *path, const struct tg_companies *companies, struct tg_load **ret)
{
    struct tg_load *l = calloc(1, sizeof *l);
    if (l == NULL)
        return TG_E_NOMEM;
    tg_schema_setup();
    l->fd = -1;
    l->sheet = TG_BUF_INIT(TG_SHEET_BYTES);
    l->companies = companies;
    l->path = strdup(path);
    l->fresh = with_suffix(path, ".new");
    l->folder = folder_of(path);
    enum tg_err err = l->path == NULL || l->fresh == NULL || l->folder == NULL ? TG_E_NOMEM : claim(l);
    if (err != TG_OK && l->fd >= 0) { /* somebody else's file: not ours to take away */
        (void)close(l->fd);
        l->fd = -1;
    }
    if (err == TG_OK)
        err = open_fresh(l);
    if (err == TG_OK)
        err = tg_sort_new(l->folder, TG_SORT_RUN_BYTES, &l->sort);
    if (err != TG_OK) {
        tg_load_abort(&l);
        return err;
    }
    *ret = l;
    return TG_OK;
}

enum tg_err tg_load_drill(struct tg_load *l)
{
    if (l->last_ref > 0)
        return TG_E_INTERNAL;
    enum tg_err err = put_meta(l->db, TG_META_DRILL, "1", 1);
    l->drill = err == TG_OK;
    return err;
}

/* SQLite first: closing any descriptor of a file drops the process's locks on it. */
void tg_load_abort(struct tg_load **l)
{
    if (l == NULL || *l == NULL)
        return;
    (void)sqlite3_finalize((*l)->insert);
    (void)sqlite3_close_v2((*l)->db);
    tg_sort_free(&(*l)->sort);
    if ((*l)->fd >= 0) {
        (void)unlink((*l)->fresh);
        (void)close((*l)->fd);
    }
    tg_wipe((*l)->id_key, sizeof(*l)->id_key);
    tg_buf_done(&(*l)->sheet);
    free((*l)->path);
    free((*l)->fresh);
    free((*l)->folder);
    free(*l);
    *l = NULL;
}

/* "c" and 20 letters of base32 (100 bits) of HMAC-SHA-256(key, kind | retailer | point | customer number |
 * start). */
static enum tg_err make_id(const struct tg_load *l, struct tg_checked *r)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    TG_BUF_AUTO text = TG_BUF_INIT(8192);
    struct tg_span point = r->value[TG_F_POINT].n > 0 ? r->value[TG_F_POINT] : r->value[TG_F_GEN_POINT];
    enum tg_err err =
        tg_buf_addf(&text, "%d|%.*s|%.*s|%.*s|%.*s", (int)r->kind, (int)r->value[TG_F_RETAILER].n,
                    (const char *)r->value[TG_F_RETAILER].p, (int)point.n, (const char *)point.p,
                    (int)r->value[TG_F_CUSTOMER_NO].n, (const char *)r->value[TG_F_CUSTOMER_NO].p,
                    (int)r->value[TG_F_CONTRACT_START].n, (const char *)r->value[TG_F_CONTRACT_START].p);
    uint8_t mac[32];
    unsigned n = sizeof mac;
    if (err != TG_OK)
        return err;
    if (HMAC(EVP_sha256(), l->id_key, sizeof l->id_key, text.p, text.n, mac, &n) == NULL)
        return TG_E_INTERNAL;
    r->id[0] = 'c';
    for (size_t i = 0; i < 20; i++) {
        size_t bit = i * 5;
        unsigned two = (unsigned)mac[bit / 8] << 8 | mac[bit / 8 + 1];
        r->id[1 + i] = letters[two >> (11 - bit % 8) & 31];
    }
    r->id[21] = 0;
    return TG_OK;
}

/* The ids of drills and of real customers are two kinds of ids. */
static enum tg_err stamp_id(const struct tg_load *l, struct tg_checked *r, struct tg_fault *fault)
{
    char id[TG_RECORD_ID_BYTES];
    bool stamped = strncmp(r->id, TG_DRILL_ID, strlen(TG_DRILL_ID)) == 0;
    if (stamped == l->drill)
        return TG_OK;
    *fault = (struct tg_fault){"id", l->drill ? "訓練用の id には長すぎます / too long for the id of a drill"
                                              : "drill- で始まる id は訓練用です / ids of drills begin like that"};
    if (stamped)
        return TG_E_IMPORT;
    int n = snprintf(id, sizeof id, "%s%s", TG_DRILL_ID, r->id);
    if (n < 0 || (size_t)n >= sizeof id)
        return TG_E_IMPORT;
    memcpy(r->id, id, sizeof id);
    *fault = (struct tg_fault){0};
    return TG_OK;
}

/* What was imported as former is over, whatever day it names. */
static int32_t until_of(const struct tg_checked *r)
{
    if (r->kind == TG_RECORD_FORMER)
        return TG_UNTIL_GONE;
    return r->day[1] == TG_DAY_MIN ? TG_UNTIL_OPEN : tg_until(r->day[1]);
}

static enum tg_err insert_row(struct tg_load *l, const struct tg_checked *r, uint64_t ref)
{
    sqlite3_stmt *st = l->insert;
    struct tg_sheet s = {.part = tg_part(r->retailer, r->kind), .until = until_of(r), .since = r->day[0]};
    memcpy(s.id, r->id, sizeof s.id);
    enum tg_err err = tg_sheet_write(&s, r->value, &l->sheet);
    if (err != TG_OK)
        return err;
    bool ok = sqlite3_bind_int64(st, 1, (int64_t)ref) == SQLITE_OK &&
              sqlite3_bind_text(st, 2, r->id, -1, SQLITE_STATIC) == SQLITE_OK &&
              sqlite3_bind_blob(st, 3, l->sheet.p, (int)l->sheet.n, SQLITE_STATIC) == SQLITE_OK &&
              sqlite3_step(st) == SQLITE_DONE;
    (void)sqlite3_reset(st);
    return ok ? TG_OK : TG_E_IO;
}

/* One entry under the retailer, one under "any". */
static enum tg_err sort_entry(struct tg_load *l, const struct tg_checked *r, enum tg_list list,
                              const struct tg_entry *e)
{
    struct tg_sort_item item = {.slot = (uint32_t)tg_slot(r->retailer, tg_shelf_of(r->kind), list),
                                .key = tg_span(e->b, e->n),
                                .until = until_of(r),
                                .ref = l->last_ref,
                                .twin = (uint16_t)(e->twin_strict << 8 | e->twin_loose)};
    memcpy(item.area, r->area, sizeof item.area);
    enum tg_err err = tg_sort_add(l->sort, &item);
    if (err != TG_OK)
        return err;
    item.slot = (uint32_t)tg_slot(TG_RETAILER_ANY, tg_shelf_of(r->kind), list);
    item.retailer = (uint16_t)r->retailer;
    return tg_sort_add(l->sort, &item);
}

static enum tg_err sort_list(struct tg_load *l, const struct tg_checked *r, enum tg_list list,
                             struct tg_span value)
{
    struct tg_entries entries TG_UNSET;
    if (value.n == 0)
        return TG_OK;
    enum tg_err err = tg_keys_stored(list, value, &entries);
    for (size_t i = 0; err == TG_OK && i < entries.n; i++)
        err = sort_entry(l, r, list, &entries.entry[i]);
    return err;
}

static enum tg_err sort_row(struct tg_load *l, const struct tg_checked *r)
{
    static const struct {
        enum tg_list list;
        enum tg_field field;
    } lists[] = {{TG_LIST_KANA, TG_F_KANA},           {TG_LIST_NAME, TG_F_NAME},
                 {TG_LIST_ADDRESS, TG_F_ADDRESS},     {TG_LIST_PHONE, TG_F_PHONE},
                 {TG_LIST_POINT, TG_F_POINT},         {TG_LIST_GEN_POINT, TG_F_GEN_POINT},
                 {TG_LIST_CUSTOMER, TG_F_CUSTOMER_NO}};
    enum tg_err err = sort_list(l, r, TG_LIST_ID, tg_span_str(r->id));
    for (size_t i = 0; err == TG_OK && i < sizeof lists / sizeof lists[0]; i++)
        err = sort_list(l, r, lists[i].list, r->value[lists[i].field]);
    return err;
}

enum tg_err tg_load_put(struct tg_load *l, const struct tg_customer *c, uint64_t line, struct tg_fault *fault)
{
    struct tg_checked r;
    memset(fault, 0, sizeof *fault);
    enum tg_err err = tg_check_customer(c, l->companies, &r, fault);
    if (err != TG_OK) {
        l->refused++;
        return err;
    }
    if (r.id[0] == 0)
        err = make_id(l, &r);
    if (err == TG_OK)
        err = stamp_id(l, &r, fault);
    if (err == TG_OK && line <= l->last_ref)
        err = TG_E_INTERNAL;
    if (err == TG_OK)
        err = insert_row(l, &r, line);
    l->last_ref = line;
    if (err == TG_OK)
        err = sort_row(l, &r);
    if (err == TG_OK)
        l->count[r.class]++;
    else
        l->refused++;
    return err;
}

enum tg_err tg_load_add(struct tg_load *l, const struct tg_customer *c, const char **why)
{
    struct tg_fault fault = {0};
    enum tg_err err = tg_load_put(l, c, l->last_ref + 1, &fault);
    if (why != NULL)
        *why = fault.what;
    return err;
}

uint64_t tg_load_count(const struct tg_load *l, enum tg_class c)
{
    return (unsigned)c < TG_C_COUNT ? l->count[c] : 0;
}

enum tg_err tg_load_publish(struct tg_load *l)
{
    (void)sqlite3_finalize(l->insert);
    l->insert = NULL;
    int rc = sqlite3_close(l->db);
    l->db = NULL;
    if (rc != SQLITE_OK || fsync(l->fd) != 0 || rename(l->fresh, l->path) != 0)
        return TG_E_IO;
    /* ours no longer: tg_load_abort must not take it away */
    (void)close(l->fd);
    l->fd = -1;
    int dir = open(l->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = dir >= 0 && fsync(dir) == 0;
    if (dir >= 0)
        (void)close(dir);
    return ok ? TG_OK : TG_E_IO;
}

enum tg_err tg_load_commit(struct tg_load **l)
{
    enum tg_err err = tg_load_build(*l, NULL);
    if (err == TG_OK)
        err = tg_load_publish(*l);
    tg_load_abort(l);
    return err;
}
