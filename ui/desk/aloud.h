/* What of a record is read aloud over the telephone (復唱), and how: kana, telephone, supply point and
 * customer number, in the groups that people say them in.
 */
#ifndef TG_ALOUD_H
#define TG_ALOUD_H

#include "ui/desk/page.h"
#include "ui/text/readback.h"

#define TG_ALOUD_LINES 5u

struct tg_aloud {
    struct {
        const char *label;          /* translated, static */
        struct tg_readback *pieces; /* owned */
    } line[TG_ALOUD_LINES];
    size_t n;
};

/* What can be seen of the row; a hidden field is not read aloud. What cannot be read is left out. */
void tg_aloud_make(const json_t *row, struct tg_aloud *ret);
void tg_aloud_done(struct tg_aloud *a);
/* A telephone number, with or without hyphens, in the groups that people say. Errors of tg_readback_digits.
 */
enum tg_err tg_aloud_phone(const char *phone, struct tg_readback **ret) TG_MUST;

#endif
