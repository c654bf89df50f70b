/* The page of whoever works with customers: one search box, the results, one record, the record read aloud.
 */
#ifndef TG_CUSTOMERS_PAGE_H
#define TG_CUSTOMERS_PAGE_H

#include "ui/desk_page.h"

/* Lives as long as the window. */
struct tg_desk_page tg_customers_page_new(void);

#endif
