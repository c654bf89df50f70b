/* Customers as the CSV that import reads. */
#ifndef TG_ADMIN_CSV_H
#define TG_ADMIN_CSV_H

#include "server/records/load.h"

/* TG_E_IO. */
enum tg_err tg_admin_csv_head(FILE *out) TG_MUST;
enum tg_err tg_admin_csv_row(FILE *out, const struct tg_customer *c) TG_MUST;

#endif
