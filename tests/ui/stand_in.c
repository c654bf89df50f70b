/* The desk's window with nobody behind it: the tests say who is signed in, what the server answers and what
 * comes over the stream, one JSON array a line on stdin. For states that no server can be brought into, and
 * for data that none should send. In place of the sitting (ui/desk/sitting.h) there is this file.
 *
 *   ["open", {whoami}]      ["answer", "not-found" or "", {body}]  to the question that was asked last
 *   ["event", "grants", {data}]      ["raw", FILE]  the file's bytes as the answer
 *   ["answer-also", "", {body}]  to the last one of tg_sitting_also or _sign
 *   ["asked"]  →  the path and body of that question, on stdout; every other line is answered with "ok"
 */
#include <fcntl.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "ui/desk_window.h"
#include "ui/look.h"
#include "ui/tr.h"

/* A question by which way it was put. */
struct question {
    unsigned n;
    char *text;
};

struct tg_sitting {
    unsigned last;
    struct question ask, also;
};

static struct tg_sitting the_sitting;
static struct tg_desk_window *the_window;

static unsigned put(struct tg_sitting *s, struct question *q, const char *path, struct tg_span body)
{
    g_free(q->text);
    q->text = g_strdup_printf("%s %.*s", path, (int)body.n, body.n > 0 ? (const char *)body.p : "");
    return q->n = ++s->last;
}

unsigned tg_sitting_ask(struct tg_sitting *s, const char *path, struct tg_span body)
{
    return put(s, &s->ask, path, body);
}

unsigned tg_sitting_also(struct tg_sitting *s, const char *path, struct tg_span body)
{
    return put(s, &s->also, path, body);
}

unsigned tg_sitting_sign(struct tg_sitting *s, struct tg_span paper)
{
    return put(s, &s->also, "sign", paper);
}

void tg_sitting_cancel(struct tg_sitting *s)
{
    (void)s;
}

void tg_sitting_lock(struct tg_sitting *s)
{
    (void)s;
    _exit(0);
}

static void answer(unsigned n, enum tg_err err, struct tg_span body)
{
    tg_desk_window_answer(the_window, &(struct tg_answer){.n = n, .err = err, .body = body});
}

static struct tg_span text_of(const json_t *value, char **to)
{
    *to = json_dumps(value, JSON_COMPACT);
    return tg_span_str(*to != NULL ? *to : "");
}

static void raw(const char *path)
{
    char *bytes = NULL;
    gsize n = 0;

    if (g_file_get_contents(path, &bytes, &n, NULL))
        answer(the_sitting.ask.n, TG_OK, tg_span((const uint8_t *)bytes, n));
    g_free(bytes);
}

static void open_for(struct tg_span whoami)
{
    struct tg_who who;

    if (tg_who_read(whoami, &who) == TG_OK)
        tg_desk_window_open(the_window, &the_sitting, &who);
}

static void obey(const json_t *line)
{
    const char *word = json_string_value(json_array_get(line, 0));
    const char *name = json_string_value(json_array_get(line, 1));
    char *text = NULL;

    if (g_strcmp0(word, "open") == 0)
        open_for(text_of(json_array_get(line, 1), &text));
    else if (g_strcmp0(word, "answer") == 0)
        answer(the_sitting.ask.n, name[0] == '\0' ? TG_OK : tg_err_from_code(name),
               text_of(json_array_get(line, 2), &text));
    else if (g_strcmp0(word, "answer-also") == 0)
        answer(the_sitting.also.n, name[0] == '\0' ? TG_OK : tg_err_from_code(name),
               text_of(json_array_get(line, 2), &text));
    else if (g_strcmp0(word, "event") == 0)
        tg_desk_window_event(the_window, name, text_of(json_array_get(line, 2), &text));
    else if (g_strcmp0(word, "raw") == 0)
        raw(name);
    free(text);
    if (g_strcmp0(word, "asked") == 0)
        (void)printf("%s\n", the_sitting.ask.text != NULL ? the_sitting.ask.text : "");
    else
        (void)printf("ok\n");
    (void)fflush(stdout);
}

static gboolean on_line(GIOChannel *in, GIOCondition condition, gpointer data)
{
    char *text = NULL;
    json_t *line;

    (void)condition;
    (void)data;
    if (g_io_channel_read_line(in, &text, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
        _exit(0);
    line = json_loads(text, 0, NULL);
    obey(line);
    json_decref(line);
    g_free(text);
    return G_SOURCE_CONTINUE;
}

static void on_activate(GtkApplication *app, gpointer data)
{
    GIOChannel *in = g_io_channel_unix_new(0);

    (void)data;
    tg_look_load();
    the_window = tg_desk_window_new(app);
    (void)g_io_channel_set_encoding(in, NULL, NULL);
    (void)g_io_add_watch(in, G_IO_IN | G_IO_HUP, on_line, NULL);
}

int main(int argc, char **argv)
{
    AdwApplication *app;

    (void)setlocale(LC_ALL, "");
    if (argc == 2) /* where the catalogues are */
        (void)bindtextdomain(TG_DOMAIN, argv[1]);
    (void)bind_textdomain_codeset(TG_DOMAIN, "UTF-8");
    tg_look_renderer();
    app = adw_application_new("org.tegata.StandIn", G_APPLICATION_NON_UNIQUE);
    g_signal_connect(app, "activate", G_CALLBACK(on_activate), NULL);
    return g_application_run(G_APPLICATION(app), 0, NULL);
}
