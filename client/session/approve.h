/* Approvals of administration: the card signs what its holder was shown, and nobody signs in.
 *
 *   tg_policy_in_force(&conf, digest, &seq)      what an approval of a policy follows, asked of the server
 *   tg_approve(&conf, &list, &tries, &out)       finds the card, asks for the PIN, signs all of it at once
 */
#ifndef TG_APPROVE_H
#define TG_APPROVE_H

#include "client/session/session.h"

/* Of conf: server, ca_file, terminal and language for the first; server (the audience), reader, post, card,
 * ask_pin, ask_again and last_try for the second.
 */

/* Which policy the server says is in force, and as which activation (0: the built-in one). Errors of the
 * link; TG_E_SERVER_REPLY. */
enum tg_err tg_policy_in_force(const struct tg_client_conf *conf, char digest[65], int64_t *seq) TG_MUST;
/* Appends one JWS and a newline for each, all of them or none. *tries as tg_client_tries. Errors of the card
 * by name, TG_E_CERT_IDENTITY.
 */
enum tg_err tg_approve(const struct tg_client_conf *conf, const struct tg_approvals *list, int *tries,
                       struct tg_buf *out) TG_MUST;

#endif
