/* proves: asking for a record gives no receipt: it comes later, when the record is durable */
/* says: void */
#include "server/audit/audit.h"

struct tg_receipt *probe(struct tg_lane *l, tg_audit_done *done);

struct tg_receipt *probe(struct tg_lane *l, tg_audit_done *done)
{
#ifdef CONTROL
    tg_audit_append(l, tg_span_str("{}"), done, NULL);
    return NULL;
#else
    return tg_audit_append(l, tg_span_str("{}"), done, NULL);
#endif
}
