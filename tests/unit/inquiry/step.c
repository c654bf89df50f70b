/* A step as the journal has it: what is written comes back, and what is not of ours is refused. And the
 * codes: METI's types end where they must.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/inquiry/codes.h"
#include "server/inquiry/step.h"

static enum tg_err read_text(const char *text, struct tg_inquiry_step *ret)
{
    TG_JSON_AUTO *act = NULL;

    assert_int_equal(tg_json_parse(tg_span_str(text), &act), TG_OK);
    return tg_inquiry_step_read(act, ret);
}

static void round_trip(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(4096), again = TG_BUF_INIT(4096);
    struct tg_inquiry_step s = {.what = TG_DO_ASKED,
                                .at = 1795150800,
                                .id = "IQ-20261120-000001",
                                .subject = "switching",
                                .record = "r1",
                                .consent = "C-2026/0001#a",
                                .purpose = "switching",
                                .fields = TG_BIT(TG_F_METER) | TG_BIT(TG_F_NIGHT_EQUIPMENT),
                                .seconds = 86400},
                           back;

    (void)state;
    assert_int_equal(tg_inquiry_step_write(&s, &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out),
                        "{\"do\":\"asked\",\"inquiry\":\"IQ-20261120-000001\",\"at\":1795150800,\"subject\":"
                        "\"switching\",\"record\":\"r1\",\"fields\":\"meter night_equipment\",\"consent\":"
                        "\"C-2026/0001#a\",\"purpose\":\"switching\",\"seconds\":86400}");
    assert_int_equal(read_text(tg_buf_cstr(&out), &back), TG_OK);
    assert_int_equal(tg_inquiry_step_write(&back, &again), TG_OK);
    assert_string_equal(tg_buf_cstr(&again), tg_buf_cstr(&out));
    for (unsigned d = 0; d < TG_DO_COUNT; d++) {
        assert_non_null(tg_inquiry_do_name((enum tg_inquiry_do)d));
    }
    assert_null(tg_inquiry_do_name(TG_DO_COUNT));
}

static void not_ours(void **state)
{
    static const char *const bad[] = {
        "{}",
        "{\"do\":\"asked\"}",
        "{\"do\":\"peeked\",\"inquiry\":\"IQ-20261120-000001\",\"at\":1}",
        "{\"do\":\"read\",\"inquiry\":\"IQ-20261120-000001\"}",
        "{\"do\":\"read\",\"at\":1}",
        "{\"do\":\"read\",\"inquiry\":\"IQ-20261120-0000011111111\",\"at\":1}",
        "{\"do\":\"answered\",\"inquiry\":\"IQ-20261120-000001\",\"at\":1}",
        "{\"do\":\"answered\",\"inquiry\":\"IQ-20261120-000001\",\"at\":1,\"answer\":\"partly\",\"fields\":"
        "\"meter meter\"}",
        "{\"do\":\"answered\",\"inquiry\":\"IQ-20261120-000001\",\"at\":1,\"answer\":\"partly\",\"fields\":"
        "\"meter \"}",
        "{\"do\":\"answered\",\"inquiry\":\"IQ-20261120-000001\",\"at\":1,\"answer\":\"partly\",\"fields\":"
        "\"metre\"}",
        "{\"do\":\"tried\",\"at\":1,\"try\":\"aa\"}",
        "{\"do\":\"asked\",\"inquiry\":\"IQ-20261120-000001\",\"at\":1,\"subject\":\"s\",\"record\":\"r\","
        "\"fields\":\"meter\",\"consent\":\"c\",\"purpose\":\"p\"}",
    };
    struct tg_inquiry_step s;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(read_text(bad[i], &s), TG_E_FORM);
    }
    assert_int_equal(read_text("{\"do\":\"read\",\"inquiry\":\"IQ-20261120-000001\",\"at\":1}", &s), TG_OK);
}

/* 1 and 3 end in a referral with a number to call, 2, 5 and 6 nowhere, and only 4 in an answer. */
static void types(void **state)
{
    unsigned seen[7] = {0};

    (void)state;
    for (size_t i = 0; tg_subject_at(i) != NULL; i++) {
        const struct tg_subject *s = tg_subject_at(i);

        assert_in_range(s->meti, 1, 6);
        seen[s->meti]++;
        assert_ptr_equal(tg_subject_find(s->code), s);
        assert_true(strlen(s->ja) > 0 && strlen(s->en) > 0);
        switch (s->meti) {
        case 1:
        case 3:
            assert_true(s->ends == TG_ENDS_REFERRAL && s->call);
            break;
        case 4:
            assert_true(s->ends != TG_ENDS_NOWHERE);
            break;
        default:
            assert_int_equal(s->ends, TG_ENDS_NOWHERE);
        }
        assert_int_equal(s->ends == TG_ENDS_ANSWER, s->purpose != NULL);
        assert_int_equal(s->ends != TG_ENDS_ANSWER, s->say_ja != NULL && s->say_en != NULL);
    }
    for (unsigned t = 1; t <= 6; t++) {
        assert_true(seen[t] > 0);
    }
    assert_null(tg_subject_find("whatever"));
    assert_null(tg_answer_find("whatever"));
    assert_true(tg_answer_find("as-recorded")->opens && !tg_answer_find("not-recorded")->opens);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(not_ours),
        cmocka_unit_test(types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
