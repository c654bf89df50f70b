/* The page of whoever asks the network company (照会): one's own questions with their waiting, an answer that
 * opens once, and the form of a new one, which a record fills in. The server guides: own contract (STEP1),
 * facility (STEP2), question (STEP3).
 */
#ifndef TG_INQUIRY_PAGE_H
#define TG_INQUIRY_PAGE_H

#include "ui/desk/asks.h"
#include "ui/desk_page.h"

/* Lives as long as the window. */
struct tg_desk_page tg_inquiry_page_new(void);
/* The form, filled in with what is known; the page is turned to by the caller. arg: of that page. */
void tg_inquiry_page_ask(void *arg, const struct tg_asking *known);

#endif
