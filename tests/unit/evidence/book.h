/* A journal made by hand, line by line, and the policies that it speaks of. */
#ifndef EVIDENCE_BOOK_H
#define EVIDENCE_BOOK_H

#include "server/evidence/decisions.h"
#include "server/evidence/shelf.h"
#include "tests/unit/audit/tool.h"

/* For lines made by hand. */
#define BOOK_TIME "\"time\":\"2026-11-20T06:42:11.123456Z\""

struct book {
    struct tool *tool; /* the journal; open between book_setup and book_close */
    struct tg_buf policy[2];
    struct tg_policy *compiled[2];
};

int book_setup(void **state);
int book_teardown(void **state);
/* policy[which] becomes the shipped policy with `was`, wherever it stands, replaced; was NULL: as shipped. */
void book_policy(struct book *b, unsigned which, const char *was, const char *is);
/* One entry as it stands. */
void book_line(struct book *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The legend of the masks, in the order of field.h. */
void book_names(struct book *b);
/* A session's sign-in: "S1", "E1001", "retail.counter", "retail" … */
void book_sign_in(struct book *b, const char *session, const char *role, const char *kind);
/* A search of that session for the purpose with policy[which], exactly as the policy decides it, with one row
 * of each class that it shows; terminal may be NULL. xor goes into the first row's clear or hidden mask.
 */
struct book_look {
    const char *session, *role, *kind, *purpose, *terminal, *peer;
    unsigned policy;
    tg_mask spoil_clear, spoil_hidden;
    const char *spoil_rule; /* instead of the last rule */
    const char *drop;       /* a member that is left out: "purpose", "policy", "session" */
    const char *basis;      /* a consent, which began so many days ago */
    tg_day days_ago;
};
void book_look(struct book *b, const struct book_look *l);
/* Makes all durable, with a checkpoint. */
void book_close(struct book *b);
/* The whole closed journal. */
struct tg_decisions book_all(const struct book *b);
/* A tg_shelf_read; ctx: the book. */
tg_shelf_read book_shelf;

#endif
