#include "ui/lock_window.h"

#include "ui/gate/pin.h"
#include "ui/gate/words.h"
#include "ui/look.h"
#include "ui/pin_box.h"
#include "ui/text/tongue.h"
#include "ui/tr.h"

struct tg_lock_window {
    GtkWidget *window, *title, *detail, *keys, *pin, *posts, *sure, *sure_no;
    struct tg_secret digits;
    struct tg_gate *gate; /* NULL: nothing is listened to */
    struct tg_gate_view view;
};

/* ---- what the person does ---- */

static void digits_clear(struct tg_lock_window *w)
{
    tg_secret_wipe(&w->digits);
    tg_pin_box_update(w->pin);
}

static void sure_show(struct tg_lock_window *w, bool on)
{
    gtk_widget_set_visible(w->sure, on);
    gtk_widget_set_visible(w->keys, !on);
    if (on)
        gtk_widget_grab_focus(w->sure_no); /* a second Enter by mistake sends nothing */
    else
        gtk_widget_grab_focus(w->pin);
}

static void send_pin(struct tg_lock_window *w, bool sure)
{
    sure_show(w, false);
    if (w->gate == NULL || !tg_pin_whole(&w->digits))
        return;
    tg_gate_pin(w->gate, &w->digits, sure);
    if (tg_secret_init(&w->digits, TG_PIN_MAX) != TG_OK)
        abort(); /* without locked memory no PIN is taken */
    tg_pin_box_update(w->pin);
}

static void on_sure(GtkButton *button, gpointer data)
{
    (void)button;
    send_pin(data, true);
}

static void on_not_sure(GtkButton *button, gpointer data)
{
    (void)button;
    digits_clear(data);
    sure_show(data, false);
}

static void enter(struct tg_lock_window *w)
{
    if (!tg_pin_whole(&w->digits))
        return;
    if (w->view.tries == 1)
        sure_show(w, true);
    else
        send_pin(w, false);
}

static char digit_of(guint key)
{
    if (key >= GDK_KEY_0 && key <= GDK_KEY_9)
        return (char)('0' + (key - GDK_KEY_0));
    if (key >= GDK_KEY_KP_0 && key <= GDK_KEY_KP_9)
        return (char)('0' + (key - GDK_KEY_KP_0));
    return '\0';
}

static bool is_enter(guint key)
{
    return key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;
}

static bool pin_key(struct tg_lock_window *w, guint key)
{
    char digit = digit_of(key);

    if (gtk_widget_get_visible(w->sure)) {
        if (key == GDK_KEY_Escape)
            on_not_sure(NULL, w);
        return key == GDK_KEY_Escape; /* the buttons have the rest */
    }
    if (digit != '\0')
        (void)tg_pin_put(&w->digits, digit);
    else if (key == GDK_KEY_BackSpace)
        tg_pin_rub(&w->digits);
    else if (key == GDK_KEY_Escape)
        tg_secret_wipe(&w->digits);
    else if (is_enter(key))
        enter(w);
    else
        return false;
    tg_pin_box_update(w->pin);
    return true;
}

static bool choose_key(struct tg_lock_window *w, guint key)
{
    char digit = digit_of(key);

    if (digit >= '1' && (size_t)(digit - '1') < w->view.n_posts)
        tg_gate_choose(w->gate, (size_t)(digit - '1'));
    else if (key == GDK_KEY_Escape)
        tg_gate_back(w->gate);
    else
        return false;
    return true;
}

static gboolean on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType mods,
                       gpointer data)
{
    struct tg_lock_window *w = data;

    (void)keys;
    (void)code;
    if (w->gate == NULL || (mods & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
        return FALSE;
    if (w->view.state == TG_GATE_PIN)
        return pin_key(w, key);
    if (w->view.state == TG_GATE_CHOOSE)
        return choose_key(w, key);
    if ((w->view.state == TG_GATE_REFUSED || w->view.state == TG_GATE_UNFIT) &&
        (is_enter(key) || key == GDK_KEY_Escape)) {
        tg_gate_back(w->gate);
        return TRUE;
    }
    if (w->view.state == TG_GATE_SIGNING && key == GDK_KEY_Escape) {
        tg_gate_back(w->gate);
        return TRUE;
    }
    return FALSE;
}

static void on_post(GtkButton *button, gpointer data)
{
    struct tg_lock_window *w = data;

    if (w->gate != NULL)
        tg_gate_choose(w->gate, GPOINTER_TO_SIZE(g_object_get_data(G_OBJECT(button), "post")));
}

/* ---- what is shown ---- */

static void posts_fill(struct tg_lock_window *w)
{
    GtkWidget *old;

    while ((old = gtk_widget_get_first_child(w->posts)) != NULL)
        gtk_box_remove(GTK_BOX(w->posts), old);
    for (size_t i = 0; i < w->view.n_posts && w->view.state == TG_GATE_CHOOSE; i++) {
        char text[TG_WIRE_POST_BYTES + 16];
        GtkWidget *button;

        (void)snprintf(text, sizeof text, "%zu  %s", i + 1, w->view.post[i]);
        button = gtk_button_new_with_label(text);
        gtk_widget_add_css_class(button, "tg-post");
        g_object_set_data(G_OBJECT(button), "post", GSIZE_TO_POINTER(i));
        g_signal_connect(button, "clicked", G_CALLBACK(on_post), w);
        gtk_box_append(GTK_BOX(w->posts), button);
    }
}

static void words_show(struct tg_lock_window *w, const struct tg_gate_words *words)
{
    gtk_label_set_text(GTK_LABEL(w->title), words->title);
    gtk_label_set_text(GTK_LABEL(w->detail), words->detail);
    gtk_label_set_text(GTK_LABEL(w->keys), words->keys);
    gtk_widget_set_visible(w->detail, words->detail[0] != '\0');
    if (words->alarm)
        gtk_widget_add_css_class(w->detail, "tg-alarm");
    else
        gtk_widget_remove_css_class(w->detail, "tg-alarm");
}

void tg_lock_window_show(struct tg_lock_window *w, const struct tg_gate_view *view)
{
    bool was_open = w->view.state == TG_GATE_OPEN;
    struct tg_gate_words words;

    w->view = *view;
    tg_gate_words(view, &words);
    words_show(w, &words);
    digits_clear(w);
    gtk_widget_set_visible(w->pin, view->state == TG_GATE_PIN);
    gtk_widget_set_visible(w->posts, view->state == TG_GATE_CHOOSE);
    sure_show(w, false);
    posts_fill(w);
    if (was_open && view->state != TG_GATE_OPEN)
        gtk_window_present(GTK_WINDOW(w->window)); /* the keys come here again */
}

void tg_lock_window_broken(struct tg_lock_window *w, enum tg_err why)
{
    gtk_label_set_text(GTK_LABEL(w->title), _("This desk cannot be used"));
    gtk_label_set_text(GTK_LABEL(w->detail), tg_tongue_err(why));
    gtk_widget_set_visible(w->detail, TRUE);
    gtk_widget_add_css_class(w->detail, "tg-alarm");
}

/* ---- how it is made ---- */

static GtkWidget *centred(GtkWidget *label)
{
    gtk_label_set_justify(GTK_LABEL(label), GTK_JUSTIFY_CENTER);
    gtk_label_set_xalign(GTK_LABEL(label), 0.5F);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 48);
    return label;
}

static void sure_make(struct tg_lock_window *w)
{
    GtkWidget *yes = gtk_button_new_with_mnemonic(_("_Send this PIN"));

    w->sure_no = gtk_button_new_with_mnemonic(_("_Do not send"));
    w->sure = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 18, NULL);
    gtk_widget_set_halign(w->sure, GTK_ALIGN_CENTER);
    gtk_widget_add_css_class(yes, "destructive-action");
    gtk_widget_add_css_class(yes, "tg-post");
    gtk_widget_add_css_class(w->sure_no, "tg-post");
    gtk_box_append(GTK_BOX(w->sure), w->sure_no);
    gtk_box_append(GTK_BOX(w->sure), yes);
    g_signal_connect(yes, "clicked", G_CALLBACK(on_sure), w);
    g_signal_connect(w->sure_no, "clicked", G_CALLBACK(on_not_sure), w);
}

static GtkWidget *content_make(struct tg_lock_window *w)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 22, "tg-lock");
    GtkWidget *mark = centred(tg_look_label("tegata", "tg-mark"));

    w->title = centred(tg_look_label("", "tg-title"));
    w->detail = centred(tg_look_label("", "tg-detail"));
    w->keys = centred(tg_look_label("", "tg-keys"));
    w->pin = tg_pin_box_new(&w->digits);
    w->posts = tg_look_box(GTK_ORIENTATION_VERTICAL, 12, NULL);
    gtk_widget_set_halign(w->posts, GTK_ALIGN_CENTER);
    sure_make(w);
    gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
    gtk_widget_set_vexpand(box, TRUE);
    GtkWidget *const all[] = {mark, w->title, w->detail, w->pin, w->posts, w->sure, w->keys};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        gtk_box_append(GTK_BOX(box), all[i]);
    return box;
}

struct tg_lock_window *tg_lock_window_new(GtkApplication *app)
{
    struct tg_lock_window *w = g_new0(struct tg_lock_window, 1);
    GtkEventController *keys = gtk_event_controller_key_new();

    if (tg_secret_init(&w->digits, TG_PIN_MAX) != TG_OK)
        abort();
    w->view.tries = -1;
    w->window = adw_application_window_new(app);
    gtk_window_set_title(GTK_WINDOW(w->window), TG_TITLE);
    gtk_window_set_default_size(GTK_WINDOW(w->window), 1280, 820);
    adw_application_window_set_content(ADW_APPLICATION_WINDOW(w->window), content_make(w));
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE); /* before any widget has them */
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), w);
    gtk_widget_add_controller(w->window, keys);
    tg_lock_window_show(w,
                        &(struct tg_gate_view){.state = TG_GATE_EMPTY, .err = TG_E_CARD_NONE, .tries = -1});
    gtk_window_present(GTK_WINDOW(w->window));
    return w;
}

void tg_lock_window_gate(struct tg_lock_window *w, struct tg_gate *gate)
{
    w->gate = gate;
}
