/* The card as a whole: life, power, and the way of one command through faults, execution and reply. */
#include "tests/card/vcard.h"

#include <openssl/rand.h>

#include "certs/base/file.h"
#include "certs/base/text.h"
#include "tests/card/inner.h"

void tg_vcard_defaults(struct tg_vcard_options *o)
{
    *o = (struct tg_vcard_options){.kind = TG_VCARD_PIV,
                                   .proto = TG_VCARD_BOTH,
                                   .reply = TG_VCARD_AUTO,
                                   .alg9a = TG_VCARD_P256,
                                   .alg9e = TG_VCARD_P256,
                                   .mgmt = TG_VCARD_3DES,
                                   .gzip = TG_VCARD_GZIP_NO,
                                   .pin = "123456",
                                   .puk = "12345678",
                                   .extended = true};
}

static void uuid_text(const uint8_t b[16], char out[37])
{
    static const size_t groups[] = {4, 2, 2, 2, 6};
    size_t at = 0;
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        if (g)
            *out++ = '-';
        tg_hex(b + at, groups[g], out);
        out += 2 * groups[g];
        at += groups[g];
    }
}

/* Version 4 (RFC 9562 section 5.4) when the caller names none. */
static enum tg_err uuid_set(struct tg_vc_store *d, const char *text)
{
    uint8_t b[16];
    char hex[33];
    size_t n = 0;
    if (text) {
        for (; *text; text++)
            if (*text != '-' && n < 32)
                hex[n++] = *text;
            else if (*text != '-')
                return TG_E_FORM;
        if (n != 32 || tg_vc_unhex(tg_span(hex, n), b, sizeof b) != TG_OK)
            return TG_E_FORM;
    } else {
        if (RAND_bytes(b, sizeof b) != 1)
            return TG_E_INTERNAL;
        b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
        b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    }
    uuid_text(b, d->uuid);
    return TG_OK;
}

static enum tg_err pins_set(struct tg_vc_store *d, const struct tg_vcard_options *o)
{
    if (!o->puk || strlen(o->puk) != 8)
        return TG_E_FORM;
    memcpy(d->pin[TG_VC_PUK].value, o->puk, 8);
    d->pin[TG_VC_PUK].tries = TG_VC_TRIES;
    enum tg_err e = tg_vc_pin_set(&d->pin[TG_VC_GLOBAL], o->pin);
    if (e == TG_OK)
        e = tg_vc_pin_set(&d->pin[TG_VC_PIN], o->global_pin ? TG_VCARD_APP_PIN : o->pin);
    return e;
}

static enum tg_err fill(struct tg_vcard *c, const struct tg_vcard_options *o)
{
    struct tg_vc_store *d = &c->d;
    d->kind = o->kind;
    d->proto = o->proto;
    d->reply = o->reply;
    d->gzip = o->gzip;
    d->mgmt = o->mgmt;
    d->extended = o->extended && o->proto != TG_VCARD_T0;
    d->discovery = o->discovery || o->global_pin;
    d->global_pin = o->global_pin;
    d->empty_5300 = o->empty_5300;
    tg_vc_mgmt_default(d);
    enum tg_err e = uuid_set(d, o->uuid);
    if (e == TG_OK)
        e = pins_set(d, o);
    if (e == TG_OK && d->kind == TG_VCARD_PIV)
        e = tg_vc_object_chuid(c);
    if (e == TG_OK && o->keys && d->kind == TG_VCARD_PIV)
        e = tg_vcard_generate(c, 0x9a, o->alg9a);
    if (e == TG_OK && o->keys && d->kind == TG_VCARD_PIV)
        e = tg_vcard_generate(c, 0x9e, o->alg9e);
    return e;
}

static struct tg_vcard *blank(void)
{
    struct tg_vcard *c = calloc(1, sizeof *c);
    if (c)
        tg_vc_session_clear(c);
    return c;
}

enum tg_err tg_vcard_new(const struct tg_vcard_options *o, struct tg_vcard **ret)
{
    struct tg_vcard *c = blank();
    if (!c)
        return TG_E_NOMEM;
    enum tg_err e = fill(c, o);
    if (e == TG_OK)
        *ret = c;
    else
        tg_vcard_free(&c);
    return e;
}

enum tg_err tg_vcard_load(const char *path, struct tg_vcard **ret)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_VC_STATE_BYTES);
    struct tg_vcard *c = blank();
    enum tg_err e = c ? tg_file_read(path, &text) : TG_E_NOMEM;
    if (e == TG_OK)
        e = tg_vc_store_parse(tg_span_buf(&text), &c->d);
    if (e == TG_OK && !(c->path = strdup(path)))
        e = TG_E_NOMEM;
    if (e == TG_OK)
        *ret = c;
    else
        tg_vcard_free(&c);
    return e;
}

enum tg_err tg_vcard_save(struct tg_vcard *c, const char *path)
{
    char *copy = strdup(path);
    if (!copy)
        return TG_E_NOMEM;
    free(c->path);
    c->path = copy;
    return tg_vc_store_write(c);
}

void tg_vcard_free(struct tg_vcard **c)
{
    if (!*c)
        return;
    tg_vc_session_clear(*c);
    tg_vc_fault_clear(*c);
    tg_vc_store_done(&(*c)->d);
    free((*c)->path);
    free(*c);
    *c = NULL;
}

const char *tg_vcard_uuid(const struct tg_vcard *c)
{
    return c->d.uuid;
}

void tg_vc_session_clear(struct tg_vcard *c)
{
    tg_vc_forget_output(c);
    tg_buf_done(&c->s.held);
    tg_buf_done(&c->s.chain);
    c->s = (struct tg_vc_session){.chain = TG_BUF_INIT(TG_VC_CHAIN_BYTES),
                                  .out = TG_BUF_INIT(TG_VCARD_REPLY_BYTES),
                                  .held = TG_BUF_INIT(TG_VCARD_REPLY_BYTES)};
}

void tg_vcard_power(struct tg_vcard *c, enum tg_vcard_power p)
{
    static const char *const name[] = {[TG_VCARD_OFF] = "power-off", [TG_VCARD_ON] = "power-on", "reset"};
    tg_vc_session_clear(c);
    c->s.on = p != TG_VCARD_OFF;
    tg_vc_log_event(c, name[p]);
}

/* T=0 and T=1; T=1; T=0: historical bytes "tegata". With extended length they are compact-TLV and say so:
 * card capabilities 73 C0 21 C0 (ISO/IEC 7816-4 section 8.1.1.2.7), then the issuer's data "tegata". FeliCa:
 * PC/SC part 3 section 3.1.3.2.3.1, standard byte 11, FeliCa 003B. */
struct tg_span tg_vcard_atr(const struct tg_vcard *c)
{
    static const uint8_t both[] = {0x3b, 0x86, 0x80, 0x01, 0x74, 0x65, 0x67, 0x61, 0x74, 0x61, 0x05};
    static const uint8_t t1[] = {0x3b, 0x86, 0x01, 0x74, 0x65, 0x67, 0x61, 0x74, 0x61, 0x85};
    static const uint8_t t0[] = {0x3b, 0x06, 0x74, 0x65, 0x67, 0x61, 0x74, 0x61};
    static const uint8_t both_ext[] = {0x3b, 0x8c, 0x80, 0x01, 0x80, 0x73, 0xc0, 0x21, 0xc0,
                                       0x56, 0x74, 0x65, 0x67, 0x61, 0x74, 0x61, 0x8b};
    static const uint8_t t1_ext[] = {0x3b, 0x8c, 0x01, 0x80, 0x73, 0xc0, 0x21, 0xc0,
                                     0x56, 0x74, 0x65, 0x67, 0x61, 0x74, 0x61, 0x0b};
    static const uint8_t felica[] = {0x3b, 0x8f, 0x80, 0x01, 0x80, 0x4f, 0x0c, 0xa0, 0x00, 0x00,
                                     0x03, 0x06, 0x11, 0x00, 0x3b, 0x00, 0x00, 0x00, 0x00, 0x42};
    if (c->d.kind == TG_VCARD_MUTE)
        return (struct tg_span){0};
    if (c->d.kind == TG_VCARD_FELICA)
        return tg_span(felica, sizeof felica);
    if (c->d.proto == TG_VCARD_T0)
        return tg_span(t0, sizeof t0);
    if (c->d.proto == TG_VCARD_T1)
        return c->d.extended ? tg_span(t1_ext, sizeof t1_ext) : tg_span(t1, sizeof t1);
    return c->d.extended ? tg_span(both_ext, sizeof both_ext) : tg_span(both, sizeof both);
}
