/* proves: nobody gives a tg_staff another role */
/* says: incomplete|undefined type */
#include "server/admit/staff.h"
#ifdef CONTROL
#include "server/admit/staff_make.h"
#endif

void probe(struct tg_staff *s);

void probe(struct tg_staff *s)
{
    s->role[0] = 0;
}
