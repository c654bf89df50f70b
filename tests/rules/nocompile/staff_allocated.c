/* proves: nobody else can even know how large a tg_staff is */
/* says: incomplete|storage size|undefined type */
#include "server/admit/staff.h"
#ifdef CONTROL
#include "server/admit/staff_make.h"
#endif

struct tg_staff *probe(void);

struct tg_staff *probe(void)
{
    return calloc(1, sizeof(struct tg_staff));
}
