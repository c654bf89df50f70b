/* proves: no customer is looked up without a tg_scope */
/* says: too few arguments */
#include "server/records/store.h"

void probe(struct tg_reader *r, const struct tg_scope *scope, const struct tg_query *q, tg_rows_done *done);

void probe(struct tg_reader *r, const struct tg_scope *scope, const struct tg_query *q, tg_rows_done *done)
{
    (void)scope;
#ifdef CONTROL
    tg_reader_search(r, scope, q, done, NULL);
#else
    tg_reader_search(r, q, done, NULL);
#endif
}
