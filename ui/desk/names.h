/* Who is behind the codes of companies. One table for the whole process; GTK's thread only. */
#ifndef TG_NAMES_H
#define TG_NAMES_H

#include "certs/base/blob.h"

/* The answer of GET /v1/companies, instead of what was there; of another shape: nothing changes. */
void tg_names_take(struct tg_span json);
/* Borrowed until the next take; NULL: not known. */
const char *tg_names_company(const char *code);

#endif
