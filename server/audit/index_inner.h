#ifndef TG_INDEX_INNER_H
#define TG_INDEX_INNER_H

#include <sqlite3.h>

#include "server/audit/index.h"

struct tg_index {
    sqlite3 *db;
    sqlite3_stmt *put_entry;
    sqlite3_stmt *put_seen;
    struct tg_mark mark; /* how far it has come; segment 0: nothing yet */
};

#endif
