/* One search box (CAPABILITIES G1): at least 95 of 100 typed texts must be taken for what they are; here, all
 * of ours. */
#include "tests/unit/records/fixture.h"

#include "certs/base/file.h"
#include "server/records/guess.h"

static unsigned right_ones(char *text, unsigned *all)
{
    unsigned right = 0;
    char *save = NULL;
    for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
        char *bar = strchr(line, '|');
        if (line[0] == '#' || bar == NULL)
            continue;
        *bar = 0;
        int wanted = tg_by_find(line);
        assert_true(wanted >= 0);
        int got = (int)tg_guess(tg_span_str(bar + 1));
        right += got == wanted ? 1 : 0;
        (*all)++;
        if (got != wanted)
            print_error("%s taken for kind %d\n", bar + 1, got);
    }
    return right;
}

static void typed_texts(void **state)
{
    (void)state;
    unsigned all = 0;
    TG_BUF_AUTO text = TG_BUF_INIT(64 * 1024);
    assert_int_equal(tg_file_read(getenv("GUESSES"), &text), TG_OK);
    char *copy = strdup(tg_buf_cstr(&text));
    unsigned right = right_ones(copy, &all);
    free(copy);
    assert_true(all >= 100);
    assert_true(right * 100 >= all * 98);
}

static void nonsense_is_a_name(void **state)
{
    (void)state;
    assert_int_equal(tg_guess(tg_span_str("")), TG_BY_NAME);
    assert_int_equal(tg_guess(tg_span_str("\xff")), TG_BY_NAME);
    assert_int_equal(tg_guess(tg_span_str("???")), TG_BY_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_texts),
        cmocka_unit_test(nonsense_is_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
