/* Bytes behind the last whole record: torn, or damaged? */
#include "certs/seal/frame_head.h"

/* What the kernel copies in one piece. Larger pages end at such places too. */
#define PAGE 4096u

bool tg_frame_acked_later(struct tg_span file, uint64_t offset, uint64_t seq)
{
    struct tg_frame f;
    size_t payload;

    for (uint64_t at = (offset + ALIGN - 1) / ALIGN * ALIGN; at + TG_FRAME_HEAD_BYTES <= file.n;
         at += ALIGN) {
        if (file.p[at] == 0 || tg_frame_head_get(file.p + at, &f, &payload) != TG_OK)
            continue;
        if (f.seq > seq && f.acked >= seq && f.acked < f.seq)
            return true;
    }
    return false;
}

/* The first n bytes of a frame's head, as far as they go: could they begin the record after `last`? */
static bool head_begins(const uint8_t *at, uint64_t n, const struct tg_stamp *last, size_t *payload)
{
    uint8_t head[TG_FRAME_HEAD_BYTES] = {0};
    struct tg_frame f;

    memcpy(head, at, n < sizeof head ? (size_t)n : sizeof head);
    if (tg_frame_head_get(head, &f, payload) != TG_OK)
        return false;
    return (n < AT_ACKED || f.seq == last->seq + 1) &&
           (n < AT_TIME || (f.acked <= last->seq && f.acked >= last->acked)) &&
           (n < TG_FRAME_HEAD_BYTES || f.time >= last->time);
}

bool tg_frame_torn(struct tg_span file, uint64_t offset, const struct tg_stamp *last)
{
    uint64_t end = file.n, cut;
    size_t payload = 0;

    while (end > offset && file.p[end - 1] == 0)
        end--;
    cut = (end + PAGE - 1) / PAGE * PAGE;
    /* A record has no long run of zeros, so what was copied reaches almost to the end of its page. */
    if (end <= offset || cut > file.n || cut - end > TG_FRAME_HEAD_BYTES || cut - offset < AT_SEQ)
        return false;
    return head_begins(file.p + offset, cut - offset, last, &payload) &&
           cut < offset + tg_frame_size(payload);
}
