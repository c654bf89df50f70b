/* Invented customers and real ones never meet: not by the scope, not by the file, not by the id. */
#include <stdio.h>
#include <unistd.h>

#include "tests/unit/records/fixture.h"

static const char *const same[] = {
    "class=own;id=a1;name=訓練 太郎;kana=クンレン タロウ;point=0212345678901234567890;retailer=HOME;area=02203",
    "class=own;name=訓練 花子;kana=クンレン ハナコ;point=0212345678901234567891;retailer=HOME;area=02203", NULL};

static void load_drill(const char *path)
{
    struct tg_load *l = NULL;

    assert_int_equal(tg_load_begin(path, companies(), &l), TG_OK);
    assert_int_equal(tg_load_drill(l), TG_OK);
    for (size_t i = 0; same[i] != NULL; i++)
        load_line(l, same[i]);
    assert_int_equal(tg_load_commit(&l), TG_OK);
}

static struct tg_scope *scope(bool drill)
{
    struct tg_scope *s = scope_home(TG_MASK_ALL);

    if (drill)
        scope_drill(s);
    return s;
}

static size_t found(struct answer a)
{
    assert_int_equal(a.err, TG_OK);
    size_t n = a.rows->n;
    tg_rows_free(&a.rows);
    return n;
}

static void nothing_came(struct answer a)
{
    assert_int_equal(a.err, TG_E_INTERNAL);
    assert_null(a.rows);
    assert_int_equal(a.calls, 1);
}

/* Searches by everything there is, and shows of every id, of either kind. */
static void never_crosses(struct tg_reader *r, struct tg_scope *s)
{
    static const char *const ids[] = {"a1", "drill-a1", "nobody", "drill-nobody"};

    nothing_came(search_for(r, s, TG_BY_NAME, "訓練"));
    nothing_came(search_for(r, s, TG_BY_KANA, "クンレン"));
    nothing_came(search_for(r, s, TG_BY_POINT, "0212345678901234567890"));
    nothing_came(search_for(r, s, TG_BY_GUESS, "いない方"));
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        nothing_came(show_id(r, s, ids[i]));
}

static void each_reads_its_own_and_never_the_other(void **state)
{
    struct tg_store *store[2] = {NULL, NULL};
    struct tg_reader *reader[2] = {NULL, NULL};
    struct tg_scope *of[2] = {scope(false), scope(true)};

    (void)state;
    load_lines(in_scratch("real.db"), same);
    load_drill(in_scratch("drill.db"));
    open_store(in_scratch("real.db"), &store[0], &reader[0]);
    open_store(in_scratch("drill.db"), &store[1], &reader[1]);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(found(search_for(reader[i], of[i], TG_BY_NAME, "訓練")), 2);
        never_crosses(reader[i], of[1 - i]);
        assert_int_equal(found(search_for(reader[i], of[i], TG_BY_NAME, "訓練")), 2); /* and is none the worse */
    }
    assert_int_equal(found(show_id(reader[0], of[0], "a1")), 1);
    assert_int_equal(found(show_id(reader[0], of[0], "drill-a1")), 0);
    assert_int_equal(found(show_id(reader[1], of[1], "drill-a1")), 1);
    assert_int_equal(found(show_id(reader[1], of[1], "a1")), 0);
    for (size_t i = 0; i < 2; i++) {
        tg_scope_free(&of[i]);
        close_store(&store[i], &reader[i]);
    }
}

/* Somebody puts one file in the other's place while it is served. */
static void a_file_in_the_wrong_place(void **state)
{
    struct tg_store *store = NULL;
    struct tg_reader *reader = NULL;
    struct tg_scope *real = scope(false), *drill = scope(true);

    (void)state;
    load_lines(in_scratch("served.db"), same);
    load_drill(in_scratch("other.db"));
    open_store(in_scratch("served.db"), &store, &reader);
    assert_int_equal(found(search_for(reader, real, TG_BY_NAME, "訓練")), 2);
    assert_int_equal(rename(in_scratch("other.db"), in_scratch("served.db")), 0);
    assert_int_equal(tg_store_reload(store), TG_OK);
    never_crosses(reader, real);
    assert_int_equal(found(search_for(reader, drill, TG_BY_NAME, "訓練")), 2);
    tg_scope_free(&real);
    tg_scope_free(&drill);
    close_store(&store, &reader);
}

static void ids_are_of_two_kinds(void **state)
{
    static const char real[] = "class=own;id=a1;name=実在 太郎;point=0212345678901234567892;retailer=HOME;area=02203";
    struct tg_customer c = {.class = tg_span_str("own"), .id = tg_span_str("drill-a1")};
    struct tg_load *l = NULL;
    const char *why = NULL;

    (void)state;
    c.value[TG_F_NAME] = tg_span_str("実在 太郎");
    c.value[TG_F_POINT] = tg_span_str("0212345678901234567890");
    c.value[TG_F_RETAILER] = tg_span_str("HOME");
    assert_int_equal(tg_load_begin(in_scratch("ids.db"), companies(), &l), TG_OK);
    assert_int_equal(tg_load_add(l, &c, &why), TG_E_IMPORT);
    assert_non_null(strstr(why, "drill"));
    tg_load_abort(&l);

    assert_int_equal(tg_load_begin(in_scratch("ids.db"), companies(), &l), TG_OK);
    load_line(l, real);
    assert_int_equal(tg_load_drill(l), TG_E_INTERNAL); /* not once real ones are in it */
    tg_load_abort(&l);

    assert_int_equal(tg_load_begin(in_scratch("ids.db"), companies(), &l), TG_OK);
    assert_int_equal(tg_load_drill(l), TG_OK);
    assert_int_equal(tg_load_add(l, &c, &why), TG_OK); /* has its stamp already */
    c.id = tg_span_str("a-name-of-twenty-six-bytes");
    c.value[TG_F_POINT] = tg_span_str("0212345678901234567899");
    assert_int_equal(tg_load_add(l, &c, &why), TG_E_IMPORT);
    assert_non_null(strstr(why, "too long"));
    tg_load_abort(&l);
}

static int remove_scratch(void **state)
{
    (void)state;
    scratch_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reads_its_own_and_never_the_other),
        cmocka_unit_test(a_file_in_the_wrong_place),
        cmocka_unit_test(ids_are_of_two_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
