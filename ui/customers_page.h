/* The page of whoever works with customers: one search box, the results, one record, the record read aloud.
 */
#ifndef TG_CUSTOMERS_PAGE_H
#define TG_CUSTOMERS_PAGE_H

#include "ui/desk_page.h"

/* Lives as long as the window. */
struct tg_desk_page tg_customers_page_new(void);
/* From when on F7 opens an inquiry (照会): inquire gets the record that is open and checked (NULL: none), and
 * its case. arg: of that page. */
void tg_customers_page_inquire(void *page,
                               void (*inquire)(void *arg, const json_t *row, const char *case_ref),
                               void *arg);

#endif
