/* application/x-www-form-urlencoded bodies of the OAuth endpoints, strictly: known fields, once each,
 * well-formed. */
#ifndef TG_FORM_H
#define TG_FORM_H

#include "certs/base/blob.h"
#include "certs/base/err.h"

struct tg_form_field {
    const char *name;
    struct tg_buf *value; /* decoded, appended; its ceiling is the field's */
    bool required;
};

/* TG_E_BAD_REQUEST, TG_E_BAD_MEMBER with *bad naming the expected field ("(unknown)" for one that is not). */
enum tg_err tg_form_read(struct tg_span body, struct tg_form_field *fields, size_t n,
                         const char **bad) TG_MUST;

#endif
