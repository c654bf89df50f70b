/* The state file: what a card remembers from one reader to the next, and what the figures never contain. */
#include "drive.h"

#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/file.h"

static char folder[] = "/tmp/vcard-state-XXXXXX";
static char path[64], other[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/card.json", folder);
    (void)snprintf(other, sizeof other, "%s/other.json", folder);
    return 0;
}

static int drop_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    (void)unlink(other);
    return rmdir(folder);
}

static struct tg_vcard *carried(void)
{
    struct tg_vcard *c = NULL;
    assert_int_equal(tg_vcard_load(path, &c), TG_OK);
    tg_vcard_power(c, TG_VCARD_ON);
    assert_int_equal(sw(c, SELECT_PIV), 0x9000);
    return c;
}

static void pub_of(struct tg_vcard *c, struct tg_buf *pem)
{
    tg_buf_reset(pem);
    assert_int_equal(tg_vcard_pub(c, 0x9a, pem), TG_OK);
}

static void carried_between_readers(void **state)
{
    (void)state;
    TG_BUF_AUTO before = TG_BUF_INIT(4096);
    TG_BUF_AUTO after = TG_BUF_INIT(4096);
    char uuid[40];
    struct stat st;
    struct tg_vcard *c = card_usual();
    give_cert(c, 0x9a, TG_VCARD_NONE, 0);
    assert_int_equal(tg_vcard_save(c, path), TG_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    struct reply cert = ask_all(c, GET_9A "00");
    pub_of(c, &before);
    (void)snprintf(uuid, sizeof uuid, "%s", tg_vcard_uuid(c));
    assert_int_equal(sw(c, PIN_WRONG), 0x63c2); /* written at once: no save, no free before the next load */
    struct tg_vcard *d = carried();
    assert_int_equal(tg_vcard_tries(d, 0x80), 2);
    assert_string_equal(tg_vcard_uuid(d), uuid);
    pub_of(d, &after);
    assert_true(tg_span_eq(tg_span_buf(&before), tg_span_buf(&after)));
    struct reply r = ask_all(d, GET_9A "00");
    assert_int_equal(r.n, cert.n);
    assert_memory_equal(r.data, cert.data, cert.n);
    assert_int_equal(sign(d, 0x11, 0x9a, 32).sw, 0x6982); /* the PIN is not carried along */
    assert_int_equal(sw(d, "0024008010313233343536FFFF373737373737FFFF"), 0x9000);
    tg_vcard_free(&c);
    tg_vcard_free(&d);
    d = carried();
    assert_int_equal(sw(d, "0020008008373737373737FFFF"), 0x9000);
    tg_vcard_free(&d);
}

static void state_that_cannot_be_written(void **state)
{
    (void)state;
    struct tg_vcard *c = card_usual();
    assert_int_equal(tg_vcard_save(c, "/nowhere/at/all/card.json"), TG_E_IO);
    /* A try that was not remembered must not be answered as if it were. */
    assert_int_equal(sw(c, PIN_WRONG), 0x6581);
    tg_vcard_free(&c);
}

static void broken_files(void **state)
{
    static const char *const bad[] = {"", "{}", "[]", "{\"kind\":0",
                                      "{\"kind\":9,\"proto\":0,\"reply\":0,\"uuid\":\"x\"}"};
    (void)state;
    struct tg_vcard *c = NULL;
    assert_int_equal(tg_vcard_load("/nowhere/card.json", &c), TG_E_NOT_FOUND);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(tg_file_write(other, tg_span_str(bad[i]), 0600), TG_OK);
        assert_int_equal(tg_vcard_load(other, &c), TG_E_FORM);
        assert_null(c);
    }
}

static void swapped(void **state)
{
    (void)state;
    struct tg_vcard *a = card_usual(), *b = card_usual();
    char spec[80], uuid_a[40], uuid_b[40];
    assert_int_equal(tg_vcard_save(a, path), TG_OK);
    assert_int_equal(tg_vcard_save(b, other), TG_OK);
    (void)snprintf(uuid_a, sizeof uuid_a, "%s", tg_vcard_uuid(a));
    (void)snprintf(uuid_b, sizeof uuid_b, "%s", tg_vcard_uuid(b));
    assert_string_not_equal(uuid_a, uuid_b);
    tg_vcard_free(&b);
    (void)snprintf(spec, sizeof spec, "swap=%s:87@1", other);
    assert_int_equal(tg_vcard_fault(a, spec), TG_OK);
    assert_int_equal(sw(a, PIN_123456), 0x9000);
    assert_int_equal(sign(a, 0x11, 0x9a, 32).fate, TG_VCARD_RESET);
    assert_string_equal(tg_vcard_uuid(a), uuid_b);
    /* What happens now is written into the other card's file. */
    tg_vcard_power(a, TG_VCARD_ON);
    assert_int_equal(sw(a, SELECT_PIV), 0x9000);
    assert_int_equal(sw(a, PIN_WRONG), 0x63c2);
    tg_vcard_free(&a);
    assert_int_equal(tg_vcard_load(other, &b), TG_OK);
    assert_int_equal(tg_vcard_tries(b, 0x80), 2);
    tg_vcard_free(&b);
    a = carried();
    assert_int_equal(tg_vcard_tries(a, 0x80), 3);
    (void)snprintf(spec, sizeof spec, "swap-silent=%s@1", other);
    assert_int_equal(tg_vcard_fault(a, spec), TG_OK);
    assert_int_equal(sw(a, SELECT_PIV), 0x9000);
    assert_string_equal(tg_vcard_uuid(a), uuid_b);
    tg_vcard_free(&a);
}

static bool holds(const struct tg_buf *b, const char *text)
{
    return memmem(b->p, b->n, text, strlen(text)) != NULL;
}

static void figures(void **state)
{
    (void)state;
    TG_BUF_AUTO json = TG_BUF_INIT(1 << 20);
    struct tg_vcard *c = card_usual();
    tg_vcard_stats_reset(c);
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    assert_int_equal(sign(c, 0x11, 0x9a, 32).sw, 0x9000);
    assert_int_equal(tg_vcard_total(c), 2);
    assert_int_equal(tg_vcard_count(c, 0x20), 1);
    assert_int_equal(tg_vcard_count(c, 0x87), 1);
    tg_vcard_power(c, TG_VCARD_WARM_RESET); /* the figures survive the reset that ends a sign-in */
    assert_int_equal(tg_vcard_stats(c, &json), TG_OK);
    assert_string_equal(tg_buf_cstr(&json), "{\"total\":2,\"by_ins\":{\"20\":1,\"87\":1},\"log\":["
                                            "{\"cmd\":\"00200080\",\"lc\":8,\"sw\":\"9000\"},"
                                            "{\"cmd\":\"0087119A\",\"lc\":38,\"sw\":\"9000\"},"
                                            "{\"event\":\"reset\"}]}");
    assert_false(holds(&json, "313233343536"));
    for (int i = 0; i < 3000; i++)
        (void)sw(c, SELECT_PIV);
    tg_buf_reset(&json);
    assert_int_equal(tg_vcard_stats(c, &json), TG_OK);
    assert_true(holds(&json, "{\"total\":3002,"));
    tg_vcard_stats_reset(c);
    assert_int_equal(tg_vcard_total(c), 0);
    assert_int_equal(tg_vcard_count(c, 0xa4), 0);
    tg_vcard_free(&c);
}

static void options_checked(void **state)
{
    static const char *const bad_pin[] = {"12345", "123456789", "12345a", ""};
    (void)state;
    struct tg_vcard *c = NULL;
    struct tg_vcard_options o;
    tg_vcard_defaults(&o);
    for (size_t i = 0; i < sizeof bad_pin / sizeof bad_pin[0]; i++) {
        o.pin = bad_pin[i];
        assert_int_equal(tg_vcard_new(&o, &c), TG_E_FORM);
    }
    tg_vcard_defaults(&o);
    o.uuid = "0123";
    assert_int_equal(tg_vcard_new(&o, &c), TG_E_FORM);
    o.uuid = "A1B2C3D4-0000-4000-8000-000000000001";
    assert_int_equal(tg_vcard_new(&o, &c), TG_OK);
    assert_string_equal(tg_vcard_uuid(c), "a1b2c3d4-0000-4000-8000-000000000001");
    tg_vcard_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carried_between_readers),
        cmocka_unit_test(state_that_cannot_be_written),
        cmocka_unit_test(broken_files),
        cmocka_unit_test(swapped),
        cmocka_unit_test(figures),
        cmocka_unit_test(options_checked),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
