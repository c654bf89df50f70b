#include "ui/text/tongue.h"

#include <string.h>

#include "ui/tr.h"

bool tg_tongue_english(void)
{
    /* Translators: the name of the language that this catalogue is in. */
    return strcmp(_("English"), "English") == 0;
}

const char *tg_tongue_err(enum tg_err e)
{
    return tg_tongue_english() ? tg_err_en(e) : tg_err_ja(e);
}
