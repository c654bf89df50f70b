/* GET DATA and PUT DATA, SP 800-73-4 part 2 sections 3.1.2 and 3.3.2, and the objects that the card makes
 * itself. */
#include "certs/base/text.h"
#include "tests/card/inner.h"

#define TAG_CHUID 0x5fc102u
#define TAG_DISCOVERY 0x7eu

struct tg_vc_object *tg_vc_object_find(struct tg_vcard *c, uint32_t tag)
{
    for (size_t i = 0; i < TG_VC_OBJECTS; i++)
        if (c->d.object[i].tag == tag)
            return &c->d.object[i];
    return NULL;
}

enum tg_err tg_vc_object_put(struct tg_vcard *c, uint32_t tag, struct tg_span body)
{
    struct tg_vc_object *o = tg_vc_object_find(c, tag);
    if (!o)
        o = tg_vc_object_find(c, 0);
    if (!o || body.n > TG_VC_OBJECT_BYTES)
        return TG_E_LIMIT;
    struct tg_buf b = TG_BUF_INIT(TG_VC_OBJECT_BYTES);
    enum tg_err e = tg_buf_add_span(&b, body);
    if (e != TG_OK)
        return e;
    tg_buf_done(&o->body);
    o->body = b;
    o->tag = tag;
    c->dirty = true;
    return TG_OK;
}

/* Card holder unique identifier, part 1 table 9: the FASC-N of a card outside the federal system, the GUID, a
 * date. */
enum tg_err tg_vc_object_chuid(struct tg_vcard *c)
{
    static const uint8_t fascn[25] = {0xd4, 0xe7, 0x39, 0xda, 0x73, 0x9c, 0xed, 0x39, 0xce,
                                      0x73, 0x9d, 0x83, 0x68, 0x58, 0x21, 0x08, 0x42, 0x10,
                                      0x84, 0x21, 0xc8, 0x42, 0x10, 0xc3, 0xeb};
    uint8_t guid[16];
    char hex[33];
    size_t n = 0;
    for (const char *u = c->d.uuid; *u && n < 32; u++)
        if (*u != '-')
            hex[n++] = *u;
    hex[n] = '\0';
    TG_BUF_AUTO in = TG_BUF_INIT(256);
    TG_BUF_AUTO out = TG_BUF_INIT(256);
    enum tg_err e = tg_vc_unhex(tg_span(hex, n), guid, sizeof guid);
    if (e == TG_OK)
        e = tg_vc_tlv_add(&in, 0x30, tg_span(fascn, sizeof fascn));
    if (e == TG_OK)
        e = tg_vc_tlv_add(&in, 0x34, tg_span(guid, sizeof guid));
    if (e == TG_OK)
        e = tg_vc_tlv_add(&in, 0x35, tg_span_str("20401231"));
    if (e == TG_OK)
        e = tg_vc_tlv_add(&in, 0x3e, (struct tg_span){0});
    if (e == TG_OK)
        e = tg_vc_tlv_add(&in, 0xfe, (struct tg_span){0});
    if (e == TG_OK)
        e = tg_vc_tlv_add(&out, 0x53, tg_span_buf(&in));
    return e == TG_OK ? tg_vc_object_put(c, TAG_CHUID, tg_span_buf(&out)) : e;
}

/* Discovery object, part 1 section 3.3.2: AID, and the PIN usage policy (60 20: global PIN, and it is
 * primary). */
static enum tg_err discovery(const struct tg_vcard *c, struct tg_buf *data)
{
    uint8_t d[] = {0x7e, 0x12, 0x4f, 0x0b, 0xa0, 0x00, 0x00, 0x03, 0x08, 0x00,
                   0x00, 0x10, 0x00, 0x01, 0x00, 0x5f, 0x2f, 0x02, 0x40, 0x00};
    if (c->d.global_pin) {
        d[sizeof d - 2] = 0x60;
        d[sizeof d - 1] = 0x20;
    }
    return tg_buf_add(data, d, sizeof d);
}

/* The tag list 5C of a command: one tag of one to three bytes. 0: malformed. */
static uint32_t wanted_tag(struct tg_span list)
{
    uint32_t tag = 0;
    if (!list.p || list.n < 1 || list.n > 3)
        return 0;
    for (size_t i = 0; i < list.n; i++)
        tag = tag << 8 | list.p[i];
    return tag;
}

/* Fingerprints, face, printed information, iris: only behind the PIN. */
static bool needs_pin(uint32_t tag)
{
    return tag == 0x5fc103 || tag == 0x5fc108 || tag == 0x5fc109 || tag == 0x5fc121;
}

static bool is_cert(uint32_t tag)
{
    return tag == 0x5fc101 || tag == 0x5fc105 || tag == 0x5fc10a || tag == 0x5fc10b;
}

static bool too_far_away(const struct tg_vcard *c, uint32_t tag)
{
    const struct tg_vc_fault *f = tg_vc_fault_get(c, TG_VC_CONTACTLESS);
    return f && f->value >= 2 && is_cert(tag) && tag != 0x5fc101;
}

unsigned tg_vc_get_data(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data)
{
    struct tg_span in = a->data, list = {0};
    unsigned t = 0;
    if (a->p1 != 0x3f || a->p2 != 0xff)
        return TG_SW_P1P2;
    if (!tg_vc_tlv_next(&in, &t, &list) || t != 0x5c || in.n)
        return TG_SW_DATA;
    uint32_t tag = wanted_tag(list);
    if (!tag)
        return TG_SW_DATA;
    if (too_far_away(c, tag) || (needs_pin(tag) && !tg_vc_pin_ok(c)))
        return TG_SW_SECURITY;
    if (tag == TAG_DISCOVERY && c->d.discovery)
        return discovery(c, data) == TG_OK ? TG_SW_OK : TG_SW_BROKEN;
    const struct tg_vc_object *o = tg_vc_object_find(c, tag);
    if (o)
        return tg_buf_add_span(data, tg_span_buf(&o->body)) == TG_OK ? TG_SW_OK : TG_SW_BROKEN;
    if (!is_cert(tag) || !c->d.empty_5300)
        return TG_SW_NOT_FOUND;
    return tg_vc_tlv_add(data, 0x53, (struct tg_span){0}) == TG_OK ? TG_SW_OK : TG_SW_BROKEN;
}

unsigned tg_vc_put_data(struct tg_vcard *c, const struct tg_vc_apdu *a)
{
    struct tg_span in = a->data, list = {0}, value = {0};
    unsigned t = 0;
    if (a->p1 != 0x3f || a->p2 != 0xff)
        return TG_SW_P1P2;
    if (!c->s.admin)
        return TG_SW_SECURITY;
    if (!tg_vc_tlv_next(&in, &t, &list) || t != 0x5c)
        return TG_SW_DATA;
    struct tg_span body = in;
    if (!tg_vc_tlv_next(&in, &t, &value) || t != 0x53 || in.n)
        return TG_SW_DATA;
    uint32_t tag = wanted_tag(list);
    if (!tag || tag == TAG_DISCOVERY)
        return TG_SW_DATA;
    return tg_vc_object_put(c, tag, body) == TG_OK ? TG_SW_OK : TG_SW_FULL;
}
