/* The shipped policy, the small one, and the tables of this folder. */
#ifndef TG_TEST_POLICY_DATA_H
#define TG_TEST_POLICY_DATA_H

#include "certs/base/csv_file.h"
#include "server/policy/policy.h"

/* Appends the file; name relative to this folder, or NULL for the shipped policy. */
void data_read(const char *name, struct tg_buf *to);
struct tg_policy *data_policy(const char *name);
/* The small policy with one place of it replaced. */
struct tg_policy *data_policy_with(const char *find, const char *with);
/* Every row behind the header. */
void data_rows(const char *name, tg_csv_row *row, void *ctx);
/* One cell as text; n is the number of a static buffer, 0 … 7. */
const char *data_cell(const struct tg_csv_record *r, size_t column, unsigned n);
tg_mask data_fields(const char *names);

#endif
