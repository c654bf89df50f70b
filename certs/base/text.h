/* Text: strict base64url and hex, UTF-8, numbers, and percent/quote-free helpers. Nothing here allocates but
 * through tg_buf. */
#ifndef TG_TEXT_H
#define TG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"

/* base64url without padding, RFC 4648 section 5 / RFC 7515 section 2. */
enum tg_err tg_b64u_encode(struct tg_span in, struct tg_buf *out) TG_MUST;
/* Appends the decoded bytes. TG_E_FORM for padding, foreign letters, white space or non-zero spare bits;
 * TG_E_LIMIT. */
enum tg_err tg_b64u_decode(struct tg_span in, struct tg_buf *out) TG_MUST;
/* Standard base64 with padding (x5c, RFC 7515 section 4.1.6); same strictness. */
enum tg_err tg_b64_encode(struct tg_span in, struct tg_buf *out) TG_MUST;
enum tg_err tg_b64_decode(struct tg_span in, struct tg_buf *out) TG_MUST;

/* Lower-case hex; out holds 2 n + 1 bytes. */
void tg_hex(const uint8_t *p, size_t n, char *out);
/* Exactly 2 n lower-case digits. TG_E_FORM. */
enum tg_err tg_unhex(struct tg_span in, uint8_t *out, size_t n) TG_MUST;

/* Well-formed UTF-8 (RFC 3629): no surrogates, no overlong forms. */
bool tg_utf8_ok(struct tg_span s);
/* Number of code points of well-formed text. */
size_t tg_utf8_count(struct tg_span s);
/* No C0/C1 controls, no DEL; well-formed. What may stand in a log line or a field. */
bool tg_text_clean(struct tg_span s);

/* Whole decimal number, no sign, no leading zeros but "0", at most max. TG_E_FORM, TG_E_LIMIT. */
enum tg_err tg_u64_parse(struct tg_span s, uint64_t max, uint64_t *ret) TG_MUST;

/* Copies text and a NUL into a fixed array; TG_E_LIMIT when it does not fit, TG_E_FORM for an inner NUL. */
enum tg_err tg_copy(char *dst, size_t size, struct tg_span src) TG_MUST;

#endif
