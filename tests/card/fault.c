/* Faults: reading "NAME[=VALUE][:INS][@K]" and knowing which ones hit the command at hand. */
#include "certs/base/text.h"
#include "tests/card/inner.h"

enum value_kind { NOTHING, DECIMAL, HEX, FILE_NAME };

static const struct fault_name {
    const char *name;
    enum value_kind takes;
    unsigned usual;
} names[TG_VC_FAULT_KINDS] = {
    [TG_VC_HANG] = {"hang", NOTHING, 0},
    [TG_VC_DROP] = {"drop", NOTHING, 0},
    [TG_VC_RESET] = {"reset", NOTHING, 0},
    [TG_VC_FORGET] = {"forget", NOTHING, 0},
    [TG_VC_SWAP] = {"swap", FILE_NAME, 0},
    [TG_VC_SWAP_SILENT] = {"swap-silent", FILE_NAME, 0},
    [TG_VC_SLOW] = {"slow", DECIMAL, 100},
    [TG_VC_SW] = {"sw", HEX, TG_SW_BROKEN},
    [TG_VC_TRUNCATE] = {"truncate", DECIMAL, 1},
    [TG_VC_OVERLONG] = {"overlong", DECIMAL, 300},
    [TG_VC_CUT] = {"cut", DECIMAL, 1},
    [TG_VC_TRAILING] = {"trailing", NOTHING, 0},
    [TG_VC_GARBAGE] = {"garbage", NOTHING, 0},
    [TG_VC_WRONG_LENGTH] = {"length", DECIMAL, 1},
    [TG_VC_BAD_SIGNATURE] = {"bad-signature", NOTHING, 0},
    [TG_VC_WRONG_CERT] = {"wrong-certificate", NOTHING, 0},
    [TG_VC_CONTACTLESS] = {"contactless", DECIMAL, 1},
};

static bool decimal(struct tg_span s, unsigned max, unsigned *ret)
{
    uint64_t v = 0;
    if (tg_u64_parse(s, max, &v) != TG_OK)
        return false;
    *ret = (unsigned)v;
    return true;
}

/* Takes what stands behind the last `mark` off the end of *s. */
static bool split_last(struct tg_span *s, char mark, struct tg_span *tail)
{
    for (size_t i = s->n; i-- > 0;) {
        if (s->p[i] == (uint8_t)mark) {
            *tail = tg_span(s->p + i + 1, s->n - i - 1);
            s->n = i;
            return true;
        }
    }
    return false;
}

static bool parse_tail(struct tg_span *s, struct tg_vc_fault *f)
{
    struct tg_span tail;
    uint8_t ins = 0;
    if (split_last(s, '@', &tail) && (!decimal(tail, 100000, &f->at) || f->at == 0))
        return false;
    if (split_last(s, ':', &tail)) {
        if (tail.n != 2 || tg_vc_unhex(tail, &ins, 1) != TG_OK)
            return false;
        f->ins = ins;
    }
    return true;
}

static bool parse_value(struct tg_span value, struct tg_vc_fault *f)
{
    uint8_t sw[2];
    switch (names[f->kind].takes) {
    case DECIMAL:
        return decimal(value, 60000, &f->value);
    case HEX:
        if (value.n != 4 || tg_vc_unhex(value, sw, 2) != TG_OK)
            return false;
        f->value = (unsigned)sw[0] << 8 | sw[1];
        return true;
    case FILE_NAME:
        f->file = value.n ? strndup((const char *)value.p, value.n) : NULL;
        return f->file != NULL;
    case NOTHING:
        break;
    }
    return false;
}

static bool parse_name(struct tg_span s, struct tg_vc_fault *f)
{
    struct tg_span value = {0};
    for (size_t i = 0; i < s.n && !value.p; i++) {
        if (s.p[i] == '=') {
            value = tg_span(s.p + i + 1, s.n - i - 1);
            s.n = i;
        }
    }
    for (size_t k = 0; k < TG_VC_FAULT_KINDS; k++) {
        if (!tg_span_is(s, names[k].name))
            continue;
        f->kind = (enum tg_vc_fault_kind)k;
        f->value = names[k].usual;
        return value.p ? parse_value(value, f) : names[k].takes != FILE_NAME;
    }
    return false;
}

void tg_vc_fault_clear(struct tg_vcard *c)
{
    for (size_t i = 0; i < c->faults; i++)
        free(c->fault[i].file);
    c->faults = 0;
}

enum tg_err tg_vcard_fault(struct tg_vcard *c, const char *spec)
{
    struct tg_span s = tg_span_str(spec);
    if (tg_span_is(s, "none")) {
        tg_vc_fault_clear(c);
        return TG_OK;
    }
    if (c->faults == TG_VC_FAULTS)
        return TG_E_LIMIT;
    struct tg_vc_fault *f = &c->fault[c->faults];
    *f = (struct tg_vc_fault){.ins = -1};
    if (!parse_tail(&s, f) || !parse_name(s, f))
        return TG_E_USAGE;
    c->faults++;
    return TG_OK;
}

void tg_vc_fault_begin(struct tg_vcard *c, uint8_t ins)
{
    for (size_t i = 0; i < c->faults; i++) {
        struct tg_vc_fault *f = &c->fault[i];
        bool meant = f->ins < 0 || f->ins == ins;
        f->seen += meant;
        f->active = meant && (f->at == 0 || f->seen == f->at);
    }
}

/* A fault for one command is spent once it has struck. */
void tg_vc_fault_end(struct tg_vcard *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->faults; i++) {
        struct tg_vc_fault f = c->fault[i];
        if (f.active && f.at) {
            free(f.file);
            continue;
        }
        f.active = false;
        c->fault[kept++] = f;
    }
    c->faults = kept;
}

const struct tg_vc_fault *tg_vc_fault_get(const struct tg_vcard *c, enum tg_vc_fault_kind kind)
{
    for (size_t i = 0; i < c->faults; i++)
        if (c->fault[i].active && c->fault[i].kind == kind)
            return &c->fault[i];
    return NULL;
}
