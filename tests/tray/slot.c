#include "tests/tray/slot.h"

#include <gio/gio.h>

struct tray_slot {
    char *lab, *dir;
    char *card, *wanted; /* in the reader; to be in it */
    GSubprocess *hand;   /* at work; NULL: at rest */
    char *carries;       /* what it puts in; NULL: it pulls out */
    tray_slot_changed *changed;
    void *ctx;
    GCancellable *gone;
};

struct tray_slot *tray_slot_new(const char *lab, const char *dir, tray_slot_changed *changed, void *ctx)
{
    struct tray_slot *s = g_new0(struct tray_slot, 1);

    s->lab = g_strdup(lab);
    s->dir = g_strdup(dir);
    s->changed = changed;
    s->ctx = ctx;
    s->gone = g_cancellable_new();
    return s;
}

const char *tray_slot_card(const struct tray_slot *s)
{
    return s->card;
}

static void go_on(struct tray_slot *s);

static void hand_rests(struct tray_slot *s, gboolean done, const char *said)
{
    g_clear_object(&s->hand);
    if (done) {
        g_free(s->card);
        s->card = g_steal_pointer(&s->carries);
        s->changed(s->ctx, s->card, NULL);
        go_on(s);
        return;
    }
    g_clear_pointer(&s->carries, g_free);
    g_free(s->wanted); /* no second try by itself */
    s->wanted = g_strdup(s->card);
    s->changed(s->ctx, s->card, said != NULL && said[0] != '\0' ? said : "tests/lab card");
}

static void hand_done(GObject *source, GAsyncResult *result, gpointer ctx)
{
    g_autofree char *said = NULL;
    g_autoptr(GError) error = NULL;
    gboolean ended =
        g_subprocess_communicate_utf8_finish(G_SUBPROCESS(source), result, &said, NULL, &error);

    if (!ended && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* the slot is gone */
    hand_rests(ctx, ended && g_subprocess_get_successful(G_SUBPROCESS(source)), ended ? said : error->message);
}

/* Whatever holds a card is emptied first, as with a real reader. */
static void go_on(struct tray_slot *s)
{
    const char *in[] = {s->lab, "card", s->dir, "insert", s->wanted, NULL};
    const char *out[] = {s->lab, "card", s->dir, "remove", NULL};
    g_autoptr(GError) error = NULL;

    if (s->hand != NULL || g_strcmp0(s->card, s->wanted) == 0)
        return;
    s->carries = s->card == NULL ? g_strdup(s->wanted) : NULL;
    s->hand = g_subprocess_newv(s->card == NULL ? in : out,
                                G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
    if (s->hand == NULL)
        hand_rests(s, FALSE, error->message);
    else
        g_subprocess_communicate_utf8_async(s->hand, NULL, s->gone, hand_done, s);
}

void tray_slot_want(struct tray_slot *s, const char *card)
{
    g_free(s->wanted);
    s->wanted = g_strdup(card);
    go_on(s);
}

void tray_slot_free(struct tray_slot *s)
{
    g_cancellable_cancel(s->gone);
    g_clear_object(&s->hand);
    g_object_unref(s->gone);
    g_free(s->carries);
    g_free(s->wanted);
    g_free(s->card);
    g_free(s->lab);
    g_free(s->dir);
    g_free(s);
}
