/* What the answer to reset (ISO/IEC 7816-3 section 8) announces. Only a hint: it is never an identity. */
#ifndef TG_ATR_H
#define TG_ATR_H

#include <stdbool.h>

#include "certs/base/blob.h"

/* True when the historical bytes hold card capabilities (compact-TLV 73, ISO/IEC 7816-4 section 8.1.1.2.7)
 * with "extended Lc and Le fields". False for anything malformed.
 */
bool tg_atr_extended(struct tg_span atr);

#endif
