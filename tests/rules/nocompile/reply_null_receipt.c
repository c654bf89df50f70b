/* proves: "no record" does not pass for a receipt */
/* says: nonnull|non-null */
#include "server/desk/reply.h"

void probe(struct tg_req *req, struct tg_receipt *receipt, const struct tg_rows *rows);

void probe(struct tg_req *req, struct tg_receipt *receipt, const struct tg_rows *rows)
{
    (void)receipt;
#ifdef CONTROL
    tg_reply_rows(req, receipt, NULL, NULL, rows);
#else
    tg_reply_rows(req, NULL, NULL, NULL, rows);
#endif
}
