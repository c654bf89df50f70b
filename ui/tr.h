/* Texts for people: English in the source, Japanese in ui/po (a test counts what is missing there). */
#ifndef TG_TR_H
#define TG_TR_H

#include <libintl.h>

#define TG_DOMAIN "tegata"
#define _(text) dgettext(TG_DOMAIN, text)
#define N_(text) text /* marked for the catalogue, translated where it is used */

#endif
