/* Every pair of fold.txt: one stands in the index, the other is typed, and the other way round. */
#include "tests/unit/records/fixture.h"

#include "certs/base/file.h"
#include "server/records/key.h"

static enum tg_list list_of(const char *name)
{
    static const char *const names[] = {"kana", "name", "address", "phone", "point", "gen_point", "customer"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return (enum tg_list)i;
    fail_msg("unknown list %s", name);
    return TG_LIST_COUNT;
}

/* The stored entry that is the whole of the query, or NULL. */
static bool whole(const struct tg_key *q, bool loose, const struct tg_entry *e)
{
    const uint8_t *nul = q->exact ? NULL : memchr(e->b, 0, e->n);
    size_t letters = nul == NULL ? e->n : (size_t)(nul - e->b);
    return letters == q->n && memcmp(e->b, q->b, q->n) == 0 &&
           tg_key_accepts(q, loose, tg_span(e->b, e->n), 0, 0);
}

static bool finds(enum tg_list list, const char *stored, const char *typed, bool loose)
{
    struct tg_entries entries;
    struct tg_keys keys;
    assert_int_equal(tg_keys_stored(list, tg_span_str(stored), &entries), TG_OK);
    assert_int_equal(tg_keys_asked(list, tg_span_str(typed), &keys), TG_OK);
    assert_true(entries.n > 0);
    for (size_t k = 0; k < (loose ? keys.n : 1); k++)
        for (size_t i = 0; i < entries.n; i++)
            if (whole(&keys.key[k], loose, &entries.entry[i]))
                return true;
    return false;
}

static unsigned check_pair(const char *list_name, char relation, const char *a, const char *b)
{
    enum tg_list list = list_of(list_name);
    bool strict = finds(list, a, b, false);
    bool back = finds(list, b, a, false);
    bool loose = finds(list, a, b, true);
    bool loose_back = finds(list, b, a, true);
    bool ok = relation == '='   ? strict && back && loose && loose_back
              : relation == '~' ? !strict && !back && loose && loose_back
                                : !strict && !back && !loose && !loose_back;
    if (!ok)
        print_error("%s %c %s %s: strict %d %d, loose %d %d\n", list_name, relation, a, b, strict, back,
                    loose, loose_back);
    return ok ? 0 : 1;
}

static void pairs_of_the_table(void **state)
{
    (void)state;
    TG_BUF_AUTO text = TG_BUF_INIT(256 * 1024);
    assert_int_equal(tg_file_read(getenv("FOLD_PAIRS"), &text), TG_OK);
    unsigned wrong = 0;
    unsigned pairs = 0;
    char *save = NULL;
    char *copy = strdup(tg_buf_cstr(&text));
    for (char *line = strtok_r(copy, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
        char *bar[3];
        if (line[0] == '#')
            continue;
        bar[0] = strchr(line, '|');
        assert_non_null(bar[0]);
        bar[1] = strchr(bar[0] + 1, '|');
        assert_non_null(bar[1]);
        bar[2] = strchr(bar[1] + 1, '|');
        assert_non_null(bar[2]);
        *bar[0] = *bar[1] = *bar[2] = 0;
        wrong += check_pair(line, bar[0][1], bar[1] + 1, bar[2] + 1);
        pairs++;
    }
    free(copy);
    assert_true(pairs > 120);
    assert_int_equal(wrong, 0);
}

/* What a clerk has typed so far must find what will be the whole: the folded beginning is the beginning of
 * the folded. */
static void beginnings_find_the_whole(void **state)
{
    (void)state;
    static const char *const names[] = {"ヤマダタロウ", "サトウケイコ", "カブラギユウコ", "山之内一郎",
                                        "佐々木建設"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct tg_entries e;
        assert_int_equal(tg_keys_stored(TG_LIST_NAME, tg_span_str(names[i]), &e), TG_OK);
        for (size_t n = 3; n <= strlen(names[i]); n += 3) {
            struct tg_keys q;
            assert_int_equal(tg_keys_asked(TG_LIST_NAME, tg_span(names[i], n), &q), TG_OK);
            assert_true(q.key[0].n <= e.entry[0].n);
            assert_memory_equal(q.key[0].b, e.entry[0].b, q.key[0].n);
        }
    }
}

static void asked(enum tg_list list, const char *text, enum tg_err wanted)
{
    struct tg_keys q;
    enum tg_err err = tg_keys_asked(list, tg_span_str(text), &q);
    if (err != wanted)
        print_error("%s: %s\n", text, tg_err_code(err));
    assert_int_equal(err, wanted);
}

static void what_cannot_be_asked(void **state)
{
    (void)state;
    asked(TG_LIST_POINT, "12345678901234567", TG_E_QUERY_GAS);
    asked(TG_LIST_POINT, "021234567890123456789", TG_E_QUERY);
    asked(TG_LIST_POINT, "1112345678901234567890", TG_E_QUERY); /* there is no area 11 */
    asked(TG_LIST_POINT, "0012345678901234567890", TG_E_QUERY);
    asked(TG_LIST_PHONE, "017845", TG_E_QUERY);
    asked(TG_LIST_PHONE, "+1 212 555 0100", TG_E_QUERY);
    asked(TG_LIST_PHONE, "1178450000", TG_E_QUERY);
    asked(TG_LIST_KANA, "", TG_E_QUERY);
    asked(TG_LIST_KANA, "　・ ", TG_E_QUERY);
    asked(TG_LIST_NAME, "株式会社", TG_E_QUERY);
    asked(TG_LIST_ADDRESS, "青森県", TG_E_QUERY);
    asked(TG_LIST_KANA, "\xff\xfe", TG_E_QUERY);
    char longer[TG_QUERY_CHARS + 2];
    memset(longer, 'a', sizeof longer);
    longer[sizeof longer - 1] = 0;
    asked(TG_LIST_NAME, longer, TG_E_QUERY);
}

/* Codes of different characters never begin each other, so a prefix of bytes is a prefix of characters. */
static void codes_are_free_of_prefixes(void **state)
{
    (void)state;
    static const char *const texts[] = {"a", "ア", "亜", "é", "𠮷x", "ж", "한", "ﾁ"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t j = 0; j < sizeof texts / sizeof texts[0]; j++) {
            struct tg_keys a;
            struct tg_keys b;
            assert_int_equal(tg_keys_asked(TG_LIST_NAME, tg_span_str(texts[i]), &a), TG_OK);
            assert_int_equal(tg_keys_asked(TG_LIST_NAME, tg_span_str(texts[j]), &b), TG_OK);
            assert_null(memchr(a.key[0].b, 0, a.key[0].n));
            assert_null(memchr(a.key[0].b, 0xff, a.key[0].n));
            if (i != j && a.key[0].n <= b.key[0].n)
                assert_memory_not_equal(a.key[0].b, b.key[0].b, a.key[0].n);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_of_the_table),
        cmocka_unit_test(beginnings_find_the_whole),
        cmocka_unit_test(what_cannot_be_asked),
        cmocka_unit_test(codes_are_free_of_prefixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
