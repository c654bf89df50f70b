/* Which instruction does what: SELECT, the PIV application's table, and the cards that have no such
 * application. */
#include "tests/card/inner.h"

static const uint8_t piv_aid[] = {0xa0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00};
/* GlobalPlatform's issuer security domain: the "other application" that every card has. */
static const uint8_t isd_aid[] = {0xa0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00};
static const uint8_t felica_uid[] = {0x01, 0x14, 0xb3, 0x09, 0x42, 0x15, 0x9a, 0x07};

/* Right-truncated AIDs select too (ISO 7816-4 section 8.2.1.2); less than the registered provider is no AID.
 */
static bool names(struct tg_span asked, const uint8_t *aid, size_t n)
{
    return asked.n >= 5 && asked.n <= n && memcmp(asked.p, aid, asked.n) == 0;
}

/* Application property template, SP 800-73-4 part 2 table 3. */
static unsigned property_template(struct tg_buf *data)
{
    static const uint8_t authority[] = {0x4f, 0x05, 0xa0, 0x00, 0x00, 0x03, 0x08};
    static const uint8_t algorithms[] = {0x80, 0x01, 0x07, 0x80, 0x01, 0x11,
                                         0x80, 0x01, 0x14, 0x06, 0x01, 0x00};
    TG_BUF_AUTO in = TG_BUF_INIT(256);
    enum tg_err e = tg_vc_tlv_add(&in, 0x4f, tg_span(piv_aid + 5, sizeof piv_aid - 5));
    if (e == TG_OK)
        e = tg_vc_tlv_add(&in, 0x79, tg_span(authority, sizeof authority));
    if (e == TG_OK)
        e = tg_vc_tlv_add(&in, 0x50, tg_span_str("tegata virtual card"));
    if (e == TG_OK)
        e = tg_vc_tlv_add(&in, 0xac, tg_span(algorithms, sizeof algorithms));
    if (e == TG_OK)
        e = tg_vc_tlv_add(data, 0x61, tg_span_buf(&in));
    return e == TG_OK ? TG_SW_OK : TG_SW_BROKEN;
}

/* Selecting PIV again changes nothing, an unknown AID neither (SP 800-73-4 part 2 section 3.1.1); another
 * application ends everything that was proven.
 */
static unsigned select_app(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data)
{
    static const uint8_t isd_fci[] = {0x6f, 0x0a, 0x84, 0x08, 0xa0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00};
    if (a->p1 != 0x04 || a->p2 != 0x00)
        return TG_SW_P1P2;
    if (names(a->data, piv_aid, sizeof piv_aid)) {
        c->s.selected = true;
        return property_template(data);
    }
    if (!names(a->data, isd_aid, sizeof isd_aid))
        return TG_SW_NOT_FOUND;
    tg_vc_session_clear(c);
    c->s.on = true;
    return tg_buf_add(data, isd_fci, sizeof isd_fci) == TG_OK ? TG_SW_OK : TG_SW_BROKEN;
}

static unsigned do_verify(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data)
{
    (void)data;
    return tg_vc_verify(c, a);
}

static unsigned do_change(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data)
{
    (void)data;
    return tg_vc_change(c, a);
}

static unsigned do_unblock(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data)
{
    (void)data;
    return tg_vc_unblock(c, a);
}

static unsigned do_put(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data)
{
    (void)data;
    return tg_vc_put_data(c, a);
}

struct command {
    uint8_t ins;
    bool selected; /* only inside the PIV application */
    bool chained;  /* CLA 10 allowed */
    bool contact;  /* refused to a card held over the reader */
    unsigned (*run)(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data);
};

static const struct command table[] = {
    {0xa4, false, false, false, select_app},
    {0xcb, true, false, false, tg_vc_get_data},
    {0xdb, true, true, false, do_put},
    {0x20, true, false, true, do_verify},
    {0x24, true, false, true, do_change},
    {0x2c, true, false, true, do_unblock},
    {0x87, true, true, false, tg_vc_authenticate},
    {0x47, true, true, false, tg_vc_generate},
};

static const struct command *look_up(uint8_t ins)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].ins == ins)
            return &table[i];
    return NULL;
}

/* Readers answer FF CA themselves; a card that sees it through a virtual reader gives its number. */
static unsigned run_felica(const struct tg_vc_apdu *a, struct tg_buf *data)
{
    if (a->cla == 0xff && a->ins == 0xca && a->p2 == 0) {
        if (a->p1 != 0)
            return TG_SW_FUNCTION;
        return tg_buf_add(data, felica_uid, sizeof felica_uid) == TG_OK ? TG_SW_OK : TG_SW_BROKEN;
    }
    return a->ins == 0xa4 ? TG_SW_NOT_FOUND : TG_SW_INS;
}

/* A part of a chain: kept, if it belongs to what came before. */
static unsigned chain(struct tg_vcard *c, const struct tg_vc_apdu *a)
{
    uint8_t head[4] = {0, a->ins, a->p1, a->p2};
    struct tg_buf *b = &c->s.chain;
    if (b->n && memcmp(c->s.chain_head, head, sizeof head) != 0) {
        tg_buf_reset(b);
        return TG_SW_CHAIN;
    }
    memcpy(c->s.chain_head, head, sizeof head);
    if (tg_buf_add_span(b, a->data) == TG_OK)
        return TG_SW_OK;
    tg_buf_reset(b);
    return TG_SW_FULL;
}

static unsigned run_whole(struct tg_vcard *c, const struct command *cmd, struct tg_vc_apdu a,
                          struct tg_buf *data)
{
    if (!c->s.chain.n)
        return cmd->run(c, &a, data);
    unsigned sw = chain(c, &a);
    if (sw != TG_SW_OK)
        return sw;
    a.data = tg_span_buf(&c->s.chain);
    sw = cmd->run(c, &a, data);
    tg_buf_reset(&c->s.chain);
    return sw;
}

unsigned tg_vc_run(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data)
{
    if (c->d.kind != TG_VCARD_PIV)
        return run_felica(a, data);
    const struct command *cmd = look_up(a->ins);
    if (a->ins != 0x87)
        c->s.fresh = false;
    if (a->cla != 0x00 && a->cla != 0x10)
        return TG_SW_CLA;
    if (!cmd || (cmd->selected && !c->s.selected))
        return TG_SW_INS;
    if (cmd->contact && tg_vc_fault_get(c, TG_VC_CONTACTLESS))
        return TG_SW_SECURITY;
    if (a->cla == 0x10)
        return cmd->chained ? chain(c, a) : TG_SW_CLA;
    return run_whole(c, cmd, *a, data);
}
