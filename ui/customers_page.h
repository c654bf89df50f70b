/* The page of whoever works with customers: one search box, the results, one record, the record read aloud.
 */
#ifndef TG_CUSTOMERS_PAGE_H
#define TG_CUSTOMERS_PAGE_H

#include "ui/desk/typed.h"
#include "ui/desk_page.h"

/* Lives as long as the window. */
struct tg_desk_page tg_customers_page_new(void);
/* From when on F10 opens an inquiry (照会): inquire gets the record that is open and checked (NULL: none),
 * what stands in the search box, and the case. page: arg of that page. */
struct tg_customers_inquire {
    void (*inquire)(void *arg, const json_t *row, const struct tg_search *s);
    void *arg;
};
void tg_customers_page_inquire(void *page, const struct tg_customers_inquire *to);

#endif
