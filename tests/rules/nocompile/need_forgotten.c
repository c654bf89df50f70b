/* proves: a new kind of need cannot be forgotten where they are told apart */
/* says: not handled */
#include "server/door/door.h"

bool probe(enum tg_need need);

bool probe(enum tg_need need)
{
    switch (need) {
    case TG_NEED_NOTHING:
        return true;
    case TG_NEED_KEY:
        return true;
#ifdef CONTROL
    case TG_NEED_SESSION:
        return false;
#endif
    }
    return false;
}
