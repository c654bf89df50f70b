/* application/x-www-form-urlencoded bodies of the OAuth endpoints, strictly: known fields, once each,
 * well-formed, printable ASCII.
 */
#ifndef TG_FORM_H
#define TG_FORM_H

#include "server/desk/members.h"

/* values: one buffer a member, in its order; they get the members' ceilings here, and what is decoded is
 * appended. TG_E_BAD_REQUEST; TG_E_BAD_MEMBER with *bad naming the expected field ("(unknown)" for one that
 * is not).
 */
enum tg_err tg_form_read(struct tg_span body, const struct tg_members *fields, struct tg_buf *values,
                         const char **bad) TG_MUST;

#endif
