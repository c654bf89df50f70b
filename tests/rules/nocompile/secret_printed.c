/* proves: a secret has no printf conversion */
/* says: format */
#include "certs/base/secret.h"

void probe(const struct tg_secret *pin);

void probe(const struct tg_secret *pin)
{
#ifdef CONTROL
    (void)printf("%zu\n", pin->n);
#else
    (void)printf("%s\n", *pin);
#endif
}
