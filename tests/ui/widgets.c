/* The widgets by themselves, in this process: what they tell a screen reader, and that data stays text. Run by on_screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/aloud_view.h"
#include "ui/pin_box.h"
#include "ui/record_view.h"
#include "ui/result_list.h"

#define MARKUP "A&B商事 <span size=\"60000\">本店</span> &amp; <b>"

static const char row_text[] =
    "{\"id\":\"r1\",\"class\":\"own\",\"fields\":{"
    "\"name\":\"A&B商事 <span size=\\\"60000\\\">本店</span> &amp; <b>\",\"kana\":\"エービーショウジ\","
    "\"phone\":\"0178221234\",\"point\":\"0211120004399069093448\"},"
    "\"hidden\":{\"usage\":{\"rule\":\"x\",\"reason\":\"理由 <i>&\",\"next\":\"次 <u>&\"}}}";

static json_t *row_new(void)
{
    json_t *row = json_loads(row_text, 0, NULL);

    assert_non_null(row);
    return row;
}

/* Every label beneath a widget. */
static void labels_each(GtkWidget *w, void (*each)(GtkLabel *l, void *ctx), void *ctx)
{
    if (GTK_IS_LABEL(w))
        each(GTK_LABEL(w), ctx);
    for (GtkWidget *k = gtk_widget_get_first_child(w); k != NULL; k = gtk_widget_get_next_sibling(k))
        labels_each(k, each, ctx);
}

struct looking {
    const char *text;
    unsigned found, all;
};

static void plain_look(GtkLabel *l, void *ctx)
{
    struct looking *looking = ctx;

    assert_false(gtk_label_get_use_markup(l));
    assert_false(gtk_label_get_selectable(l)); /* what can be selected goes to PRIMARY */
    looking->all++;
    if (strstr(gtk_label_get_text(l), looking->text) != NULL)
        looking->found++;
}

/* In how many labels of w the text stands, letter by letter; none of them reads markup. */
static unsigned labels_with(GtkWidget *w, const char *text)
{
    struct looking looking = {.text = text};

    labels_each(w, plain_look, &looking);
    assert_true(looking.all > 0);
    return looking.found;
}

static void a_control_sees_markup(void **state)
{
    GtkWidget *label = g_object_ref_sink(gtk_label_new(NULL));

    (void)state;
    gtk_label_set_markup(GTK_LABEL(label), "<b>x</b>");
    assert_true(gtk_label_get_use_markup(GTK_LABEL(label))); /* so plain_look would fail on it */
    g_object_unref(label);
}

static void the_pin_box_counts_and_never_says(void **state)
{
    struct tg_secret digits = {.n = 0};
    uint8_t place[8] = "7391";
    GtkWidget *box;

    (void)state;
    digits.p = place;
    box = g_object_ref_sink(tg_pin_box_new(&digits));
    assert_int_equal(gtk_accessible_get_accessible_role(GTK_ACCESSIBLE(box)), GTK_ACCESSIBLE_ROLE_TEXT_BOX);
    gtk_test_accessible_assert_property(box, GTK_ACCESSIBLE_PROPERTY_LABEL, "Card PIN");
    gtk_test_accessible_assert_property(box, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "0 digits entered");
    digits.n = 4;
    tg_pin_box_update(box);
    gtk_test_accessible_assert_property(box, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "4 digits entered");
    assert_false(gtk_test_accessible_has_property(GTK_ACCESSIBLE(box), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT));
    assert_false(gtk_test_accessible_has_property(GTK_ACCESSIBLE(box), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW));
    g_object_unref(box);
}

static void a_record_is_text(void **state)
{
    GtkWidget *view = g_object_ref_sink(tg_record_view_new());
    json_t *row = row_new();

    (void)state;
    tg_record_view_show(view, row);
    assert_true(labels_with(view, MARKUP) >= 1);
    assert_int_equal(labels_with(view, "理由 <i>&"), 1);
    assert_int_equal(labels_with(view, "次 <u>&"), 1);
    assert_int_equal(labels_with(view, "02-1112-0004-3990-6909-3448"), 1);
    json_decref(row);
    g_object_unref(view);
}

static void a_closed_record_leaves_no_label(void **state)
{
    GtkWidget *view = g_object_ref_sink(tg_record_view_new());
    struct looking looking = {.text = "商事"};
    json_t *row = row_new();

    (void)state;
    tg_record_view_show(view, row);
    tg_record_view_show(view, NULL);
    labels_each(view, plain_look, &looking);
    assert_int_equal(looking.found, 0);
    json_decref(row);
    g_object_unref(view);
}

static void what_is_read_aloud_is_text(void **state)
{
    GtkWidget *view = g_object_ref_sink(tg_aloud_view_new());
    json_t *row = row_new();

    (void)state;
    tg_aloud_view_show(view, row);
    assert_true(labels_with(view, "0211") + labels_with(view, "1112") >= 1);
    tg_aloud_view_show(view, NULL);
    json_decref(row);
    g_object_unref(view);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_control_sees_markup),
        cmocka_unit_test(the_pin_box_counts_and_never_says),
        cmocka_unit_test(a_record_is_text),
        cmocka_unit_test(a_closed_record_leaves_no_label),
        cmocka_unit_test(what_is_read_aloud_is_text),
    };

    gtk_test_init(&argc, &argv, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
