/* How admit (and the tests, and nobody else: a rules test looks) makes a tg_staff. */
#ifndef TG_STAFF_MAKE_H
#define TG_STAFF_MAKE_H

#include "certs/base/limits.h"
#include "server/admit/staff.h"

struct tg_staff {
    char person[TG_PERSON_BYTES];
    char card[37];
    char session[33];
    char post[32];
    char role[32];
    char office[TG_NAME_BYTES];
    char areas[TG_NAME_BYTES];
    char employer[16];
    char company[16];
    enum tg_company_kind company_kind;
};

#endif
