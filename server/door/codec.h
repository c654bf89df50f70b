/* The HTTP/1.1 subset of the door: a pure function over bytes. No allocation, no I/O, no clock.
 *
 *   tg_codec_init(c);  then, each time bytes arrived:  tg_codec_feed(c, p, n)
 *
 * p[0..n) is always everything since the first byte of the request: the same bytes as before, perhaps moved,
 * and more. How the bytes were cut into feeds never changes the outcome: every decision depends on the
 * shortest prefix that allows it (the fuzzer and every case of tests/unit/door/codec.txt assert that).
 *
 * Accepted (RFC 9112, with everything optional left out):
 *   GET | POST | DELETE, one space, origin-form target of at most TG_HTTP_TARGET_BYTES, one space, HTTP/1.1,
 * CRLF at most TG_HTTP_HEADERS fields "token: value", the whole head at most TG_HTTP_HEAD_BYTES; values are
 * visible ASCII, space and tab; Host exactly once; Content-Length at most once, plain decimal, at most
 * TG_HTTP_BODY_BYTES Refused, and how: TG_E_BAD_REQUEST      bare LF or CR, NUL and other controls, folding,
 * space before the colon, no or two Hosts, a second Content-Length, Content-Type or Authorization (even when
 * equal), Content-Length with Transfer-Encoding, Expect (417 is not worth a status of its own), an absolute
 * target TG_E_LENGTH_REQUIRED  POST without Content-Length TG_E_BODY_TOO_LARGE   Content-Length above
 * TG_HTTP_BODY_BYTES TG_E_TARGET_TOO_LONG  target or request line too long TG_E_HEAD_TOO_LARGE   head too
 * long, or too many fields TG_E_NOT_IMPLEMENTED  another method; Transfer-Encoding TG_E_HTTP_VERSION HTTP/x.y
 * other than 1.1
 */
#ifndef TG_DOOR_CODEC_H
#define TG_DOOR_CODEC_H

#include "certs/base/blob.h"
#include "certs/base/err.h"
#include "certs/base/limits.h"

enum tg_codec_state {
    TG_CODEC_MORE, /* feed again when there are more bytes */
    TG_CODEC_HEAD, /* said once: the head is complete, body_n is known; feed again (the same bytes) for the
                      body */
    TG_CODEC_DONE, /* head_n + body_n bytes are the request; what follows belongs to the next */
    TG_CODEC_BAD   /* err says why; stays so */
};

enum tg_codec_method { TG_METHOD_GET, TG_METHOD_POST, TG_METHOD_DELETE, TG_METHODS };

/* Offsets from the first byte of the request, because its bytes may move between feeds. */
struct tg_codec_field {
    uint16_t name, name_n, value, value_n;
};

struct tg_codec {
    enum tg_err err;
    enum tg_codec_method method;
    uint16_t target, target_n;
    uint32_t head_n; /* bytes up to and with the empty line; 0 until TG_CODEC_HEAD */
    uint32_t body_n; /* Content-Length, or 0 */
    bool close;      /* Connection: close */
    /* private */
    uint8_t part;
    uint16_t has;
    uint32_t line, seen;
    uint16_t n_fields;
    struct tg_codec_field field[TG_HTTP_HEADERS];
};

void tg_codec_init(struct tg_codec *c);
enum tg_codec_state tg_codec_feed(struct tg_codec *c, const uint8_t *p, size_t n);
/* Value of the first field of that name (lower case); p as in the last feed. Empty when absent or after
 * TG_CODEC_BAD. */
struct tg_span tg_codec_header(const struct tg_codec *c, const uint8_t *p, const char *name);
struct tg_span tg_codec_target(const struct tg_codec *c, const uint8_t *p);
/* "GET", …; static text */
const char *tg_codec_method_name(enum tg_codec_method m);

#endif
