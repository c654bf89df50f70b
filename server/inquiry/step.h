/* One step in the life of an inquiry, as it stands in the journal: the member "act" of an entry of kind
 * "inquiry". Who did it stands in the entry itself. The journal is the only store; what is here is folded
 * from it when a server starts.
 *
 *   {"do":"asked","inquiry":"IQ-20261120-000001","at":…,"subject":…,"record":…,"fields":"meter …",
 *    "consent":…,"purpose":…,"seconds":…}
 *   {"do":"taken"|"read"|"withdrawn","inquiry":…,"at":…}      {"do":"answered",…,"answer":…,"fields":…}
 *   {"do":"tried","at":…,"subject":…,"consent":…,"try":"64 hex digits"}    a name did not fit
 *   {"do":"seen","at":…,"subject":…,"consent":…,"fields":…}   STEP2      {"do":"own"|"referred"|"refused",…}
 *
 * No value of a customer's field and nothing that was typed: a point stands as a keyed hash.
 */
#ifndef TG_INQUIRY_STEP_H
#define TG_INQUIRY_STEP_H

#include "certs/base/clock.h"
#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "server/policy/field.h"

#define TG_INQUIRY_ID_BYTES 24u /* "IQ-20261120-000001" */

enum tg_inquiry_do {
    TG_DO_ASKED,
    TG_DO_TAKEN,
    TG_DO_ANSWERED,
    TG_DO_READ,
    TG_DO_WITHDRAWN,
    TG_DO_TRIED,
    TG_DO_SEEN,
    TG_DO_OWN,
    TG_DO_REFERRED,
    TG_DO_REFUSED,
    TG_DO_COUNT
};
const char *tg_inquiry_do_name(enum tg_inquiry_do d); /* "asked" …; NULL out of range */

struct tg_inquiry_step {
    enum tg_inquiry_do what;
    tg_sec at;
    char person[TG_PERSON_BYTES], company[16], office[TG_NAME_BYTES]; /* who does it: not written here */
    char id[TG_INQUIRY_ID_BYTES];
    char subject[TG_POLICY_WORD_BYTES];
    char record[TG_RECORD_ID_BYTES];
    char consent[TG_CASE_BYTES + 1];
    char purpose[TG_POLICY_WORD_BYTES];
    char answer[TG_POLICY_WORD_BYTES];
    char tried[65];
    bool many;       /* tried, in a bulk: counted for the point, not against the person's day; not written */
    tg_mask fields;  /* asked: all of them; answered: those that are opened */
    int64_t seconds; /* asked: that an answer may lie unread */
};

/* "meter night_equipment", one blank between. */
enum tg_err tg_fields_write(tg_mask fields, struct tg_buf *out) TG_MUST;
/* TG_E_FORM: not that; a field twice or unknown. */
enum tg_err tg_fields_read(const char *text, tg_mask *ret) TG_MUST;

/* Appends the object. TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_inquiry_step_write(const struct tg_inquiry_step *s, struct tg_buf *out) TG_MUST;
/* From the act of an entry; the person, company and office are the caller's. TG_E_FORM: not of ours. */
enum tg_err tg_inquiry_step_read(const json_t *act, struct tg_inquiry_step *ret) TG_MUST;

#endif
