/* The segment reader: head, frames, the search for acknowledged frames, over any bytes. */
#include "certs/base/limits.h"
#include "certs/seal/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tg_span file = tg_span(data, size);
    struct tg_segment_head head;
    struct tg_frame f;
    uint64_t at = 0, end = 0;

    if (tg_segment_head_get(file, &head) == TG_OK)
        at = TG_SEGMENT_HEAD_BYTES;
    while (tg_frame_get(file, at, &f) == TG_OK) {
        /* What the reader hands out lies inside the file. */
        end = at + f.size;
        if (f.size <= f.payload.n || end > size || f.payload.p + f.payload.n > data + size ||
            f.head + TG_HASH_BYTES != data + end || f.payload.n > TG_AUDIT_RECORD_BYTES)
            abort();
        (void)tg_frame_acked_later(file, at, f.seq);
        at = end;
    }
    (void)tg_frame_acked_later(file, at, 1);
    for (size_t offset = 0; offset < size; offset += 8)
        (void)tg_frame_torn(file, offset, &(struct tg_stamp){.seq = offset / 64});
    return 0;
}
