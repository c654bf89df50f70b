/* Before the sign-in: which reader holds a card, and how many events it has seen. */
#include <string.h>
#include <winscard.h>

#include "certs/base/clock.h"
#include "certs/base/text.h"
#include "client/card/pcsc_state.h"
#include "client/card/presence_state.h"

/* A reader that was plugged in while we waited shows only in a new list, so no wait is longer than this. */
#define RELIST_MS 500u

enum tg_err tg_presence_read(const SCARD_READERSTATE *s, struct tg_card_seen *ret)
{
    const DWORD st = s->dwEventState;

    if ((st & (SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE | SCARD_STATE_IGNORE)) != 0)
        return TG_E_READER_NONE;
    if ((st & SCARD_STATE_PRESENT) == 0)
        return TG_E_CARD_NONE;
    if ((st & SCARD_STATE_MUTE) != 0 || s->cbAtr > TG_ATR_BYTES)
        return TG_E_CARD_MUTE;
    ret->counter = (uint16_t)(st >> 16);
    ret->atr_n = s->cbAtr;
    memcpy(ret->atr, s->rgbAtr, s->cbAtr);
    return TG_OK;
}

/* The states of all readers in question; *n of them. */
static enum tg_err list(struct tg_pcsc *c, const char *want, struct tg_readers *names, SCARD_READERSTATE *st)
{
    enum tg_err err = tg_pcsc_readers(c, names);
    size_t n = 0;

    if (err != TG_OK)
        return err;
    for (size_t i = 0; i < names->n; i++) {
        if (want[0] != '\0' && strcmp(want, names->name[i]) != 0)
            continue;
        st[n] = (SCARD_READERSTATE){.szReader = names->name[i], .dwCurrentState = SCARD_STATE_UNAWARE};
        n++;
    }
    names->n = n;
    return n > 0 ? TG_OK : TG_E_READER_NONE;
}

/* The first reader with a card; else the most telling reason why there is none. */
static enum tg_err choose(const SCARD_READERSTATE *st, size_t n, struct tg_card_seen *ret)
{
    enum tg_err one, err = TG_E_READER_NONE;

    for (size_t i = 0; i < n; i++) {
        one = tg_presence_read(&st[i], ret);
        if (one == TG_OK)
            return tg_copy(ret->reader, sizeof(ret->reader), tg_span_str(st[i].szReader));
        if (err == TG_E_READER_NONE || one == TG_E_CARD_MUTE)
            err = one;
    }
    return err;
}

static LONG wait_change(struct tg_pcsc *c, SCARD_READERSTATE *st, size_t n, DWORD ms)
{
    for (size_t i = 0; i < n; i++)
        st[i].dwCurrentState = st[i].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    return SCardGetStatusChange(c->context, ms, st, n);
}

static enum tg_err look(struct tg_pcsc *c, const char *want, unsigned wait_ms, struct tg_card_seen *ret)
{
    struct tg_readers names;
    SCARD_READERSTATE st[TG_READERS_MAX];
    enum tg_err err = list(c, want, &names, st);
    LONG rv;

    if (err != TG_OK)
        return err;
    rv = SCardGetStatusChange(c->context, 0, st, names.n);
    if (rv == SCARD_S_SUCCESS && (err = choose(st, names.n, ret)) == TG_E_CARD_NONE && wait_ms > 0) {
        rv = wait_change(c, st, names.n, wait_ms);
        if (rv == SCARD_S_SUCCESS)
            err = choose(st, names.n, ret);
    }
    if (rv == SCARD_E_TIMEOUT)
        return TG_E_CARD_NONE;
    return rv == SCARD_S_SUCCESS ? err : tg_pcsc_err(rv);
}

static bool may_come(enum tg_err err)
{
    return err == TG_E_CARD_NONE || err == TG_E_READER_NONE || err == TG_E_PCSC_DOWN || err == TG_E_CARD_MUTE;
}

enum tg_err tg_presence_find(const char *want, unsigned wait_ms, struct tg_card_seen *ret)
{
    tg_usec end = tg_mono_us() + (tg_usec)wait_ms * 1000;
    struct tg_card_seen seen = {.counter = 0};
    struct tg_pcsc *c = NULL;
    tg_usec left, began;
    enum tg_err err = tg_pcsc_new(&c);

    if (err != TG_OK)
        return err;
    for (;;) {
        began = tg_mono_us();
        left = (end - began) / 1000;
        left = left < 0 ? 0 : left;
        err = look(c, want == NULL ? "" : want, left < RELIST_MS ? (unsigned)left : RELIST_MS, &seen);
        if (!may_come(err) || left == 0)
            break;
        if (tg_mono_us() - began < 20000) /* it failed at once: not in a tight loop until the time is over */
            tg_card_pause(50);
    }
    if (err == TG_OK)
        *ret = seen;
    tg_pcsc_free(&c);
    return err;
}
