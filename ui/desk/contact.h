/* Whether the server is heard: every two seconds it asks the card whether it is still there, and takes the
 * answer. No clock: seconds of a clock that is never set are given.
 */
#ifndef TG_CONTACT_H
#define TG_CONTACT_H

#include <stdint.h>

#define TG_CONTACT_SLOW 4 /* seconds without a word: it is said */
#define TG_CONTACT_LOST 6 /* … longer than a lease: the session is lost */

enum tg_contact { TG_CONTACT_IS_GOOD, TG_CONTACT_IS_SLOW, TG_CONTACT_IS_LOST };

enum tg_contact tg_contact_of(int64_t heard, int64_t now);
/* A shape and words, and what to do; translated, static. */
const char *tg_contact_text(enum tg_contact c);

#endif
