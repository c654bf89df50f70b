/* proves: only admit makes a tg_staff */
/* says: incomplete|storage size|undefined type */
#include "server/admit/staff.h"
#ifdef CONTROL
#include "server/admit/staff_make.h"
#endif

const char *probe(void);

const char *probe(void)
{
    struct tg_staff forged = {0};

    return tg_staff_person(&forged);
}
