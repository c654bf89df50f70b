/* The virtual card's helpers that know nothing of a card's state: APDU lengths, BER-TLV, hex, keys,
 * certificate objects. */
#ifndef TG_VCARD_CODEC_H
#define TG_VCARD_CODEC_H

#include <openssl/evp.h>

#include "tests/card/vcard.h"

struct tg_vc_apdu {
    uint8_t cla, ins, p1, p2;
    bool extended;
    struct tg_span data;
    size_t le; /* 0: none; 00 counts as 256, 0000 as 65536 */
};

/* apdu.c: false when the lengths do not add up (6700). */
bool tg_vc_apdu_parse(struct tg_span cmd, struct tg_vc_apdu *a);

/* tlv.c: BER-TLV with tags of one or two bytes and lengths up to 65535. */
bool tg_vc_tlv_next(struct tg_span *in, unsigned *tag, struct tg_span *value);
/* The value of the first tag of that name, p == NULL when absent or the bytes are not TLV throughout. */
struct tg_span tg_vc_tlv_find(struct tg_span in, unsigned tag);
enum tg_err tg_vc_tlv_add(struct tg_buf *out, unsigned tag, struct tg_span value) TG_MUST;

/* hex.c: exactly n bytes, either case. TG_E_FORM. */
enum tg_err tg_vc_unhex(struct tg_span in, uint8_t *out, size_t n) TG_MUST;

/* key.c */
#define TG_VC_SLOTS 4u
extern const unsigned tg_vc_slot_ref[TG_VC_SLOTS];
int tg_vc_slot(unsigned ref); /* index, -1: none */
enum tg_vcard_alg tg_vc_key_alg(const EVP_PKEY *k);
EVP_PKEY *tg_vc_key_make(enum tg_vcard_alg alg);
/* Raw private-key operation. Appends; TG_E_FORM when the input does not suit the key. */
enum tg_err tg_vc_key_sign(EVP_PKEY *k, struct tg_span in, struct tg_buf *sig) TG_MUST;
/* 7F49 { 86 point } or { 81 modulus 82 exponent }, SP 800-73-4 part 2 table 11. */
enum tg_err tg_vc_key_template(const EVP_PKEY *k, struct tg_buf *out) TG_MUST;

/* cert.c: the certificate object 53 { 70 71 FE }. */
uint32_t tg_vc_cert_tag(unsigned slot);
enum tg_err tg_vc_cert_object(struct tg_span der, enum tg_vcard_gzip gzip, struct tg_buf *out) TG_MUST;
/* Another key under the same names, self-signed; the object's form stays. */
enum tg_err tg_vc_cert_forge(struct tg_buf *object) TG_MUST;

#endif
