/* The board: declared events, standing rosters, alarms and debts as the server tells them to one person (GET
 * /v1/grants), what waits there for whom, and which keys do something about it. No window, no clock of its
 * own.
 */
#ifndef TG_BOARD_H
#define TG_BOARD_H

#include "certs/base/clock.h"
#include "certs/base/json.h"

struct tg_board;

void tg_board_free(struct tg_board **b);
/* side: of the signed-in role, "network", "retail" or "". TG_E_SERVER_REPLY when it has not that shape;
 * TG_E_NOMEM. */
enum tg_err tg_board_read(struct tg_span json, const char *side, struct tg_board **ret) TG_MUST;
/* "network" for nw.…, "retail" for retail.…, "" else. Static. */
const char *tg_side_of(const char *role);
tg_sec tg_board_now(const struct tg_board *b);                 /* by the server's clock */
bool tg_board_may(const struct tg_board *b, const char *what); /* "declare", "approve", "review", "respond" */

/* Events with what waits for this person first, then what is live, then the others; each newest first. All
 * borrowed. */
size_t tg_board_events(const struct tg_board *b);
const json_t *tg_board_event(const struct tg_board *b, size_t i);
const json_t *tg_board_find(const struct tg_board *b, const char *id); /* event or roster; NULL: none */
size_t tg_board_rosters(const struct tg_board *b);
const json_t *tg_board_roster(const struct tg_board *b, size_t i);
size_t tg_board_alarms(const struct tg_board *b);
const json_t *tg_board_alarm(const struct tg_board *b, size_t i);
size_t tg_board_debts(const struct tg_board *b);
const json_t *tg_board_debt(const struct tg_board *b, size_t i);

/* Something on the board waits for this very person: an approval, an alarm, a rule to read, views. */
bool tg_board_calls(const struct tg_board *b);
/* The exact text that waits for this person's approval, of an event, its extension or a roster; empty: none.
 */
struct tg_span tg_event_paper(const struct tg_board *b, const json_t *event);

/* For people, translated and static. What is not listed goes under its machine name. */
const char *tg_event_kind_text(const char *kind);
const char *tg_event_state_text(const json_t *event);
/* "waits for: network company" …; "" it waits for nobody. */
const char *tg_event_waits_text(const json_t *event);
bool tg_event_flag(const json_t *event, const char *flag);
/* Seconds that are left at now; -1: it is not live. */
int64_t tg_event_left(const json_t *event, tg_sec now);

#endif
