/* proves: a tg_scope cannot be copied, only pointed to */
/* says: incomplete|storage size|undefined type */
#include "server/policy/scope.h"

#ifdef CONTROL
struct tg_scope {
    int anything;
};
#endif

size_t probe(const struct tg_scope *s);

size_t probe(const struct tg_scope *s)
{
    struct tg_scope copy = *s;

    return tg_scope_count(&copy);
}
