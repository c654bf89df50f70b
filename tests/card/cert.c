/* The certificate object, SP 800-73-4 part 1 table 10: 53 { 70 certificate, 71 CertInfo, FE (empty) }. */
#include <openssl/x509.h>
#include <zlib.h>

#include "tests/card/inner.h"

uint32_t tg_vc_cert_tag(unsigned slot)
{
    switch (slot) {
    case 0x9a:
        return 0x5fc105;
    case 0x9c:
        return 0x5fc10a;
    case 0x9d:
        return 0x5fc10b;
    case 0x9e:
        return 0x5fc101;
    default:
        return 0;
    }
}

/* 16 + MAX_WBITS: a gzip header instead of zlib's. */
static enum tg_err deflate_to(struct tg_span in, struct tg_buf *out)
{
    z_stream z = {0};
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return TG_E_NOMEM;
    size_t bound = deflateBound(&z, in.n);
    enum tg_err e = tg_buf_reserve(out, bound);
    if (e == TG_OK) {
        union {
            const uint8_t *in;
            Bytef *zlib; /* zlib's next_in is not const, and zlib does not write there */
        } from = {in.p};
        z.next_in = from.zlib;
        z.avail_in = (uInt)in.n;
        z.next_out = out->p + out->n;
        z.avail_out = (uInt)bound;
        e = deflate(&z, Z_FINISH) == Z_STREAM_END ? TG_OK : TG_E_INTERNAL;
        out->n += bound - z.avail_out;
    }
    (void)deflateEnd(&z);
    return e;
}

static enum tg_err inflate_to(struct tg_span in, struct tg_buf *out)
{
    z_stream z = {0};
    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
        return TG_E_NOMEM;
    enum tg_err e = tg_buf_reserve(out, out->max);
    if (e == TG_OK) {
        union {
            const uint8_t *in;
            Bytef *zlib;
        } from = {in.p};
        z.next_in = from.zlib;
        z.avail_in = (uInt)in.n;
        z.next_out = out->p;
        z.avail_out = (uInt)out->max;
        e = inflate(&z, Z_FINISH) == Z_STREAM_END ? TG_OK : TG_E_FORM;
        out->n = out->max - z.avail_out;
    }
    (void)inflateEnd(&z);
    return e;
}

enum tg_err tg_vc_cert_object(struct tg_span der, enum tg_vcard_gzip gzip, struct tg_buf *out)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_VC_OBJECT_BYTES);
    TG_BUF_AUTO inner = TG_BUF_INIT(TG_VC_OBJECT_BYTES);
    uint8_t info = (uint8_t)gzip;
    enum tg_err e = gzip == TG_VCARD_GZIP_NO ? tg_buf_add_span(&body, der) : deflate_to(der, &body);
    if (e == TG_OK)
        e = tg_vc_tlv_add(&inner, 0x70, tg_span_buf(&body));
    if (e == TG_OK)
        e = tg_vc_tlv_add(&inner, 0x71, tg_span(&info, 1));
    if (e == TG_OK)
        e = tg_vc_tlv_add(&inner, 0xfe, (struct tg_span){0});
    return e == TG_OK ? tg_vc_tlv_add(out, 0x53, tg_span_buf(&inner)) : e;
}

/* The parts of a certificate object; the DER is inflated when CertInfo says so. */
static enum tg_err object_open(struct tg_span object, enum tg_vcard_gzip *gzip, struct tg_buf *der)
{
    struct tg_span inner = tg_vc_tlv_find(object, 0x53);
    struct tg_span cert = tg_vc_tlv_find(inner, 0x70), info = tg_vc_tlv_find(inner, 0x71);
    if (!cert.n || info.n != 1)
        return TG_E_FORM;
    *gzip = info.p[0] == 0x80 ? TG_VCARD_GZIP_80 : info.p[0] ? TG_VCARD_GZIP_01 : TG_VCARD_GZIP_NO;
    return *gzip == TG_VCARD_GZIP_NO ? tg_buf_add_span(der, cert) : inflate_to(cert, der);
}

static enum tg_err resign(struct tg_buf *der)
{
    const uint8_t *p = der->p;
    X509 *x = d2i_X509(NULL, &p, (long)der->n);
    EVP_PKEY *k = EVP_EC_gen("P-256");
    uint8_t *out = NULL;
    int n = 0;
    if (x && k && X509_set_pubkey(x, k) == 1 && X509_sign(x, k, EVP_sha256()) > 0)
        n = i2d_X509(x, &out);
    tg_buf_reset(der);
    enum tg_err e = n > 0 ? tg_buf_add(der, out, (size_t)n) : TG_E_FORM;
    OPENSSL_free(out);
    EVP_PKEY_free(k);
    X509_free(x);
    return e;
}

enum tg_err tg_vc_cert_forge(struct tg_buf *object)
{
    TG_BUF_AUTO der = TG_BUF_INIT(TG_VC_OBJECT_BYTES);
    enum tg_vcard_gzip gzip = TG_VCARD_GZIP_NO;
    enum tg_err e = object_open(tg_span_buf(object), &gzip, &der);
    if (e == TG_OK)
        e = resign(&der);
    if (e != TG_OK)
        return e;
    tg_buf_reset(object);
    return tg_vc_cert_object(tg_span_buf(&der), gzip, object);
}
