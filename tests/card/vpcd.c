/* vpcd: frames of a 16 bit big-endian length and a payload, the card being the TCP client. A payload of one
 * byte is the reader's word (power off, on, reset, send ATR), anything else a command.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/card/slot.h"

enum { VPCD_OFF = 0, VPCD_ON = 1, VPCD_RESET = 2, VPCD_ATR = 4 };
#define FRAME_BYTES 65535u
/* pcscd looks at the slot every 400 ms; a shorter absence would leave it talking to a card without power. */
#define AWAY_US 700000

void tg_vc_vpcd_close(struct tg_vc_slot *s)
{
    if (s->reader >= 0)
        (void)close(s->reader);
    s->reader = -1;
    s->back_at = tg_mono_us() + AWAY_US;
    tg_vcard_power(s->card, TG_VCARD_OFF);
}

enum tg_err tg_vc_vpcd_connect(struct tg_vc_slot *s)
{
    struct addrinfo hint = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found = NULL;
    if (getaddrinfo(s->host, s->port, &hint, &found) != 0)
        return TG_E_USAGE;
    int fd = -1;
    for (const struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
            (void)close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    s->reader = fd;
    return fd < 0 ? TG_E_READER_NONE : TG_OK;
}

/* Without TCP_QUICKACK, set anew before each recv, Nagle and delayed ACKs cost 40 ms a command. */
static enum tg_err receive(int fd, uint8_t *to, size_t n)
{
    int one = 1;
    while (n) {
        (void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
        ssize_t got = recv(fd, to, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return TG_E_IO;
        to += got;
        n -= (size_t)got;
    }
    return TG_OK;
}

static enum tg_err send_all(int fd, struct tg_span s)
{
    while (s.n) {
        ssize_t put = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return TG_E_IO;
        s.p += put;
        s.n -= (size_t)put;
    }
    return TG_OK;
}

/* Announces n bytes, sends those that are there. */
static enum tg_err send_frame(int fd, size_t n, struct tg_span body)
{
    TG_BUF_AUTO frame = TG_BUF_INIT(TG_VCARD_REPLY_BYTES + 2);
    uint8_t head[2] = {(uint8_t)(n >> 8), (uint8_t)n};
    enum tg_err e = n > FRAME_BYTES ? TG_E_LIMIT : tg_buf_add(&frame, head, sizeof head);
    if (e == TG_OK)
        e = tg_buf_add_span(&frame, body);
    return e == TG_OK ? send_all(fd, tg_span_buf(&frame)) : e;
}

static enum tg_err control(struct tg_vc_slot *s, uint8_t word)
{
    struct tg_span atr = tg_vcard_atr(s->card);
    switch (word) {
    case VPCD_OFF:
        tg_vcard_power(s->card, TG_VCARD_OFF);
        return TG_OK;
    case VPCD_ON:
        tg_vcard_power(s->card, TG_VCARD_ON);
        return TG_OK;
    case VPCD_RESET:
        tg_vcard_power(s->card, TG_VCARD_WARM_RESET);
        return TG_OK;
    case VPCD_ATR:
        return send_frame(s->reader, atr.n, atr);
    default:
        return TG_E_IO;
    }
}

static enum tg_err command(struct tg_vc_slot *s, struct tg_span cmd)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(TG_VCARD_REPLY_BYTES);
    switch (tg_vcard_apdu(s->card, cmd, &reply)) {
    case TG_VCARD_REPLIED:
        return send_frame(s->reader, reply.n, tg_span_buf(&reply));
    case TG_VCARD_RESET:
        return TG_E_IO; /* contact lost; the loop brings the card back */
    case TG_VCARD_DROPPED:
        /* The length promises more than comes. The card is out until "insert". */
        (void)send_frame(s->reader, reply.n + 8, tg_span_buf(&reply));
        s->present = false;
        return TG_E_IO;
    case TG_VCARD_HANGS:
        break;
    }
    return TG_OK;
}

enum tg_err tg_vc_vpcd_serve(struct tg_vc_slot *s)
{
    static uint8_t frame[FRAME_BYTES];
    uint8_t head[2] = {0};
    enum tg_err e = receive(s->reader, head, sizeof head);
    size_t n = (size_t)head[0] << 8 | head[1];
    if (e == TG_OK)
        e = receive(s->reader, frame, n);
    if (e == TG_OK && n == 1)
        e = control(s, frame[0]);
    else if (e == TG_OK)
        e = command(s, tg_span(frame, n));
    explicit_bzero(frame, n); /* a PIN may have been in it */
    return e;
}
