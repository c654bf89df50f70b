/* proves: only policy makes a tg_scope */
/* says: incomplete|storage size|undefined type */
#include "server/policy/scope.h"

#ifdef CONTROL
struct tg_scope {
    int anything;
};
#endif

size_t probe(void);

size_t probe(void)
{
    struct tg_scope forged = {0};

    return tg_scope_count(&forged);
}
