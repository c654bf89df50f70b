/* A step of a grant out of the journal: what is taken is written again as it was meant, and lists of municipalities
 * stay lists.
 */
#include "certs/base/limits.h"
#include "server/grants/step.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Added to nothing, a list is sorted, and holds what it held. */
static void areas(const char *text)
{
    static char all[TG_SCOPE_AREAS_BYTES];

    all[0] = '\0';
    enum tg_err e = tg_areas_add(all, text);
    if ((e == TG_E_BAD_MEMBER) == tg_areas_ok(text))
        abort();
    if (e == TG_OK && (!tg_areas_sorted(all) || !tg_areas_within(text, all) || !tg_areas_within(all, text)))
        abort();
    if (e != TG_OK && all[0] != '\0')
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    TG_BUF_AUTO one = TG_BUF_INIT(8 * TG_AUDIT_RECORD_BYTES), two = TG_BUF_INIT(8 * TG_AUDIT_RECORD_BYTES);
    TG_JSON_AUTO *obj = NULL, *again = NULL;
    struct tg_step s, back;

    if (n > TG_AUDIT_RECORD_BYTES || tg_json_parse(tg_span(p, n), &obj) != TG_OK || tg_step_read(obj, &s) != TG_OK)
        return 0;
    if (s.areas != NULL)
        areas(s.areas);
    if (tg_step_write(&s, &one) != TG_OK || tg_json_parse(tg_span_buf(&one), &again) != TG_OK ||
        tg_step_read(again, &back) != TG_OK || tg_step_write(&back, &two) != TG_OK ||
        !tg_span_eq(tg_span_buf(&one), tg_span_buf(&two)))
        abort();
    return 0;
}
