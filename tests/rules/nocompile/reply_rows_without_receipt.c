/* proves: forgetting to audit does not compile */
/* says: too few arguments */
#include "server/desk/reply.h"

void probe(struct tg_req *req, struct tg_receipt *receipt, const struct tg_scope *scope,
           const struct tg_rows *rows);

void probe(struct tg_req *req, struct tg_receipt *receipt, const struct tg_scope *scope,
           const struct tg_rows *rows)
{
    (void)receipt;
#ifdef CONTROL
    tg_reply_rows(req, receipt, NULL, scope, rows);
#else
    tg_reply_rows(req, NULL, scope, rows);
#endif
}
