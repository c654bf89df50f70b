/* The lab's first reader, and what hands do with it: put a card in, change it, pull it out, by `tests/lab card`. One thing
 * at a time; what is wished meanwhile is done next, and only the last wish counts.
 */
#ifndef TG_TRAY_SLOT_H
#define TG_TRAY_SLOT_H

#include <glib.h>

struct tray_slot;

/* Called in the main loop: card is what the reader holds now (NULL: nothing), trouble what went wrong (NULL:
 * nothing). */
typedef void tray_slot_changed(void *ctx, const char *card, const char *trouble);

struct tray_slot *tray_slot_new(const char *lab, const char *dir, tray_slot_changed *changed, void *ctx);
/* NULL: the reader is to be empty. */
void tray_slot_want(struct tray_slot *s, const char *card);
const char *tray_slot_card(const struct tray_slot *s);
/* What is under way ends by itself; nothing is called any more. */
void tray_slot_free(struct tray_slot *s);

#endif
