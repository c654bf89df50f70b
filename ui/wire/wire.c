#include "ui/wire/wire.h"

#include "certs/base/text.h"

#define TEXT_BYTES_MAX 0xffffu

enum field { F_ERR = 1, F_NONCE = 2, F_THUMBPRINT = 4, F_POSTS = 8, F_JWS = 16, F_PAPER = 32, F_NUMBER = 64 };

/* Which fields a message has, in the order of their bits, and who says it. */
static const struct shape {
    unsigned fields;
    enum tg_wire_side side;
} shapes[TG_WIRE_TYPES] = {
    [TG_WIRE_SIGN_IN] = {F_POSTS, TG_WIRE_GATE},
    [TG_WIRE_SIGNED] = {F_JWS, TG_WIRE_GATE},
    [TG_WIRE_FAILED] = {F_ERR, TG_WIRE_GATE},
    [TG_WIRE_READY] = {0, TG_WIRE_DESK},
    [TG_WIRE_WANT_SIGN_IN] = {F_NONCE | F_THUMBPRINT, TG_WIRE_DESK},
    [TG_WIRE_WANT_PRESENCE] = {F_NONCE | F_THUMBPRINT, TG_WIRE_DESK},
    [TG_WIRE_OPEN] = {0, TG_WIRE_DESK},
    [TG_WIRE_REFUSED] = {F_ERR | F_POSTS, TG_WIRE_DESK},
    [TG_WIRE_ENDED] = {F_ERR, TG_WIRE_DESK},
    [TG_WIRE_LOCK] = {0, TG_WIRE_DESK},
    [TG_WIRE_WANT_APPROVAL] = {F_PAPER, TG_WIRE_DESK},
    [TG_WIRE_APPROVED] = {F_JWS, TG_WIRE_GATE},
    [TG_WIRE_DECLINED] = {F_ERR, TG_WIRE_GATE},
    [TG_WIRE_CALL] = {F_NUMBER, TG_WIRE_GATE},
};

static bool known(enum tg_wire_type type)
{
    return type > TG_WIRE_NOTHING && (unsigned)type < TG_WIRE_TYPES;
}

bool tg_wire_says(enum tg_wire_side side, enum tg_wire_type type)
{
    return known(type) && shapes[type].side == side;
}

static enum tg_err put_text(struct tg_span s, struct tg_buf *out)
{
    uint8_t n[2] = {(uint8_t)(s.n >> 8), (uint8_t)s.n};
    enum tg_err e;

    if (s.n > TEXT_BYTES_MAX)
        return TG_E_LIMIT;
    return (e = tg_buf_add(out, n, sizeof n)) == TG_OK ? tg_buf_add_span(out, s) : e;
}

static enum tg_err put_posts(const struct tg_wire *m, struct tg_buf *out)
{
    uint8_t n = (uint8_t)m->n_posts;
    enum tg_err e = m->n_posts > TG_POSTS_PER_PERSON ? TG_E_LIMIT : tg_buf_add(out, &n, 1);

    for (size_t i = 0; i < m->n_posts && e == TG_OK; i++)
        e = put_text(tg_span_str(m->post[i]), out);
    return e;
}

static enum tg_err put_field(const struct tg_wire *m, enum field f, struct tg_buf *out)
{
    switch (f) {
    case F_ERR:
        return put_text(tg_span_str(tg_err_code(m->err)), out);
    case F_NONCE:
        return put_text(tg_span_str(m->nonce), out);
    case F_THUMBPRINT:
        return tg_buf_add(out, m->thumbprint, sizeof m->thumbprint);
    case F_POSTS:
        return put_posts(m, out);
    case F_JWS:
        return put_text(m->jws, out);
    case F_PAPER:
        return put_text(m->paper, out);
    case F_NUMBER:
        return put_text(tg_span_str(m->number), out);
    default:
        return TG_E_INTERNAL;
    }
}

enum tg_err tg_wire_write(const struct tg_wire *m, struct tg_buf *out)
{
    uint8_t type = (uint8_t)m->type;
    size_t begin = out->n;
    enum tg_err e = known(m->type) ? tg_buf_add(out, &type, 1) : TG_E_INTERNAL;

    for (unsigned f = F_ERR; f <= F_NUMBER && e == TG_OK; f <<= 1)
        if ((shapes[m->type].fields & f) != 0)
            e = put_field(m, (enum field)f, out);
    if (e != TG_OK)
        out->n = begin;
    return e;
}

static bool take_bytes(struct tg_span *s, size_t n, struct tg_span *ret)
{
    if (s->n < n)
        return false;
    *ret = tg_span(s->p, n);
    *s = tg_span(s->p + n, s->n - n);
    return true;
}

static bool take_text(struct tg_span *s, struct tg_span *ret)
{
    struct tg_span n;

    return take_bytes(s, 2, &n) && take_bytes(s, (size_t)n.p[0] << 8 | n.p[1], ret) && tg_text_clean(*ret);
}

static bool take_copy(struct tg_span *s, char *to, size_t size)
{
    struct tg_span text;

    return take_text(s, &text) && tg_copy(to, size, text) == TG_OK;
}

/* TG_OK has a code as well, and is no reason. */
static bool take_err(struct tg_span *s, struct tg_wire *m)
{
    char code[64];

    if (!take_copy(s, code, sizeof code))
        return false;
    m->err = tg_err_from_code(code);
    return m->err != TG_OK && strcmp(tg_err_code(m->err), code) == 0;
}

static bool take_posts(struct tg_span *s, struct tg_wire *m)
{
    struct tg_span n;

    if (!take_bytes(s, 1, &n) || n.p[0] > TG_POSTS_PER_PERSON)
        return false;
    for (m->n_posts = 0; m->n_posts < n.p[0]; m->n_posts++)
        if (!take_copy(s, m->post[m->n_posts], TG_WIRE_POST_BYTES))
            return false;
    return true;
}

/* A caller's: digits, a + before them. */
static bool is_number(const char *text)
{
    const char *digits = text + (text[0] == '+' ? 1 : 0);

    return digits[0] != '\0' && digits[strspn(digits, "0123456789")] == '\0';
}

static bool take_field(struct tg_span *s, enum field f, struct tg_wire *m)
{
    struct tg_span bytes;

    switch (f) {
    case F_ERR:
        return take_err(s, m);
    case F_NONCE:
        return take_copy(s, m->nonce, sizeof m->nonce) && m->nonce[0] != 0;
    case F_THUMBPRINT:
        if (!take_bytes(s, sizeof m->thumbprint, &bytes))
            return false;
        memcpy(m->thumbprint, bytes.p, bytes.n);
        return true;
    case F_POSTS:
        return take_posts(s, m);
    case F_JWS:
        return take_text(s, &m->jws) && m->jws.n > 0 && m->jws.n <= TG_JWS_BYTES;
    case F_PAPER:
        return take_text(s, &m->paper) && m->paper.n > 0 && m->paper.n <= TG_WIRE_PAPER_BYTES;
    case F_NUMBER:
        return take_copy(s, m->number, sizeof m->number) && is_number(m->number);
    default:
        return false;
    }
}

enum tg_err tg_wire_read(struct tg_span bytes, struct tg_wire *ret)
{
    struct tg_wire m = {.type = TG_WIRE_NOTHING};
    struct tg_span type;

    *ret = m;
    if (!take_bytes(&bytes, 1, &type) || !known((enum tg_wire_type)type.p[0]))
        return TG_E_FORM;
    m.type = (enum tg_wire_type)type.p[0];
    for (unsigned f = F_ERR; f <= F_NUMBER; f <<= 1)
        if ((shapes[m.type].fields & f) != 0 && !take_field(&bytes, (enum field)f, &m))
            return TG_E_FORM;
    if (bytes.n > 0)
        return TG_E_FORM;
    *ret = m;
    return TG_OK;
}
