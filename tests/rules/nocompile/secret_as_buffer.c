/* proves: a secret does not go where bytes grow and move */
/* says: incompatible */
#include "certs/base/secret.h"

enum tg_err probe(struct tg_buf *b, struct tg_secret *pin);

enum tg_err probe(struct tg_buf *b, struct tg_secret *pin)
{
    (void)b;
    (void)pin;
#ifdef CONTROL
    return tg_buf_reserve(b, 1);
#else
    return tg_buf_reserve(pin, 1);
#endif
}
