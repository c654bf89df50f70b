/* Enterprise files come as UTF-8, with and without a byte order mark, and as CP932 (Windows Shift_JIS). Which
 * one is decided on the whole file, in a first pass, and the import says what it took:
 *
 *   tg_sniff_init, tg_sniff_feed …, tg_sniff_end -> charset
 *   tg_decoder_new(charset, sink) , tg_decoder_feed …, tg_decoder_end        sink gets well-formed UTF-8 only
 *
 * A mark means UTF-8 (and then ill-formed bytes are an error, not a reason to think again); without one, what
 * is well-formed UTF-8 to the last byte is UTF-8; anything else is CP932. Both run in constant memory.
 */
#ifndef TG_CHARSET_H
#define TG_CHARSET_H

#include <stdbool.h>
#include <stdint.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"

enum tg_charset { TG_CHARSET_UTF8, TG_CHARSET_UTF8_BOM, TG_CHARSET_CP932 };

/* "UTF-8", "UTF-8 (BOM)", "CP932". */
const char *tg_charset_name(enum tg_charset c);

/* Well-formed UTF-8 (RFC 3629 section 4), a piece at a time. */
struct tg_utf8_state {
    uint8_t need;   /* continuation bytes still to come */
    uint8_t lo, hi; /* bounds of the next one */
    bool bad;       /* sticks */
    uint64_t lines; /* that ended before it went bad */
};

struct tg_sniff {
    struct tg_utf8_state utf8;
    uint8_t head[3];
    uint64_t seen; /* bytes */
};

void tg_sniff_init(struct tg_sniff *s);
void tg_sniff_feed(struct tg_sniff *s, struct tg_span bytes);
enum tg_charset tg_sniff_end(const struct tg_sniff *s);

struct tg_decoder;
/* Anything but TG_OK stops the decoding and comes out of feed or end. */
typedef enum tg_err tg_text_sink(void *ctx, struct tg_span utf8);

void tg_decoder_free(struct tg_decoder **d);
/* TG_E_NOMEM, TG_E_INTERNAL (this system cannot convert CP932). */
enum tg_err tg_decoder_new(enum tg_charset c, tg_text_sink *sink, void *ctx, struct tg_decoder **ret) TG_MUST;
/* TG_E_BAD_UTF8, TG_E_FORM (no CP932 character), or what the sink said. */
enum tg_err tg_decoder_feed(struct tg_decoder *d, struct tg_span bytes) TG_MUST;
/* TG_E_TRUNCATED: the text ends inside a character. */
enum tg_err tg_decoder_end(struct tg_decoder *d) TG_MUST;

#endif
