/* The head and the name of a segment file. */
#include <inttypes.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/seal/octets.h"
#include "certs/seal/seal.h"

static const uint8_t MAGIC[8] = "TGSEAL2\n";
static const char PREFIX[] = "segment-";

enum { AT_NUMBER = 8, AT_FIRST = 16, AT_BYTES = 24, AT_LOG = 32, AT_PREV = 48, AT_ZERO = 80, AT_HASH = 96 };

static enum tg_err head_hash(const uint8_t *head, uint8_t out[TG_HASH_BYTES])
{
    return EVP_Digest(head, AT_HASH, out, NULL, EVP_sha256(), NULL) == 1 ? TG_OK : TG_E_INTERNAL;
}

enum tg_err tg_segment_head_put(const struct tg_segment_head *h, uint8_t out[TG_SEGMENT_HEAD_BYTES])
{
    memset(out, 0, TG_SEGMENT_HEAD_BYTES);
    memcpy(out, MAGIC, sizeof MAGIC);
    put_be(out + AT_NUMBER, h->number, 8);
    put_be(out + AT_FIRST, h->first_seq, 8);
    put_be(out + AT_BYTES, h->bytes, 8);
    memcpy(out + AT_LOG, h->log, TG_LOG_ID_BYTES);
    memcpy(out + AT_PREV, h->prev, TG_HASH_BYTES);
    return head_hash(out, out + AT_HASH);
}

enum tg_err tg_segment_head_get(struct tg_span file, struct tg_segment_head *ret)
{
    static const uint8_t zeros[AT_HASH - AT_ZERO];
    uint8_t hash[TG_HASH_BYTES];
    enum tg_err err;

    if (file.n < TG_SEGMENT_HEAD_BYTES)
        return TG_E_TRUNCATED;
    err = head_hash(file.p, hash);
    if (err != TG_OK)
        return err;
    if (memcmp(file.p, MAGIC, sizeof MAGIC) != 0 || memcmp(file.p + AT_ZERO, zeros, sizeof zeros) != 0 ||
        memcmp(file.p + AT_HASH, hash, sizeof hash) != 0)
        return TG_E_FORM;
    ret->number = get_be(file.p + AT_NUMBER, 8);
    ret->first_seq = get_be(file.p + AT_FIRST, 8);
    ret->bytes = get_be(file.p + AT_BYTES, 8);
    memcpy(ret->log, file.p + AT_LOG, TG_LOG_ID_BYTES);
    memcpy(ret->prev, file.p + AT_PREV, TG_HASH_BYTES);
    if (ret->number == 0 || ret->number > TG_SEAL_SEGMENTS || ret->first_seq == 0 || ret->bytes != file.n)
        return TG_E_FORM;
    return TG_OK;
}

void tg_segment_name(uint64_t number, char out[TG_SEGMENT_NAME_BYTES])
{
    (void)snprintf(out, TG_SEGMENT_NAME_BYTES, "%s%010" PRIu64, PREFIX, number);
}

uint64_t tg_segment_number(const char *name)
{
    char again[TG_SEGMENT_NAME_BYTES];
    uint64_t n = 0;
    const char *digit = name + sizeof PREFIX - 1;

    if (strncmp(name, PREFIX, sizeof PREFIX - 1) != 0 || strlen(digit) != 10)
        return 0;
    for (; *digit >= '0' && *digit <= '9'; digit++)
        n = n * 10 + (uint64_t)(*digit - '0');
    /* One spelling only: what does not print back the same is not a segment. */
    tg_segment_name(n, again);
    return strcmp(again, name) == 0 ? n : 0;
}
