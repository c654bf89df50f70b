/* Imports: every case of import.txt, and that a refused, killed or broken load leaves what was there. */
#include "tests/unit/records/fixture.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/text.h"
#include "server/records/load_put.h"
#include "server/records/reader.h"

static const char *const OLD[] = {"class=own;id=old;retailer=HOME;name=旧;point=0200000000000000000001",
                                  NULL};

static void unescape(const char *s, struct tg_buf *to)
{
    for (; *s != 0; s++) {
        uint8_t b = (uint8_t)*s;
        if (*s == '\\' && s[1] == 'x') {
            assert_int_equal(tg_unhex(tg_span(s + 2, 2), &b, 1), TG_OK);
            s += 3;
        } else if (*s == '\\') {
            s++;
            b = *s == 'n' ? '\n' : *s == 'r' ? '\r' : '\t';
        }
        assert_int_equal(tg_buf_add(to, &b, 1), TG_OK);
    }
}

static const char *all_ids(const char *db)
{
    static char text[256];
    sqlite3 *h = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0;
    text[0] = 0;
    assert_int_equal(sqlite3_open_v2(db, &h, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(h, "SELECT id FROM customer ORDER BY ref", -1, &st, NULL), SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s,", (const char *)sqlite3_column_text(st, 0));
    assert_int_equal(sqlite3_finalize(st), SQLITE_OK);
    assert_int_equal(sqlite3_close(h), SQLITE_OK);
    return text;
}

static int64_t rows_in(const char *db)
{
    sqlite3 *h = NULL;
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_open_v2(db, &h, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(h, "SELECT count(*) FROM customer", -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(st, 0);
    assert_int_equal(sqlite3_finalize(st), SQLITE_OK);
    assert_int_equal(sqlite3_close(h), SQLITE_OK);
    return n;
}

/* Returns 1 when the case did not go as it should. */
static unsigned run_case(const char *name, const char *file, const char *outcome, const char *holds)
{
    TG_BUF_AUTO csv = TG_BUF_INIT(64 * 1024);
    TG_BUF_AUTO out = TG_BUF_INIT(64 * 1024);
    const char *db = in_scratch("case.db");
    load_lines(db, OLD);
    unescape(file, &csv);
    assert_int_equal(tg_file_write(in_scratch("case.csv"), tg_span_buf(&csv), 0600), TG_OK);
    enum tg_err err = tg_load_csv(in_scratch("case.csv"), db, companies(), &out);
    bool refused = strcmp(outcome, "refused") == 0;
    const char *report = tg_buf_cstr(&out);
    bool ok = err == (refused ? TG_E_IMPORT : TG_OK) && strstr(report, holds) != NULL &&
              strstr(report, "秘密") == NULL;
    if (refused)
        ok = ok && strcmp(all_ids(db), "old,") == 0;
    else
        ok = ok && rows_in(db) == strtol(outcome + 3, NULL, 10);
    ok = ok && access(in_scratch("case.db.new"), F_OK) != 0;
    if (!ok)
        print_error("%s: %s\n%s\n", name, tg_err_code(err), report);
    return ok ? 0 : 1;
}

static void cases_of_the_table(void **state)
{
    (void)state;
    TG_BUF_AUTO text = TG_BUF_INIT(256 * 1024);
    assert_int_equal(tg_file_read(getenv("IMPORT_CASES"), &text), TG_OK);
    char *copy = strdup(tg_buf_cstr(&text));
    char *at = strchr(copy, '\n') + 1;
    unsigned wrong = 0;
    unsigned cases = 0;
    while (at != NULL && *at != 0) {
        char *line[5];
        for (int i = 0; i < 5; i++) {
            line[i] = at == NULL ? NULL : strsep(&at, "\n");
            assert_true(i == 4 || line[i] != NULL);
        }
        assert_true(line[4] == NULL || strcmp(line[4], "---") == 0 || line[4][0] == 0);
        wrong += run_case(line[0], line[1], line[2], line[3]);
        cases++;
    }
    free(copy);
    assert_true(cases >= 45);
    assert_int_equal(wrong, 0);
}

static void a_huge_field_is_refused(void **state)
{
    (void)state;
    TG_BUF_AUTO csv = TG_BUF_INIT(1024 * 1024);
    TG_BUF_AUTO out = TG_BUF_INIT(64 * 1024);
    load_lines(in_scratch("h.db"), OLD);
    assert_int_equal(tg_buf_add_str(&csv, "class,name,retailer,point\nown,"), TG_OK);
    for (int i = 0; i < 50000; i++)
        assert_int_equal(tg_buf_add_str(&csv, "xxxxxxxxxx"), TG_OK);
    assert_int_equal(tg_buf_add_str(&csv, ",HOME,0200000000000000000001\n"), TG_OK);
    assert_int_equal(tg_file_write(in_scratch("h.csv"), tg_span_buf(&csv), 0600), TG_OK);
    assert_int_equal(tg_load_csv(in_scratch("h.csv"), in_scratch("h.db"), companies(), &out), TG_E_IMPORT);
    assert_non_null(strstr(tg_buf_cstr(&out), "line 2"));
    assert_string_equal(all_ids(in_scratch("h.db")), "old,");
}

/* 5,000 bad lines: the report shows the first 1,000 and the number of all. */
static void errors_are_bounded(void **state)
{
    (void)state;
    TG_BUF_AUTO csv = TG_BUF_INIT(1024 * 1024);
    TG_BUF_AUTO out = TG_BUF_INIT(1024 * 1024);
    assert_int_equal(tg_buf_add_str(&csv, "class,name,retailer,point\n"), TG_OK);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(tg_buf_add_str(&csv, "own,a,HOME,1\n"), TG_OK);
    assert_int_equal(tg_file_write(in_scratch("e.csv"), tg_span_buf(&csv), 0600), TG_OK);
    assert_int_equal(tg_load_csv(in_scratch("e.csv"), in_scratch("e.db"), companies(), &out), TG_E_IMPORT);
    assert_non_null(strstr(tg_buf_cstr(&out), "line 1001,"));
    assert_null(strstr(tg_buf_cstr(&out), "line 1002,"));
    assert_non_null(strstr(tg_buf_cstr(&out), "errors: 5000"));
    assert_int_not_equal(access(in_scratch("e.db"), F_OK), 0);
    TG_BUF_AUTO small = TG_BUF_INIT(10);
    assert_int_equal(tg_load_csv(in_scratch("e.csv"), in_scratch("e.db"), companies(), &small), TG_E_IMPORT);
    assert_int_equal(tg_load_csv(in_scratch("none.csv"), in_scratch("e.db"), companies(), &small),
                     TG_E_NOT_FOUND);
}

static void a_refused_row_stops_the_commit(void **state)
{
    (void)state;
    struct tg_load *l = NULL;
    const char *why = NULL;
    load_lines(in_scratch("r.db"), OLD);
    assert_int_equal(tg_load_begin(in_scratch("r.db"), companies(), &l), TG_OK);
    load_line(l, "class=own;id=n1;retailer=HOME;name=新;point=0200000000000000000001");
    struct tg_customer bad = {.class = tg_span_str("own")};
    assert_int_equal(tg_load_add(l, &bad, &why), TG_E_IMPORT);
    assert_non_null(why);
    assert_int_equal(tg_load_add(l, &bad, NULL), TG_E_IMPORT);
    load_line(l, "class=own;id=n2;retailer=HOME;name=新;point=0200000000000000000002");
    assert_int_equal(tg_load_count(l, TG_C_OWN), 2);
    assert_int_equal(tg_load_commit(&l), TG_E_IMPORT);
    assert_null(l);
    assert_string_equal(all_ids(in_scratch("r.db")), "old,");
    assert_int_not_equal(access(in_scratch("r.db.new"), F_OK), 0);
}

/* The process is killed with rows written and again after the indexes: the old database stays, the next load
 * works. */
static void a_killed_load_changes_nothing(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        load_lines(in_scratch("k.db"), OLD);
        const struct tg_companies *c = companies();
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct tg_load *l = NULL;
            if (tg_load_begin(in_scratch("k.db"), c, &l) != TG_OK)
                _exit(2);
            load_line(l, "class=own;id=new;retailer=HOME;name=新;point=0200000000000000000002");
            if (late == 1 && tg_load_build(l, NULL) != TG_OK)
                _exit(3);
            (void)kill(getpid(), SIGKILL);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(access(in_scratch("k.db.new"), F_OK), 0);
        assert_string_equal(all_ids(in_scratch("k.db")), "old,");
        static const char *const after[] = {
            "class=own;id=after;retailer=HOME;name=後;point=0200000000000000000003", NULL};
        load_lines(in_scratch("k.db"), after);
        assert_string_equal(all_ids(in_scratch("k.db")), "after,");
        assert_int_not_equal(access(in_scratch("k.db.new"), F_OK), 0);
    }
}

static void one_load_at_a_time(void **state)
{
    (void)state;
    struct tg_load *first = NULL;
    struct tg_load *second = NULL;
    assert_int_equal(tg_load_begin(in_scratch("o.db"), companies(), &first), TG_OK);
    assert_int_equal(tg_load_begin(in_scratch("o.db"), companies(), &second), TG_E_BUSY);
    assert_null(second);
    load_line(first, "class=own;id=a;retailer=HOME;name=a;point=0200000000000000000001");
    assert_int_equal(tg_load_commit(&first), TG_OK);
    assert_string_equal(all_ids(in_scratch("o.db")), "a,");
    struct stat st;
    assert_int_equal(stat(in_scratch("o.db"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

/* A record keeps its id from import to import, so that the audit goes on naming the same customer. */
static void made_ids_are_stable(void **state)
{
    (void)state;
    static const char *const rows[] = {"class=own;retailer=HOME;name=a;point=0200000000000000000001",
                                       "class=own;retailer=HOME;name=b;point=0200000000000000000002", NULL};
    static const char *const turned[] = {"class=own;retailer=HOME;name=B;point=0200000000000000000002",
                                         "class=own;retailer=HOME;name=a;point=0200000000000000000001", NULL};
    char first[256];
    char a[32];
    char b[32];
    load_lines(in_scratch("i.db"), rows);
    (void)snprintf(first, sizeof first, "%s", all_ids(in_scratch("i.db")));
    assert_int_equal(sscanf(first, "%31[^,],%31[^,],", a, b), 2);
    assert_int_equal(strlen(a), 21);
    assert_int_equal(a[0], 'c');
    assert_string_not_equal(a, b);
    load_lines(in_scratch("i.db"), turned);
    (void)snprintf(first, sizeof first, "%s,%s,", b, a);
    assert_string_equal(all_ids(in_scratch("i.db")), first);
    load_lines(in_scratch("j.db"),
               rows); /* another database has another key: ids say nothing by themselves */
    assert_null(strstr(all_ids(in_scratch("j.db")), a));
}

static void a_running_reader_moves_over(void **state)
{
    (void)state;
    struct tg_store *store = NULL;
    struct tg_reader *r = NULL;
    load_lines(in_scratch("m.db"), OLD);
    open_store(in_scratch("m.db"), &store, &r);
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    static const char *const fresh[] = {
        "class=own;id=new;retailer=HOME;name=新;point=0200000000000000000002",
        "class=own;id=new2;retailer=HOME;name=新;point=0200000000000000000003", NULL};
    load_lines(in_scratch("m.db"), fresh);
    assert_string_equal(ids_of(show_id(r, s, "old")), "old");
    assert_int_equal(tg_store_reload(store), TG_OK);
    unsigned generation = atomic_load(&store->generation);
    assert_int_equal(tg_store_reload(store), TG_OK); /* the same file: nothing to do */
    assert_int_equal(atomic_load(&store->generation), generation);
    assert_string_equal(ids_of(show_id(r, s, "old")), "");
    assert_string_equal(ids_of(show_id(r, s, "new")), "new");
    tg_reader_rest(r);
    assert_string_equal(ids_of(show_id(r, s, "new")), "new");

    struct answer page =
        search_page(r, s, (struct tg_query){.by = TG_BY_NAME, .text = tg_span_str("新"), .limit = 1});
    assert_true(page.rows->cursor.n > 0);
    load_lines(in_scratch("m.db"), fresh);
    assert_int_equal(tg_store_reload(store), TG_OK);
    assert_int_equal(search_page(r, s,
                                 (struct tg_query){.by = TG_BY_NAME,
                                                   .text = tg_span_str("新"),
                                                   .limit = 1,
                                                   .cursor = tg_span_buf(&page.rows->cursor)})
                         .err,
                     TG_E_CURSOR);
    tg_rows_free(&page.rows);

    write_text(in_scratch("m.db"), "this is no database");
    assert_int_equal(tg_store_reload(store), TG_E_STORE_DOWN);
    assert_string_equal(ids_of(show_id(r, s, "new")), "new");
    assert_int_equal(unlink(in_scratch("m.db")), 0);
    assert_int_equal(tg_store_reload(store), TG_E_STORE_DOWN);
    assert_string_equal(ids_of(show_id(r, s, "new")), "new");
    tg_scope_free(&s);
    close_store(&store, &r);
    assert_int_equal(tg_store_open(in_scratch("m.db"), &store), TG_E_STORE_DOWN);
    write_text(in_scratch("m.db"), "this is no database");
    assert_int_equal(tg_store_open(in_scratch("m.db"), &store), TG_E_STORE_DOWN);
    assert_null(store);
}

static void set_format(const char *path, int format)
{
    char sql[64];
    sqlite3 *db = NULL;
    (void)snprintf(sql, sizeof sql, "PRAGMA user_version = %d", format);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* What a program of format 1 left cannot be read, and the error says what to do. Who reads another database
 * goes on with that. */
static void an_earlier_format_is_refused(void **state)
{
    (void)state;
    struct tg_store *store = NULL;
    struct tg_reader *r = NULL;
    load_lines(in_scratch("f.db"), OLD);
    load_lines(in_scratch("g.db"), OLD);
    set_format(in_scratch("g.db"), 1);
    assert_int_equal(tg_store_open(in_scratch("g.db"), &store), TG_E_STORE_OLD);
    assert_null(store);
    assert_non_null(strstr(tg_err_en(TG_E_STORE_OLD), "import customers"));
    open_store(in_scratch("f.db"), &store, &r);
    assert_int_equal(rename(in_scratch("g.db"), in_scratch("f.db")), 0);
    assert_int_equal(tg_store_reload(store), TG_E_STORE_OLD);
    struct tg_scope *s = scope_home(TG_MASK_ALL);
    assert_string_equal(ids_of(show_id(r, s, "old")), "old");
    tg_scope_free(&s);
    close_store(&store, &r);
    load_lines(in_scratch("f.db"), OLD);
    set_format(in_scratch("f.db"), 9); /* one that is still to come */
    assert_int_equal(tg_store_open(in_scratch("f.db"), &store), TG_E_STORE_DOWN);
}

static void ids_outlive_a_format(void **state)
{
    (void)state;
    static const char *const rows[] = {"class=own;retailer=HOME;name=a;point=0200000000000000000001", NULL};
    char before[256];
    load_lines(in_scratch("e.db"), rows);
    (void)snprintf(before, sizeof before, "%s", all_ids(in_scratch("e.db")));
    set_format(in_scratch("e.db"), 1);
    load_lines(in_scratch("e.db"), rows);
    assert_string_equal(all_ids(in_scratch("e.db")), before);
}

static void companies_are_an_array(void **state)
{
    (void)state;
    /* check.c numbers a company by its place */
    for (size_t i = 0; i < tg_companies_count(companies()); i++)
        assert_ptr_equal(tg_companies_at(companies(), i), tg_companies_at(companies(), 0) + i);
}

static int end(void **state)
{
    (void)state;
    scratch_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_of_the_table),
        cmocka_unit_test(a_huge_field_is_refused),
        cmocka_unit_test(errors_are_bounded),
        cmocka_unit_test(a_refused_row_stops_the_commit),
        cmocka_unit_test(a_killed_load_changes_nothing),
        cmocka_unit_test(one_load_at_a_time),
        cmocka_unit_test(made_ids_are_stable),
        cmocka_unit_test(a_running_reader_moves_over),
        cmocka_unit_test(an_earlier_format_is_refused),
        cmocka_unit_test(ids_outlive_a_format),
        cmocka_unit_test(companies_are_an_array),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
