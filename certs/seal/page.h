/* A signed page: text that an auditor can read and file, which says on which part of a log it rests. The
 * signature stands behind the text, so that one file is the whole:
 *
 *   text, any number of lines, the last one ended
 *   -----BEGIN TEGATA PAGE SIGNATURE-----
 *   a compact JWS (RFC 7515): ES256, typ "policy-proof+jwt"
 *   -----END TEGATA PAGE SIGNATURE-----
 *
 * The text is every byte before the BEGIN line. The claims carry its SHA-256 and length, the log's id, and
 * the checkpoint at which the page ends. The key is the one that signs the log's checkpoints.
 */
#ifndef TG_PAGE_H
#define TG_PAGE_H

#include "certs/seal/checkpoint.h"

#define TG_PAGE_TYP "policy-proof+jwt"

struct tg_page {
    tg_sec time;             /* when it was made */
    bool holds;              /* does the text say that what it proves holds? */
    uint64_t first;          /* the records that it speaks of: from this one to at.seq */
    struct tg_checkpoint at; /* the log as the page knew it: log, seq, head (the rest is not claimed) */
};

/* Appends the signature to the text. TG_E_FORM: the text is empty or its last line is not ended. Errors of
 * the signer pass through.
 */
enum tg_err tg_page_sign(const struct tg_page *p, const struct tg_checkpoint_signer *by,
                         struct tg_buf *text) TG_MUST;
/* file: the whole. TG_E_FORM (no signature in its place, or something behind it), TG_E_SIGNATURE and the rest
 * of tg_jws_verify (also: the text is not the one that was signed), TG_E_ASSERTION (signed as something
 * else), TG_E_BAD_MEMBER. *text, which may be NULL, is borrowed from file.
 */
enum tg_err tg_page_check(struct tg_span file, EVP_PKEY *key, struct tg_page *ret,
                          struct tg_span *text) TG_MUST;

/* Does the log in the folder hold the very checkpoint that the page rests on? Call tg_verify_folder first:
 * here only the checkpoint is looked for. TG_E_NOT_FOUND: it does not.
 */
enum tg_err tg_page_rests(const struct tg_page *p, const char *folder, EVP_PKEY *key) TG_MUST;

#endif
