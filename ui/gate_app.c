/* The gate with its window: the seam between the gate's thread and GTK's. */
#include <string.h>

#include "ui/app.h"
#include "ui/gate/gate.h"
#include "ui/lock_window.h"
#include "ui/look.h"
#include "ui/sign_window.h"

struct gate_app {
    const struct tg_settings *settings;
    char *call; /* a caller's number to begin with; "" none */
    struct tg_lock_window *window;
    struct tg_sign_window *sign;
    struct tg_gate *gate;
    char *argv[5];
};

struct shown {
    struct gate_app *app;
    struct tg_gate_view view;
};

static gboolean on_shown(gpointer data)
{
    struct shown *s = data;

    tg_lock_window_show(s->app->window, &s->view);
    tg_sign_window_show(s->app->sign, &s->view);
    return G_SOURCE_REMOVE;
}

/* On the gate's thread. */
static void show(void *arg, const struct tg_gate_view *view)
{
    struct shown *s = g_new(struct shown, 1);

    *s = (struct shown){.app = arg, .view = *view};
    g_main_context_invoke_full(NULL, G_PRIORITY_HIGH, on_shown, s, g_free);
}

static enum tg_err gate_start(struct gate_app *a)
{
    static char name[] = "tegata", desk[] = "--desk", config[] = "--config";
    struct tg_gate_conf conf = {
        .server = a->settings->server, .program = "/proc/self/exe", .argv = a->argv, .show = show, .arg = a};
    enum tg_err e;

    conf.call = a->call;
    conf.calls = true;

    a->argv[0] = name;
    a->argv[1] = desk;
    a->argv[2] = config;
    a->argv[3] = g_strdup(a->settings->path);
    e = tg_gate_open(&conf, &a->gate);
    explicit_bzero(a->call, strlen(a->call)); /* the gate has its own, for two minutes */
    return e;
}

static void on_activate(GtkApplication *gtk, gpointer data)
{
    struct gate_app *a = data;
    enum tg_err e = TG_E_CONFIG;

    tg_look_load();
    a->window = tg_lock_window_new(gtk);
    a->sign = tg_sign_window_new(gtk);
    if (a->settings != NULL)
        e = gate_start(a);
    if (e != TG_OK) {
        tg_lock_window_broken(a->window, e);
        return;
    }
    tg_lock_window_gate(a->window, a->gate);
    tg_sign_window_gate(a->sign, a->gate);
}

int tg_gate_main(const struct tg_settings *s, char *call)
{
    struct gate_app a = {.settings = s, .call = call};
    AdwApplication *app = adw_application_new(TG_APP_ID, G_APPLICATION_NON_UNIQUE);
    int code;

    g_signal_connect(app, "activate", G_CALLBACK(on_activate), &a);
    code = g_application_run(G_APPLICATION(app), 0, NULL);
    tg_gate_close(&a.gate);
    g_object_unref(app);
    return code;
}
