/* The desk with its window: the seam between the sitting's threads and GTK's. */
#include <unistd.h>

#include "certs/base/secret.h"
#include "certs/base/text.h"
#include "ui/app.h"
#include "ui/desk/confine.h"
#include "ui/desk/fence.h"
#include "ui/desk_window.h"
#include "ui/look.h"
#include "ui/text/tongue.h"

struct desk_app {
    const struct tg_settings *settings;
    int fd;
    struct tg_desk_window *window;
    struct tg_sitting *sitting;
};

/* What a thread of the sitting hands over; its text is wiped when it has been shown. */
struct parcel {
    struct desk_app *app;
    struct tg_answer answer;
    uint8_t *bytes;
    char event[32]; /* its name */
};

static void parcel_free(gpointer data)
{
    struct parcel *p = data;

    tg_wipe(p->bytes, p->answer.body.n);
    g_free(p->bytes);
    g_free(p);
}

static struct parcel *parcel_new(struct desk_app *app, const struct tg_answer *a)
{
    struct parcel *p = g_new0(struct parcel, 1);

    p->app = app;
    p->answer = *a;
    p->bytes = g_memdup2(a->body.p, a->body.n);
    p->answer.body = tg_span(p->bytes, a->body.n);
    return p;
}

static void hand_over(struct parcel *p, GSourceFunc to)
{
    g_main_context_invoke_full(NULL, G_PRIORITY_DEFAULT, to, p, parcel_free);
}

static gboolean on_opened(gpointer data)
{
    struct parcel *p = data;
    struct tg_who who;

    if (tg_who_read(p->answer.body, &who) == TG_OK)
        tg_desk_window_open(p->app->window, p->app->sitting, &who);
    else
        tg_sitting_lock(p->app->sitting);
    return G_SOURCE_REMOVE;
}

static gboolean on_answered(gpointer data)
{
    struct parcel *p = data;

    tg_desk_window_answer(p->app->window, &p->answer);
    return G_SOURCE_REMOVE;
}

static gboolean on_event(gpointer data)
{
    struct parcel *p = data;

    tg_desk_window_event(p->app->window, p->event, p->answer.body);
    return G_SOURCE_REMOVE;
}

static void opened(void *arg, struct tg_span whoami)
{
    hand_over(parcel_new(arg, &(struct tg_answer){.body = whoami}), on_opened);
}

static void answered(void *arg, const struct tg_answer *a)
{
    hand_over(parcel_new(arg, a), on_answered);
}

static void event(void *arg, const char *name, struct tg_span json)
{
    struct parcel *p = parcel_new(arg, &(struct tg_answer){.body = json});

    if (tg_copy(p->event, sizeof p->event, tg_span_str(name)) == TG_OK)
        hand_over(p, on_event);
    else
        parcel_free(p); /* none that this desk knows is as long */
}

/* Without the gate there is no desk; nothing is tidied up, the memory goes as a whole. */
static void over(void *arg)
{
    (void)arg;
    _exit(0);
}

static void on_activate(GtkApplication *gtk, gpointer data)
{
    struct desk_app *a = data;
    struct tg_sitting_conf conf = {.fd = a->fd,
                                   .server = a->settings->server,
                                   .ca_file = a->settings->ca_file,
                                   .terminal = a->settings->terminal,
                                   .language = tg_tongue_english() ? "en" : "ja",
                                   .opened = opened,
                                   .answered = answered,
                                   .event = event,
                                   .over = over,
                                   .arg = a};

    tg_look_load();
    a->window = tg_desk_window_new(gtk);
    if (tg_confine() != TG_OK)
        (void)fprintf(stderr, "tegata: the desk is not confined: this kernel has no seccomp filters\n");
    if (tg_sitting_open(&conf, &a->sitting) != TG_OK)
        _exit(1);
}

int tg_desk_main(const struct tg_settings *s, int fd)
{
    struct desk_app a = {.settings = s, .fd = fd};
    AdwApplication *app;
    int code;

    /* Before GTK starts its threads. */
    if (tg_fence() != TG_OK)
        (void)fprintf(stderr, "tegata: the desk is not fenced: this kernel has no Landlock\n");
    app = adw_application_new(TG_APP_ID, G_APPLICATION_NON_UNIQUE);
    g_signal_connect(app, "activate", G_CALLBACK(on_activate), &a);
    code = g_application_run(G_APPLICATION(app), 0, NULL);
    g_object_unref(app);
    return code;
}
