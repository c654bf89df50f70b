/* proves: being admitted is not yet being allowed: a tg_staff is no tg_scope */
/* says: incompatible */
#include "server/admit/staff.h"
#include "server/records/store.h"

void probe(struct tg_reader *r, const struct tg_scope *scope, const struct tg_staff *staff,
           tg_rows_done *done);

void probe(struct tg_reader *r, const struct tg_scope *scope, const struct tg_staff *staff,
           tg_rows_done *done)
{
    (void)scope;
    (void)staff;
#ifdef CONTROL
    tg_reader_show(r, scope, tg_span_str("1"), done, NULL);
#else
    tg_reader_show(r, staff, tg_span_str("1"), done, NULL);
#endif
}
