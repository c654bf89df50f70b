/* The rules of one inquiry's life: which step may follow which, by whom, until when. Pure. Internal to the
 * room.
 */
#ifndef TG_INQUIRY_LIFE_H
#define TG_INQUIRY_LIFE_H

#include "server/inquiry/inquiries.h"

struct tg_held {
    struct tg_inquiry i;
    uint64_t first; /* letters of the asker's number, so that others are told at a glance */
    bool held;      /* a step at it is being written down */
    bool unborn;    /* … the first one: nobody sees it yet */
};

/* As of now: what time has ended is expired. */
enum tg_inquiry_state tg_inquiry_state(const struct tg_inquiry *i, tg_sec now);
bool tg_inquiry_is_over(const struct tg_inquiry *i, tg_sec now);
bool tg_inquiry_is_askers(const struct tg_inquiry *i, const char *person, const char *company);
/* Whether this person may take it, or has, and has to answer. */
bool tg_inquiry_waits_for(const struct tg_inquiry *i, const char *person, tg_sec now);

/* A new one. */
void tg_inquiry_ask(struct tg_inquiry *i, const struct tg_inquiry_step *s);
/* May this step be taken, as of s->at? TG_E_NOT_FOUND, TG_E_INQUIRY_OVER, TG_E_INQUIRY_FIELDS. */
enum tg_err tg_inquiry_check(const struct tg_inquiry *i, const struct tg_inquiry_step *s) TG_MUST;
/* A step that was checked. */
void tg_inquiry_apply(struct tg_inquiry *i, const struct tg_inquiry_step *s);

#endif
