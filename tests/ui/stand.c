/* The desk's window without a card and a server: a sitting of our own, whose answers come out of files. For
 * pages and states that a lab reaches only after days, and for narrow windows.
 *
 *   ui-stand FOLDER ROLE PO [WIDTH HEIGHT]
 *
 * A question about /v1/grants is answered with FOLDER/v1_grants.json (403 when there is none) and written
 * down in FOLDER/asked as one line: path, space, body. An approval is answered with FOLDER/approval, and its
 * text goes to FOLDER/asked as "sign TEXT". SIGUSR1: FOLDER/event is "name json", as it would come over the
 * stream.
 */
#include <errno.h>
#include <glib-unix.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "certs/base/text.h"
#include "ui/desk_window.h"
#include "ui/look.h"
#include "ui/tr.h"

struct tg_sitting {
    const char *folder;
    struct tg_desk_window *window;
    unsigned last;
};

static struct tg_sitting sitting;
static struct tg_who who = {
    .person = "N3002", .post = "duty", .office = "中央給電指令所", .company = "TOHOKU-NW"};

struct answer {
    unsigned n;
    char *text; /* NULL: refused */
    gsize size;
};

static gboolean on_answer(gpointer data)
{
    struct answer *a = data;
    struct tg_answer said = {.n = a->n, .err = a->text != NULL ? TG_OK : TG_E_FORBIDDEN};

    said.body = tg_span(a->text, a->text != NULL ? a->size : 0);
    tg_desk_window_answer(sitting.window, &said);
    g_free(a->text);
    g_free(a);
    return G_SOURCE_REMOVE;
}

static void write_down(const char *what, struct tg_span body)
{
    char *path = g_build_filename(sitting.folder, "asked", NULL);
    FILE *f = fopen(path, "a");

    if (f == NULL)
        abort();
    (void)fprintf(f, "%s %.*s\n", what, (int)body.n, body.n > 0 ? (const char *)body.p : "");
    (void)fclose(f);
    g_free(path);
}

static unsigned answer_with(const char *name)
{
    struct answer *a = g_new0(struct answer, 1);
    char *path = g_build_filename(sitting.folder, name, NULL);

    a->n = ++sitting.last;
    if (!g_file_get_contents(path, &a->text, &a->size, NULL))
        a->text = NULL;
    g_free(path);
    (void)g_timeout_add(20, on_answer, a);
    return a->n;
}

/* ---- in the place of ui/desk/sitting.c ---- */

enum tg_err tg_sitting_open(const struct tg_sitting_conf *conf, struct tg_sitting **ret)
{
    (void)conf;
    (void)ret;
    return TG_E_NOT_IMPLEMENTED;
}

unsigned tg_sitting_ask(struct tg_sitting *s, const char *path, struct tg_span body)
{
    return tg_sitting_also(s, path, body);
}

void tg_sitting_cancel(struct tg_sitting *s)
{
    (void)s;
}

unsigned tg_sitting_also(struct tg_sitting *s, const char *path, struct tg_span body)
{
    char *name = g_strdup_printf("%s.json", path + 1);
    unsigned n;

    (void)s;
    for (char *c = name; *c != '\0'; c++)
        *c = *c == '/' ? '_' : *c;
    write_down(path, body);
    n = answer_with(name);
    g_free(name);
    return n;
}

unsigned tg_sitting_sign(struct tg_sitting *s, struct tg_span paper)
{
    (void)s;
    write_down("sign", paper);
    return answer_with("approval");
}

void tg_sitting_lock(struct tg_sitting *s)
{
    (void)s;
    exit(0);
}

/* ---- the program ---- */

static gboolean on_signal(gpointer data)
{
    char *path = g_build_filename(sitting.folder, "event", NULL), *text = NULL, *json;

    (void)data;
    if (g_file_get_contents(path, &text, NULL, NULL) && (json = strchr(text, ' ')) != NULL) {
        *json++ = '\0';
        tg_desk_window_event(sitting.window, text, tg_span_str(json));
    }
    g_free(text);
    g_free(path);
    return G_SOURCE_CONTINUE;
}

static void on_activate(GtkApplication *app, gpointer data)
{
    char **argv = data;

    tg_look_load();
    sitting.window = tg_desk_window_new(app);
    if (argv[4] != NULL && argv[5] != NULL)
        gtk_window_set_default_size(gtk_application_get_active_window(app),
                                    (int)g_ascii_strtoll(argv[4], NULL, 10),
                                    (int)g_ascii_strtoll(argv[5], NULL, 10));
    (void)g_unix_signal_add(SIGUSR1, on_signal, NULL);
    tg_desk_window_open(sitting.window, &sitting, &who);
}

int main(int argc, char **argv)
{
    AdwApplication *app;

    if (argc < 4) {
        (void)fputs("usage: ui-stand FOLDER ROLE PO [WIDTH HEIGHT]\n", stderr);
        return 2;
    }
    (void)setlocale(LC_ALL, "");
    (void)bindtextdomain(TG_DOMAIN, argv[3]);
    (void)bind_textdomain_codeset(TG_DOMAIN, "UTF-8");
    tg_look_renderer();
    sitting.folder = argv[1];
    if (tg_copy(who.role, sizeof who.role, tg_span_str(argv[2])) != TG_OK)
        return 2;
    app = adw_application_new("org.tegata.Stand", G_APPLICATION_NON_UNIQUE);
    g_signal_connect(app, "activate", G_CALLBACK(on_activate), argv);
    return g_application_run(G_APPLICATION(app), 0, NULL);
}
