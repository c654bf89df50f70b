/* What can be done about an event or a roster of the board, by which key, and the bodies of the requests that
 * do it. No window.
 */
#ifndef TG_DEEDS_H
#define TG_DEEDS_H

#include "ui/desk/board.h"

/* What can be done about an event or a roster, in the order of their buttons. */
enum tg_deed {
    TG_DEED_NONE,
    TG_DEED_ACKNOWLEDGE, /* k: the rule was read */
    TG_DEED_APPROVE,     /* a: the text that waits is handed to the gate */
    TG_DEED_START,       /* s: on a standing roster, without all approvals */
    TG_DEED_EXTEND,      /* e */
    TG_DEED_CLOSE,       /* c: ends it; withdraws one that is not live */
    TG_DEED_REVIEW,      /* r: the views under it */
    TG_DEEDS
};
char tg_deed_key(enum tg_deed d);         /* lower case */
const char *tg_deed_text(enum tg_deed d); /* with its key, translated */
/* May this person do it to this event now, by what the server said? */
bool tg_deed_fits(const struct tg_board *b, const json_t *event, enum tg_deed d);
/* The one that the key does; TG_DEED_NONE: none that fits. */
enum tg_deed tg_deed_of(const struct tg_board *b, const json_t *event, char key);

/* Bodies of requests, appended. */
struct tg_declaring {
    const char *kind, *cause, *areas; /* codes with a space between */
    const char *people, *standing;    /* one of them; the other "" */
    int64_t seconds;
    tg_sec end;
};
enum tg_err tg_declare_write(const struct tg_declaring *d, struct tg_buf *out) TG_MUST;
struct tg_member {
    const char *name, *value;
};
/* One object of these texts; a NULL name ends them. */
enum tg_err tg_members_write(const struct tg_member *members, struct tg_buf *out) TG_MUST;
enum tg_err tg_extend_write(const char *id, int64_t seconds, tg_sec end, struct tg_buf *out) TG_MUST;

/* Why both approvers could not be asked, in the order of its number key; code NULL at the end. */
struct tg_reason {
    const char *code, *text;
};
struct tg_reason tg_reason_at(size_t i);

#endif
