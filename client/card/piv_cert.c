/* Certificate objects: 53 { 70 certificate, 71 CertInfo, FE error code } (SP 800-73-4 part 1 appendix A). */
#include "client/card/piv_cert.h"

#include <openssl/evp.h>

#define ZLIB_CONST
#include <zlib.h>

#include "certs/base/limits.h"
#include "client/card/piv_state.h"
#include "client/card/tlv.h"

#define SW_OK 0x9000

/* One gzip member, nothing behind it, at most TG_CARD_CERT_INFLATED bytes: one byte more than that is a bomb.
 */
static enum tg_err inflate_into(z_stream *z, struct tg_buf *der)
{
    uint8_t chunk[1024];
    int rc = Z_OK;
    size_t total = 0;
    enum tg_err err;

    while (rc == Z_OK) {
        z->next_out = chunk;
        z->avail_out = sizeof(chunk);
        rc = inflate(z, Z_NO_FLUSH);
        if (rc != Z_OK && rc != Z_STREAM_END)
            return rc == Z_MEM_ERROR ? TG_E_NOMEM : TG_E_CARD_REPLY;
        total += sizeof(chunk) - z->avail_out;
        if (total > TG_CARD_CERT_INFLATED)
            return TG_E_LIMIT;
        if ((err = tg_buf_add(der, chunk, sizeof(chunk) - z->avail_out)) != TG_OK)
            return err;
    }
    return z->avail_in == 0 ? TG_OK : TG_E_CARD_REPLY;
}

static enum tg_err gunzip(struct tg_span in, struct tg_buf *der)
{
    z_stream z = {.next_in = in.p, .avail_in = (uInt)in.n};
    enum tg_err err;

    if (in.n == 0)
        return TG_E_CARD_REPLY;
    if (inflateInit2(&z, 15 + 16) != Z_OK) /* window of 32 KiB, gzip wrapper only */
        return TG_E_NOMEM;
    err = inflate_into(&z, der);
    (void)inflateEnd(&z);
    return err;
}

/* 00 plain; 01 gzip (SP 800-73-4); 80 gzip as cards of before 2008 wrote it. Others are not understood. */
static enum tg_err unpack(struct tg_span cert, struct tg_span info, struct tg_buf *der)
{
    if (info.n != 1)
        return TG_E_CARD_REPLY;
    switch (info.p[0]) {
    case 0x00:
        return cert.n > TG_CARD_CERT_INFLATED ? TG_E_LIMIT : tg_buf_add_span(der, cert);
    case 0x01:
    case 0x80:
        return gunzip(cert, der);
    default:
        return TG_E_CARD_REPLY;
    }
}

static enum tg_err malformed(enum tg_err err)
{
    return err == TG_E_NOMEM ? err : TG_E_CARD_REPLY;
}

enum tg_err tg_piv_cert_object(struct tg_span object, struct tg_buf *der)
{
    struct tg_span in = {0}, cert = {0}, info = {0};
    const uint8_t plain = 0x00;
    size_t before = der->n;
    enum tg_err err = tg_tlv_only(object, 0x53, &in);

    if (err != TG_OK)
        return malformed(err);
    if (in.n == 0)
        return TG_E_CARD_NO_CERT;
    if ((err = tg_tlv_find(in, 0x70, &cert)) != TG_OK)
        return err == TG_E_NOT_FOUND ? TG_E_CARD_NO_CERT : TG_E_CARD_REPLY;
    if (cert.n == 0)
        return TG_E_CARD_NO_CERT;
    if ((err = tg_tlv_find(in, 0x71, &info)) == TG_E_NOT_FOUND) {
        info = tg_span(&plain, 1);
        err = TG_OK;
    }
    if (err != TG_OK)
        return malformed(err);
    if ((err = unpack(cert, info, der)) != TG_OK)
        der->n = before;
    return err;
}

static enum tg_err remember(struct tg_piv *p, uint32_t object, struct tg_span bytes)
{
    p->seen_object = 0;
    if (EVP_Digest(bytes.p, bytes.n, p->seen_hash, NULL, EVP_sha256(), NULL) != 1)
        return TG_E_NOMEM;
    p->seen_object = object;
    return TG_OK;
}

enum tg_err tg_piv_cert(struct tg_piv *p, enum tg_piv_slot slot, struct tg_buf *der)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(TG_CARD_REPLY_BYTES);
    uint32_t object = tg_piv_object(slot);
    uint16_t sw = 0;
    enum tg_err err;

    if (object == 0)
        return TG_E_CARD_NO_CERT;
    if ((err = tg_piv_get(p, object, &reply, &sw)) != TG_OK)
        return err;
    switch (sw) {
    case SW_OK:
        err = remember(p, object, tg_span_buf(&reply));
        return err != TG_OK ? err : tg_piv_cert_object(tg_span_buf(&reply), der);
    case 0x6a82:
    case 0x6a88:
        return TG_E_CARD_NO_CERT;
    case 0x6982: /* certificates need no PIN: it is the contactless side that refuses */
        return TG_E_CARD_CONTACT_ONLY;
    default:
        return tg_piv_sw(sw);
    }
}
