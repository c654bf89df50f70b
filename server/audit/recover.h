/* Reading the end of checkpoints.jws. */
#ifndef TG_AUDIT_RECOVER_H
#define TG_AUDIT_RECOVER_H

#include "certs/base/blob.h"

/* The last whole line of the file (empty: there is none) and the file's size without a torn line behind it.
 * TG_E_FORM when the end is longer than any checkpoint; TG_E_IO, TG_E_NOMEM.
 */
enum tg_err tg_last_line(int fd, struct tg_buf *line, uint64_t *whole) TG_MUST;

#endif
