/* The ledger: lines are added and never anything else, and whatever else was done to the file is seen. */
#include "server/acts/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/json.h"
#include "certs/base/limits.h"

#define T0 ((tg_usec)1800000000 * 1000000)

static char folder[64], path[128];

static int setup(void **state)
{
    (void)state;
    memcpy(folder, "/tmp/tegata-ledger-XXXXXX", sizeof "/tmp/tegata-ledger-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/log", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static struct tg_ledger *opened(enum tg_ledger_use use)
{
    struct tg_ledger *l = NULL;
    char why[512] = "";

    if (tg_ledger_open(path, use, &l, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
    return l;
}

static enum tg_err open_error(char *why, size_t size)
{
    struct tg_ledger *l = NULL;
    enum tg_err e = tg_ledger_open(path, TG_LEDGER_READ, &l, why, size);

    assert_int_equal(l != NULL, e == TG_OK);
    tg_ledger_close(&l);
    return e;
}

static void add(const char *members, tg_usec now)
{
    struct tg_ledger *l = opened(TG_LEDGER_WRITE);

    assert_int_equal(tg_ledger_append(l, tg_span_str(members), now), TG_OK);
    tg_ledger_close(&l);
}

static void put_file(struct tg_span text)
{
    assert_int_equal(tg_file_write(path, text, 0600), TG_OK);
}

static void get_file(struct tg_buf *to)
{
    tg_buf_reset(to);
    assert_int_equal(tg_file_read(path, to), TG_OK);
}

static void test_lines(void **state)
{
    struct tg_ledger *l = opened(TG_LEDGER_READ);
    char first[TG_SHA256_HEX];

    (void)state;
    assert_int_equal(tg_ledger_count(l), 0); /* a file that is not there */
    assert_null(tg_ledger_line(l, 0));
    assert_int_equal(tg_ledger_append(l, tg_span_str("\"a\":1"), T0),
                     TG_E_INTERNAL); /* not opened for that */
    tg_ledger_close(&l);
    add("\"a\":1", T0);
    add("\"a\":\"二\"", T0 + 5);
    add("\"a\":3", T0 + 1); /* a clock that was set back does not turn the order round */
    l = opened(TG_LEDGER_READ);
    assert_int_equal(tg_ledger_count(l), 3);
    (void)snprintf(first, sizeof first, "%s", tg_ledger_line(l, 0)->hash);
    assert_string_equal(tg_json_str(tg_ledger_line(l, 1)->doc, "prev"), first);
    assert_string_equal(tg_json_str(tg_ledger_line(l, 1)->doc, "a"), "二");
    assert_string_equal(tg_json_str(tg_ledger_line(l, 0)->doc, "time"), "2027-01-15T08:00:00.000000Z");
    assert_int_equal(tg_ledger_line(l, 0)->time, T0);
    assert_int_equal(tg_ledger_line(l, 2)->time, T0 + 5);
    assert_int_equal(tg_json_int(tg_ledger_line(l, 2)->doc, "line", 0), 3);
    tg_ledger_close(&l);
}

/* Every letter that is not behind the last newline counts: in the last line the hash does, which others keep.
 */
static void test_every_letter(void **state)
{
    TG_BUF_AUTO good = TG_BUF_INIT(65536);
    char why[512], last[TG_SHA256_HEX];
    struct tg_ledger *l;

    (void)state;
    add("\"a\":1", T0);
    add("\"a\":2", T0);
    add("\"a\":3", T0);
    l = opened(TG_LEDGER_READ);
    memcpy(last, tg_ledger_line(l, 2)->hash, sizeof last);
    tg_ledger_close(&l);
    get_file(&good);
    for (size_t i = 0; i < good.n; i++) {
        uint8_t was = good.p[i];

        good.p[i] = was == '7' ? '8' : '7';
        put_file(tg_span_buf(&good));
        good.p[i] = was;
        l = NULL;
        enum tg_err e = tg_ledger_open(path, TG_LEDGER_READ, &l, why, sizeof why);
        bool seen = e != TG_OK || tg_ledger_count(l) != 3 || strcmp(tg_ledger_line(l, 2)->hash, last) != 0;
        if (!seen) {
            fail_msg("letter %zu was changed and nobody saw it", i);
        }
        tg_ledger_close(&l);
    }
    put_file(tg_span_buf(&good));
    assert_int_equal(open_error(why, sizeof why), TG_OK);
}

static void test_lines_taken_out(void **state)
{
    TG_BUF_AUTO good = TG_BUF_INIT(65536);
    TG_BUF_AUTO bad = TG_BUF_INIT(65536);
    const uint8_t *line[4];
    char why[512];

    (void)state;
    add("\"a\":1", T0);
    add("\"a\":2", T0);
    add("\"a\":3", T0);
    get_file(&good);
    line[0] = good.p;
    for (size_t i = 0; i < 3; i++) {
        line[i + 1] = (const uint8_t *)memchr(line[i], '\n', (size_t)(good.p + good.n - line[i])) + 1;
    }
    static const int order[][4] = {{1, 2, -1},    {0, 2, -1},    {1, 0, 2, -1},
                                   {0, 2, 1, -1}, {0, 0, 1, -1}, {0, 1, 1, -1}};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
        tg_buf_reset(&bad);
        for (size_t i = 0; i < 4 && order[k][i] >= 0; i++) {
            const uint8_t *from = line[order[k][i]];

            assert_int_equal(tg_buf_add(&bad, from, (size_t)(line[order[k][i] + 1] - from)), TG_OK);
        }
        put_file(tg_span_buf(&bad));
        why[0] = '\0';
        assert_int_equal(open_error(why, sizeof why), TG_E_FORM);
        assert_non_null(strstr(why, "line "));
    }
    put_file(tg_span(good.p,
                     (size_t)(line[2] - line[0]))); /* the tail: whoever keeps the hash of line 3 sees it */
    struct tg_ledger *l = opened(TG_LEDGER_READ);
    assert_int_equal(tg_ledger_count(l), 2);
    tg_ledger_close(&l);
}

/* What a power cut leaves of a line: it was never there, and the next one takes its place. */
static void test_torn(void **state)
{
    TG_BUF_AUTO good = TG_BUF_INIT(65536);
    TG_BUF_AUTO more = TG_BUF_INIT(65536);

    (void)state;
    add("\"a\":1", T0);
    get_file(&good);
    add("\"a\":2", T0);
    get_file(&more);
    for (size_t cut = good.n; cut < more.n; cut++) {
        put_file(tg_span(more.p, cut));
        struct tg_ledger *l = opened(TG_LEDGER_READ);
        assert_int_equal(tg_ledger_count(l), 1);
        tg_ledger_close(&l);
        add("\"a\":4", T0);
        l = opened(TG_LEDGER_READ);
        assert_int_equal(tg_ledger_count(l), 2);
        assert_int_equal(tg_json_int(tg_ledger_line(l, 1)->doc, "a", 0), 4);
        tg_ledger_close(&l);
    }
}

static void test_one_writer(void **state)
{
    struct tg_ledger *one = opened(TG_LEDGER_WRITE), *two = NULL;
    char why[512] = "";

    (void)state;
    assert_int_equal(tg_ledger_open(path, TG_LEDGER_WRITE, &two, why, sizeof why), TG_E_BUSY);
    assert_null(two);
    assert_true(why[0] != '\0');
    two = opened(TG_LEDGER_READ); /* readers are not held up */
    tg_ledger_close(&two);
    tg_ledger_close(&one);
    two = opened(TG_LEDGER_WRITE);
    tg_ledger_close(&two);
}

/* Members that are no JSON, or would make two lines of one, change nothing. */
static void test_refused_members(void **state)
{
    static const char *const bad[] = {"\"a\":",   "\"a\":1,", "\"line\":9", "\"a\":1}\n{\"b\":2",
                                      "nonsense", ""};
    TG_BUF_AUTO before = TG_BUF_INIT(65536);
    TG_BUF_AUTO after = TG_BUF_INIT(65536);
    struct tg_ledger *l;

    (void)state;
    add("\"a\":1", T0);
    get_file(&before);
    l = opened(TG_LEDGER_WRITE);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_not_equal(tg_ledger_append(l, tg_span_str(bad[i]), T0), TG_OK);
        assert_int_equal(tg_ledger_count(l), 1);
    }
    get_file(&after);
    assert_true(tg_span_eq(tg_span_buf(&before), tg_span_buf(&after)));
    assert_int_equal(tg_ledger_append(l, tg_span_str("\"a\":2"), T0), TG_OK);
    tg_ledger_close(&l);
}

static void test_folder_gone(void **state)
{
    struct tg_ledger *l = opened(TG_LEDGER_WRITE);

    (void)state;
    assert_int_equal(tg_ledger_append(l, tg_span_str("\"a\":1"), T0), TG_OK);
    /* a folder that is gone cannot be made durable: the line is taken back */
    char moved[160];
    (void)snprintf(moved, sizeof moved, "%s-moved", folder);
    assert_int_equal(rename(folder, moved), 0);
    assert_int_equal(tg_ledger_append(l, tg_span_str("\"a\":2"), T0), TG_E_IO);
    assert_int_equal(tg_ledger_count(l), 1);
    assert_int_equal(rename(moved, folder), 0);
    tg_ledger_close(&l);
    l = opened(TG_LEDGER_READ);
    assert_int_equal(tg_ledger_count(l), 1);
    tg_ledger_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_letter, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lines_taken_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_torn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused_members, setup, teardown),
        cmocka_unit_test_setup_teardown(test_folder_gone, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
