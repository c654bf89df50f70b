/* A text that a person is asked to approve, read before anybody sees or signs it: one flat JSON object of a
 * grant or of a standing roster (server/grants writes it), every member known and in its bounds, each once,
 * nothing behind. What it says is shown line by line, so that what is shown is what is signed.
 */
#ifndef TG_PAPER_H
#define TG_PAPER_H

#include "certs/base/json.h"

struct tg_paper;

void tg_paper_free(struct tg_paper **p);
/* TG_E_APPROVAL_ACT: it is neither; TG_E_APPROVAL_ORDER: its number and what it follows do not agree;
 * TG_E_BAD_JSON, TG_E_BAD_UTF8, TG_E_BAD_MEMBER; TG_E_NOMEM. */
enum tg_err tg_paper_read(struct tg_span text, struct tg_paper **ret) TG_MUST;
/* "grant" or "roster": what the approval is made out for. Static. */
const char *tg_paper_act(const struct tg_paper *p);
/* The digest of the text that it follows, and its own number; NULL and 0: it follows none. Borrowed. */
const char *tg_paper_prior(const struct tg_paper *p, int64_t *seq);

/* What of it is shown, in this order; label translated and static, text appended. False at the end. */
const char *tg_paper_title(const struct tg_paper *p); /* translated, static */
/* The text of line i, appended; *label NULL at the end. TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_paper_line(const struct tg_paper *p, size_t i, const char **label,
                          struct tg_buf *text) TG_MUST;

#endif
