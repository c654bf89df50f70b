/* The look-ups under an event, as POST /v1/grants/views answers them to a reviewer. No window. */
#ifndef TG_VIEWS_H
#define TG_VIEWS_H

#include "certs/base/json.h"

struct tg_views;

void tg_views_free(struct tg_views **v);
/* TG_E_SERVER_REPLY, TG_E_NOMEM. */
enum tg_err tg_views_read(struct tg_span json, struct tg_views **ret) TG_MUST;
/* Those that wait for a review first, each oldest first. Borrowed; NULL out of range. */
size_t tg_views_count(const struct tg_views *v);
const json_t *tg_views_at(const struct tg_views *v, size_t i);
/* One line for people: when, who, what, how many, what was said of it; and the ids of the records. Appended.
 */
enum tg_err tg_view_head(const json_t *view, struct tg_buf *out) TG_MUST;
enum tg_err tg_view_ids(const json_t *view, struct tg_buf *out) TG_MUST;
/* The number, if it waits for a review, appended; nothing otherwise, or for NULL. */
enum tg_err tg_view_number(const json_t *view, struct tg_buf *out) TG_MUST;
/* The numbers of all that wait, a space between, as many as one request may have; appended. */
enum tg_err tg_views_open(const struct tg_views *v, struct tg_buf *out) TG_MUST;

#endif
