/* The way of one command: faults, execution, state to disk, reply, damage. */
#include <errno.h>
#include <time.h>

#include "tests/card/inner.h"

static void wait_ms(unsigned ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    while (nanosleep(&t, &t) != 0 && errno == EINTR)
        ;
}

/* The card in the reader becomes the one of the file; figures and faults stay with the slot. */
static void swap(struct tg_vcard *c, const char *file)
{
    struct tg_vcard *other = NULL;
    if (tg_vcard_load(file, &other) != TG_OK)
        return;
    struct tg_vc_store d = c->d;
    char *path = c->path;
    c->d = other->d;
    c->path = other->path;
    other->d = d;
    other->path = path;
    tg_vcard_free(&other);
}

/* The application is gone as after a reset, but the reader did not see one. */
static void forget(struct tg_vcard *c)
{
    tg_vc_session_clear(c);
    c->s.on = true;
}

/* What happens before the card even looks at the command. */
static enum tg_vcard_fate ambush(struct tg_vcard *c)
{
    const struct tg_vc_fault *f = tg_vc_fault_get(c, TG_VC_SLOW);
    if (f)
        wait_ms(f->value);
    if (c->s.hung || tg_vc_fault_get(c, TG_VC_HANG)) {
        c->s.hung = true;
        return TG_VCARD_HANGS;
    }
    if ((f = tg_vc_fault_get(c, TG_VC_SWAP_SILENT))) {
        swap(c, f->file);
        forget(c);
    }
    if (tg_vc_fault_get(c, TG_VC_FORGET))
        forget(c);
    f = tg_vc_fault_get(c, TG_VC_SWAP);
    if (f)
        swap(c, f->file);
    if (f || tg_vc_fault_get(c, TG_VC_RESET)) {
        tg_vc_session_clear(c);
        return TG_VCARD_RESET;
    }
    return TG_VCARD_REPLIED;
}

static bool lengths_ok(const struct tg_vcard *c, const struct tg_vc_apdu *a)
{
    if (a->extended && !c->d.extended)
        return false;
    return tg_vc_mode(c) != TG_VCARD_REPLY_T0 || !a->data.n || !a->le;
}

/* A command other than GET RESPONSE, from the first look to the first part of the reply. */
static enum tg_err execute(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *reply)
{
    TG_BUF_AUTO data = TG_BUF_INIT(TG_VCARD_REPLY_BYTES);
    unsigned sw = TG_SW_OK;
    if (tg_vc_is_held(c, a)) {
        data = c->s.out;
        c->s.out = TG_BUF_INIT(TG_VCARD_REPLY_BYTES);
        return tg_vc_emit(c, a, &data, sw, reply);
    }
    tg_vc_forget_output(c);
    sw = tg_vc_run(c, a, &data);
    if (c->dirty && c->path && tg_vc_store_write(c) != TG_OK)
        sw = TG_SW_MEMORY;
    if (sw == TG_SW_OK && tg_vc_damage_data(c, a, &data) != TG_OK)
        sw = TG_SW_BROKEN;
    return tg_vc_emit(c, a, &data, sw, reply);
}

static enum tg_err answer(struct tg_vcard *c, const struct tg_vc_apdu *a, bool well_formed,
                          struct tg_buf *reply)
{
    const struct tg_vc_fault *f = tg_vc_fault_get(c, TG_VC_SW);
    if (f)
        return tg_vc_add_sw(reply, f->value);
    if (!well_formed || !lengths_ok(c, a))
        return tg_vc_add_sw(reply, TG_SW_LENGTH);
    if (a->ins == 0xc0 && a->cla == 0x00)
        return tg_vc_get_response(c, a, reply);
    return execute(c, a, reply);
}

static unsigned status_of(const struct tg_buf *reply, size_t from)
{
    if (reply->n < from + 2)
        return 0;
    return (unsigned)reply->p[reply->n - 2] << 8 | reply->p[reply->n - 1];
}

static enum tg_vcard_fate respond(struct tg_vcard *c, const struct tg_vc_apdu *a, bool well_formed,
                                  struct tg_buf *reply)
{
    size_t from = reply->n;
    if (answer(c, a, well_formed, reply) != TG_OK) {
        reply->n = from;
        if (tg_vc_add_sw(reply, TG_SW_BROKEN) != TG_OK)
            return TG_VCARD_HANGS;
    }
    tg_vc_log_command(c, a, status_of(reply, from));
    if (tg_vc_damage_reply(c, reply, from) != TG_OK)
        return TG_VCARD_HANGS;
    if (!tg_vc_fault_get(c, TG_VC_DROP))
        return TG_VCARD_REPLIED;
    reply->n = from + (reply->n - from) / 2;
    tg_vc_session_clear(c);
    return TG_VCARD_DROPPED;
}

enum tg_vcard_fate tg_vcard_apdu(struct tg_vcard *c, struct tg_span cmd, struct tg_buf *reply)
{
    struct tg_vc_apdu a;
    bool well_formed = tg_vc_apdu_parse(cmd, &a);
    if (!c->s.on || c->d.kind == TG_VCARD_MUTE)
        return TG_VCARD_HANGS;
    tg_vc_fault_begin(c, a.ins);
    enum tg_vcard_fate fate = ambush(c);
    if (fate == TG_VCARD_REPLIED)
        fate = respond(c, &a, well_formed, reply);
    else
        tg_vc_log_command(c, &a, 0);
    tg_vc_fault_end(c);
    return fate;
}
