/* The only way out. Customer data need a tg_scope's rows and a tg_receipt; a receipt is spent by the reply it
 * allows. Without one the compiler refuses, and the reply says 503 and nothing else. tg_req_answer is called
 * nowhere else in this room (a rule looks).
 */
#ifndef TG_REPLY_H
#define TG_REPLY_H

#include "certs/base/secret.h"
#include "server/desk/visit.h"

#define TG_NEEDS_RECEIPT __attribute__((nonnull(2)))

/* {"rows":[…],"next":…} */
void tg_reply_rows(struct tg_req *req, struct tg_receipt *receipt, struct tg_policy *policy,
                   const struct tg_scope *scope, const struct tg_rows *rows) TG_NEEDS_RECEIPT;
/* {"rows":[],"next":null,"nothing":{"rule","reason","next"}}: nobody of ours, and where to refer the caller.
 * One and the same for a customer who does not exist and for one who may not be seen. Without a rule no
 * "nothing".
 */
void tg_reply_nothing(struct tg_req *req, struct tg_receipt *receipt,
                      const struct tg_why *why) TG_NEEDS_RECEIPT;
/* One row of a show. rows->n must be 1. */
void tg_reply_row(struct tg_req *req, struct tg_receipt *receipt, struct tg_policy *policy,
                  const struct tg_scope *scope, const struct tg_rows *rows) TG_NEEDS_RECEIPT;
/* A row, or null, as the last member "row" behind others that are ready (without brackets). */
struct tg_disclosure {
    struct tg_span members;
    struct tg_policy *policy;
    const struct tg_scope *scope;
    const struct tg_rows *rows; /* n of 1 at most; NULL: null */
};
void tg_reply_disclosure(struct tg_req *req, struct tg_receipt *receipt,
                         const struct tg_disclosure *d) TG_NEEDS_RECEIPT;
/* Several of them, as the last member "results": [{"outcome":…,"row":…},…]; row only where there is one. */
struct tg_result {
    const char *outcome;
    const struct tg_row *row; /* NULL: none */
};
void tg_reply_results(struct tg_req *req, struct tg_receipt *receipt, const struct tg_disclosure *d,
                      const struct tg_result *results, size_t n) TG_NEEDS_RECEIPT;
/* What sign-in and renewal give back: about the person who asked, never about customers. */
void tg_reply_written(struct tg_req *req, struct tg_receipt *receipt, struct tg_span json) TG_NEEDS_RECEIPT;
/* The same without a record: published keys and metadata, nonces, who am I. Never customer data. */
void tg_reply_public(struct tg_req *req, struct tg_span json);
/* RFC 9457; on /oauth/ routes with the members of RFC 6749 section 5.2 too. member may be NULL. */
void tg_reply_problem(struct tg_req *req, enum tg_err err, const char *member);
/* TG_E_NOT_FOUND with "nothing", as tg_reply_nothing tells it: by role and purpose only, so the same for who
 * does not exist and for who may not be seen. */
void tg_reply_absent(struct tg_req *req, const struct tg_why *why);
/* TG_E_VOLUME_CAP: what the policy says of it, and Retry-After. */
void tg_reply_capped(struct tg_req *req, const struct tg_cap *cap, tg_sec wait);
/* TG_E_POST_CHOICE with the posts that the proven person may choose from. */
void tg_reply_choice(struct tg_req *req, const struct tg_sign_in_facts *choice);

#endif
