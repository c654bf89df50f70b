/* Who read the journal with tegata-admin: written down before it is read, in a file that the server empties
 * into the journal. It is a ledger of its own (readings, beside log), because it may be written often and
 * says nothing that anybody acts on; once a reading is in the journal its line is not needed any more.
 */
#ifndef TG_READINGS_H
#define TG_READINGS_H

#include "server/acts/ledger.h"

struct tg_reading {
    char what[16];              /* the command: "find" */
    char user[32];              /* the account, as the machine says */
    char digest[TG_SHA256_HEX]; /* of the command's words */
    tg_usec time;
};

/* Durable when it returns. TG_E_BUSY (tried for a second), TG_E_FORM, TG_E_LIMIT, TG_E_IO, TG_E_NOMEM, with a
 * sentence in why. */
enum tg_err tg_readings_note(const char *folder, const struct tg_reading *r, char *why, size_t size) TG_MUST;

typedef enum tg_err tg_readings_each(void *ctx, const struct tg_reading *r);
/* Hands out every one, and empties the file when each() took all of them; an error of each() leaves the file
 * as it is, so that all come again. A damaged file is put aside (readings.damaged) and is TG_E_FORM. TG_OK
 * when there is none, or somebody is writing.
 */
enum tg_err tg_readings_take(const char *folder, tg_readings_each *each, void *ctx, char *why,
                             size_t size) TG_MUST;

#endif
