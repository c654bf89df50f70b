/* Driving the virtual card as a reader would: commands in hex, replies as data and status word. */
#ifndef TG_TEST_VCARD_DRIVE_H
#define TG_TEST_VCARD_DRIVE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "tests/card/vcard.h"

struct reply {
    enum tg_vcard_fate fate;
    unsigned sw; /* 0: no status word arrived */
    size_t n;    /* bytes before the status word */
    uint8_t data[4096];
};

#define PIN_123456 "0020008008313233343536FFFF"
#define PIN_WRONG "0020008008393939393939FFFF"
#define SELECT_PIV "00A4040009A0000003080000100000"
#define GET_9A "00CB3FFF055C035FC105"
#define GET_9E "00CB3FFF055C035FC101"
#define GET_CHUID "00CB3FFF055C035FC102"

/* A card with keys in 9A and 9E and the certificates of tests, powered and selected. */
struct tg_vcard *card_ready(const struct tg_vcard_options *o);
struct tg_vcard *card_usual(void);
/* One command. */
struct reply ask(struct tg_vcard *c, const char *hex);
struct reply ask_bytes(struct tg_vcard *c, const void *p, size_t n);
/* As a T=0 host: GET RESPONSE until all is there, 6Cxx repeated. Le is left to it. */
struct reply ask_all(struct tg_vcard *c, const char *hex);
unsigned sw(struct tg_vcard *c, const char *hex);
/* GENERAL AUTHENTICATE with a slot's key over n bytes of 0x11; Le 00 appended. */
struct reply sign(struct tg_vcard *c, unsigned alg, unsigned slot, size_t n);
/* Puts a self-signed certificate for a fresh key of that algorithm in the slot; TG_VCARD_NONE: for the key
 * there. */
void give_cert(struct tg_vcard *c, unsigned slot, enum tg_vcard_alg alg, size_t padding);
/* The public key of a slot; a certificate (PEM) for a key, by an issuer that nobody knows. */
EVP_PKEY *card_key(struct tg_vcard *c, unsigned slot);
void make_cert(EVP_PKEY *key, size_t padding, struct tg_buf *pem);

#endif
