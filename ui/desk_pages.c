#include "ui/desk_pages.h"

#include "ui/customers_page.h"

void tg_desk_pages_first(struct tg_desk_window *w)
{
    struct tg_desk_page customers = tg_customers_page_new();

    tg_desk_window_add(w, &customers);
}

void tg_desk_pages_of(struct tg_desk_window *w, const struct tg_who *who)
{
    (void)w;
    (void)who; /* every post has the customers' page only, so far */
}
