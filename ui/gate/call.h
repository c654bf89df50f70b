/* A caller's number that a telephone system hands over: `tegata 'tegata:phone/0178221234'`. The program that
 * is started with it gives it to the gate that runs for the same user, and ends.
 *
 * As the thief sees it: any program of this user may do the same, so that nothing here is believed. It is
 * digits, at most TG_CALL_DIGITS of them; it only fills the search box (and nothing that somebody is typing),
 * never asks the server, and the next one takes the place of the last. Nobody is answered, and nothing is
 * kept but one number, for TG_CALL_KEPT_MS at most and no longer than the card stays.
 */
#ifndef TG_CALL_H
#define TG_CALL_H

#include <stdbool.h>

#define TG_CALL_DIGITS 15u                  /* E.164 */
#define TG_CALL_DIGITS_MIN 3u               /* 110 */
#define TG_CALL_BYTES (TG_CALL_DIGITS + 2u) /* a + and a NUL */
#define TG_CALL_KEPT_MS 120000

/* tegata:phone/NUMBER: digits, a + (or %2B) before them, and the dashes, dots, brackets and blanks (%20) that
 * people put between them, which are left out. False: anything else. */
bool tg_call_read(const char *uri, char out[TG_CALL_BYTES]);
/* Whether text is such a number as tg_call_read makes. */
bool tg_call_is(const char *text);
/* The gate's letter box (a datagram socket in the user's XDG_RUNTIME_DIR), or -1: there is no such folder, it
 * is not this user's alone, or another gate has it. */
int tg_call_listen(void);
/* Takes one letter that lies there. False: there is none, it is no number, or from another user. Never
 * blocks. */
bool tg_call_take(int fd, char out[TG_CALL_BYTES]);
/* Puts number into the letter box of the gate that runs. False: there is none. */
bool tg_call_hand(const char *number);

#endif
