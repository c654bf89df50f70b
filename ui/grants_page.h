/* The page of events and their grants, for whoever declares, approves, reviews or is on a roster: what there
 * is, what waits for whom, alarms, and everything that may be done about it with a key. What is to be
 * approved goes to the gate, which shows it and asks for the PIN.
 */
#ifndef TG_GRANTS_PAGE_H
#define TG_GRANTS_PAGE_H

#include "ui/desk/board.h"
#include "ui/desk_page.h"

/* Lives as long as the window. side as tg_side_of; first: what the server has answered already (copied by
 * reading it). */
struct tg_desk_page tg_grants_page_new(const char *side, struct tg_span first);

#endif
