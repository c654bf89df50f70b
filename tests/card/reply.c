/* How data leave the card: at once, by 61xx and GET RESPONSE, or after 6Cxx; ISO 7816-4 section 5.3.4. */
#include "tests/card/inner.h"

enum tg_vcard_reply tg_vc_mode(const struct tg_vcard *c)
{
    if (c->d.reply != TG_VCARD_AUTO)
        return c->d.reply;
    return c->d.proto == TG_VCARD_T0 ? TG_VCARD_REPLY_T0 : TG_VCARD_REPLY_T1;
}

enum tg_err tg_vc_add_sw(struct tg_buf *reply, unsigned sw)
{
    uint8_t b[2] = {(uint8_t)(sw >> 8), (uint8_t)sw};
    return tg_buf_add(reply, b, sizeof b);
}

void tg_vc_forget_output(struct tg_vcard *c)
{
    tg_buf_done(&c->s.out);
    tg_buf_reset(&c->s.held);
    c->s.out_at = 0;
}

/* Headers and data, without lengths: what a command repeated with another Le still has in common. */
static enum tg_err hold(struct tg_vcard *c, const struct tg_vc_apdu *a)
{
    uint8_t head[4] = {a->cla, a->ins, a->p1, a->p2};
    tg_buf_reset(&c->s.held);
    enum tg_err e = tg_buf_add(&c->s.held, head, sizeof head);
    return e == TG_OK ? tg_buf_add_span(&c->s.held, a->data) : e;
}

bool tg_vc_is_held(const struct tg_vcard *c, const struct tg_vc_apdu *a)
{
    const struct tg_buf *h = &c->s.held;
    uint8_t head[4] = {a->cla, a->ins, a->p1, a->p2};
    if (h->n < sizeof head || memcmp(h->p, head, sizeof head) != 0)
        return false;
    return tg_span_eq(tg_span(h->p + sizeof head, h->n - sizeof head), a->data);
}

/* SW2 for n bytes: FF at most for 61xx ("256 or more" is 00), 00 for 256. */
static unsigned count_byte(size_t n)
{
    return n > 255 ? 0 : (unsigned)n;
}

/* Sends n bytes of what waits, then 9000 or 61xx. */
static enum tg_err send_part(struct tg_vcard *c, size_t n, struct tg_buf *reply)
{
    struct tg_vc_session *s = &c->s;
    enum tg_err e = n ? tg_buf_add(reply, s->out.p + s->out_at, n) : TG_OK;
    s->out_at += n;
    size_t rest = s->out.n - s->out_at;
    if (e == TG_OK)
        e = tg_vc_add_sw(reply, rest ? TG_SW_MORE | count_byte(rest) : TG_SW_OK);
    if (!rest)
        tg_vc_forget_output(c);
    return e;
}

/* True when the card answers "wrong Le, this is the right one" instead of data. An Le that is too short is no
 * fault: hosts read the first 8 bytes of an object to learn its length, and no PIV card refuses that.
 */
static bool wants_exact(enum tg_vcard_reply mode, size_t le, size_t left)
{
    return (mode == TG_VCARD_REPLY_T0 || mode == TG_VCARD_REPLY_6C) && le > left;
}

static size_t at_once(const struct tg_vcard *c, const struct tg_vc_apdu *a)
{
    enum tg_vcard_reply mode = tg_vc_mode(c);
    size_t left = c->s.out.n - c->s.out_at;
    if (!a->extended && mode == TG_VCARD_REPLY_61)
        return 0;
    if (mode == TG_VCARD_REPLY_T0 && a->data.n)
        return 0;
    return a->le < left ? a->le : left;
}

enum tg_err tg_vc_emit(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data, unsigned sw,
                       struct tg_buf *reply)
{
    if (sw != TG_SW_OK || data->n == 0)
        return tg_vc_add_sw(reply, sw);
    tg_buf_done(&c->s.out);
    c->s.out = *data;
    c->s.out_at = 0;
    *data = TG_BUF_INIT(data->max);
    if (!a->extended && wants_exact(tg_vc_mode(c), a->le, c->s.out.n)) {
        enum tg_err e = hold(c, a);
        return e == TG_OK ? tg_vc_add_sw(reply, TG_SW_EXACT | count_byte(c->s.out.n)) : e;
    }
    tg_buf_reset(&c->s.held);
    return send_part(c, at_once(c, a), reply);
}

enum tg_err tg_vc_get_response(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *reply)
{
    size_t left = c->s.out.n - c->s.out_at;
    if (left == 0 || c->s.held.n)
        return tg_vc_add_sw(reply, TG_SW_CONDITIONS);
    if (a->p1 || a->p2)
        return tg_vc_add_sw(reply, TG_SW_P1P2);
    if (a->data.n || a->le == 0)
        return tg_vc_add_sw(reply, TG_SW_LENGTH);
    if (wants_exact(tg_vc_mode(c), a->le, left))
        return tg_vc_add_sw(reply, TG_SW_EXACT | count_byte(left));
    return send_part(c, a->le < left ? a->le : left, reply);
}
