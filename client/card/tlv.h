/* BER-TLV as PIV uses it (ISO/IEC 7816-4 section 5.2.2; SP 800-73-4 part 2): definite lengths, nothing left
 * over. */
#ifndef TG_TLV_H
#define TG_TLV_H

#include "certs/base/blob.h"
#include "certs/base/err.h"

struct tg_tlv {
    uint32_t tag; /* the tag bytes as one number: 0x53, 0x7f49, 0x5fc105 */
    struct tg_span value;
};

/* Takes the first object off *rest. Lengths in the forms 0..7F, 81, 82, 83; cards write 82 where 81 would do,
 * so the shortest form is not asked for. TG_E_TRUNCATED, TG_E_FORM (indefinite length, tag 00 or FF, tag over
 * 3 bytes); *rest stays as it was on an error.
 */
enum tg_err tg_tlv_next(struct tg_span *rest, struct tg_tlv *ret) TG_MUST;
/* Exactly one object with this tag and nothing behind it. TG_E_FORM (another tag), TG_E_TRAILING,
 * TG_E_TRUNCATED. */
enum tg_err tg_tlv_only(struct tg_span in, uint32_t tag, struct tg_span *ret) TG_MUST;
/* The object with this tag among several, all of which must be well formed; TG_E_NOT_FOUND; TG_E_FORM when it
 * is there twice. */
enum tg_err tg_tlv_find(struct tg_span in, uint32_t tag, struct tg_span *ret) TG_MUST;
/* Appends an object, shortest length form. TG_E_LIMIT, TG_E_NOMEM; on error nothing was appended. */
enum tg_err tg_tlv_add(struct tg_buf *to, uint32_t tag, struct tg_span value) TG_MUST;

#endif
