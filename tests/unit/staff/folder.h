/* A scratch folder with the three tables, for the tests of this room. */
#ifndef TG_TEST_FOLDER_H
#define TG_TEST_FOLDER_H

#include "certs/base/blob.h"

#define STAFF_HEAD "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
#define CARDS_HEAD "card,person,status\n"
#define COMPANIES                                           \
    "code,name,kind,home\n"                                 \
    "TOHOKU,東北電力,retail,yes\n"                      \
    "TOHOKU-NW,東北電力ネットワーク,network,no\n" \
    "R0012,\"新電力, 北\",retail,\n"                    \
    "ITAKU,委託先,contractor,no\n"

extern char folder[64];

int folder_make(void);
void folder_remove(void);
/* The path of a file in the folder; valid until the next call but two. */
const char *folder_path(const char *name);
void folder_put(const char *name, const char *text);
void folder_drop(const char *name);
/* The file's text; valid until the next call. */
const char *folder_get(const char *name);

#endif
