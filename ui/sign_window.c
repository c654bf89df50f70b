#include "ui/sign_window.h"

#include "ui/gate/paper.h"
#include "ui/gate/pin.h"
#include "ui/gate/words.h"
#include "ui/look.h"
#include "ui/pin_box.h"
#include "ui/tr.h"

#define WORDS_BYTES (TG_WIRE_PAPER_BYTES * 4) /* names are longer than codes */

struct tg_sign_window {
    GtkApplication *app;
    GtkWidget *window; /* NULL: nothing is weighed */
    GtkWidget *pin, *said, *sure, *sure_no;
    struct tg_secret digits;
    struct tg_gate *gate;
    unsigned paper;
    int tries;
};

/* ---- what the person does ---- */

static void digits_clear(struct tg_sign_window *w)
{
    tg_secret_wipe(&w->digits);
    tg_pin_box_update(w->pin);
}

static void sure_show(struct tg_sign_window *w, bool on)
{
    gtk_widget_set_visible(w->sure, on);
    gtk_widget_grab_focus(on ? w->sure_no : w->pin); /* a second Enter by mistake sends nothing */
}

static void send(struct tg_sign_window *w, bool sure)
{
    sure_show(w, false);
    if (w->gate == NULL || !tg_pin_whole(&w->digits))
        return;
    tg_gate_approve(w->gate, w->paper, &w->digits, sure);
    if (tg_secret_init(&w->digits, TG_PIN_MAX) != TG_OK)
        abort(); /* without locked memory no PIN is taken */
    tg_pin_box_update(w->pin);
    gtk_label_set_text(GTK_LABEL(w->said), _("Signing. Leave the card in the reader."));
}

static void on_sure(GtkButton *button, gpointer data)
{
    (void)button;
    send(data, true);
}

static void on_not_sure(GtkButton *button, gpointer data)
{
    (void)button;
    digits_clear(data);
    sure_show(data, false);
}

static void decline(struct tg_sign_window *w)
{
    tg_secret_wipe(&w->digits);
    if (w->gate != NULL)
        tg_gate_back(w->gate);
}

static void on_decline(GtkButton *button, gpointer data)
{
    (void)button;
    decline(data);
}

static gboolean on_close(GtkWindow *window, gpointer data)
{
    (void)window;
    decline(data);
    return TRUE;
}

static bool is_enter(guint key)
{
    return key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;
}

static char digit_of(guint key)
{
    if (key >= GDK_KEY_0 && key <= GDK_KEY_9)
        return (char)('0' + (key - GDK_KEY_0));
    if (key >= GDK_KEY_KP_0 && key <= GDK_KEY_KP_9)
        return (char)('0' + (key - GDK_KEY_KP_0));
    return '\0';
}

static bool typed(struct tg_sign_window *w, guint key)
{
    char digit = digit_of(key);

    if (digit != '\0')
        (void)tg_pin_put(&w->digits, digit);
    else if (key == GDK_KEY_BackSpace)
        tg_pin_rub(&w->digits);
    else if (is_enter(key) && tg_pin_whole(&w->digits) && w->tries == 1)
        sure_show(w, true);
    else if (is_enter(key))
        send(w, false);
    else
        return false;
    tg_pin_box_update(w->pin);
    return true;
}

static gboolean on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType mods,
                       gpointer data)
{
    struct tg_sign_window *w = data;

    (void)keys;
    (void)code;
    if ((mods & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
        return FALSE;
    if (key == GDK_KEY_Escape && gtk_widget_get_visible(w->sure)) {
        on_not_sure(NULL, w);
        return TRUE;
    }
    if (key == GDK_KEY_Escape) {
        decline(w);
        return TRUE;
    }
    return !gtk_widget_get_visible(w->sure) && typed(w, key);
}

/* ---- what is shown ---- */

static void line_add(GtkGrid *grid, int row, const char *name, const char *text)
{
    GtkWidget *label = tg_look_label(name, "tg-name"), *value = tg_look_label(text, "tg-value");

    gtk_widget_set_valign(label, GTK_ALIGN_START);
    gtk_widget_set_hexpand(value, TRUE);
    gtk_accessible_update_relation(GTK_ACCESSIBLE(value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL,
                                   -1);
    gtk_grid_attach(grid, label, 0, row, 1, 1);
    gtk_grid_attach(grid, value, 1, row, 1, 1);
}

/* Every line of the paper, whole: what is not shown is not signed. */
static GtkWidget *lines_make(const struct tg_paper *paper)
{
    GtkGrid *grid = GTK_GRID(gtk_grid_new());
    GtkWidget *page = tg_look_page(tg_paper_title(paper));
    const char *label = "";

    gtk_grid_set_row_spacing(grid, 6);
    gtk_grid_set_column_spacing(grid, 18);
    for (size_t i = 0; label != NULL; i++) {
        TG_BUF_AUTO text = TG_BUF_INIT(WORDS_BYTES);

        if (tg_paper_line(paper, i, &label, &text) != TG_OK || tg_buf_cstr(&text) == NULL)
            abort(); /* rather no window than one that leaves something out */
        if (label != NULL)
            line_add(grid, (int)i, label, tg_buf_cstr(&text));
    }
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(page), GTK_WIDGET(grid));
    gtk_widget_set_focusable(page, FALSE); /* the keys are for the PIN */
    return page;
}

static GtkWidget *button_add(GtkWidget *box, const char *text, GCallback clicked, gpointer data)
{
    GtkWidget *button = gtk_button_new_with_mnemonic(text);

    g_signal_connect(button, "clicked", clicked, data);
    gtk_box_append(GTK_BOX(box), button);
    return button;
}

static GtkWidget *content_make(struct tg_sign_window *w, const struct tg_paper *paper)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 12, "tg-bar");
    GtkWidget *foot = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 18, NULL);

    w->sure = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 18, NULL);
    w->sure_no = button_add(w->sure, _("_Do not send"), G_CALLBACK(on_not_sure), w);
    gtk_widget_add_css_class(button_add(w->sure, _("_Send this PIN"), G_CALLBACK(on_sure), w),
                             "destructive-action");
    w->said = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "wrap", TRUE,
                           "xalign", 0.0, NULL);
    w->pin = tg_pin_box_new(&w->digits);
    gtk_box_append(GTK_BOX(box), tg_look_label(tg_paper_title(paper), "tg-headline"));
    gtk_box_append(GTK_BOX(box), lines_make(paper));
    gtk_box_append(GTK_BOX(box), w->said);
    gtk_box_append(GTK_BOX(box), w->pin);
    gtk_box_append(GTK_BOX(box), w->sure);
    gtk_box_append(GTK_BOX(foot), tg_look_label(_("PIN and Enter: approve with your card."), "tg-keys"));
    button_add(foot, _("Do not approve (Esc)"), G_CALLBACK(on_decline), w);
    gtk_box_append(GTK_BOX(box), foot);
    return box;
}

static void window_make(struct tg_sign_window *w, const struct tg_gate_view *view)
{
    struct tg_paper *paper = NULL;
    GtkEventController *keys;

    if (tg_paper_read(tg_span_str(view->text), &paper) != TG_OK)
        return; /* the gate has read it: it is out of memory */
    w->window = adw_window_new();
    gtk_window_set_application(GTK_WINDOW(w->window), w->app);
    gtk_window_set_title(GTK_WINDOW(w->window), TG_TITLE);
    gtk_window_set_default_size(GTK_WINDOW(w->window), 720, 640);
    adw_window_set_content(ADW_WINDOW(w->window), content_make(w, paper));
    keys = gtk_event_controller_key_new();
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), w);
    gtk_widget_add_controller(w->window, keys);
    g_signal_connect(w->window, "close-request", G_CALLBACK(on_close), w);
    tg_paper_free(&paper);
}

static void window_drop(struct tg_sign_window *w)
{
    tg_secret_wipe(&w->digits);
    if (w->window != NULL)
        gtk_window_destroy(GTK_WINDOW(w->window));
    w->window = w->pin = w->said = w->sure = w->sure_no = NULL;
}

void tg_sign_window_show(struct tg_sign_window *w, const struct tg_gate_view *view)
{
    struct tg_gate_view pin = *view;
    struct tg_gate_words words;

    if (view->paper != w->paper || view->paper == 0) {
        window_drop(w);
        w->paper = view->paper;
        if (w->paper != 0)
            window_make(w, view);
    }
    w->tries = view->tries;
    if (w->paper != 0 && w->window == NULL)
        decline(w);
    if (w->window == NULL)
        return;
    pin.state = TG_GATE_PIN; /* what is said of a PIN is said alike */
    tg_gate_words(&pin, &words);
    gtk_label_set_text(GTK_LABEL(w->said), words.detail);
    if (words.alarm)
        gtk_widget_add_css_class(w->said, "tg-alarm");
    digits_clear(w);
    sure_show(w, false);
    gtk_window_present(GTK_WINDOW(w->window));
}

struct tg_sign_window *tg_sign_window_new(GtkApplication *app)
{
    struct tg_sign_window *w = g_new0(struct tg_sign_window, 1);

    if (tg_secret_init(&w->digits, TG_PIN_MAX) != TG_OK)
        abort();
    w->app = app;
    return w;
}

void tg_sign_window_gate(struct tg_sign_window *w, struct tg_gate *gate)
{
    w->gate = gate;
}
