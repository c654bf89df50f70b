#include "ui/gate/words.h"

#include <stdio.h>

#include "certs/base/text.h"
#include "ui/text/tongue.h"
#include "ui/tr.h"

static void detail(struct tg_gate_words *w, const char *text)
{
    tg_ignore(tg_copy(w->detail, sizeof w->detail, tg_span_str(text))); /* our own texts: they fit */
}

static void empty(const struct tg_gate_view *v, struct tg_gate_words *w)
{
    w->title = _("Insert your employee card");
    if (v->err == TG_E_CARD_REMOVED)
        detail(w, _("The card was taken out. This desk is locked, and nothing of it is left here."));
    else if (v->err != TG_E_CARD_NONE && v->err != TG_OK)
        detail(w, tg_tongue_err(v->err));
    w->alarm = v->err != TG_E_CARD_REMOVED && v->err != TG_E_CARD_NONE && v->err != TG_OK;
}

static void add(struct tg_gate_words *w, const char *text)
{
    size_t n = strlen(w->detail);

    (void)snprintf(w->detail + n, sizeof w->detail - n, "%s%s", n > 0 ? " " : "", text);
}

static void tries(const struct tg_gate_view *v, struct tg_gate_words *w)
{
    char left[128];

    if (v->tries == 1) {
        add(w, _("One try is left. A wrong PIN now blocks the card."));
    } else if (v->tries > 1) {
        (void)snprintf(left, sizeof left, _("%d tries left."), v->tries);
        add(w, left);
    }
}

static void pin(const struct tg_gate_view *v, struct tg_gate_words *w)
{
    w->title = _("Enter the PIN of your card");
    w->keys = _("6 to 8 digits, then Enter");
    w->alarm = v->err != TG_OK || v->tries == 1;
    if (v->err != TG_OK && v->err != TG_E_PIN_LAST_TRY)
        detail(w, tg_tongue_err(v->err));
    tries(v, w);
}

static void unfit(const struct tg_gate_view *v, struct tg_gate_words *w)
{
    w->title = _("This card cannot be used here");
    w->keys = _("Take out the card. Enter: look at it again.");
    w->alarm = true;
    detail(w, tg_tongue_err(v->err));
}

static void denied(const struct tg_gate_view *v, struct tg_gate_words *w)
{
    bool ended = tg_err_status(v->err) == 401;

    w->title = ended ? _("The session has ended") : _("Sign-in is not possible");
    w->keys = _("Enter: try again. Or take out the card.");
    w->alarm = true;
    detail(w, tg_tongue_err(v->err));
}

void tg_gate_words(const struct tg_gate_view *view, struct tg_gate_words *ret)
{
    *ret = (struct tg_gate_words){.title = "", .keys = ""};
    switch (view->state) {
    case TG_GATE_PIN:
        pin(view, ret);
        break;
    case TG_GATE_SIGNING:
        ret->title = _("Signing in...");
        detail(ret, _("Leave the card in the reader."));
        ret->keys = _("Esc: stop");
        break;
    case TG_GATE_CHOOSE:
        ret->title = _("Which post are you working in?");
        ret->keys = _("Press its number. Esc: back");
        break;
    case TG_GATE_OPEN:
        ret->title = _("You are signed in");
        detail(ret, _("Take out the card, and this desk is locked at once."));
        break;
    case TG_GATE_UNFIT:
        unfit(view, ret);
        break;
    case TG_GATE_REFUSED:
        denied(view, ret);
        break;
    case TG_GATE_EMPTY:
    case TG_GATE_STATES:
        empty(view, ret);
        break;
    }
}
