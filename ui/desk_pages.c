#include "ui/desk_pages.h"

#include "ui/customers_page.h"
#include "ui/desk/board.h"
#include "ui/grants_page.h"

void tg_desk_pages_first(struct tg_desk_window *w)
{
    struct tg_desk_page customers = tg_customers_page_new();

    tg_desk_window_add(w, &customers);
}

/* Asks once, in nobody's way, what the person may do beside looking customers up. */
struct scout {
    struct tg_desk_window *window;
    const char *side;
    unsigned grants; /* number of the question; 0: none */
};

static void open(void *arg, struct tg_sitting *s, const struct tg_who *who)
{
    struct scout *c = arg;

    c->side = tg_side_of(who->role);
    c->grants = tg_sitting_also(s, "/v1/grants", tg_span(NULL, 0));
}

static bool has_part(const struct tg_board *b)
{
    return tg_board_may(b, "declare") || tg_board_may(b, "approve") || tg_board_may(b, "review") ||
           tg_board_may(b, "respond") || tg_board_events(b) > 0;
}

static void grants_take(struct scout *c, struct tg_span json)
{
    struct tg_board *b = NULL;

    if (tg_board_read(json, c->side, &b) != TG_OK)
        return;
    if (has_part(b)) {
        struct tg_desk_page page = tg_grants_page_new(c->side, json);

        tg_desk_window_add(c->window, &page);
        if (tg_board_calls(b) || tg_board_may(b, "approve"))
            tg_desk_window_turn(c->window, page.name);
    }
    tg_board_free(&b);
}

static void answer(void *arg, const struct tg_answer *a)
{
    struct scout *c = arg;

    if (c->grants == 0 || a->n != c->grants)
        return;
    c->grants = 0;
    if (a->err == TG_OK)
        grants_take(c, a->body);
}

void tg_desk_pages_of(struct tg_desk_window *w, const struct tg_who *who)
{
    struct scout *c = g_new0(struct scout, 1); /* lives as long as the window */
    struct tg_desk_page ears = {.arg = c, .open = open, .answer = answer};

    (void)who;
    c->window = w;
    tg_desk_window_listen(w, &ears);
}
