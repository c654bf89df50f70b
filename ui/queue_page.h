/* The Network Service Center's page: questions in the order of their waiting, a clock on each. One key takes
 * the first, one more answers it with a canned sentence; what is opened is what was asked, unless fields are
 * taken away. Nobody is named, and no text is typed.
 */
#ifndef TG_QUEUE_PAGE_H
#define TG_QUEUE_PAGE_H

#include "ui/desk_page.h"

/* Lives as long as the window. */
struct tg_desk_page tg_queue_page_new(void);

#endif
