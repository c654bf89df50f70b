/* proves: what audit was asked with does not pass for its receipt */
/* says: incompatible */
#include "server/audit/audit.h"
#include "server/desk/reply.h"

void probe(struct tg_req *req, struct tg_receipt *receipt, struct tg_lane *lane);

void probe(struct tg_req *req, struct tg_receipt *receipt, struct tg_lane *lane)
{
    (void)receipt;
    (void)lane;
#ifdef CONTROL
    tg_reply_written(req, receipt, tg_span_str("{}"));
#else
    tg_reply_written(req, lane, tg_span_str("{}"));
#endif
}
