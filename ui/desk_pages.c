#include "ui/desk_pages.h"

#include "ui/customers_page.h"
#include "ui/desk/asks.h"
#include "ui/desk/board.h"
#include "ui/grants_page.h"
#include "ui/inquiry_page.h"
#include "ui/queue_page.h"

/* Asks once, in nobody's way, what the person may do beside looking customers up. Lives as long as the
 * window. */
struct scout {
    struct tg_desk_window *window;
    const char *side;
    void *customers, *inquiry;  /* the pages' own */
    unsigned grants, inquiries; /* numbers of the questions; 0: none */
};

static void open(void *arg, struct tg_sitting *s, const struct tg_who *who)
{
    struct scout *c = arg;

    c->side = tg_side_of(who->role);
    c->grants = tg_sitting_also(s, "/v1/grants", tg_span(NULL, 0));
    c->inquiries = tg_sitting_also(s, "/v1/inquiries", tg_span(NULL, 0));
}

/* ---- events ---- */

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

/* ---- inquiries ---- */

/* Of what is hidden in the row, that which may be asked for. */
static void fields_add(const json_t *row, struct tg_buf *out)
{
    json_t *hidden = json_object_get(row, "hidden");
    const char *name;
    json_t *why;

    json_object_foreach(hidden, name, why)
    {
        (void)why;
        tg_ignore(tg_buf_addf(out, "%s%s", out->n > 0 ? " " : "",
                              name)); /* what does not fit can be chosen by hand */
    }
}

static void inquire(void *arg, const json_t *row, const struct tg_search *s)
{
    struct scout *c = arg;
    TG_BUF_AUTO fields = TG_BUF_INIT(1024);
    struct tg_asking known = {.consent = s->case_ref, .point = s->kind == TG_KIND_POINT ? s->query : NULL};

    if (row != NULL) {
        fields_add(row, &fields);
        known.point = tg_row_field(row, "point");
        known.id = known.point == NULL ? tg_row_id(row) : NULL;
        known.name = tg_row_field(row, "name");
        known.fields = fields.n > 0 ? tg_buf_cstr(&fields) : NULL;
    }
    tg_desk_window_turn(c->window, "inquiry");
    tg_inquiry_page_ask(c->inquiry, &known);
}

static void inquiries_take(struct scout *c, struct tg_span json)
{
    struct tg_asks *a = NULL;

    if (tg_asks_read(json, &a) != TG_OK)
        return;
    if (tg_asks_may(a, "answer")) {
        struct tg_desk_page page = tg_queue_page_new();

        tg_desk_window_add(c->window, &page);
    }
    if (tg_asks_may(a, "ask")) {
        struct tg_desk_page page = tg_inquiry_page_new();

        c->inquiry = page.arg;
        tg_desk_window_add(c->window, &page);
        tg_customers_page_inquire(c->customers, &(struct tg_customers_inquire){inquire, c});
    }
    tg_asks_free(&a);
}

static void answer(void *arg, const struct tg_answer *a)
{
    struct scout *c = arg;

    if (a->n == 0)
        return;
    if (a->n == c->grants) {
        c->grants = 0;
        if (a->err == TG_OK)
            grants_take(c, a->body);
    } else if (a->n == c->inquiries) {
        c->inquiries = 0;
        if (a->err == TG_OK)
            inquiries_take(c, a->body);
    }
}

void tg_desk_pages_first(struct tg_desk_window *w)
{
    struct tg_desk_page customers = tg_customers_page_new();
    struct scout *c = g_new0(struct scout, 1);
    struct tg_desk_page ears = {.arg = c, .open = open, .answer = answer};

    c->window = w;
    c->customers = customers.arg;
    tg_desk_window_add(w, &customers);
    tg_desk_window_listen(w, &ears);
}
