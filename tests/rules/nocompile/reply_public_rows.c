/* proves: rows do not leave as public text */
/* says: incompatible|passing .struct tg_rows */
#include "server/desk/reply.h"
#include "server/records/store.h"

void probe(struct tg_req *req, const struct tg_rows *rows);

void probe(struct tg_req *req, const struct tg_rows *rows)
{
    (void)rows;
#ifdef CONTROL
    tg_reply_public(req, tg_span_str("{}"));
#else
    tg_reply_public(req, *rows);
#endif
}
