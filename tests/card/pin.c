/* VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER; SP 800-73-4 part 2 sections 3.2.1 to 3.2.3. */
#include "certs/base/secret.h"
#include "tests/card/inner.h"

/* P2 to reference; -1 when this card has none such. */
static int reference(const struct tg_vcard *c, unsigned p2)
{
    if (p2 == 0x80)
        return TG_VC_PIN;
    if (p2 == 0x00 && c->d.global_pin)
        return TG_VC_GLOBAL;
    return p2 == 0x81 ? TG_VC_PUK : -1;
}

int tg_vcard_tries(const struct tg_vcard *c, unsigned ref)
{
    int r = c->d.kind == TG_VCARD_PIV ? reference(c, ref) : -1;
    return r < 0 ? -1 : c->d.pin[r].tries;
}

static bool pin_form(const uint8_t p[8])
{
    size_t n = 0;
    while (n < 8 && p[n] >= '0' && p[n] <= '9')
        n++;
    if (n < 6)
        return false;
    for (; n < 8; n++)
        if (p[n] != 0xff)
            return false;
    return true;
}

enum tg_err tg_vc_pin_set(struct tg_vc_pin *p, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    if (n < 6 || n > 8)
        return TG_E_FORM;
    memset(p->value, 0xff, sizeof p->value);
    memcpy(p->value, text, n);
    p->tries = TG_VC_TRIES;
    return pin_form(p->value) ? TG_OK : TG_E_FORM;
}

bool tg_vc_pin_ok(const struct tg_vcard *c)
{
    return c->s.verified[TG_VC_PIN] || c->s.verified[TG_VC_GLOBAL];
}

/* One attempt: counted before the comparison is looked at, as a real card does against a cut of the power. */
static unsigned attempt(struct tg_vcard *c, int ref, const uint8_t value[8])
{
    struct tg_vc_pin *p = &c->d.pin[ref];
    c->s.verified[ref] = false;
    if (p->tries == 0)
        return TG_SW_BLOCKED;
    bool right = tg_secret_eq(tg_span(p->value, sizeof p->value), tg_span(value, sizeof p->value));
    int tries = right ? TG_VC_TRIES : p->tries - 1;
    c->dirty = c->dirty || tries != p->tries;
    p->tries = tries;
    return right ? TG_SW_OK : TG_SW_TRIES | (unsigned)tries;
}

static unsigned status(const struct tg_vcard *c, int ref)
{
    if (c->s.verified[ref])
        return TG_SW_OK;
    return c->d.pin[ref].tries ? TG_SW_TRIES | (unsigned)c->d.pin[ref].tries : TG_SW_BLOCKED;
}

unsigned tg_vc_verify(struct tg_vcard *c, const struct tg_vc_apdu *a)
{
    int ref = reference(c, a->p2);
    if (ref < 0 || ref == TG_VC_PUK)
        return TG_SW_REFERENCE;
    if (a->p1 == 0xff && a->data.n == 0) {
        c->s.verified[ref] = false;
        return TG_SW_OK;
    }
    if (a->p1 != 0)
        return TG_SW_P1P2;
    if (a->data.n == 0)
        return status(c, ref);
    if (a->data.n != 8)
        return TG_SW_DATA;
    unsigned sw = attempt(c, ref, a->data.p);
    c->s.verified[ref] = sw == TG_SW_OK;
    c->s.fresh = sw == TG_SW_OK;
    return sw;
}

unsigned tg_vc_change(struct tg_vcard *c, const struct tg_vc_apdu *a)
{
    int ref = reference(c, a->p2);
    if (ref < 0)
        return TG_SW_REFERENCE;
    if (a->p1 != 0)
        return TG_SW_P1P2;
    if (a->data.n != 16)
        return TG_SW_DATA;
    if (c->d.pin[ref].tries == 0)
        return TG_SW_BLOCKED;
    if (ref != TG_VC_PUK && !pin_form(a->data.p + 8))
        return TG_SW_DATA;
    unsigned sw = attempt(c, ref, a->data.p);
    if (sw != TG_SW_OK)
        return sw;
    memcpy(c->d.pin[ref].value, a->data.p + 8, 8);
    c->s.verified[ref] = ref != TG_VC_PUK;
    c->dirty = true;
    return TG_SW_OK;
}

unsigned tg_vc_unblock(struct tg_vcard *c, const struct tg_vc_apdu *a)
{
    if (a->p2 != 0x80)
        return TG_SW_REFERENCE;
    if (a->p1 != 0)
        return TG_SW_P1P2;
    if (a->data.n != 16)
        return TG_SW_DATA;
    if (c->d.pin[TG_VC_PUK].tries == 0)
        return TG_SW_BLOCKED;
    if (!pin_form(a->data.p + 8))
        return TG_SW_DATA;
    unsigned sw = attempt(c, TG_VC_PUK, a->data.p);
    if (sw != TG_SW_OK)
        return sw;
    struct tg_vc_pin *pin = &c->d.pin[TG_VC_PIN];
    memcpy(pin->value, a->data.p + 8, 8);
    pin->tries = TG_VC_TRIES;
    c->dirty = true;
    return TG_SW_OK;
}
