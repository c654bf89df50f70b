#include "ui/desk/contact.h"

#include "ui/tr.h"

enum tg_contact tg_contact_of(int64_t heard, int64_t now)
{
    if (now - heard >= TG_CONTACT_LOST)
        return TG_CONTACT_IS_LOST;
    return now - heard >= TG_CONTACT_SLOW ? TG_CONTACT_IS_SLOW : TG_CONTACT_IS_GOOD;
}

const char *tg_contact_text(enum tg_contact c)
{
    static const char *const texts[] = {
        [TG_CONTACT_IS_GOOD] = N_("● Connected"),
        [TG_CONTACT_IS_SLOW] = N_("◐ Slow: wait, nothing is lost"),
        [TG_CONTACT_IS_LOST] = N_("○ Not connected: it locks; sign in again, or tell the help desk"),
    };

    return _(texts[c]);
}
