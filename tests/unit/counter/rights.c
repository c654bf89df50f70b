/* Emergency rights as they come over the stream, what ends them, places in words, and whether the server is
 * heard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/desk/contact.h"
#include "ui/desk/places.h"
#include "ui/desk/rights.h"

#define RIGHT(id, areas, until, flags, told, usable)                                                        \
    "{\"id\":\"" id "\",\"kind\":\"outage\",\"cause\":\"typhoon\",\"areas\":\"" areas "\",\"until\":" until \
    ",\"flags\":[" flags "],\"acknowledged\":" told ",\"usable\":" usable "}"
#define GRANTS(list) "{\"grants\":[" list "]}"

static struct tg_rights rights_of(const char *json)
{
    struct tg_rights r;

    assert_int_equal(tg_rights_read(tg_span_str(json), &r), TG_OK);
    return r;
}

static void rights_are_read(void **state)
{
    struct tg_rights r =
        rights_of(GRANTS(RIGHT("EV-1", "02203 02207", "1000", "\"drill\"", "true", "true") "," RIGHT(
            "EV-2", "03201", "2000", "\"break-glass\",\"one-approver\"", "false", "false")));

    (void)state;
    assert_int_equal(r.n, 2);
    assert_string_equal(r.right[0].areas, "02203 02207");
    assert_true(r.right[0].drill && !r.right[0].skipped && r.right[1].skipped && !r.right[1].drill);
    assert_true(tg_right_open(&r.right[0], 999));
    assert_false(tg_right_open(&r.right[0], 1000)); /* strictly before */
    assert_false(tg_right_open(&r.right[1], 0));    /* not usable */
    assert_int_equal(tg_rights_left(&r, 990), 10);
    assert_int_equal(tg_rights_left(&r, 1000), -1);
    assert_int_equal(rights_of(GRANTS("")).n, 0);
}

static void other_shapes_open_nothing(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"grants\":7}",
        "{\"grants\":{}}",
        GRANTS("7"),
        GRANTS("{}"),
        GRANTS(RIGHT("", "02203", "1000", "", "true", "true")),
        GRANTS(RIGHT("EV-1", "02203", "\"1000\"", "", "true", "true")),
        GRANTS(RIGHT("EV-1", "02203", "-5", "", "true", "true")),
        GRANTS(RIGHT("EV-1", "02203", "1000", "7", "true", "true")),
        GRANTS(RIGHT("EV-1", "02203", "1000", "", "1", "true")),
        GRANTS(RIGHT("EV-1", "02203", "1000", "", "true", "\"true\"")),
        GRANTS(RIGHT("EV-012345678901234567890123456789", "02203", "1000", "", "true", "true")),
        /* one good, one bad: none */
        GRANTS(RIGHT("EV-1", "02203", "1000", "", "true", "true") ",{}"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct tg_rights r = {.n = 9};

        assert_int_equal(tg_rights_read(tg_span_str(bad[i]), &r), TG_E_SERVER_REPLY);
        assert_int_equal(r.n, 0);
    }
}

/* Too many rights, and areas that are too long. */
static void bounds(void **state)
{
    (void)state;
    for (unsigned n = TG_RIGHTS; n <= TG_RIGHTS + 1; n++) {
        char text[16384];
        size_t at = (size_t)snprintf(text, sizeof text, "{\"grants\":[");
        struct tg_rights r;

        for (unsigned i = 0; i < n; i++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", i > 0 ? "," : "",
                                   RIGHT("EV-1", "02203", "1000", "", "true", "true"));
        (void)snprintf(text + at, sizeof text - at, "]}");
        assert_int_equal(tg_rights_read(tg_span_str(text), &r), n <= TG_RIGHTS ? TG_OK : TG_E_SERVER_REPLY);
    }
    for (unsigned n = TG_RIGHTS_AREAS - 1; n <= TG_RIGHTS_AREAS; n++) {
        char areas[TG_RIGHTS_AREAS + 1], text[2 * TG_RIGHTS_AREAS];
        struct tg_rights r;

        memset(areas, '0', n);
        areas[n] = '\0';
        (void)snprintf(text, sizeof text,
                       "{\"grants\":[" RIGHT("EV-1", "%s", "1000", "", "true", "true") "]}", areas);
        assert_int_equal(tg_rights_read(tg_span_str(text), &r),
                         n < TG_RIGHTS_AREAS ? TG_OK : TG_E_SERVER_REPLY);
    }
}

static void what_ends_them(void **state)
{
    struct tg_rights one = rights_of(GRANTS(RIGHT("EV-1", "02203 02207", "1000", "", "true", "true")));
    struct tg_rights longer = rights_of(GRANTS(RIGHT("EV-1", "02203 02207", "5000", "", "true", "true")));
    struct tg_rights narrower = rights_of(GRANTS(RIGHT("EV-1", "02203", "1000", "", "true", "true")));
    struct tg_rights debt = rights_of(GRANTS(RIGHT("EV-1", "02203 02207", "1000", "", "true", "false")));
    struct tg_rights two = rights_of(GRANTS(RIGHT("EV-2", "03201", "3000", "", "true", "true") "," RIGHT(
        "EV-1", "02203 02207", "1000", "", "true", "true")));
    struct tg_rights none = {.n = 0};

    (void)state;
    assert_false(tg_rights_lost(&none, 10, &none, 20)); /* whoever has none loses none */
    assert_false(tg_rights_lost(&none, 10, &one, 20));
    assert_false(tg_rights_lost(&one, 10, &one, 999));
    assert_true(tg_rights_lost(&one, 999, &one, 1000));   /* the clock alone */
    assert_false(tg_rights_lost(&one, 1000, &one, 1001)); /* said once */
    assert_true(tg_rights_lost(&one, 10, &none, 20));
    assert_false(tg_rights_lost(&one, 10, &longer, 20));
    assert_true(tg_rights_lost(&one, 10, &narrower, 20));
    assert_true(tg_rights_lost(&one, 10, &debt, 20));
    assert_false(tg_rights_lost(&one, 10, &two, 20));
    assert_true(tg_rights_lost(&two, 10, &one, 20)); /* one of two: nobody knows which record was of which */
    assert_int_equal(tg_rights_left(&two, 10), 990);
}

static void clocks(void **state)
{
    char out[24];

    (void)state;
    tg_rights_clock(7199, out);
    assert_string_equal(out, "1:59:59");
    tg_rights_clock(0, out);
    assert_string_equal(out, "0:00:00");
    tg_rights_clock(-7, out);
    assert_string_equal(out, "0:00:00");
    tg_rights_clock(31 * 86400, out);
    assert_string_equal(out, "744:00:00");
    tg_rights_clock(INT64_MAX, out);
    assert_string_equal(out, "999:00:00");
}

static void places_in_words(void **state)
{
    char out[128], small[12];

    (void)state;
    tg_places_text("02203 02207", out, sizeof out);
    assert_string_equal(out, "Aomori: 2 of its municipalities: 八戸市 (02203), 三沢市 (02207)");
    tg_places_text("02203 03201 03202 04100 04101", out, sizeof out);
    assert_string_equal(
        out,
        "Aomori: 1 of its municipalities, Iwate: 2 of its municipalities, Miyagi: 2 of its municipalities");
    tg_places_text("99999", out, sizeof out); /* no prefecture: as it stands */
    assert_string_equal(out, "99999");
    tg_places_text("0220302207", out, sizeof out);
    assert_string_equal(out, "0220302207");
    tg_places_text("", out, sizeof out);
    assert_string_equal(out, "");
    tg_places_text("02203 02207", small, sizeof small);
    assert_int_equal(strlen(small), sizeof small - 1);
    assert_string_equal(tg_prefecture_text(47), "Okinawa");
    assert_null(tg_prefecture_text(0));
    assert_null(tg_prefecture_text(48));
}

static void heard_or_not(void **state)
{
    (void)state;
    assert_int_equal(tg_contact_of(100, 100), TG_CONTACT_IS_GOOD);
    assert_int_equal(tg_contact_of(100, 100 + TG_CONTACT_SLOW - 1), TG_CONTACT_IS_GOOD);
    assert_int_equal(tg_contact_of(100, 100 + TG_CONTACT_SLOW), TG_CONTACT_IS_SLOW);
    assert_int_equal(tg_contact_of(100, 100 + TG_CONTACT_LOST), TG_CONTACT_IS_LOST);
    for (int i = 0; i < 2; i++) /* told apart by their shape, too */
        assert_true(
            memcmp(tg_contact_text((enum tg_contact)i), tg_contact_text((enum tg_contact)(i + 1)), 3) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rights_are_read), cmocka_unit_test(other_shapes_open_nothing),
        cmocka_unit_test(bounds),          cmocka_unit_test(what_ends_them),
        cmocka_unit_test(clocks),          cmocka_unit_test(places_in_words),
        cmocka_unit_test(heard_or_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
