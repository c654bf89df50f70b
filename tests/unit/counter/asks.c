#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/desk/asks.h"

#define SUBJECTS                                                                                            \
    "{\"code\":\"switching\",\"ja\":\"j\",\"en\":\"Switching\",\"meti\":4,\"ends\":\"answer\",\"fields\":[" \
    "\"point\","                                                                                            \
    "\"capacity\",\"pole\"],\"at_once\":[\"capacity\"]},"                                                   \
    "{\"code\":\"construction\",\"ja\":\"j\",\"en\":\"Works\",\"meti\":1,\"ends\":\"referral\","            \
    "\"referral\":"                                                                                         \
    "{\"ja\":\"j\",\"en\":\"Please call.\",\"phone\":\"0120\"}}"
#define INQUIRY(id, state, asked, more)                                                                    \
    "{\"id\":\"" id "\",\"subject\":\"switching\",\"state\":\"" state                                      \
    "\",\"company\":\"C\",\"office\":\"o\",\"fields\":[\"capacity\",\"unheard_of\"],\"asked\":" asked more \
    "}"
#define ASKS(may, mine, queue)                                                            \
    "{\"now\":1000,\"may\":[" may "],\"subjects\":[" SUBJECTS                             \
    "],\"answers\":[{\"code\":\"yes\",\"ja\":\"j\","                                      \
    "\"en\":\"As recorded.\",\"opens\":true}],\"mine\":[" mine "],\"queue\":[" queue "]," \
    "\"meter\":{\"open\":2,\"oldest\":900,\"median\":null}}"

static struct tg_asks *asks_of(const char *json)
{
    struct tg_asks *a = NULL;

    assert_int_equal(tg_asks_read(tg_span_str(json), &a), TG_OK);
    return a;
}

static void refused(const char *json)
{
    struct tg_asks *a = NULL;

    assert_int_equal(tg_asks_read(tg_span_str(json), &a), TG_E_SERVER_REPLY);
    assert_null(a);
}

static void other_shapes_are_refused(void **state)
{
    (void)state;
    refused("");
    refused("{}");
    refused(ASKS("1", "", ""));
    refused(ASKS("", "{}", ""));
    refused(ASKS("", "", INQUIRY("IQ-1", "asked", "\"x\"", "")));
    refused(
        "{\"now\":1,\"may\":[],\"subjects\":[{\"code\":\"c\",\"ja\":\"j\",\"en\":\"e\",\"ends\":\"answer\"}],"
        "\"answers\":[],\"mine\":[],\"queue\":[]}");
    refused(
        "{\"now\":1,\"may\":[],\"subjects\":[{\"code\":\"c\",\"ja\":\"j\",\"en\":\"e\",\"ends\":\"none\"}],"
        "\"answers\":[],\"mine\":[],\"queue\":[]}");
    refused("{\"now\":1,\"may\":[],\"subjects\":[],\"answers\":[{\"code\":\"c\",\"ja\":\"j\",\"en\":\"e\"}],"
            "\"mine\":[],\"queue\":[]}");
}

static void who_waits_longest_is_next(void **state)
{
    struct tg_asks *a =
        asks_of(ASKS("\"answer\"", "",
                     INQUIRY("IQ-2", "asked", "500", "") "," INQUIRY("IQ-1", "asked", "100", "") "," INQUIRY(
                         "IQ-3", "taken", "300", "")));

    (void)state;
    assert_int_equal(tg_asks_queue(a), 3);
    assert_string_equal(tg_json_str(tg_asks_queued(a, 0), "id"), "IQ-1");
    assert_string_equal(tg_json_str(tg_asks_queued(a, 1), "id"), "IQ-3");
    assert_string_equal(tg_json_str(tg_asks_queued(a, 2), "id"), "IQ-2");
    assert_null(tg_asks_queued(a, 3));
    assert_int_equal(tg_inquiry_waited(tg_asks_queued(a, 0), tg_asks_now(a)), 900);
    assert_int_equal(tg_inquiry_waited(tg_asks_queued(a, 0), 50), 0);
    assert_int_equal(tg_asks_meter(a, "open"), 2);
    assert_int_equal(tg_asks_meter(a, "oldest"), 900);
    assert_int_equal(tg_asks_meter(a, "median"), -1);
    assert_true(tg_asks_may(a, "answer"));
    assert_false(tg_asks_may(a, "ask"));
    tg_asks_free(&a);
}

static void what_can_be_opened_comes_first(void **state)
{
    struct tg_asks *a = asks_of(
        ASKS("\"ask\"",
             INQUIRY("IQ-1", "read", "900", "") "," INQUIRY("IQ-2", "asked", "100", "") "," INQUIRY(
                 "IQ-3", "answered", "50", ",\"answered\":80") "," INQUIRY("IQ-4", "taken", "200", ""),
             ""));
    static const char *const order[] = {"IQ-3", "IQ-4", "IQ-2", "IQ-1"};

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(tg_json_str(tg_asks_own(a, i), "id"), order[i]);
    assert_int_equal(tg_inquiry_waited(tg_asks_own(a, 0), 1000), 30); /* the clock stops at the answer */
    tg_asks_free(&a);
}

static void a_field_finds_its_subject(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(256);
    struct tg_asks *a = asks_of(ASKS("\"ask\"", INQUIRY("IQ-1", "asked", "1", ""), ""));

    (void)state;
    assert_string_equal(tg_json_str(tg_asks_subject_for(a, "pole"), "code"), "switching");
    assert_null(tg_asks_subject_for(a, "arrears")); /* there is no path for it */
    assert_null(tg_asks_subject_named(a, "outbound-sales"));
    assert_string_equal(tg_sentence(tg_asks_subject_named(a, "construction")), "Works");
    assert_string_equal(tg_sentence(json_object_get(tg_asks_subject(a, 1), "referral")), "Please call.");
    assert_int_equal(tg_fields_text(json_object_get(tg_asks_own(a, 0), "fields"), &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out), "Contract capacity, unheard_of");
    tg_asks_free(&a);
}

static void nothing_empty_is_asked(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(1024);

    (void)state;
    assert_int_equal(
        tg_asking_write(&(struct tg_asking){.subject = "construction", .point = "", .name = NULL}, &out),
        TG_OK);
    assert_string_equal(tg_buf_cstr(&out), "{\"subject\":\"construction\"}");
    tg_buf_reset(&out);
    assert_int_equal(tg_asking_write(&(struct tg_asking){.subject = "switching",
                                                         .point = "02",
                                                         .name = "山田",
                                                         .consent = "C-1",
                                                         .fields = "pole",
                                                         .step = "question"},
                                     &out),
                     TG_OK);
    assert_string_equal(tg_buf_cstr(&out), "{\"subject\":\"switching\",\"point\":\"02\",\"name\":\"山田\","
                                           "\"consent\":\"C-1\",\"fields\":\"pole\",\"step\":\"question\"}");
}

static enum tg_asked asked(const char *json)
{
    TG_JSON_AUTO *doc = NULL;

    assert_int_equal(tg_json_parse(tg_span_str(json), &doc), TG_OK);
    return tg_asked_of(doc);
}

static void each_result_is_known(void **state)
{
    (void)state;
    assert_int_equal(asked("{\"result\":\"own\"}"), TG_ASKED_OWN);
    assert_int_equal(asked("{\"result\":\"facility\"}"), TG_ASKED_FACILITY);
    assert_int_equal(asked("{\"result\":\"question\"}"), TG_ASKED_QUESTION);
    assert_int_equal(asked("{\"result\":\"mismatch\"}"), TG_ASKED_MISMATCH);
    assert_int_equal(asked("{\"result\":\"referral\"}"), TG_ASKED_REFERRAL);
    assert_int_equal(asked("{\"result\":\"else\"}"), TG_ASKED_NONE);
    assert_int_equal(asked("{}"), TG_ASKED_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_shapes_are_refused),       cmocka_unit_test(who_waits_longest_is_next),
        cmocka_unit_test(what_can_be_opened_comes_first), cmocka_unit_test(a_field_finds_its_subject),
        cmocka_unit_test(nothing_empty_is_asked),         cmocka_unit_test(each_result_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
