/* proves: an error cannot be overlooked */
/* says: unused.result|warn_unused_result */
#include "certs/base/blob.h"

void probe(struct tg_buf *b);

void probe(struct tg_buf *b)
{
#ifdef CONTROL
    enum tg_err err = tg_buf_add_str(b, "x");

    if (err != TG_OK)
        tg_buf_reset(b);
#else
    tg_buf_add_str(b, "x");
#endif
}
