#include "ui/record_view.h"

#include "ui/desk/labels.h"
#include "ui/look.h"
#include "ui/tr.h"

#define VALUE_CHARS \
    34 /* as wide as a value asks for: a supply point on one line; it takes more where there is */

static GtkWidget *whole(const char *text, const char *css)
{
    GtkWidget *label = tg_look_datum(text);

    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_NONE);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_max_width_chars(GTK_LABEL(label), VALUE_CHARS);
    if (css != NULL)
        gtk_widget_add_css_class(label, css);
    return label;
}

static GtkWidget *hidden_make(const struct tg_row_why *why)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 2, "tg-hidden");
    GtkWidget *head = tg_look_label(_("Hidden"), "tg-value");
    char *next = g_strdup_printf("→ %s", why->next);

    gtk_box_append(GTK_BOX(box), head);
    gtk_box_append(GTK_BOX(box), whole(why->reason, NULL));
    if (why->next[0] != '\0')
        gtk_box_append(GTK_BOX(box), whole(next, "tg-next"));
    g_free(next);
    return box;
}

static void line_add(GtkGrid *grid, int line, const char *name, GtkWidget *value)
{
    GtkWidget *label = tg_look_label(name, "tg-name");

    gtk_label_set_wrap(GTK_LABEL(label), FALSE);
    gtk_widget_set_valign(label, GTK_ALIGN_START);
    gtk_widget_set_size_request(label, 170, -1);
    gtk_widget_set_hexpand(value, TRUE);
    gtk_accessible_update_relation(GTK_ACCESSIBLE(value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL,
                                   -1);
    gtk_grid_attach(grid, label, 0, line, 1, 1);
    gtk_grid_attach(grid, value, 1, line, 1, 1);
}

/* What has just been said of one field need not be read again at the next. */
static bool said_before(struct tg_row_why *last, const struct tg_row_why *why)
{
    bool same =
        last->reason != NULL && strcmp(last->reason, why->reason) == 0 && strcmp(last->next, why->next) == 0;

    *last = *why;
    return same;
}

static GtkWidget *value_make(const json_t *row, const char *name, struct tg_row_why *last)
{
    char text[TG_VALUE_BYTES];
    const char *value = tg_row_field(row, name);
    struct tg_row_why why;

    if (value != NULL)
        return whole(tg_value_text(name, value, text), "tg-value");
    if (!tg_row_why(row, name, &why))
        return NULL;
    return said_before(last, &why) ? tg_look_label(_("Hidden (the same reason as before)"), "tg-hidden")
                                   : hidden_make(&why);
}

struct filling {
    const json_t *row;
    GtkWidget *box; /* the side that the groups go to */
    GtkGrid *grid;  /* of the group; NULL: nothing of it is there yet */
    const char *group;
    int line;
    struct tg_row_why last; /* reason that was read; borrowed from row */
};

static void field_add(struct filling *f, const char *name, const char *text)
{
    GtkWidget *value = value_make(f->row, name, &f->last);

    if (value == NULL)
        return;
    if (f->grid == NULL) {
        f->grid = GTK_GRID(gtk_grid_new());
        gtk_grid_set_row_spacing(f->grid, 8);
        gtk_grid_set_column_spacing(f->grid, 18);
        gtk_box_append(GTK_BOX(f->box), tg_look_label(f->group, "tg-group"));
        gtk_box_append(GTK_BOX(f->box), GTK_WIDGET(f->grid));
        f->line = 0;
    }
    line_add(f->grid, f->line++, text, value);
}

static void head_add(const json_t *row, GtkWidget *box)
{
    struct tg_class_label class = tg_class_label(tg_row_class(row));
    GtkWidget *line = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 18, NULL);
    const char *name = tg_row_field(row, "name");
    char *text = g_strdup_printf("%s %s", class.shape, class.text);
    GtkWidget *badge = tg_look_label("", "tg-class");

    tg_look_text(badge, text);
    gtk_widget_set_valign(badge, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(line), badge);
    gtk_box_append(GTK_BOX(line), whole(name != NULL ? name : "", "tg-headline"));
    gtk_box_append(GTK_BOX(box), line);
    g_free(text);
}

/* Fields that only the policy knows: shown under their machine name. */
static void others_add(struct filling *f, const char *part)
{
    const char *name;
    json_t *value;

    json_object_foreach(json_object_get(f->row, part), name, value)
    {
        bool listed = false;

        for (size_t i = 0; tg_field_at(i).name != NULL && !listed; i++)
            listed = strcmp(tg_field_at(i).name, name) == 0;
        if (!listed)
            field_add(f, name, name);
    }
}

/* Beside the one before, or beneath it where the letters are large. */
static GtkWidget *side_make(GtkWidget *sides)
{
    GtkWidget *side = tg_look_box(GTK_ORIENTATION_VERTICAL, 8, NULL);

    gtk_widget_set_valign(side, GTK_ALIGN_START);
    gtk_flow_box_append(GTK_FLOW_BOX(sides), side);
    gtk_widget_set_focusable(gtk_widget_get_parent(side), FALSE); /* nothing to be chosen */
    return side;
}

static GtkWidget *sides_make(void)
{
    GtkWidget *sides = gtk_flow_box_new();

    gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(sides), GTK_SELECTION_NONE);
    gtk_flow_box_set_homogeneous(GTK_FLOW_BOX(sides), TRUE);
    gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(sides), 2);
    gtk_flow_box_set_column_spacing(GTK_FLOW_BOX(sides), 36);
    return sides;
}

/* The customer and the contract on the left, what belongs to the grid on the right. */
static GtkWidget *page_make(const json_t *row)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 8, "tg-bar");
    GtkWidget *sides = sides_make();
    struct filling f = {.row = row, .box = side_make(sides)};
    GtkWidget *right = side_make(sides);
    struct tg_field_label label;

    head_add(row, box);
    gtk_box_append(GTK_BOX(box), sides);
    for (size_t i = 0; (label = tg_field_at(i)).name != NULL; i++) {
        if (strcmp(label.name, "capacity") == 0)
            f.box = right;
        if (label.group != NULL) {
            f.group = label.group;
            f.grid = NULL;
        }
        field_add(&f, label.name, label.text);
    }
    f.group = _("Other");
    f.grid = NULL;
    others_add(&f, "fields");
    others_add(&f, "hidden");
    return box;
}

GtkWidget *tg_record_view_new(void)
{
    return tg_look_page(_("Customer"));
}

void tg_record_view_show(GtkWidget *view, const json_t *row)
{
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(view), row != NULL ? page_make(row) : NULL);
}
