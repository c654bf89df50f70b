/* proves: only audit issues a tg_receipt */
/* says: incomplete|storage size|undefined type */
#include "server/audit/audit.h"

#ifdef CONTROL
struct tg_receipt {
    int anything;
};
#endif

uint64_t probe(void);

uint64_t probe(void)
{
    struct tg_receipt forged = {0};

    return tg_receipt_seq(&forged);
}
