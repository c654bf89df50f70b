/* Hex as people type it: either case. The product's own tg_unhex is strict on purpose. */
#include "certs/base/text.h"
#include "tests/card/inner.h"

enum tg_err tg_vc_unhex(struct tg_span in, uint8_t *out, size_t n)
{
    char pair[2];
    if (in.n != 2 * n)
        return TG_E_FORM;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 2; k++) {
            uint8_t ch = in.p[2 * i + k];
            pair[k] = (char)(ch >= 'A' && ch <= 'F' ? ch - 'A' + 'a' : ch);
        }
        if (tg_unhex(tg_span(pair, 2), out + i, 1) != TG_OK)
            return TG_E_FORM;
    }
    return TG_OK;
}
