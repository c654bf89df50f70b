/* One record in its frame. */
#include "certs/base/limits.h"
#include "certs/seal/frame_head.h"
#include "certs/seal/octets.h"

static const uint8_t MAGIC[3] = {0x1e, 'T', 'G'};

static size_t padded(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

size_t tg_frame_size(size_t payload)
{
    return TG_FRAME_HEAD_BYTES + padded(payload) + TG_HASH_BYTES;
}

void tg_frame_put(uint8_t *at, enum tg_frame_type type, struct tg_span payload)
{
    memcpy(at, MAGIC, sizeof MAGIC);
    at[AT_TYPE] = (uint8_t)type;
    put_be(at + AT_LENGTH, payload.n, 4);
    memset(at + AT_SEQ, 0, TG_FRAME_HEAD_BYTES - AT_SEQ);
    memcpy(at + TG_FRAME_HEAD_BYTES, payload.p, payload.n);
    memset(at + TG_FRAME_HEAD_BYTES + payload.n, 0, padded(payload.n) - payload.n);
}

enum tg_err tg_frame_seal(uint8_t *at, const struct tg_stamp *stamp, struct tg_chain *c, size_t *size)
{
    size_t payload = (size_t)get_be(at + AT_LENGTH, 4);
    enum tg_err err;

    put_be(at + AT_SEQ, stamp->seq, 8);
    put_be(at + AT_ACKED, stamp->acked, 8);
    put_be(at + AT_TIME, (uint64_t)stamp->time, 8);
    err = tg_chain_add(c, tg_span(at, TG_FRAME_HEAD_BYTES + payload));
    if (err != TG_OK)
        return err;
    *size = tg_frame_size(payload);
    memcpy(at + *size - TG_HASH_BYTES, c->head, TG_HASH_BYTES);
    return TG_OK;
}

static bool type_known(uint8_t type)
{
    return type == TG_FRAME_ENTRY || type == TG_FRAME_CHECKPOINT || type == TG_FRAME_RECOVERED;
}

static bool zeros(const uint8_t *p, size_t n)
{
    uint8_t any = 0;

    for (size_t i = 0; i < n; i++)
        any |= p[i];
    return any == 0;
}

enum tg_err tg_frame_head_get(const uint8_t *at, struct tg_frame *ret, size_t *payload)
{
    uint64_t time = get_be(at + AT_TIME, 8);

    *payload = (size_t)get_be(at + AT_LENGTH, 4);
    if (memcmp(at, MAGIC, sizeof MAGIC) != 0 || !type_known(at[AT_TYPE]) || *payload == 0 ||
        *payload > TG_AUDIT_RECORD_BYTES || time > INT64_MAX)
        return TG_E_FORM;
    ret->type = (enum tg_frame_type)at[AT_TYPE];
    ret->seq = get_be(at + AT_SEQ, 8);
    ret->acked = get_be(at + AT_ACKED, 8);
    ret->time = (tg_usec)time;
    return TG_OK;
}

enum tg_err tg_frame_get(struct tg_span file, uint64_t offset, struct tg_frame *ret)
{
    const uint8_t *at;
    size_t left, payload;
    enum tg_err err;

    if (offset >= file.n || file.n - offset < TG_FRAME_HEAD_BYTES)
        return TG_E_NOT_FOUND;
    at = file.p + offset;
    left = (size_t)(file.n - offset);
    if (zeros(at, AT_LENGTH))
        return TG_E_NOT_FOUND;
    err = tg_frame_head_get(at, ret, &payload);
    if (err != TG_OK)
        return err;
    ret->size = tg_frame_size(payload);
    if (ret->size > left)
        return TG_E_TRUNCATED;
    if (!zeros(at + TG_FRAME_HEAD_BYTES + payload, padded(payload) - payload))
        return TG_E_FORM;
    ret->offset = offset;
    ret->payload = tg_span(at + TG_FRAME_HEAD_BYTES, payload);
    ret->record = tg_span(at, TG_FRAME_HEAD_BYTES + payload);
    ret->head = at + ret->size - TG_HASH_BYTES;
    return TG_OK;
}
