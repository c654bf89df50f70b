/* Approvals of administration: the card signs what its holder was shown, and nobody signs in.
 *
 *   tg_policy_in_force(&conf, digest, &seq)      what an approval of a policy follows, asked of the server
 *   tg_approve(&conf, &list, &tries, &out)       finds the card, asks for the PIN, signs all of it at once
 *   tg_client_approve(c, &list, &out)            the same by who is signed in, with the card of the session
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
/* The PIN is asked for again: it is what says yes. While the session is held (tg_client_hold) its renewals go
 * on beside it. TG_E_CARD_NONE when the card is not in this process; else as tg_approve, tries by
 * tg_client_tries.
 */
enum tg_err tg_client_approve(struct tg_client *c, const struct tg_approvals *list, struct tg_buf *out) TG_MUST;

#endif
