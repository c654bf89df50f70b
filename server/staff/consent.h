/* Consents of customers (同意): on whose word somebody may look beyond what the post shows. One consent is
 * for one company, one supply point, one purpose and at most TG_CONSENT_DAYS days.
 *
 * consents.csv   consent,company,point,purpose,from,to
 *
 * consent is the reference that the paper or the call record has, and that a look-up names as its case;
 * company is the retailer that the customer allowed; point has 22 digits, dashes between them allowed;
 * purpose is one of the policy's (here only its form is checked); from and to are days, both inclusive, both
 * required. The file is optional: without it there is no consent.
 */
#ifndef TG_CONSENT_H
#define TG_CONSENT_H

#include "certs/base/clock.h"
#include "certs/base/limits.h"

struct tg_consent {
    char ref[TG_CASE_BYTES + 1]; /* A-Z a-z 0-9 . _ : / # - : the form of a case */
    char company[16];            /* code of a retailer in companies.csv */
    char point[23];              /* 22 digits, no dashes */
    char purpose[32];
    tg_day from, to; /* both inclusive */
};

#endif
