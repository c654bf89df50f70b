/* What was asked of the card. Headers and lengths only: a PIN never gets here. */
#include "certs/base/json.h"
#include "tests/card/inner.h"

static struct tg_vc_log *next_entry(struct tg_vcard *c)
{
    return &c->log[c->log_n++ % TG_VC_LOG];
}

void tg_vc_log_command(struct tg_vcard *c, const struct tg_vc_apdu *a, unsigned sw)
{
    c->total++;
    c->by_ins[a->ins]++;
    *next_entry(c) =
        (struct tg_vc_log){.head = {a->cla, a->ins, a->p1, a->p2}, .lc = (unsigned)a->data.n, .sw = sw};
}

void tg_vc_log_event(struct tg_vcard *c, const char *event)
{
    *next_entry(c) = (struct tg_vc_log){.event = event};
}

void tg_vcard_stats_reset(struct tg_vcard *c)
{
    c->total = 0;
    c->log_n = 0;
    memset(c->by_ins, 0, sizeof c->by_ins);
}

unsigned tg_vcard_total(const struct tg_vcard *c)
{
    return c->total;
}

unsigned tg_vcard_count(const struct tg_vcard *c, uint8_t ins)
{
    return c->by_ins[ins];
}

static void entry(struct tg_jout *j, const struct tg_vc_log *l)
{
    char text[16];
    tg_jout_open(j, '{');
    if (l->event) {
        tg_jout_member(j, "event", l->event);
    } else {
        (void)snprintf(text, sizeof text, "%02X%02X%02X%02X", l->head[0], l->head[1], l->head[2], l->head[3]);
        tg_jout_member(j, "cmd", text);
        tg_jout_member_int(j, "lc", l->lc);
        (void)snprintf(text, sizeof text, "%04X", l->sw & 0xffff);
        tg_jout_member(j, "sw", text);
    }
    tg_jout_close(j, '}');
}

static void counts(struct tg_jout *j, const struct tg_vcard *c)
{
    char ins[3];
    tg_jout_open(j, '{');
    for (unsigned i = 0; i < 256; i++) {
        if (!c->by_ins[i])
            continue;
        (void)snprintf(ins, sizeof ins, "%02X", i);
        tg_jout_member_int(j, ins, c->by_ins[i]);
    }
    tg_jout_close(j, '}');
}

enum tg_err tg_vcard_stats(const struct tg_vcard *c, struct tg_buf *json)
{
    struct tg_jout j;
    tg_jout_init(&j, json);
    tg_jout_open(&j, '{');
    tg_jout_member_int(&j, "total", c->total);
    tg_jout_key(&j, "by_ins");
    counts(&j, c);
    tg_jout_key(&j, "log");
    tg_jout_open(&j, '[');
    unsigned first = c->log_n > TG_VC_LOG ? c->log_n - TG_VC_LOG : 0;
    for (unsigned i = first; i < c->log_n; i++)
        entry(&j, &c->log[i % TG_VC_LOG]);
    tg_jout_close(&j, ']');
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}
